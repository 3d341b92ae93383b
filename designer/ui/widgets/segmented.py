"""A row of tabs in one frame: Ruby | End-user form | Changes, Form | Ruby."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from designer.ui.theme import Theme
from designer.ui.widgets.flow import LineLayout

__all__ = ["Segmented"]


_KEYS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Home: 0,
    Qt.Key.Key_End: 0,
}
"""Keys that choose, with the step they take; Home and End go to the first and the last."""


class _Segment(QAbstractButton):
    """One choice. ``before`` and ``after`` are its neighbours."""

    def __init__(self, title: str, small: bool) -> None:
        super().__init__()
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # one of several, for who does not see them
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._small = small
        self.before: _Segment | None = None
        self.after: _Segment | None = None

    @property
    def first(self) -> bool:
        """Whether its line begins with it."""
        return self.before is None or self.before.y() < self.y()

    @property
    def last(self) -> bool:
        return self.after is None or self.after.y() > self.y()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(Theme.current().font("secondary", 600)).horizontalAdvance(self.text())
        return QSize(width + (20 if self._small else 26), 26 if self._small else 30)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.width() - (10 if self._small else 14), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.size("radius")
        # Inner edges lie outside the clip: one line between neighbours, drawn by the right one.
        frame = QRectF(self.rect()).adjusted(0.5 if self.first else -0.5, 0.5, -0.5 if self.last else radius + 2, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame if self.first else frame.adjusted(-radius, 0, 0, 0), radius, radius)
        ground = "accent_ground" if self.isChecked() else "hover" if self.underMouse() and self.isEnabled() else "panel"
        painter.fillPath(shape, theme.colour(ground))
        painter.setPen(theme.colour("line_strong"))
        painter.drawPath(shape)
        if not self.first:
            painter.drawLine(0, 1, 0, self.height() - 1)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), theme.size("focus_ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        painter.setFont(theme.font("secondary", 600 if self.isChecked() else 500))
        painter.setPen(theme.colour("accent" if self.isChecked() else "dim" if self.isEnabled() else "faint"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Segmented(QWidget):
    """Choices side by side, one of them in force. ``changed`` carries its id. Together they are one stop of the
    keyboard, at the choice in force; arrow keys, Home and End move.

    Each choice is a button called ``NAME.ID``; ``about`` says what is chosen, for who hears one choice alone.
    """

    changed = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], *, name: str, small: bool = False, about: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(about)
        self._small = small
        self._buttons: dict[str, _Segment] = {}
        self._titles: tuple[tuple[str, str], ...] = ()
        self._current = ""
        self._layout = LineLayout(self, spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_choices(choices)

    @property
    def current(self) -> str:
        return self._current

    @property
    def ids(self) -> list[str]:
        return list(self._buttons)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace the choices, keeping the one in force where it is still there."""
        if tuple(choices) == self._titles:
            return
        self._titles = tuple(choices)
        for segment in self._buttons.values():
            self._layout.removeWidget(segment)
            segment.hide()
            segment.deleteLater()
        self._buttons = {}
        former: _Segment | None = None
        for choice, title in choices:
            segment = _Segment(title, self._small)
            segment.setObjectName(f"{self.objectName()}.{choice}")
            segment.setAccessibleDescription(self.accessibleName())
            segment.before, former = former, segment
            if segment.before is not None:
                segment.before.after = segment
            segment.clicked.connect(lambda _checked=False, chosen=choice: self._clicked(chosen))
            segment.installEventFilter(self)
            self._layout.addWidget(segment)
            self._buttons[choice] = segment
        if self._current not in self._buttons:
            self._current = next(iter(self._buttons), "")
        self._show()

    def select(self, choice: str, *, quiet: bool = False) -> None:
        if choice == self._current or choice not in self._buttons:
            self._show()
            return
        self._current = choice
        self._show()
        if not quiet:
            self.changed.emit(choice)

    def enable(self, choice: str, enabled: bool, tip: str = "") -> None:
        self._buttons[choice].setEnabled(enabled)
        self._buttons[choice].setToolTip(tip)
        self._buttons[choice].setAccessibleDescription(tip or self.accessibleName())
        self._show()

    def _clicked(self, choice: str) -> None:
        self.select(choice)

    def _show(self) -> None:
        usable = [one for one, segment in self._buttons.items() if segment.isEnabled()]
        stop = self._current if self._current in usable else next(iter(usable), "")
        for choice, segment in self._buttons.items():
            segment.setChecked(choice == self._current)
            segment.setFocusPolicy(Qt.FocusPolicy.TabFocus if choice == stop else Qt.FocusPolicy.NoFocus)

    def _asked(self, key: Qt.Key, usable: Sequence[str]) -> str | None:
        """The choice a key asks for, None for one that asks for none."""
        if not usable or key not in _KEYS:
            return None
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return usable[0 if key == Qt.Key.Key_Home else -1]
        at = usable.index(self._current) if self._current in usable else 0
        return usable[(at + _KEYS[key]) % len(usable)]

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            usable = [one for one, segment in self._buttons.items() if segment.isEnabled()]
            chosen = self._asked(Qt.Key(event.key()), usable)
            if chosen is not None:
                self.select(chosen)
                self._buttons[chosen].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)
