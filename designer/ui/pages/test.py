"""The request that proves the connection: verb and path in a form, or Ruby."""

from __future__ import annotations

from typing import Any

from designer import connection
from designer.connection import Choice, Column, FormItem, Shape
from designer.ui.page import Context, Page
from designer.ui.pages.slot_card import SlotCard, reshaped
from designer.ui.widgets.basics import button
from designer.ui.widgets.card import Card, EmptyState, Notice
from designer.ui.widgets.kind_form import KindForm

__all__ = ["TestPage"]

POINTER = "/test"
VERBS = ("get", "post", "put", "patch", "delete", "head")
PAIRS = (Column("name", "Name", "text"), Column("value", "Value"))
FORM = (
    FormItem("verb", "Method", "choice", choices=tuple(Choice(verb, verb.upper()) for verb in VERBS)),
    FormItem(
        "url",
        "Path",
        "template",
        "Something cheap that only someone signed in gets: who am I, the account, one record.",
        placeholder="me",
    ),
    FormItem("params", "Query", "table", columns=PAIRS, advanced=True),
    FormItem("headers", "Headers", "table", columns=PAIRS, advanced=True),
    FormItem("payload", "Body", "table", columns=PAIRS, advanced=True, when={"verb": ("post", "put", "patch")}),
    FormItem(
        "pick", "Part of the reply to give back", "text", "Keys joined by dots, empty for all of it.", advanced=True
    ),
)
NEW = Shape("test_request", {"verb": "get", "url": "me", "params": [], "payload": [], "headers": [], "pick": ""})


class TestPage(Page):
    __test__ = False

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Test", "Runs when the end user connects: a failure here means they cannot.")
        run = button("Run test", "test.run", lambda: context.commands.run("run.test"), icon_name="play")
        self.header.addWidget(run)
        self.run_button = run
        self.empty = Card(name="test.empty")
        self.empty.body.addWidget(
            EmptyState(
                "test",
                "No test yet",
                "Without one every connection looks fine until its first recipe fails.",
                [("Add a test request", "test.add", self._add)],
            )
        )
        self.body.addWidget(self.empty)
        self.card = SlotCard(context, "Test request", "", "test", removable=True)
        self.form = KindForm(FORM, "test")
        self.form.edited.connect(self._edited)
        self.card.form_box.addWidget(self.form)
        self.body.addWidget(self.card)
        self.about = Notice(
            "note",
            "Any reply with a status below 400 counts as connected.",
            "What the lambda gives back is not looked at, so let the request fail where the credentials are wrong.",
            name="test.note",
        )
        self.body.addWidget(self.about)
        self.body.addStretch(1)
        self._draft: dict[str, Any] = {}
        """Values that are not complete yet and so not in the text."""
        self.refresh_on(self.store.document_changed)

    @property
    def pointer(self) -> str:
        slot = self.store.state.design.test
        return slot.pointer if slot is not None else POINTER

    def entered(self) -> None:
        self._draft = {}
        self.refresh()
        self.store.focus(self.pointer)

    def refresh(self) -> None:
        slot = self.store.state.design.test
        self.empty.setVisible(slot is None)
        self.card.setVisible(slot is not None)
        self.about.setVisible(slot is not None)
        self.run_button.setEnabled(slot is not None)
        if slot is None:
            return
        shape = slot.shape if slot.shape is not None and slot.shape.name == "test_request" else None
        self.card.show_slots([slot.pointer], has_form=shape is not None)
        if shape is not None:
            fields = [one.name for one in self.store.state.design.all_fields() if one.name]
            self.form.show_values({**shape.parameters, **self._draft}, fields)

    def _edited(self, key: str, value: Any) -> None:
        slot = self.store.state.design.test
        if slot is None or slot.shape is None:
            return
        wanted = Shape("test_request", {**slot.shape.parameters, **self._draft, key: value})
        change = reshaped(self.store.state.document, slot.pointer, wanted)
        if change is None:
            self._draft[key] = value
            return
        self._draft = {}
        self.store.edit("Edit test", lambda _doc: change, merge=f"test {key}")

    def _add(self) -> None:
        code = connection.render_shape(NEW, connection.writer_for(self.store.state.document))
        self.store.edit("Add test", lambda doc: doc.set(POINTER, code), focus=POINTER)
