"""A list of two-line rows with badges, reordered by drag or Alt+Up / Alt+Down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from designer.ui.icons import draw_icon
from designer.ui.theme import Theme
from designer.ui.widgets.badge import draw_pill, pill_width

__all__ = ["Row", "RowList"]

_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Row:
    """``badges`` are (text, tone) from left to right at the row's end; ``icon`` is (name, colour role). ``inner`` sets
    the row in below the one it belongs to; ``code`` is Ruby beside the title of a row of one line."""

    id: str
    title: str
    detail: str = ""
    badges: tuple[tuple[str, str], ...] = ()
    icon: tuple[str, str] | None = None
    code_title: bool = False
    header: bool = False
    inner: bool = False
    code: str = ""


class _Delegate(QStyledItemDelegate):
    def __init__(self, owner: RowList) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        shown: Row = index.data(_ROW)
        theme = Theme.current()
        if shown.header:
            return QSize(120, theme.grown(32))
        return QSize(120, theme.size("row") if shown.detail else theme.grown(30 if shown.inner else 38))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = Theme.current()
        shown: Row = index.data(_ROW)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if shown.header:
            painter.setFont(theme.font("group", 600))
            painter.setPen(theme.colour("dim"))
            painter.drawText(rect.adjusted(16, 4, -16, 0), Qt.AlignmentFlag.AlignVCenter, shown.title)
            painter.restore()
            return
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, theme.colour("accent_ground"))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        following = self._owner.item(index.row() + 1)
        if following is not None and not following.data(_ROW).inner:
            painter.setPen(theme.colour("line_faint"))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if chosen and self._owner.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        left = rect.left() + 12
        if self._owner.reorderable:
            draw_icon(painter, QRect(left, rect.center().y() - 7, 14, 14), "grip", "faint")
            left += 24
        else:
            left += 30 if shown.inner else 4
        if shown.icon:
            draw_icon(painter, QRect(left, rect.center().y() - 8, 16, 16), *shown.icon)
            left += 26
        right = rect.right() - 12
        for text, tone in reversed(shown.badges):
            width = max(theme.size("badge"), pill_width(text))
            height = theme.size("badge")
            if right - width < left + 120:
                break
            ground = "panel" if chosen and tone in ("accent", "neutral", "note") else None
            draw_pill(
                painter, QRectF(right - width, rect.center().y() - height / 2 + 0.5, width, height), text, tone, ground
            )
            right -= width + 6
        self._text(painter, QRect(left, rect.top(), right - left - 8, rect.height()), shown)
        painter.restore()

    def _text(self, painter: QPainter, area: QRect, shown: Row) -> None:
        theme = Theme.current()
        weight = 500 if shown.inner else 600
        title_font = theme.code_font("code") if shown.code_title else theme.font("body", weight)
        title = area.adjusted(0, theme.grown(8), 0, 0) if shown.detail else area
        title_height = theme.grown(19) if shown.detail else area.height()
        painter.setFont(title_font)
        painter.setPen(theme.colour("text"))
        elided = QFontMetrics(title_font).elidedText(shown.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(
            QRect(title.left(), title.top(), title.width(), title_height), Qt.AlignmentFlag.AlignVCenter, elided
        )
        if shown.code:
            used = QFontMetrics(title_font).horizontalAdvance(shown.title) + 16
            font = theme.code_font("secondary")
            painter.setFont(font)
            painter.setPen(theme.colour("dim"))
            place = area.adjusted(used, 0, 0, 0)
            code = QFontMetrics(font).elidedText(shown.code, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, code)
        if shown.detail:
            font = theme.font("secondary")
            painter.setFont(font)
            painter.setPen(theme.colour("dim"))
            detail = QFontMetrics(font).elidedText(shown.detail, Qt.TextElideMode.ElideRight, area.width())
            place = QRect(area.left(), title.top() + title_height, area.width(), theme.grown(17))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, detail)


class RowList(QListWidget):
    """``chosen`` carries the row's id, ``moved`` the id and its new index, ``removed`` and ``activated_row`` the id."""

    chosen = Signal(str)
    moved = Signal(str, int)
    removed = Signal(str)
    activated_row = Signal(str)

    def __init__(self, *, name: str, reorderable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.reorderable = reorderable
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        if reorderable:
            self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
            self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.currentItemChanged.connect(self._tell)
        self.itemActivated.connect(lambda item: self.activated_row.emit(item.data(_ROW).id))

    def show_rows(self, rows: Sequence[Row], current: str | None = None) -> None:
        """Show these rows, touching only what differs; ``current`` is selected without telling."""
        self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        for index, shown in enumerate(rows):
            item = self.item(index)
            if item is None:
                item = QListWidgetItem(self)
            if item.data(_ROW) != shown:
                item.setData(_ROW, shown)
                item.setText(shown.title)
                parts = (shown.title, shown.detail or shown.code, *(text for text, _ in shown.badges))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(part for part in parts if part))
                item.setToolTip(shown.detail if len(shown.detail) > 60 else shown.code)
                if shown.header:
                    item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.blockSignals(False)
        if current is not None:
            self.select(current)
        self.updateGeometry()
        self.viewport().update()

    def rows(self) -> list[Row]:
        return [self.item(index).data(_ROW) for index in range(self.count())]

    @property
    def current_id(self) -> str:
        item = self.currentItem()
        return str(item.data(_ROW).id) if item is not None else ""

    def select(self, row_id: str) -> None:
        for index in range(self.count()):
            if self.item(index).data(_ROW).id == row_id:
                if index != self.currentRow():
                    self.blockSignals(True)
                    self.setCurrentRow(index)
                    self.blockSignals(False)
                    self.scrollToItem(self.item(index))
                return

    def content_height(self) -> int:
        return sum(self.sizeHintForRow(index) for index in range(self.count()))

    def sizeHint(self) -> QSize:
        return QSize(240, self.content_height() + 2)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_ROW).id)

    def dropEvent(self, event: QDropEvent) -> None:
        # The document moves the row; the list only asks and then shows what the document says.
        item = self.currentItem()
        if item is None or event.source() is not self:
            event.ignore()
            return
        start = self.row(item)
        target = self.target_of(start, event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if target != start:
            self.moved.emit(item.data(_ROW).id, target)

    def target_of(self, start: int, at: QPoint) -> int:
        """The index a row taken from ``start`` has once it is dropped at ``at`` (in viewport coordinates)."""
        over = self.itemAt(at)
        if over is None:
            return self.count() - 1
        below = at.y() > self.visualItemRect(over).center().y()
        target = self.row(over) + (1 if below else 0)
        return target - 1 if target > start else target

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if item is not None and self.reorderable and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            target = self.row(item) + (-1 if event.key() == Qt.Key.Key_Up else 1)
            if 0 <= target < self.count():
                self.moved.emit(item.data(_ROW).id, target)
            return
        if item is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(item.data(_ROW).id)
            return
        super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)
