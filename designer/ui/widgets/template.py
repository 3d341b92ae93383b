"""A line of text with settings in it: ``https://#{subdomain}.example.com``. Settings look like chips, are offered
while typing ``#{`` and from a menu, and are marked where no field of that name exists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QMenu, QPlainTextEdit, QSizePolicy, QToolButton

from designer.connection.template import Chip, chips, parts
from designer.ui.icons import icon
from designer.ui.theme import Theme
from designer.ui.widgets.basics import bound, is_undo

__all__ = ["TemplateEdit"]


def _open_chip(before: str) -> int | None:
    """Where a setting begins that is being typed, None where none is."""
    start = before.rfind("#{")
    return None if start < 0 or "}" in before[start:] else start


class _Highlighter(QSyntaxHighlighter):
    def __init__(self, owner: TemplateEdit) -> None:
        super().__init__(owner.document())
        self._owner = owner

    def highlightBlock(self, text: str) -> None:
        theme = Theme.current()
        at = 0
        for piece in parts(text):
            length = len(piece) if isinstance(piece, str) else len(piece.name) + 3
            if isinstance(piece, Chip):
                known = piece.name in self._owner.known
                style = QTextCharFormat()
                style.setForeground(theme.colour("accent" if known else "error"))
                style.setBackground(theme.colour("accent_ground" if known else "error_ground"))
                self.setFormat(at, length, style)
            at += length


class TemplateEdit(QPlainTextEdit):
    """One line (or several, with ``lines``). ``edited`` carries the template as the forms know it."""

    edited = Signal(str)

    def __init__(self, name: str, placeholder: str = "", *, lines: int = 1) -> None:
        super().__init__()
        self.setObjectName(name)
        self.known: frozenset[str] = frozenset()
        self._offered: tuple[str, ...] = ()
        self._usual: tuple[str, ...] = ()
        self._told = ""
        self._lines = lines
        self.setProperty("template", "true")
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self._highlighter = _Highlighter(self)
        self._menu_button = QToolButton(self)
        self._menu_button.setObjectName(f"{name}.insert")
        self._menu_button.setIcon(icon("plus"))
        self._menu_button.setIconSize(QSize(14, 14))
        self._menu_button.setFixedSize(24, 24)
        self._menu_button.setCursor(Qt.CursorShape.ArrowCursor)
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu_button.setToolTip("Insert a setting")
        self._menu_button.setAccessibleName("Insert a setting")
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setMenu(QMenu(self._menu_button))
        self._completer = QCompleter(QStringListModel([], self), self)
        self._completer.setWidget(self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._complete)
        self.textChanged.connect(self._changed)
        Theme.current().changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        return self.toPlainText()

    def show_text(self, text: str) -> None:
        if text == self.toPlainText():
            return
        self._told = text
        place = self.textCursor().position()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)) if self.hasFocus() else 0)
        self.setTextCursor(cursor)

    def offer(self, names: Sequence[str], known: Sequence[str] = ()) -> None:
        """Settings to offer; ``known`` may be used without being offered."""
        allowed = frozenset(names) | frozenset(known)
        if tuple(names) == self._offered and allowed == self.known:
            return
        self._offered, self.known = tuple(names), allowed
        menu = self._menu_button.menu()
        if menu is not None:
            menu.clear()
            for one in names:
                menu.addAction(one, bound(self._insert, one))
        self._menu_button.setVisible(bool(names))
        self._highlighter.rehighlight()

    def suggest(self, usual: Sequence[str]) -> None:
        """Whole texts to offer from the first letter on; those that read a setting nobody knows are not."""
        self._usual = tuple(usual)

    def _restyle(self) -> None:
        self.setFont(Theme.current().code_font())
        line = QFontMetricsF(self.font()).lineSpacing()
        self.setFixedHeight(Theme.current().size("control") if self._lines == 1 else int(line * self._lines) + 20)
        self._highlighter.rehighlight()

    def _insert(self, name: str) -> None:
        self.setFocus()
        self.textCursor().insertText(f"#{{{name}}}")

    def _complete(self, name: str) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        start = _open_chip(before)
        if start is None:
            cursor.select(QTextCursor.SelectionType.LineUnderCursor)
            cursor.insertText(name)
            self.setTextCursor(cursor)
        else:
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(before) - start)
            following = cursor.block().text()[len(before) : len(before) + 1]
            cursor.insertText(f"#{{{name}" + ("" if following == "}" else "}"))

    def _changed(self) -> None:
        # Qt calls colouring a change of the text too.
        text = self.toPlainText()
        if text != self._told:
            self._told = text
            self.edited.emit(text)

    def _popup(self) -> QAbstractItemView:
        popup = self._completer.popup()
        assert popup is not None
        return popup

    def _suggest(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        start = _open_chip(before)
        typed = before[start + 2 :] if start is not None else before
        popup = self._popup()
        words = self._offered if start is not None else self._known_texts() if before and cursor.atEnd() else ()
        model = self._completer.model()
        assert isinstance(model, QStringListModel)
        model.setStringList(list(words))
        self._completer.setCompletionPrefix(typed)
        if not words or self._completer.completionCount() == 0 or typed in words:
            popup.hide()
            return
        place = self.cursorRect()
        place.setWidth(220 if start is not None else 300)
        place.moveTopLeft(place.topLeft() + QPoint(0, 4))
        popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        self._completer.complete(place)

    def _known_texts(self) -> tuple[str, ...]:
        return tuple(text for text in self._usual if set(chips(text)) <= self.known)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._popup()
        ends = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if popup.isVisible() and event.key() in (*ends, Qt.Key.Key_Escape, Qt.Key.Key_Tab):
            # The completer takes these itself.
            event.ignore()
            return
        if event.key() in ends and self._lines == 1:
            event.ignore()
            return
        super().keyPressEvent(event)
        if event.text():
            self._suggest()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._suggest()

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        self.insertPlainText(text if self._lines > 1 else " ".join(text.split()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._menu_button.move(self.width() - 29, 5)

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return False
        return super().event(event)
