"""Inputs rendered from a kind's form items; this module knows controls, not kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.connection.form import FormItem, shown
from designer.facts import table as table_of
from designer.ui.widgets.basics import button
from designer.ui.widgets.formrow import FormGrid, FormRow
from designer.ui.widgets.inputs import CheckBox, ChipsEdit, Choice, LineEdit
from designer.ui.widgets.table import TableColumn, TableEdit
from designer.ui.widgets.template import TemplateEdit

__all__ = ["KindForm"]

WIDE = ("template", "table", "chips")


class KindForm(QWidget):
    """A group of form items; ``more`` names the button that shows the rarer ones. ``edited`` carries the item's key and
    its new value.

    ``show_values`` may be called on every change of the document: it touches only what differs.
    """

    edited = Signal(str, object)

    def __init__(self, items: Sequence[FormItem], name: str, more: str = "") -> None:
        super().__init__()
        self.items = tuple(items)
        self._name = name
        self._rows: dict[str, QWidget] = {}
        self._show: dict[str, Callable[[Any], None]] = {}
        self._offers: list[tuple[FormItem, TemplateEdit | TableEdit]] = []
        self._field_refs: list[Choice] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._grid([item for item in self.items if not item.advanced]))
        advanced = [item for item in self.items if item.advanced]
        self._more = self._grid(advanced)
        self._more.hide()
        self._more_button = button(
            "More settings", more or f"{name}.more", self._toggle, variant="fold", icon_name="chevron-down"
        )
        if not advanced:
            self._more_button.hide()
        box.addWidget(self._more_button)
        box.addWidget(self._more)

    def _grid(self, items: Sequence[FormItem]) -> FormGrid:
        grid = FormGrid()
        for item in items:
            made = self._row(item)
            self._rows[item.key] = made
            if item.control in WIDE:
                grid.add_wide(made)
            else:
                grid.add(made)
        return grid

    def _row(self, item: FormItem) -> QWidget:
        control = self._control(item)
        if isinstance(control, CheckBox):
            row = FormRow("", control, help=item.help)
            row.title.hide()
            return row
        return FormRow(item.label, control, help=item.help, required=False)

    def _control(self, item: FormItem) -> QWidget:
        name = f"{self._name}.{item.key}"

        def tell(value: Any) -> None:
            self.edited.emit(item.key, value)

        if item.control == "template":
            template = TemplateEdit(name, item.placeholder)
            template.suggest(item.suggestions)
            template.edited.connect(tell)
            self._show[item.key] = lambda value: template.show_text(_text(value))
            self._offers.append((item, template))
            return template
        if item.control == "choice":
            choice = Choice(name, [(one.value, one.label) for one in item.choices])
            for index, one in enumerate(item.choices):
                choice.setItemData(index, one.help or None, 3)
            choice.edited.connect(tell)
            self._show[item.key] = lambda value: choice.show_value(_text(value))
            return choice
        if item.control == "chips":
            chips = ChipsEdit(name, item.placeholder or "Type and press Enter", split_on_space=item.key == "scopes")
            chips.suggest(item.suggestions)
            chips.edited.connect(tell)
            self._show[item.key] = lambda value: chips.show_items([_text(one) for one in value or ()])
            return chips
        if item.control == "table":
            # A table of headers knows the names that are usual.
            facts = table_of("sdk_methods") if item.key.endswith("headers") or item.key == "conditional" else {}
            columns = [
                TableColumn(
                    column.key,
                    column.label,
                    column.control == "template",
                    column.placeholder,
                    tuple(facts.get("headers", ())) if column.key == "name" else (),
                    facts.get("header_values", {}) if column.key == "value" else {},
                )
                for column in item.columns
            ]
            table = TableEdit(name, columns)
            keys = [column.key for column in columns]
            table.edited.connect(lambda rows: tell([dict(zip(keys, cells, strict=True)) for cells in rows]))
            self._show[item.key] = lambda value: table.show_rows([[_text(r.get(k)) for k in keys] for r in value or ()])
            self._offers.append((item, table))
            return table
        if item.control == "switch":
            check = CheckBox(name, item.label)
            check.edited.connect(tell)
            self._show[item.key] = lambda value: check.show_state(bool(value))
            return check
        if item.control == "field-ref":
            field = Choice(name, editable=True)
            field.edited.connect(tell)
            self._field_refs.append(field)
            self._show[item.key] = lambda value: field.show_value(_text(value))
            return field
        line = LineEdit(name, item.placeholder)
        if item.control == "number":
            line.setValidator(QIntValidator(0, 1_000_000_000, line))
            line.edited.connect(lambda text: tell(int(text)) if text else None)
        else:
            line.edited.connect(tell)
            if item.suggestions:
                line.suggest(item.suggestions)
        self._show[item.key] = lambda value: line.show_text(_text(value))
        return line

    def show_values(self, params: Mapping[str, Any], fields: Sequence[str], known: Sequence[str] = ()) -> None:
        """Show these form values; ``fields`` are offered in templates, ``known`` may be used besides."""
        for item, offering in self._offers:
            offering.offer([*fields, *(chip for chip in item.extra_chips if chip not in fields)], known)
        for field in self._field_refs:
            field.set_choices([(name, name) for name in fields])
        for item in self.items:
            self._rows[item.key].setVisible(shown(item, params) and item.key in params)
            if item.key in params:
                self._show[item.key](params[item.key])
        advanced = [item for item in self.items if item.advanced]
        self._more_button.setVisible(any(shown(item, params) and item.key in params for item in advanced))

    def row_of(self, key: str) -> QWidget | None:
        return self._rows.get(key)

    @property
    def expanded(self) -> bool:
        return not self._more.isHidden()

    def expand(self, expanded: bool) -> None:
        """Show the rarer items, or hide them."""
        self._more.setVisible(expanded)
        self._more_button.setText("Fewer settings" if expanded else "More settings")

    def _toggle(self) -> None:
        self.expand(not self.expanded)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
