"""What hangs together with a field, as chips that lead there: the fields within it, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from designer.connection.field_parts import add_alternative, add_nested, nested_fields
from designer.connection.model import Field
from designer.ruby.pointer import child
from designer.ui.page import Context
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import bound, button, clear_layout, label
from designer.ui.widgets.flow import FlowLayout

__all__ = ["InnerFields", "Readers"]

_MOST = 6
"""Readers shown one by one; a last chip leads to all of them."""


class InnerFields(QWidget):
    """The nested fields and the alternative of a field, each a chip that opens it; and ways to add one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._store = context.store
        self._field = Field("", {})
        self._shown: object = None
        self._flow = FlowLayout(spacing=6)
        self.setLayout(self._flow)

    def show_field(self, one: Field) -> None:
        self._field = one
        nested, alternative = nested_fields(one), isinstance(one.attributes.get("toggle_field"), Mapping)
        if (nested, one.pointer, alternative) == self._shown:
            return
        self._shown = (nested, one.pointer, alternative)
        clear_layout(self._flow)
        for name, pointer in nested:
            self._flow.addWidget(self._chip(name, pointer))
        if alternative:
            self._flow.addWidget(self._chip("alternative", child(one.pointer, "toggle_field")))
        else:
            self._flow.addWidget(_adder("Add alternative", "field.add-toggle", self._add_alternative))
        self._flow.addWidget(_adder("Add nested field", "field.add-nested", self._add_nested))

    def _chip(self, text: str, pointer: str) -> Chip:
        chip = Chip(text or "(no name)")
        chip.setObjectName(f"field.inner.{text}")
        chip.clicked.connect(bound(self._store.focus, pointer))
        return chip

    def _add_nested(self) -> None:
        one = self._field
        if self._store.edit("Add nested field", lambda doc: add_nested(doc, one)):
            self._store.focus(child(child(one.pointer, "properties"), len(nested_fields(one))))

    def _add_alternative(self) -> None:
        one = self._field
        if self._store.edit("Add alternative field", lambda doc: add_alternative(doc, one)):
            self._store.focus(child(one.pointer, "toggle_field"))


class Readers(QWidget):
    """Who reads a field. ``all_wanted`` carries its name."""

    all_wanted = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._shown: object = None
        self._flow = FlowLayout(spacing=6)
        self.setLayout(self._flow)

    def show_field(self, one: Field) -> None:
        state = self._context.store.state
        uses = state.uses.get(one.name, ())
        known = state.checked is state.document
        shown = (one.name, bool(uses) or known, uses)
        if shown == self._shown:
            return
        self._shown = shown
        clear_layout(self._flow)
        if not uses:
            self._flow.addWidget(label("Nothing reads this field yet." if known else "", "secondary"))
            return
        words = label("Read by", "secondary")
        words.setFixedHeight(24)
        self._flow.addWidget(words)
        first_lines: dict[str, int] = {}
        for use in uses:
            first_lines.setdefault(use.place, use.line)
        for place, line in list(first_lines.items())[:_MOST]:
            chip = Chip(f"{place} · line {line}")
            chip.setObjectName(f"field.use.{place}")
            chip.clicked.connect(bound(self._context.shell.show_line, line))
            self._flow.addWidget(chip)
        if len(uses) > min(len(first_lines), _MOST):
            every = Chip(f"all {len(uses)}")
            every.setObjectName("field.uses.all")
            every.setAccessibleName(f"All {len(uses)} readings of {one.name}")
            every.clicked.connect(bound(self.all_wanted.emit, one.name))
            self._flow.addWidget(every)


def _adder(text: str, name: str, add: Callable[[], object]) -> QWidget:
    return button(text, name, add, variant="quiet", dense=True, icon_name="plus")
