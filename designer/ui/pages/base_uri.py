"""Where relative paths lead: a template, a switch by environment, or Ruby, with what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from designer import connection
from designer.connection import Column, FormItem, Shape
from designer.connection.complete import shape_change
from designer.connection.template import Chip as Setting
from designer.connection.template import parts
from designer.masking import DOTS
from designer.secrecy import is_secret
from designer.ui.page import Context, Page
from designer.ui.pages.slot_card import SlotCard
from designer.ui.state import State
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import clear_layout, label, row
from designer.ui.widgets.broken import BrokenOff
from designer.ui.widgets.card import Card, EmptyState, Notice
from designer.ui.widgets.kind_form import KindForm
from designer.ui.widgets.segmented import Segmented
from designer.wire.declared import secret_settings_of

__all__ = ["BaseUriPage", "resolved"]

POINTER = "/connection/base_uri"
_PATH_LOST = "base-path-lost"
TEMPLATE = FormItem(
    "url",
    "Base URL",
    "template",
    "Every relative path starts from here. End it with a slash to keep its last part.",
    placeholder="https://api.example.com/v2/",
)
SWITCH = (
    FormItem("field", "Chosen by", "field-ref", "The field whose value picks the URL."),
    FormItem(
        "cases",
        "URL for each value",
        "table",
        columns=(Column("name", "Value", "text"), Column("value", "URL")),
    ),
    FormItem("otherwise", "For any other value", "template", placeholder="https://api.example.com/v2/"),
)
FORMS: Mapping[str, tuple[FormItem, ...]] = {"url_template": (TEMPLATE,), "environment_switch": SWITCH}


class BaseUriPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Base URI", "Where relative paths of requests lead.")
        self.empty = Card(name="base_uri.empty")
        self.empty.body.addWidget(
            EmptyState(
                "link",
                "No base URI",
                "Requests have to spell out whole URLs. With a base URI they say only the path.",
                [
                    ("One URL", "base_uri.add", self._add),
                    ("One for each environment", "base_uri.add-switch", self._add_switch),
                ],
            )
        )
        self.body.addWidget(BrokenOff(context))
        self.body.addWidget(self.empty)
        self.card = SlotCard(context, "Base URI", "", "base_uri", removable=True)
        self.mode = Segmented(
            [("url_template", "One URL"), ("environment_switch", "By environment")], name="base_uri.mode", small=True
        )
        self.mode.changed.connect(self._choose_mode)
        self.card.form_box.addLayout(row(self.mode, None))
        self._forms: dict[str, KindForm] = {}
        for shape, items in FORMS.items():
            form = KindForm(items, "base_uri")
            form.edited.connect(self._edited)
            self._forms[shape] = form
            self.card.form_box.addWidget(form)
        self.body.addWidget(self.card)
        self.outcome = Card("What comes out of it", name="base_uri.outcome")
        self._grid = QVBoxLayout()
        self._grid.setSpacing(10)
        self.outcome.body.addLayout(self._grid)
        self.body.addWidget(self.outcome)
        self.body.addStretch(1)
        self._shown: Any = None
        self._draft: dict[str, Any] = {}
        """Values that are not complete yet and so not in the text."""
        self.refresh_on(self.store.document_changed)
        self.store.credentials_changed.connect(self._refresh_outcome)
        self.store.problems_changed.connect(self._refresh_outcome)

    @property
    def shape(self) -> Shape | None:
        slot = self.store.state.design.base_uri
        return slot.shape if slot is not None and slot.shape is not None and slot.shape.name in FORMS else None

    def entered(self) -> None:
        self._draft = {}
        self.refresh()
        self.store.focus(POINTER)

    def refresh(self) -> None:
        slot = self.store.state.design.base_uri
        self.empty.setVisible(slot is None)
        self.card.setVisible(slot is not None)
        shape = self.shape
        self.card.show_slots([POINTER], has_form=shape is not None)
        fields = [one.name for one in self.store.state.design.all_fields() if one.name]
        if shape is not None:
            self.mode.select(shape.name, quiet=True)
            self._forms[shape.name].show_values({**shape.parameters, **self._draft}, fields)
            for name, form in self._forms.items():
                form.setVisible(name == shape.name)
        self._refresh_outcome()

    def _refresh_outcome(self) -> None:
        shape = self.shape
        self.outcome.setVisible(shape is not None)
        if shape is None:
            return
        bases = _bases(shape, _hidden(self.store.state))
        told = self._told()
        if (bases, told) == self._shown:
            return
        self._shown = (bases, told)
        clear_layout(self._grid)
        for title, base in bases:
            if title:
                self._grid.addWidget(label(title, "group"))
            self._grid.addWidget(_examples(base))
        if not told and (notice := self._notice_for([base for _, base in bases if _has_path(base)])) is not None:
            self._grid.addWidget(notice)

    def _told(self) -> bool:
        """Whether the checks say of this text what the notice would, or are still at it: one mistake, one notice."""
        state = self.store.state
        return state.checked is not state.document or any(p.code == _PATH_LOST for p in state.problems_at(POINTER))

    def _notice_for(self, bases: list[str]) -> Notice | None:
        """What to know where the base has a path: a base without a slash at its end loses the last part of it."""
        open_ended = [base for base in bases if not base.endswith("/")]
        if open_ended:
            part = open_ended[0].rsplit("/", 1)[1]
            return Notice(
                "warning",
                f"“{part}” gets lost: there is no slash behind it.",
                "What stands behind the last slash gives way to the path (RFC 3986, section 5.2).",
                [("End it with a slash", "base_uri.slash", self._end_with_slash)],
                name="base_uri.note",
            )
        if bases:
            return Notice(
                "note",
                "A path that starts with a slash leaves the base path behind.",
                "That is how URLs are joined (RFC 3986, section 5.2): write paths without a slash at their start.",
                name="base_uri.note",
            )
        return None

    # Intents

    def _edited(self, key: str, value: Any) -> None:
        shape = self.shape
        if shape is None:
            return
        wanted = Shape(shape.name, {**shape.parameters, **self._draft, key: value})
        change = shape_change(self.store.state.document, POINTER, wanted)
        if change is None:
            self._draft[key] = value
            return
        self._draft = {}
        self.store.edit("Edit base URI", lambda _doc: change, merge=f"base {key}")

    def _end_with_slash(self) -> None:
        shape = self.shape
        if shape is None:
            return
        given = dict(shape.parameters)
        if shape.name == "url_template":
            given["url"] = _closed(str(given["url"]))
        else:
            given["cases"] = [{**case, "value": _closed(str(case["value"]))} for case in given["cases"]]
            given["otherwise"] = _closed(str(given["otherwise"])) if given["otherwise"] else given["otherwise"]
        wanted = Shape(shape.name, given)
        self.store.edit("End the base URI with a slash", lambda doc: connection.set_shape(doc, POINTER, wanted))

    def _choose_mode(self, mode: str) -> None:
        shape = self.shape
        if shape is None or shape.name == mode:
            return
        if mode == "url_template":
            cases = shape.parameters["cases"]
            url = shape.parameters["otherwise"] or (cases[0]["value"] if cases else "")
            wanted = Shape("url_template", {"url": url})
        else:
            wanted = self._switch_for(str(shape.parameters["url"]))
        if not self.store.edit("Change base URI", lambda doc: connection.set_shape(doc, POINTER, wanted)):
            self.refresh()

    def _switch_for(self, url: str) -> Shape:
        """A switch over the select field that looks most like an environment, every case with the URL there was."""
        fields = [one for one in self.store.state.design.fields if one.attributes.get("control_type") == "select"]
        best = next((one for one in fields if "env" in one.name.lower()), fields[0] if fields else None)
        if best is None:
            return Shape(
                "environment_switch",
                {"field": "environment", "cases": [{"name": "production", "value": url}], "otherwise": url},
            )
        listed = best.attributes.get("options", best.attributes.get("pick_list"))
        values = (
            [str(pair[1]) for pair in listed if isinstance(pair, list | tuple) and len(pair) > 1]
            if isinstance(listed, list | tuple)
            else []
        )
        cases = [{"name": value, "value": url} for value in values or ["production"]]
        return Shape("environment_switch", {"field": best.name, "cases": cases, "otherwise": ""})

    def _add(self) -> None:
        self._write(Shape("url_template", {"url": "https://api.example.com/"}))

    def _add_switch(self) -> None:
        self._write(self._switch_for("https://api.example.com/"))

    def _write(self, shape: Shape) -> None:
        code = connection.render_shape(shape, connection.writer_for(self.store.state.document))
        self.store.edit("Add base URI", lambda doc: doc.set(POINTER, code), focus=POINTER)


def resolved(template: str, values: Mapping[str, Any]) -> str:
    """``template`` with its settings filled in; one without a value is shown by its name."""
    filled = []
    for piece in parts(template):
        if isinstance(piece, Setting):
            value = values.get(piece.name)
            filled.append(str(value) if value not in (None, "") else f"{{{piece.name}}}")
        else:
            filled.append(piece)
    return "".join(filled)


def _hidden(state: State) -> dict[str, Any]:
    """The credentials in use with dots for the secrets: what comes out stands on the page."""
    declared = secret_settings_of(state.document)
    return {
        name: DOTS if value and (name in declared or is_secret(name, value)) else value
        for name, value in state.credentials.items()
    }


def _bases(shape: Shape, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    if shape.name == "url_template":
        return [("", _absolute(resolved(str(shape.parameters["url"]), values)))]
    bases = [
        (f"{shape.parameters['field']} = {case['name']}", resolved(case["value"], values))
        for case in shape.parameters["cases"]
    ]
    if shape.parameters["otherwise"]:
        bases.append(("ANY OTHER VALUE", resolved(str(shape.parameters["otherwise"]), values)))
    return bases


def _absolute(base: str) -> str:
    """A base that starts with an unknown setting is shown as the URL it will be."""
    return f"https://{base}" if base.startswith("{") else base


def _has_path(base: str) -> bool:
    path = base.partition("://")[2].partition("/")[2]
    return bool(path.strip("/"))


def _closed(template: str) -> str:
    return template if template.endswith("/") else f"{template}/"


def _examples(base: str) -> QWidget:
    """What ``contacts`` and ``/contacts`` become with this base."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for line, path in enumerate(("contacts", "/contacts")):
        called = Chip(f"get('{path}')", tone="neutral", code=True)
        called.setFocusPolicy(called.focusPolicy().NoFocus)
        url = label(urljoin(base, path), "code", selectable=True, wrap=True)
        grid.addWidget(called, line, 0)
        grid.addWidget(url, line, 1)
    return holder
