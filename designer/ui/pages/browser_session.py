"""What the embedded browser leaves behind: nothing, or cookies and storage in a folder of one connection's."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.ui.jobs import Task
from designer.ui.page import Context

if TYPE_CHECKING:
    from designer.ui.web.browser import ConsentBrowser

__all__ = ["BrowserSession", "SessionHome", "home_in_use"]

_TRIES = 20
_BETWEEN = 0.1
"""Seconds between tries to delete: where files in use cannot go, the browser takes a moment to let go of its own."""


@dataclass(frozen=True, slots=True)
class SessionHome:
    """Whose a browser session is: a connection is a connector's file and one name among its settings. ``root`` is the
    folder for all sessions that are kept."""

    connector: Path | None
    settings: str
    root: Path

    @property
    def folder(self) -> Path | None:
        """Where the session stays, if it is kept; None where the connector is no file."""
        if self.connector is None:
            return None
        name = hashlib.sha256(f"{self.connector}\n{self.settings}".encode()).hexdigest()[:24]
        return self.root / name


def home_in_use(context: Context) -> SessionHome:
    """The home of the connection that the window works with now."""
    state = context.store.state
    return SessionHome(state.path, state.settings_name or "", context.shell.state_folder / "browser")


class BrowserSession(QObject):
    """Keeps, or forgets, browser sessions. Files are made and deleted in jobs; who wants to open a page meanwhile waits
    with ``when_free``."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._busy = 0
        self._waiting: list[Callable[[], object]] = []

    def kept(self, home: SessionHome) -> bool:
        """Whether the person wants this session kept."""
        folder = home.folder
        return folder is not None and bool(self._context.settings.value(_setting(folder), False, type=bool))

    def keep(self, home: SessionHome, done: Callable[[bool], object]) -> None:
        """Keep it from now on; ``done`` is told whether there is a place for it. Says so where there is none."""
        folder = home.folder
        if folder is None:
            return

        def made(_none: object) -> None:
            self._context.settings.setValue(_setting(folder), True)
            self._ended()
            done(True)

        def failed(error: Exception) -> None:
            self._ended()
            said = f"{folder}: {getattr(error, 'strerror', None) or error}. It stays off the record."
            self._context.messages.warn("The browser session cannot be kept.", said)
            done(False)

        self._busy += 1
        self._context.jobs.start(
            "Keeping the browser session",
            lambda _task: folder.mkdir(parents=True, exist_ok=True, mode=0o700),
            done=made,
            failed=failed,
            quiet=True,
        )

    def keep_no_more(self, home: SessionHome) -> None:
        if (folder := home.folder) is not None:
            self._context.settings.remove(_setting(folder))

    def clear(self, home: SessionHome, browser: ConsentBrowser | None, done: Callable[[Path | None], object]) -> None:
        """Take ``browser`` apart and delete what was kept at ``home``. ``done`` is told what could not be deleted, None
        for nothing."""
        folder = home.folder
        self._busy += 1

        def over(left: Path | None) -> None:
            self._ended()
            done(left)

        def delete() -> None:
            if folder is None:
                over(None)
                return
            self._context.jobs.start(
                "Clearing the browser session",
                lambda task: _deleted(task, folder),
                done=over,
                failed=lambda _error: over(folder),
                quiet=True,
            )

        if browser is None:
            delete()
        else:
            browser.dispose(delete)

    def when_free(self, act: Callable[[], object]) -> None:
        """Do ``act`` now, or as soon as no session is being made or deleted."""
        if self._busy:
            self._waiting.append(act)
        else:
            act()

    def _ended(self) -> None:
        self._busy -= 1
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            self.when_free(act)


def _setting(folder: Path) -> str:
    return f"browser/kept/{folder.name}"


def _deleted(task: Task, folder: Path) -> Path | None:
    for _ in range(_TRIES):
        # What cannot go is told by what is left.
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return None
        if task.cancelled:
            break
        time.sleep(_BETWEEN)
    return folder
