"""A small table that is edited in place: options of a select, headers, claims. Pastes from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QCompleter,
    QFrame,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.connection.template import Chip, parts
from designer.ui.theme import Theme
from designer.ui.widgets.basics import button, row, tool_button
from designer.ui.widgets.template import TemplateEdit

__all__ = ["TableColumn", "TableEdit"]

ROW_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class TableColumn:
    """``template`` cells offer settings and what is ``usual`` beside the text in the first column, others the
    ``suggestions``."""

    key: str
    title: str
    template: bool = False
    placeholder: str = ""
    suggestions: tuple[str, ...] = ()
    usual: Mapping[str, Sequence[str]] = field(default_factory=dict)


class _Delegate(QStyledItemDelegate):
    """Editors that tell of every keystroke, so that the text follows while a cell is open."""

    def __init__(self, owner: TableEdit) -> None:
        super().__init__(owner)
        self._owner = owner

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        if self._owner.columns[index.column()].template:
            line: QWidget = TemplateEdit(f"{self._owner.objectName()}.cell")
            line.setParent(parent)
            line.installEventFilter(self._owner)
            assert isinstance(line, TemplateEdit)
            line.setProperty("cell", "true")
            line.offer(self._owner.offered, self._owner.known)
            line.suggest(self._owner.usual_at(index.row(), index.column()))
            line.edited.connect(lambda _text, editor=line: self.commitData.emit(editor))
            return line
        plain = QLineEdit(parent)
        plain.installEventFilter(self._owner)
        plain.setObjectName(f"{self._owner.objectName()}.cell")
        plain.textEdited.connect(lambda _text, editor=plain: self.commitData.emit(editor))
        words = self._owner.columns[index.column()].suggestions
        if words:
            completer = QCompleter(list(words), plain)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.activated.connect(lambda _text, editor=plain: self.commitData.emit(editor))
            plain.setCompleter(completer)
        return plain

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        text = str(index.data() or "")
        column = self._owner.columns[index.column()]
        if not column.template or "#{" not in text:
            super().paint(painter, option, index)
            return
        theme = Theme.current()
        area: QRect = option.rect
        painter.save()
        painter.setClipRect(area)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour("accent_ground"))
        painter.setFont(self._owner.table.font())
        metrics = QFontMetrics(self._owner.table.font())
        left = area.left() + 11
        for piece in parts(text):
            shown = piece if isinstance(piece, str) else f"#{{{piece.name}}}"
            place = QRect(left, area.top(), metrics.horizontalAdvance(shown), area.height())
            if isinstance(piece, Chip):
                known = piece.name in self._owner.offered or piece.name in self._owner.known
                ground = place.adjusted(-1, (area.height() - metrics.height()) // 2 - 1, 1, 0)
                ground.setHeight(metrics.height() + 2)
                painter.fillRect(ground, theme.colour("accent_ground" if known else "error_ground"))
                painter.setPen(theme.colour("accent" if known else "error"))
            else:
                painter.setPen(theme.colour("text"))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            left += place.width()
        painter.restore()

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, TemplateEdit):
            editor.show_text(text)
        elif isinstance(editor, QLineEdit) and editor.text() != text:
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: object, index: QModelIndex | QPersistentModelIndex) -> None:
        text = (
            editor.text if isinstance(editor, TemplateEdit) else editor.text() if isinstance(editor, QLineEdit) else ""
        )
        model.setData(index, text, Qt.ItemDataRole.EditRole)  # type: ignore[attr-defined]

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(option.rect)


class _Table(QTableWidget):
    """Tab walks the cells and leaves behind the last one, Shift+Tab before the first."""

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        hints = QAbstractItemDelegate.EndEditHint
        if hint in (hints.EditNextItem, hints.EditPreviousItem) and self._at_end(hint is hints.EditNextItem):
            super().closeEditor(editor, hints.NoHint)
            self.setFocus()
            self.window().focusNextPrevChild(hint is hints.EditNextItem)
        else:
            super().closeEditor(editor, hint)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._at_end(forward):
            return bool(self.window().focusNextPrevChild(forward))
        return super().focusNextPrevChild(forward)

    def _at_end(self, forward: bool) -> bool:
        last = (self.rowCount() - 1, self.columnCount() - 1) if forward else (0, 0)
        return self.rowCount() == 0 or (self.currentRow(), self.currentColumn()) == last


class TableEdit(QFrame):
    """``edited`` carries the rows as lists of texts, wholly empty rows left out."""

    edited = Signal(list)

    def __init__(self, name: str, columns: Sequence[TableColumn], add_title: str = "Add row") -> None:
        super().__init__()
        self.setObjectName(name)
        self.columns = tuple(columns)
        self.offered: Sequence[str] = ()
        self.known: Sequence[str] = ()
        self._showing = False
        self.table = _Table(0, len(self.columns))
        self.table.setObjectName(f"{name}.table")
        self.table.setProperty("framed", "true")
        self.table.setHorizontalHeaderLabels([column.title for column in self.columns])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setFixedHeight(28)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setItemDelegate(_Delegate(self))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setTabKeyNavigation(True)
        self.table.setShowGrid(True)
        self.table.setFont(Theme.current().code_font())
        self.table.cellChanged.connect(lambda _row, _column: self._tell())
        self.table.installEventFilter(self)
        self.add_button = button(add_title, f"{name}.add", self.add_row, variant="fold", icon_name="plus")
        self.remove_button = tool_button("trash", f"{name}.remove", "Remove the row", self.remove_row)
        self.up_button = tool_button("chevron-up", f"{name}.up", "Move the row up (Alt+Up)", lambda: self.move_row(-1))
        self.down_button = tool_button(
            "chevron-down", f"{name}.down", "Move the row down (Alt+Down)", lambda: self.move_row(1)
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.table)
        box.addLayout(row(self.add_button, None, self.up_button, self.down_button, self.remove_button, spacing=2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fit()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.table.setAccessibleName(name)

    def offer(self, names: Sequence[str], known: Sequence[str] = ()) -> None:
        self.offered, self.known = names, known
        self.table.viewport().update()

    def rows(self) -> list[list[str]]:
        found = [
            [self._text(line, column) for column in range(len(self.columns))] for line in range(self.table.rowCount())
        ]
        return [cells for cells in found if any(cells)]

    def usual_at(self, line: int, column: int) -> Sequence[str]:
        """Whole texts to offer in a cell."""
        first = self._text(line, 0).lower()
        usual = self.columns[column].usual
        return next((texts for name, texts in usual.items() if name.lower() == first), ())

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows; a row under way that the document does not know yet stays."""
        if [list(cells) for cells in rows] == self.rows():
            return
        self._showing = True
        self.table.setRowCount(len(rows))
        for line, cells in enumerate(rows):
            for column in range(len(self.columns)):
                text = cells[column] if column < len(cells) else ""
                item = self.table.item(line, column)
                if item is None:
                    self.table.setItem(line, column, QTableWidgetItem(text))
                elif item.text() != text:
                    item.setText(text)
        self._showing = False
        self._fit()

    def add_row(self) -> None:
        self._showing = True
        line = self.table.rowCount()
        self.table.insertRow(line)
        for column in range(len(self.columns)):
            self.table.setItem(line, column, QTableWidgetItem(""))
        self._showing = False
        self._fit()
        self.table.setFocus()
        # Becoming current opens the cell: every cell is edited where it is clicked or walked to.
        self.table.setCurrentCell(line, 0)

    def remove_row(self) -> None:
        line = self.table.currentRow()
        if line < 0:
            line = self.table.rowCount() - 1
        if line >= 0:
            self.table.removeRow(line)
            self._fit()
            self._tell()

    def move_row(self, by: int) -> None:
        line = self.table.currentRow()
        if not (0 <= line < self.table.rowCount() and 0 <= line + by < self.table.rowCount()):
            return
        self._showing = True
        for column in range(len(self.columns)):
            one, other = self._text(line, column), self._text(line + by, column)
            self._put(line, column, other)
            self._put(line + by, column, one)
        self._showing = False
        self.table.setCurrentCell(line + by, max(0, self.table.currentColumn()))
        self._tell()

    def paste(self, text: str) -> None:
        """Put tab- or comma-separated lines at the current row, adding rows as needed."""
        lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
        self._showing = True
        start = max(0, self.table.currentRow())
        for offset, line in enumerate(lines):
            cells = (
                line.split("\t") if "\t" in line else [cell.strip() for cell in line.split(",", len(self.columns) - 1)]
            )
            if start + offset >= self.table.rowCount():
                self.table.insertRow(self.table.rowCount())
            for column in range(len(self.columns)):
                self._put(start + offset, column, cells[column].strip() if column < len(cells) else "")
        self._showing = False
        self._fit()
        self._tell()

    def _text(self, line: int, column: int) -> str:
        item = self.table.item(line, column)
        return "" if item is None else item.text()

    def _put(self, line: int, column: int, text: str) -> None:
        item = self.table.item(line, column)
        if item is None:
            self.table.setItem(line, column, QTableWidgetItem(text))
        else:
            item.setText(text)

    def _tell(self) -> None:
        if not self._showing:
            self.edited.emit(self.rows())

    def _fit(self) -> None:
        lines = self.table.rowCount()
        # An empty table would look like a field to fill in.
        self.table.setVisible(lines > 0)
        self.table.setFixedHeight(28 + max(1, lines) * ROW_HEIGHT + 2)
        several = self.table.rowCount() > 1
        self.up_button.setVisible(several)
        self.down_button.setVisible(several)
        self.remove_button.setVisible(self.table.rowCount() > 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.matches(QKeySequence.StandardKey.Paste):
            copied = QApplication.clipboard().text()
            # A cell takes a word; several cells go into the table even while one of them is open.
            if watched is self.table or "\t" in copied or "\n" in copied.rstrip("\n"):
                self.paste(copied)
                return True
        if watched is self.table:
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.move_row(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() == Qt.Key.Key_Delete and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.remove_row()
                return True
        return super().eventFilter(watched, event)
