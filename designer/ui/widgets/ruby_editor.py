"""The connector's text, editable; what is typed flows into the document, and every other edit flows back here."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from designer.ruby import Document, Element
from designer.ruby.highlight import highlights
from designer.ui.linediff import Span
from designer.ui.store import Store
from designer.ui.textmap import shown_text, utf8_length
from designer.ui.widgets.code import Mark
from designer.ui.widgets.ruby_input import RubyInput

__all__ = ["RubyEditor", "element_at"]


class RubyEditor(RubyInput):
    """A view of the store's document. A hidden one catches up when it is shown."""

    pointed = Signal(str)
    """The pointer of the element that was clicked."""

    def __init__(self, name: str, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(name, store, parent=parent)
        self.setAccessibleName("Ruby of the connector")
        self._typing = False
        self._showing = False
        self._stale = True
        self.document().contentsChange.connect(self._contents_changed)
        store.document_changed.connect(self._document_changed)
        store.problems_changed.connect(self._problems_changed)
        store.focus_changed.connect(self._focus_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._show_all()

    def go_to_line(self, line: int) -> None:
        """Put the cursor at the start of a line (from 1) and bring it into sight."""
        if self._stale:
            self._show_all()
        self.go_to(self._index.start(max(0, line - 1)))

    # From the document

    def _document_changed(self, span: Span | None) -> None:
        if self._typing:
            return
        if not self.isVisible():
            self._stale = True
        elif span is None or self._stale:
            self._show_all()
        else:
            self._show_span(span)

    def _show_all(self) -> None:
        document = self._store.state.document
        self._showing = True
        self.show_source(document.source, self._spans_of)
        self._showing = False
        self._stale = False
        self._problems_changed()
        self._focus_changed(self._store.state.focus)

    def _spans_of(self, start: int, end: int) -> list[tuple[int, int, str]]:
        return [(h.start, h.end, h.kind) for h in highlights(self._store.state.document, start, end)]

    def _show_span(self, span: Span) -> None:
        start, end = self.position_of(span.start), self.position_of(span.end)
        self._showing = True
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(shown_text(span.new))
        cursor.endEditBlock()
        self._showing = False
        self._take_over(span.start)
        self._focus_changed(self._store.state.focus)

    def _take_over(self, changed_from: int) -> None:
        self._source = self._store.state.document.source
        self._index.replaced(self._source, changed_from)
        self._coloured = None
        self._colour()

    def _problems_changed(self) -> None:
        state = self._store.state
        if self._stale or state.checked is not state.document:
            return
        self.show_marks(
            [Mark(p.start, p.end, p.severity.value, f"{p.message}\n{p.why}".strip()) for p in state.problems]
        )

    def _focus_changed(self, pointer: str) -> None:
        if self._stale:
            return
        element = self._store.state.document.find(pointer) if pointer else None
        if element is None:
            self.show_ground(0, 0)
            return
        self.show_ground(element.start, element.end)
        if not self._typing and not self.hasFocus():
            self.reveal(element.start, element.end)

    # To the document

    def _contents_changed(self, position: int, removed: int, added: int) -> None:
        if self._showing or self._stale:
            return
        last = self.document().characterCount() - 1
        over = max(0, position + added - last)
        added -= over
        removed -= over
        if removed <= 0 and added <= 0:
            return
        block = self.document().findBlock(position)
        line_start = self._index.start(block.blockNumber())
        start = line_start + utf8_length(self._source, line_start, position - block.position())
        end = start + utf8_length(self._source, start, max(0, removed))
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + max(0, added), QTextCursor.MoveMode.KeepAnchor)
        document = self._store.state.document
        text = cursor.selectedText().replace("\u2029", "\n")
        text = text.replace("\n", document.newline)
        # Qt announces more than was typed at times: what did not change is not part of the edit.
        if self._source[start:end] == text.encode():
            return
        merge = "type" if len(text) <= 1 and removed <= 1 and text.strip() == text else None
        self._typing = True
        accepted = self._store.replace_text(start, end, text.encode(), merge)
        self._typing = False
        if accepted:
            self._take_over(start)
        else:
            # Not now: Qt is still inside the change that has to be taken back.
            QTimer.singleShot(0, self._show_all)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            found = element_at(self._store.state.document, self.byte_at(self.textCursor().position()))
            if found is not None:
                self.pointed.emit(found.pointer)


def element_at(document: Document, byte: int) -> Element | None:
    """The innermost hash, array or value of the connector that holds ``byte``."""
    found = document.root
    if found is None or not found.start <= byte <= found.end:
        return None
    while True:
        inner = next((e.element for e in found.entries if e.start <= byte <= e.end), None)
        if inner is None:
            inner = next((item for item in found.items if item.start <= byte <= item.end), None)
        if inner is None:
            return found
        found = inner
