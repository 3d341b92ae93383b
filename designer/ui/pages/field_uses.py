"""Settings and their readers: where each is read, where it comes from, which nobody needs, which are secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from designer.connection import FieldUse, SettingUse
from designer.ui.page import Context
from designer.ui.widgets.basics import label
from designer.ui.widgets.card import Card
from designer.ui.widgets.rows import Row, RowList
from designer.ui.widgets.segmented import Segmented

__all__ = ["FieldUses"]

_FILTERS: Mapping[str, tuple[str, Callable[[SettingUse], bool]]] = {
    "all": ("All", lambda _one: True),
    "fields": ("Fields", lambda one: one.origin == "field"),
    "replies": ("From acquire", lambda one: one.origin == "reply"),
    "unused": ("Unused", lambda one: one.unused),
    "secret": ("Secret", lambda one: one.secret),
}


class FieldUses(QWidget):
    """A row a setting, below it a row a reading. The row in force shows its line in the Ruby; Enter or a double click
    on a setting opens its field. Shows ``State.settings``, which trails the text for as long as it is being read."""

    def __init__(self, context: Context, open_field: Callable[[str], object]) -> None:
        super().__init__()
        self._context = context
        self._store = context.store
        self._open_field = open_field
        self._lines: dict[str, int] = {}
        self._pointers: dict[str, str] = {}
        self.setObjectName("fields.uses")
        self.setAccessibleName("Settings and who reads them")
        self.filter = Segmented([(key, title) for key, (title, _) in _FILTERS.items()], name="uses.show", small=True)
        self.filter.changed.connect(lambda _choice: self.refresh())
        self.list = RowList(name="uses.list")
        self.list.setAccessibleName("Settings and who reads them")
        self.list.setAccessibleDescription("Up and Down show a row's line in the Ruby, Enter opens the field")
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.list.chosen.connect(self._show_line)
        # A second click on the row in force leads there again.
        self.list.itemClicked.connect(self._clicked)
        self.list.activated_row.connect(self._open)
        self._nothing = label("", "dim", wrap=True, name="uses.nothing")
        self._nothing.setContentsMargins(16, 10, 16, 10)
        card = Card(padding=0, name="uses.card")
        card.body.setContentsMargins(1, 6, 1, 6)
        card.body.addWidget(self._nothing)
        card.body.addWidget(self.list)
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.filter)
        box.addWidget(card, 1)

    def refresh(self) -> None:
        state = self._store.state
        if state.checked is not state.document and self.list.count():
            return
        self.filter.set_choices(
            [
                (key, title if key == "all" else f"{title} {sum(1 for one in state.settings if wanted(one))}")
                for key, (title, wanted) in _FILTERS.items()
            ]
        )
        wanted = _FILTERS[self.filter.current][1]
        shown = [one for one in state.settings if wanted(one)]
        source = (state.checked or state.document).source.split(b"\n")
        self._lines, self._pointers = {}, {}
        rows: list[Row] = []
        for one in shown:
            rows.append(_setting_row(one))
            self._lines[rows[-1].id] = one.line
            self._pointers[rows[-1].id] = one.pointer
            for use in one.uses or one.mentions:
                code = source[use.line - 1].decode("utf-8", "replace").strip() if use.line <= len(source) else ""
                rows.append(_use_row(use, code, mention=not one.uses))
                self._lines[rows[-1].id] = use.line
        self.list.show_rows(rows, self.list.current_id or None)
        self.list.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        self._nothing.setText("No setting is like that." if state.settings else "The connection has no settings yet.")

    def show_setting(self, name: str) -> None:
        """Bring the setting ``name`` into sight, whatever was left out until now."""
        self.filter.select("all")
        self.list.select(f"setting {name}")

    def _clicked(self, item: QListWidgetItem) -> None:
        self._show_line(self.list.rows()[self.list.row(item)].id)

    def _show_line(self, row: str) -> None:
        if line := self._lines.get(row, 0):
            self._context.shell.show_line(line)

    def _open(self, row: str) -> None:
        pointer = self._pointers.get(row, "")
        if pointer:
            self._open_field(pointer)
        else:
            self._show_line(row)


def _setting_row(one: SettingUse) -> Row:
    count = len(one.uses)
    if one.unused:
        read = "nothing reads it"
    elif count:
        read = f"read in {count} place{'s' if count > 1 else ''}"
    elif one.mentions:
        read = "not read by name, but named in the code"
    elif one.origin == "reply":
        read = "read by the platform"
    else:
        read = "not read by name"
    badges: list[tuple[str, str]] = []
    if one.unused:
        badges.append(("unused", "warning"))
    if one.secret and one.origin == "field" and not one.masked:
        badges.append(("secret, shown in clear", "warning"))
    elif one.secret:
        badges.append(("secret", "done"))
    badges.append(
        {
            "field": ("field", "accent"),
            "reply": ("from " + one.where, "note"),
            "platform": ("token", "neutral"),
            "undeclared": ("no field", "neutral"),
        }[one.origin]
    )
    where = f"{one.where} · line {one.line}" if one.line else one.where
    icon = ("shield", "dim") if one.secret else ("fields", "dim")
    return Row(f"setting {one.name}", one.name, f"{where} · {read}", tuple(badges), icon)


def _use_row(use: FieldUse, code: str, *, mention: bool) -> Row:
    title = f"{'named in ' if mention else ''}{use.place} · line {use.line}"
    return Row(f"use {use.name} {use.start} {use.place}", title, inner=True, code=code)
