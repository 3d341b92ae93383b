"""Two sends side by side: settings, request, reply, element by element, with the first difference marked.

Whether two values are the same is decided on what was sent; what is told of them has its secrets masked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from designer.masking import Masks
from designer.wire.compare_lines import Line, line_of, long_bodies
from designer.wire.fields import fields, multipart_parts
from designer.wire.model import Exchange, Outcome, WireRequest, WireResponse
from designer.wire.run_secrets import Seen, seen_of

__all__ = ["Comparison", "Line", "Side", "compare"]

_MOST = 2000
"""Lines of a body that are compared."""
_LONG = 1_000_000
"""Bytes of two bodies together from which only their first difference is looked for."""
_SIGNATURE = re.compile(r"Signature=[0-9a-f]+|/\d{8}/")
_ONCE = re.compile(r"\b(?:nonce|cnonce|nc|response|opaque)=(?:\"[^\"]*\"|[^,\s]*)", re.I)
_BOUNDARY = re.compile(r"(?<=boundary=)[^;]+")
_VOLATILE = frozenset(
    {"date", "x-amz-date", "age", "x-request-id", "x-amzn-requestid", "etag", "expires", "last-modified"}
)
"""Headers that differ from send to send and say nothing."""
_TRAVELLED = ("proxy", "tls", "cipher", "certificate", "fingerprint", "client certificate")
"""What of the way of a reply two environments may differ in: it explains a difference, and is none of the answer."""


@dataclass(frozen=True, slots=True)
class Side:
    """One send: what it was called, the settings it began with, and what it gave. ``reveal``: its secrets are told."""

    title: str
    settings: Mapping[str, Any]
    outcome: Outcome
    reveal: bool = False

    @property
    def seen(self) -> Seen:
        return seen_of(self.settings, self.outcome, reveal=self.reveal)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two sides are called, and every line of both, the same ones too."""

    left: str
    right: str
    lines: tuple[Line, ...]

    @property
    def first(self) -> int | None:
        """Index of the first difference that counts, None where there is none."""
        return next((at for at, line in enumerate(self.lines) if not line.same and line.counts), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "left": self.left,
            "right": self.right,
            "same": self.first is None,
            "first": self.first,
            "lines": [
                {"part": e.part, "name": e.name, "left": e.left, "right": e.right, "same": e.same} for e in self.lines
            ],
        }


def compare(left: Side, right: Side) -> Comparison:
    """The settings of both, then the request that each came down to, its reply, and the outcome.

    Of several requests it is the last one that was not made for a token: the retry, or what a redirect led to.
    """
    one, other = _exchange(left.outcome), _exchange(right.outcome)
    writer = _Writer(left.seen, right.seen)
    writer.settings(left.settings, right.settings)
    writer.requests((_request(left.outcome, one), one), (_request(right.outcome, other), other))
    writer.replies(one, other)
    writer.add("outcome", "requests sent", str(len(left.outcome.exchanges)), str(len(right.outcome.exchanges)))
    writer.add("outcome", "error", _error(left.outcome), _error(right.outcome))
    return Comparison(left.title, right.title, tuple(writer.lines))


class _Writer:
    def __init__(self, left: Seen, right: Seen) -> None:
        self._left, self._right = left, right
        self.lines: list[Line] = []

    def add(self, part: str, name: str, left: str | None, right: str | None, *, counts: bool = True) -> None:
        if left is None and right is None:
            return
        self._put(
            part,
            name,
            left == right,
            None if left is None else self._left.told.text(left),
            None if right is None else self._right.told.text(right),
            counts,
        )

    def settings(self, left: Mapping[str, Any], right: Mapping[str, Any]) -> None:
        for name in dict.fromkeys((*left, *right)):
            shown = [
                None if name not in given else _text(seen.setting(name, given[name]))
                for given, seen in ((left, self._left), (right, self._right))
            ]
            same = name in left and name in right and left[name] == right[name]
            self._put("settings", name, same, shown[0], shown[1], True)

    def requests(self, *given: tuple[WireRequest | None, Exchange | None]) -> None:
        (left, one), (right, other) = given
        masks = (self._left.request(one), self._right.request(other))
        for name, read in (("method", "method"), ("URL", "url")):
            values = [None if one is None else str(getattr(one, read)) for one in (left, right)]
            shown = [None if value is None else hide.url(value) for value, hide in zip(values, masks, strict=True)]
            if values != [None, None]:
                self._put("request", name, values[0] == values[1], shown[0], shown[1], True)
        headers = [each.headers if each is not None else () for each in (left, right)]
        self._headers("request header", headers, masks)
        self._body("request body", (_body(left), _body(right)), masks, left, right)

    def replies(self, one: Exchange | None, other: Exchange | None) -> None:
        left, right = (None if each is None else each.response for each in (one, other))
        masks = (
            self._left.reply(one) if one is not None else self._left.told,
            self._right.reply(other) if other is not None else self._right.told,
        )
        self.add(
            "reply", "status", *(None if one is None else f"{one.status} {one.reason}".strip() for one in (left, right))
        )
        headers = [each.headers if each is not None else () for each in (left, right)]
        self._headers("reply header", headers, masks)
        self._body("reply body", (_body(left), _body(right)), masks)
        for name in _TRAVELLED:
            words = (None if each is None else each.connection.get(name) for each in (left, right))
            self.add("connection", name, *words, counts=False)

    def _headers(self, part: str, sides: Iterable[Iterable[tuple[str, str]]], masks: tuple[Masks, Masks]) -> None:
        grouped: list[dict[str, tuple[str, str]]] = []
        for headers in sides:
            made: dict[str, tuple[str, str]] = {}
            for name, value in headers:
                before = made.get(name.lower())
                made[name.lower()] = (name, f"{before[1]}, {value}" if before else value)
            grouped.append(made)
        for key in dict.fromkeys((*grouped[0], *grouped[1])):
            found = [side.get(key) for side in grouped]
            shown = [None if one is None else hide.header(*one) for one, hide in zip(found, masks, strict=True)]
            values = [None if one is None else one[1] for one in found]
            name = (found[0] or found[1] or ("", ""))[0]
            counts = key not in _VOLATILE and (None in values or len({_steady(str(one)) for one in values}) > 1)
            self._put(part, name, values[0] == values[1], shown[0], shown[1], counts)

    def _body(
        self,
        part: str,
        sides: tuple[_Body | None, _Body | None],
        masks: tuple[Masks, Masks],
        *requests: WireRequest | None,
    ) -> None:
        """JSON is compared by its paths, forms and multipart by their fields, other text line by line, anything else
        as a whole. Of two kinds, both are taken line by line, as they came: a path has nothing to stand beside."""
        if not any(side and side[0] for side in sides):
            return
        left, right = sides
        if left and right and len(left[0]) + len(right[0]) > _LONG:
            self.lines += long_bodies(part, left, right, *masks)
            return
        values = [_values(side, hide) for side, hide in zip(sides, masks, strict=True)]
        told = [_form(request, hide) for request, hide in zip(requests, masks, strict=False)]
        if len(told) == 2 and all(told):
            values = list(told)
        there = [bool(side and side[0]) for side in sides]
        if len({type(one) for one, is_there in zip(values, there, strict=True) if is_there}) > 1:
            self.add(part, "kind", *("JSON" if isinstance(one, dict) else "not JSON" for one in values))
            values = [_rows(side, hide) for side, hide in zip(sides, masks, strict=True)]
        elif dict in map(type, values):
            values = [one if isinstance(one, dict) else {} for one in values]  # what is not there has no lines
        one, other = values
        if isinstance(one, dict) and isinstance(other, dict):
            names = list(dict.fromkeys((*one, *other)))[:_MOST]
            pairs = [(name, one.get(name), other.get(name)) for name in names]
        else:
            rows = list(zip_longest(*(given if isinstance(given, list) else [] for given in values)))[:_MOST]
            pairs = [(f"line {at}", first, second) for at, (first, second) in enumerate(rows, 1)]
        for name, first, second in pairs:
            same = first is not None and second is not None and first[0] == second[0]
            self._put(part, name, same, first[1] if first else None, second[1] if second else None, True)

    def _put(self, part: str, name: str, same: bool, left: str | None, right: str | None, counts: bool) -> None:
        self.lines.append(line_of(part, name, left, right, same, counts))


Shown = tuple[str, str]
"""A value as it was sent, and as it is told."""


_Body = tuple[bytes, str]
"""A body and its content type."""


def _values(given: _Body | None, masks: Masks) -> dict[str, Shown] | list[Shown]:
    if given is None:
        return []
    try:
        parsed = json.loads(given[0].decode("utf-8"))
        raw, told = dict(_paths(parsed)), dict(_paths(masks.value(parsed)))
        return {name: (value, told.get(name, "")) for name, value in raw.items()}
    except (ValueError, RecursionError):
        return _rows(given, masks)


def _rows(given: _Body | None, masks: Masks) -> list[Shown]:
    """A body line by line, as it came; what is no text is one."""
    if given is None or not given[0]:
        return []
    data, kind = given
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [(data.hex(), f"({len(data)} bytes that are not text)")]
    shown = masks.body(text, kind).split("\n")
    return [(line, told or "") for line, told in zip_longest(text.split("\n"), shown, fillvalue="")]


def _form(request: WireRequest | None, masks: Masks) -> dict[str, Shown]:
    """The fields of a form or of a multipart body; empty for any other."""
    kind = _body(request)[1] if request is not None else ""  # type: ignore[index]
    if request is None or not ("x-www-form-urlencoded" in kind or "multipart/" in kind):
        return {}
    files = {part.name: part.content.hex() for part in multipart_parts(request) if part.file}
    found: dict[str, Shown] = {}
    for field in fields(request):
        names = [one for one in field.path if isinstance(one, str)]
        shown = str(masks.value(field.text, names[-1] if names else ""))
        found["".join(f"[{one}]" if at else str(one) for at, one in enumerate(field.path))] = (
            files.get(field.name, field.text), shown
        )  # fmt: skip
    return found


def _steady(value: str) -> str:
    """A header's value without what a signature or a boundary makes of the moment it is sent in."""
    if value.startswith("AWS4-HMAC-SHA256"):
        return _SIGNATURE.sub("", value)
    if value.lower().startswith("digest"):
        return _ONCE.sub("", value)
    return _BOUNDARY.sub("", value)


def _paths(value: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """``$.contacts[0].id`` → JSON text; empty containers are values."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from _paths(inner, f"{path}[{at}]")
    else:
        yield f"${path}", json.dumps(value, ensure_ascii=False)


def _exchange(outcome: Outcome) -> Exchange | None:
    meant = [one for one in outcome.exchanges if one.purpose not in ("acquire", "refresh")]
    return meant[-1] if meant else outcome.exchanges[-1] if outcome.exchanges else None


def _request(outcome: Outcome, exchange: Exchange | None) -> WireRequest | None:
    return exchange.request if exchange is not None else outcome.prepared


def _body(message: WireRequest | WireResponse | None) -> tuple[bytes, str] | None:
    if message is None:
        return None
    kind = next((value for name, value in message.headers if name.lower() == "content-type"), "")
    return message.body, kind.lower()


def _error(outcome: Outcome) -> str:
    return "none" if outcome.error is None else f"{outcome.error['class']}: {outcome.error['message']}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
