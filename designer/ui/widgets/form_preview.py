"""The connection form as the connector's end user sees it, live; what is typed here are the credentials for trying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from designer.connection import PreviewField, form_preview
from designer.ui.extended_fields import ExtendedFields
from designer.ui.page import Context
from designer.ui.widgets import basics
from designer.ui.widgets.basics import button, column, label, show_if
from designer.ui.widgets.card import Card
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.hint import HintLabel
from designer.ui.widgets.inputs import CheckBox, ChipsEdit, Choice, LineEdit, SecretEdit, TextArea

__all__ = ["FormPreview"]


@dataclass(frozen=True, slots=True)
class _Row:
    """``field`` without its value is what the row was made for."""

    field: PreviewField
    widget: QWidget
    control: QWidget
    group: QWidget


class FormPreview(QScrollArea):
    """``titled`` puts a group title above, for use below other content."""

    def __init__(self, context: Context, name: str, *, titled: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._context = context
        self._store = context.store
        self._name = name
        self._rows: dict[str, _Row] = {}
        inner = QWidget()
        self._box = QVBoxLayout(inner)
        self._box.setContentsMargins(14, 12, 14, 14)
        self._box.setSpacing(8)
        self.heading = label("END-USER FORM", "group")
        show_if(self.heading, titled)
        self._box.addWidget(self.heading)
        self.card = Card("Connect", padding=16)
        self._box.addWidget(self.card)
        self._rows_box = QVBoxLayout()
        self._rows_box.setSpacing(12)
        self._extended = ExtendedFields(context, name)
        self._extended.changed.connect(self._refresh)
        self._said = label("", "warning", wrap=True, name=f"{name}.extended-note")
        self._nothing = label("This connection asks for nothing: it connects at a click.", "dim", wrap=True)
        self.card.body.addWidget(self._nothing)
        self.card.body.addLayout(self._rows_box)
        self.card.body.addWidget(self._said)
        connect = button("Connect", f"{name}.connect", self._connect, variant="primary")
        self.card.body.addLayout(basics.row(None, connect))
        self.foot = label(
            "What you type here is used for trying the connection. It never enters the file.", "secondary", wrap=True
        )
        self._box.addWidget(self.foot)
        self._box.addStretch(1)
        self.setWidget(inner)
        self._store.document_changed.connect(lambda _span: self._refresh())
        self._store.credentials_changed.connect(self._refresh)
        context.theme.changed.connect(self._rebuild)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _rebuild(self) -> None:
        for row in self._rows.values():
            self._rows_box.removeWidget(row.widget)
            row.widget.hide()
            row.widget.deleteLater()
        self._rows = {}
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        state = self._store.state
        extended = self._extended.current()
        fields = form_preview(state.design, state.credentials, extended.fields)
        self._said.setText(extended.note)
        show_if(self._said, bool(extended.note))
        self.card.title.setText(f"Connect to {state.design.title or 'this app'}")
        self._build(fields)
        shown = 0
        group = ""
        for one, row in zip(fields, self._rows.values(), strict=True):
            row.widget.setVisible(one.visible)
            shown += one.visible
            row.group.setVisible(bool(one.group) and one.group != group)
            group = one.group if one.visible else group
            _show(row.control, one.value)
        self._nothing.setVisible(shown == 0)

    def _build(self, fields: Sequence[PreviewField]) -> None:
        """Rows for these fields. A row whose field says the same stays as it is, with the cursor that may be in it."""
        wanted = {f"{one.pointer} {one.name}": replace(one, value=None, visible=True) for one in fields}
        if {key: row.field for key, row in self._rows.items()} == wanted and list(self._rows) == list(wanted):
            return
        kept: dict[str, _Row] = {}
        for key, one in wanted.items():
            row = self._rows.pop(key, None)
            if row is not None and row.field == one:
                kept[key] = row
                continue
            if row is not None:
                self._drop(row)
            kept[key] = self._row(one)
        for row in self._rows.values():
            self._drop(row)
        self._rows = kept
        for index, row in enumerate(kept.values()):
            if self._rows_box.indexOf(row.widget) != index:
                self._rows_box.insertWidget(index, row.widget)

    def _drop(self, row: _Row) -> None:
        self._rows_box.removeWidget(row.widget)
        row.widget.hide()
        # Later: the change may come out of this very widget.
        row.widget.deleteLater()

    def _row(self, one: PreviewField) -> _Row:
        control = self._control(one)
        title = one.label or "(no name)"
        line = FormRow(title, _with_suffix(control, one.suffix), required=one.required)
        control.setAccessibleName(title)
        group = label(one.group, "strong")
        box = column(group, line, spacing=5)
        if one.hint:
            box.addWidget(HintLabel(one.hint))
        if one.help_title or one.help_text:
            box.addWidget(_help(one.help_title, one.help_text))
        holder = QWidget()
        holder.setLayout(box)
        return _Row(one, holder, control, group)

    def _control(self, one: PreviewField) -> QWidget:
        name = f"{self._name}.{one.name}"

        def told(value: Any) -> None:
            self._store.set_credential(one.name, value)

        if one.preview == "secret":
            secret = SecretEdit(name)
            secret.edited.connect(told)
            return secret
        if one.preview == "choice":
            choice = Choice(name, [("", "Choose…"), *((value, title) for title, value in one.choices)])
            choice.edited.connect(told)
            return choice
        if one.preview == "choices":
            chips = ChipsEdit(name, "Add a choice")
            chips.suggest([value for _, value in one.choices])
            chips.edited.connect(lambda items: told(",".join(items)))
            return chips
        if one.preview == "switch":
            check = CheckBox(name, "Yes")
            check.edited.connect(lambda on: told("true" if on else "false"))
            return check
        if one.preview == "area" or one.multiline:
            area = TextArea(name, lines=3)
            area.edited.connect(told)
            return area
        line = LineEdit(name)
        line.edited.connect(told)
        return line

    def _connect(self) -> None:
        self._context.commands.run("run.test")


def _with_suffix(control: QWidget, suffix: str) -> QWidget:
    if not suffix:
        return control
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    line.addWidget(control, 1)
    line.addWidget(label(suffix, "dim"))
    holder.setFocusProxy(control)
    return holder


def _help(title: str, text: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("notice", "note")
    box = QVBoxLayout(frame)
    box.setContentsMargins(12, 8, 12, 8)
    box.setSpacing(2)
    if title:
        box.addWidget(label(title, "strong", wrap=True))
    if text:
        box.addWidget(label(text, wrap=True))
    return frame


def _show(control: QWidget, value: Any) -> None:
    if isinstance(control, ChipsEdit):
        control.show_items([part for part in _text(value).split(",") if part])
    elif isinstance(control, Choice):
        control.show_value(_text(value))
    elif isinstance(control, CheckBox):
        control.show_state(_text(value) == "true")
    elif isinstance(control, LineEdit | TextArea):
        control.show_text(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{…}"  # a group of values, some of which may be secret
    return str(value)
