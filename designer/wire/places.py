"""The parameters of a request's query and the fields of its body, each as it was meant before it was encoded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from designer.wire.additions import origin_of
from designer.wire.fields import Path, fields, path_of
from designer.wire.model import Origin, WireRequest

__all__ = ["Place", "places"]

_MOST = 300
"""Parameters and fields of one request that are told."""
_SHORT = 64 * 1024
"""Bytes of a body that is taken apart: what signs is short."""
_DEEPEST = 20
"""Levels of a value that are taken apart."""


class Place(NamedTuple):
    """``name`` is the last one on the way to it, ``value`` its text without the encoding of the query or the body."""

    name: str
    value: str
    origin: Origin | None


def places(request: WireRequest) -> dict[str, Place]:
    """By what to call them: "?state", "body user.name". Of a name that is given twice the first; no more than somebody
    would look through, and nothing of a body that is long."""
    found: dict[str, Place] = {}
    for name, place in islice(chain(_params(request), _fields(request)), _MOST):
        found.setdefault(name, place)
    return found


def _params(request: WireRequest) -> Iterator[tuple[str, Place]]:
    query = request.target.partition("?")[2]
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        plain = unquote_plus(name)
        origins = request.origins
        origin = origin_of(request, "param", path_of(plain), plain) or origins.get("query") or origins.get("url")
        yield f"?{plain}", Place(plain, unquote_plus(value), origin)


def _fields(request: WireRequest) -> Iterator[tuple[str, Place]]:
    if len(request.body) > _SHORT:
        return
    kind = next((value.lower() for name, value in request.headers if name.lower() == "content-type"), "")
    for field in fields(request):
        origin = origin_of(request, "payload", field.path, field.name) or request.origins.get("body")
        if field.kind == "json":
            yield from _inner(field.name, _last(field.path, field.name), json.loads(field.text), origin)
            continue
        text = unquote_plus(field.text) if "x-www-form-urlencoded" in kind else field.text
        yield f"body {field.name}", Place(_last(field.path, field.name), text, origin)


def _last(path: Path, name: str) -> str:
    return next((one for one in reversed(path) if isinstance(one, str) and one), name)


def _inner(way: str, name: str, value: Any, origin: Origin | None, depth: int = 0) -> Iterator[tuple[str, Place]]:
    """A value of JSON, and what is in it: it may have been set as a whole, and a part of it be what signs."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    yield f"body {way}", Place(name, text, origin)
    if depth == _DEEPEST:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _inner(f"{way}.{key}", key, item, origin, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inner(f"{way}[{index}]", name, item, origin, depth + 1)
