"""What a check reports."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from designer.ruby.values import RubyValue


class Severity(enum.StrEnum):
    """An error keeps the connection from working, a warning will surprise somebody, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class FixEdit:
    """One lossless edit of a fix: set ``pointer`` to ``value``, or remove it. ``/-`` appends to an array; a new key
    of a hash goes in front of the key ``before``, else to its end."""

    pointer: str
    value: RubyValue = None
    remove: bool = False
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A safe repair: ``title`` is what the button says."""

    title: str
    edits: tuple[FixEdit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding. ``start``/``end`` are byte offsets into the source; lines and columns count from 1, columns in
    code points, the end is exclusive. ``why`` says in one or two sentences what goes wrong for the end user.
    ``also`` is the pointer of another element that has to do with it, where it is told too; "" for none."""

    code: str
    severity: Severity
    message: str
    why: str
    pointer: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    fixes: tuple[Fix, ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many problems of each severity there are. Whatever counts problems counts them here."""

    errors: int = 0
    warnings: int = 0
    notes: int = 0

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Tally:
        found = Counter(problem.severity for problem in problems)
        return cls(found[Severity.ERROR], found[Severity.WARNING], found[Severity.NOTE])

    @property
    def serious(self) -> int:
        """Those that would go wrong: what a badge counts. Notes are told beside it."""
        return self.errors + self.warnings

    @property
    def worst(self) -> Severity:
        return Severity.ERROR if self.errors else Severity.WARNING if self.warnings else Severity.NOTE

    @property
    def words(self) -> str:
        """``2 errors · 1 warning · 3 notes``, without those there are none of; ``No problems``."""
        parts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
        return " · ".join(counted(count, word) for count, word in parts if count) or "No problems"


def counted(count: int, word: str) -> str:
    """``1 note``, ``2 notes``."""
    return f"{count} {word}{'' if count == 1 else 's'}"
