"""The console's inspector: what the credentials in a request say."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import unquote

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from designer.evaluator.macs import Mac
from designer.masking import Masks, mask
from designer.ui.page import Context
from designer.ui.pages.blanks import to_setting
from designer.ui.runner import Run
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import bound, column, label
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.inputs import Choice
from designer.ui.widgets.line_stack import LineStack
from designer.ui.widgets.proofs import AwsProof, JwtProof
from designer.wire import WireRequest
from designer.wire.explain import Section, explain_header, explain_place, explained_header, jwt_in
from designer.wire.explain_inputs import challenge_before, digest_sections, mac_sections, made_by, pkce_sections
from designer.wire.places import Place, places

if TYPE_CHECKING:
    from designer.wire.sigv4 import Explanation

__all__ = ["ExplainPanel"]

_BATCH = 3
"""Sections that are made in one turn."""
_MOST = 300
"""Parts of a request that can be chosen."""
_AT_ONCE = 8 * 1024
"""Bytes of a body that is looked through in the UI thread."""


def is_explanation(data: object) -> TypeGuard[Explanation]:
    """Told by its class's name: the module of that class brings botocore along, and few connectors sign with it."""
    return type(data).__name__ == "Explanation"


class ExplainPanel(QWidget):
    """Explains one header of the request shown; ``choose`` picks which."""

    unlike = Signal(object, str)
    """A request whose signature was made for another one, and where they part."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("explainPanel")
        self._context = context
        self._request: WireRequest | None = None
        self._places: dict[str, Place] = {}
        self._told: list[object] = []
        """What the steps of the run tell of signatures, HMACs and hashes."""
        self._macs: list[Mac] = []
        self._challenge = self._refused = ""
        self._settings: Mapping[str, Any] = {}
        self._masks = Masks()
        self._which = Choice("explainWhich")
        self._which.setAccessibleName("Part of the request to explain")
        self._which.edited.connect(lambda _name: self._show())
        content = QWidget()
        self._sections = LineStack(context.jobs, batch=_BATCH, spacing=6)
        content.setLayout(column(self._sections, None, margins=(16, 4, 16, 16)))
        area = QScrollArea()
        area.setAccessibleName("Explanation")
        area.setWidgetResizable(True)
        area.setWidget(content)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 4)
        top.addWidget(self._which)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top)
        outer.addWidget(area, 1)
        self._which.hide()
        self._say_empty()

    def show_request(self, request: WireRequest, run: Run) -> None:
        """Among the steps of ``run`` is how a signature was made."""
        sent = next((one for one in run.outcome.exchanges if one.request is request), None)
        self._request, self._masks = request, run.seen.request(sent)
        self._settings = {**run.settings, **(run.outcome.settings_after or {})}
        steps = run.outcome.steps
        self._told = [step.data for step in steps if step.data is not None]
        self._macs = [step.data for step in steps if isinstance(step.data, Mac)]
        self._challenge = challenge_before(run.outcome.exchanges, request)
        self._refused = _refusal(request, run)
        self._places = {}
        if len(request.body) <= _AT_ONCE:
            self._offer(request, places(request))
            return
        self._context.jobs.start(
            "Looking through the request",
            lambda _task: places(request),
            done=lambda found: self._offer(request, found),
            failed=self._context.messages.fail,
            key="explain",
            quiet=True,
        )

    def _offer(self, request: WireRequest, found: dict[str, Place]) -> None:
        """Let one choose what to explain; what signs the request to begin with."""
        if request is not self._request:
            return
        self._places = found
        names = [*(name for name, _ in request.headers), *self._places][:_MOST]
        self._which.set_choices([("", "Request line"), *((name, name) for name in names)])
        first = self._first(request)
        self._which.show_value(first if first in names else "")
        self._which.show()
        self._show()

    def forget(self) -> None:
        """There is no request to explain."""
        self._request, self._challenge, self._settings, self._masks = None, "", {}, Masks()
        self._refused = ""
        self._places, self._told, self._macs = {}, [], []
        self._which.clear()
        self._which.hide()
        self._say_empty()

    def choose(self, name: str) -> None:
        self._which.show_value(name)
        self._show()

    def _say_empty(self) -> None:
        self._sections.clear()
        text = "Prepare or send a request: what signs it is taken apart here, header by header."
        self._sections.add(label(text, "dim", wrap=True))

    def _show(self) -> None:
        request, told = self._request, self._told
        if request is None:
            return
        self._sections.clear()
        signed = next((value for name, value in request.headers if name == self._which.value), "")
        if not signed.startswith("AWS4-"):
            self._lay_out(request, [])
            return

        def work() -> tuple[Explanation | None, tuple[Section, ...]]:
            # Brings botocore along, which takes longer than a window may stand still.
            from designer.wire.aws_sent import sent_sections, signed_by_hand

            made = next((one for one in told if is_explanation(one) and one.authorization == signed), None)
            made = made or signed_by_hand(request, told)
            return made, sent_sections(request, made)

        def done(answer: tuple[Explanation | None, tuple[Section, ...]]) -> None:
            if self._request is request and signed in (v for n, v in request.headers if n == self._which.value):
                self._lay_out(request, self._aws(*answer))
                for section in answer[1]:
                    if section.kind == "warning":
                        self.unlike.emit(request, self._masks.text(section.text))

        self._context.jobs.start(
            "Explaining the signature",
            lambda _task: work(),
            done=done,
            failed=self._context.messages.fail,
            key="explain",
            quiet=True,
        )

    def _lay_out(self, request: WireRequest, proofs: Sequence[Callable[[], object]]) -> None:
        """What the chosen part says, how it came about, and a box that proves it."""
        now = datetime.datetime.now(datetime.UTC)
        name = self._which.value
        place = self._places.get(name)
        if place is None:
            told = [*explain_header(request, name, now=now), *self._inputs(request)]
            origin = request.origins.get(f"header:{name}")
        else:
            told = [*explain_place(name, place, self._masks, now=now), *self._made_from(place)]
            origin = place.origin
        steps: list[Callable[[], object]] = [bound(self._add, section) for section in told]
        value = next((value for given, value in request.headers if given == name), "")
        token = jwt_in(value if place is None else place.value)
        if token:
            steps.append(lambda: self._sections.add(JwtProof(token)))
        steps += proofs
        if origin is not None and origin.settings:
            steps.append(bound(self._add_settings, origin.settings))
        self._sections.start(steps)

    def _first(self, request: WireRequest) -> str:
        """What is worth explaining first: what carries the credentials, or else what a signature or a token is in."""
        header = explained_header(request)
        if header.lower() == "authorization":
            return header
        values = [*request.headers, *((name, place.value) for name, place in self._places.items())]
        told = (name for name, value in values if made_by(value, self._macs) or jwt_in(value) or _is_verifier(name))
        return next(told, header)

    def _inputs(self, request: WireRequest) -> Iterable[Section]:
        """What the request line or the header in sight was made from."""
        name = self._which.value
        if not name:
            # What is no parameter and no field: a part of the path, or the whole body.
            rest = "" if any(one.startswith("body ") for one in self._places) else _text(request.body)
            yield from mac_sections(f"{unquote(request.target.partition('?')[0])} {rest}", self._macs, self._settings)
            return
        value = next((value for given, value in request.headers if given == name), "")
        made = mac_sections(value, self._macs, self._settings)
        # The message of an AWS signature is one of its steps.
        yield from made[:1] if value.startswith("AWS4-") else made
        if name.lower() == "authorization":
            yield from digest_sections(request, self._challenge)

    def _made_from(self, place: Place) -> Iterable[Section]:
        yield from mac_sections(place.value, self._macs, self._settings)
        if _is_verifier(place.name):
            yield from pkce_sections(place.value)

    def _aws(self, made: Explanation | None, sent: Iterable[Section]) -> list[Callable[[], object]]:
        """Whether what goes out is what was signed, how the signature came about, and a box for AWS's answer."""
        steps: list[Callable[[], object]] = [bound(self._add, section) for section in sent]
        if made is not None:
            # The signature as the header's line shows it: enough to tell one from another.
            told = ((title, mask(text) if text == made.signature else text) for title, text in made.steps[:-1])
            steps += [bound(self._add, Section(title, text, "code")) for title, text in told]
            refused = self._refused
            steps.append(lambda: self._sections.add(AwsProof(made, refused)))
        return steps

    def _head(self, title: str) -> None:
        heading = label(title.upper(), "group")
        heading.setContentsMargins(0, 10, 0, 2)
        self._sections.add(heading)

    def _add_settings(self, names: Iterable[str]) -> None:
        """Each leads to its value. Names are no secrets, though one may be spelled like the value of another."""
        self._head("Settings read")
        chips = FlowLayout(spacing=6)
        for name in names:
            chip = Chip(name, tone="neutral", code=True)
            chip.setObjectName(f"explainSetting.{name}")
            chip.setToolTip("Go to its value")
            chip.clicked.connect(bound(to_setting, self._context, name))
            chips.addWidget(chip)
        holder = QWidget()
        holder.setLayout(chips)
        self._sections.add(holder)

    def _add(self, section: Section) -> None:
        self._head(section.title)
        text = self._masks.text(section.text)
        if section.kind in ("json", "code"):
            view = CodeView(f"explain{section.kind.capitalize()}", numbered=False, framed=True)
            if section.kind == "json":
                view.show_json(text)
            else:
                view.show_plain(text)
            view.fit(340)
            self._sections.add(view)
            return
        shown = label(text, "warning" if section.kind == "warning" else "", wrap=True, selectable=True)
        if section.kind == "facts":
            shown.setFont(Theme.current().code_font("secondary"))
        self._sections.add(shown)


_SHOWN = 64 * 1024
"""Bytes of an answer that are looked through."""


def _is_verifier(name: str) -> bool:
    return name.rpartition(" ")[2] == "code_verifier"


def _text(body: bytes) -> str:
    return body[:_SHOWN].decode("utf-8", "replace")


def _refusal(request: WireRequest, run: Run) -> str:
    """What the server answered to ``request`` where it refused it, "" otherwise."""
    for one in run.outcome.exchanges:
        if one.request is request and one.response is not None and one.response.status >= 400:
            return run.seen.reply(one).text(one.response.body[:_SHOWN].decode("utf-8", "replace"))
    return ""
