"""The left rail: pages in groups, each with its state in a few words and a badge for problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.icons import draw_icon
from designer.ui.state import PageState
from designer.ui.theme import Theme
from designer.ui.widgets.badge import draw_pill, pill_width
from designer.ui.widgets.basics import clear_layout, label

__all__ = ["Rail", "RailItem"]

LEAST_WORDS = 48


@dataclass(frozen=True, slots=True)
class RailItem:
    """One page. Items without a ``group`` stand at the foot."""

    id: str
    title: str
    group: str
    icon: str


def fitting(words: str, width: Callable[[str], int], room: int) -> str:
    """``words``, or where they are wider than ``room`` what stands after their dot: that is what they differ by."""
    return words if width(words) <= room else words.rpartition(" · ")[2]


class _Entry(QAbstractButton):
    def __init__(self, item_id: str, title: str, icon_name: str, *, child: bool = False) -> None:
        super().__init__()
        self.setObjectName(f"rail.{item_id}")
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon = icon_name
        self._child = child
        self._state = PageState()
        self._chosen = False
        self.say(PageState())

    def say(self, state: PageState) -> None:
        if state == self._state and self.accessibleName():
            return
        self._state = state
        spoken = ", ".join(
            part for part in (self.text(), state.words, f"{state.badge} problems" if state.badge else "") if part
        )
        self.setAccessibleName(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 26 if self._child else 30)

    def show_chosen(self, chosen: bool) -> None:
        """Whether it leads to where one is. It is no check box: whoever hears it is told a button and where one is."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.setAccessibleDescription("The page in sight" if chosen else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        radius = theme.size("radius")
        chosen = self._chosen
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen:
            painter.setBrush(theme.colour("accent_ground"))
            painter.drawRoundedRect(rect, radius, radius)
        elif self.underMouse():
            painter.setBrush(theme.colour("pressed"))
            painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), theme.size("focus_ring")))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
        left = 10
        middle = self.height() // 2
        if self._child:
            left = 36
        else:
            draw_icon(painter, QRect(left, middle - 8, 16, 16), self._icon, "accent" if chosen else "dim")
            left += 26
        right = self.width() - 8
        if self._state.badge:
            height = theme.size("badge")
            width = max(height + 6, pill_width(self._state.badge))
            draw_pill(
                painter, QRectF(right - width, middle - height / 2, width, height), self._state.badge, self._state.tone
            )
            right -= width + 4
        font = theme.font("secondary" if self._child else "body", 600 if chosen else 400 if self._child else 500)
        painter.setFont(font)
        painter.setPen(theme.colour("text" if chosen or not self._child else "dim"))
        metrics = QFontMetrics(font)
        title = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, 0, right - left, self.height()), Qt.AlignmentFlag.AlignVCenter, title)
        left += metrics.horizontalAdvance(title) + 6
        font = theme.font("secondary")
        metrics = QFontMetrics(font)
        # A word of which two letters are left says nothing.
        if self._state.words and right - left >= min(
            LEAST_WORDS, metrics.horizontalAdvance(self._state.words.rpartition(" · ")[2])
        ):
            painter.setFont(font)
            painter.setPen(theme.colour("dim"))
            words = fitting(self._state.words, metrics.horizontalAdvance, right - left)
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRect(left, 0, right - left, self.height()), Qt.AlignmentFlag.AlignVCenter, words)


class Rail(QFrame):
    """``chosen`` carries a page id, ``part_chosen`` the pointer of a part below a page."""

    chosen = Signal(str)
    part_chosen = Signal(str)

    def __init__(self, items: Sequence[RailItem]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setMinimumWidth(168)
        self.setMaximumWidth(360)
        self._entries: dict[str, _Entry] = {}
        self._parts: dict[str, QVBoxLayout] = {}
        self._part_keys: dict[str, tuple[tuple[str, str, PageState], ...]] = {}
        self._groups: list[str] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 14, 12, 8)
        self._column.setSpacing(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 10)
        for item in items:
            column = self._column if item.group else foot
            if item.group and item.group not in self._groups:
                if self._groups:
                    column.addSpacing(14)
                self._groups.append(item.group)
                heading = label(item.group.upper(), "group")
                heading.setContentsMargins(8, 0, 0, 4)
                column.addWidget(heading)
            entry = _Entry(item.id, item.title, item.icon)
            entry.clicked.connect(lambda _checked=False, page=item.id: self.chosen.emit(page))
            self._entries[item.id] = entry
            column.addWidget(entry)
            parts = QVBoxLayout()
            parts.setSpacing(1)
            column.addLayout(parts)
            self._parts[item.id] = parts
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        outer.addLayout(foot)
        Theme.current().changed.connect(self.update)

    def show_current(self, page: str, pointer: str = "") -> None:
        part_shown = False
        for key, entry in self._entries.items():
            if key.startswith("/"):
                inside = pointer == key or pointer.startswith(key + "/")
                entry.show_chosen(inside)
                part_shown = part_shown or inside
        for key, entry in self._entries.items():
            if not key.startswith("/"):
                entry.show_chosen(key == page and not part_shown)

    def say(self, page: str, state: PageState) -> None:
        self._entries[page].say(state)

    def show_parts(self, page: str, parts: Sequence[tuple[str, str, PageState]]) -> None:
        """Entries below a page: (pointer, title, state)."""
        if self._part_keys.get(page, ()) == tuple(parts):
            return
        for pointer, _title, _state in self._part_keys.get(page, ()):
            self._entries.pop(pointer, None)
        self._part_keys[page] = tuple(parts)
        clear_layout(self._parts[page])
        for pointer, title, state in parts:
            entry = _Entry(pointer, title, "", child=True)
            entry.say(state)
            entry.clicked.connect(lambda _checked=False, at=pointer: self.part_chosen.emit(at))
            self._entries[pointer] = entry
            self._parts[page].addWidget(entry)

    def sizeHint(self) -> QSize:
        return QSize(232, 600)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entries = [entry for entry in self._entries.values() if entry.isVisible()]
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        at = next((index for index, entry in enumerate(entries) if entry.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        entries[(at + step) % len(entries)].setFocus(Qt.FocusReason.TabFocusReason)
