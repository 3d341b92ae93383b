"""A reply of more than Ruby code is handed: looked at whole in the console, an error where code waits for it."""

from __future__ import annotations

import pytest

from designer.evaluator.limits import DEFAULT
from designer.wire import Call, ScriptedTransport, WireRequest, WireResponse, run

SOURCE = b"""{
  title: 'T',
  connection: { authorization: { type: 'none' }, base_uri: lambda { |_connection| 'https://api.example' } },
  test: lambda { |_connection| get('/long')['items'] }
}
"""


def long_reply(kind: str) -> WireResponse:
    body = b'{"items": ["' + b"x" * DEFAULT.string + b'"]}'
    return WireResponse(200, "OK", (("Content-Type", kind),), body)


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_the_console_shows_it_whole_and_parses_nothing(kind: str) -> None:
    reply = long_reply(kind)
    call = Call(connector=SOURCE, operation="request", args={"verb": "get", "url": "/long"}, settings={})
    outcome = run(call, ScriptedTransport(lambda _request: reply))
    assert (outcome.error, outcome.result) == (None, None)
    assert outcome.exchanges[0].response is reply
    (warning,) = outcome.warnings
    assert "16,000,015 characters; replies of up to 16,000,000" in warning and "whole" in warning


def test_code_that_waits_for_it_is_told_so() -> None:
    call = Call(connector=SOURCE, operation="test", settings={})
    outcome = run(call, ScriptedTransport(lambda _request: long_reply("application/json")))
    assert outcome.error is not None
    assert outcome.error["class"] == "Designer::Limit"
    assert outcome.error["message"].startswith("The reply has 16,000,015 characters")
    assert len(outcome.exchanges) == 1


def test_one_just_within_reach_is_parsed() -> None:
    def answer(_request: WireRequest) -> WireResponse:
        body = b'{"items": ["' + b"x" * 2_000_000 + b'"]}'
        return WireResponse(200, "OK", (("Content-Type", "application/json"),), body)

    call = Call(connector=SOURCE, operation="test", settings={})
    outcome = run(call, ScriptedTransport(answer))
    assert outcome.error is None
    assert len(outcome.result[0]) == 2_000_000


@pytest.mark.parametrize("letter", ["é", "漢", "😀"])
def test_what_counts_are_characters(letter: str) -> None:
    """40 MB of text are no more than a string may have where each character takes several bytes."""
    count = 40_000_000 // len(letter.encode())
    too_long = count > DEFAULT.string
    body = b'{"items": ["' + letter.encode() * count + b'"]}'
    reply = WireResponse(200, "OK", (("Content-Type", "application/json"),), body)
    outcome = run(Call(connector=SOURCE, operation="test", settings={}), ScriptedTransport(lambda _request: reply))
    assert (outcome.error is not None) is too_long
    if not too_long:
        assert outcome.result == [letter * count]


ACQUIRING = b"""{
  title: 'T',
  connection: {
    authorization: {
      type: 'custom_auth',
      acquire: lambda { |_c| { token: get('/token')['items'][0].length.to_s } },
      apply: lambda { |c| headers('X-Token' => c['token']) },
      refresh_on: [401],
      detect_on: [/no such thing/]
    },
    base_uri: lambda { |_connection| 'https://api.example' }
  }
}
"""


def test_what_the_person_asked_for_is_parsed_up_to_a_length_of_its_own_and_what_code_asks_for_is_not_cut() -> None:
    def answer(request: WireRequest) -> WireResponse:
        known = any(name == "X-Token" for name, _ in request.headers)
        status = 200 if known or request.target == "/token" else 401
        body = b'{"items": ["' + b"x" * 5000 + b'"]}'
        return WireResponse(status, "", (("Content-Type", "application/json"),), body)

    call = Call(ACQUIRING, "request", args={"verb": "get", "url": "/long"}, settings={}, result_bytes=4000)
    outcome = run(call, ScriptedTransport(answer))
    assert (outcome.error, outcome.result) == (None, None)
    assert [one.request.target for one in outcome.exchanges] == ["/long", "/token", "/long"]
    assert outcome.settings_after == {"token": "5000"}
    (warning,) = outcome.warnings
    assert warning.startswith("The reply has 5,015 bytes, more than the 4,000") and "detect_on" in warning


def test_of_a_failure_too_long_for_a_string_code_sees_the_beginning() -> None:
    def answer(_request: WireRequest) -> WireResponse:
        body = b"gone for good" + "é".encode() * 10_000_000 + b"the end"
        return WireResponse(500, "", (("Content-Type", "text/plain"),), body)

    source = ACQUIRING.replace(b"[401]", b"[/the end/]")
    outcome = run(Call(source, "request", args={"verb": "get", "url": "/x"}, settings={}), ScriptedTransport(answer))
    assert outcome.error is not None and outcome.error["http_code"] == 500
    assert outcome.error["http_body"].startswith("gone for goodéé")
    assert len(outcome.error["http_body"]) < 4_000_001
    assert [one.request.target for one in outcome.exchanges] == ["/x"]
    assert len(outcome.exchanges[0].response.body) == 20_000_020  # type: ignore[union-attr]
    assert any("20,000,020 bytes; entries and code are handed its first" in text for text in outcome.warnings)
