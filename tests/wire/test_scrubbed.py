"""Ten kinds of secrets in ten places and more: none is on a tape, in a test, an archive or a report, or on screen."""

from __future__ import annotations

import base64
import datetime
import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec

from designer.cli import story
from designer.wire import Call, Outcome, ScriptedTransport, WireRequest, WireResponse, run
from designer.wire.outgoing import Masked, har, ticket
from designer.wire.outgoing.cassette import cassette
from designer.wire.outgoing.spec import spec
from designer.wire.run_secrets import masks_of, seen_of
from designer.wire.taping import tape

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
_KEY = ec.derive_private_key(123456789, ec.SECP256R1())
KINDS: dict[str, Any] = {
    "token": "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "hex": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "Base64": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==",
    "password": 'p"ä&s <w>/ö%?r=d\\1',
    "short": "q7Z!k",
    "word": "swordfish",
    "number": 48151623,
    "UUID": "550e8400-e29b-41d4-a716-446655440000",
    "private key": _KEY.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode(),
}


def header_safe(secret: str) -> str:
    return quote(secret, safe="!-._~/+=")


def reply(body: str = "{}", *headers: tuple[str, str], reason: str = "OK") -> WireResponse:
    return WireResponse(200, reason, (("Content-Type", "application/json"), *headers), body.encode())


Place = tuple[str, Callable[[str], WireResponse]]
PLACES: dict[str, Place] = {
    "header": ("headers('X-Note': (connection['pat'].to_s).gsub(\"\\n\", ' '))", lambda _: reply()),
    "query": ("params(q: connection['pat'].to_s)", lambda _: reply()),
    "JSON body": ("payload(a: { b: [connection['pat']] })", lambda _: reply()),
    "form body": ("payload(a: connection['pat'].to_s).request_format_www_form_urlencoded", lambda _: reply()),
    "basic": ("user('grace').password(connection['pat'].to_s)", lambda _: reply()),
    "Base64 of more": ("headers('X-Note': \"v1:#{connection['pat']}:x\".encode_base64)", lambda _: reply()),
    "JSON in JSON": ("payload(a: { b: connection['pat'] }.to_json)", lambda _: reply()),
    "echo": ("", lambda secret: reply(json.dumps({"seen": [{"a": secret}]}))),
    "echo as text": ("", lambda secret: reply(json.dumps({"a": f"no user {secret} here"}, ensure_ascii=False))),
    "echo in HTML": ("", lambda secret: reply(json.dumps({"page": f'<p a="{html.escape(secret)}">'}))),
    "echo in a URL": ("", lambda secret: reply(json.dumps({"next": f"https://a.example/?x={quote(secret, safe='')}"}))),
    "echo in a form": ("", lambda secret: reply(json.dumps({"sent": f"a=1&x={quote_plus(secret)}"}))),
    "echo in Base64": ("", lambda secret: reply(json.dumps({"x": base64.b64encode(secret.encode()).decode()}))),
    "reply header": ("", lambda secret: reply("{}", ("X-Seen", header_safe(secret)))),
    "link": ("", lambda secret: reply("{}", ("Link", f"</a?x={quote(secret, safe='')}>; rel=next"))),
    "reason": ("", lambda secret: reply(reason=f"Hello {header_safe(secret)}")),
}
SOURCE = """{
  title: 'Acme',
  connection: {
    fields: [{ name: 'pat', control_type: 'password' }],
    authorization: { type: 'custom_auth', apply: lambda { |connection| %s } },
    base_uri: lambda { |_connection| 'https://api.acme.example' }
  },
  test: lambda { |connection| post('/me')%s }
}
"""


def spellings(secret: str) -> set[str]:
    """Every one a page, a URL, a form, JSON or Base64 may have."""
    once = json.dumps(secret)[1:-1]
    found = {secret, once, json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret), quote(secret, safe="")}
    found |= {quote_plus(secret), html.escape(secret), header_safe(secret), secret.replace("\n", " ")}
    return found | {base64.b64encode(secret.encode()).decode().rstrip("=")}


def ran(kind: str, place: str) -> tuple[Call, Outcome]:
    said, answer = PLACES[place]
    secret = KINDS[kind]
    source = SOURCE % ("", f".{said}" if said else "")
    call = Call(source.encode(), "test", settings={"pat": secret}, path="connector.rb")
    outcome = run(call, ScriptedTransport(lambda _request: answer(str(secret))))
    assert outcome.error is None, outcome.error
    return call, outcome


def taped(call: Call, outcome: Outcome) -> str:
    made = tape(call, outcome, at=NOW)
    return cassette(made) + spec(made, name="connection/test", cassette="connection/test")


def archived(call: Call, outcome: Outcome) -> str:
    masks = masks_of(call.settings, outcome)

    def hide(_request: WireRequest) -> Masked:
        return Masked(masks)

    return har(outcome.exchanges, hide, started=NOW, version="0")


def reported(call: Call, outcome: Outcome) -> str:
    return ticket(outcome, masks_of(call.settings, outcome), title="Test", started=NOW, source=b"", version="0")


def looked_at(call: Call, outcome: Outcome) -> str:
    seen = seen_of(call.settings, outcome)
    shown = [story._exchange_text(exchange, seen) for exchange in outcome.exchanges]
    return "\n".join([*shown, json.dumps(seen.result(outcome).value(outcome.result), ensure_ascii=False)])


WAYS = {"tape": taped, "archive": archived, "report": reported, "screen": looked_at}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_secret_leaves_from_any_place(kind: str, place: str) -> None:
    call, outcome = ran(kind, place)
    secret = str(KINDS[kind])
    for way, told in WAYS.items():
        text = told(call, outcome)
        found = [one for one in spellings(secret) if one in text]
        assert not found, (way, found, text)
        decoded = [base64.b64decode(part + "=" * (-len(part) % 4)) for part in _base64_parts(text)]
        assert not [part for part in decoded if secret.encode() in part], way


def _base64_parts(text: str) -> list[str]:
    return [part for part in re.findall(r"[A-Za-z0-9+/]{8,}", text) if len(part) % 4 != 1]
