"""How the connection authorizes: the kind, its form slot by slot, options of a multi connection, switching."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from designer import connection
from designer.connection import KINDS, Authorization
from designer.connection.subjects import SUBJECTS, add_key, addable_keys
from designer.facts import table
from designer.ruby.pointer import child
from designer.ui.page import Context, Page
from designer.ui.pages.kind_card import KindCard, KindGallery
from designer.ui.pages.slot_sections import SlotSections
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import bound, button, clear_layout, label, row
from designer.ui.widgets.broken import BrokenOff
from designer.ui.widgets.card import Card
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.problems import show_problems
from designer.ui.widgets.segmented import Segmented

__all__ = ["AuthorizationPage"]

ROOT = "/connection/authorization"


class AuthorizationPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Authorization", "How requests prove who they come from.")
        self._option = ROOT
        self.tabs = Segmented([(ROOT, "Several ways")], name="authorization.option")
        self.tabs.changed.connect(self._choose_option)
        self.add_option = button("Add option", "authorization.add-option", menu=self._kind_menu(), variant="quiet")
        self.remove_option = button(
            "Remove option", "authorization.remove-option", self._remove_option, variant="quiet"
        )
        self._tab_line = QWidget()
        # In a narrow window the buttons go below the tabs.
        line = FlowLayout(self._tab_line, spacing=8)
        for part in (self.tabs, self.add_option, self.remove_option):
            line.addWidget(part)
        self.body.addWidget(BrokenOff(context))
        self.body.addWidget(self._tab_line)
        self.kind = KindCard(context)
        self.kind.left.connect(self.refresh)
        self.body.addWidget(self.kind)
        self.gallery = KindGallery()
        self.gallery.chosen.connect(self._start)
        self.body.addWidget(self.gallery)
        self.notices = QVBoxLayout()
        self.notices.setSpacing(8)
        self.body.addLayout(self.notices)
        self.own_fields = Card("Fields of this option", name="authorization.fields")
        self._own = FlowLayout(spacing=6)
        own = QWidget()
        own.setLayout(self._own)
        self.own_fields.body.addWidget(own)
        self.body.addWidget(self.own_fields)
        self.sections = SlotSections(context)
        self.sections.free.connect(self.refresh)
        self.body.addWidget(self.sections)
        self._key_menu = QMenu(self)
        self._key_menu.setObjectName("authorization.add-key.menu")
        self._key_menu.aboutToShow.connect(self._fill_keys)
        self.add_key = button("Add another part", "authorization.add-key", menu=self._key_menu, variant="fold")
        self.body.addLayout(row(self.add_key, None))
        self.body.addStretch(1)
        self.refresh_on(self.store.document_changed)
        self.store.problems_changed.connect(self._refresh_problems)
        self.store.focus_changed.connect(self._pointed)

    def _kind_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("authorization.add-option.menu")
        for kind in KINDS.values():
            if kind.name not in ("custom", "multi"):
                menu.addAction(kind.title, bound(self._add_option, kind.name))
        return menu

    # State

    @property
    def authorization(self) -> Authorization | None:
        """The authorization in sight: the connection's own, or the chosen option."""
        found = self.store.state.design.authorizations()
        return next((one for one in found if one.pointer == self._option), found[0] if found else None)

    def entered(self) -> None:
        if not self.store.state.focus.startswith(ROOT):
            self.store.focus(self._option)

    def _pointed(self, pointer: str) -> None:
        if self.isVisible():
            self.reveal(pointer)

    def reveal(self, pointer: str) -> None:
        if pointer != ROOT and not pointer.startswith(ROOT + "/"):
            return
        options = [one.pointer for one in self.store.state.design.authorizations()[1:]]
        wanted = next((o for o in options if pointer == o or pointer.startswith(o + "/")), ROOT)
        if wanted != self._option and (wanted in options or wanted == ROOT):
            self._option = wanted
            self.refresh()
        card = self.sections.card_of(pointer)
        if card is not None and self.isVisible() and not card.isAncestorOf(self.focusWidget() or self):
            self.area.show_widget(card)

    def _choose_option(self, pointer: str) -> None:
        self._option = pointer
        self.store.focus(pointer)
        self.refresh()

    # Showing

    def refresh(self) -> None:
        design = self.store.state.design
        if self.authorization is not None and self._option not in [one.pointer for one in design.authorizations()]:
            self._option = ROOT
        authorization = self.authorization
        multi = len(design.authorizations()) > 1 or (
            design.authorization is not None and design.authorization.kind == "multi"
        )
        self._tab_line.setVisible(multi)
        if multi and design.authorization is not None:
            names = [(one.pointer, name) for name, one in design.authorization.options.items()]
            self.tabs.set_choices([(ROOT, "Several ways"), *names])
            self.tabs.select(self._option, quiet=True)
        self.remove_option.setVisible(self._option != ROOT)
        self.kind.setVisible(authorization is not None)
        self.gallery.setVisible(authorization is None)
        self.add_key.setVisible(authorization is not None)
        if authorization is None:
            self.own_fields.hide()
        else:
            self.kind.show_kind(authorization, tunnel=design.secure_tunnel if self._option == ROOT else None)
            self._show_own_fields(authorization)
        self.sections.show_authorization(authorization)
        self._refresh_problems()

    def _show_own_fields(self, authorization: Authorization) -> None:
        inside = authorization.pointer != ROOT
        self.own_fields.setVisible(inside)
        clear_layout(self._own)
        if not inside:
            return
        for one in authorization.fields:
            chip = Chip(one.name or "(no name)", code=True)
            chip.setObjectName(f"authorization.field.{one.name}")
            chip.clicked.connect(bound(self._open_field, one.pointer))
            self._own.addWidget(chip)
        if not authorization.fields:
            self._own.addWidget(label("This option asks for nothing of its own.", "secondary"))

    def _open_field(self, pointer: str) -> None:
        page = self.context.shell.show_page("fields")
        self.store.focus(pointer)
        page.reveal(pointer)

    def _refresh_problems(self) -> None:
        if not self.isVisible():
            return
        authorization = self.authorization
        pointer = ROOT if authorization is None else authorization.pointer
        in_cards = self.sections.pointers()
        found = [
            problem
            for problem in self.store.state.problems_at(pointer)
            if not any(problem.pointer == at or problem.pointer.startswith(at + "/") for at in in_cards)
            and "/options/" not in problem.pointer.removeprefix(pointer)
            and not problem.pointer.startswith(child(pointer, "fields"))
        ]
        show_problems(self.context, self.notices, found, most=4)

    # Intents

    def _start(self, kind: str) -> None:
        title = KINDS[kind].title
        document = self.store.state.document
        if document.find("/connection") is None and not self.store.edit(
            "Add connection", lambda doc: doc.insert("/connection", {"fields": []})
        ):
            return
        if self.store.edit(f"Authorize with {title}", lambda doc: connection.switch_kind(doc, ROOT, kind)):
            self._option = ROOT
            self.store.focus(ROOT)

    def _add_option(self, kind: str) -> None:
        design = self.store.state.design
        taken = set(design.authorization.options) if design.authorization is not None else set()
        name = next(n for n in (kind, *(f"{kind}_{i}" for i in range(2, 99))) if n not in taken)
        if self.store.edit(f"Add option {name}", lambda doc: connection.add_option(doc, name, kind)):
            self._choose_option(child(child(ROOT, "options"), name))

    def _remove_option(self) -> None:
        name = self._option.rpartition("/")[2]
        self._option = ROOT
        self.store.edit(f"Remove option {name}", lambda doc: connection.remove_option(doc, name), focus=ROOT)

    def _fill_keys(self) -> None:
        self._key_menu.clear()
        authorization = self.authorization
        if authorization is None:
            return
        facts = table("authorization")["keys"]
        for key in addable_keys(authorization):
            action = self._key_menu.addAction(f"{SUBJECTS.get(key, key)} · {key}", bound(self._add_key, key))
            action.setToolTip(str(facts[key]["help"]))

    def _add_key(self, key: str) -> None:
        authorization = self.authorization
        if authorization is not None:
            pointer = child(authorization.pointer, key)
            self.store.edit(f"Add {key}", lambda doc: add_key(doc, authorization, key), focus=pointer)
