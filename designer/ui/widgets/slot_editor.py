"""The Ruby of one element, edited in place: a small window onto the document."""

from __future__ import annotations

from PySide6.QtGui import QFontMetricsF, QShowEvent

from designer.ui.linediff import Span, changed_span
from designer.ui.spans import ruby_spans
from designer.ui.store import Store
from designer.ui.textmap import LineIndex, shown_text
from designer.ui.widgets.code import Mark
from designer.ui.widgets.ruby_input import RubyInput

__all__ = ["SlotEditor"]

MOST_LINES = 24


class SlotEditor(RubyInput):
    """Shows the element at ``pointer`` without the indentation it has in the file; what is typed goes back with it.

    While the text is broken the pointer leads nowhere: the editor then keeps to the bytes it showed last.
    """

    def __init__(self, name: str, store: Store) -> None:
        super().__init__(name, store, framed=True)
        self._pointer = ""
        self._span = (0, 0)
        self._margin = b""
        self._showing = False
        self._typing = False
        self.textChanged.connect(self._changed)
        self.blockCountChanged.connect(self._fit_height)
        store.document_changed.connect(self._refresh)
        store.problems_changed.connect(self._show_problems)
        self._fit_height()

    def show_pointer(self, pointer: str) -> None:
        self._pointer = pointer
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self, _span: Span | None = None) -> None:
        if self._typing or not self._pointer:
            return
        document = self._store.state.document
        element = document.find(self._pointer)
        if element is None:
            return
        source = document.source
        self._span = (element.start, element.end)
        line_start = source.rfind(b"\n", 0, element.start) + 1
        line = source[line_start : element.start]
        indent = line[: len(line) - len(line.lstrip(b" \t"))]
        text = source[element.start : element.end]
        rest = text.split(b"\n")[1:]
        # Only an indentation that every line has can be taken away and given back unharmed.
        self._margin = indent if all(one.startswith(indent) or not one.strip() for one in rest) else b""
        shown = self._dedented(text)
        if shown == self.source and self.first_line == element.line:
            return
        self._showing = True
        self.first_line = element.line
        place = self.textCursor().position()
        if shown != self.source:
            self.show_source(shown, ruby_spans(shown))
            cursor = self.textCursor()
            cursor.setPosition(min(place, self.document().characterCount() - 1))
            self.setTextCursor(cursor)
        self._showing = False
        self._fit_height()
        self._show_problems()

    def _dedented(self, text: bytes) -> bytes:
        first, *rest = text.split(b"\n")
        return b"\n".join([first, *(one.removeprefix(self._margin) for one in rest)])

    def _indented(self, text: bytes) -> bytes:
        first, *rest = text.split(b"\n")
        return b"\n".join([first, *(self._margin + one if one.strip() else one for one in rest)])

    def _changed(self) -> None:
        if self._showing or not self._pointer:
            return
        document = self._store.state.document
        typed = self.toPlainText()
        if typed == shown_text(self.source):
            return
        text = typed.replace("\n", document.newline).encode()
        start, end = self._span
        now = document.source[start:end]
        span = changed_span(now, self._indented(text))
        if span is None:
            return
        self._typing = True
        merge = f"slot {self._pointer}" if len(span.new) <= 1 else None
        accepted = self._store.replace_text(start + span.start, start + span.end, span.new, merge)
        self._typing = False
        if accepted:
            self._span = (start, end + len(span.new) - (span.end - span.start))
            self._source = text
            self._index = LineIndex(text)
            self._spans = ruby_spans(text)
            self._coloured = None
            self._colour()
            self._fit_height()

    def _show_problems(self) -> None:
        state = self._store.state
        if state.checked is not state.document or not self._pointer:
            return
        start, end = self._span
        marks: list[Mark] = []
        for problem in state.problems:
            if start <= problem.start < end:
                first = self._place(problem.start)
                last = max(first + 1, self._place(min(problem.end, end)))
                marks.append(Mark(first, last, problem.severity.value, f"{problem.message}\n{problem.why}".strip()))
        self.show_marks(marks)

    def _place(self, byte: int) -> int:
        """Where a byte of the document is in the text shown."""
        before = self._store.state.document.source[self._span[0] : byte]
        return len(self._dedented(before))

    def _fit_height(self, _count: int = 0) -> None:
        line = QFontMetricsF(self.font()).lineSpacing()
        shown = min(max(2, self.blockCount()), MOST_LINES)
        self.setFixedHeight(int(shown * line) + 26)
