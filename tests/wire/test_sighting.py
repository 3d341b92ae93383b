"""What detect_on and refresh_on see of a reply: entry by entry, and what they are held against."""

from __future__ import annotations

import pytest

from designer.masking import Masks
from designer.wire import Call, Exchange, WireRequest, WireResponse
from designer.wire.sighting import Sighting, sighting

CONNECTOR = """{
  connection: {
    authorization: {
      type: 'custom_auth', acquire: lambda { |_c| {} }, refresh_on: %s, detect_on: %s,
      apply: lambda { |c| headers('X' => c['token']) }
    }
  }
}
"""


def seen(
    body: bytes,
    status: int = 200,
    *,
    accept: str = "application/json",
    refresh_on: str = "[]",
    detect_on: str = "[]",
    purpose: str = "request",
) -> Sighting:
    request = WireRequest("GET", "https://api.example/me", "/me", (("Accept", accept),), b"")
    reply = WireResponse(status, "", (("Content-Type", accept),), body)
    source = (CONNECTOR % (refresh_on, detect_on)).encode()
    call = Call(source, "test", settings={"token": "hush-hush"})
    return sighting(call, Exchange(request, reply, purpose), Masks(call.settings))


def test_each_entry_names_what_it_recognises() -> None:
    found = seen(
        b'{"error": "expired", "n": 1}', detect_on="[/nowhere/, /\"expired\"/, { 'error' => 'expired', 'n' => 1 }]"
    )
    assert [(one.place, one.recognised) for one in found.verdicts] == [
        (0, ()),
        (1, ("the body as text",)),
        (2, ("the parsed body",)),
    ]
    assert found.summary == "The reply is a refusal: detect_on[1] recognises the body as text."
    assert found.candidates[1][1] == '{"error"=>"expired", "n"=>1}'


def test_none_of_them_makes_it_a_success() -> None:
    found = seen(b'{"ok": true}', detect_on="[/expired/, 200]")
    assert [one.recognised for one in found.verdicts] == [(), ()]
    assert found.summary == "The reply counts as a success: no entry of detect_on recognises it."
    assert seen(b"{}").summary == "The reply counts as a success: there is no detect_on."


def test_a_failure_is_held_against_refresh_on() -> None:
    found = seen(b"no", 401, refresh_on="[500, 401, /Unauthorized/]", accept="text/plain")
    assert found.key == "refresh_on"
    assert [one.recognised for one in found.verdicts] == [(), ("the status",), ("the message",)]
    assert found.candidates == (("the status", "401"), ("the message", '"401 Unauthorized"'), ("the body", "no"))
    assert "any failure starts a refresh" in seen(b"", 403).summary


def test_xml_is_seen_as_the_code_sees_it() -> None:
    found = seen(b"<r><error>gone</error></r>", accept="application/xml", detect_on="[/gone/]")
    assert found.candidates[1] == ("the parsed body", '{"r"=>[{"error"=>[{"content!"=>"gone"}]}]}')


def test_what_does_not_parse_is_seen_as_text_alone() -> None:
    assert [name for name, _ in seen(b"<html>", detect_on="[/x/]").candidates] == ["the body as text"]


def test_secrets_are_hidden() -> None:
    found = seen(b'{"access_token": "abc-def-ghi", "note": "it is hush-hush"}', detect_on="[/x/]")
    told = str(found)
    assert "abc-def-ghi" not in told and "hush-hush" not in told and "access_token" in told


@pytest.mark.parametrize(
    ("status", "purpose", "said"),
    [(302, "request", "302 is a redirect"), (200, "acquire", "acquire made this request itself")],
)
def test_where_no_entry_is_asked_it_is_said_why(status: int, purpose: str, said: str) -> None:
    assert said in seen(b"{}", status, purpose=purpose, detect_on="[/x/]").summary


def test_an_entry_that_cannot_be_run_is_named() -> None:
    assert "cannot be asked: cannot evaluate" in seen(b"{}", detect_on="[File.read('/etc/hostname')]").summary
