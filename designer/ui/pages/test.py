"""The request that proves the connection: verb and path in a form, or Ruby."""

from __future__ import annotations

from typing import Any

from designer import connection
from designer.connection import Choice, Column, FormItem, Shape
from designer.connection.complete import shape_change
from designer.connection.kinds import aws_request
from designer.ui.page import Context, Page
from designer.ui.pages.slot_card import SlotCard
from designer.ui.widgets.basics import allow, button
from designer.ui.widgets.broken import BrokenOff
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
SIGNED_FORM = (
    FormItem("verb", "Method", "choice", choices=tuple(Choice(verb, verb.upper()) for verb in aws_request.VERBS)),
    FormItem("service", "Service", "template", "As AWS signs it: sts, s3, execute-api, sqs.", placeholder="sts"),
    FormItem("region", "Region", "template", placeholder="#{aws_region}"),
    FormItem(
        "host",
        "Host",
        "template",
        "Where it is not service.region.amazonaws.com: a bucket's host, or an API Gateway's.",
        placeholder="abc123.execute-api.eu-west-1.amazonaws.com",
    ),
    FormItem("path", "Path", "template", "Begins with / and is signed as it stands.", placeholder="/"),
    FormItem("params", "Query", "table", columns=PAIRS),
    FormItem("headers", "Headers", "table", "They are signed too.", columns=PAIRS, advanced=True),
    FormItem(
        "reply",
        "The reply is",
        "choice",
        "Older services answer in XML unless they are asked for JSON.",
        choices=(Choice("json", "JSON"), Choice("xml", "XML"), Choice("raw", "Text")),
        advanced=True,
    ),
    FormItem(
        "pick", "Part of the reply to give back", "text", "Keys joined by dots, empty for all of it.", advanced=True
    ),
)
FORMS = {"test_request": FORM, "signed_request": SIGNED_FORM}
SIGNED = Shape("signed_request", aws_request.WHO_AM_I)
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
        self.body.addWidget(BrokenOff(context))
        self.body.addWidget(self.empty)
        self.card = SlotCard(context, "Test request", "", "test", removable=True)
        self.forms = {name: KindForm(items, "test") for name, items in FORMS.items()}
        for form in self.forms.values():
            form.edited.connect(self._edited)
            self.card.form_box.addWidget(form)
        self.unsigned = Notice(
            "warning",
            "This request carries no signature, so AWS refuses it.",
            "An AWS connection has no apply: each request calls aws.generate_signature itself.",
            [("Ask AWS who is signed in", "test.sign", self._sign)],
            name="test.unsigned",
        )
        self.body.addWidget(self.unsigned)
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
        self.unsigned.setVisible(slot is not None and self._needs_signature())
        allow(self.run_button, "" if slot is not None else "There is no test to run yet.")
        if slot is None:
            return
        shape = slot.shape if slot.shape is not None and slot.shape.name in FORMS else None
        self.card.show_slots([slot.pointer], has_form=shape is not None)
        for name, form in self.forms.items():
            form.setVisible(shape is not None and shape.name == name)
        if shape is not None:
            fields = [one.name for one in self.store.state.design.all_fields() if one.name]
            self.forms[shape.name].show_values({**shape.parameters, **self._draft}, fields)

    def _signs(self) -> bool:
        """Whether requests are signed where they are made."""
        authorization = self.store.state.design.authorization
        given = authorization.parameters if authorization is not None and authorization.kind == "aws_sigv4" else None
        return given is not None and given.get("how") == "method"

    def _needs_signature(self) -> bool:
        slot = self.store.state.design.test
        return self._signs() and slot is not None and slot.shape is not None and slot.shape.name == "test_request"

    def _edited(self, key: str, value: Any) -> None:
        slot = self.store.state.design.test
        if slot is None or slot.shape is None:
            return
        wanted = Shape(slot.shape.name, {**slot.shape.parameters, **self._draft, key: value})
        change = shape_change(self.store.state.document, slot.pointer, wanted)
        if change is None:
            self._draft[key] = value
            return
        self._draft = {}
        self.store.edit("Edit test", lambda _doc: change, merge=f"test {key}")

    def _add(self) -> None:
        self._write("Add test", POINTER, SIGNED if self._signs() else NEW)

    def _sign(self) -> None:
        self._draft = {}
        self._write("Sign the test request", self.pointer, SIGNED)

    def _write(self, title: str, pointer: str, shape: Shape) -> None:
        code = connection.render_shape(shape, connection.writer_for(self.store.state.document))
        self.store.edit(title, lambda doc: doc.set(pointer, code), focus=pointer)
