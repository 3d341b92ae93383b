"""Work of the UI thread in pieces: one a turn of the event loop, so that clicks, paints and layout come between.

Widgets can be made in the UI thread alone. Making those of a whole run in one go would hold the window still for as
long as a person notices; a few at a time they do not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from designer.ui.jobs import Jobs

__all__ = ["Turns"]

Step = Callable[[], object]


class Turns(QObject):
    """Does one step a turn. What is started anew takes the place of what still waits. ``jobs`` is not idle meanwhile:
    for whoever watches, both are work that goes on."""

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._steps: deque[Step] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)

    def start(self, steps: Iterable[Step]) -> None:
        """The first step is done at once, the others in the turns that follow."""
        self._steps = deque(steps)
        self._turn()

    def _turn(self) -> None:
        step = self._steps.popleft() if self._steps else None
        self._jobs.turning(self, bool(self._steps))
        if self._steps:
            # Before the step: it may start anew, and then this is that start's turn.
            self._timer.start()
        else:
            self._timer.stop()
        if step is not None:
            step()
