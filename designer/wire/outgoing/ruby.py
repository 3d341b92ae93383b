"""The request as a connector's action writes it: the SDK's request methods, without what ``apply`` adds."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from designer.evaluator import from_python
from designer.masking import DOTS, is_secret_parameter
from designer.wire.additions import origin_of
from designer.wire.encode_xml import element
from designer.wire.fields import Path, fields, multipart_parts, path_of
from designer.wire.model import Origin, WireRequest, origin_key
from designer.wire.outgoing.literals import escaped, literal, quoted
from designer.wire.outgoing.nesting import nested, put
from designer.wire.outgoing.secrecy import AS_SENT, Hide, Pieces, Variable, content_type

__all__ = ["ruby"]

_BY_THE_SDK = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding"})
_JSON, _XML, _FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"


def ruby(request: WireRequest, hide: Hide = AS_SENT, *, base_uri: str | None = None) -> str:
    """The SDK call that makes this request, relative to ``base_uri`` where the URL lies below it.

    With ``Variables``, a secret kept in a setting is read from ``connection``; one that is kept nowhere becomes dots.
    Run as an action, what is ``AS_SENT`` puts the same request on the wire, parameters in the order of their names.
    """
    url, query = _url(request.url, base_uri)
    given = nested(own := _own_query(request, query))
    calls = [f"{request.method.lower()}({_text(hide.url(f'{url}?{own}' if own and given is None else url))})"]
    if given:
        calls.append(f"params({_hash(hide, given)})")
    payload, typed = _payload(request, hide)
    calls += payload
    headers: list[tuple[str, str]] = []
    exact: list[tuple[str, str]] = []
    for name, value in request.headers:
        if not _left_out(request, name, value, typed):
            usual = "-".join(part.capitalize() for part in name.split("-"))
            (headers if name == usual else exact).append((name, _text(hide.header(name, value))))
    if headers:
        calls.append(f"headers({_pairs(headers)})")
    if exact:
        calls.append(f"case_sensitive_headers({_pairs(exact)})")
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


def _own_query(request: WireRequest, query: str) -> str:
    """The query without what ``apply`` adds to it."""
    return _own_pairs(request, "param", query) if query else ""


def _own_pairs(request: WireRequest, kind: str, text: str) -> str:
    named = [(part, unquote_plus(part.partition("=")[0])) for part in text.split("&")]
    return "&".join(part for part, name in named if not _applied(origin_of(request, kind, path_of(name), name)))


def _left_out(request: WireRequest, name: str, value: str, typed: str) -> bool:
    """Whether the SDK or ``apply`` gives the header; ``typed`` is the type that the body's own call declares."""
    lower = name.lower()
    origin = request.origins.get(f"header:{name}")
    if lower in _BY_THE_SDK or _applied(origin):
        return True
    if lower == "accept":
        return value == _JSON or (value == typed == _XML) or (origin is not None and origin.source == "client")
    if lower == "content-type":
        return value == typed or (bool(typed) and value.startswith("multipart/") and typed.startswith("multipart/"))
    return origin is not None and origin.source == "client"


def _applied(origin: Origin | None) -> bool:
    return origin is not None and origin.source == "apply"


def _payload(request: WireRequest, hide: Hide) -> tuple[list[str], str]:
    """The calls that make the body, and the content type they declare."""
    if not request.body:
        return [], _JSON if request.method not in ("GET", "HEAD", "OPTIONS") else ""
    kind = content_type(request)
    base = kind.partition(";")[0].strip()
    if base == "multipart/form-data" and (parts := _parts(request, hide)) is not None:
        return parts, "multipart/form-data"
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        return [f"request_body('{DOTS}') # {len(request.body)} bytes that are not text"], _JSON
    if base == _JSON and not _raw(request):
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, dict):
            kept = _without_applied(request, given, ())
            return ([f"payload({_hash(hide, kept)})"] if kept else []), _JSON
    if base == _FORM:
        own = _own_pairs(request, "payload", text)
        if (given := nested(own)) is not None:
            return [f"payload({_hash(hide, given)})", "request_format_www_form_urlencoded"], _FORM
    if base == _XML and (made := _xml(request, hide, text)) is not None:
        return made, _XML
    calls = [f"request_body({_text(hide.body(text, kind))})"]
    if base == _XML and ("accept", _XML) in ((name.lower(), value) for name, value in request.headers):
        calls.append("response_format_xml")
    return calls, _JSON


def _xml(request: WireRequest, hide: Hide, text: str) -> list[str] | None:
    """XML as the payload it was written from; None where the SDK would not write it like this."""
    root = re.match(r"<([\w.:-]+)>", text)
    whole: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for field in fields(request):
        put(whole, field.path, field.text)
        if not _applied(origin_of(request, "payload", field.path)):
            put(kept, field.path, field.text)
    given = from_python(whole)
    if root is None or not whole or element(root[1], given, lambda value: str(value.text)) != text:
        return None
    accepts = ("accept", _XML) in ((name.lower(), value) for name, value in request.headers)
    form = f"{'format_xml' if accepts else 'request_format_xml'}({quoted(root[1])})"
    return [f"payload({_hash(hide, kept)})", form]


def _raw(request: WireRequest) -> bool:
    """Whether the body is known to have been given as text."""
    known = request.origins
    return "body" in known and not any(key.startswith("payload:") for key in known)


def _without_applied(request: WireRequest, value: Any, path: Path) -> Any:
    """JSON without the entries that ``apply`` made."""
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if not _applied(_exact(request, (*path, name)))}
        return {name: _without_applied(request, inner, (*path, name)) for name, inner in kept.items()}
    if isinstance(value, list):
        return [_without_applied(request, inner, (*path, index)) for index, inner in enumerate(value)]
    return value


def _exact(request: WireRequest, path: Path) -> Origin | None:
    return request.origins.get(origin_key("payload", *path))


def _parts(request: WireRequest, hide: Hide) -> list[str] | None:
    """The parts of a multipart body; None where a hash cannot say them."""
    made: dict[str, str] = {}
    left_out = 0
    for part in multipart_parts(request):
        if _applied(origin_of(request, "payload", path_of(part.name), part.name)):
            continue
        if part.name in made:
            return None
        try:
            text = _secret_text(hide, part.name, part.content.decode("utf-8"))
        except UnicodeDecodeError:
            text, left_out = quoted(DOTS), left_out + len(part.content)
        named = [text, quoted(part.content_type), quoted(part.file)] if part.file else [text, quoted(part.content_type)]
        made[part.name] = f"[{', '.join(named)}]" if part.content_type else text
    calls = [f"payload({_pairs(list(made.items()))})"] if made else []
    note = f" # {left_out} bytes that are not text" if left_out else ""
    return [*calls, f"request_format_multipart_form{note}"]


def _hash(hide: Hide, given: dict[str, Any]) -> str:
    return ", ".join(f"{_key(name)}{_value(hide, value, name)}" for name, value in given.items())


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
