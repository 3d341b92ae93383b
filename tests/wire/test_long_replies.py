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
    assert "16,000,015 bytes; replies of up to 16,000,000" in warning and "whole" in warning


def test_code_that_waits_for_it_is_told_so() -> None:
    call = Call(connector=SOURCE, operation="test", settings={})
    outcome = run(call, ScriptedTransport(lambda _request: long_reply("application/json")))
    assert outcome.error is not None
    assert outcome.error["class"] == "Designer::Limit"
    assert outcome.error["message"].startswith("The reply has 16,000,015 bytes")
    assert len(outcome.exchanges) == 1


def test_one_just_within_reach_is_parsed() -> None:
    def answer(_request: WireRequest) -> WireResponse:
        body = b'{"items": ["' + b"x" * 2_000_000 + b'"]}'
        return WireResponse(200, "OK", (("Content-Type", "application/json"),), body)

    call = Call(connector=SOURCE, operation="test", settings={})
    outcome = run(call, ScriptedTransport(answer))
    assert outcome.error is None
    assert len(outcome.result[0]) == 2_000_000
