"""A veil over what does not hold any more, until what takes its place is there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from designer.ui.theme import Theme

__all__ = ["Veil"]

_THICK = 0.72


class Veil(QWidget):
    """Lies over all of ``covered``: what is below can be made out, and not be clicked. Nothing below is laid out anew
    or loses the focus."""

    def __init__(self, covered: QWidget, name: str) -> None:
        super().__init__(covered)
        self._covered = covered
        self.setObjectName(name)
        self.hide()
        covered.installEventFilter(self)

    def cover(self) -> None:
        self.resize(self._covered.size())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._covered:
            self.resize(self._covered.size())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = Theme.current().colour("background")
        colour.setAlphaF(_THICK)
        QPainter(self).fillRect(event.rect(), colour)
