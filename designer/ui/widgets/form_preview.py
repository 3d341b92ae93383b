"""The connection form as the connector's end user sees it, live; what is typed here are the credentials for trying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.connection import PreviewField, form_preview
from designer.ui.hints import sanitised
from designer.ui.page import Context
from designer.ui.theme import Theme
from designer.ui.widgets.basics import button, clear_layout, column, label, show_if
from designer.ui.widgets.card import Card
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import CheckBox, ChipsEdit, Choice, LineEdit, SecretEdit, TextArea

__all__ = ["FormPreview"]


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
        self._shown: tuple[Any, ...] | None = None
        self._inputs: dict[str, QWidget] = {}
        inner = QWidget()
        self._box = QVBoxLayout(inner)
        self._box.setContentsMargins(14, 12, 14, 14)
        self._box.setSpacing(8)
        self.heading = label("END-USER FORM", "group")
        show_if(self.heading, titled)
        self._box.addWidget(self.heading)
        self.card = Card("Connect", padding=16)
        self._box.addWidget(self.card)
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
        self._shown = None
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        state = self._store.state
        fields = [one for one in form_preview(state.design, state.credentials) if one.visible]
        shown = (state.design.title, tuple(replace(one, value=None) for one in fields))
        if shown != self._shown:
            self._shown = shown
            self._build(state.design.title, fields)
        for one in fields:
            if one.name in self._inputs:
                _show(self._inputs[one.name], one.value)

    def _build(self, title: str | None, fields: Sequence[PreviewField]) -> None:
        focused = next((name for name, control in self._inputs.items() if control.hasFocus()), None)
        clear_layout(self.card.body)
        self._inputs = {}
        self.card.title.setText(f"Connect to {title or 'this app'}")
        if not fields:
            empty = "This connection asks for nothing: it connects at a click."
            self.card.body.addWidget(label(empty, "dim", wrap=True))
        group = ""
        for one in fields:
            if one.group != group:
                group = one.group
                self.card.body.addWidget(label(group, "strong"))
            self.card.body.addWidget(self._row(one))
        connect = button("Connect", f"{self._name}.connect", self._connect, variant="primary")
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(connect)
        self.card.body.addLayout(line)
        if focused is not None and focused in self._inputs:
            self._inputs[focused].setFocus()

    def _row(self, one: PreviewField) -> QWidget:
        control = self._control(one)
        title = one.label or "(no name)"
        if one.name:
            self._inputs[one.name] = control
        row = FormRow(title, _with_suffix(control, one.suffix), required=one.required)
        control.setAccessibleName(title)
        box = column(row, spacing=5)
        if one.hint:
            text = QLabel(sanitised(one.hint, Theme.current().value("accent")))
            text.setTextFormat(Qt.TextFormat.RichText)
            text.setProperty("role", "secondary")
            text.setWordWrap(True)
            text.setOpenExternalLinks(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
            text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            box.addWidget(text)
        if one.help_title or one.help_text:
            box.addWidget(_help(one.help_title, one.help_text))
        holder = QWidget()
        holder.setLayout(box)
        return holder

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
    return str(value)
