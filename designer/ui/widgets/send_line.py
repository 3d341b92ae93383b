"""How the last send stands, in one line that never scrolls away: what has come so far, with Cancel beside it, then how
it ended, with ways to its parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from designer.ui.runner import Run
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, bound, button, row, show_if
from designer.ui.wiretext import reply_tone, size
from designer.wire.transport import Arrival

__all__ = ["SendLine", "arrival_words"]

_PARTS = (("request", "Request"), ("happened", "What happened"), ("reply", "Reply"))
_EVERY_MS = 100
_HEIGHT = 30
"""Pixels, whatever it says: what stands below stays where it is."""


class SendLine(QWidget):
    """``cancel`` is the button beside what is under way."""

    jumped = Signal(str)
    """The part of the last run to be shown: "request", "happened" or "reply"."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("consoleLine")
        self._badge = Badge()
        self._words = ElidedLabel("", "secondary")
        self._words.setObjectName("consoleLine.words")
        self.cancel = button("Cancel", "consoleCancel", cancel, variant="danger", dense=True)
        self.cancel.setToolTip("Stop it at once (Esc)")
        self._jumps = {
            part: button(title, f"consoleTo.{part}", bound(self.jumped.emit, part), variant="quiet", dense=True)
            for part, title in _PARTS
        }
        for part, title in _PARTS:
            self._jumps[part].setAccessibleName(f"Go to {title}")
        line = row(self._badge, self._words, self.cancel, row(*self._jumps.values(), spacing=0))
        line.setStretchFactor(self._words, 1)
        self.setLayout(line)
        self.setFixedHeight(Theme.current().grown(_HEIGHT))
        self._title = ""
        self._began = 0.0
        self._arrival = Arrival()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self.forget()

    def begin(self, title: str, arrival: Arrival) -> None:
        """``title`` is under way, and ``arrival`` knows what has come of it."""
        self._title, self._arrival, self._began = title, arrival, time.monotonic()
        self._badge.hide()
        for jump in self._jumps.values():
            jump.hide()
        self.cancel.show()
        self._look()
        self._timer.start()
        self.show()

    def end(self) -> None:
        """Nothing is under way, and how it ended is not known yet."""
        self._timer.stop()
        self.cancel.hide()
        self._words.setText("")

    def show_run(self, run: Run, parts: Iterable[str]) -> None:
        """How ``run`` ended; ``parts`` are those it has."""
        outcome = run.outcome
        reply = outcome.exchanges[-1].response if outcome.exchanges else None
        if reply is not None:
            self._badge.show_text(str(reply.status), reply_tone(reply))
            took = f"{reply.timings['total'] * 1000:.0f} ms" if "total" in reply.timings else ""
            title = run.verdict or ("" if run.operation == "request" else run.title)
            self._say(title, run.seen.told.text(reply.reason), took, size(len(reply.body)))
        else:
            failed = outcome.error is not None
            cancelled = failed and outcome.error is not None and outcome.error["class"] == "Designer::Cancelled"
            cut_off = outcome.exchanges and outcome.exchanges[-1].partial is not None
            unanswered = "reply cut off" if cut_off else "no reply"
            words = unanswered if outcome.exchanges else "failed" if failed else "not sent"
            tone = "error" if failed and not cancelled else "neutral"
            self._badge.show_text("cancelled" if cancelled else words, tone)
            self._say(run.verdict or run.title)
        there = set(parts)
        for part, jump in self._jumps.items():
            show_if(jump, part in there)
        self._badge.show()
        self.show()

    def forget(self) -> None:
        """Nothing was sent."""
        self.end()
        self.hide()

    def _look(self) -> None:
        seconds = int(time.monotonic() - self._began)
        self._say("Sending…", arrival_words(self._arrival), f"{seconds} s" if seconds else "", self._title)

    def _say(self, *parts: str) -> None:
        self._words.setText(" · ".join(part for part in parts if part))


def arrival_words(arrival: Arrival) -> str:
    """What has come: "12.0 MB so far", "12.0 MB of 50.0 MB so far"; "" before anything has."""
    came, whole = arrival.came, arrival.whole
    if not came:
        return ""
    return f"{size(came)} of {size(whole)} so far" if whole is not None and whole > came else f"{size(came)} so far"
