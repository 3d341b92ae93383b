"""The request as a connector's action writes it: the SDK's request methods, without what ``apply`` adds."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from designer.masking import DOTS, is_secret_parameter
from designer.wire.model import WireRequest
from designer.wire.outgoing.literals import escaped, literal, quoted
from designer.wire.outgoing.secrecy import AS_SENT, Hide, Pieces, Variable, content_type

__all__ = ["ruby"]

_BY_THE_SDK = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding"})
_FORMATS = {
    "application/x-www-form-urlencoded": "request_format_www_form_urlencoded",
    "application/json": "",
}
_DEFAULT_ACCEPT = "application/json"


def ruby(request: WireRequest, hide: Hide = AS_SENT, *, base_uri: str | None = None) -> str:
    """The SDK call that makes this request, relative to ``base_uri`` where the URL lies below it.

    With ``Variables``, a secret kept in a setting is read from ``connection``; one that is kept nowhere becomes dots.
    """
    url, query = _url(request.url, base_uri)
    calls = [f"{request.method.lower()}({_text(hide.url(url))})"]
    params = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _applied(request, f"param:{name}")
    ]
    if params:
        calls.append(f"params({_pairs([(name, _secret_text(hide, name, value)) for name, value in params])})")
    calls += _payload(request, hide)
    headers = [(n, _text(hide.header(n, v))) for n, v in request.headers if not _left_out(request, n, v)]
    if headers:
        calls.append(f"headers({_pairs(headers)})")
    return ".\n  ".join(calls)


def _url(url: str, base_uri: str | None) -> tuple[str, str]:
    whole, _, query = url.partition("#")[0].partition("?")
    if base_uri and whole.startswith(base_uri):
        rest = whole[len(base_uri) :]
        if base_uri.endswith("/") or not rest or rest.startswith("/"):
            # Below a base without a path a leading slash is the usual way to write it.
            return (rest if base_uri.endswith("/") else rest or "/"), query
    if base_uri:
        base, target = urlsplit(base_uri), urlsplit(whole)
        if (base.scheme, base.netloc) == (target.scheme, target.netloc) and not base.path.strip("/"):
            return target.path or "/", query
    return whole, query


def _left_out(request: WireRequest, name: str, value: str) -> bool:
    lower = name.lower()
    if lower in _BY_THE_SDK or _applied(request, f"header:{name}"):
        return True
    origin = request.origins.get(f"header:{name}")
    if origin is not None and origin.source in ("format", "client"):
        return True
    if lower == "accept":
        return value == _DEFAULT_ACCEPT
    return lower == "content-type" and value.partition(";")[0].strip().lower() in _FORMATS


def _applied(request: WireRequest, key: str) -> bool:
    origin = request.origins.get(key)
    return origin is not None and origin.source == "apply"


def _payload(request: WireRequest, hide: Hide) -> list[str]:
    if not request.body:
        return []
    kind = content_type(request)
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        return [f"request_body('{DOTS}') # {len(request.body)} bytes that are not text"]
    base = kind.partition(";")[0].strip()
    if base == "application/json":
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, dict):
            kept = {k: v for k, v in given.items() if not _applied(request, f"payload:{k}")}
            shown = ", ".join(f"{_key(name)}{_value(hide, value, name)}" for name, value in kept.items())
            return [f"payload({shown})"] if kept else []
    if base == "application/x-www-form-urlencoded":
        pairs = [(n, v) for n, v in parse_qsl(text, True) if not _applied(request, f"payload:{n}")]
        shown = _pairs([(name, _secret_text(hide, name, value)) for name, value in pairs])
        return [f"payload({shown})", "request_format_www_form_urlencoded"]
    return [f"request_body({_text(hide.body(text, kind))})"]


def _secret_text(hide: Hide, name: str, value: str) -> str:
    """The text of one named value. A secret's name hides it, wherever it is not kept in a setting."""
    pieces = hide.body(value, "text/plain")
    if hide is AS_SENT or not value or not is_secret_parameter(name) or pieces != (value,):
        return _text(pieces)
    return quoted(DOTS)


def _value(hide: Hide, value: Any, name: str) -> str:
    def text(under: str, given: str) -> str:
        return _secret_text(hide, under, given) if is_secret_parameter(under) else _plain_text(hide, given)

    def number(given: Any) -> str:
        pieces = hide.body(json.dumps(given), "text/plain")
        return json.dumps(given) if pieces == (json.dumps(given),) else _text(pieces)

    return literal(value, key=_key, text=text, number=number, name=name)


def _plain_text(hide: Hide, value: str) -> str:
    return _text(hide.body(value, "text/plain"))


def _pairs(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(f"{_key(name)}{value}" for name, value in pairs)


def _key(name: str) -> str:
    return f"{name}: " if re.fullmatch(r"[a-z_][A-Za-z0-9_]*", name) else f"{quoted(name)} => "


def _text(pieces: Pieces) -> str:
    """A Ruby expression for a text with variables in it."""
    if all(isinstance(piece, str) for piece in pieces):
        return quoted("".join(str(piece) for piece in pieces))
    if len(pieces) == 1:
        return _variable(pieces[0]) if isinstance(pieces[0], Variable) else quoted(pieces[0])
    inner = "".join(escaped(one) if isinstance(one, str) else f"#{{{_variable(one)}}}" for one in pieces)
    return f'"{inner}"'


def _variable(variable: str | Variable) -> str:
    if not isinstance(variable, Variable) or variable.setting is None:
        return quoted(DOTS)
    return f"connection[{quoted(variable.setting)}]"
