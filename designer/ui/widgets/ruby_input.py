"""Typing Ruby: indentation, completion, and a way out for the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from designer.ui.store import Store
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.completion import Completion

__all__ = ["RubyInput"]

_OPENERS = ("{", "[", "(", " do", "then", "else")


class RubyInput(CodeView):
    """An editable code view. Tab types two spaces; Escape leaves it, since Tab cannot."""

    def __init__(self, name: str, store: Store, *, framed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(name, framed=framed, parent=parent)
        self._store = store
        self.setReadOnly(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.setCursorWidth(2)
        self.completion = Completion(self, self._settings, self._own_methods)

    def _settings(self) -> list[str]:
        """Names a lambda can read: declared fields and what is in the settings besides."""
        state = self._store.state
        declared = [one.name for one in state.design.all_fields() if one.name]
        return list(dict.fromkeys([*declared, *state.credentials]))

    def _own_methods(self) -> dict[str, str]:
        """What ``call`` can run: the connector's ``methods``."""
        methods = self._store.state.document.find("/methods")
        if methods is None or methods.kind != "hash":
            return {}
        return {entry.key: f"method · line {entry.element.line}" for entry in methods.entries}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completion.key_pressed(event):
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.insertPlainText("\n" + self._indent())
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers() and not self.textCursor().hasSelection():
            self.insertPlainText("  ")
        elif event.key() == Qt.Key.Key_Escape:
            self.window().focusNextPrevChild(True)
        else:
            super().keyPressEvent(event)
            if event.text().isprintable() and event.text() and plain:
                self.completion.suggest()
            else:
                self.completion.hide()

    def _indent(self) -> str:
        """White space for a new line: that of this one, and two more behind what opens."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = before[: len(before) - len(before.lstrip())]
        words = before.rstrip()
        opens = words.endswith(_OPENERS) or (
            words.endswith("|") and (" do |" in words or "{ |" in words or "{|" in words)
        )
        return indent + ("  " if opens else "")
