"""A row that leads somewhere: a click, Return or Space follows it, Up and Down go to the rows beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from designer.ui.theme import Theme

__all__ = ["LeadRow", "is_follow"]


def is_follow(event: QKeyEvent) -> bool:
    """Whether this key follows what has the focus, where Space does so already."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LeadRow(QAbstractButton):
    """Holds what a layout puts into it. ``told`` is what the row says and ``leads`` where it leads, for who does not
    see it: "X-Api-Key: •••", "explain it"."""

    def __init__(self, told: str, leads: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{told}: {leads}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.hasFocus() and not (self.underMouse() and self.isEnabled()):
            return
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = theme.size("focus_ring")
        if not self.hasFocus():
            painter.fillRect(self.rect(), theme.colour("hover"))
            return
        painter.setPen(QPen(theme.colour("accent"), ring))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(ring, 1, -ring, -1), 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if is_follow(event):
            self.click()
        elif step is not None and (row := self._beside(step)) is not None:
            row.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _beside(self, step: int) -> QWidget | None:
        parent = self.parentWidget()
        layout = parent.layout() if parent is not None else None
        if parent is None or layout is None:
            return None
        rows = parent.findChildren(LeadRow, options=Qt.FindChildOption.FindDirectChildrenOnly)
        rows = sorted((one for one in rows if one.isVisible()), key=lambda one: one.y())
        at = rows.index(self) + step
        return rows[at] if 0 <= at < len(rows) else None
