"""Parts below each other that come a few a turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.jobs import Jobs
from designer.ui.turns import Turns
from designer.ui.widgets.basics import clear_layout

__all__ = ["LineStack"]


class LineStack(QWidget):
    """The parts of a turn come into sight together: each that is put alone into a layout in sight would have all that
    is around it laid out anew. ``batch`` is how many are made in one turn, ``spacing`` what parts them in pixels."""

    grew = Signal()
    """Those of one more turn are in sight."""

    def __init__(self, jobs: Jobs, *, batch: int = 6, spacing: int = 0) -> None:
        super().__init__()
        self._turns = Turns(jobs, self)
        self._batch, self._spacing = batch, spacing
        self._box = self._column(self)
        self._inside = self._box
        """What a part is put into."""
        self.count = 0
        """Parts so far."""

    def start(self, steps: Sequence[Callable[[], object]], *, later: bool = False) -> None:
        """Do ``steps``, each of which may ``add``, instead of what stands here. ``later``: nothing in this turn, which
        has enough to do."""
        self.clear()
        batches = [steps[at : at + self._batch] for at in range(0, len(steps), self._batch)]
        self._turns.start(partial(self._together, batch) for batch in ([[], *batches] if later else batches))

    def add(self, part: QWidget) -> None:
        self._inside.addWidget(part)
        self.count += 1

    def clear(self) -> None:
        self._turns.start(())
        clear_layout(self._box)
        self.count = 0

    def _together(self, steps: Sequence[Callable[[], object]]) -> None:
        if not steps:
            return
        holder = QWidget()
        self._inside = self._column(holder)
        try:
            for step in steps:
                step()
        finally:
            self._inside = self._box
        self._box.addWidget(holder)
        holder.show()
        self.grew.emit()

    def _column(self, holder: QWidget) -> QVBoxLayout:
        made = QVBoxLayout(holder)
        made.setContentsMargins(0, 0, 0, 0)
        made.setSpacing(self._spacing)
        return made
