"""Settings: the values the connection is tried with, and where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.masking import is_secret_parameter
from designer.ui.credentials import CredentialsLoader
from designer.ui.inspector import RubyPane
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.tokens import TokensPanel
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import bound, button, clear_layout, label, row, tool_button
from designer.ui.widgets.card import Card, EmptyState
from designer.ui.widgets.inputs import LineEdit, SecretEdit

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
        self._shown: tuple[str, ...] = ()
        self._inputs: dict[str, LineEdit] = {}
        self.store.credentials_changed.connect(self._show)
        self.store.opened.connect(self._show)
        self.store.document_changed.connect(lambda _span: self._show())
        self._show()

    def inspector_tabs(self) -> list[InspectorTab]:
        return [
            InspectorTab("token", "Token", lambda: TokensPanel(self.context)),
            InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "settingsRuby")),
        ]

    def reveal(self, pointer: str) -> None:
        """Put the cursor into the setting of this name."""
        line = self._inputs.get(pointer)
        if line is not None:
            self.area.ensureWidgetVisible(line)
            line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self) -> None:
        state = self.store.state
        file = self._loader.file
        self._save.setEnabled(state.credentials_edited and file is not None)
        self._revert.setEnabled(state.credentials_edited and file is not None)
        self._where_text.setText(self._where_words())
        known = self._fields()
        names = tuple(dict.fromkeys([*known, *state.credentials]))
        if names != self._shown:
            self._shown = names
            self._lay_out(names, known)
        for name, line in self._inputs.items():
            line.show_text(_text(state.credentials.get(name)))

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

    def _fields(self) -> dict[str, Mapping[str, Any]]:
        """Declared fields by name, options' own among them."""
        return {one.name: one.attributes for one in self.store.state.design.all_fields() if one.name}

    def _lay_out(self, names: tuple[str, ...], known: Mapping[str, Mapping[str, Any]]) -> None:
        clear_layout(self._rows)
        self._inputs = {}
        if not names:
            text = "The connection declares no fields. Add some on the Fields page, or a value below."
            self._rows.addWidget(EmptyState("key", "No settings", text))
            return
        for name in names:
            attributes = known.get(name)
            secret = is_secret_parameter(name) or (attributes or {}).get("control_type") == "password"
            line = SecretEdit(f"setting.{name}") if secret else LineEdit(f"setting.{name}", code=True)
            line.setAccessibleName(name)
            line.edited.connect(lambda text, key=name: self.store.set_credential(key, text))
            title = label(name, "code")
            title.setFixedWidth(180)
            title.setToolTip(name)
            box = row(title, line)
            if attributes is None:
                origin = Badge("from a reply" if name in _REPLIES else "not a field", "neutral")
                box.addWidget(origin)
                box.addWidget(
                    tool_button("close", f"setting.{name}.remove", f"Remove {name}", bound(self._remove, name))
                )
            holder = QWidget()
            holder.setLayout(box)
            self._rows.addWidget(holder)
            self._inputs[name] = line

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


_REPLIES = {
    "access_token",
    "refresh_token",
    "id_token",
    "expires_in",
    "refresh_token_expires_in",
    "scope",
    "token_type",
}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "true" if value is True else "false" if value is False else str(value)
