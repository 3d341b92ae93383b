"""Lines below each other that come a few a turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.jobs import Jobs
from designer.ui.turns import Turns
from designer.ui.widgets.basics import clear_layout

__all__ = ["LineStack"]

_BATCH = 6
"""Lines that are made in one turn."""


class LineStack(QWidget):
    """The lines of a turn come into sight together: each that is put alone into a layout in sight would have all that
    is around it laid out anew."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._turns = Turns(jobs, self)
        self._box = _column(self)
        self._inside = self._box
        """What a line is put into."""
        self.count = 0
        """Lines and what parts them, so far."""

    def start(self, steps: Sequence[Callable[[], object]]) -> None:
        """Do ``steps``, each of which may ``add``, instead of what stands here."""
        self.clear()
        self._turns.start(partial(self._together, steps[at : at + _BATCH]) for at in range(0, len(steps), _BATCH))

    def add(self, line: QWidget) -> None:
        self._inside.addWidget(line)
        self.count += 1

    def clear(self) -> None:
        self._turns.start(())
        clear_layout(self._box)
        self.count = 0

    def _together(self, steps: Sequence[Callable[[], object]]) -> None:
        holder = QWidget()
        self._inside = _column(holder)
        try:
            for step in steps:
                step()
        finally:
            self._inside = self._box
        self._box.addWidget(holder)


def _column(holder: QWidget) -> QVBoxLayout:
    made = QVBoxLayout(holder)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    return made
