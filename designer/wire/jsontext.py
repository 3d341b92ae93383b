"""JSON too long to be parsed as a whole: the children of one container at a time, found by their brackets.

Offsets count bytes of the text, which is UTF-8 (RFC 8259 §8.1). What is no JSON ends a listing early and is never an
error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from designer.wire.paging import ENDS, LONGEST, STRIDE, WINDOW, Marks, Stop, never, page, shown

__all__ = ["JsonText", "Node"]

_INSIDE = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.S)
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = rb'[\[{][^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+[\]}]'
_SHALLOW = rb'[\[{][^"\[\]{}]*+(?:(?:' + _STRING + rb"|" + _FLAT + rb')[^"\[\]{}]*+)*+[\]}]'
"""A container with no container in it but flat ones: what most of a long reply is made of, in one step."""
_WHOLE = re.compile(_SHALLOW, re.S)
_NEUTRAL = re.compile(rb"(?:" + _STRING + rb"|" + _SHALLOW + rb'|[^"\[\]{}]++)*+', re.S)
"""As far as all that was opened is closed again."""
_ITEM = rb"(?:" + _STRING + rb"|" + _SHALLOW + rb'|[^"\[\]{},]++)*+'
_TO_COMMA = re.compile(_ITEM, re.S)
_STRIDE = re.compile(rb"(?>(?:" + _ITEM + rb",){" + str(STRIDE).encode() + rb"})", re.S)
_KEY = re.compile(rb"\s*+(" + _STRING + rb")\s*+:\s*+", re.S)
_SPACE = re.compile(rb"\s*+")
_SCALAR = re.compile(rb'[^\s,\]}"]++')
_BOM = b"\xef\xbb\xbf"
_OPEN, _CLOSE, _QUOTE, _COMMA = b"[{", b"]}", ord('"'), ord(",")
_FAR = 1_000_000
"""Bytes that a plain search looks through at a time."""
_ESCAPED = 12
"""Bytes of the longest escape: two halves of a surrogate pair."""
_READ = 4 * LONGEST
"""Bytes of a key or a number that are read."""


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


class JsonText:
    """Keeps where children begin (``Marks``), and no copy of the text."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._marks: Marks[int] = Marks()
        self._ends: dict[int, int] = {}
        """Where containers end that are no shallow ones: what is deep is not looked through again at each level."""

    def root(self) -> Node | None:
        """The whole, None where the text is neither object nor array."""
        at = self._after_space(len(_BOM) if self.text.startswith(_BOM) else 0)
        found = self._node(None, at, 0) if self.text[at : at + 1] in (b"{", b"[") else None
        return found[0] if found is not None else None

    def children(
        self,
        parent: Node,
        *,
        skip: int = 0,
        limit: int = 200,
        tell: Callable[[Node], object] | None = None,
        stop: Stop = never,
    ) -> tuple[list[Node], bool]:
        """``limit`` children of ``parent`` after the first ``skip``, and whether there are more; see ``page``."""
        return page(self._children(parent, skip, stop), skip, limit, tell)

    def path_to(self, offset: int, stop: Stop = never) -> list[Node]:
        """The containers around ``offset`` from the root down, and the child that holds it last. One walk from the
        beginning, however deep it is."""
        top = self.root()
        if top is None or offset < top.start:
            return []
        text, end = self.text, min(offset + 1, len(self.text))
        at = top.start + 1
        open_ = [_Level(top.start, text[top.start : at] == b"{", at)]
        while at < end and open_ and not stop():
            level = open_[-1]
            if level.count % STRIDE == 0 and (stride := _STRIDE.match(text, at, min(at + WINDOW, end))):
                level.count += STRIDE
                at = level.item = stride.end()
                self._marks.put(level.start, level.count, at)
                continue
            at = _TO_COMMA.match(text, at, min(at + WINDOW, end)).end()  # type: ignore[union-attr]
            if at >= end:
                break
            byte = text[at]
            if byte == _QUOTE:
                after = self._string_end(at)
                if after is None or after > offset:
                    break
                at = after
            elif byte == _COMMA:
                if at == offset:
                    break
                level.count += 1
                at += 1
                level.item = at
                if level.count % STRIDE == 0:
                    self._marks.put(level.start, level.count, at)
            elif byte in _OPEN:
                open_.append(_Level(at, byte == ord("{"), at + 1))
                at += 1
            elif byte in _CLOSE:
                if at == offset:
                    break
                open_.pop()
                at += 1
        nodes = [top]
        for level in open_:
            found = self._child(level.item, level.object_, level.count)
            if found is None:
                break
            nodes.append(found[0])
        return nodes

    # Inside

    def _children(self, parent: Node, skip: int, stop: Stop) -> Iterator[Node]:
        if parent.kind == "value":
            return
        text, of_object = self.text, parent.kind == "object"
        count, at = self._marks.before(parent.start, skip) or (0, parent.start + 1)
        while not stop():
            if count % STRIDE == 0:
                if count:
                    self._marks.put(parent.start, count, at)
                if count + STRIDE <= skip and (stride := _STRIDE.match(text, at, at + WINDOW)):
                    count += STRIDE
                    at = stride.end()
                    continue
            found = self._child(at, of_object, count)
            if found is None:
                return
            node, end = found
            yield node
            count += 1
            if end is None:
                end = self._end(node.start, stop)
            if end is None:
                return
            at = self._after_space(end)
            if text[at : at + 1] != b",":
                return
            at += 1

    def _child(self, at: int, of_object: bool, count: int) -> tuple[Node, int | None] | None:
        """The child that begins after a comma or a bracket at ``at``, see ``_node``."""
        at = self._after_space(at)
        if not of_object:
            return self._node(count, at, count)
        key = _KEY.match(self.text, at, at + _READ)
        return None if key is None else self._node(_loaded(key[1].decode("utf-8", "replace")), key.end(), count)

    def _node(self, name: Any, at: int, place: int) -> tuple[Node, int | None] | None:
        """What begins at ``at``, and where it ends: None for a container, which may be long."""
        first = self.text[at : at + 1]
        if first in (b"{", b"["):
            return Node(name, "object" if first == b"{" else "array", at, place=place), None
        if first == b'"':
            end = self._string_end(at)
            return None if end is None else (Node(name, "value", at, self._string(at, end), place), end)
        scalar = _SCALAR.match(self.text, at, at + _READ)
        if scalar is None:
            return None
        value = _loaded(scalar[0][:LONGEST].decode("utf-8", "replace"))
        return Node(name, "value", at, value, place), scalar.end()

    def _string(self, start: int, end: int) -> str:
        text, cut = shown(self.text, start, end, _ESCAPED)
        if not cut:
            value = _loaded(text)
            return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        # The cut may have hit the middle of an escape.
        for fewer in range(_ESCAPED):
            try:
                found = json.loads(f'{text[: len(text) - fewer]}"', strict=False)
            except ValueError:
                continue
            return f"{found[:LONGEST]}…"
        return f"{text[1 : LONGEST + 1]}…"

    def _after_space(self, at: int) -> int:
        while True:
            end = _SPACE.match(self.text, at, at + WINDOW).end()  # type: ignore[union-attr]
            if end < at + WINDOW:
                return end
            at = end

    def _string_end(self, start: int) -> int | None:
        """Where the string that begins at ``start`` is over, None where it never is."""
        text, at = self.text, start + 1
        while at < len(text):
            quote = text.find(b'"', at, at + _FAR)
            escape = text.find(b"\\", at, at + _FAR if quote < 0 else quote)
            if escape < 0 <= quote:
                return quote + 1
            if escape < 0:
                at += _FAR
                continue
            at = _INSIDE.match(text, escape, escape + WINDOW).end()  # type: ignore[union-attr]
            if at == escape:  # a backslash at the very end
                return None
        return None

    def _end(self, start: int, stop: Stop) -> int | None:
        """Where the container that begins at ``start`` is over, None where it never is."""
        text, at = self.text, start
        whole = _WHOLE.match(text, at, at + WINDOW)
        if whole is not None:
            return whole.end()
        if start in self._ends:
            return self._ends[start]
        open_, at = [start], at + 1
        while at < len(text) and not stop():
            at = _NEUTRAL.match(text, at, at + WINDOW).end()  # type: ignore[union-attr]
            if at >= len(text):
                return None
            byte = text[at]
            if byte == _QUOTE:
                after = self._string_end(at)
                if after is None:
                    return None
                at = after
            elif byte in _OPEN:
                open_.append(at)
                at += 1
            elif byte in _CLOSE:
                at += 1
                begun = open_.pop()
                if len(self._ends) < ENDS:
                    self._ends[begun] = at
                if not open_:
                    return at
        return None


class _Level:
    """A container that is open: where it begins, and where its child ``count`` does."""

    __slots__ = ("count", "item", "object_", "start")

    def __init__(self, start: int, object_: bool, item: int) -> None:
        self.start, self.object_, self.item, self.count = start, object_, item, 0


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text
