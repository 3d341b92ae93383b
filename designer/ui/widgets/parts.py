"""Which part of a long body is in sight, and the way to the others."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from designer.ui.widgets.basics import label, row, tool_button
from designer.ui.widgets.inputs import LineEdit

__all__ = ["Parts"]


class Parts(QWidget):
    """Two arrows and the number of the part, which can be typed. ``moved`` carries the part wanted, from 0."""

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("replyParts")
        self._at, self._count = 0, 1
        self._back = tool_button("chevron-left", "replyParts.back", "The part before", lambda: self._go(self._at - 1))
        self._on = tool_button("chevron-right", "replyParts.on", "The next part", lambda: self._go(self._at + 1))
        self._number = LineEdit("replyParts.number", "part")
        self._number.setAccessibleName("Part of the reply")
        self._number.setFixedWidth(64)
        self._number.returnPressed.connect(self._typed)
        self._said = label("", "secondary", name="replyParts.said")
        self.setLayout(row(self._back, self._number, self._on, self._said, None, margins=(16, 0, 12, 0)))

    @property
    def at(self) -> int:
        return self._at

    def show_part(self, at: int, count: int, said: str) -> None:
        """``said`` follows the number: what is in sight."""
        self._at, self._count = at, count
        self._number.setText(str(at + 1))
        self._said.setText(f"of {count:,} parts · {said}")
        self._back.setEnabled(at > 0)
        self._on.setEnabled(at < count - 1)

    def _go(self, at: int) -> None:
        at = max(0, min(at, self._count - 1))
        if at == self._at:
            self._number.setText(str(at + 1))
        else:
            self.moved.emit(at)

    def _typed(self) -> None:
        text = self._number.text().replace(",", "").strip()
        self._go(int(text) - 1 if text.isdecimal() else self._at)
