"""How the connection authorizes: the kind, its form slot by slot, options of a multi connection, switching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QGridLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from designer import connection
from designer.connection import KINDS, Authorization, FormItem, Kind, SwitchPlan
from designer.connection.form import shown
from designer.connection.signals import from_text, to_texts
from designer.errors import UserError
from designer.facts import table
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ruby.pointer import child
from designer.ruby.values import RubyCode
from designer.ui.page import Context, Page
from designer.ui.pages.slot_card import SlotCard, key_help
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import bound, button, clear_layout, column, label, row, rule
from designer.ui.widgets.broken import BrokenOff
from designer.ui.widgets.card import Card
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import CheckBox, ChipsEdit, Choice
from designer.ui.widgets.kind_form import KindForm
from designer.ui.widgets.problems import show_problems
from designer.ui.widgets.segmented import Segmented

__all__ = ["AuthorizationPage"]

ROOT = "/connection/authorization"
GENERAL = "general"
SUBJECTS: Mapping[str, str] = {
    GENERAL: "In general",
    "authorization_url": "Consent page",
    "client_id": "Client",
    "token_url": "Token request",
    "acquire": "Getting tokens",
    "refresh": "Renewing tokens",
    "refresh_on": "When to renew",
    "apply": "On every request",
    "pkce": "Proof key (PKCE)",
    "selected": "Choosing an option",
    "identity": "Who is signed in",
    "noopener": "Popup",
}
JOINED = {"client_secret": "client_id", "detect_on": "refresh_on", "credentials": "apply"}
"""Keys shown together with another one."""
_FETCHING = {"token_url": "acquire"}
"""Where one key takes the place of another, their cards count as one."""

ORDER = tuple(SUBJECTS)
LISTS = ("refresh_on", "detect_on")
QUIET_KEYS = ("type", "fields", "options")


class AuthorizationPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Authorization", "How requests prove who they come from.")
        self._option = ROOT
        self._built: tuple[Any, ...] = ()
        self._cards: dict[str, SlotCard] = {}
        self._forms: dict[str, KindForm] = {}
        self._lists: dict[str, ChipsEdit] = {}
        self._plan: tuple[str, SwitchPlan] | None = None
        self._postponed = False
        self._draft: dict[str, Any] = {}
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
        self.body.addWidget(self._build_kind())
        self.gallery = self._build_gallery()
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
        self.sections = QVBoxLayout()
        self.sections.setSpacing(16)
        self.body.addLayout(self.sections)
        self._key_menu = QMenu(self)
        self._key_menu.setObjectName("authorization.add-key.menu")
        self._key_menu.aboutToShow.connect(self._fill_keys)
        self.add_key = button("Add another part", "authorization.add-key", menu=self._key_menu, variant="fold")
        self.body.addLayout(row(self.add_key, None))
        self.body.addStretch(1)
        self.refresh_on(self.store.document_changed)
        self.store.problems_changed.connect(self._refresh_problems)
        self.store.focus_changed.connect(self._pointed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._draft and old is not None and new is not None and self.isAncestorOf(old):
            self._drop_draft()
        if self._postponed:
            self.refresh()

    # Building

    def _build_kind(self) -> Card:
        self.kind_card = Card(padding=16, name="authorization.kind-card")
        choices = [(kind.name, kind.title) for kind in KINDS.values()]
        self.kind = Choice("authorization.kind", choices)
        self.kind.setAccessibleName("Kind of authorization")
        self.kind.edited.connect(self._kind_chosen)
        self.reference = button("Reference", "authorization.reference", self._open_reference, variant="link")
        self.summary = label("", "dim", wrap=True, name="authorization.summary")
        self.kind_card.body.setSpacing(8)
        self.kind_card.body.addWidget(FormRow("Kind", self.kind, action=self.reference))
        self.kind_card.body.addWidget(self.summary)
        self.tunnel = CheckBox("authorization.secure_tunnel", "Reached through an on-prem agent")
        self.tunnel.setToolTip("secure_tunnel: true. Requests go through an agent inside the user's network.")
        self.tunnel.edited.connect(self._set_tunnel)
        self.kind_card.body.addWidget(self.tunnel)
        self.plan_box = QVBoxLayout()
        self.kind_card.body.addLayout(self.plan_box)
        return self.kind_card

    def _build_gallery(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        kinds = [kind for kind in KINDS.values() if kind.name != "custom"]
        for index, kind in enumerate(kinds):
            card = Card(padding=14)
            card.body.setSpacing(8)
            # Whole on two lines rather than cut: several kinds begin alike.
            card.body.addWidget(label(kind.title, "heading", wrap=True))
            words = label(kind.summary, "secondary", wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            card.body.addWidget(words, 1)
            choose = button("Choose", f"authorization.choose.{kind.name}", bound(self._start, kind.name), dense=True)
            choose.setAccessibleName(f"Choose {kind.title}")
            card.body.addLayout(row(None, choose))
            grid.addWidget(card, index // 2, index % 2)
        return holder

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
        card = next((card for card in self._cards.values() if card.holds(pointer)), None)
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
        self.kind_card.setVisible(authorization is not None)
        self.gallery.setVisible(authorization is None)
        self.add_key.setVisible(authorization is not None)
        if authorization is None:
            self._build_sections(None)
            self.own_fields.hide()
            self._refresh_problems()
            return
        kind = KINDS[authorization.kind]
        self.tunnel.show_state(design.secure_tunnel)
        self.tunnel.setVisible(self._option == ROOT)
        if self._plan is None:
            self.kind.show_value(kind.name)
            self.summary.setText(kind.summary)
        self._show_own_fields(authorization)
        self._build_sections(authorization)
        self._show_values(authorization, kind)
        self._refresh_problems()

    def _groups(self, authorization: Authorization) -> dict[str, tuple[list[FormItem], list[str]]]:
        """Subjects in order: the form items of each, and the keys of the hash that belong to it."""
        groups: dict[str, tuple[list[FormItem], list[str]]] = {}
        kind = KINDS[authorization.kind]
        if authorization.parameters is not None:
            signing = "apply" if {"apply", "credentials"} & set(authorization.slots) else GENERAL
            tokens = "token_url" if "token_url" in authorization.slots else "acquire"
            for item in kind.form:
                if not shown(item, authorization.parameters):
                    continue
                # An item without a slot is about the token request, wherever that stands.
                slot = item.slot or (tokens if authorization.type == "oauth2" else signing)
                if slot == "acquire" and slot not in authorization.slots and authorization.type != "oauth2":
                    slot = signing  # nothing is fetched: what would be said there is said on every request
                elif slot == "acquire" and slot not in authorization.slots and "refresh" in authorization.slots:
                    slot = "refresh"  # the platform asks for the first tokens: this is about the next ones
                groups.setdefault(JOINED.get(slot, slot), ([], []))[0].append(item)
        for key in authorization.slots:
            if key not in QUIET_KEYS:
                groups.setdefault(JOINED.get(key, key), ([], []))[1].append(key)
        known = [subject for subject in ORDER if subject in groups]
        return {subject: groups[subject] for subject in (*known, *(s for s in groups if s not in ORDER))}

    def _build_sections(self, authorization: Authorization | None) -> None:
        groups = {} if authorization is None else self._groups(authorization)
        shape = tuple((s, tuple(item.key for item in items), tuple(keys)) for s, (items, keys) in groups.items())
        built = (self._option, authorization.kind if authorization else "", shape)
        if built == self._built:
            self._postponed = False
            return
        if any(card.editing for card in self._cards.values()):
            # Whoever is typing Ruby keeps the editor; the page is laid out anew when the cursor leaves it.
            self._postponed = True
            return
        self._postponed = False
        # What was unfolded stays so when an answer brings other questions into the same card.
        unfolded = {_FETCHING.get(subject, subject) for subject, form in self._forms.items() if form.expanded}
        if built[:2] != self._built[:2]:
            unfolded = set()
        self._built = built
        clear_layout(self.sections)
        self._cards, self._forms, self._lists = {}, {}, {}
        for subject, (items, keys) in groups.items():
            title = SUBJECTS.get(subject, subject)
            removable = subject not in ("apply", "authorization_url", "client_id", "selected")
            card = SlotCard(self.context, title, key_help(subject), f"slot.{subject}", removable=removable)
            self._cards[subject] = card
            form_items = [item for item in items if authorization is not None and item.slot not in authorization.opaque]
            if form_items:
                form = KindForm(form_items, "authorization", f"authorization.{subject}.more")
                form.expand(_FETCHING.get(subject, subject) in unfolded)
                form.edited.connect(self._item_edited)
                card.form_box.addWidget(form)
                self._forms[subject] = form
            for key in keys:
                if key in LISTS and key not in [item.key for item in items]:
                    card.form_box.addWidget(self._list_row(key))
            self.sections.addWidget(card)

    def _list_row(self, key: str) -> FormRow:
        chips = ChipsEdit(f"authorization.{key}", "401, text or /regex/", split_on_space=False)
        chips.edited.connect(lambda texts, at=key: self._list_edited(at, texts))
        self._lists[key] = chips
        return FormRow(key, chips, help=key_help(key))

    def _show_values(self, authorization: Authorization, kind: Kind) -> None:
        fields = self._field_names(authorization)
        params = authorization.parameters or {}
        known = tuple(kind.brought(params)) if authorization.parameters is not None else ()
        groups = self._groups(authorization)
        for subject, card in self._cards.items():
            _items, keys = groups.get(subject, ([], []))
            form = self._forms.get(subject)
            if form is not None:
                form.show_values({**params, **self._draft}, fields, known)
            lists = [key for key in keys if key in self._lists]
            literal = True
            for key in lists:
                given = getattr(authorization, key)
                texts = None if given is None else to_texts(given)
                literal = literal and texts is not None
                self._lists[key].show_items(texts or [])
            has_form = (form is not None or bool(lists)) and literal
            card.show_slots([child(authorization.pointer, key) for key in keys], has_form=has_form)

    def _field_names(self, authorization: Authorization) -> list[str]:
        shared = [one.name for one in self.store.state.design.fields if one.name]
        own = [one.name for one in authorization.fields if one.name]
        return [*own, *(name for name in shared if name not in own)]

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
        in_cards = [p for card in self._cards.values() for p in card.pointers]
        found = [
            problem
            for problem in self.store.state.problems_at(pointer)
            if not any(problem.pointer == at or problem.pointer.startswith(at + "/") for at in in_cards)
            and "/options/" not in problem.pointer.removeprefix(pointer)
            and not problem.pointer.startswith(child(pointer, "fields"))
        ]
        show_problems(self.context, self.notices, found, most=4)

    # Intents

    def _item_edited(self, key: str, value: Any) -> None:
        """Write the form's values. What is not complete yet (a header without a name) would not read back as this
        form: it waits in the form until it is, and the text stays as it was."""
        authorization = self.authorization
        if authorization is None or authorization.parameters is None:
            return
        params = {**authorization.parameters, **self._draft, key: value}
        pointer = authorization.pointer
        change = _complete(self.store.state.document, authorization, params, key)
        form = next((form for form in self._forms.values() if form.row_of(key) is not None), None)
        shown = form.row_of(key) if form is not None else None
        if isinstance(shown, FormRow):
            shown.complain(None if change is not None else "Not complete yet: the text keeps what it had.", "warning")
        if change is None:
            self._draft[key] = value
            return
        self._draft = {}
        self.store.edit(f"Edit {key.replace('_', ' ')}", lambda _doc: change, merge=f"form {pointer} {key}")

    def _drop_draft(self) -> None:
        """The cursor left what was not complete: show again what the text says."""
        for key in self._draft:
            for form in self._forms.values():
                row = form.row_of(key)
                if isinstance(row, FormRow):
                    row.complain(None)
        self._draft = {}
        self.refresh()

    def _list_edited(self, key: str, texts: list[str]) -> None:
        authorization = self.authorization
        if authorization is not None:
            self.store.set_value(child(authorization.pointer, key), [from_text(text) for text in texts], f"Edit {key}")

    def _start(self, kind: str) -> None:
        title = KINDS[kind].title
        document = self.store.state.document
        if document.find("/connection") is None:
            self.store.edit("Add connection", lambda doc: doc.insert("/connection", {"fields": []}))
        if self.store.edit(f"Authorize with {title}", lambda doc: connection.switch_kind(doc, ROOT, kind)):
            self._option = ROOT
            self.store.focus(ROOT)

    def _kind_chosen(self, name: str) -> None:
        authorization = self.authorization
        if authorization is None or name == authorization.kind:
            self._drop_plan()
            return
        try:
            plan = connection.switch_preview(self.store.state.document, authorization.pointer, name)
        except UserError as error:
            self._drop_plan()
            self.context.messages.fail(error)
            return
        self._plan = (name, plan)
        self.summary.setText(KINDS[name].summary)
        clear_layout(self.plan_box)
        self.plan_box.addWidget(self._plan_sheet(name, plan))

    def _plan_sheet(self, name: str, plan: SwitchPlan) -> QWidget:
        """What the switch would do, before it does it."""
        sheet = QWidget()
        lines = column(rule(faint=True), spacing=8)
        lines.addWidget(label(f"Switch to {KINDS[name].title}?", "strong", wrap=True))
        for title, words, tone in (
            ("Drops", plan.drops, "error"),
            ("Adds", plan.adds, "done"),
            ("Rewrites", plan.rewrites, "accent"),
            ("Keeps", plan.keeps, "neutral"),
            ("No longer read", plan.unused_fields, "warning"),
        ):
            if words:
                lines.addLayout(_listed(title, words, tone))
        for note in plan.notes:
            lines.addWidget(label(note, "secondary", wrap=True))
        lines.addWidget(label("Undo brings everything back.", "secondary"))
        switch = button("Switch", "authorization.switch", self._switch, variant="primary")
        cancel = button("Cancel", "authorization.switch-cancel", self._cancel_switch)
        lines.addLayout(row(switch, cancel, None))
        sheet.setLayout(lines)
        return sheet

    def _switch(self) -> None:
        authorization = self.authorization
        if self._plan is None or authorization is None:
            return
        name, plan = self._plan
        pointer = authorization.pointer
        params = None if name == "multi" else plan.params
        self._drop_plan()
        self.store.edit(
            f"Switch to {KINDS[name].title}", lambda doc: connection.switch_kind(doc, pointer, name, params)
        )
        self.refresh()

    def _cancel_switch(self) -> None:
        self._drop_plan()
        self.refresh()

    def _set_tunnel(self, on: bool) -> None:
        if on:
            self.store.edit("Reach it through an agent", lambda doc: doc.set("/secure_tunnel", True))
        else:
            self.store.remove("/secure_tunnel", "Reach it directly")

    def _drop_plan(self) -> None:
        self._plan = None
        clear_layout(self.plan_box)
        authorization = self.authorization
        if authorization is not None:
            self.kind.show_value(authorization.kind)
            self.summary.setText(KINDS[authorization.kind].summary)

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
        """Keys of the SDK that could still be added here."""
        self._key_menu.clear()
        authorization = self.authorization
        if authorization is None:
            return
        for key, spec in table("authorization")["keys"].items():
            usable = "*" in spec["types"] or authorization.type in spec["types"]
            if (
                usable
                and key not in authorization.slots
                and key not in (*QUIET_KEYS, "credentials")
                and spec["value"] in ("lambda", "list")
            ):
                action = self._key_menu.addAction(f"{SUBJECTS.get(key, key)} · {key}", bound(self._add_key, key))
                action.setToolTip(str(spec["help"]))

    def _add_key(self, key: str) -> None:
        authorization = self.authorization
        if authorization is None:
            return
        spec = table("authorization")["keys"][key]
        pointer = child(authorization.pointer, key)
        if spec["value"] == "list":
            self.store.edit(f"Add {key}", lambda doc: doc.set(pointer, [401]), focus=pointer)
            return
        names = ", ".join(spec.get("parameters", ["connection"]))
        code = RubyCode(f"lambda do |{names}|\n  # {spec.get('result', '')}\nend")
        self.store.edit(f"Add {key}", lambda doc: doc.set(pointer, code), focus=pointer)

    def _open_reference(self) -> None:
        authorization = self.authorization
        if authorization is not None and KINDS[authorization.kind].doc_url:
            QDesktopServices.openUrl(QUrl(KINDS[authorization.kind].doc_url))


def _complete(doc: Document, before: Authorization, params: Mapping[str, Any], key: str) -> Change | None:
    """The change that writes ``params``, or None where what it writes would no longer read as this form."""
    try:
        change = connection.update_form(doc, before.pointer, params)
    except (UserError, KeyError):
        return None
    after = connection.authorization_at(change.document, before.pointer)
    same = after is not None and after.kind == before.kind and key in (after.parameters or {})
    return change if same else None


def _listed(title: str, words: Sequence[str], tone: str) -> Any:
    """``title`` and the words as chips beside it."""
    flow = FlowLayout(spacing=6)
    for word in words:
        chip = Chip(word, tone=tone, code=True)
        chip.setFocusPolicy(chip.focusPolicy().NoFocus)
        flow.addWidget(chip)
    holder = QWidget()
    holder.setLayout(flow)
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    heading = label(title, "secondary")
    heading.setFixedSize(96, 24)
    return row(heading, holder)
