"""Areas that scroll downwards: of a page, and of a panel beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from designer.ui.theme import Theme

__all__ = ["PageScroll", "scrolling"]


def scrolling(content: QWidget, title: str) -> QScrollArea:
    """``content`` in an area that scrolls downwards only, by the keyboard too: ``title`` is what a screen reader says
    of it there."""
    area = QScrollArea()
    area.setAccessibleName(title)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


class PageScroll(QScrollArea):
    """Content of a page, which keeps its width whether or not the bar is there.

    Scrolls downwards only; the bar lies in a strip of its own width that stays free while there is none.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self._content = content
        self.verticalScrollBar().installEventFilter(self)
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._reserve())
        self._reserve()

    def to_top(self) -> None:
        self.verticalScrollBar().setValue(0)

    def show_widget(self, widget: QWidget) -> None:
        """Scroll so far that ``widget`` is in sight with some room around it."""
        top = widget.mapTo(self._content, QPoint(0, 0)).y()
        self.ensureVisible(0, top, 0, 24)
        self.ensureVisible(0, top + min(widget.height(), self.viewport().height() - 48), 0, 24)

    def _reserve(self) -> None:
        needed = self.verticalScrollBar().maximum() > 0
        self.setViewportMargins(0, 0, 0 if needed else Theme.current().size("scroll_bar"), 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.verticalScrollBar() and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._reserve()
        return super().eventFilter(watched, event)
