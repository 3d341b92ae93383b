"""What changes by itself, told to screen readers: how a run ended, how many problems there are, what the edge says."""

from __future__ import annotations

from http import HTTPStatus

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from designer.ui.messages import Message, Messages
from designer.ui.runner import Run, Runner
from designer.ui.store import Store

__all__ = ["Announcer", "run_words"]

CALM_MS = 1200
"""Problems come and go with each letter: they are told when the typing pauses."""


class Announcer(QObject):
    """Posts announcements for ``window``; ``said`` carries each."""

    said = Signal(str)

    def __init__(self, window: QWidget, store: Store, runner: Runner, messages: Messages) -> None:
        super().__init__(window)
        self._window = window
        self._store = store
        self._problems = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(CALM_MS)
        self._pause.timeout.connect(self._say_problems)
        store.problems_changed.connect(self._pause.start)
        store.opened.connect(self._opened)
        runner.finished.connect(lambda run: self.say(run_words(run)))
        runner.stopped.connect(self.say)
        messages.posted.connect(self._say_message)

    def say(self, text: str, *, urgent: bool = False) -> None:
        """Have ``text`` read aloud: after what is being read, or with ``urgent`` at once."""
        event = QAccessibleAnnouncementEvent(self._window, text)
        kinds = QAccessible.AnnouncementPoliteness
        event.setPoliteness(kinds.Assertive if urgent else kinds.Polite)
        QAccessible.updateAccessibility(event)
        self.said.emit(text)

    def _opened(self) -> None:
        self._problems = ""
        self.say(f"{self._store.state.title} is open.")

    def _say_problems(self) -> None:
        words = self._store.state.tally().words
        if words != self._problems:
            self._problems = words
            self.say(words)

    def _say_message(self, message: Message) -> None:
        self.say(f"{message.text} {message.detail}".strip(), urgent=message.tone == "error")


def run_words(run: Run) -> str:
    """How a run ended, in a sentence: ``GET me: 200 OK.``"""
    outcome = run.outcome
    reply = outcome.exchanges[-1].response if outcome.exchanges else None
    if outcome.error is not None and reply is None:
        ending = f"failed: {run.masks.text(str(outcome.error['message']))}"
    elif reply is not None:
        ending = run.masks.text(f"{reply.status} {reply.reason}".strip())
        if outcome.error is not None and reply.status < HTTPStatus.BAD_REQUEST:
            ending += ", but what was made of it failed"
    else:
        ending = "prepared, not sent" if outcome.prepared is not None else "done"
    said = f"{run.title}: {ending.rstrip('.')}."
    return f"{said} {run.verdict}." if run.verdict else said
