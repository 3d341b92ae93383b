"""Requests and replies as texts for the eye."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from designer.jsonleaves import laid_out
from designer.masking import Masks
from designer.wire import Exchange, WireRequest, WireResponse
from designer.wire.failures import readable
from designer.wire.http2 import http2_fields
from designer.wire.paging import as_utf8, charset_of

__all__ = [
    "body_text",
    "cut",
    "exchange_title",
    "field_value",
    "header_value",
    "no_text",
    "phases",
    "pretty",
    "raw_request",
    "reply_tone",
    "size",
    "text_of",
]

_LABEL = 2000
SHOWN_BYTES = 400_000
"""How much of a body is shown; the rest is a click away in a file."""


def header_value(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """The value of the first header of this name, "" where there is none."""
    return next((value for given, value in headers if given.lower() == name.lower()), "")


def body_text(body: bytes, content_type: str, masks: Masks | None) -> str:
    """A body as text, secrets hidden where ``masks`` are given; what is no text says how much of it there is."""
    text = text_of(body, content_type, masks)
    return no_text(len(body)) if text is None else text


def text_of(body: bytes, content_type: str, masks: Masks | None) -> str | None:
    """The same, None where it is no text."""
    whole = len(body) <= SHOWN_BYTES
    try:
        text = as_utf8(body[:SHOWN_BYTES], charset_of(content_type, body)).decode(
            "utf-8", "strict" if whole else "ignore"
        )
    except UnicodeDecodeError:
        return None
    return text if masks is None else masks.body(text, content_type)


def no_text(length: int) -> str:
    """What stands in the place of ``length`` bytes that are no text."""
    return f"({size(length)} that are not text)"


def pretty(text: str, content_type: str) -> tuple[str, str]:
    """The text set out for reading and what it is: "json", "xml" or "text". What does not parse stays as it came."""
    kind = content_type.lower()
    if "json" in kind or text[:1] in "{[":
        try:
            json.loads(text)
            return laid_out(text), "json"
        except (ValueError, RecursionError):
            return text, "text"
    # Entities are the one thing a foreign document could do harm with while it is set out.
    if "xml" in kind and "<!" not in text:
        try:
            return _xml_set_out(text), "xml"
        except (ExpatError, RecursionError):
            return text, "text"
    return text, "text"


def _xml_set_out(text: str) -> str:
    """An element a line, with the declaration that stands in ``text`` or with none."""
    document = minidom.parseString(text)
    nodes: list[Any] = [document]
    while nodes:
        node = nodes.pop()
        inner = list(node.childNodes)
        if any(one.nodeType == one.ELEMENT_NODE for one in inner):
            # Line breaks and indents of its own would be set out as lines once more.
            for one in inner:
                if one.nodeType == one.TEXT_NODE and not str(one.nodeValue).strip():
                    node.removeChild(one)
        nodes += inner
    declared = f"{text[: text.index('?>') + 2]}\n" if text.startswith("<?xml") else ""
    return declared + "".join(node.toprettyxml(indent="  ") for node in document.childNodes)


def raw_request(request: WireRequest, masks: Masks | None, *, http2: bool = False) -> str:
    """The request as HTTP/1.1 puts it on the wire, or the fields and the body that HTTP/2 carries in frames."""
    if http2:
        lines = [f"{name}: {field_value(name, value, masks)}" for name, value, _ in http2_fields(request)]
    else:
        target = request.target if masks is None else masks.url(request.target)
        lines = [f"{request.method} {target} HTTP/1.1"]
        lines += [f"{name}: {field_value(name, value, masks)}" for name, value in request.headers]
    return "\n".join([*lines, "", body_text(request.body, header_value(request.headers, "content-type"), masks)])


def field_value(name: str, value: str, masks: Masks | None) -> str:
    """The value of a header, or of a field of HTTP/2, secrets hidden where ``masks`` are given."""
    if masks is None:
        return value
    return masks.url(value) if name == ":path" else masks.header(name, value)


def exchange_title(exchange: Exchange, masks: Masks) -> str:
    return f"{exchange.request.method} {masks.url(exchange.request.target)}"


def reply_tone(response: WireResponse | None) -> str:
    if response is None or response.status >= 400:
        return "error"
    return "done" if response.status < 300 else "warning"


def phases(timings: Mapping[str, float]) -> str:
    """Where the time of a request went: "212 ms: DNS 3, connect 12, TLS 40, first byte after 120, body 37"."""
    total = timings.get("total")
    if total is None:
        return ""
    parts = [
        f"{word} {timings[name] * 1000:.0f}"
        for name, word in (("dns", "DNS"), ("connect", "connect"), ("tls", "TLS"))
        if name in timings
    ]
    if "first_byte" in timings:
        parts.append(f"first byte after {timings['first_byte'] * 1000:.0f}")
        parts.append(f"rest {max(0.0, total - timings['first_byte']) * 1000:.0f}")
    whole = f"{total * 1000:.0f} ms" if total < 10 else f"{total:.1f} s"
    return f"{whole}: {', '.join(parts)}" if parts else whole


def cut(text: str, most: int = _LABEL) -> str:
    """As much of a text as a label takes: an error may quote a whole reply."""
    return readable(text, most)


def size(count: int) -> str:
    """Bytes in words: "214 bytes", "12.4 kB", "3.0 MB"."""
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
