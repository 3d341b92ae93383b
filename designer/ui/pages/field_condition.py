"""When a field is shown (``ngIf``): the condition as text, and as rows where it has some."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer import connection
from designer.connection.field_parts import asked_fields
from designer.connection.model import Field
from designer.ui.pages.field_attributes import AttributeRows
from designer.ui.pages.field_writer import FieldWriter
from designer.ui.store import Store
from designer.ui.widgets.basics import button
from designer.ui.widgets.condition import ConditionBuilder

__all__ = ["FieldCondition"]


class FieldCondition(QObject):
    """``row`` holds the text, ``builder`` the rows."""

    def __init__(self, store: Store, writer: FieldWriter, rows: AttributeRows) -> None:
        super().__init__()
        self._store = store
        self._field = Field("", {})
        self._opened: bool | None = None
        """Whether the person opened or closed the rows; None leaves it to the condition."""
        build = button("Build", "field.ngIf.build", self._toggle, variant="link")
        build.setAccessibleDescription("Shows or hides the rows of the condition")
        self.row = rows.line("ngIf", "Always", action=build)
        self.builder = ConditionBuilder("field.condition")
        self.builder.edited.connect(lambda text: writer.set("ngIf", text))
        self.builder.hide()

    def show_field(self, one: Field) -> None:
        if one.pointer != self._field.pointer:
            self._opened = None
        self._field = one
        self._show_builder()

    def check(self) -> None:
        """Say in place what is wrong with the condition."""
        text = self._field.attributes.get("ngIf")
        if isinstance(text, str) and text.strip():
            try:
                connection.parse_condition(text)
            except connection.NgIfError as error:
                self.row.complain(error.message)

    def _show_builder(self) -> None:
        text = self._field.attributes.get("ngIf")
        literal = text is None or isinstance(text, str)
        asked = asked_fields(self._store.state.design, self._field)
        told = self.builder.show_condition(text if isinstance(text, str) else "", asked) if literal else False
        opened = bool(text) and told if self._opened is None else self._opened
        self.builder.setVisible(opened and literal)

    def _toggle(self) -> None:
        self._opened = self.builder.isHidden()
        self._show_builder()
