"""A tape as a VCR cassette: YAML as the ``vcr`` gem writes it, to be replayed through WebMock."""

from __future__ import annotations

import base64
import datetime
import json
import re
from email.utils import format_datetime

from designer.wire.model import WireRequest, WireResponse
from designer.wire.taping import Tape

__all__ = ["cassette"]

_PLAIN_NAME = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z][\w-]*", re.ASCII | re.IGNORECASE)
"""Names that YAML reads as what they say; a server may send one that is an alias (``*a``) or a tag to it."""
_VERSION = "VCR 6.1.0"
# JSON's escapes are YAML's, but YAML takes these for line breaks or forbids them in the plain (YAML 1.2, 5.1 and 5.4).
_SPECIAL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LEFT_OUT = frozenset({"connection", "keep-alive"})


def cassette(tape: Tape) -> str:
    """The text of the file. Each interaction is recorded at the tape's moment."""
    recorded = format_datetime(datetime.datetime.fromisoformat(tape.moment), usegmt=True)
    lines = ["---", "http_interactions:"]
    for exchange in tape.exchanges:
        assert exchange.response is not None
        lines += _request(exchange.request)
        lines += _response(exchange.response)
        lines.append(f"  recorded_at: {recorded}")
    lines.append(f"recorded_with: {_VERSION}")
    return "\n".join(lines) + "\n"


def _request(request: WireRequest) -> list[str]:
    lines = [
        "- request:",
        f"    method: {request.method.lower()}",
        f"    uri: {_text(request.url)}",
        "    body:",
        *_body(request.body),
    ]
    return lines + _headers(request.headers)


def _response(response: WireResponse) -> list[str]:
    return [
        "  response:",
        "    status:",
        f"      code: {response.status}",
        f"      message: {_text(response.reason)}",
        *_headers(response.headers),
        "    body:",
        *_body(response.body),
    ]


def _headers(headers: tuple[tuple[str, str], ...]) -> list[str]:
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _LEFT_OUT:
            grouped.setdefault(name, []).append(value)
    if not grouped:
        return ["    headers: {}"]
    lines = ["    headers:"]
    for name, values in grouped.items():
        lines.append(f"      {name if _PLAIN_NAME.fullmatch(name) else _text(name)}:")
        lines += [f"      - {_text(value)}" for value in values]
    return lines


def _body(body: bytes) -> list[str]:
    try:
        return ["      encoding: UTF-8", f"      string: {_text(body.decode('utf-8'))}"]
    except UnicodeDecodeError:
        return ["      encoding: ASCII-8BIT", f"      base64_string: {_text(base64.b64encode(body).decode())}"]


def _text(text: str) -> str:
    """A double-quoted scalar."""
    return _SPECIAL.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
