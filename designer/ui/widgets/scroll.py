"""Areas that scroll downwards: of a page, and of a panel beside it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from designer.ui.theme import Theme

__all__ = ["PageScroll", "make_room", "scrolling"]

_FOLLOWED_MS = 3000
_TRIES = 3
_ROOM = 8
"""Pixels that stay free above and below what is followed."""


def scrolling(content: QWidget, title: str) -> QScrollArea:
    """``content`` in an area that scrolls downwards only, by the keyboard too: ``title`` is what a screen reader says
    of it there."""
    area = QScrollArea()
    area.setAccessibleName(title)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def make_room(area: QScrollArea) -> None:
    """Give the content of ``area`` the height that it needs now. Qt does so only after what was added has been
    laid out, and painted, in the height that there was before."""
    QCoreApplication.sendEvent(area, QEvent(QEvent.Type.LayoutRequest))


class PageScroll(QScrollArea):
    """Content of a page, which keeps its width whether or not the bar is there.

    Scrolls downwards only; the bar lies in a strip of its own width that stays free while there is none.
    ``viewport_resized`` carries how many pixels can be seen at once.
    """

    viewport_resized = Signal(int)

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._followed: list[QWidget] = []
        """What is followed, and what holds it."""
        self._following = False
        """Whether the bar is moved by ``follow``."""
        self._reserving = False
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self._content = content
        self.verticalScrollBar().installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FOLLOWED_MS)
        self._timer.timeout.connect(self.leave)
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._reserve())
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._keep())
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._moved())
        self._reserve()

    def to_top(self) -> None:
        self.leave()
        self.verticalScrollBar().setValue(0)

    def follow(self, widget: QWidget) -> None:
        """Scroll so far that ``widget`` is in sight, its top where it is higher than what can be seen; and again while
        what stands above it is still laid out, until somebody scrolls elsewhere. The focus stays where it is."""
        self.leave()
        around: QWidget | None = widget
        while around is not None and around is not self._content:
            self._followed.append(around)
            around.installEventFilter(self)
            around = around.parentWidget()
        self._keep()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewport_resized.emit(self.viewport().height())

    def leave(self) -> None:
        """Follow nothing any more."""
        for one in self._followed:
            one.removeEventFilter(self)
        self._followed.clear()
        self._timer.stop()

    def _moved(self) -> None:
        if not self._following:
            self.leave()

    def _keep(self) -> None:
        if not self._followed:
            return
        widget = self._followed[0]
        top = widget.mapTo(self._content, QPoint(0, 0)).y()
        last = top + widget.height() + _ROOM - self.viewport().height()
        self._timer.start()
        self._following = True
        self.verticalScrollBar().setValue(max(0, min(top - _ROOM, last)))
        self._following = False

    def show_widget(self, widget: QWidget) -> None:
        """Scroll so far that ``widget`` is in sight with some room around it."""
        top = widget.mapTo(self._content, QPoint(0, 0)).y()
        self.ensureVisible(0, top, 0, 24)
        self.ensureVisible(0, top + min(widget.height(), self.viewport().height() - 48), 0, 24)

    def _reserve(self) -> None:
        # To set the margin lays out, shows or hides the bar, and so asks for this again: while bar and strip are both
        # there or both away, what wraps has another height, and the one calls for the other without end.
        if self._reserving:
            return
        self._reserving = True
        for _ in range(_TRIES):
            strip = 0 if self.verticalScrollBar().maximum() > 0 else Theme.current().size("scroll_bar")
            if self.viewportMargins().right() == strip:
                break
            self.setViewportMargins(0, 0, strip, 0)
        self._reserving = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.verticalScrollBar() and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._reserve()
        elif self._followed and watched in self._followed and event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._keep()
        return super().eventFilter(watched, event)
