"""Unexported edits outlive a crash and the closing of the window: kept, and offered when the file is opened again."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from designer.project import ProjectError, Recovery
from designer.project.recovery import Copy
from designer.ui.page import Context

__all__ = ["Drafts"]

KEEP_AFTER_MS = 3000


class Drafts(QObject):
    """Keeps a copy a few seconds after the last edit. ``offer`` is called with a copy found on opening."""

    def __init__(self, context: Context, recovery: Recovery, offer: Callable[[Copy], object], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._recovery = recovery
        self._offer = offer
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_AFTER_MS)
        self._pause.timeout.connect(self._keep_in_job)
        context.store.opened.connect(self._look)
        context.store.document_changed.connect(lambda _span: self._pause.start())
        context.store.saved_changed.connect(self._pause.start)

    def keep_now(self) -> None:
        """The window closes: what is not on disk must be kept before the process ends."""
        self._pause.stop()
        try:
            self._keep(self._context.store.state.path)
        except ProjectError as error:
            self._context.messages.fail(error)

    def forget(self) -> None:
        path = self._context.store.state.path
        self._context.jobs.start("Tidying up", lambda _task: self._recovery.discard(path), key="draft", quiet=True)

    def _look(self) -> None:
        state = self._context.store.state
        path, saved = state.path, state.saved
        if path is None:
            return

        def done(found: Copy | None) -> None:
            if found is not None and self._context.store.state.path == path:
                self._offer(found)

        self._pause.stop()
        self._context.jobs.start(
            "Looking for unsaved work", lambda _task: self._recovery.offered(path, saved), done=done, quiet=True
        )

    def _keep_in_job(self) -> None:
        path = self._context.store.state.path
        self._context.jobs.start("Keeping a copy", lambda _task: self._keep(path), key="draft", quiet=True)

    def _keep(self, path: Path | None) -> None:
        state = self._context.store.state
        if path is None or state.path != path:
            return
        if state.edited:
            self._recovery.keep(path, state.document.source, state.saved, datetime.datetime.now(datetime.UTC))
        else:
            self._recovery.discard(path)
