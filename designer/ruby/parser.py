"""The one door to tree-sitter."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence

import tree_sitter_ruby
from tree_sitter import Language, Node, Parser, Point, Range, Tree

__all__ = ["Node", "Tree", "parse", "parse_pieces", "parse_range", "parse_watched", "ruby_language", "spanning"]


_READ = 4096
"""Bytes handed over at a time."""

_GRACE = 2.0
_PACE = 500_000
"""Seconds any text may take, and the bytes a second it has to make after that: Ruby, sound or broken, makes millions,
noise of a megabyte a hundred thousand at best and ever fewer."""


@functools.cache
def ruby_language() -> Language:
    """The grammar; loaded once."""
    return Language(tree_sitter_ruby.language())


def parse(source: bytes, old_tree: Tree | None = None) -> Tree:
    """Parse UTF-8 ``source``; with ``old_tree`` (already told of the edit by ``Tree.edit``) incrementally.

    Never fails: what is not Ruby becomes ERROR and MISSING nodes.
    """
    parser = Parser(ruby_language())
    return parser.parse(source) if old_tree is None else parser.parse(source, old_tree)


def parse_watched(source: bytes, clock: Callable[[], float]) -> Tree | None:
    """Like ``parse``; None where the parser gets nowhere, as in megabytes that are no Ruby. ``clock`` tells seconds."""
    begun = clock()
    stuck = False

    def read(offset: int, _point: object) -> bytes:
        nonlocal stuck
        # The parser cannot be interrupted, but it believes that the text ends where nothing more comes.
        stuck = stuck or clock() - begun > _GRACE + offset / _PACE
        return b"" if stuck else source[offset : offset + _READ]

    tree = Parser(ruby_language()).parse(read)
    # Once more from the tree, at no cost: it would ask ``read`` for the text of its nodes as long as it lives.
    return None if stuck else parse(source, tree)


def parse_pieces(pieces: Sequence[memoryview | bytes], old_tree: Tree) -> Tree:
    """Parse the text that ``pieces`` make up, incrementally, without joining them: only what changed is read."""
    starts = [0, *itertools.accumulate(len(piece) for piece in pieces)]

    def read(offset: int, _point: object) -> bytes:
        place = bisect.bisect_right(starts, offset) - 1
        if place >= len(pieces):
            return b""
        at = offset - starts[place]
        return bytes(pieces[place][at : at + _READ])

    return Parser(ruby_language()).parse(read, old_tree)


def parse_range(source: bytes, start: int, end: int, row: int, column: int) -> Tree:
    """Parse the bytes ``[start, end)`` alone, as if nothing stood around them; offsets stay those of ``source``.

    ``row`` and ``column`` (in bytes) of ``start`` count from 0.
    """
    breaks = source.count(b"\n", start, end)
    last = end - (source.rfind(b"\n", start, end) + 1) if breaks else column + end - start
    stretch = Range(Point(row, column), Point(row + breaks, last), start, end)
    return Parser(ruby_language(), included_ranges=[stretch]).parse(source)


def spanning(root: Node) -> Iterator[Node]:
    """Every node over several lines, outermost first, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.start_point.row != node.end_point.row:
            yield node
            waiting.extend(reversed(node.children))
