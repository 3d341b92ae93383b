"""The flow against the sandbox provider: a real server answers, the flow decides where the browser may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from designer.oauth import (
    Allow,
    Command,
    Ending,
    ExchangeCode,
    Exchanged,
    ExchangeFailed,
    Finish,
    Flow,
    FlowConfig,
    FormPosted,
    Listener,
    Navigated,
    OpenBrowser,
    Started,
    Store,
    discovery,
    pkce,
)
from designer.sandbox import Sandbox
from tests.sandbox.person import Person

CLIENT = {"client_id": "harbor-crm", "client_secret": "harbor-demo-secret"}


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_running: Sandbox) -> Iterator[Sandbox]:
    yield _running
    _running.world.reset()


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.origin, timeout=20) as client:
        yield client


class SignIn:
    """A sign-in whose browser is :class:`Person` and whose token request is made by httpx."""

    def __init__(self, sandbox: Sandbox, browser: httpx.Client, **changes: Any) -> None:
        self.stored: dict[str, Any] = {}
        self.ending: Ending | None = None
        self._browser = browser
        found = discovery.parse(browser.get(discovery.candidates(sandbox.origin)[0]).content, f"{sandbox.origin}/")
        config = FlowConfig(
            authorization_url=f"{found.authorization_endpoint}?response_type=code&scope=contacts.read%20offline_access",
            client_id=CLIENT["client_id"],
            # On the provider's own host, the worst place to tell pages apart.
            redirect_uri=f"{sandbox.origin}/oauth/callback",
            state="0123456789abcdef",
            pkce=pkce.pair(bytes(pkce.PLATFORM_BYTES)),
            issuer=found.issuer,
            issuer_announced=found.issuer_in_reply,
            run_test=False,
        )
        self.flow = Flow(replace(config, **changes))
        self.answer = "allow"

    def run(self) -> Ending | None:
        self._carry_out(self.flow.handle(Started()))
        return self.ending

    def decide(self, method: str, url: str, body: str) -> bool:
        """The embedded browser's question; a form post arrives as the navigation first, then with its body."""
        answer, *more = self.flow.handle(Navigated(url, method))
        if method == "POST" and not isinstance(answer, Allow) and not more:
            _, *more = self.flow.handle(FormPosted(url, body))
        self._carry_out(tuple(more))
        return isinstance(answer, Allow)

    def _carry_out(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            match command:
                case OpenBrowser(url):
                    Person(self._browser, self.decide, answer=self.answer).open(url)
                case ExchangeCode():
                    self._carry_out(self.flow.handle(self._exchange(command)))
                case Store(tokens, extra):
                    self.stored = {**extra, **tokens}
                case Finish(ending):
                    self.ending = ending

    def _exchange(self, command: ExchangeCode) -> Exchanged | ExchangeFailed:
        data = {"grant_type": "authorization_code", "code": command.code, "redirect_uri": command.redirect_uri}
        if command.verifier:
            data["code_verifier"] = command.verifier
        reply = self._browser.post("/oauth/token", data=data | CLIENT)
        if reply.is_success:
            return Exchanged(reply.json())
        return ExchangeFailed(f"{reply.status_code} {reply.reason_phrase}", reply.status_code, reply.text)


Begin = Callable[..., SignIn]


@pytest.fixture
def begin(sandbox: Sandbox, browser: httpx.Client) -> Begin:
    return lambda **changes: SignIn(sandbox, browser, **changes)


def nothing_left(browser: httpx.Client) -> bool:
    """Whether no request reached the redirect URL."""
    return bool(browser.get("/sandbox/callback-hits").json() == {"hits": []})


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
@pytest.mark.parametrize("by", ["302", "303", "307", "script", "meta", "link"])
def test_every_way_back(begin: Begin, sandbox: Sandbox, browser: httpx.Client, mode: str, by: str) -> None:
    sandbox.quirks.set(response_mode=mode, redirect_by=by)
    sign_in = begin()
    ending = sign_in.run()
    assert ending is not None
    assert ending.kind == "signed_in"
    assert sign_in.stored["access_token"]
    assert nothing_left(browser)
    assert sign_in.flow.trace[-1].verdict.matches


def test_detours_of_the_provider_are_passed(begin: Begin, sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.quirks.set(intermediate_code=True, lookalikes=True)
    sign_in = begin()
    assert sign_in.run() == Ending("signed_in", "Signed in.")
    assert nothing_left(browser)
    decoys = [hop for hop in sign_in.flow.trace if hop.verdict.resembles]
    assert [hop.carried for hop in decoys] == ["code, state in the query"] * 3
    assert all(hop.allowed for hop in decoys)


@pytest.mark.parametrize(
    ("quirks", "kind", "why"),
    [
        ({"consent": "refuse"}, "refused", "access_denied"),
        ({"state": "wrong"}, "rejected", "another state"),
        ({"state": "missing"}, "rejected", "no state"),
        ({"iss": "wrong"}, "rejected", "comes from https://issuer.evil.example"),
        ({"iss": "missing"}, "rejected", "does not name its issuer"),
    ],
)
def test_replies_that_end_it(
    begin: Begin, sandbox: Sandbox, browser: httpx.Client, quirks: dict[str, Any], kind: str, why: str
) -> None:
    sandbox.quirks.update(quirks)
    sign_in = begin()
    ending = sign_in.run()
    assert ending is not None
    assert ending.kind == kind
    assert why in ending.message
    assert sign_in.stored == {}
    assert nothing_left(browser)


def test_a_person_who_refuses(begin: Begin) -> None:
    sign_in = begin()
    sign_in.answer = "refuse"
    ending = sign_in.run()
    assert ending is not None
    assert (ending.kind, ending.error) == ("refused", "access_denied")


def test_a_provider_that_demands_pkce(begin: Begin, sandbox: Sandbox) -> None:
    sandbox.quirks.set(pkce="required", pkce_plain=False)
    assert begin().run() == Ending("signed_in", "Signed in.")
    ending = begin(pkce=None).run()
    assert ending is not None
    assert ending.error == "invalid_request"
    assert "PKCE" in ending.message


def test_a_verifier_that_does_not_fit(begin: Begin) -> None:
    wrong = replace(pkce.pair(bytes(96)), challenge=pkce.challenge("x" * 43))
    ending = begin(pkce=wrong).run()
    assert ending is not None
    assert ending.error == "invalid_grant"


def test_200_with_an_error_body(begin: Begin, sandbox: Sandbox) -> None:
    sandbox.quirks.set(token_errors="200")
    wrong = replace(pkce.pair(bytes(96)), challenge=pkce.challenge("x" * 43))
    ending = begin(pkce=wrong).run()
    assert ending is not None
    assert "200 with an error" in ending.message


def test_a_redirect_url_that_is_not_registered_stays_at_the_provider(begin: Begin) -> None:
    sign_in = begin(redirect_uri="https://else.example/cb")
    assert sign_in.run() is None
    assert sign_in.flow.step("consent").status == "now"


def test_through_the_system_browser(begin: Begin, browser: httpx.Client) -> None:
    sign_in: list[SignIn] = []

    def ask(event: Navigated | FormPosted) -> Ending | str | None:
        flow = sign_in[0].flow
        first, *rest = flow.handle(event)
        sign_in[0]._carry_out(tuple(rest))
        return flow.ending if getattr(first, "caught", False) else str(getattr(first, "why", ""))

    with Listener("http://127.0.0.1/oauth/callback", ask) as listener:
        sign_in.append(begin(redirect_uri=listener.redirect_uri))
        # A system browser asks nobody: it goes wherever it is sent.
        (opened,) = sign_in[0].flow.handle(Started())
        assert isinstance(opened, OpenBrowser)
        person = Person(browser, lambda *_: True)
        person.open(opened.url)
    assert person.last is not None
    assert "Consent received" in person.last.text
    assert sign_in[0].stored["access_token"]
