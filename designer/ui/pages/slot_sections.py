"""The subjects of an authorization below each other, each a card with its form and its Ruby."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from designer.connection import KINDS, Authorization
from designer.connection.complete import form_change
from designer.connection.signals import from_text, to_texts
from designer.connection.subjects import LISTS, Subject, subjects, successor
from designer.ruby.pointer import child
from designer.ui.page import Context
from designer.ui.pages.slot_card import SlotCard, key_help
from designer.ui.widgets.basics import clear_layout
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import ChipsEdit
from designer.ui.widgets.kind_form import KindForm

__all__ = ["SlotSections"]


class SlotSections(QWidget):
    """The cards are made anew where other questions are asked, and only shown anew where the answers differ. ``free``:
    the cursor left what kept them from being shown as the text says."""

    free = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._store = context.store
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._authorization: Authorization | None = None
        self._built: tuple[Any, ...] = ()
        self._cards: dict[str, SlotCard] = {}
        self._forms: dict[str, KindForm] = {}
        self._lists: dict[str, ChipsEdit] = {}
        self._postponed = False
        self._draft: dict[str, Any] = {}
        """Answers that are not complete yet, by key."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    # Showing

    def show_authorization(self, authorization: Authorization | None) -> None:
        self._authorization = authorization
        found = () if authorization is None else subjects(authorization)
        self.setVisible(bool(found))
        self._build(authorization, found)
        if authorization is not None:
            self._show_values(authorization, {one.name: one for one in found})

    def pointers(self) -> list[str]:
        """The keys that stand in cards."""
        return [pointer for card in self._cards.values() for pointer in card.pointers]

    def card_of(self, pointer: str) -> SlotCard | None:
        """The card that edits the element at ``pointer``."""
        return next((card for card in self._cards.values() if card.holds(pointer)), None)

    def _build(self, authorization: Authorization | None, found: tuple[Subject, ...]) -> None:
        which = (authorization.pointer, authorization.kind) if authorization is not None else ("", "")
        built = (*which, tuple((one.name, tuple(item.key for item in one.items), one.keys) for one in found))
        if built == self._built:
            self._postponed = False
            return
        if any(card.editing for card in self._cards.values()):
            # Whoever is typing Ruby keeps the editor; the page is laid out anew when the cursor leaves it.
            self._postponed = True
            return
        self._postponed = False
        # What was unfolded stays so when an answer brings other questions into the same card.
        unfolded = {successor(subject) for subject, form in self._forms.items() if form.expanded}
        if built[:2] != self._built[:2]:
            unfolded = set()
        self._built = built
        clear_layout(self._box)
        self._cards, self._forms, self._lists = {}, {}, {}
        for one in found:
            assert authorization is not None
            self._box.addWidget(self._card(authorization, one, unfolded=successor(one.name) in unfolded))

    def _card(self, authorization: Authorization, one: Subject, *, unfolded: bool) -> SlotCard:
        name, help = f"slot.{one.name}", key_help(one.name)
        card = SlotCard(self._context, one.title, help, name, removable=one.removable)
        self._cards[one.name] = card
        items = [item for item in one.items if item.slot not in authorization.opaque]
        if items:
            form = KindForm(items, "authorization", f"authorization.{one.name}.more")
            form.expand(unfolded)
            form.edited.connect(self._item_edited)
            card.form_box.addWidget(form)
            self._forms[one.name] = form
        for key in one.keys:
            if key in LISTS and key not in [item.key for item in one.items]:
                card.form_box.addWidget(self._list_row(key))
        return card

    def _list_row(self, key: str) -> FormRow:
        chips = ChipsEdit(f"authorization.{key}", "401, text or /regex/", split_on_space=False)
        chips.edited.connect(lambda texts, at=key: self._list_edited(at, texts))
        self._lists[key] = chips
        return FormRow(key, chips, help=key_help(key))

    def _show_values(self, authorization: Authorization, found: dict[str, Subject]) -> None:
        fields = self._field_names(authorization)
        params = authorization.parameters or {}
        known = tuple(KINDS[authorization.kind].brought(params)) if authorization.parameters is not None else ()
        for name, card in self._cards.items():
            keys = found[name].keys if name in found else ()
            form = self._forms.get(name)
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
        shared = [one.name for one in self._store.state.design.fields if one.name]
        own = [one.name for one in authorization.fields if one.name]
        return [*own, *(name for name in shared if name not in own)]

    # Intents

    def _item_edited(self, key: str, value: Any) -> None:
        """Write the form's values; what is not complete yet waits in the form."""
        authorization = self._authorization
        if authorization is None or authorization.parameters is None:
            return
        params = {**authorization.parameters, **self._draft, key: value}
        pointer = authorization.pointer
        change = form_change(self._store.state.document, authorization, params, key)
        self._complain(key, None if change is not None else "Not complete yet: the text keeps what it had.")
        if change is None:
            self._draft[key] = value
            return
        self._draft = {}
        self._store.edit(f"Edit {key.replace('_', ' ')}", lambda _doc: change, merge=f"form {pointer} {key}")

    def _list_edited(self, key: str, texts: list[str]) -> None:
        authorization = self._authorization
        if authorization is not None:
            pointer = child(authorization.pointer, key)
            self._store.set_value(pointer, [from_text(text) for text in texts], f"Edit {key}")

    def _complain(self, key: str, message: str | None) -> None:
        for form in self._forms.values():
            row = form.row_of(key)
            if isinstance(row, FormRow):
                row.complain(message, "warning")

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._draft and old is not None and new is not None and self.isAncestorOf(old):
            # The cursor left what was not complete: show again what the text says.
            for key in self._draft:
                self._complain(key, None)
            self._draft = {}
            self.free.emit()
        elif self._postponed:
            self.free.emit()
