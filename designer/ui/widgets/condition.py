"""Builds an ``ngIf`` condition out of rows; the text it makes stands beside it and stays the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.connection.condition_rows import (
    TESTS,
    ConditionRow,
    Join,
    condition_rows,
    condition_text,
    with_value,
)
from designer.connection.field_parts import AskedField
from designer.connection.ngif import NgIfError, parse
from designer.ui.widgets.basics import allow, bound, button, clear_layout, column, label, row, show_if, tool_button
from designer.ui.widgets.inputs import Choice, LineEdit

__all__ = ["ConditionBuilder"]

_LEAD = 96
"""Pixels for what stands in front of a row: "Show when", "and", "or"."""


class ConditionBuilder(QFrame):
    """``edited`` carries the condition's new text, empty for "always". What rows cannot say is left as it is."""

    edited = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("preview", "true")
        self.setAccessibleName("The condition in rows")
        self._name = name
        self._rows: list[ConditionRow] = []
        self._fields: tuple[AskedField, ...] = ()
        self._text: str | None = None
        self._told = False
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self._word = label("", "secondary", wrap=True, name=f"{name}.word")
        self._add = button("Add a condition", f"{name}.add", self._add_row, dense=True, icon_name="plus")
        self._clear = button("Always show", f"{name}.clear", self._always, variant="quiet", dense=True)
        self.setLayout(
            column(self._lines, self._word, row(self._add, self._clear, None), spacing=8, margins=(10, 10, 10, 10))
        )

    def show_condition(self, text: str, fields: Sequence[AskedField]) -> bool:
        """Show ``text`` in rows; False where it cannot be told so."""
        if text == self._text and tuple(fields) == self._fields:
            return self._told
        own = text == self._text
        self._text, self._fields = text, tuple(fields)
        found: tuple[ConditionRow, ...] | None = ()
        reason = ""
        if text.strip():
            try:
                found = condition_rows(parse(text))
                reason = "This condition groups with parentheses: it is edited as text."
            except NgIfError as error:
                found, reason = None, f"Edited as text: {error.message} {error.hint}".strip()
        if not own:
            self._rows = list(found or ())
        self._build()
        if found is not None:
            reason = "" if found else "Always shown." if fields else "There is no other field to depend on."
        self._word.setText(reason)
        show_if(self._word, bool(reason))
        allow(self._add, "" if found is not None and fields else reason or "There is no other field to depend on.")
        show_if(self._clear, bool(text))
        self._told = found is not None
        return self._told

    def _build(self) -> None:
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        clear_layout(self._lines)
        for index, one in enumerate(self._rows):
            self._lines.addWidget(self._line(index, one))
        # The keyboard stays where it was, or goes on with what is there now.
        if name:
            (self.findChild(QWidget, name) or self._add).setFocus()

    def _line(self, index: int, one: ConditionRow) -> QWidget:
        name = f"{self._name}.{index + 1}"
        join: QWidget
        if index == 0:
            join = label("Show when", "secondary")
        else:
            choice = Choice(f"{name}.join", [("&&", "and"), ("||", "or")])
            choice.setAccessibleName("Joined with the row before by")
            choice.show_value(one.join)
            choice.edited.connect(lambda value: self._change(index, join=cast(Join, value)))
            join = choice
        join.setFixedWidth(_LEAD)
        asked = Choice(f"{name}.field", [(each.name, each.name) for each in self._fields])
        asked.setAccessibleName("Field")
        asked.show_value(".".join(one.path))
        asked.edited.connect(lambda value: self._ask(index, value))
        test = Choice(f"{name}.test", list(TESTS.items()))
        test.setAccessibleName("Test")
        test.show_value(one.test)
        test.edited.connect(lambda value: self._change(index, test=value))
        known = next((each for each in self._fields if (each.name,) == one.path), None)
        values = known.values if known is not None else {}
        value: Choice | LineEdit
        if values:
            value = Choice(f"{name}.value", list(values.items()))
            value.show_value(one.value)
        else:
            value = LineEdit(f"{name}.value")
            value.show_text(one.value)
        value.setAccessibleName("Value")
        value.edited.connect(lambda typed: self._give(index, typed))
        kept = value.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        value.setSizePolicy(kept)
        show_if(value, one.compares)
        remove = tool_button("close", f"{name}.remove", "Remove this condition", bound(self._remove, index))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for each in (join, asked, test, value, remove):
            line.addWidget(each)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    # Intents

    def _add_row(self) -> None:
        first = self._fields[0]
        taken = {one.path for one in self._rows}
        asked = next((each for each in self._fields if (each.name,) not in taken), first)
        self._rows.append(_asking(asked))
        self._tell(rebuild=True)
        last = self.findChild(QWidget, f"{self._name}.{len(self._rows)}.field")
        if last is not None:
            last.setFocus()

    def _remove(self, index: int) -> None:
        del self._rows[index]
        self._tell(rebuild=True)

    def _always(self) -> None:
        self._rows = []
        self._tell(rebuild=True)

    def _ask(self, index: int, name: str) -> None:
        asked = next((each for each in self._fields if each.name == name), None)
        if asked is not None:
            self._rows[index] = replace(_asking(asked), join=self._rows[index].join)
            self._tell(rebuild=True)

    def _change(self, index: int, **changes: str) -> None:
        self._rows[index] = replace(self._rows[index], **changes)  # type: ignore[arg-type]
        # A test written differently may write its value differently too: 5 for "less than", "5" for "is".
        if self._rows[index].compares:
            self._rows[index] = with_value(self._rows[index], self._rows[index].value)
        self._tell(rebuild="test" in changes)

    def _give(self, index: int, value: str) -> None:
        self._rows[index] = with_value(self._rows[index], value)
        self._tell()

    def _tell(self, rebuild: bool = False) -> None:
        self._text = condition_text(self._rows)
        if rebuild:
            self._build()
        empty = not self._rows
        self._word.setText("Always shown." if empty else "")
        show_if(self._word, empty)
        show_if(self._clear, not empty)
        self.edited.emit(self._text)


def _asking(asked: AskedField) -> ConditionRow:
    """The first thing one would ask of a field."""
    if asked.truth:
        return ConditionRow((asked.name,), "==", "true")
    if asked.values:
        return ConditionRow((asked.name,), "==", next(iter(asked.values)))
    return ConditionRow((asked.name,), "filled")
