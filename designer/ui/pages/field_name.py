"""A field's name: written as one types while nobody reads the field, with all that reads it when one is done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from designer import connection
from designer.connection.model import Field
from designer.ruby.edit import compose
from designer.ruby.pointer import child
from designer.ui.page import Context
from designer.ui.pages.field_rename import RenamePreview
from designer.ui.widgets.basics import KeyFilter
from designer.ui.widgets.inputs import LineEdit

__all__ = ["FieldName"]


class FieldName(QObject):
    """``line`` is where the name is typed, ``preview`` what another one would change. ``renaming``: a new
    name is being typed; ``ended``: it is written, or the old one stays."""

    renaming = Signal()
    ended = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._store = context.store
        self._field = Field("", {})
        self._label_follows = False
        self.line = LineEdit("field.name", code=False)
        self.line.edited.connect(self._edited)
        self.line.editingFinished.connect(self._done)
        self.preview = RenamePreview(context)
        self.preview.agreed.connect(self._rename)
        self.preview.left.connect(self._keep)
        KeyFilter(self.line, Qt.Key.Key_Escape, self._keep)

    @property
    def being_typed(self) -> bool:
        """Whether the line holds a name that is not written yet."""
        return self.line.isModified() and (self.line.hasFocus() or self.preview.isVisible())

    def edit(self) -> None:
        """Put the cursor into the name, all of it selected."""
        self.line.setFocus()
        self.line.selectAll()

    def show_field(self, one: Field) -> None:
        if one.pointer != self._field.pointer:
            self.preview.end()
            self.line.setModified(False)
        self._field = one

    def _edited(self, text: str) -> None:
        self.line.setModified(True)
        if not self._store.state.uses.get(self._field.name, ()):
            self._write(text)
            return
        self.renaming.emit()
        self.preview.show_rename(self._field.pointer, self._field.name, text.strip())

    def _write(self, text: str) -> None:
        """Write the name, and the label with it as long as nobody has worded one."""
        at, name = self._field.pointer, self._field.name
        if name:
            self._label_follows = self._field.attributes.get("label") == connection.suggested_label(name)
        steps = [lambda doc: doc.set(child(at, "name"), text)]
        if text and self._label_follows:
            steps.append(lambda doc: doc.set(child(at, "label"), connection.suggested_label(text)))
        self._store.edit("Rename field", lambda doc: compose(doc, *steps), merge=f"set {child(at, 'name')}")

    def _done(self) -> None:
        """The cursor left the name. Whoever goes on to the lines a new name would change decides there."""
        focused = QApplication.focusWidget()
        if self.preview.isVisible() and focused is not None and self.preview.isAncestorOf(focused):
            return
        self._rename()

    def _rename(self) -> None:
        text = self.line.text().strip()
        if not text or text == self._field.name:
            self._keep()
            return
        self._end()
        pointer = self._field.pointer
        if not self._store.edit("Rename field", lambda doc: connection.rename_field(doc, pointer, text)):
            self.line.show_text(self._field.name)

    def _keep(self) -> None:
        self._end()
        self.line.show_text(self._field.name)

    def _end(self) -> None:
        self.line.setModified(False)
        self.preview.end()
        self.ended.emit()
