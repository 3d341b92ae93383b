"""One field: every attribute the SDK knows, from the facts, with its problems and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from designer import connection
from designer.connection.model import Field
from designer.facts import table
from designer.ruby.edit import compose
from designer.ruby.pointer import child, parent
from designer.ruby.values import Lambda, RubyCode, RubyValue, Symbol
from designer.ui.page import Context
from designer.ui.pages.field_rename import RenamePreview
from designer.ui.taborder import come_after
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import KeyFilter, bound, button, clear_layout, label, row, rule, tool_button
from designer.ui.widgets.card import Card
from designer.ui.widgets.condition import AskedField, ConditionBuilder
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.formrow import FormGrid, FormRow
from designer.ui.widgets.hint import HintPreview
from designer.ui.widgets.inputs import CheckBox, Choice, LineEdit, TextArea
from designer.ui.widgets.problems import show_problems
from designer.ui.widgets.table import TableColumn, TableEdit

__all__ = ["FieldDetail"]

MOST_USES = 6
OPTION_CONTROLS = ("select", "multiselect")


@dataclass(frozen=True, slots=True)
class _Input:
    """One attribute's row; ``show`` puts a value into the control, ``lock`` closes it for what is not literal."""

    row: FormRow
    show: Callable[[RubyValue], None]


class FieldDetail(Card):
    removed = Signal(str)
    duplicated = Signal(str)
    uses_wanted = Signal(str)
    """All that reads the field of this name."""

    def __init__(self, context: Context) -> None:
        super().__init__("field", name="field")
        self._context = context
        self._store = context.store
        self._field = Field("", {})
        self._label_follows = False
        self._building: bool | None = None
        self._inputs: dict[str, _Input] = {}
        self._shown_uses: object = None
        self._shown_inner: object = None
        self._attributes: Mapping[str, Any] = table("fields")["attributes"]
        self.back = button("", "field.back", self._leave, variant="quiet", dense=True, icon_name="chevron-left")
        self.header.insertWidget(0, self.back)
        self.header.addWidget(tool_button("copy", "field.duplicate", "Duplicate the field", self._duplicate))
        self.header.addWidget(tool_button("trash", "field.remove", "Remove the field", self._remove))
        self.notices = QVBoxLayout()
        self.notices.setSpacing(8)
        self.body.addLayout(self.notices)
        self.body.addWidget(self._common())
        self._uses = FlowLayout(spacing=6)
        self._uses_holder = QWidget()
        self._uses_holder.setLayout(self._uses)
        self.more_button = button(
            "More attributes", "field.more", self._toggle_more, variant="fold", icon_name="chevron-down"
        )
        self.body.addLayout(row(self._uses_holder, self.more_button))
        self.more = self._more()
        self.more.hide()
        self.body.addWidget(self.more)

    # Building

    def _common(self) -> FormGrid:
        grid = FormGrid()
        name = LineEdit("field.name", code=False)
        name.edited.connect(self._name_edited)
        name.editingFinished.connect(self._name_done)
        self._name = name
        grid.add(self._register("name", name, lambda value: name.show_text(_word(value)), required=True))
        grid.add(self._line("label"))
        self._rename = RenamePreview(self._context)
        self._rename.agreed.connect(self._rename_now)
        self._rename.left.connect(self._keep_name)
        KeyFilter(name, Qt.Key.Key_Escape, self._keep_name)
        grid.add_wide(self._rename)
        controls = table("controls")["controls"]
        # Every control says what it is for; those that make no sense in a connection stay out of the list.
        choices = [(key, str(c["label"])) for key, c in controls.items() if c.get("connection") is not False]
        control = Choice("field.control_type", choices)
        control.edited.connect(lambda value: self._set("control_type", None if value == "text" else value))
        grid.add(self._register("control_type", control, lambda value: control.show_value(_word(value) or "text")))
        grid.add(self._condition())
        self._builder = ConditionBuilder("field.condition")
        self._builder.edited.connect(lambda text: self._set("ngIf", text))
        self._builder.hide()
        grid.add_wide(self._builder)
        hint = TextArea("field.hint", "Where does the user find this?", lines=1, most=6)
        hint.edited.connect(lambda text: self._set_text("hint", text))
        hint.left.connect(lambda: self._tidy("hint"))
        self._hint = HintPreview("field.hint.preview")

        def show_hint(value: RubyValue) -> None:
            hint.show_text(_word(value))
            self._hint.show_hint(value if isinstance(value, str) else "")

        grid.add(self._register("hint", hint, show_hint, help="A little HTML is allowed: emphasis, links, lists."))
        grid.add(FormRow("As the end user sees it", self._hint))
        self.optional = CheckBox("field.optional", "Optional")
        self.optional.setToolTip(str(self._attributes["optional"]["help"]))
        self.optional.edited.connect(self._set_optional)
        grid.add_wide(self.optional)
        self.options = TableEdit(
            "field.options", (TableColumn("label", "Label"), TableColumn("value", "Value")), "Add option"
        )
        self.options.edited.connect(self._set_options)
        options = self._register(
            "options", self.options, lambda _value: None, help="Paste two columns from a spreadsheet to fill the table."
        )
        grid.add_wide(options)
        grid.add(self._line("default"))
        grid.add(self._line("url", "field.url", ".example.com"))
        # From a name being typed the keyboard comes to what it will change, then to the label beside it.
        come_after(self._rename, name.objectName())
        return grid

    def _line(self, attribute: str, name: str = "", placeholder: str = "") -> FormRow:
        line = LineEdit(name or f"field.{attribute}", placeholder)
        line.edited.connect(lambda text: self._set_text(attribute, text))
        line.editingFinished.connect(lambda: self._tidy(attribute))
        return self._register(attribute, line, lambda value: line.show_text(_word(value)))

    def _condition(self) -> FormRow:
        line = LineEdit("field.ngIf", "Always")
        line.edited.connect(lambda text: self._set_text("ngIf", text))
        line.editingFinished.connect(lambda: self._tidy("ngIf"))
        build = button("Build", "field.ngIf.build", self._toggle_builder, variant="link")
        build.setAccessibleDescription("Shows or hides the rows of the condition")
        return self._register("ngIf", line, lambda value: line.show_text(_word(value)), action=build)

    def _register(
        self,
        attribute: str,
        control: QWidget,
        show: Callable[[RubyValue], None],
        *,
        required: bool = False,
        help: str = "",
        action: QWidget | None = None,
    ) -> FormRow:
        spec = self._attributes[attribute]
        made = FormRow(str(spec["label"]), control, required=required, help=help, action=action)
        made.setToolTip(str(spec["help"]))
        self._inputs[attribute] = _Input(made, show)
        return made

    def _more(self) -> QWidget:
        """The rare attributes, as the facts declare them."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(rule(faint=True))
        column.addWidget(label("MORE ATTRIBUTES", "group"))
        grid = FormGrid()
        switches = FormGrid()
        for attribute, spec in self._attributes.items():
            if attribute in self._inputs or attribute in ("optional", "pick_list"):
                continue
            kind = spec["value"]
            if kind == "boolean":
                check = CheckBox(f"field.{attribute}", str(spec["label"]))
                assumed = bool(spec.get("default", False))
                check.setToolTip(str(spec["help"]))
                switches.add(self._switch(attribute, check, assumed))
            elif kind == "choice":
                values = [("", f"Default ({spec['default']})" if "default" in spec else "Not set")]
                choice = Choice(f"field.{attribute}", [*values, *((str(v), str(v)) for v in spec["values"])])
                grid.add(self._choice(attribute, choice))
            elif kind in ("string", "text", "html"):
                grid.add(self._line(attribute))
        column.addWidget(grid)
        column.addWidget(switches)
        column.addWidget(self._help_box())
        column.addWidget(self._nested())
        return holder

    def _switch(self, attribute: str, check: CheckBox, assumed: bool) -> FormRow:
        """A boolean; where it says what the platform assumes anyway, it is not written."""

        def show(value: RubyValue) -> None:
            check.show_state(assumed if value is None else value is True)

        check.edited.connect(lambda on: self._set(attribute, None if on == assumed else on))
        shown = FormRow("", check)
        shown.title.hide()
        self._inputs[attribute] = _Input(shown, show)
        return shown

    def _choice(self, attribute: str, choice: Choice) -> FormRow:
        choice.edited.connect(lambda value: self._set(attribute, value))
        return self._register(attribute, choice, lambda value: choice.show_value(_word(value)))

    def _help_box(self) -> FormGrid:
        grid = FormGrid()
        for part, title in (("title", "Help box: title"), ("text", "Help box: text")):
            line = LineEdit(f"field.help.{part}")
            line.edited.connect(lambda text, key=part: self._set_help(key, text))
            grid.add(FormRow(title, line))
            setattr(self, f"_help_{part}", line)
        return grid

    def _nested(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label("Nested fields and alternative", "label"))
        self._inner = FlowLayout(spacing=6)
        inner = QWidget()
        inner.setLayout(self._inner)
        column.addWidget(inner)
        return holder

    # Showing

    def edit_name(self) -> None:
        """Put the cursor into the name, all of it selected."""
        self._name.setFocus()
        self._name.selectAll()

    def show_field(self, one: Field) -> None:
        nested = self._nested_field(one)
        if nested.pointer != self._field.pointer:
            self._building = None
            self._rename.end()
            self._name.setModified(False)
        self._field = nested
        attributes = nested.attributes
        self.title.setText(nested.name or "(no name)")
        self.back.setVisible(nested is not one)
        self.back.setText(one.name)
        for attribute, entry in self._inputs.items():
            if attribute == "name" and self._name.isModified() and (self._name.hasFocus() or self._rename.isVisible()):
                continue
            value = attributes.get(attribute)
            entry.row.control.setEnabled(not isinstance(value, RubyCode | Lambda))
            entry.show(value)
        self.optional.show_state(attributes.get("optional") is True)
        self._show_options(attributes)
        label_line = self._inputs["label"].row.control
        assert isinstance(label_line, LineEdit)
        label_line.setPlaceholderText(connection.label_for(nested.name))
        self._inputs["url"].row.setVisible(attributes.get("control_type") == "subdomain" or "url" in attributes)
        box = attributes.get("help")
        for part in ("title", "text"):
            line: LineEdit = getattr(self, f"_help_{part}")
            line.show_text(_word(box.get(part)) if isinstance(box, Mapping) else "")
        self._show_builder()
        self._show_inner(attributes)
        self._show_problems()
        self._show_uses()

    def _nested_field(self, one: Field) -> Field:
        """The innermost field inside ``one`` that is in focus, or ``one`` itself."""
        focus = self._store.state.focus
        document = self._store.state.document
        found = one
        while focus.startswith(found.pointer + "/"):
            steps = focus[len(found.pointer) + 1 :].split("/")
            pointer = found.pointer
            if steps[0] == "toggle_field":
                pointer = child(pointer, "toggle_field")
            elif steps[0] == "properties" and len(steps) > 1:
                pointer = child(child(pointer, "properties"), steps[1])
            else:
                break
            element = document.find(pointer)
            if element is None or element.kind != "hash":
                break
            found = Field(pointer, {entry.key: entry.element.value for entry in element.entries})
        return found

    def _show_options(self, attributes: Mapping[str, RubyValue]) -> None:
        key = "pick_list" if "pick_list" in attributes and "options" not in attributes else "options"
        given = attributes.get(key)
        wanted = attributes.get("control_type") in OPTION_CONTROLS or given is not None
        shown = self._inputs["options"].row
        shown.setVisible(wanted)
        if not wanted:
            return
        literal = given is None or (isinstance(given, Sequence) and not isinstance(given, str))
        self.options.setEnabled(literal)
        pairs: list[list[str]] = []
        if isinstance(given, Sequence) and not isinstance(given, str):
            for item in given:
                if isinstance(item, Sequence) and not isinstance(item, str):
                    pairs.append([_word(cell) for cell in item[:2]] + [""] * (2 - len(item)))
                else:
                    pairs.append([_word(item), _word(item)])
        self.options.show_rows(pairs)

    def _show_inner(self, attributes: Mapping[str, RubyValue]) -> None:
        pointer = self._field.pointer
        properties = attributes.get("properties")
        shown = (pointer, repr(properties), "toggle_field" in attributes)
        if shown == self._shown_inner:
            return
        self._shown_inner = shown
        clear_layout(self._inner)
        if isinstance(properties, Sequence) and not isinstance(properties, str):
            for index, item in enumerate(properties):
                name = _word(item.get("name")) if isinstance(item, Mapping) else "?"
                place = child(child(pointer, "properties"), index)
                self._inner.addWidget(self._inner_chip(name, place))
        if isinstance(attributes.get("toggle_field"), Mapping):
            self._inner.addWidget(self._inner_chip("alternative", child(pointer, "toggle_field")))
        else:
            self._inner.addWidget(
                button(
                    "Add alternative",
                    "field.add-toggle",
                    self._add_toggle,
                    variant="quiet",
                    dense=True,
                    icon_name="plus",
                )
            )
        self._inner.addWidget(
            button(
                "Add nested field", "field.add-nested", self._add_nested, variant="quiet", dense=True, icon_name="plus"
            )
        )

    def _inner_chip(self, text: str, pointer: str) -> Chip:
        chip = Chip(text or "(no name)")
        chip.setObjectName(f"field.inner.{text}")
        chip.clicked.connect(lambda: self._store.focus(pointer))
        return chip

    def _show_problems(self) -> None:
        state = self._store.state
        # Said above the form, and marked at the input it is about.
        for attribute, entry in self._inputs.items():
            found = state.problems_at(child(self._field.pointer, attribute))
            entry.row.mark(found[0].severity.value if found else None)
        show_problems(self._context, self.notices, state.problems_at(self._field.pointer), most=3)
        self._check_condition()

    def _check_condition(self) -> None:
        text = self._field.attributes.get("ngIf")
        shown = self._inputs["ngIf"].row
        if isinstance(text, str) and text.strip():
            try:
                connection.parse_condition(text)
            except connection.NgIfError as error:
                shown.complain(error.message)

    def _show_uses(self) -> None:
        state = self._store.state
        uses = state.uses.get(self._field.name, ())
        shown = (self._field.name, bool(uses) or state.checked is state.document, uses)
        if shown == self._shown_uses:
            return
        self._shown_uses = shown
        clear_layout(self._uses)
        if not uses:
            nobody = "Nothing reads this field yet." if state.checked is state.document else ""
            self._uses.addWidget(label(nobody, "secondary"))
            return
        words = label("Read by", "secondary")
        words.setFixedHeight(24)
        self._uses.addWidget(words)
        places = list(dict.fromkeys(use.place for use in uses))
        for place in places[:MOST_USES]:
            lines = [use.line for use in uses if use.place == place]
            chip = Chip(f"{place} · line {lines[0]}")
            chip.setObjectName(f"field.use.{place}")
            chip.clicked.connect(bound(self._context.shell.show_line, lines[0]))
            self._uses.addWidget(chip)
        count = len(uses)
        if count > min(len(places), MOST_USES):
            every = Chip(f"all {count}")
            every.setObjectName("field.uses.all")
            every.setAccessibleName(f"All {count} readings of {self._field.name}")
            every.clicked.connect(lambda: self.uses_wanted.emit(self._field.name))
            self._uses.addWidget(every)

    # Intents

    def _set(self, attribute: str, value: RubyValue) -> None:
        pointer = child(self._field.pointer, attribute)
        if value is None or value == "":
            if attribute in self._field.attributes:
                self._store.remove(pointer, f"Clear {attribute}")
            return
        self._store.set_value(pointer, value, f"Edit {attribute} of {self._field.name}")

    def _set_text(self, attribute: str, text: str) -> None:
        """While one types an attribute keeps its place in the hash, even when nothing is left of its text."""
        if text or attribute in self._field.attributes:
            pointer = child(self._field.pointer, attribute)
            self._store.set_value(pointer, text, f"Edit {attribute} of {self._field.name}")

    def _tidy(self, attribute: str) -> None:
        """Take out an attribute that was left empty."""
        if self._field.attributes.get(attribute) == "":
            pointer = child(self._field.pointer, attribute)
            self._store.edit(f"Clear {attribute}", lambda doc: doc.remove(pointer), merge=f"set {pointer}")

    def _set_optional(self, on: bool) -> None:
        self._store.set_value(
            child(self._field.pointer, "optional"), on, f"{self._field.name}: {'optional' if on else 'required'}"
        )

    def _set_options(self, rows: list[list[str]]) -> None:
        attributes = self._field.attributes
        key = "pick_list" if "pick_list" in attributes and "options" not in attributes else "options"
        self._set(key, [list(cells) for cells in rows] if rows else None)

    def _set_help(self, part: str, text: str) -> None:
        box = self._field.attributes.get("help")
        now = dict(box) if isinstance(box, Mapping) else {}
        if text:
            now[part] = text
        else:
            now.pop(part, None)
        self._set("help", now or None)

    def _name_edited(self, text: str) -> None:
        """A field nobody reads is renamed as one types; one that is read, with all that reads it, when one is done."""
        uses = self._store.state.uses.get(self._field.name, ())
        shown = self._inputs["name"].row
        self._name.setModified(True)
        if not uses:
            self._set_name(text)
            return
        shown.complain(None)
        self._rename.show_rename(self._field.pointer, self._field.name, text.strip())

    def _set_name(self, text: str) -> None:
        """Write the name, and the label with it as long as nobody has worded one."""
        at, name = self._field.pointer, self._field.name
        if name:
            self._label_follows = self._field.attributes.get("label") == connection.suggested_label(name)
        steps = [lambda doc: doc.set(child(at, "name"), text)]
        if text and self._label_follows:
            steps.append(lambda doc: doc.set(child(at, "label"), connection.suggested_label(text)))
        self._store.edit("Rename field", lambda doc: compose(doc, *steps), merge=f"set {child(at, 'name')}")

    def _name_done(self) -> None:
        """The cursor left the name. Whoever goes on to the lines a new name would change decides there."""
        focused = QApplication.focusWidget()
        if self._rename.isVisible() and focused is not None and self._rename.isAncestorOf(focused):
            return
        self._rename_now()

    def _rename_now(self) -> None:
        text = self._name.text().strip()
        if not text or text == self._field.name:
            self._keep_name()
            return
        self._end_rename()
        pointer = self._field.pointer
        if not self._store.edit("Rename field", lambda doc: connection.rename_field(doc, pointer, text)):
            self._name.show_text(self._field.name)

    def _keep_name(self) -> None:
        self._end_rename()
        self._name.show_text(self._field.name)

    def _end_rename(self) -> None:
        self._name.setModified(False)
        self._rename.end()
        self._show_problems()

    def _show_builder(self) -> None:
        """Rows for a condition that has some, unless the person has opened or closed them."""
        text = self._field.attributes.get("ngIf")
        literal = text is None or isinstance(text, str)
        told = self._builder.show_condition(text if isinstance(text, str) else "", self._asked()) if literal else False
        opened = bool(text) and told if self._building is None else self._building
        self._builder.setVisible(opened and literal)

    def _toggle_builder(self) -> None:
        self._building = self._builder.isHidden()
        self._show_builder()

    def _asked(self) -> list[AskedField]:
        """The fields this one may depend on: its neighbours and those of all options."""
        array = parent(self._field.pointer)[0]
        found: list[AskedField] = []
        for one in self._store.state.design.all_fields():
            if one.pointer == self._field.pointer or parent(one.pointer)[0] not in (array, "/connection/fields"):
                continue
            truth = one.attributes.get("control_type") == "checkbox" or one.attributes.get("type") == "boolean"
            values = {"true": "true", "false": "false"} if truth else {v: t for t, v in connection.choices(one)}
            if one.name:
                found.append(AskedField(one.name, values, truth))
        return found

    def _add_nested(self) -> None:
        pointer = child(self._field.pointer, "properties")
        given = self._field.attributes.get("properties")
        count = len(given) if isinstance(given, Sequence) and not isinstance(given, str) else 0
        new: dict[str, RubyValue] = {"name": f"field_{count + 1}", "label": f"Field {count + 1}"}
        edit = (lambda doc: doc.insert(child(pointer, "-"), new)) if count else (lambda doc: doc.set(pointer, [new]))
        if self._store.edit("Add nested field", edit):
            self._store.focus(child(pointer, count))

    def _add_toggle(self) -> None:
        pointer = child(self._field.pointer, "toggle_field")
        label_text = _word(self._field.attributes.get("label")) or connection.label_for(self._field.name)
        value: dict[str, RubyValue] = {
            "name": self._field.name,
            "label": label_text,
            "type": "string",
            "control_type": "text",
        }
        if self._store.edit("Add alternative field", lambda doc: doc.set(pointer, value)):
            if "toggle_hint" not in self._field.attributes:
                self._store.set_value(child(self._field.pointer, "toggle_hint"), "Enter a value of your own")
            self._store.focus(pointer)

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


def _word(value: RubyValue) -> str:
    """A literal as the person wrote it; code as its text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RubyCode | Lambda):
        return value.text
    return str(value)
