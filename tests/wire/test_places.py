"""Parameters and fields as they were meant: a signature is found in them however the wire spells it."""

from __future__ import annotations

import datetime
import hmac
import json

import pytest

from designer.evaluator.macs import Mac
from designer.masking import Masks
from designer.wire import Call, DryTransport, WireRequest, jwt, run
from designer.wire.explain import explain_place
from designer.wire.explain_inputs import mac_sections, made_by
from designer.wire.places import places

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
KEY, MESSAGE = b"hush-hush-hush", b"GET\n/things?page=1"
MADE = Mac("sha256", KEY, MESSAGE, hmac.digest(KEY, MESSAGE, "sha256"))
SIGNATURE = MADE.spellings[2]
"""Base64 with a +, a / or a =: what a query and a form spell otherwise."""
FORMATS = {
    "query": ("get", "params(sig: %s)", "?sig"),
    "json": ("post", "payload(auth: { sig: %s })", "body auth.sig"),
    "form": ("post", "payload(auth: { sig: %s }).request_format_www_form_urlencoded", "body auth[sig]"),
    "multipart": ("post", "payload(sig: %s).request_format_multipart_form", "body sig"),
    "xml": ("post", "payload(sig: %s).format_xml('r')", "body sig"),
}


def prepared(kind: str) -> WireRequest:
    verb, said, _ = FORMATS[kind]
    source = """{ connection: { authorization: { type: 'custom_auth', apply: lambda { |_connection| 1 } } },
      methods: { sign: lambda { |connection| "GET\\n/things?page=1".hmac_sha256(connection['key']).encode_base64 } },
      test: lambda { |connection| %s('https://api.example.com/things').%s } }"""
    text = source % (verb, said % "call(:sign, connection)")
    outcome = run(Call(text.encode(), "test", settings={"key": KEY.decode()}), DryTransport())
    assert outcome.prepared is not None, outcome.error
    return outcome.prepared


@pytest.mark.parametrize("kind", FORMATS)
def test_a_signature_is_found_where_it_stands_in_every_format(kind: str) -> None:
    place = places(prepared(kind))[FORMATS[kind][2]]
    assert place.value == SIGNATURE and "=" in SIGNATURE
    assert made_by(place.value, [MADE]) == [MADE]
    told = mac_sections(place.value, [MADE], {"key": KEY.decode()})
    assert "key: setting key, 14 bytes" in told[0].text and told[1].text == "GET⏎\n/things?page=1"
    assert place.origin is not None and (place.origin.source, place.origin.line) == ("code", 3)


def test_a_place_says_what_stands_there_and_hides_a_secret_by_its_name() -> None:
    request = WireRequest("GET", "https://h/", "/?page=a+b%2F&page=2&api_key=k-123456&none=", (), b"")
    told = {name: explain_place(name, place, Masks(), now=NOW)[0].text for name, place in places(request).items()}
    assert told["?page"] == "Says: a b/" and told["?none"] == "It is empty."
    assert "k-123456" not in told["?api_key"]


def test_a_jwt_is_read_where_it_stands() -> None:
    token = jwt.encode({"sub": "42"}, "a-secret-of-32-characters-at-least", "HS256")
    body = json.dumps({"grant": {"assertion": token}}).encode()
    found = places(WireRequest("POST", "https://h/", "/", (("Content-Type", "application/json"),), body))
    told = explain_place("body grant.assertion", found["body grant.assertion"], Masks(), now=NOW)
    assert [section.title for section in told][:2] == ["JWT header", "JWT claims"] and '"sub": "42"' in told[1].text


def test_a_verifier_in_json_is_a_place_of_its_own() -> None:
    headers = (("Content-Type", "application/json"),)
    request = WireRequest("POST", "https://h/token", "/token", headers, b'{"code_verifier":"v","n":1}')
    assert {name: place.value for name, place in places(request).items()} == {"body code_verifier": "v", "body n": "1"}


def test_a_long_body_is_not_taken_apart() -> None:
    body = b'{"a":"' + b"x" * 70_000 + b'"}'
    assert places(WireRequest("POST", "https://h/?b=1", "/?b=1", (), body)).keys() == {"?b"}


def test_of_a_body_of_thousands_of_fields_as_many_are_told_as_anybody_looks_through() -> None:
    body = json.dumps({f"k{count}": [count] for count in range(2000)}).encode()
    found = places(WireRequest("POST", "https://h/?a=1", "/?a=1", (("Content-Type", "application/json"),), body))
    assert len(found) == 300 and "?a" in found and "body k0" in found


def test_a_deep_body_is_taken_apart_as_far_as_anybody_looks() -> None:
    body = b"[" * 900 + b"1" + b"]" * 900
    found = places(WireRequest("POST", "https://h/", "/", (("Content-Type", "application/json"),), body))
    assert 1 < len(found) < 30
