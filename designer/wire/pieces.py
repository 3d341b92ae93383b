"""A piece of a body as text, secrets hidden: also one that lies across its edge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import takewhile

from designer.masking import Masks
from designer.wire.paging import as_utf8, charset_of

__all__ = ["Piece", "edge", "first_difference", "masked_piece"]

_REACH = 16 * 1024
"""Bytes on both sides of a piece that are looked through with it."""
_STEP = 64 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """``masked`` says that ``text`` is not what came."""

    text: str
    masked: bool


def masked_piece(body: bytes, content_type: str, masks: Masks, start: int, size: int) -> Piece:
    """``size`` bytes of ``body`` from ``start`` on, decoded; what is no text in them is replaced.

    What lies around them is masked with them and taken away again: as much of it as is the same whether the piece is
    there or not.
    """
    charset = charset_of(content_type, body)
    first, last = edge(body, start), edge(body, start + size)
    before, text, after = (
        as_utf8(body[begin:end], charset).decode("utf-8", "replace")
        for begin, end in ((edge(body, first - _REACH), first), (first, last), (last, edge(body, last + _REACH)))
    )
    whole = first == 0 and last == len(body)
    shown = _hidden(before + text + after, content_type, masks, whole)
    if before:
        shown = shown[_common(shown, _hidden(before, content_type, masks, False)) :]
    if after:
        tail = _common(shown[::-1], _hidden(after, content_type, masks, False)[::-1])
        shown = shown[: len(shown) - tail]
    return Piece(shown, shown != text)


def _hidden(text: str, kind: str, masks: Masks, whole: bool) -> str:
    """``text`` without its secrets, laid out as it came where that can be."""
    if not whole:
        return masks.named_text(text, page="html" in kind)
    try:
        data = json.loads(text)
        return masks.text(text) if masks.value(data) == data else masks.body(text, kind)
    except (ValueError, RecursionError):
        return masks.body(text, kind)


def _common(one: str, other: str) -> int:
    """Characters at the beginning that two texts share."""
    if one.startswith(other):
        return len(other)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def edge(body: bytes, at: int) -> int:
    """``at``, or up to three bytes after it, where no character of UTF-8 is cut in two; within ``body``."""
    at = max(0, min(at, len(body)))
    for further in range(at, min(at + 4, len(body))):
        if body[further] & 0xC0 != 0x80:
            return further
    return at if at + 4 <= len(body) else len(body)


def first_difference(one: bytes, other: bytes) -> int | None:
    """The offset of the first byte in which two bodies part, None where they are the same."""
    if one is other:
        return None
    for start in range(0, max(len(one), len(other)), _STEP):
        left, right = one[start : start + _STEP], other[start : start + _STEP]
        if left != right:
            same = takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
            return start + sum(1 for _ in same)
    return None
