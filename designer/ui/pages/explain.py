"""The console's inspector: what the credentials in a request say."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from designer.evaluator.macs import Mac
from designer.masking import Masks
from designer.ui.page import Context
from designer.ui.runner import Run
from designer.ui.theme import Theme
from designer.ui.turns import Turns, in_batches
from designer.ui.widgets.basics import bound, clear_layout, label
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.inputs import Choice
from designer.ui.widgets.proofs import AwsProof, JwtProof
from designer.wire import WireRequest
from designer.wire.explain import Section, explain_header, explain_jwt, explained_header, jwt_in, jwts_in
from designer.wire.explain_inputs import challenge_before, digest_sections, mac_sections, pkce_sections

if TYPE_CHECKING:
    from designer.wire.sigv4 import Explanation

__all__ = ["ExplainPanel"]

_BATCH = 3
"""Sections that are made in one turn."""


def is_explanation(data: object) -> TypeGuard[Explanation]:
    """Told by its class's name: the module of that class brings botocore along, and few connectors sign with it."""
    return type(data).__name__ == "Explanation"


class ExplainPanel(QWidget):
    """Explains one header of the request shown; ``choose`` picks which."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("explainPanel")
        self._context = context
        self._turns = Turns(context.jobs, self)
        self._request: WireRequest | None = None
        self._tokens: dict[str, str] = {}
        self._signatures: list[Explanation] = []
        self._macs: list[Mac] = []
        self._challenge = self._refused = ""
        self._settings: Mapping[str, Any] = {}
        self._masks = Masks()
        self._which = Choice("explainWhich")
        self._which.setAccessibleName("Part of the request to explain")
        self._which.edited.connect(lambda _name: self._show())
        content = QWidget()
        self._sections = QVBoxLayout(content)
        self._sections.setContentsMargins(16, 4, 16, 16)
        self._sections.setSpacing(6)
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
        self._request, self._masks = request, run.seen.sent
        self._settings = {**run.settings, **(run.outcome.settings_after or {})}
        steps = run.outcome.steps
        self._signatures = [step.data for step in steps if is_explanation(step.data)]
        self._macs = [step.data for step in steps if isinstance(step.data, Mac)]
        self._challenge = challenge_before(run.outcome.exchanges, request)
        self._refused = _refusal(request, run)
        self._tokens = jwts_in(request)
        names = [*(name for name, _ in request.headers), *self._tokens]
        self._which.set_choices([("", "Request line"), *((name, name) for name in names)])
        self._which.show_value(explained_header(request) or next(iter(self._tokens), ""))
        self._which.show()
        self._show()

    def forget(self) -> None:
        """There is no request to explain."""
        self._turns.start(())
        self._request, self._challenge, self._settings, self._masks = None, "", {}, Masks()
        self._refused = ""
        self._tokens, self._signatures, self._macs = {}, [], []
        self._which.clear()
        self._which.hide()
        self._say_empty()

    def choose(self, name: str) -> None:
        self._which.show_value(name)
        self._show()

    def _say_empty(self) -> None:
        clear_layout(self._sections)
        text = "Prepare or send a request: what signs it is taken apart here, header by header."
        self._sections.addWidget(label(text, "dim", wrap=True))
        self._sections.addStretch(1)

    def _show(self) -> None:
        if self._request is None:
            return
        clear_layout(self._sections)
        now = datetime.datetime.now(datetime.UTC)
        token = self._tokens.get(self._which.value)
        if token is None:
            told = [*explain_header(self._request, self._which.value, now=now), *self._inputs(self._request)]
        else:
            told = [*explain_jwt(token, now=now)]
        steps: list[Callable[[], object]] = [bound(self._add, section) for section in told]
        steps += self._proofs(self._request)
        origin = self._request.origins.get(f"header:{self._which.value}")
        if origin is not None and origin.settings:
            steps.append(bound(self._add, Section("Settings read", "\n".join(origin.settings), "names")))
        steps.append(bound(self._sections.addStretch, 1))
        self._turns.start(in_batches(steps, _BATCH))

    def _inputs(self, request: WireRequest) -> Iterable[Section]:
        """What the part in sight was made from."""
        name = self._which.value
        if not name:
            body = request.body.decode("utf-8", "replace")
            yield from mac_sections(f"{request.target} {body}", self._macs, self._settings)
            yield from pkce_sections(request)
            return
        value = next((value for given, value in request.headers if given == name), "")
        yield from mac_sections(value, self._macs, self._settings)
        if name.lower() == "authorization":
            yield from digest_sections(request, self._challenge)

    def _proofs(self, request: WireRequest) -> list[Callable[[], object]]:
        """What shows how a signature came about, and a box that verifies it."""
        value = next((value for name, value in request.headers if name == self._which.value), "")
        steps: list[Callable[[], object]] = []
        token = self._tokens.get(self._which.value) or jwt_in(value)
        if token:
            steps.append(lambda: self._sections.addWidget(JwtProof(token)))
        made = next((one for one in self._signatures if one.authorization == value), None)
        if made is not None:
            steps += [bound(self._add, Section(title, text, "code")) for title, text in made.steps[:-1]]
            refused = self._refused
            steps.append(lambda: self._sections.addWidget(AwsProof(made, refused)))
        return steps

    def _add(self, section: Section) -> None:
        heading = label(section.title.upper(), "group")
        heading.setContentsMargins(0, 10, 0, 2)
        self._sections.addWidget(heading)
        # Names of settings are no secrets, though one may be spelled like the value of another.
        text = section.text if section.kind == "names" else self._masks.text(section.text)
        if section.kind in ("json", "code"):
            view = CodeView(f"explain{section.kind.capitalize()}", numbered=False, framed=True)
            if section.kind == "json":
                view.show_json(text)
            else:
                view.show_plain(text)
            view.fit(340)
            self._sections.addWidget(view)
            return
        shown = label(text, "warning" if section.kind == "warning" else "", wrap=True, selectable=True)
        if section.kind in ("facts", "names"):
            shown.setFont(Theme.current().code_font("secondary"))
        self._sections.addWidget(shown)


_SHOWN = 64 * 1024
"""Bytes of an answer that are looked through."""


def _refusal(request: WireRequest, run: Run) -> str:
    """What the server answered to ``request`` where it refused it, "" otherwise."""
    for one in run.outcome.exchanges:
        if one.request is request and one.response is not None and one.response.status >= 400:
            return run.seen.reply(one).text(one.response.body[:_SHOWN].decode("utf-8", "replace"))
    return ""
