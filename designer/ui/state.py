"""The state of the window: immutable, replaced as a whole, and of no toolkit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from designer.checks.model import Problem, Tally
from designer.connection import FieldUse, SettingUse
from designer.connection.model import Design
from designer.ruby import Document

__all__ = ["PageState", "State", "Step"]

UNDO_BYTES = 64 * 1024 * 1024
"""What texts kept for undo may take; the last step always stays."""
RUN_BYTES = 256 * 1024 * 1024
"""What bodies of runs may take; the last run always stays."""
MOST_RUNS = 200
MERGE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Step:
    """One step of undo. ``merge`` joins it with the next edit of the same thing while the person keeps typing.

    ``at`` is in seconds of a clock that only goes forward.
    """

    title: str
    before: Document
    after: Document
    focus_before: str
    focus_after: str
    merge: str | None
    at: float

    def continues(self, other: Step) -> bool:
        """Whether this is more of the same, typed soon after."""
        return self.merge is not None and self.merge == other.merge and self.at - other.at < MERGE_SECONDS


@dataclass(frozen=True, slots=True)
class PageState:
    """What the rail says about a page: a few words, and a badge with its tone."""

    words: str = ""
    badge: str = ""
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class State:
    """Everything the window shows. ``saved`` are the bytes on disk, ``focus`` the pointer of the element in sight,
    ``problems``, ``uses`` (who reads which setting) and ``settings`` (that, with where each comes from) belong to
    ``checked``, which trails ``document`` while checks run. ``credentials`` are the values typed for trying the
    connection, ``page_states`` what pages say about themselves."""

    document: Document
    design: Design
    saved: bytes = b""
    project: Any = None
    path: Path | None = None
    problems: tuple[Problem, ...] = ()
    checked: Document | None = None
    uses: Mapping[str, tuple[FieldUse, ...]] = field(default_factory=dict)
    settings: tuple[SettingUse, ...] = ()
    difference: tuple[int, int] = (0, 0)
    focus: str = ""
    undo: tuple[Step, ...] = ()
    redo: tuple[Step, ...] = ()
    settings_names: tuple[str, ...] = ()
    settings_name: str | None = None
    settings_file: str = ""
    """The name of the settings file; empty where none is known to be there."""
    credentials: Mapping[str, Any] = field(default_factory=dict)
    credentials_edited: bool = False
    page_states: Mapping[str, PageState] = field(default_factory=dict)
    runs: tuple[Any, ...] = ()

    def with_step(self, step: Step) -> State:
        """After an edit: its step is the last to undo (one with the step before, while the person keeps typing), and
        nothing is left to redo."""
        undo = self.undo
        if undo and step.continues(undo[-1]):
            step = replace(step, before=undo[-1].before, focus_before=undo[-1].focus_before)
            undo = undo[:-1]
        sizes = [len(one.before.source) for one in (*undo, step)]
        return replace(self, undo=(*undo, step)[_first_within(sizes, UNDO_BYTES) :], redo=())

    def step_back(self) -> State:
        """After an undo of the last step."""
        return replace(self, undo=self.undo[:-1], redo=(*self.redo, self.undo[-1]))

    def step_forth(self) -> State:
        """After a redo; what is typed now is a step of its own."""
        return replace(self, redo=self.redo[:-1], undo=(*self.undo, replace(self.redo[-1], merge=None)))

    def with_run(self, run: Any) -> State:
        """With what a request gave, newest last; the oldest go where there are too many or their bodies too large."""
        runs = (*self.runs, run)[-MOST_RUNS:]
        return replace(self, runs=runs[_first_within([_bytes_of(one) for one in runs], RUN_BYTES) :])

    @property
    def edited(self) -> bool:
        return self.document.source != self.saved

    @property
    def title(self) -> str:
        if self.path is None:
            return "Untitled"
        return str(self.project.name) if self.project is not None else self.path.parent.name or self.path.name

    @property
    def file_name(self) -> str:
        return "not saved yet" if self.path is None else self.path.name

    def problems_at(self, pointer: str, *, below: bool = True) -> tuple[Problem, ...]:
        """Problems of the element at ``pointer``, and of what lies in it where ``below``; those of others that have to
        do with it, too."""
        inside = pointer + "/"
        return tuple(
            p for p in self.problems if pointer in (p.pointer, p.also) or (below and p.pointer.startswith(inside))
        )

    def tally(self, *pointers: str) -> Tally:
        """The problems at these elements and below them, each counted once; all of them where none is named."""
        if not pointers:
            return Tally.of(self.problems)
        inside = tuple(f"{pointer}/" for pointer in pointers)
        return Tally.of(p for p in self.problems if p.pointer in pointers or p.pointer.startswith(inside))


def _first_within(sizes: Sequence[int], budget: int) -> int:
    """Index of the first of the newest that fit ``budget`` together; the last always does."""
    total = 0
    for index in range(len(sizes) - 1, -1, -1):
        total += sizes[index]
        if total > budget and index < len(sizes) - 1:
            return index + 1
    return 0


def _bytes_of(run: Any) -> int:
    return sum(
        len(one.request.body) + (len(one.response.body) if one.response is not None else 0)
        for one in run.outcome.exchanges
    )
