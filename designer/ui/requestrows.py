"""A request as the lines a person reads, before any widget is made of them. No Qt: long bodies are read in a job."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass

from designer.masking import EMPTY, Masks, is_secret_parameter
from designer.ui.wiretext import body_text, field_value, header_value, pretty, raw_request, size
from designer.wire import Origin, WireRequest
from designer.wire.additions import Element, elements
from designer.wire.fields import path_of
from designer.wire.http2 import http2_fields
from designer.wire.places import places

__all__ = ["BodyRow", "RequestRows", "Row", "SideRow", "request_rows", "wire_length"]

_NOTHING = ("", '""', "null")
"""A parameter or a field of JSON in which nothing stands."""
_PSEUDO = 4
"""Fields of HTTP/2 that stand for the request line and Host."""
_MOST = 500
"""Lines of one request that are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One element of the request; ``explained`` is the header, the parameter or the field to explain at a click, "" for
    the request line."""

    name: str
    value: str
    origin: Origin | None
    explained: str = ""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """The body set out for reading; ``kind`` is "json", "xml" or "text"."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class SideRow:
    """One element without what ``apply`` adds, and as it went out."""

    before: str
    after: str
    element: Element


@dataclass(frozen=True, slots=True)
class RequestRows:
    """``left`` is how many lines are not among ``rows``: a form of thousands of fields is read as its raw text."""

    rows: tuple[Row | BodyRow | SideRow, ...] = ()
    raw: str = ""
    left: int = 0


def request_rows(request: WireRequest, masks: Masks | None, face: str, *, http2: bool = False) -> RequestRows:
    """What the face "table", "added" or "raw" shows; secrets hidden where ``masks`` are given. ``http2`` says that the
    request went in frames of HTTP/2, and so without a request line and without a spelling of names."""
    if face == "raw":
        return RequestRows(raw=raw_request(request, masks, http2=http2))
    found = elements(request)
    rows = _sides(found, masks) if face == "added" else _table(request, found, masks, http2)
    return RequestRows(tuple(rows[:_MOST]), left=max(0, len(rows) - _MOST))


def wire_length(request: WireRequest) -> int:
    """Bytes of the request as HTTP/1.1 puts it on the wire."""
    head = f"{request.method} {request.target} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    return len(head.encode()) + 2 + len(request.body)


def _table(
    request: WireRequest, found: tuple[Element, ...], masks: Masks | None, http2: bool
) -> list[Row | BodyRow | SideRow]:
    url = request.origins.get("url")
    fields = [_field(request, *one, masks) for one in http2_fields(request)] if http2 else []
    rows: list[Row | BodyRow | SideRow] = [
        *fields[:_PSEUDO],
        *([] if http2 else [Row(request.method, f"{_target(request.target, masks)} HTTP/1.1", url)]),
    ]
    base = request.origins.get("base_uri")
    if base is not None:
        rows.append(Row("base URI", _target(_kept_base(request.url, base.gave), masks), base))
    told = places(request)
    rows += [
        Row(f"?{one.name}", _value(one, masks), one.origin, f"?{one.name}" if f"?{one.name}" in told else "")
        for one in found
        if one.kind == "param"
    ]
    rows += fields[_PSEUDO:]
    for name, value in () if http2 else request.headers:
        rows.append(Row(name, field_value(name, value, masks), request.origins.get(f"header:{name}"), name))
    if request.body:
        content_type = header_value(request.headers, "content-type")
        rows.append(Row("body", size(len(request.body)), request.origins.get("body")))
        rows.append(BodyRow(*pretty(body_text(request.body, content_type, masks), content_type)))
    for one in found:
        if one.kind == "field":
            name = f"body {one.name}"
            rows.append(Row(name, _value(one, masks), one.origin, name if name in told else ""))
    return rows


def _field(request: WireRequest, name: str, value: str, key: str, masks: Masks | None) -> Row:
    """A field of HTTP/2; a header is explained by the name it was given."""
    kind, _, given = key.partition(":")
    return Row(name, field_value(name, value, masks), request.origins.get(key), given if kind == "header" else "")


def _kept_base(url: str, base: str) -> str:
    """What of the base URI stands in the URL, without its scheme: its host, and its path where that was kept."""
    path = base.partition("#")[0].partition("?")[0]
    kept = path if path and url.startswith(path) else url[: len(url) - len(url.partition("://")[2].partition("/")[2])]
    return kept.partition("://")[2].rstrip("/").rpartition("@")[2]


def _sides(found: tuple[Element, ...], masks: Masks | None) -> list[Row | BodyRow | SideRow]:
    rows: list[Row | BodyRow | SideRow] = []
    for one in found:
        after = _value(one, masks)
        before = "" if one.before is None else after if not one.changed else _value(one, masks, one.before)
        rows.append(SideRow(before, after, one))
    return rows


def _value(one: Element, masks: Masks | None, text: str | None = None) -> str:
    """What stands there, or did before."""
    text = one.after if text is None else text
    if one.kind == "line":
        return _target(text, masks)
    if masks is None:
        return text
    if one.kind == "header":
        return masks.header(one.name, text)
    names = [name for name in one.path or path_of(one.name) if isinstance(name, str) and name] or [one.name]
    if text in _NOTHING and is_secret_parameter(names[-1]):
        return EMPTY
    if one.kind == "field" and text[:1] in ("{", "["):
        with suppress(ValueError):
            return json.dumps(masks.value(json.loads(text), names[-1]), ensure_ascii=False)
    return str(masks.value(text, names[-1]))


def _target(target: str, masks: Masks | None) -> str:
    return target if masks is None else masks.url(target)
