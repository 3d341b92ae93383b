"""Syntax that came after Ruby 2.7, the version the platform runs."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from tree_sitter import Query, QueryCursor

from designer.ruby.document import Document
from designer.ruby.parser import ruby_language
from designer.ruby.rescan import scanned

__all__ = ["ModernSyntax", "modern_syntax"]

_QUERY = """
(pair !value) @shorthand
(match_pattern) @rightward
(method "=") @endless
(block_argument) @block
(splat_argument) @splat
(hash_splat_argument) @hash_splat
"""
_NAMES = {
    "shorthand": ("A hash key without its value", "3.1"),
    "rightward": ("A pattern after =>", "3.0"),
    "endless": ("A method without end", "3.0"),
    "block": ("A block passed on without a name", "3.1"),
    "splat": ("Arguments passed on without a name", "3.2"),
    "hash_splat": ("Keywords passed on without a name", "3.2"),
}
_ANONYMOUS = frozenset({"block", "splat", "hash_splat"})


@dataclass(frozen=True, slots=True)
class ModernSyntax:
    """``name`` says what it is, ``since`` the Ruby version that brought it; byte offsets, the end exclusive."""

    name: str
    since: str
    start: int
    end: int

    def moved(self, by: int) -> ModernSyntax:
        return ModernSyntax(self.name, self.since, self.start + by, self.end + by)


@functools.cache
def _query() -> Query:
    return Query(ruby_language(), _QUERY)


def modern_syntax(document: Document) -> tuple[ModernSyntax, ...]:
    """Everything in the file that Ruby 2.7 does not understand, as far as syntax goes, in the order of the text.

    Nothing for a file with syntax errors: in one, half a pair is no shorthand.
    """
    if document.issues:
        return ()
    return scanned(document, "modern syntax", lambda start, end: _look(document, start, end))


def _look(document: Document, start: int, end: int) -> list[ModernSyntax]:
    found: list[ModernSyntax] = []
    cursor = QueryCursor(_query())
    cursor.set_byte_range(start, end)
    for capture, nodes in cursor.captures(document.tree.root_node).items():
        name, since = _NAMES[capture]
        found += [
            ModernSyntax(name, since, node.start_byte, node.end_byte)
            for node in nodes
            if capture not in _ANONYMOUS or node.child_count == 1
        ]
    return sorted(found, key=lambda each: (each.start, each.end))
