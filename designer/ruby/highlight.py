"""What to colour in a stretch of Ruby: flat spans out of the grammar's own highlight query.

Only the stretch asked for is queried, so that the cost is that of the lines in sight, not of the file.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import tree_sitter_ruby
from tree_sitter import Query, QueryCursor

from designer.ruby.document import Document
from designer.ruby.parser import ruby_language

__all__ = ["Highlight", "highlights"]

# Captures of the query that get a colour, by the name of the colour; "text" ends a colour around it.
_KINDS = {
    "keyword": "keyword",
    "constant.builtin": "keyword",
    "variable.builtin": "keyword",
    "string": "string",
    "string.special.regex": "string",
    "escape": "string",
    "string.special.symbol": "symbol",
    "number": "number",
    "comment": "comment",
    "embedded": "text",
    "punctuation.special": "symbol",
}
_LAMBDAS = (b"lambda", b"proc")


@dataclass(frozen=True, slots=True)
class Highlight:
    """``kind`` is keyword, string, symbol, number or comment; byte offsets, the end exclusive. Spans never overlap."""

    start: int
    end: int
    kind: str


@functools.cache
def _query() -> Query:
    return Query(ruby_language(), tree_sitter_ruby.HIGHLIGHTS_QUERY)


def highlights(document: Document, start: int, end: int) -> tuple[Highlight, ...]:
    """The coloured spans between two byte offsets, in order, cut to that stretch."""
    start, end = max(0, start), min(len(document.source), end)
    if start >= end:
        return ()
    cursor = QueryCursor(_query())
    cursor.set_byte_range(start, end)
    found: dict[tuple[int, int], str] = {}
    for name, nodes in cursor.captures(document.tree.root_node).items():
        kind = _KINDS.get(name)
        for node in nodes:
            at = (node.start_byte, node.end_byte)
            if kind is not None:
                found[at] = kind
            elif name == "function.method" and document.source[at[0] : at[1]] in _LAMBDAS:
                found[at] = "keyword"
    return tuple(_flat(found, start, end))


def _flat(found: dict[tuple[int, int], str], start: int, end: int) -> list[Highlight]:
    """Inner spans over outer ones, without overlap."""
    flat: list[Highlight] = []
    stack: list[tuple[int, str]] = []
    at = start

    def paint(until: int) -> None:
        nonlocal at
        until = min(until, end)
        if stack and until > at and stack[-1][1] != "text":
            flat.append(Highlight(at, until, stack[-1][1]))
        at = max(at, until)

    for (first, last), kind in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
        while stack and stack[-1][0] <= first:
            paint(stack[-1][0])
            stack.pop()
        paint(first)
        stack.append((last, kind))
    while stack:
        paint(stack[-1][0])
        stack.pop()
    return flat
