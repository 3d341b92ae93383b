"""The author sees what the server says: names that are secrets elsewhere hide nothing of a reply; tokens stay so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.cli import story
from designer.masking import DOTS
from designer.sights import is_ambiguous
from designer.ui.replyparts import hex_part
from designer.ui.replytext import body_face
from designer.wire import Call, Exchange, Outcome, WireRequest, WireResponse
from designer.wire.compare import Side, compare
from designer.wire.outgoing import Masked, har, raw, ticket
from designer.wire.run_secrets import Seen, seen_of
from tests.wire.test_secrets import JSON, NOW, XML, Server, get, post, run

SAID = {
    "code": "RATE_LIMITED",
    "key": "customers/123",
    "authorization": "basic",
    "state": "California",
    "session": "open",
    "signature": "detached",
    "next_page_token": "CAEQAhoMcGFnZTIwMjYtMDEtMDI0",
    "nextPageToken": "CAEQAhoMcGFnZTIwMjYtMDEtMDI1",
    "password_policy": "strong",
    "password": ["is too short (minimum is 8 characters)"],
    "token": "expired",
    "sid": "SM1234567890abcdef1234567890abcdef",
}
REFUSED = b"""<?xml version="1.0"?>
<Error><Code>SignatureDoesNotMatch</Code><Key>photos/cat.jpg</Key><SignatureProvided>ab</SignatureProvided></Error>"""
CONNECTOR = b"{ title: 'T', connection: { authorization: { type: 'none' }, base_uri: lambda { 'https://a.example' } } }"


def asked(response: WireResponse, request: Any = None, settings: dict[str, Any] | None = None) -> tuple[Call, Outcome]:
    composition = request or get("/me")
    args = composition.arguments({}, lambda _name: b"")
    call = Call(CONNECTOR, "request", args, settings=settings or {}, path="connector.rb")
    return call, run(call, Server(response))


def seen(call: Call, outcome: Outcome) -> Seen:
    return seen_of(call.settings, outcome, call.args)


def test_a_refusal_is_read_as_the_server_wrote_it() -> None:
    body = json.dumps(SAID).encode()
    call, outcome = asked(WireResponse(400, "Bad Request", (JSON,), body))
    (exchange,) = outcome.exchanges
    masks = seen(call, outcome).reply(exchange)
    assert exchange.response is not None
    assert masks.body(body.decode(), "application/json").encode() == body
    assert json.loads(body_face(exchange.response, masks).text) == SAID
    assert not hex_part(exchange.response, masks, 0).masked
    printed = story._exchange_text(exchange, seen(call, outcome))
    assert printed.endswith(body.decode())
    assert outcome.error is not None
    assert seen(call, outcome).told.text(outcome.error["message"]) == outcome.error["message"]


def test_xml_too() -> None:
    call, outcome = asked(WireResponse(403, "Forbidden", (XML,), REFUSED))
    assert seen(call, outcome).reply(outcome.exchanges[0]).body(REFUSED.decode(), "application/xml") == REFUSED.decode()


def test_what_leaves_hides_them() -> None:
    body = json.dumps(SAID).encode()
    call, outcome = asked(
        WireResponse(400, "Bad Request", (JSON,), body), get("/me?state=California&code=RATE_LIMITED")
    )
    hide = Masked(seen(call, outcome).strict)
    (exchange,) = outcome.exchanges
    left = har([exchange], lambda _request: hide, started=NOW, version="0") + raw(exchange.request, hide)
    left += ticket(outcome, hide.masks, title="GET", started=NOW, source=b"", version="0")
    for one in ("customers/123", SAID["next_page_token"], SAID["signature"], "California"):
        assert str(one) not in left


def test_a_query_of_words_is_shown_and_one_of_a_key_is_not() -> None:
    call, outcome = asked(
        WireResponse(200, "", (JSON,), b"{}"),
        get("/me?state=California&code=RATE_LIMITED&key=AIzaSyD-0123456789"),
    )
    (exchange,) = outcome.exchanges
    shown = seen(call, outcome).request(exchange).url(exchange.request.url)
    assert shown == f"https://a.example/me?state=California&code=RATE_LIMITED&key={DOTS}"


def test_the_reply_of_a_token_endpoint_hides_what_it_gives_and_tells_why_it_refuses() -> None:
    grant = post("form", json.dumps({"grant_type": "authorization_code", "code": "c-0123456789"}))
    for status, body, shown in (
        (200, {"access_token": "t-0123456789", "code": "x-0123456789", "key": "k-0123456789"}, False),
        (200, {"session": {"key": "k-0123456789"}}, False),
        (400, {"error": "invalid_grant", "code": "E-0123456789"}, True),
    ):
        text = json.dumps(body)
        call, outcome = asked(WireResponse(status, "", (JSON,), text.encode()), grant)
        (exchange,) = outcome.exchanges
        assert (seen(call, outcome).reply(exchange).body(text, "application/json") == text) == shown
        request = seen(call, outcome).request(exchange)
        assert "c-0123456789" not in request.body(exchange.request.body.decode(), "application/x-www-form-urlencoded")


def test_a_known_secret_is_hidden_under_any_name() -> None:
    secret = "sk-live-0123456789"
    text = json.dumps({"code": secret, "key": f"x {secret}"})
    call, outcome = asked(WireResponse(400, "", (JSON,), text.encode()), settings={"api_key": secret})
    assert secret not in seen(call, outcome).reply(outcome.exchanges[0]).body(text)
    text = json.dumps({"headers": {"Authorization": f"Token {secret}"}})
    call, outcome = asked(WireResponse(200, "", (JSON,), text.encode()))
    assert secret not in seen(call, outcome).reply(outcome.exchanges[0]).body(text)


def test_a_secret_that_a_request_carried_is_hidden_in_its_echo() -> None:
    secret = "hmac-0123456789abcdef"
    text = json.dumps({"signature": secret, "seen": {"key": secret}})
    request = get("/me", ("X-Signature", secret))
    call, outcome = asked(WireResponse(200, "", (JSON,), text.encode()), request)
    assert secret not in seen(call, outcome).reply(outcome.exchanges[0]).body(text)


def test_two_refusals_side_by_side_tell_what_differs() -> None:
    sides = []
    for given in ("key", "basic"):
        text = json.dumps({"authorization": given, "code": given.upper()})
        call, outcome = asked(WireResponse(400, "", (JSON,), text.encode()))
        sides.append(Side(given, call.settings, outcome))
    told = {line.name: (line.left, line.right) for line in compare(*sides).lines if line.part == "reply body"}
    assert told == {"$.authorization": ('"key"', '"basic"'), "$.code": ('"KEY"', '"BASIC"')}


@pytest.mark.parametrize("name", ["code", "next_page_token", "nextPageToken", "NextContinuationToken", "user[state]"])
def test_names_that_are_plain_words_in_most_apis(name: str) -> None:
    assert is_ambiguous(name)


@pytest.mark.parametrize(
    "name", ["access_token", "token", "refreshToken", "page_access_token", "api_key", "password", "client_secret"]
)
def test_names_that_are_not(name: str) -> None:
    assert not is_ambiguous(name)


def test_words_do_not_hide_a_key_of_a_request_that_was_only_prepared() -> None:
    request = WireRequest("GET", "https://a.example/?api_key=abcdefgh-1", "/?api_key=abcdefgh-1", (), b"")
    outcome = Outcome(None, None, (Exchange(request, None, "request", "refused: abcdefgh-1"),), None)
    assert "abcdefgh-1" not in seen_of({}, outcome).told.text("refused: abcdefgh-1")
