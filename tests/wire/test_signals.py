"""The timeline's reasons: which signal matched or why none, HMAC inputs, values of lambdas, redirects."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from designer.evaluator.macs import Hashed, Mac
from designer.wire import Call, Outcome, ScriptedTransport, Step, WireRequest, WireResponse, run
from designer.wire.engine import Evaluation

CONNECTOR = """{
  connection: {
    authorization: {
      type: 'custom_auth',
      acquire: lambda { |_connection| { token: 'new-token' } },
      refresh_on: %s,
      detect_on: %s,
      apply: lambda do |connection|
        headers('X-Token': connection['token'], 'X-Signature': "GET/me".hmac_sha256(connection['secret']).encode_hex)
      end
    },
    base_uri: lambda { |_connection| 'https://api.example.com' }
  },
  test: lambda { |_connection| get('/me') }
}
"""
SETTINGS = {"token": "old-token", "secret": "hush-hush"}


def told(replies: list[WireResponse], refresh_on: str = "[]", detect_on: str = "[]") -> Outcome:
    waiting = list(replies)
    transport = ScriptedTransport(lambda _: waiting.pop(0))
    source = (CONNECTOR % (refresh_on, detect_on)).encode()
    return run(Call(source, "test", settings=SETTINGS), transport)


def reply(status: int, body: bytes = b"{}", *headers: tuple[str, str]) -> WireResponse:
    return WireResponse(status, "", (("Content-Type", "application/json"), *headers), body)


def signals(outcome: Outcome) -> list[tuple[str, str]]:
    return [(step.title, step.detail) for step in outcome.steps if step.kind == "signal"]


def test_the_entry_that_matched_and_what_it_matched_are_named() -> None:
    ok = reply(200)
    by_status = told([reply(401), ok], "[/expired/, 401]")
    assert signals(by_status) == [("401 Unauthorized: refresh_on matches", "refresh_on[1], 401, is the status")]
    by_body = told([reply(403, b'{"error":"token expired"}'), ok], "[401, /expired/]")
    assert signals(by_body)[0][1] == "refresh_on[1], /expired/, recognises the body"
    by_message = told([reply(403), ok], "[/Forbidden/]")
    assert signals(by_message)[0][1] == "refresh_on[0], /Forbidden/, recognises the message"
    step = next(step for step in by_message.steps if step.kind == "signal")
    assert step.pointer == "/connection/authorization/refresh_on"


def test_where_none_matched_it_is_said_what_was_compared() -> None:
    outcome = told([reply(403, b'{"error":"no"}')], "[401, /expired/]")
    assert signals(outcome) == [
        (
            "No refresh: no entry of refresh_on matches",
            'refresh_on has 401, /expired/; held against the status: 403; the message: "403 Forbidden"; '
            'the body: "{"error":"no"}"',
        )
    ]


def test_a_range_of_statuses_or_one_that_is_a_text_recognises_no_status() -> None:
    """In Ruby both would say yes; the SDK asks Integers alone, and an author is told so by what was compared."""
    outcome = told([reply(401, b"{}")], "[400..499, '401']")
    assert [one.purpose for one in outcome.exchanges] == ["request"], "nothing is refreshed"
    assert signals(outcome)[0][1].startswith('refresh_on has 400..499, "401"; held against the status: 401;')


def test_what_parses_is_told_in_outline_and_a_long_text_by_its_beginning() -> None:
    def held(body: bytes) -> str:
        return signals(told([reply(200, body)], "[]", "[/nowhere/]"))[0][1]

    assert held(b'{"a": 1, "b": 2}').endswith("the parsed body: a Hash of 2 keys")
    assert held(b"[1, 2, 3]").endswith("the parsed body: an Array of 3 items")
    assert held(b"null").endswith("the parsed body: none")
    exact = json.dumps("x" * 58).encode()
    assert f'the body as text: "{exact.decode()}"; the parsed' in held(exact)
    longer = json.dumps("x" * 59).encode()
    assert f'the body as text: "{longer.decode()[:60]}…; the parsed' in held(longer)


def test_an_entry_of_detect_on_that_cannot_be_compared_is_passed_over() -> None:
    picky = "lambda { |seen| seen.no_such_method }"
    outcome = told([reply(200, b'{"error": 1}'), reply(200)], "[]", f"[{picky}, /error/]")
    assert signals(outcome)[0][1].startswith("detect_on[1], /error/, recognises the body as text")
    refused = told([reply(401)], f"[{picky}]")
    assert refused.error is not None and "no_such_method" in str(refused.error["message"])


def test_detect_on_tells_what_it_sees_either_way() -> None:
    hit = told([reply(200, b'{"error":"invalid_session"}'), reply(200)], "[]", "[/nothing/, /invalid_session/]")
    assert signals(hit)[:2] == [
        (
            "detect_on takes the reply for a refusal",
            "detect_on[1], /invalid_session/, recognises the body as text",
        ),
        ("detect_on recognises the reply: refresh_on is blank, any error counts", ""),
    ]
    miss = told([reply(200, b'{"ok":true}')], "[]", "[/invalid_session/]")
    ((title, detail),) = signals(miss)
    assert title == "detect_on recognises nothing: the reply counts as a success"
    assert detail.startswith(
        'detect_on has /invalid_session/; held against the body as text: "{"ok":true}"; the parsed'
    )


def test_an_hmac_is_kept_with_its_inputs() -> None:
    outcome = told([reply(200)])
    (step,) = (step for step in outcome.steps if step.kind == "hmac")
    assert step.title == "HMAC-SHA256 of 6 bytes with a key of 9" and step.line == 9
    made: Mac = step.data
    assert (made.key, made.message) == (b"hush-hush", b"GET/me")
    assert made.digest == hmac.digest(b"hush-hush", b"GET/me", hashlib.sha256)
    sent = dict(outcome.exchanges[0].request.headers)["X-Signature"]
    assert sent in made.spellings
    assert "hush-hush" not in repr(made)


def test_key_stretching_does_not_fill_the_timeline() -> None:
    source = b"""{ methods: { stretch: lambda do |_x|
      (1..500).inject('a') { |sum, _n| sum.hmac_sha256('k').encode_hex }
    end } }"""
    outcome = run(Call(source, "method", {"name": "stretch", "args": [1]}), ScriptedTransport(_never))
    assert outcome.error is None
    assert sum(1 for step in outcome.steps if step.kind == "hmac") == 20


def test_what_was_hashed_is_kept_unless_it_is_long() -> None:
    source = b"""{ methods: { hashed: lambda do |_x|
      ["a\\nb".encode_sha256, Digest::MD5.hexdigest('c'), ('d' * 70_000).encode_sha256]
    end } }"""
    outcome = run(Call(source, "method", {"name": "hashed", "args": [1]}), ScriptedTransport(_never))
    steps = [step for step in outcome.steps if step.kind == "hash"]
    assert [(step.title, step.line) for step in steps] == [("SHA256 of 3 bytes", 2), ("MD5 of 1 byte", 2)]
    assert "a\\n" not in repr(steps[0]), "it may be a password"
    assert steps[0].data == Hashed("sha256", b"a\nb", hashlib.sha256(b"a\nb").digest())


def test_a_lambda_tells_what_it_read_and_gave_on_demand() -> None:
    outcome = told([reply(401), reply(200)], "[401]")
    by_title: dict[str, Step] = {step.title: step for step in outcome.steps if step.kind == "lambda"}
    assert by_title["base_uri runs"].data.values() == {"reads": {}, "gives": "https://api.example.com"}
    assert by_title["acquire runs"].data.values() == {"reads": {}, "gives": {"token": "new-token"}}
    applied = by_title["apply runs"].data
    assert isinstance(applied, Evaluation)
    assert applied.values()["reads"] == {"token": "new-token", "secret": "hush-hush"}


def test_a_redirect_tells_what_it_drops() -> None:
    source = b"""{ connection: { authorization: { type: 'custom_auth', apply: lambda do |_connection|
      headers('Authorization': 'Bearer t').case_sensitive_headers('X-Case' => '1')
    end } }, test: lambda { |_connection| post('https://a.example.com/one', name: 'n') } }"""
    replies = [reply(303, b"", ("Location", "https://b.example.com/two")), reply(200)]
    outcome = run(Call(source, "test"), ScriptedTransport(lambda _: replies.pop(0)))
    (step,) = (step for step in outcome.steps if step.kind == "redirect")
    assert step.title == "303 leads to b.example.com/two"
    assert step.detail == (
        "headers dropped: X-Case, Content-Length; the body is dropped; POST becomes GET; "
        "Authorization goes to another host"
    )


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("https://a.example.com/two", "no header is dropped"),
        ("https://b.example.com/two", "no header is dropped; X-Tenant, Api-Key go to another host"),
        ("http://b.example.com/two", "no header is dropped; X-Tenant, Api-Key go to another host, unencrypted"),
        ("http://a.example.com/two", "no header is dropped; X-Tenant, Api-Key go unencrypted"),
    ],
)
def test_a_redirect_tells_what_a_stranger_gets(there: str, said: str) -> None:
    source = b"""{ connection: { authorization: { type: 'custom_auth', apply: lambda do |_connection|
      headers('X-Tenant' => 't-1', 'Api-Key' => 'k-0123456789')
    end } }, test: lambda { |_connection| get('https://a.example.com/one').headers('X-Own' => '1') } }"""
    replies = [reply(302, b"", ("Location", there)), reply(200)]
    outcome = run(Call(source, "test"), ScriptedTransport(lambda _: replies.pop(0)))
    (step,) = (step for step in outcome.steps if step.kind == "redirect")
    assert step.detail == said


def _never(_request: WireRequest) -> Any:
    raise AssertionError("nothing is sent")
