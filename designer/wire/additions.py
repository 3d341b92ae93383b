"""A request before and after ``apply``: what it was without its additions, element by element."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from designer.wire.fields import Path, fields, path_of, shown
from designer.wire.model import Origin, WireRequest, origin_key

__all__ = ["Element", "elements", "is_signed", "origin_of"]


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


_SIGNING = frozenset({"apply", "credentials"})


def is_signed(request: WireRequest) -> bool:
    """Whether anything in ``request`` says whose it is: what ``apply`` gave it, an ``Authorization`` of whoever set it,
    or a client certificate."""
    if any(name.lower() == "authorization" for name, _ in request.headers):
        return True
    if request.tls is not None and request.tls.certificate:
        return True
    return any(origin.source in _SIGNING for origin in request.origins.values())


def elements(request: WireRequest) -> tuple[Element, ...]:
    """Request line, parameters of its query, headers, fields of its body where it has some, else the body."""
    origins = request.origins
    path, _, query = request.target.partition("?")
    params = [_param(part, origins) for part in query.split("&")] if query else []
    kept = [f"{part.partition('=')[0]}={one.before}" if one.changed else part for part, one in params if not one.added]
    target = path + (f"?{'&'.join(kept)}" if kept else "")
    found = [Element("line", request.method, target, request.target, origins.get("url"))]
    found += [one for _, one in params]
    for name, value in request.headers:
        origin = origins.get(f"header:{name}")
        found.append(Element("header", name, _before(origin, value), value, origin))
    told = fields(request)
    for field in told:
        origin = origin_of(request, "payload", field.path, field.name) or origins.get("body")
        # What stands around a change stands as it was.
        exact = origin in (
            origins.get(origin_key("payload", *field.path)),
            origins.get(origin_key("payload", field.name)),
        )
        before = _before(origin, field.text, field.kind) if exact or origin is None or origin.before is None else None
        found.append(Element("field", field.name, before, field.text, origin, field.path))
    _count_before(request, found)
    if request.body and not told:
        size = f"{len(request.body)} bytes"
        found.append(Element("body", "body", size, size, origins.get("body")))
    return tuple(found)


_UNKNOWN = "…"


def _count_before(request: WireRequest, found: list[Element]) -> None:
    """What apply changes in the body changes its length as well."""
    if not any(one.kind == "field" and one.changed for one in found):
        return
    length = _length_before(request.body, [one for one in found if one.kind == "field"])
    for at, one in enumerate(found):
        if one.kind == "header" and one.name.lower() == "content-length":
            found[at] = replace(one, before=_UNKNOWN if length is None else str(length))


def _length_before(body: bytes, told: list[Element]) -> int | None:
    """Bytes of the body without what apply changed in it; None where the body cannot be put together again exactly."""
    try:
        text = body.decode("utf-8")
        if text[:1] not in ("{", "["):
            return _form_before(text, told)
        data = json.loads(text)
        if _compact(data) != text:
            return None
        for one in reversed([one for one in told if one.changed]):
            holder = data
            for step in one.path[:-1]:
                holder = holder[step]
            if one.before is not None:
                holder[one.path[-1]] = json.loads(one.before)
                continue
            del holder[one.path[-1]]
            if not holder and holder is not data:
                return None  # nobody knows whether it was there, with nothing in it
    except (ValueError, LookupError, TypeError):
        return None
    return len(_compact(data).encode()) if data else 0


def _form_before(text: str, told: list[Element]) -> int | None:
    pairs = [pair.partition("=") for pair in text.split("&")]
    if [(unquote_plus(name), value) for name, _, value in pairs] != [(one.name, one.after) for one in told]:
        return None
    kept = [(name, one.before) for (name, _, _), one in zip(pairs, told, strict=True) if one.before is not None]
    return len("&".join(f"{name}={value}" for name, value in kept).encode())


def _compact(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def origin_of(request: WireRequest, kind: str, path: Path, name: str = "") -> Origin | None:
    """Who said the entry ``path`` of "param" or "payload", or what it is part of. A key may have been given with its
    brackets: then it is found by its ``name``."""
    return _of(request.origins, kind, path, name)


def _of(origins: Mapping[str, Origin], kind: str, path: Path, name: str) -> Origin | None:
    keys = [origin_key(kind, *path[:length]) for length in range(len(path), 0, -1)]
    if name:
        keys.insert(0, origin_key(kind, name))
        keys.insert(1, origin_key(kind, name.removesuffix("[]")))
    return next((origins[key] for key in keys if key in origins), None)


def _before(origin: Origin | None, after: str, kind: str = "text") -> str | None:
    """What stood there without ``apply``; None where nothing did."""
    if origin is None or origin.source != "apply":
        return after
    return None if origin.before is None else shown(origin.before, kind)


def _param(part: str, origins: Mapping[str, Origin]) -> tuple[str, Element]:
    """One parameter of the query, with its text there."""
    name, _, value = part.partition("=")
    plain = unquote_plus(name)
    origin = _of(origins, "param", path_of(plain), plain) or origins.get("query") or origins.get("url")
    before: Any = _before(origin, value)
    if before is not None and before != value:
        before = quote_plus(before)
    return part, Element("param", plain, before, value, origin)
