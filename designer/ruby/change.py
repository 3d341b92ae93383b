"""A change of the text: what was replaced, the document it gives, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.ruby.errors import EditError
from designer.ruby.lines import line_start, row_of
from designer.ruby.parser import Tree

if TYPE_CHECKING:
    from designer.ruby.document import Document


@dataclass(frozen=True, slots=True)
class Replacement:
    """``new`` in place of the bytes ``[start, end)``; offsets are those of the text before the change."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """``document`` is ``before`` with ``replacements`` made. Replacements are ordered and do not overlap."""

    before: Document
    document: Document
    replacements: tuple[Replacement, ...]

    @property
    def inverse(self) -> tuple[Replacement, ...]:
        """Replacements that turn ``document`` back into ``before``, byte for byte."""
        source = self.before.source
        back: list[Replacement] = []
        shift = 0
        for each in self.replacements:
            start = each.start + shift
            back.append(Replacement(start, start + len(each.new), source[each.start : each.end]))
            shift += len(each.new) - (each.end - each.start)
        return tuple(back)

    @property
    def lines_changed(self) -> tuple[tuple[int, int], ...]:
        """First and last line (from 1, in ``document``) of each stretch that differs; where lines only went away, the
        line now standing in their place."""
        source, root = self.document.source, self.document.tree.root_node
        stretches: list[tuple[int, int]] = []
        for each in self.inverse:
            written = source[each.start : each.end]
            first = row_of(source, root, each.start) + 1
            last = first + written.count(b"\n") - written.endswith(b"\n")
            first += len(written) - len(written.lstrip(b"\r\n")) > 0 and written.lstrip(b"\r\n") != b""
            if stretches and first <= stretches[-1][1] + 1:
                stretches[-1] = (stretches[-1][0], max(last, stretches[-1][1]))
            else:
                stretches.append((first, max(first, last)))
        return tuple(stretches)


def ordered(source: bytes, replacements: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """The replacements in the order of the text, without those that replace nothing by nothing.

    Raises ``EditError`` where they overlap, reach beyond the text or would cut a character in two.
    """
    kept = [each for each in replacements if source[each.start : each.end] != each.new]
    kept.sort(key=lambda each: (each.start, each.end))
    last = 0
    for each in kept:
        if not last <= each.start <= each.end <= len(source):
            raise EditError("The edit does not fit the text.")
        for byte in (each.start, each.end):
            if byte < len(source) and source[byte] & 0xC0 == 0x80:
                raise EditError("The edit would cut a character in two.")
        last = each.end
    return tuple(kept)


def pieces_of(source: bytes, replacements: Iterable[Replacement]) -> list[bytes | memoryview]:
    """The pieces of old and new text that make up ``source`` with ordered replacements made."""
    view = memoryview(source)
    pieces: list[bytes | memoryview] = []
    at = 0
    for each in replacements:
        pieces += (view[at : each.start], each.new)
        at = each.end
    return [piece for piece in (*pieces, view[at:]) if len(piece)]


def edited_tree(tree: Tree, source: bytes, replacements: Iterable[Replacement]) -> Tree:
    """A copy of ``tree`` told of the replacements, ready for incremental parsing; ``tree`` itself stays as it is."""
    copy = tree.copy()
    for each in reversed(tuple(replacements)):
        row = row_of(source, tree.root_node, each.start)
        column = each.start - line_start(source, each.start)
        old, new = source[each.start : each.end], each.new
        copy.edit(
            each.start,
            each.end,
            each.start + len(new),
            (row, column),
            _after(row, column, old),
            _after(row, column, new),
        )
    return copy


def _after(row: int, column: int, text: bytes) -> tuple[int, int]:
    breaks = text.count(b"\n")
    return (row, column + len(text)) if not breaks else (row + breaks, len(text) - text.rfind(b"\n") - 1)


def chain(first: Iterable[Replacement], second: Iterable[Replacement], source: bytes) -> tuple[Replacement, ...]:
    """One set of replacements for ``first`` followed by ``second`` (which speaks of the text ``first`` gives).

    The text between is a list of pieces, each either kept (a range of ``source``) or new.
    """
    pieces: list[tuple[int, int] | bytes] = []
    at = 0
    for each in first:
        pieces += [(at, each.start), each.new]
        at = each.end
    pieces.append((at, len(source)))
    for each in reversed(tuple(second)):
        pieces = [*_cut(pieces, 0, each.start), each.new, *_cut(pieces, each.end, None)]
    found: list[Replacement] = []
    at, new = 0, b""
    for piece in pieces:
        if isinstance(piece, bytes):
            new += piece
        elif piece[0] < piece[1]:
            if piece[0] > at or new:
                found.append(Replacement(at, piece[0], new))
            at, new = piece[1], b""
    if at < len(source) or new:
        found.append(Replacement(at, len(source), new))
    return ordered(source, found)


def _cut(pieces: list[tuple[int, int] | bytes], start: int, end: int | None) -> list[tuple[int, int] | bytes]:
    """The pieces of ``[start, end)`` of the text they make up."""
    out: list[tuple[int, int] | bytes] = []
    at = 0
    for piece in pieces:
        size = len(piece) if isinstance(piece, bytes) else piece[1] - piece[0]
        low = max(start - at, 0)
        high = size if end is None else min(end - at, size)
        if low < high:
            out.append(piece[low:high] if isinstance(piece, bytes) else (piece[0] + low, piece[0] + high))
        at += size
    return out
