"""JSON too long to be parsed as a whole: the children of one container at a time, found by their brackets.

Offsets count characters of the text. What is no JSON ends a listing early and is never an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from designer.wire.paging import page

__all__ = ["Node", "children", "path_to", "root"]

_STRING = r'"(?:[^"\\]|\\.)*"'
_STRUCTURE = re.compile(rf"{_STRING}|[\[\]{{}}]", re.S)
_KEY = re.compile(rf"\s*({_STRING})\s*:\s*", re.S)
_SPACE = re.compile(r"\s*")
_SCALAR = re.compile(rf"{_STRING}|[^\s,\]}}]+", re.S)
_LONGEST = 20_000
"""Characters of a text that are told of a value: more than is shown, for a part of a secret could not be masked."""


@dataclass(frozen=True, slots=True)
class Node:
    """``name`` is a key (str) or an index (int), None for the root; ``kind`` is "object", "array" or "value";
    ``value`` is set for values alone (texts cut); ``place`` counts the children of a parent from 0."""

    name: str | int | None
    kind: str
    start: int
    value: Any = None
    place: int = 0

    @property
    def step(self) -> str:
        """As Ruby reads it: ``['name']``, ``[0]``."""
        if self.name is None:
            return ""
        if isinstance(self.name, int):
            return f"[{self.name}]"
        return "['" + self.name.replace("\\", "\\\\").replace("'", "\\'") + "']"


def root(text: str) -> Node | None:
    """The whole, None where the text is neither object nor array."""
    at = _SPACE.match(text).end()  # type: ignore[union-attr]
    return _node(text, None, at) if text[at : at + 1] in ("{", "[") else None


def children(
    text: str, parent: Node, *, skip: int = 0, limit: int = 200, tell: Callable[[Node], object] | None = None
) -> tuple[list[Node], bool]:
    """``limit`` children of ``parent`` after the first ``skip``, and whether there are more; see ``page``."""
    return page(_children(text, parent), skip, limit, tell)


def path_to(text: str, offset: int) -> list[Node]:
    """The containers around ``offset`` from the root down, and the child that holds it last."""
    current = root(text)
    path: list[Node] = []
    while current is not None:
        path.append(current)
        if current.kind == "value":
            break
        inside: Node | None = None
        for node in _children(text, current):
            if node.start > offset and not _holds_key(text, node, offset):
                break
            inside = node
            if node.start > offset:
                break
        current = inside
    return path


def _holds_key(text: str, node: Node, offset: int) -> bool:
    """Whether ``offset`` lies in the key of ``node``: between the comma or bracket before it and its value."""
    before = text.rfind('"', 0, node.start)
    if not isinstance(node.name, str) or before < offset:
        return False
    return "," not in text[offset:before] and text[offset:before].count("{") == 0


def _children(text: str, parent: Node) -> Iterator[Node]:
    if parent.kind == "value":
        return
    at, count, closing = parent.start + 1, 0, "}" if parent.kind == "object" else "]"
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] in ("", closing):
            return
        name: str | int = count
        if parent.kind == "object":
            key = _KEY.match(text, at)
            if key is None:
                return
            name, at = _loaded(key[1]), key.end()
        node = _node(text, name, at, count)
        if node is None:
            return
        yield node
        count += 1
        end = _end(text, node)
        if end is None:
            return
        at = _SPACE.match(text, end).end()  # type: ignore[union-attr]
        if text[at : at + 1] != ",":
            return
        at += 1


def _node(text: str, name: str | int | None, at: int, place: int = 0) -> Node | None:
    first = text[at : at + 1]
    if first in ("{", "["):
        return Node(name, "object" if first == "{" else "array", at, place=place)
    scalar = _SCALAR.match(text, at)
    if scalar is None:
        return None
    value = _loaded(scalar[0])
    if isinstance(value, str) and len(value) > _LONGEST:
        value = f"{value[:_LONGEST]}…"
    return Node(name, "value", at, value, place)


def _end(text: str, node: Node) -> int | None:
    """Where ``node`` is over, None where it never is."""
    if node.kind == "value":
        scalar = _SCALAR.match(text, node.start)
        return scalar.end() if scalar else None
    depth = 0
    for match in _STRUCTURE.finditer(text, node.start):
        first = text[match.start()]
        if first in "{[":
            depth += 1
        elif first in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
