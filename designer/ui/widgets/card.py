"""Cards hold one subject; notices say what is wrong where it is; empty states say what could be here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.icons import draw_icon
from designer.ui.widgets.basics import ElidedLabel, button, column, label, row, show_if
from designer.ui.widgets.flow import HeadLayout

__all__ = ["Card", "EmptyState", "Icon", "Notice"]

_EMPTY_WIDTH = 400
"""Pixels of the text of an empty state, where there is room."""


class Icon(QWidget):
    """One icon in a role's colour; ``side`` in logical pixels."""

    def __init__(self, name: str, role: str = "dim", side: int = 16) -> None:
        super().__init__()
        self._name = name
        self._role = role
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_icon(QPainter(self), self.rect(), self._name, self._role)


class Card(QFrame):
    """A white sheet with an optional heading; ``header`` takes buttons, ``body`` the content."""

    def __init__(self, title: str = "", *, name: str = "", padding: int = 16) -> None:
        super().__init__()
        self.setProperty("card", "true")
        if name:
            self.setObjectName(name)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(padding, padding, padding, padding)
        self._outer.setSpacing(12)
        self.title = ElidedLabel(title, "heading")
        show_if(self.title, bool(title))
        self.header = HeadLayout(spacing=8)
        self.header.addWidget(self.title)
        if title:
            self._outer.addLayout(self.header)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self._outer.addLayout(self.body)


class Notice(QFrame):
    """Says one thing in place. ``tone`` is warning, error, note or done; ``actions`` are (title, name, function)."""

    def __init__(
        self,
        tone: str,
        title: str,
        text: str = "",
        actions: Iterable[tuple[str, str, Callable[[], object]]] = (),
        *,
        name: str = "notice",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("notice", tone)
        self.setAccessibleName(f"{tone}: {title}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.title = label(title, "strong", wrap=True)
        lines = column(self.title, spacing=2)
        if text:
            detail = label(text, "notice", wrap=True)
            lines.addWidget(detail)
        self.buttons = [button(t, n, f, dense=True) for t, n, f in actions]
        buttons = row(*self.buttons, spacing=6)
        picture = Icon(tone, "accent" if tone == "note" else tone, 18)
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 9, 10, 9)
        box.setSpacing(10)
        box.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(lines, 1)
        box.addLayout(buttons)
        box.setAlignment(buttons, Qt.AlignmentFlag.AlignVCenter)


class EmptyState(QWidget):
    """What to do where there is nothing yet."""

    def __init__(
        self, icon_name: str, title: str, text: str, actions: Iterable[tuple[str, str, Callable[[], object]]] = ()
    ) -> None:
        super().__init__()
        picture = Icon(icon_name, "faint", 32)
        heading = label(title, "heading")
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        detail = label(text, "dim", wrap=True)
        detail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # A wrapped label knows its height only for a width that is given.
        detail.setFixedWidth(_EMPTY_WIDTH)
        self._detail = detail
        buttons = row(None, *(button(t, n, f) for t, n, f in actions), None)
        centre = column(None, spacing=8)
        for item in (picture, heading):
            centre.addWidget(item, 0, Qt.AlignmentFlag.AlignHCenter)
        centre.addLayout(row(None, detail, None))
        centre.addSpacing(4)
        centre.addLayout(buttons)
        centre.addStretch(2)
        self.setLayout(centre)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 180)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._detail.setFixedWidth(max(160, min(_EMPTY_WIDTH, self.width() - 32)))
