"""Collecting the replacements of one edit, and values in place of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ruby import render
from designer.ruby.change import Replacement
from designer.ruby.errors import EditError
from designer.ruby.layout import heredocs_behind, pending_heredocs, tail_place
from designer.ruby.lines import leading_space, line_end, line_start
from designer.ruby.parser import Node
from designer.ruby.render import Piece
from designer.ruby.style import style_at
from designer.ruby.values import RubyValue

if TYPE_CHECKING:
    from designer.ruby.element import Element

Edits = list[Replacement]


class Writer:
    """Collects replacements, turning ``\\n`` into the file's own line break."""

    def __init__(self, element: Element) -> None:
        self.source = element.document.source
        self.newline = element.document.newline
        self.edits: Edits = []

    def put(self, start: int, end: int, text: str) -> None:
        self.edits.append(Replacement(start, end, text.replace("\n", self.newline).encode()))


def replacing(element: Element, value: RubyValue, container: Element) -> Edits:
    """``value`` in place of ``element``, whose here-document lines go with it."""
    writer = Writer(element)
    source, start, end = writer.source, element.start, element.end
    piece = render.render_piece(value, style_at(container), leading_space(source, start), column_of(source, start))
    if start == end:  # the short form `name:` has no value of its own
        piece = Piece(f" {piece.text}", piece.tail)
    if "\n" in piece.text and pending_heredocs(element.top, source, start):
        raise EditError("The value shares its line with a here-document.", "Give it a line of its own first.")
    behind = heredocs_behind(start, end, element.top, source)
    if behind is not None:
        writer.put(*behind, "")
    writer.put(start, end, piece.text)
    put_tail(writer, element.top, start, end, piece.tail)
    return writer.edits


def put_tail(writer: Writer, top: Node, start: int, end: int, tail: str) -> None:
    """Comment and here-document lines of new code stand behind what follows it on its line: commas and brackets."""
    if not tail:
        return
    source = writer.source
    rest = source[end : line_end(source, end)].strip(b" \t,")
    comment, _, _ = tail.partition("\n")
    if rest.strip(b" \t,)]}") or (comment.strip() and rest):
        raise EditError(
            "A here-document or comment cannot stand before other code.", "Give the value a line of its own."
        )
    place = tail_place(top, source, start, end)
    writer.put(place, place, tail)


def column_of(source: bytes, byte: int) -> int:
    """Characters in front of ``byte`` on its line."""
    return len(source[line_start(source, byte) : byte].decode())
