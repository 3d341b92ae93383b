"""A request before and after ``apply``: what it was without its additions, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from designer.wire.fields import Path, fields, path_of, shown
from designer.wire.model import Origin, WireRequest, origin_key

__all__ = ["Element", "elements", "origin_of"]


@dataclass(frozen=True, slots=True)
class Element:
    """``kind``: "line", "header", "param", "field" or "body". ``before`` is None where ``apply`` added the element;
    ``origin`` says who set what stands there after. ``path`` is that of a field in the body."""

    kind: str
    name: str
    before: str | None
    after: str
    origin: Origin | None
    path: Path = ()

    @property
    def added(self) -> bool:
        return self.before is None

    @property
    def changed(self) -> bool:
        return self.before != self.after


def elements(request: WireRequest) -> tuple[Element, ...]:
    """Request line, parameters of its query, headers, fields of its body where it has some, else the body."""
    origins = request.origins
    path, _, query = request.target.partition("?")
    params = [_param(part, origins) for part in query.split("&")] if query else []
    kept = [f"{one.name}={one.before}" if one.after != one.before else part for part, one in params if not one.added]
    target = path + (f"?{'&'.join(kept)}" if kept else "")
    found = [Element("line", request.method, target, request.target, origins.get("url"))]
    found += [one for _, one in params]
    for name, value in request.headers:
        origin = origins.get(f"header:{name}")
        found.append(Element("header", name, _before(origin, value), value, origin))
    told = fields(request)
    for field in told:
        origin = origin_of(request, "payload", field.path) or origins.get("body")
        # What stands around a change stands as it was.
        exact = origin is not None and origin is origins.get(origin_key("payload", *field.path))
        before = _before(origin, field.text, field.kind) if exact or origin is None or origin.before is None else None
        found.append(Element("field", field.name, before, field.text, origin, field.path))
    if request.body and not told:
        size = f"{len(request.body)} bytes"
        found.append(Element("body", "body", size, size, origins.get("body")))
    return tuple(found)


def origin_of(request: WireRequest, kind: str, path: Path) -> Origin | None:
    """Who said the entry ``path`` of "param" or "payload", or what it is part of."""
    for length in range(len(path), 0, -1):
        if (origin := request.origins.get(origin_key(kind, *path[:length]))) is not None:
            return origin
    return None


def _before(origin: Origin | None, after: str, kind: str = "text") -> str | None:
    """What stood there without ``apply``; None where nothing did."""
    if origin is None or origin.source != "apply":
        return after
    return None if origin.before is None else shown(origin.before, kind)


def _param(part: str, origins: Mapping[str, Origin]) -> tuple[str, Element]:
    """One parameter of the query, with its text there."""
    name, _, value = part.partition("=")
    path = path_of(next((key for key, _ in parse_qsl(f"{name}=x")), name))
    origin: Origin | None = None
    for length in range(len(path), 0, -1):
        if (origin := origins.get(origin_key("param", *path[:length]))) is not None:
            break
    origin = origin or origins.get("query") or origins.get("url")
    before: Any = _before(origin, value)
    if before is not None and before != value:
        before = quote_plus(before)
    return part, Element("param", name, before, value, origin)
