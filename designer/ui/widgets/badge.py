"""Badges say a state, chips name a thing and can be clicked. Both keep one height whatever their neighbours do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from designer.ui.icons import draw_icon
from designer.ui.theme import Theme
from designer.ui.widgets.basics import show_if

__all__ = ["Badge", "Chip", "draw_pill", "pill_width"]

# tone -> (text role, ground role)
TONES = {
    "neutral": ("dim", "hover"),
    "accent": ("accent", "accent_ground"),
    "done": ("done", "done_ground"),
    "warning": ("warning", "warning_ground"),
    "error": ("error", "error_ground"),
    "note": ("accent", "accent_ground"),
}


def pill_width(text: str, padding: int = 8) -> int:
    return QFontMetrics(Theme.current().font("group", 600)).horizontalAdvance(text) + 2 * padding


def draw_pill(painter: QPainter, rect: QRectF, text: str, tone: str, ground: str | None = None) -> None:
    """One badge, for delegates that paint their own rows; ``ground`` in place of the tone's own."""
    theme = Theme.current()
    ink, own_ground = TONES[tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(ground or own_ground))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setPen(theme.colour(ink))
    painter.setFont(theme.font("group", 600))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Badge(QWidget):
    """A short state: "done", "401", "3". ``tone`` is neutral, accent, done, warning, error or note."""

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        return self._text

    @property
    def tone(self) -> str:
        return self._tone

    def show_text(self, text: str, tone: str | None = None) -> None:
        self._text = text
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        show_if(self, bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = Theme.current().size("badge")
        return QSize(max(height, pill_width(self._text)), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_pill(QPainter(self), QRectF(self.rect()), self._text, self._tone)


class Chip(QAbstractButton):
    """A named thing that leads somewhere ("apply · line 33"), or an item that can be taken out."""

    removed = Signal()

    def __init__(
        self, text: str, *, removable: bool = False, tone: str = "accent", icon_name: str = "", code: bool = False
    ) -> None:
        super().__init__()
        self.setText(text)
        self._tone = tone
        self._icon = icon_name
        self._removable = removable
        self._code = code
        self._hover = False
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        width = metrics.horizontalAdvance(self.text()) + 18
        return QSize(width + (18 if self._icon else 0) + (18 if self._removable else 0), 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _font(self) -> QFont:
        theme = Theme.current()
        return theme.code_font("secondary") if self._code else theme.font("secondary", 500)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        ink, ground = TONES[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), theme.size("focus_ring")))
            rect.adjust(0.5, 0.5, -0.5, -0.5)
        elif self._hover:
            painter.setPen(theme.colour(ink))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(rect, theme.size("radius"), theme.size("radius"))
        painter.setPen(theme.colour(ink))
        painter.setFont(self._font())
        left = 9 + (18 if self._icon else 0)
        if self._icon:
            draw_icon(painter, QRectF(8, 5, 14, 14), self._icon, ink)
        text_rect = QRectF(left, 0, self.width() - left - (22 if self._removable else 4), self.height())
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self._removable:
            draw_icon(painter, QRectF(self.width() - 20, 5, 14, 14), "close", ink)

    def enterEvent(self, event: QEvent) -> None:
        self._hover = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._removable and event.position().x() > self.width() - 24:
            self.removed.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)
