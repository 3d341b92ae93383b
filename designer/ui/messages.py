"""The one route for messages to the person, and what happens to failures nobody expected."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QStandardPaths, Signal

from designer.errors import UserError

__all__ = ["Action", "Message", "Messages", "log_file"]

_log = logging.getLogger("designer")


@dataclass(frozen=True, slots=True)
class Action:
    """A way out, offered as a button."""

    title: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """``tone``: done, note, warning or error. Errors stay until closed, the rest go by themselves."""

    tone: str
    text: str
    detail: str = ""
    action: Action | None = None


class Messages(QObject):
    """Say something to the person: the window shows it at its edge, never as a dialog."""

    posted = Signal(object)
    _failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.last: Message | None = None
        self._failed.connect(self._show_failure)

    def say(self, tone: str, text: str, detail: str = "", action: Action | None = None) -> None:
        self.last = Message(tone, text, detail, action)
        self.posted.emit(self.last)

    def done(self, text: str, detail: str = "", action: Action | None = None) -> None:
        self.say("done", text, detail, action)

    def note(self, text: str, detail: str = "", action: Action | None = None) -> None:
        self.say("note", text, detail, action)

    def warn(self, text: str, detail: str = "", action: Action | None = None) -> None:
        self.say("warning", text, detail, action)

    def fail(self, error: BaseException) -> None:
        """Show a failure: its own words where it is one of ours, otherwise that it was written to the log.

        May be called from any thread.
        """
        if not isinstance(error, UserError):
            record(error)
        self._failed.emit(error)

    def take_over(self) -> None:
        """Route exceptions that nobody caught here, from every thread, in place of a traceback on a terminal."""

        def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                # Without what it interrupted: that may quote what was typed.
                sys.__excepthook__(kind, kind(), None)
            else:
                self.fail(error)

        def thread_hook(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
                self.fail(args.exc_value)

        def unraisable_hook(args: sys.UnraisableHookArgs) -> None:
            # While something is taken apart there is nobody to answer to; the log says where it was.
            if args.exc_value is not None:
                record(args.exc_value)

        sys.excepthook = hook
        sys.unraisablehook = unraisable_hook
        threading.excepthook = thread_hook

    def _show_failure(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.say("error", error.message, error.hint)
            return
        self.say(
            "error",
            "Something went wrong inside Connection Designer.",
            f"Your text is untouched. What happened ({type(error).__name__}) is in {log_file()}; it holds no secrets.",
        )


def log_file() -> Path:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(folder or Path.home()) / "connection-designer.log"


def record(error: BaseException) -> None:
    """Write what failed and where into the log. Messages and values are left out: they may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    _log.error("%s at %s", type(error).__name__, places or "unknown place")


def start_log() -> None:
    """Write the log to a file of at most 1 MB beside an older one; without a file where the folder is closed."""
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.WARNING)
