"""Comments that silence a check: ``# designer:disable CODE``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from designer.ruby import Document, Element
from designer.ruby.pointer import parent

__all__ = ["Silence", "codes_end", "key_span", "lines_of", "silences", "where_silent"]

_COMMENT = re.compile(rb"#[ \t]*designer:disable\b[ \t:]*([^\r\n]*)")
_CODES = re.compile(rb"(?:[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+(?:[ \t]*,[ \t]*|[ \t]+|$))*")
_CODE = re.compile(rb"[\w-]+")


@dataclass(frozen=True, slots=True)
class Silence:
    """One code of one comment, at the bytes ``[start, end)``. ``line`` is the line it silences, from 1: its own, or
    the next one where the comment stands alone."""

    code: str
    line: int
    start: int
    end: int


def silences(doc: Document) -> Iterator[Silence]:
    """Every code that a comment names. The first word that is no code (they all have hyphens) begins the reason."""
    source = doc.source
    if b"designer:disable" not in source:  # a plain search is a hundred times quicker in a long file
        return
    for match in _COMMENT.finditer(source):
        node = doc.tree.root_node.descendant_for_byte_range(match.start(), match.start() + 1)
        if node is None or node.type != "comment":
            continue
        line = source.count(b"\n", 0, match.start()) + 1
        before = source[source.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        named = _CODES.match(match[1])
        for code in _CODE.finditer(named[0] if named else b""):
            start = match.start(1) + code.start()
            yield Silence(code[0].decode(), line + (not before.strip()), start, start + len(code[0]))


def codes_end(comment: bytes) -> int:
    """Where in ``comment`` another code can be added: after the last one it names, or after ``designer:disable``; what
    follows is the reason."""
    match = _COMMENT.search(comment)
    assert match is not None
    named = _CODES.match(match[1])
    codes = list(_CODE.finditer(named[0])) if named else []
    return match.start(1) + codes[-1].end() if codes else len(comment[: match.start(1)].rstrip())


def where_silent(doc: Document) -> Mapping[str, frozenset[int]]:
    """The lines on which each code is silenced."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for each in silences(doc):
        found[each.code].add(each.line)
    return {code: frozenset(lines) for code, lines in found.items()}


def lines_of(doc: Document, pointer: str) -> Iterator[int]:
    """The lines on which the element at ``pointer`` and those around it begin, the innermost first."""
    element: Element | None = None
    while True:
        element = doc.find(pointer)
        if element is not None:
            start, _ = key_span(doc, pointer) or (element.start, element.end)
            yield doc.position(start).line
        if not pointer:
            return
        pointer = parent(pointer)[0]


def key_span(doc: Document, pointer: str) -> tuple[int, int] | None:
    """The bytes of the key that the element at ``pointer`` has in its hash."""
    if not pointer:
        return None
    above, token = parent(pointer)
    container = doc.find(above)
    for entry in container.entries if container is not None else ():
        if entry.key == token:
            return entry.key_start, entry.key_end
    return None
