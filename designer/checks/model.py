"""What a check reports."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from designer.ruby.values import RubyValue


class Severity(enum.StrEnum):
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
    code points, the end is exclusive. ``why`` says in one or two sentences what goes wrong for the end user."""

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
