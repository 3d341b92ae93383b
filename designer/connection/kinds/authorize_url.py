"""The authorization URL as the form sees it: address, scopes, further parameters (RFC 6749, section 4.1.1)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote_plus

from designer.connection.code import Writer
from designer.connection.form import row
from designer.connection.kinds.common import Rows, take
from designer.connection.kinds.token_request import split_scopes
from designer.connection.template import Part, from_parts, parts
from designer.ruby.values import RubyCode

_SAFE = "/:,"
_LINE = 96


def split(template: str) -> dict[str, Any] | None:
    """``{"authorize_url", "scopes", "authorize_params"}`` of a URL, or None where it is no plain code request."""
    address, question, query = template.partition("?")
    if "#" in template.replace("#{", ""):
        return None
    rows: Rows = []
    for piece in query.split("&") if query else ():
        name, equals, value = piece.partition("=")
        decoded = _decode(name), _decode(value)
        if not equals or not decoded[0] or decoded[1] is None or any(item["name"] == decoded[0] for item in rows):
            return None
        rows.append(row(decoded[0], decoded[1]))
    if take(rows, "response_type") not in ("code", None) or (question and not query):
        return None
    return {"authorize_url": address, "scopes": split_scopes(rows), "authorize_params": rows}


def write(params: dict[str, Any], writer: Writer) -> RubyCode:
    """The ``authorization_url`` lambda."""
    rows: Rows = [row("response_type", "code")]
    if params["scopes"]:
        rows.append(row("scope", " ".join(params["scopes"])))
    for item in params["authorize_params"]:
        if item["name"] and item["name"] not in {own["name"] for own in rows}:
            rows.append(item)
    pieces = [f"{_encode(item['name'])}={_encode(item['value'])}" for item in rows]
    address = params["authorize_url"]
    joint = "&" if "?" in address else "?"
    whole = writer.text(f"{address}{joint}{'&'.join(pieces)}")
    if len(whole) <= _LINE:
        return writer.proc(("connection",), [whole])
    lines = [writer.text(f"{address}{joint}{pieces[0]}"), *(writer.text(f"&{piece}") for piece in pieces[1:])]
    lines = [f"{line} \\" for line in lines[:-1]] + lines[-1:]
    return writer.proc(("connection",), [lines[0], *(f"  {line}" for line in lines[1:])])


def _encode(template: str) -> str:
    encoded: list[Part] = [quote(part, safe=_SAFE) if isinstance(part, str) else part for part in parts(template)]
    return from_parts(encoded) or ""


def _decode(template: str) -> str | None:
    return from_parts(unquote_plus(part) if isinstance(part, str) else part for part in parts(template))
