"""The intents that change the state of the window.

State is immutable and replaced as a whole. Widgets read it and listen; what a person does becomes an intent here, and
every intent that touches the connector is one edit of its text, so one step of undo.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from designer import checks, connection
from designer.checks.model import Fix, Problem
from designer.connection import FieldUse, SettingUse
from designer.errors import UserError
from designer.project.gemfile import names_the_gem
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ruby.edit import compose
from designer.ruby.values import RubyValue
from designer.ui import linediff
from designer.ui.jobs import Jobs, Task
from designer.ui.messages import Messages
from designer.ui.state import PageState, State, Step

__all__ = ["Store"]

CHECK_AFTER_MS = 60
"""A frame or two after the last keystroke: first the letter is on the screen, then it is looked at."""


class HasDocument(Protocol):
    """What every edit of a document gives back."""

    @property
    def document(self) -> Document: ...


Edit = Callable[[Document], HasDocument]


class Store(QObject):
    """Holds the state and takes the intents. Signals fire after ``state`` was replaced."""

    opened = Signal()
    document_changed = Signal(object)
    """Carries the ``linediff.Span`` that turned the former text into this one; None where everything is new."""
    problems_changed = Signal()
    focus_changed = Signal(str)
    saved_changed = Signal()
    credentials_changed = Signal()
    pages_changed = Signal()
    runs_changed = Signal()
    refused = Signal(str, str)
    """An edit that could not be made: message and hint."""

    def __init__(
        self, jobs: Jobs, messages: Messages, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._messages = messages
        self._clock = clock
        empty = Document.parse(b"")
        self.state = State(document=empty, design=connection.read(empty), checked=empty)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(CHECK_AFTER_MS)
        self._pause.timeout.connect(self._check)

    # Opening

    def open_text(
        self,
        source: bytes,
        *,
        path: Path | None = None,
        project: Any = None,
        saved: bytes | None = None,
        settings_names: tuple[str, ...] = (),
        document: Document | None = None,
    ) -> None:
        """Show a connector's text, of which ``document`` is the parse where that was done already.

        Raises ``DecodeError`` where it is no text; the former state then stays.
        """
        document = document or Document.parse(source)
        self.state = State(
            document=document,
            design=connection.read(document),
            saved=source if saved is None else saved,
            project=project,
            path=path,
            settings_names=settings_names,
            settings_name=settings_names[0] if settings_names else None,
        )
        self.opened.emit()
        self.document_changed.emit(None)
        self.focus_changed.emit(self.state.focus)
        self.credentials_changed.emit()
        self.saved_changed.emit()
        self.runs_changed.emit()
        self.pages_changed.emit()
        self._check()

    def mark_saved(self, source: bytes) -> None:
        """These bytes are on disk now."""
        self._replace(saved=source, difference=linediff.count(source, self.state.document.source))
        self.saved_changed.emit()

    # Edits

    def edit(self, title: str, edit: Edit, *, merge: str | None = None, focus: str | None = None) -> bool:
        """Make one edit. False, with ``refused`` told, where it is impossible; the text then stays as it was."""
        before = self.state.document
        try:
            after = edit(before).document
        except UserError as error:
            self.refused.emit(error.message, error.hint)
            return False
        if after.source == before.source:
            return True
        old_focus = self.state.focus
        new_focus = old_focus if focus is None else focus
        step = Step(title, before, after, old_focus, new_focus, merge, self._clock())
        self.state = self.state.with_step(step)
        self._show(after)
        if focus is not None:
            self.focus(focus)
        return True

    def set_value(self, pointer: str, value: RubyValue, title: str = "") -> bool:
        """Set what stands at ``pointer``; consecutive edits of one pointer are one step of undo."""
        return self.edit(title or f"Edit {last(pointer)}", lambda doc: doc.set(pointer, value), merge=f"set {pointer}")

    def insert(self, pointer: str, value: RubyValue, title: str = "") -> bool:
        return self.edit(title or f"Add {last(pointer)}", lambda doc: doc.insert(pointer, value))

    def remove(self, pointer: str, title: str = "") -> bool:
        return self.edit(title or f"Remove {last(pointer)}", lambda doc: doc.remove(pointer))

    def move(self, pointer: str, index: int, title: str = "") -> bool:
        moved = f"{pointer.rpartition('/')[0]}/{index}"
        return self.edit(title or "Reorder", lambda doc: doc.move(pointer, index), focus=moved)

    def replace_text(self, start: int, end: int, text: bytes, merge: str | None = None) -> bool:
        """Replace bytes of the source, as typing in the code view does."""
        return self.edit("Edit Ruby", lambda doc: doc.replace(start, end, text), merge=merge)

    def apply_fix(self, fix: Fix) -> bool:
        return self.edit(fix.title, lambda doc: checks.apply_fix(doc, fix))

    def fix_all(self, code: str) -> bool:
        """Apply the first fix of every problem of one check, as one step of undo."""
        fixes = self._fixes(code)
        return self.edit(f"{fixes[0].title} everywhere", lambda doc: _every(doc, fixes)) if fixes else False

    def silence(self, problem: Problem) -> bool:
        """Put a comment that silences ``problem`` above it."""
        return self.edit(f"Silence {problem.code}", lambda doc: checks.silence(doc, problem))

    def preview_silence(self, problem: Problem) -> Change:
        """What ``silence`` would do. Raises ``UserError`` where no comment can be put there."""
        return checks.silence(self.state.document, problem)

    def preview_fix(self, fix: Fix) -> Change:
        """What ``apply_fix`` would do to the text as it is now. Raises ``UserError`` where the fix no longer fits."""
        return checks.apply_fix(self.state.document, fix)

    def preview_all(self, code: str) -> Change:
        """What ``fix_all`` would do. Raises ``UserError`` where a fix no longer fits."""
        return _every(self.state.document, self._fixes(code))

    def _fixes(self, code: str) -> list[Fix]:
        return [problem.fixes[0] for problem in self.state.problems if problem.code == code and problem.fixes]

    def undo(self) -> None:
        if self.state.undo:
            step = self.state.undo[-1]
            self.state = self.state.step_back()
            self._show(step.before)
            self.focus(step.focus_before)

    def redo(self) -> None:
        if self.state.redo:
            step = self.state.redo[-1]
            self.state = self.state.step_forth()
            self._show(step.after)
            self.focus(step.focus_after)

    # The rest

    def focus(self, pointer: str) -> None:
        """Bring the element at ``pointer`` into sight everywhere."""
        if pointer != self.state.focus:
            self._replace(focus=pointer)
        self.focus_changed.emit(pointer)

    def set_credential(self, name: str, value: Any) -> None:
        values = dict(self.state.credentials)
        if value is None:
            values.pop(name, None)
        elif values.get(name) == value and name in values:
            return
        else:
            values[name] = value
        self._replace(credentials=values, credentials_edited=True)
        self.credentials_changed.emit()

    def show_credentials(
        self,
        name: str | None,
        values: Mapping[str, Any],
        names: tuple[str, ...] | None = None,
        file: str | None = None,
    ) -> None:
        """These are the settings in use now, as read from (or written to) where they are kept: in ``file``, by its
        name, empty where there is none."""
        self._replace(
            settings_name=name,
            credentials=dict(values),
            credentials_edited=False,
            settings_names=self.state.settings_names if names is None else names,
            settings_file=self.state.settings_file if file is None else file,
        )
        self.credentials_changed.emit()

    def set_page_state(self, page: str, said: PageState | None) -> None:
        """What the rail says about ``page``, for pages that know more than the state does; None for nothing."""
        if self.state.page_states.get(page) != said:
            others = {name: state for name, state in self.state.page_states.items() if name != page}
            self._replace(page_states=others if said is None else {**others, page: said})
            self.pages_changed.emit()

    def add_run(self, run: Any) -> None:
        """Keep what a request gave, newest last."""
        self.state = self.state.with_run(run)
        self.runs_changed.emit()

    def clear_runs(self) -> None:
        self._replace(runs=())
        self.runs_changed.emit()

    # Inside

    def _replace(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def _show(self, document: Document) -> None:
        span = linediff.changed_span(self.state.document.source, document.source)
        self._replace(document=document, design=connection.read(document))
        self.document_changed.emit(span)
        self._pause.start()

    def _check(self) -> None:
        """Check off the UI thread; only the newest text's answer counts."""
        document, design, saved = self.state.document, self.state.design, self.state.saved
        path = self.state.path

        def work(task: Task) -> _Findings | None:
            if task.cancelled:
                return None
            official = path is not None and names_the_gem(path.parent)
            problems = checks.run(document, design, official=official)
            if task.cancelled:
                return None
            uses = connection.field_uses(document, design)
            settings = connection.setting_uses(document, design, uses)
            return _Findings(problems, uses, settings, linediff.count(saved, document.source))

        def done(found: _Findings | None) -> None:
            if found is None or self.state.document is not document:
                return
            self._replace(
                problems=found.problems,
                checked=document,
                uses=found.uses,
                settings=found.settings,
                difference=found.difference,
            )
            self.problems_changed.emit()

        self._jobs.start("check", work, done=done, failed=self._messages.fail, key="check", quiet=True)


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is worked out beside the UI thread for one text."""

    problems: tuple[Problem, ...]
    uses: Mapping[str, tuple[FieldUse, ...]]
    settings: tuple[SettingUse, ...]
    difference: tuple[int, int]


def _every(doc: Document, fixes: Sequence[Fix]) -> Change:
    # From the end of the file to its start, so that a fix does not move the place of the next one.
    return compose(doc, *(lambda text, fix=fix: checks.apply_fix(text, fix) for fix in reversed(fixes)))


def last(pointer: str) -> str:
    """The last name of a pointer, in words for undo."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~").replace("_", " ")
