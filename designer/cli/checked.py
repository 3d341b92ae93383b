"""One file after ``check`` looked at it: what every report of it begins with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from designer.errors import UserError

if TYPE_CHECKING:
    from designer.checks import Problem
    from designer.ruby import Document

__all__ = ["Checked", "relative"]


@dataclass(frozen=True)
class Checked:
    """One file and what was found in it; ``failure`` where it could not be read."""

    path: Path
    document: Document | None = None
    problems: tuple[Problem, ...] = ()
    failure: UserError | None = None

    @property
    def severities(self) -> tuple[str, ...]:
        return ("error",) if self.failure is not None else tuple(each.severity.value for each in self.problems)


def relative(path: Path) -> str:
    """``path`` from the folder this command runs in, with forward slashes; as it is where it lies elsewhere."""
    whole = path.absolute()
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()
