"""The grid of a matrix run: every option with its saved credentials, and what its test came to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import bound, button, label
from designer.ui.widgets.card import Card
from designer.wire.matrix import Cell

__all__ = ["MatrixGrid"]

_HEADS = ("Option", "Credentials", "Test", "Reply", "Requests", "Time")


class MatrixGrid(Card):
    """``opened`` carries the cell whose run is to be shown, ``keep_wanted`` those whose new settings are to be kept."""

    opened = Signal(object)
    keep_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__("Every option", name="matrix")
        self._about = label("", "secondary", name="matrix.about")
        self.header.addWidget(self._about)
        tip = (
            "Write the new tokens to the settings file. A provider may take each refresh token once: without this the "
        )
        tip += "saved one is spent."
        self._keep = button("Keep new settings", "matrixKeep", self._keep_now, dense=True, tip=tip)
        self._keep.hide()
        self.header.addWidget(self._keep)
        self.header.addWidget(button("Close", "matrixClose", self.hide, dense=True))
        self._content = QWidget()
        self.body.addWidget(self._content)
        self._cells: list[Cell] = []

    def begin(self) -> None:
        self.clear()
        self._about.setText("running…")
        self.show()

    def clear(self) -> None:
        """Forget every cell and go out of sight."""
        self._cells = []
        self._about.setText("")
        self._keep.hide()
        self._show()
        self.hide()

    def add(self, cell: Cell) -> None:
        self._cells.append(cell)
        self._show()

    def end(self, whole: bool = True) -> None:
        """No more cells come; ``whole`` says that all are there."""
        passed = sum(1 for cell in self._cells if cell.passed)
        said = f"{passed} of {len(self._cells)} passed"
        self._about.setText(said if whole else f"stopped, {said}")
        self._keep.setVisible(any(cell.renewed for cell in self._cells))

    def _keep_now(self) -> None:
        self._keep.hide()
        self.keep_wanted.emit([cell for cell in self._cells if cell.renewed])

    def _show(self) -> None:
        old, self._content = self._content, QWidget()
        grid = QGridLayout(self._content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for column, title in enumerate(_HEADS):
            grid.addWidget(label(title.upper(), "group"), 0, column)
        for line, cell in enumerate(self._cells, 1):
            self._put(grid, line, cell)
        grid.setColumnStretch(len(_HEADS), 1)
        self.body.replaceWidget(old, self._content)
        old.hide()
        old.deleteLater()

    def _put(self, grid: QGridLayout, line: int, cell: Cell) -> None:
        badge = Badge()
        badge.setObjectName(f"matrix.{cell.option or '-'}.{cell.connection or '-'}")
        tone = "done" if cell.passed else "neutral" if cell.outcome is None else "error"
        badge.show_text(cell.verdict, tone)
        option, credentials = label(cell.option or "none", "strong"), label(cell.connection or "none")
        facts: list[QLabel | Badge] = [option, credentials, badge]
        if cell.outcome is not None:
            facts += [
                label(str(cell.status) if cell.status else "none"),
                label(str(len(cell.outcome.exchanges))),
                label(f"{cell.seconds * 1000:.0f} ms"),
            ]
            show = button("Show", f"matrixShow.{line}", bound(self.opened.emit, cell), dense=True)
            whose = " with ".join(filter(None, (cell.option, cell.connection)))
            show.setAccessibleName(f"Show the run of {whose or 'the test'}")
            grid.addWidget(show, line * 2 - 1, len(_HEADS))
        for column, widget in enumerate(facts):
            grid.addWidget(widget, line * 2 - 1, column, Qt.AlignmentFlag.AlignLeft)
        error = cell.outcome.error if cell.outcome is not None else None
        renewed = "The run changed these settings, as by new tokens; Keep new settings writes them." * cell.renewed
        why = cell.note or (cell.seen().told.text(str(error["message"])) if error is not None else renewed)
        if why:
            grid.addWidget(label(why, "secondary", wrap=True, selectable=True), line * 2, 1, 1, len(_HEADS))
