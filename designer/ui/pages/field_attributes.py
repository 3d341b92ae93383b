"""A row for every attribute of a field, as the facts declare it: its title, its help, its kind of input."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from designer.connection.field_parts import text_of
from designer.facts import table
from designer.ruby.values import Lambda, RubyCode, RubyValue
from designer.ui.pages.field_writer import FieldWriter
from designer.ui.state import State
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import CheckBox, Choice, LineEdit

__all__ = ["AttributeRows"]

Show = Callable[[RubyValue], None]

_ELSEWHERE = ("optional", "pick_list")
"""Attributes that another input writes, or that have one of their own."""


@dataclass(frozen=True, slots=True)
class _Input:
    """One attribute's row; ``show`` puts a value into the control."""

    row: FormRow
    show: Show


class AttributeRows:
    """Makes the rows, shows a field's attributes in them and marks what is wrong. What is written as code is closed to
    the inputs, which know literals alone."""

    def __init__(self, writer: FieldWriter) -> None:
        self._writer = writer
        self._facts: Mapping[str, Any] = table("fields")["attributes"]
        self._inputs: dict[str, _Input] = {}

    def row(self, attribute: str) -> FormRow:
        return self._inputs[attribute].row

    def help(self, attribute: str) -> str:
        """What the facts say it is for."""
        return str(self._facts[attribute]["help"])

    # Making rows

    def add(
        self,
        attribute: str,
        control: QWidget,
        show: Show,
        *,
        required: bool = False,
        help: str = "",
        action: QWidget | None = None,
    ) -> FormRow:
        """A row with a control of the caller's, which writes by itself."""
        title = str(self._facts[attribute]["label"])
        made = FormRow(title, control, required=required, help=help, action=action)
        made.setToolTip(self.help(attribute))
        self._inputs[attribute] = _Input(made, show)
        return made

    def line(self, attribute: str, placeholder: str = "", *, action: QWidget | None = None) -> FormRow:
        line = LineEdit(f"field.{attribute}", placeholder)
        line.edited.connect(lambda text: self._writer.set_text(attribute, text))
        line.editingFinished.connect(lambda: self._writer.tidy(attribute))
        return self.add(attribute, line, lambda value: line.show_text(text_of(value)), action=action)

    def rare(self) -> tuple[list[FormRow], list[FormRow]]:
        """Rows for all that has none yet: inputs, then switches."""
        inputs, switches = [], []
        for attribute, spec in self._facts.items():
            if attribute in self._inputs or attribute in _ELSEWHERE:
                continue
            match spec["value"]:
                case "boolean":
                    switches.append(self._switch(attribute))
                case "choice":
                    inputs.append(self._choice(attribute))
                case "string" | "text" | "html":
                    inputs.append(self.line(attribute))
        return inputs, switches

    def _switch(self, attribute: str) -> FormRow:
        """A boolean; where it says what the platform assumes anyway, it is not written."""
        spec = self._facts[attribute]
        assumed = bool(spec.get("default", False))
        check = CheckBox(f"field.{attribute}", str(spec["label"]))
        check.setToolTip(self.help(attribute))
        check.edited.connect(lambda on: self._writer.set(attribute, None if on == assumed else on))
        shown = FormRow("", check)
        shown.title.hide()
        self._inputs[attribute] = _Input(
            shown, lambda value: check.show_state(assumed if value is None else value is True)
        )
        return shown

    def _choice(self, attribute: str) -> FormRow:
        spec = self._facts[attribute]
        unset = ("", f"Default ({spec['default']})" if "default" in spec else "Not set")
        choice = Choice(f"field.{attribute}", [unset, *((str(value), str(value)) for value in spec["values"])])
        choice.edited.connect(lambda value: self._writer.set(attribute, value))
        return self.add(attribute, choice, lambda value: choice.show_value(text_of(value)))

    # Showing

    def show(self, attributes: Mapping[str, RubyValue], *, leave: Container[str] = ()) -> None:
        """Show these attributes; those of ``leave`` stay as they are being typed."""
        for attribute, entry in self._inputs.items():
            if attribute in leave:
                continue
            value = attributes.get(attribute)
            entry.row.control.setEnabled(not isinstance(value, RubyCode | Lambda))
            entry.show(value)

    def mark(self, state: State) -> None:
        """Mark the inputs that a problem is about."""
        for attribute, entry in self._inputs.items():
            found = state.problems_at(self._writer.place(attribute))
            entry.row.mark(found[0].severity.value if found else None)
