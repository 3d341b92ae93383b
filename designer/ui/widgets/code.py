"""Code as a page shows it: numbered, coloured, with grounds and squiggles. Only the lines in sight are coloured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from designer.ui.spans import Spans, json_spans, no_spans, on_lines
from designer.ui.textmap import LineIndex, shown_text, utf8_length, utf16_length
from designer.ui.theme import Theme
from designer.ui.widgets.basics import is_undo

__all__ = ["CodeView", "Mark"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to underline: byte offsets, ``severity`` error, warning or note, ``text`` for the tool tip."""

    start: int
    end: int
    severity: str
    text: str


class _Gutter(QWidget):
    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        return QSize(self._view.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_gutter(QPainter(self), event.rect())


class CodeView(QPlainTextEdit):
    """Read-only code; ``RubyEditor`` makes it editable. ``first_line`` numbers the first line."""

    cursor_moved = Signal(int, int)
    """Line and column, from 1, in code points."""

    def __init__(
        self, name: str, *, numbered: bool = True, framed: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("code", "true")
        if framed:
            self.setProperty("framed", "true")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.document().setDocumentMargin(6)
        self.first_line = 1
        self._numbered = numbered
        self._source = b""
        self._index = LineIndex(b"")
        self._spans: Spans = no_spans
        self._coloured: tuple[int, int] | None = None
        self._colouring = False
        self._ground: tuple[int, int] | None = None
        self._line_grounds: dict[int, str] = {}
        self._marks: Sequence[Mark] = ()
        self._mark_lines: dict[int, str] = {}
        self._most: int | None = None
        self.horizontalScrollBar().rangeChanged.connect(lambda _least, _most: self._refit())
        self._gutter = _Gutter(self)
        self._gutter.setVisible(numbered)
        self.blockCountChanged.connect(lambda _count: self._fit_gutter())
        self.updateRequest.connect(self._update_gutter)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._colour())
        self.cursorPositionChanged.connect(self._tell_cursor)
        Theme.current().changed.connect(self._restyle)
        self._restyle()

    # What is shown

    def fit(self, most: int) -> None:
        """Be as high as the lines, ``most`` pixels at the most. Not a line higher: in what is signed, a blank line at
        the end counts, and room for one looks like it."""
        self._most = most
        self._refit()

    def _refit(self) -> None:
        if self._most is None:
            return
        line = self.blockBoundingRect(self.document().firstBlock()).height() or self.fontMetrics().lineSpacing()
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > 0 else 0
        frame = 8 if self.property("framed") else 4
        lines = ceil(line * self.blockCount() + 2 * self.document().documentMargin())
        self.setFixedHeight(min(self._most, lines + below + frame))

    @property
    def source(self) -> bytes:
        return self._source

    def show_source(self, source: bytes, spans: Spans = no_spans) -> None:
        """Show a whole new text."""
        self._source = source
        self._index = LineIndex(source)
        self._spans = spans
        self._coloured = None
        self._marks = ()
        self._mark_lines = {}
        self._ground = None
        self.setExtraSelections([])
        # Meanwhile the view would take all of the text for visible, and have it coloured.
        self._colouring = True
        try:
            self.setPlainText(shown_text(source))
        finally:
            self._colouring = False
        self._fit_gutter()
        self._colour()

    def show_json(self, text: str) -> None:
        source = text.encode()
        self.show_source(source, json_spans(source))

    def show_plain(self, text: str) -> None:
        self.show_source(text.encode("utf-8", "replace"))

    def show_ground(self, start: int, end: int) -> None:
        """Put a ground under the lines between two byte offsets; equal offsets take it away."""
        ground = (self._index.line_of(start), self._index.line_of(max(start, end - 1))) if end > start else None
        if ground != self._ground:
            self._ground = ground
            self.viewport().update()
            self._gutter.update()

    def show_line_grounds(self, grounds: dict[int, str]) -> None:
        """Colour roles of the grounds of single lines (from 0)."""
        self._line_grounds = grounds
        self.viewport().update()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._mark_lines = {}
        theme = Theme.current()
        selections: list[QTextEdit.ExtraSelection] = []
        rank = {"error": 3, "warning": 2, "note": 1}
        for mark in marks[:500]:
            line = self._index.line_of(mark.start)
            if rank.get(mark.severity, 0) > rank.get(self._mark_lines.get(line, ""), 0):
                self._mark_lines[line] = mark.severity
            selection = QTextEdit.ExtraSelection()
            style = QTextCharFormat()
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(theme.colour("accent" if mark.severity == "note" else mark.severity))
            selection.format = style
            cursor = QTextCursor(self.document())
            start = self.position_of(mark.start)
            block = self.document().findBlock(start)
            # A problem of a whole block is marked on its first line only: a page of squiggles says nothing.
            end = min(self.position_of(max(mark.end, mark.start + 1)), block.position() + block.length() - 1)
            cursor.setPosition(start)
            cursor.setPosition(max(end, start), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            selections.append(selection)
        self.setExtraSelections(selections)
        self._gutter.update()

    def reveal(self, start: int, end: int | None = None) -> None:
        """Scroll so that the lines between two byte offsets are in sight, with a little room above."""
        line = self._index.line_of(start)
        last = self._index.line_of(max(start, (end or start) - 1))
        first_shown = self.firstVisibleBlock().blockNumber()
        room = max(3, int(self.viewport().height() / max(1.0, QFontMetricsF(self.font()).lineSpacing())) - 1)
        if line >= first_shown and last < first_shown + room:
            return
        above = 3 if last - line < room - 4 else 1
        self.verticalScrollBar().setValue(max(0, line - above))

    def go_to(self, byte: int) -> None:
        """Put the cursor at a byte offset and bring it into sight."""
        cursor = self.textCursor()
        cursor.setPosition(self.position_of(byte))
        self.setTextCursor(cursor)
        self.reveal(byte)

    # Positions

    def position_of(self, byte: int) -> int:
        byte = max(0, min(byte, len(self._source)))
        line = self._index.line_of(byte)
        start = self._index.start(line)
        block = self.document().findBlockByNumber(line)
        if not block.isValid():
            return self.document().characterCount() - 1
        column = utf16_length(self._source[start:byte].decode("utf-8", "ignore"))
        return block.position() + min(column, block.length() - 1)

    def byte_at(self, position: int) -> int:
        block = self.document().findBlock(position)
        start = self._index.start(block.blockNumber())
        return start + utf8_length(self._source, start, position - block.position())

    def kind_at(self, position: int) -> str:
        """What the text just before a position is: keyword, string, symbol, number, comment or nothing."""
        byte = self.byte_at(position)
        line = self._index.start(self._index.line_of(byte))
        return next((kind for start, end, kind in self._spans(line, byte) if start < byte <= end), "")

    def _tell_cursor(self) -> None:
        cursor = self.textCursor()
        text = cursor.block().text()
        column = len(text.encode("utf-16-le")[: 2 * cursor.positionInBlock()].decode("utf-16-le", "ignore"))
        self.cursor_moved.emit(cursor.blockNumber() + self.first_line, column + 1)

    # Colours

    def _restyle(self) -> None:
        self.setFont(Theme.current().code_font())
        self.setTabStopDistance(QFontMetricsF(self.font()).horizontalAdvance(" ") * 2)
        self._coloured = None
        self._colour()
        if self._marks:
            self.show_marks(self._marks)
        self._fit_gutter()

    def _visible_lines(self) -> tuple[int, int]:
        first = self.firstVisibleBlock().blockNumber()
        height = max(1.0, QFontMetricsF(self.font()).lineSpacing())
        return first, min(self.blockCount() - 1, first + int(self.viewport().height() / height) + 2)

    def _colour(self) -> None:
        if self._colouring:
            return
        first, last = self._visible_lines()
        if self._coloured is not None and self._coloured[0] <= first and last <= self._coloured[1]:
            return
        first, last = max(0, first - 20), min(self.blockCount() - 1, last + 20)
        self._colouring = True
        try:
            self._colour_lines(first, last)
            self._coloured = (first, last)
        finally:
            self._colouring = False

    def _colour_lines(self, first: int, last: int) -> None:
        begin = self._index.start(first)
        end = self._index.start(last + 1) if last + 1 < self.blockCount() else len(self._source)
        formats = self._formats()
        lines = on_lines(self._source, self._spans, begin, end)
        for line, found in zip(range(first, last + 1), lines, strict=False):
            ranges: list[QTextLayout.FormatRange] = []
            for start, length, kind in found:
                if (style := formats.get(kind)) is not None:
                    made = QTextLayout.FormatRange()
                    made.start, made.length, made.format = start, length, style
                    ranges.append(made)
            block = self.document().findBlockByNumber(line)
            layout = block.layout()
            if layout is not None and (ranges or layout.formats()):
                layout.setFormats(ranges)
                self.document().markContentsDirty(block.position(), block.length())

    def _formats(self) -> dict[str, QTextCharFormat]:
        theme = Theme.current()
        formats: dict[str, QTextCharFormat] = {}
        for kind in ("keyword", "string", "symbol", "comment", "number"):
            style = QTextCharFormat()
            style.setForeground(theme.colour(f"code_{kind}"))
            formats[kind] = style
        return formats

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self.viewport())
        for block, rect in self._shown_blocks():
            line = block.blockNumber()
            role = self._line_grounds.get(line)
            if role is None and self._ground is not None and self._ground[0] <= line <= self._ground[1]:
                role = "accent_ground"
            if role is not None:
                painter.fillRect(QRectF(0, rect.top(), self.viewport().width(), rect.height()), theme.colour(role))
        painter.end()
        super().paintEvent(event)

    def _shown_blocks(self) -> Iterable[tuple[QTextBlock, QRectF]]:
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        bottom = self.viewport().height()
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(offset)
            if rect.top() > bottom:
                return
            following = block.next()
            if not following.isValid():
                # Qt gives the last one the margin of the document too.
                rect.setBottom(rect.bottom() - self.document().documentMargin())
            if block.isVisible():
                yield block, rect
            block = following

    def gutter_width(self) -> int:
        if not self._numbered:
            return 0
        digits = max(2, len(str(self.blockCount() + self.first_line - 1)))
        return int(QFontMetricsF(self.font()).horizontalAdvance("9") * digits) + 26

    def number_text(self, line: int) -> str:
        """What the gutter says beside ``line`` (from 0)."""
        return str(line + self.first_line)

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        theme = Theme.current()
        painter.fillRect(area, theme.colour("code_ground"))
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._gutter.width()
        for block, rect in self._shown_blocks():
            line = block.blockNumber()
            on_ground = self._ground is not None and self._ground[0] <= line <= self._ground[1]
            if on_ground:
                painter.fillRect(QRectF(width - 6, rect.top(), 6, rect.height()), theme.colour("accent_ground"))
            painter.setPen(theme.colour("accent" if on_ground else "faint"))
            place = QRectF(0, rect.top(), width - 12, rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.number_text(line))
            severity = self._mark_lines.get(line)
            if severity:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.colour("accent" if severity == "note" else severity)))
                painter.drawEllipse(QRectF(5, rect.center().y() - 2.5, 5, 5))

    def _update_gutter(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())
        self._colour()

    def _fit_gutter(self) -> None:
        width = self.gutter_width()
        self.setViewportMargins(width, 0, 0, 0)
        area = self.contentsRect()
        self._gutter.setGeometry(area.left(), area.top(), width, area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_gutter()
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            # Qt lays the text out anew and forgets its formats.
            self._coloured = None
            QTimer.singleShot(0, self, self._colour)

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return False
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def _show_tip(self, place: QPoint, global_place: QPoint) -> None:
        inner = self.viewport().mapFrom(self, place)
        byte = self.byte_at(self.cursorForPosition(inner).position())
        line = self._index.line_of(byte)
        said = [
            m.text
            for m in self._marks
            if m.start <= byte < max(m.end, m.start + 1) or self._index.line_of(m.start) == line
        ]
        if said:
            QToolTip.showText(global_place, "\n".join(dict.fromkeys(said)), self)
        else:
            QToolTip.hideText()
