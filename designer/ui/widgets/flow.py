"""A layout that wraps like text: chips, buttons of a narrow column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

__all__ = ["FlowLayout", "HeadLayout", "LineLayout"]


class FlowLayout(QLayout):
    _stretching = True
    """Whether what can expand takes the rest of its line."""
    _measured: dict[str | int, QSize] | None = None
    """What was found out since something changed: Qt asks for each size dozens of times, and for those of all layouts
    around it. A width has the height that belongs to it."""

    def invalidate(self) -> None:
        self._measured = None
        super().invalidate()

    def _once(self, what: str | int, measure: Callable[[], QSize]) -> QSize:
        if self._measured is None:
            self._measured = {}
        found = self._measured.get(what)
        if found is None:
            found = self._measured[what] = measure()
        return QSize(found)

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def insert(self, index: int, widget: QWidget) -> None:
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._once(width, lambda: QSize(width, self._height_for(width))).height()

    def _height_for(self, width: int) -> int:
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        return self._arrange(QRect(0, 0, inner, 0), move=False) + margins.top() + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect.marginsRemoved(self.contentsMargins()), move=True)

    def sizeHint(self) -> QSize:
        return self._once("hint", self._wanted)

    def minimumSize(self) -> QSize:
        return self._once("least", self._smallest)

    def _wanted(self) -> QSize:
        return self.minimumSize()

    def _smallest(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the items in ``rect`` (or only measure); their height in pixels."""
        return self._flow(self._items, rect, move=move)

    def _flow(self, items: Sequence[QLayoutItem], rect: QRect, *, move: bool) -> int:
        x, y = rect.x(), rect.y()
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            hint = item.sizeHint()
            if widget is not None and hint.width() <= 0:
                hint = widget.sizeHint()  # its policy is to take what there is
            if line and x + hint.width() > rect.right() + 1:
                y += _end_line(line, y, move=move) + self.spacing()
                x, line = rect.x(), []
            width = min(hint.width(), rect.width())
            height = _height(item, width)
            if self._stretching and widget is not None and _expands(widget):
                line.append((item, QRect(x, y, max(width, rect.right() + 1 - x), height)))
            else:
                line.append((item, QRect(x, y, width, height)))
            x += width + self.spacing()
        return y + _end_line(line, y, move=move) - rect.y()


class LineLayout(FlowLayout):
    """Wants all of its items on one line; where it gets less they give way as far as they can, then it wraps."""

    def _wanted(self) -> QSize:
        shown = _shown(self._items)
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        shown = _shown(self._items)
        over = self.sizeHint().width() - rect.width()
        widgets = [widget for item in shown if (widget := item.widget()) is not None]
        spare = [widget.sizeHint().width() - widget.minimumSizeHint().width() for widget in widgets]
        if over <= 0 or sum(spare) < over or len(spare) < len(shown):
            return super()._arrange(rect, move=move)
        x, height = rect.x(), max(item.sizeHint().height() for item in shown)
        for index, item in enumerate(shown):
            # As much from each as it has to spare, the last one makes up for what was rounded.
            taken = min(spare[index], -(-over * spare[index] // max(1, sum(spare[index:]))))
            over -= taken
            width = item.sizeHint().width() - taken
            if move:
                item.setGeometry(QRect(x, rect.y(), width, height))
            x += width + self.spacing()
        return height


class HeadLayout(FlowLayout):
    """A title and what belongs to it at the right end of its line; where that does not fit, on lines below.

    ``addStretch`` parts what stands beside the title from what stands at the right end. ``least`` is the room in
    pixels that a title of several lines needs to stay beside the others.
    """

    _stretching = False

    def __init__(self, parent: QWidget | None = None, spacing: int = 8, least: int = 0) -> None:
        self._hints: dict[int, QSize] = {}
        """Of each item, by its identity, since something changed; see ``_once``."""
        super().__init__(parent, spacing)
        self._least = least
        self._left = 1

    def invalidate(self) -> None:
        self._hints.clear()
        super().invalidate()

    def addStretch(self) -> None:
        self._left = len(self._items)

    def insertWidget(self, index: int, widget: QWidget) -> None:
        self.insert(index, widget)
        self._left += 1 if index < self._left else 0

    def _smallest(self) -> QSize:
        size = QSize()
        for item in self._items:
            if (widget := item.widget()) is not None and not widget.isHidden():
                size = size.expandedTo(widget.minimumSizeHint()).expandedTo(widget.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _wanted(self) -> QSize:
        size = QSize()
        for item in _shown(self._items):
            hint = self._hint(item)
            size = QSize(size.width() + hint.width() + self.spacing(), max(size.height(), hint.height()))
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        left, right = _shown(self._items[: self._left]), _shown(self._items[self._left :])
        wide = [sum(self._hint(item).width() + self.spacing() for item in part) for part in (left, right)]
        if sum(wide) - self.spacing() > rect.width() and left and right:
            top = self._flow(left, rect, move=move)
            below = rect.adjusted(0, top + self.spacing() // 2, 0, 0)
            return below.y() - rect.y() + self._flow(right, below, move=move) + self.spacing() // 2
        # What is left over is the title's, the last of those that can make use of it.
        room = rect.width() - wide[1] - (wide[0] - (self._hint(left[-1]).width() + self.spacing()) if left else 0)
        widths = [self._hint(item).width() for item in left]
        if widths and len(left) == 1:
            widths[0] = max(0, room)
        heights = [_height(item, width) for item, width in zip(left, widths, strict=True)]
        height = max([*heights, *(item.sizeHint().height() for item in right)], default=0)
        if move:
            several = bool(heights) and heights[0] > 2 * height // 3 and left[0].hasHeightForWidth()
            x = rect.x()
            for item, width, own in zip(left, widths, heights, strict=True):
                item.setGeometry(QRect(x, rect.y() + (0 if several else (height - own) // 2), width, own))
                x += width + self.spacing()
            x = rect.right() + 1 - wide[1] + self.spacing()
            for item in right:
                hint = item.sizeHint()
                top = rect.y() + (0 if several else (height - hint.height()) // 2)
                item.setGeometry(QRect(QPoint(x, top), hint))
                x += hint.width() + self.spacing()
        return height

    def _hint(self, item: QLayoutItem) -> QSize:
        """What an item wants on the line."""
        found = self._hints.get(id(item))
        if found is None:
            found = self._hints[id(item)] = self._own_hint(item)
        return found

    def _own_hint(self, item: QLayoutItem) -> QSize:
        hint = item.sizeHint()
        if (widget := item.widget()) is not None:
            hint = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
        first = self._left == 1 and bool(self._items) and item is self._items[0]
        return QSize(self._least, hint.height()) if first and self._least else hint


def _end_line(line: Sequence[tuple[QLayoutItem, QRect]], y: int, *, move: bool) -> int:
    """The height of a line; its items are placed on its middle."""
    height = max((place.height() for _, place in line), default=0)
    if move:
        for item, place in line:
            place.moveTop(y + (height - place.height()) // 2)
            widget = item.widget()
            if widget is not None and item.hasHeightForWidth():
                widget.setGeometry(place)  # an item holds it to the height it has where it is not wrapped
            else:
                item.setGeometry(place)
    return height


def _shown(items: Sequence[QLayoutItem]) -> list[QLayoutItem]:
    return [item for item in items if (widget := item.widget()) is None or not widget.isHidden()]


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


def _expands(widget: QWidget) -> bool:
    return widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Expanding
