"""The grid of a matrix run: every option with its saved credentials, what its test came to, and two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from designer.ui.jobs import Jobs, Task
from designer.ui.messages import Messages
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import bound, button, label, show_if
from designer.ui.widgets.card import Card
from designer.ui.widgets.inputs import CheckBox
from designer.wire.matrix import Cell

if TYPE_CHECKING:
    from designer.ui.widgets.comparison import ComparisonView
    from designer.wire.compare import Comparison

__all__ = ["MatrixGrid"]

_HEADS = ("", "Option", "Credentials", "Test", "Reply", "Requests", "Time")
_TOLD = 2
"""The column below which is told what there is to say of a cell."""
_PAIR = 2
_COMPARISON_HEIGHT = 380


class MatrixGrid(Card):
    """``opened`` carries the cell whose run is to be shown, ``keep_wanted`` those whose new settings are to be kept.
    Two that are ticked are compared below the others."""

    opened = Signal(object)
    keep_wanted = Signal(object)

    def __init__(self, messages: Messages, jobs: Jobs) -> None:
        super().__init__("Every option", name="matrix")
        self._messages = messages
        self._jobs = jobs
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
        self._hint = label("Tick two to compare them.", "secondary", name="matrix.hint")
        self._hint.hide()
        self.body.addWidget(self._hint)
        self._cells: list[Cell] = []
        self._picked: list[Cell] = []
        """Ticked, the last one last."""
        self._comparison: ComparisonView | None = None

    def _compare(self, pair: list[Cell]) -> None:
        def work(_task: Task) -> Comparison:
            from designer.wire.compare import Side, compare

            sides = (Side(_named(cell), cell.settings, cell.outcome) for cell in pair if cell.outcome is not None)
            return compare(*sides)

        def done(found: Comparison) -> None:
            # Others may have been ticked in the meantime.
            if list(map(id, self._pair())) == list(map(id, pair)):
                self._show_comparison(found)

        self._jobs.start("Comparing", work, done=done, failed=self._messages.fail, key="compare-cells", quiet=True)

    def _pair(self) -> list[Cell]:
        """The cells that are ticked, in the order of the grid."""
        return [cell for cell in self._cells if _among(cell, self._picked)]

    def _show_comparison(self, found: Comparison) -> None:
        if self._comparison is None:
            from designer.ui.widgets.comparison import ComparisonView

            self._comparison = ComparisonView(self._jobs)
            self._comparison.setFixedHeight(_COMPARISON_HEIGHT)
            self.body.addWidget(self._comparison)
        self._hint.hide()
        self._comparison.show()
        self._comparison.show_comparison(found)

    def begin(self) -> None:
        self.clear()
        self._about.setText("running…")
        self.show()

    def clear(self) -> None:
        """Forget every cell and go out of sight."""
        self._cells, self._picked = [], []
        self._leave_comparison()
        self._about.setText("")
        self._hint.hide()
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
        show_if(self._hint, sum(1 for cell in self._cells if cell.outcome is not None) >= _PAIR)
        self._keep.setVisible(any(cell.renewed for cell in self._cells))

    def _keep_now(self) -> None:
        self._keep.hide()
        self.keep_wanted.emit([cell for cell in self._cells if cell.renewed])

    def _pick(self, cell: Cell, ticked: bool) -> None:
        self._picked = [one for one in self._picked if one is not cell] + [cell] * ticked
        self._picked = self._picked[-_PAIR:]
        for box in self._content.findChildren(CheckBox):
            index = int(box.objectName().rpartition(".")[2]) - 1
            box.show_state(_among(self._cells[index], self._picked))
        if len(self._picked) == _PAIR:
            self._compare(self._pair())
        else:
            self._leave_comparison()

    def _leave_comparison(self) -> None:
        if self._comparison is not None and not self._comparison.isHidden():
            self._comparison.forget()
            self._comparison.hide()
            self._hint.show()

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
            pick = CheckBox(f"matrixPick.{line}", "")
            pick.setAccessibleName(f"Compare {_named(cell)}")
            pick.setToolTip("Tick two to compare them")
            pick.show_state(_among(cell, self._picked))
            pick.edited.connect(lambda ticked: self._pick(cell, ticked))
            grid.addWidget(pick, line * 2 - 1, 0)
            facts += [
                label(str(cell.status) if cell.status else "none"),
                label(str(len(cell.outcome.exchanges))),
                label(f"{cell.seconds * 1000:.0f} ms"),
            ]
            show = button("Show", f"matrixShow.{line}", bound(self.opened.emit, cell), dense=True)
            whose = " with ".join(filter(None, (cell.option, cell.connection)))
            show.setAccessibleName(f"Show the run of {whose or 'the test'}")
            grid.addWidget(show, line * 2 - 1, len(_HEADS))
        for column, widget in enumerate(facts, 1):
            grid.addWidget(widget, line * 2 - 1, column, Qt.AlignmentFlag.AlignLeft)
        error = cell.outcome.error if cell.outcome is not None else None
        renewed = "The run changed these settings, as by new tokens; Keep new settings writes them." * cell.renewed
        why = cell.note or (cell.seen().told.text(str(error["message"])) if error is not None else renewed)
        if why:
            grid.addWidget(label(why, "secondary", wrap=True, selectable=True), line * 2, _TOLD, 1, len(_HEADS) - 1)


def _named(cell: Cell) -> str:
    return " · ".join(filter(None, (cell.option, cell.connection)))


def _among(cell: Cell, cells: list[Cell]) -> bool:
    """Whether it is one of them itself: to compare two by what they hold would compare whole runs."""
    return any(cell is one for one in cells)
