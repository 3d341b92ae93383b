"""One element of a comparison, and those of bodies too long to be compared element by element."""

from __future__ import annotations

import json
from dataclasses import dataclass

from designer.masking import Masks
from designer.pem import fingerprinted
from designer.wire.jsontext import JsonText
from designer.wire.pieces import edge, first_difference, masked_piece

__all__ = ["Line", "line_of", "long_bodies"]

_AROUND = 400
"""Bytes of a line on both sides of a difference that are told."""

Body = tuple[bytes, str]
"""A body and its media type, lower case."""


@dataclass(frozen=True, slots=True)
class Line:
    """One element. ``part``: "settings", "request", "request header", "request body", "reply", "reply header", "reply
    body", "connection" or "outcome". None stands for what is not there. ``column`` (from 0) is where the texts part,
    None where they are the same or only their secrets differ. ``counts`` is False for what differs from send to send
    anyway."""

    part: str
    name: str
    left: str | None
    right: str | None
    same: bool
    column: int | None = None
    counts: bool = True


def line_of(part: str, name: str, left: str | None, right: str | None, same: bool, counts: bool = True) -> Line:
    """With the column where the two part. Keys and certificates are told by their fingerprints."""
    left, right = (None if text is None else fingerprinted(text) for text in (left, right))
    column = None
    if not same and left is not None and right is not None and left != right:
        column = next(
            (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
        )
    return Line(part, name, left, right, same, column, counts)


def long_bodies(part: str, left: Body, right: Body, left_masks: Masks, right_masks: Masks) -> list[Line]:
    """Their sizes, and where they first part: the path there where both are JSON, what stands around it."""
    sizes = [f"{len(body):,} bytes" for body, _ in (left, right)]
    at = first_difference(left[0], right[0])
    if at is None:
        return [line_of(part, "all of it", sizes[0], sizes[1], True)]
    told = [_told(body, at, masks) for body, masks in ((left, left_masks), (right, right_masks))]
    paths = {path for path, _ in told}
    name = paths.pop() if len(paths) == 1 else ""
    made = line_of(part, name or f"byte {at:,}", told[0][1], told[1][1], False)
    return [line_of(part, "size", sizes[0], sizes[1], sizes[0] == sizes[1]), made]


def _told(body: Body, at: int, masks: Masks) -> tuple[str, str]:
    """The path of the JSON value at an offset, "" where it is none, and the value, else the line around the offset."""
    data, kind = body
    if "json" in kind or data[:1] in (b"{", b"["):
        path = JsonText(data).path_to(min(at, len(data) - 1))
        if path and path[-1].kind == "value":
            name = next((one.name for one in reversed(path) if isinstance(one.name, str)), "")
            shown = json.dumps(masks.value(path[-1].value, name), ensure_ascii=False)
            return "$" + "".join(_step(one.name) for one in path[1:]), shown
    start = max(data.rfind(b"\n", max(0, at - _AROUND), at) + 1, at - _AROUND, 0)
    end = data.find(b"\n", at, at + _AROUND)
    start = edge(data, start)
    return "", masked_piece(data, kind, masks, start, (end if end >= 0 else at + _AROUND) - start).text


def _step(name: str | int | None) -> str:
    return f"[{name}]" if isinstance(name, int) else f".{name}"
