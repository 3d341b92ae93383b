"""One field: every attribute the SDK knows, from the facts, with its problems and who reads it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer import connection
from designer.connection.field_parts import innermost, options_of, text_of
from designer.connection.model import Field
from designer.facts import table
from designer.ruby.pointer import parent
from designer.ruby.values import RubyValue
from designer.ui.page import Context
from designer.ui.pages.field_attributes import AttributeRows
from designer.ui.pages.field_chips import InnerFields, Readers
from designer.ui.pages.field_condition import FieldCondition
from designer.ui.pages.field_name import FieldName
from designer.ui.pages.field_writer import FieldWriter
from designer.ui.taborder import come_after
from designer.ui.widgets.basics import button, label, row, rule, tool_button
from designer.ui.widgets.card import Card
from designer.ui.widgets.formrow import FormGrid, FormRow
from designer.ui.widgets.hint import HintPreview
from designer.ui.widgets.inputs import CheckBox, Choice, LineEdit, TextArea
from designer.ui.widgets.problems import show_problems
from designer.ui.widgets.table import TableColumn, TableEdit

__all__ = ["FieldDetail"]

_HELP_BOX = {"title": "Help box: title", "text": "Help box: text"}


class FieldDetail(Card):
    removed = Signal(str)
    duplicated = Signal(str)
    uses_wanted = Signal(str)
    """All that reads the field of this name."""

    def __init__(self, context: Context) -> None:
        super().__init__("field", name="field")
        self._context = context
        self._store = context.store
        self._writer = FieldWriter(context.store)
        self._rows = AttributeRows(self._writer)
        self._name = FieldName(context)
        self._name.renaming.connect(lambda: self._rows.row("name").complain(None))
        self._name.ended.connect(self._show_problems)
        self._condition = FieldCondition(context.store, self._writer, self._rows)
        self.back = button("", "field.back", self._leave, variant="quiet", dense=True, icon_name="chevron-left")
        self.header.insertWidget(0, self.back)
        self.header.addWidget(tool_button("copy", "field.duplicate", "Duplicate the field", self._duplicate))
        self.header.addWidget(tool_button("trash", "field.remove", "Remove the field", self._remove))
        self.notices = QVBoxLayout()
        self.notices.setSpacing(8)
        self.body.addLayout(self.notices)
        self.body.addWidget(self._common())
        self._readers = Readers(context)
        self._readers.all_wanted.connect(self.uses_wanted)
        self.more_button = button(
            "More attributes", "field.more", self._toggle_more, variant="fold", icon_name="chevron-down"
        )
        self.body.addLayout(row(self._readers, self.more_button))
        self._inner = InnerFields(context)
        self.more = self._more()
        self.more.hide()
        self.body.addWidget(self.more)

    @property
    def _field(self) -> Field:
        return self._writer.field

    # Building

    def _common(self) -> FormGrid:
        grid, rows = FormGrid(), self._rows
        grid.add(rows.add("name", self._name.line, lambda v: self._name.line.show_text(text_of(v)), required=True))
        grid.add(rows.line("label"))
        grid.add_wide(self._name.preview)
        grid.add(self._control_type())
        grid.add(self._condition.row)
        grid.add_wide(self._condition.builder)
        for made in self._hint():
            grid.add(made)
        self.optional = CheckBox("field.optional", "Optional")
        self.optional.setToolTip(rows.help("optional"))
        self.optional.edited.connect(self._set_optional)
        grid.add_wide(self.optional)
        self.options = TableEdit(
            "field.options", (TableColumn("label", "Label"), TableColumn("value", "Value")), "Add option"
        )
        self.options.edited.connect(self._set_options)
        paste = "Paste two columns from a spreadsheet to fill the table."
        grid.add_wide(rows.add("options", self.options, lambda _value: None, help=paste))
        grid.add(rows.line("default"))
        grid.add(rows.line("url", ".example.com"))
        # From a name being typed the keyboard comes to what it will change, then to the label beside it.
        come_after(self._name.preview, self._name.line.objectName())
        return grid

    def _control_type(self) -> FormRow:
        controls = table("controls")["controls"]
        # Every control says what it is for; those that make no sense in a connection stay out of the list.
        choices = [(key, str(c["label"])) for key, c in controls.items() if c.get("connection") is not False]
        control = Choice("field.control_type", choices)
        control.edited.connect(lambda value: self._writer.set("control_type", None if value == "text" else value))
        return self._rows.add("control_type", control, lambda value: control.show_value(text_of(value) or "text"))

    def _hint(self) -> tuple[FormRow, FormRow]:
        hint = TextArea("field.hint", "Where does the user find this?", lines=1, most=6)
        hint.edited.connect(lambda text: self._writer.set_text("hint", text))
        hint.left.connect(lambda: self._writer.tidy("hint"))
        preview = HintPreview("field.hint.preview")

        def show_hint(value: RubyValue) -> None:
            hint.show_text(text_of(value))
            preview.show_hint(value if isinstance(value, str) else "")

        allowed = "A little HTML is allowed: emphasis, links, lists."
        return self._rows.add("hint", hint, show_hint, help=allowed), FormRow("As the end user sees it", preview)

    def _more(self) -> QWidget:
        """The rare attributes, as the facts declare them."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(rule(faint=True))
        column.addWidget(label("MORE ATTRIBUTES", "group"))
        for rows in self._rows.rare():
            grid = FormGrid()
            for made in rows:
                grid.add(made)
            column.addWidget(grid)
        column.addWidget(self._help_box())
        nested = QVBoxLayout()
        nested.setSpacing(6)
        nested.addWidget(label("Nested fields and alternative", "label"))
        nested.addWidget(self._inner)
        column.addLayout(nested)
        return holder

    def _help_box(self) -> FormGrid:
        grid = FormGrid()
        self._help: dict[str, LineEdit] = {}
        for part, title in _HELP_BOX.items():
            line = LineEdit(f"field.help.{part}")
            line.edited.connect(lambda text, key=part: self._set_help(key, text))
            grid.add(FormRow(title, line))
            self._help[part] = line
        return grid

    # Showing

    def edit_name(self) -> None:
        """Put the cursor into the name, all of it selected."""
        self._name.edit()

    def show_field(self, one: Field) -> None:
        """Show ``one``, or the field within it that is in focus."""
        nested = innermost(self._store.state.document, one, self._store.state.focus)
        self._name.show_field(nested)
        self._writer.field = nested
        attributes = nested.attributes
        self.title.setText(nested.name or "(no name)")
        self.back.setVisible(nested is not one)
        self.back.setText(one.name)
        self._rows.show(attributes, leave=("name",) if self._name.being_typed else ())
        self.optional.show_state(attributes.get("optional") is True)
        self._show_options(attributes)
        label_line = self._rows.row("label").control
        assert isinstance(label_line, LineEdit)
        label_line.setPlaceholderText(connection.label_for(nested.name))
        self._rows.row("url").setVisible(attributes.get("control_type") == "subdomain" or "url" in attributes)
        box = attributes.get("help")
        for part, line in self._help.items():
            line.show_text(text_of(box.get(part)) if isinstance(box, Mapping) else "")
        self._condition.show_field(nested)
        self._inner.show_field(nested)
        self._show_problems()
        self._readers.show_field(nested)

    def _show_options(self, attributes: Mapping[str, RubyValue]) -> None:
        options = options_of(attributes)
        self._rows.row("options").setVisible(options is not None)
        if options is not None:
            self.options.setEnabled(options.literal)
            self.options.show_rows([list(pair) for pair in options.rows])

    def _show_problems(self) -> None:
        # Said above the form, and marked at the input it is about.
        state = self._store.state
        self._rows.mark(state)
        show_problems(self._context, self.notices, state.problems_at(self._field.pointer), most=3)
        self._condition.check()

    # Intents

    def _set_optional(self, on: bool) -> None:
        title = f"{self._field.name}: {'optional' if on else 'required'}"
        self._store.set_value(self._writer.place("optional"), on, title)

    def _set_options(self, rows: list[list[str]]) -> None:
        options = options_of(self._field.attributes)
        key = options.key if options is not None else "options"
        self._writer.set(key, [list(cells) for cells in rows] if rows else None)

    def _set_help(self, part: str, text: str) -> None:
        box = self._field.attributes.get("help")
        now = dict(box) if isinstance(box, Mapping) else {}
        if text:
            now[part] = text
        else:
            now.pop(part, None)
        self._writer.set("help", now or None)

    def _leave(self) -> None:
        array = parent(self._field.pointer)
        self._store.focus(parent(array[0])[0] if array[1].isdigit() else array[0])

    def _duplicate(self) -> None:
        self.duplicated.emit(self._field.pointer)

    def _remove(self) -> None:
        self.removed.emit(self._field.pointer)

    def _toggle_more(self) -> None:
        self.more.setVisible(self.more.isHidden())
        self.more_button.setText("Fewer attributes" if not self.more.isHidden() else "More attributes")
