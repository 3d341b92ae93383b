"""A request before and after ``apply``: what it was without its additions, element by element."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus

from designer.wire.model import Origin, WireRequest

__all__ = ["Element", "elements"]


@dataclass(frozen=True, slots=True)
class Element:
    """``kind``: "line", "header", "param", "field" or "body". ``before`` is None where ``apply`` added the element;
    ``origin`` says who set what stands there after."""

    kind: str
    name: str
    before: str | None
    after: str
    origin: Origin | None

    @property
    def added(self) -> bool:
        return self.before is None

    @property
    def changed(self) -> bool:
        return self.before != self.after


def elements(request: WireRequest) -> tuple[Element, ...]:
    """Request line, parameters of its query, headers, fields of its body (of JSON objects and forms), else the body."""
    origins = request.origins
    path, _, query = request.target.partition("?")
    pairs = [part.partition("=") for part in query.split("&")] if query else []
    kept = [f"{name}{sign}{value}" for name, sign, value in pairs if not _applied(origins.get(_param(name, request)))]
    target = path + (f"?{'&'.join(kept)}" if kept else "")
    found = [Element("line", request.method, f"{target}", request.target, origins.get("url"))]
    for name, _, value in pairs:
        origin = origins.get(_param(name, request)) or origins.get("query") or origins.get("url")
        found.append(Element("param", name, None if _applied(origin) else value, value, origin))
    for name, value in request.headers:
        origin = origins.get(f"header:{name}")
        found.append(Element("header", name, None if _applied(origin) else value, value, origin))
    fields = _fields(request)
    for name, value in fields:
        origin = origins.get(f"payload:{name}") or origins.get("body")
        found.append(Element("field", name, None if _applied(origin) else value, value, origin))
    if request.body and not fields:
        shown = f"{len(request.body)} bytes"
        found.append(Element("body", "body", shown, shown, origins.get("body")))
    return tuple(found)


def _applied(origin: Origin | None) -> bool:
    return origin is not None and origin.source == "apply"


def _param(name: str, request: WireRequest) -> str:
    """The origin's key of a parameter as it stands in the query: decoded, and without what nesting adds to it."""
    plain = next((key for key, _ in parse_qsl(f"{name}=x")), name)
    whole = f"param:{plain}"
    return whole if whole in request.origins else f"param:{plain.partition('[')[0]}"


def _fields(request: WireRequest) -> list[tuple[str, str]]:
    kind = next((value.lower() for name, value in request.headers if name.lower() == "content-type"), "")
    try:
        text = request.body.decode("utf-8")
        if "x-www-form-urlencoded" in kind:
            return [(name, quote_plus(value)) for name, value in parse_qsl(text, keep_blank_values=True)]
        data = json.loads(text) if text[:1] == "{" else None
    except (ValueError, RecursionError):
        return []
    if not isinstance(data, dict):
        return []
    return [(name, json.dumps(value, ensure_ascii=False)) for name, value in data.items()]
