"""The fields that ``extended_fields`` works out from what the form holds, run beside the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.connection import computed_fields
from designer.connection.model import Field
from designer.project import account_properties
from designer.ruby import Document
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.wire.run_secrets import masks_of

if TYPE_CHECKING:
    from designer.wire import Outcome

__all__ = ["Extended", "ExtendedFields"]

_POINTER = "/connection/extended_fields"
_AFTER_MS = 150
"""After the last keystroke in the form or the text."""


@dataclass(frozen=True, slots=True)
class Extended:
    """What the lambda gave last, and what is to be said of it."""

    fields: tuple[Field, ...] = ()
    note: str = ""


class ExtendedFields(QObject):
    """Runs the lambda again whenever the text or a value changes; ``changed`` tells of another answer. Until it comes
    the former one stands. A request is never sent: who types a password has not asked for one."""

    changed = Signal()

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self._context = context
        self._name = name
        self._asked: tuple[Document, Mapping[str, Any]] | None = None
        self._found = Extended()
        self._path: Path | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_AFTER_MS)
        self._pause.timeout.connect(self._run)

    def current(self) -> Extended:
        """What is known now. Asks anew, for ``changed`` later, where that was for another text or other values."""
        state = self._context.store.state
        code = state.document.find(_POINTER)
        if state.path != self._path:
            self._path, self._asked, self._found = state.path, None, Extended()
        if code is None or code.kind == "nil":
            self._asked = None
            self._found = Extended()
            self._pause.stop()
            return self._found
        asked = (state.document, state.credentials)
        if self._asked is None or self._asked[0] is not asked[0] or self._asked[1] != asked[1]:
            self._asked = asked
            self._pause.start()
        return self._found

    def _run(self) -> None:
        asked = self._asked
        if asked is None:
            return
        document, credentials = asked
        state = self._context.store.state
        folder = state.path.parent if state.path else None
        settings = {**_defaults(state.design.fields), **{k: v for k, v in credentials.items() if v not in (None, "")}}

        def work(task: Task) -> Extended:
            from designer.project.codec import PsychCodec
            from designer.wire import Call, Cancel, DryTransport, run

            cancel = Cancel()
            task.on_cancel(cancel.cancel)
            call = Call(
                connector=document.source,
                operation="extended_fields",
                settings=settings,
                path=str(state.path or "connector.rb"),
                cwd=str(folder) if folder else None,
                account_properties=account_properties(folder, key=None) if folder else {},
                dry_run=True,
            )
            return _answer(run(call, DryTransport(), cancel=cancel, yaml=PsychCodec()), settings)

        def done(found: Extended) -> None:
            if self._asked is not asked:
                return
            if found != self._found:
                self._found = found
                self.changed.emit()

        self._context.jobs.start(
            "extended fields",
            work,
            done=done,
            failed=self._context.messages.fail,
            key=f"extended fields {self._name}",
            quiet=True,
        )


def _defaults(fields: tuple[Field, ...]) -> dict[str, Any]:
    """What the form holds before anybody types."""
    given = {each.name: each.attributes.get("default") for each in fields}
    return {name: value for name, value in given.items() if isinstance(value, str | int | float | bool)}


def _answer(outcome: Outcome, settings: Mapping[str, Any]) -> Extended:
    masks = masks_of(settings, outcome)
    if outcome.prepared is not None:
        address = outcome.prepared.url.split("?")[0]
        told = f"extended_fields asks {address} for its fields. Nothing is sent while you type, so they are not shown."
        return Extended(note=masks.text(told))
    if outcome.error is not None:
        line = outcome.error.get("line")
        where = f" (line {line})" if line else ""
        return Extended(note=masks.text(f"extended_fields failed{where}: {outcome.error['message']}"))
    fields = computed_fields(outcome.result)
    if fields is None:
        return Extended(
            note="extended_fields gives no list of fields. It has to end in an array of hashes with a name."
        )
    return Extended(fields)
