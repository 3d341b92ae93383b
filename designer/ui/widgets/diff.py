"""A difference by lines, coloured, with both line numbers."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from designer.ruby import Document
from designer.ruby.highlight import highlights
from designer.ui.linediff import DiffLine, diff_lines
from designer.ui.textmap import LineIndex
from designer.ui.theme import Theme
from designer.ui.widgets.code import CodeView

__all__ = ["DiffView"]

_BAR = 3
"""Pixels of the bar before what came or went: grounds alone are too much alike to tell by."""


class DiffView(CodeView):
    """Read-only. ``show_difference`` takes both texts; the gutter shows old and new line numbers."""

    def __init__(self, name: str, *, framed: bool = False, parent: QWidget | None = None) -> None:
        self._lines: list[DiffLine] = []
        self._parsed: dict[bytes, Document] = {}
        super().__init__(name, framed=framed, parent=parent)
        self.setAccessibleName("Changes against the file on disk")

    @property
    def lines(self) -> list[DiffLine]:
        return self._lines

    def show_difference(self, old: bytes, new: bytes, *, context: int = 3) -> None:
        lines = diff_lines(old, new, context)
        if lines == self._lines and self._lines:
            return
        self._lines = lines
        if not lines:
            self.show_plain("No changes: the file on disk says the same.")
            self.show_line_grounds({})
            return
        texts = [_gap(line.text) if line.kind == "@" else line.text for line in lines]
        spans = list(self._spans_of(lines, texts, old, new))
        shown = "\n".join(texts).encode()
        self.show_source(shown, lambda start, end: (span for span in spans if span[0] < end and span[1] > start))
        self.show_line_grounds(
            {
                index: "diff_added" if line.kind == "+" else "diff_removed" if line.kind == "-" else "hover"
                for index, line in enumerate(lines)
                if line.kind != " "
            }
        )

    def _spans_of(
        self, lines: list[DiffLine], texts: list[str], old: bytes, new: bytes
    ) -> Iterable[tuple[int, int, str]]:
        """Colours of each line as it has them in its own text: a fragment by itself is no Ruby."""
        self._parsed = {source: self._parsed.get(source) or Document.parse(source) for source in (old, new)}
        indexes = {source: LineIndex(source) for source in (old, new)}
        at = 0
        for line, text in zip(lines, texts, strict=True):
            source, number = (new, line.new) if line.new is not None else (old, line.old)
            if line.kind == "@":
                yield at, at + len(text.encode()), "comment"
            elif number is not None:
                start = indexes[source].start(number - 1)
                for found in highlights(self._parsed[source], start, start + len(text.encode())):
                    yield found.start - start + at, found.end - start + at, found.kind
            at += len(text.encode()) + 1

    def gutter_width(self) -> int:
        digits = max(3, len(str(max((line.new or line.old or 0 for line in self._lines), default=0))))
        return int(QFontMetricsF(self.font()).horizontalAdvance("9") * (2 * digits + 3)) + 22

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        theme = Theme.current()
        painter.fillRect(area, theme.colour("code_ground"))
        painter.setFont(self.font())
        width = self._gutter.width()
        sign_width = 18
        half = (width - sign_width) / 2
        for block, rect in self._shown_blocks():
            if block.blockNumber() >= len(self._lines):
                continue
            line = self._lines[block.blockNumber()]
            role = {"+": "diff_added", "-": "diff_removed", "@": "hover"}.get(line.kind)
            mark = {"+": "done", "-": "error"}.get(line.kind)
            if role:
                painter.fillRect(QRectF(0, rect.top(), width, rect.height()), theme.colour(role))
            if mark:
                painter.fillRect(QRectF(0, rect.top(), _BAR, rect.height()), theme.colour(mark))
            painter.setPen(theme.colour("dim" if role is None else "text"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, rect.top(), half - 4, rect.height()), flags, str(line.old or ""))
            painter.drawText(QRectF(half, rect.top(), half - 4, rect.height()), flags, str(line.new or ""))
            painter.setPen(theme.colour(mark or "dim"))
            sign = {"+": "+", "-": "\u2212"}.get(line.kind, "")
            painter.drawText(
                QRectF(width - sign_width, rect.top(), sign_width - 4, rect.height()),
                Qt.AlignmentFlag.AlignCenter,
                sign,
            )


def _gap(text: str) -> str:
    return f"{text} unchanged line{'' if text == '1' else 's'}"
