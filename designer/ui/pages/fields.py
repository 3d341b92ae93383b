"""The fields of the connection: what its end user fills in."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from designer import connection
from designer.checks.model import Problem, Severity
from designer.connection.model import Field
from designer.ruby.pointer import child, parent
from designer.ruby.values import RubyValue
from designer.ui.messages import Action
from designer.ui.page import Context, Page
from designer.ui.pages.field_detail import FieldDetail
from designer.ui.pages.field_uses import FieldUses
from designer.ui.widgets.basics import bound, button
from designer.ui.widgets.broken import BrokenOff
from designer.ui.widgets.card import Card, EmptyState
from designer.ui.widgets.rows import Row, RowList
from designer.ui.widgets.scroll import PageScroll
from designer.ui.widgets.segmented import Segmented

__all__ = ["FieldsPage"]

SHARED = "/connection/fields"
LEAST_ROWS = 3
DETAIL_ROOM = 500


class FieldsPage(Page):
    """A list of fields, and below it the one in sight. In a multi connection each option has a list of its own. Its
    other face tells of every setting who reads it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Fields", "What the end user fills in, in this order.", scroll=False)
        self._scope = SHARED
        self._current = ""
        self.presets = button("Presets", "fields.presets", menu=self._preset_menu(), dense=False)
        self.add = button("Add field", "fields.add", self.add_field, icon_name="plus")
        self.face = Segmented([("form", "Fields"), ("uses", "Who reads them")], name="fields.face")
        self.face.changed.connect(self._choose_face)
        self.header.addWidget(self.face)
        self.header.addWidget(self.presets)
        self.header.addWidget(self.add)
        self.scopes = Segmented([(SHARED, "All options")], name="fields.scope", small=True)
        self.scopes.changed.connect(self._choose_scope)
        self.list = RowList(name="fields.list", reorderable=True)
        self.list.setAccessibleName("Fields of the connection")
        self.list.setAccessibleDescription("Alt+Up and Alt+Down move a field, Delete removes it")
        self.list.chosen.connect(self.store.focus)
        self.list.moved.connect(self._move)
        self.list.removed.connect(self.remove_field)
        self.card = Card(padding=0, name="fields.card")
        self.card.body.setContentsMargins(1, 6, 1, 6)
        self.card.body.addWidget(self.list)
        self.empty = EmptyState(
            "fields",
            "No fields yet",
            "Start with what the end user has to give: a key, a host, a client id. Presets bring the usual ones.",
            [("Add field", "fields.add-first", self.add_field)],
        )
        self.card.body.addWidget(self.empty)
        self._broken = BrokenOff(context)
        self.detail = FieldDetail(context)
        self.detail.removed.connect(self.remove_field)
        self.detail.duplicated.connect(self._duplicate)
        self.detail.uses_wanted.connect(self._show_uses)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 24)
        column.addWidget(self.detail)
        column.addStretch(1)
        self._area = PageScroll(holder)
        # A click on a row asks for all of that field: what is wrong with it stands at its top.
        self.list.clicked.connect(self._area.to_top)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.body.addWidget(self._area, 1)
        self.uses = FieldUses(context, self._open_field)
        margin, bar = context.theme.size("page_margin"), context.theme.size("scroll_bar")
        self.body.setContentsMargins(margin, 2, margin - bar, 0)
        fixed = QVBoxLayout()
        fixed.setContentsMargins(0, 0, bar, 0)
        fixed.setSpacing(12)
        fixed.addWidget(self.scopes)
        fixed.addWidget(self.card)
        self._form = [self.presets, self.add, self.card, self._area]
        self.body.insertLayout(0, fixed)
        self.body.insertWidget(0, self._broken)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 0, bar, margin)
        beside.addWidget(self.uses)
        self.uses.hide()
        self.body.addLayout(beside, 1)
        self.refresh_on(self.store.document_changed, self.store.problems_changed)
        self.store.focus_changed.connect(self._focus_moved)

    # Intents

    def add_field(self) -> None:
        names = {one.name for one in self._fields()}
        name = next(n for n in ("new_field", *(f"new_field_{i}" for i in range(2, 999))) if n not in names)
        attributes: dict[str, RubyValue] = {"name": name, "label": connection.suggested_label(name), "optional": False}
        if self.store.edit("Add field", lambda doc: connection.add_field(doc, attributes, self._scope)):
            self._show_last()
            self.detail.edit_name()

    def remove_field(self, pointer: str) -> None:
        fields = self._fields()
        at = next((index for index, one in enumerate(fields) if one.pointer == pointer), None)
        name = fields[at].name if at is not None else "field"
        if self.store.remove(pointer, f"Remove {name}"):
            left = self._fields()
            if left and at is not None:
                self.store.focus(left[min(at, len(left) - 1)].pointer)
            self.context.messages.note(f"Removed {name}.", action=Action("Undo", self.store.undo))

    def _duplicate(self, pointer: str) -> None:
        array, token = parent(pointer)
        if self.store.edit("Duplicate field", lambda doc: connection.duplicate_field(doc, pointer)):
            self.store.focus(child(array, int(token) + 1))
            self.detail.edit_name()

    def _move(self, pointer: str, index: int) -> None:
        array, token = parent(pointer)
        if array == self._scope and token.isdigit():
            self.store.move(pointer, index, "Reorder fields")

    def _add_preset(self, preset: connection.Preset) -> None:
        names = {one.name for one in self._fields()}
        missing = [attributes for attributes in preset.fields if attributes["name"] not in names]
        if not missing:
            self.context.messages.note(f"The fields of “{preset.title}” are there already.")
        elif self.store.edit(f"Add {preset.title}", lambda doc: connection.add_fields(doc, self._scope, missing)):
            self._show_last()

    def _preset_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("fields.presets.menu")
        for preset in connection.PRESETS:
            menu.addAction(preset.title, bound(self._add_preset, preset))
        return menu

    def _show_last(self) -> None:
        fields = self._fields()
        if fields:
            self.store.focus(fields[-1].pointer)

    def _choose_face(self, face: str) -> None:
        form = face == "form"
        for part in self._form:
            part.setVisible(form)
        self.uses.setVisible(not form)
        self.say_subtitle(
            "What the end user fills in, in this order."
            if form
            else "Every setting of the connection, where it comes from and the lines that read it."
        )
        self.refresh()
        if not form:
            self.uses.list.setFocus()

    def _show_uses(self, name: str) -> None:
        self.face.select("uses")
        self.uses.show_setting(name)

    def _open_field(self, pointer: str) -> None:
        """Leave the uses for the form of the field at ``pointer``; what is no field opens on its own page."""
        if any(pointer == scope or pointer.startswith(scope + "/") for scope in self._scopes()):
            self.face.select("form")
        self.context.shell.go_to(pointer)

    # Showing

    def entered(self) -> None:
        focus = self.store.state.focus
        if not any(focus == one.pointer or focus.startswith(one.pointer + "/") for one in self._fields()):
            fields = self._fields()
            self.store.focus(fields[0].pointer if fields else "/connection/fields")

    def _focus_moved(self, pointer: str) -> None:
        if self.isVisible():
            self.reveal(pointer)

    def reveal(self, pointer: str) -> None:
        scope = next((s for s in self._scopes() if pointer == s or pointer.startswith(s + "/")), None)
        if scope is None or self.face.current == "uses":
            return
        if scope != self._scope:
            self._scope = scope
            self.scopes.select(scope, quiet=True)
        self.refresh()

    def _scopes(self) -> dict[str, str]:
        """Field arrays by pointer, with what they are called."""
        authorization = self.store.state.design.authorization
        scopes = {SHARED: "All options"}
        if authorization is not None:
            for name, option in authorization.options.items():
                scopes[child(option.pointer, "fields")] = name
        return scopes

    def _fields(self) -> list[Field]:
        design = self.store.state.design
        return [one for one in design.all_fields() if parent(one.pointer)[0] == self._scope]

    def _choose_scope(self, scope: str) -> None:
        self._scope = scope
        fields = self._fields()
        self.store.focus(fields[0].pointer if fields else scope)
        self.refresh()

    def refresh(self) -> None:
        if self.face.current == "uses":
            self.scopes.hide()
            self.uses.refresh()
            return
        scopes = self._scopes()
        if self._scope not in scopes:
            self._scope = SHARED
        self.scopes.set_choices(list(scopes.items()))
        self.scopes.select(self._scope, quiet=True)
        self.scopes.setVisible(len(scopes) > 1)
        fields = self._fields()
        focus = self.store.state.focus
        current = next((one for one in fields if focus == one.pointer or focus.startswith(one.pointer + "/")), None)
        if current is None and fields:
            current = next((one for one in fields if one.pointer == self._current), fields[0])
        self._current = current.pointer if current is not None else ""
        self.list.show_rows([self._row(one) for one in fields], self._current)
        self._fit_list(len(fields))
        self.list.setVisible(bool(fields))
        self.empty.setVisible(not fields)
        self.empty.setMinimumHeight(260)
        self.detail.setVisible(current is not None)
        if current is not None:
            self.detail.show_field(current)

    def _fit_list(self, count: int) -> None:
        """As high as its rows, but never so high that the field below has no room."""
        height = self.context.theme.size("row")
        room = max(LEAST_ROWS, (self.height() - DETAIL_ROOM) // height)
        self.list.setFixedHeight(max(1, min(count, room)) * height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_list(self.list.count())

    def _row(self, one: Field) -> Row:
        label = str(one.attributes.get("label") or connection.label_for(one.name))
        optional = "optional" if one.attributes.get("optional") is True else "required"
        control = one.attributes.get("control_type")
        kind = control if isinstance(control, str) else "text"
        problems = self.store.state.problems_at(one.pointer)
        badges = (*((_badge(problems),) if problems else ()), (kind, "accent"))
        condition = " · conditional" if one.attributes.get("ngIf") else ""
        return Row(one.pointer, one.name or "(no name)", f"{label} · {optional}{condition}", badges)


def _badge(problems: tuple[Problem, ...]) -> tuple[str, str]:
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    worst = min(problems, key=lambda problem: rank[problem.severity])
    words = worst.code.replace("-", " ").replace("_", " ")
    return (words if len(problems) == 1 and len(words) <= 18 else f"{len(problems)} to look at", worst.severity.value)
