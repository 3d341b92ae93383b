"""Settings: the values the connection is tried with, and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from designer.connection import setting_groups
from designer.masking import Masks, is_secret_parameter
from designer.oauth.outcomes import TOKEN_NAMES
from designer.ui.credentials import CredentialsLoader
from designer.ui.inspector import RubyPane
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.tokens import TokensPanel
from designer.ui.state import State
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, allow, bound, button, clear_layout, label, row, tool_button
from designer.ui.widgets.card import Card, EmptyState
from designer.ui.widgets.inputs import LineEdit, SecretEdit
from designer.wire.declared import secret_settings_of
from designer.wire.run_secrets import declared_values

__all__ = ["SettingsPage"]


class SettingsPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "Settings", "The values the console and the sign-in use. They stay in memory until you save them."
        )
        self._loader = CredentialsLoader(context)
        self._save = button("Save to settings file", "settingsSave", self._save_now, variant="primary")
        self._revert = button("Read again", "settingsRevert", self._read_again)
        self.header.addWidget(self._revert)
        self.header.addWidget(self._save)
        self._where = Card("Kept in", name="settingsWhere")
        self._where_text = label("", "dim", wrap=True, name="settingsFile")
        self._where.body.addWidget(self._where_text)
        self._values = Card("Values", name="settingsValues")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._values.body.addLayout(self._rows)
        self._name = LineEdit("settingsNewName", "Name of another setting", code=True)
        self._name.setAccessibleName("Name of another setting")
        self._name.setMinimumWidth(220)
        self._name.returnPressed.connect(self._add)
        self._values.body.addLayout(row(self._name, button("Add", "settingsAdd", self._add), None))
        self.body.addWidget(self._where)
        self.body.addWidget(self._values)
        self.body.addStretch(1)
        self._shown: tuple[_Entry | str, ...] = ()
        self._lines: dict[str, _SettingRow] = {}
        self.store.credentials_changed.connect(self._show)
        self.store.opened.connect(self._show)
        self.store.opened.connect(self._name.clear)
        self.store.document_changed.connect(lambda _span: self._show())
        self._show()

    def inspector_tabs(self) -> list[InspectorTab]:
        return [
            InspectorTab("token", "Token", lambda: TokensPanel(self.context)),
            InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "settingsRuby")),
        ]

    def reveal(self, pointer: str) -> None:
        """Put the cursor into the setting of this name."""
        found = self._lines.get(pointer)
        if found is not None:
            self.area.ensureWidgetVisible(found)
            found.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self) -> None:
        state = self.store.state
        file = self._loader.file
        why = "" if state.credentials_edited else "The settings file says the same."
        for one in (self._save, self._revert):
            allow(
                one, why if file is not None else "There is no settings file: export the connector into a folder first."
            )
        self._where_text.setText(self._where_words())
        shown = _entries(state)
        if shown != self._shown:
            self._shown = shown
            self._lay_out(shown)
        for name, made in self._lines.items():
            made.line.show_text(_text(state.credentials.get(name)))

    def _where_words(self) -> str:
        state, file = self.store.state, self._loader.file
        if file is None:
            return "Nowhere yet: this connector has no project folder. Export it into one first."
        name = f' under "{state.settings_name}"' if state.settings_name else ""
        edited = " Edited, not saved." if state.credentials_edited else ""
        note = (
            " It is encrypted with the project's master key."
            if file.suffix == ".enc"
            else " It is plain text: keep it out of git."
        )
        return f"{file}{name}.{note}{edited}"

    def _lay_out(self, shown: tuple[_Entry | str, ...]) -> None:
        """Rows that stay are kept: one of them may be the one that is typed into."""
        names = {one.name: one for one in shown if isinstance(one, _Entry)}
        for name, old in list(self._lines.items()):
            if names.get(name) != old.entry:
                del self._lines[name]
            else:
                self._rows.removeWidget(old)
        clear_layout(self._rows)
        if not names:
            text = "The connection declares no fields. Add some on the Fields page, or a value below."
            self._rows.addWidget(EmptyState("key", "No settings", text))
        for one in shown:
            if isinstance(one, str):
                heading = label(one, "group")
                heading.setContentsMargins(0, 8, 0, 0)
                self._rows.addWidget(heading)
                continue
            if one.name not in self._lines:
                made = _SettingRow(one)
                made.line.edited.connect(lambda text, key=one.name: self.store.set_credential(key, text))
                made.removed.connect(bound(self._remove, one.name))
                self._lines[one.name] = made
            self._rows.addWidget(self._lines[one.name])

    def _add(self) -> None:
        name = self._name.text().strip()
        if name and name not in self.store.state.credentials:
            self._name.clear()
            self.store.set_credential(name, "")

    def _remove(self, name: str) -> None:
        self.store.set_credential(name, None)

    def _save_now(self) -> None:
        self._loader.save()

    def _read_again(self) -> None:
        self._loader.load(self.store.state.settings_name or "")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the page. ``remark`` says of a value why it is here though nothing asks for it."""

    name: str
    secret: bool
    remark: str = ""


class _SettingRow(QWidget):
    removed = Signal()

    def __init__(self, entry: _Entry) -> None:
        super().__init__()
        self.entry = entry
        name = entry.name
        self.line = SecretEdit(f"setting.{name}") if entry.secret else LineEdit(f"setting.{name}", code=True)
        self.line.setAccessibleName(f"{name}, {entry.remark}" if entry.remark else name)
        title = ElidedLabel(name, "code")
        title.setFont(Theme.current().code_font())
        title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        title.setFixedWidth(_NAME_WIDTH)
        box = row(title, self.line)
        if entry.remark:
            box.addWidget(Badge(entry.remark, "neutral"))
            box.addWidget(tool_button("close", f"setting.{name}.remove", f"Remove {name}", self.removed.emit))
        self.setLayout(box)


def _entries(state: State) -> tuple[_Entry | str, ...]:
    """The lines in order, with the headings between them: what the form asks for now, then every other value there is,
    with where it belongs."""
    shown: list[_Entry | str] = []
    kept: dict[str, _Entry] = {}
    groups = setting_groups(state.design, state.credentials)
    declared = declared_values(secret_settings_of(state.document), state.credentials)
    masks = Masks(state.credentials, also=(secret for _, secret in declared))

    def holds_secret(name: str, typed: bool) -> bool:
        """What is typed into must not change its kind by what is typed."""
        value = state.credentials.get(name)
        return not (typed and isinstance(value, str)) and masks.value(value, name) != value

    several = sum(group.asked and bool(group.option) for group in groups)
    for group in groups:
        entries = [
            _Entry(
                one.name,
                is_secret_parameter(one.name)
                or one.attributes.get("control_type") == "password"
                or holds_secret(one.name, typed=True),
            )
            for one in group.fields
        ]
        if not group.asked:
            kept |= {one.name: replace(one, remark=f"option {group.option}") for one in entries}
            continue
        if group.option:
            shown.append(f"OPTION {group.option}" if several == 1 else f"IF {group.option} IS CHOSEN")
        shown += entries
    asked = {one.name for one in shown if isinstance(one, _Entry)}
    others = [name for name, value in state.credentials.items() if name not in asked and (value or name not in kept)]
    if others:
        shown.append("NOT ASKED FOR IN THE FORM")
    for name in others:
        remark = "from a reply" if name in TOKEN_NAMES else "not a field"
        entry = kept.get(name) or _Entry(name, is_secret_parameter(name), remark)
        # A run puts what a server says into the settings as well: that may hold a secret under a name of its own.
        shown.append(replace(entry, secret=entry.secret or holds_secret(name, typed=False)))
    return tuple(shown)


_NAME_WIDTH = 180


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "true" if value is True else "false" if value is False else str(value)
