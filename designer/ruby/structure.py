"""The replacements by which members come, go and change places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ruby import render
from designer.ruby.change import Replacement
from designer.ruby.errors import EditError
from designer.ruby.layout import (
    Chunk,
    blank_lines_above,
    blank_lines_below,
    has_comment,
    heredocs_behind,
    own_lines,
    pending_heredocs,
    tail_place,
)
from designer.ruby.lines import leading_space, line_end, line_start, next_line, starts_line
from designer.ruby.members import Member
from designer.ruby.parser import Node
from designer.ruby.render import Piece
from designer.ruby.style import Style, style_at
from designer.ruby.text import word
from designer.ruby.values import RubyValue

if TYPE_CHECKING:
    from designer.ruby.element import Element

Edits = list[Replacement]


class _Writer:
    """Collects replacements, turning ``\\n`` into the file's own line break."""

    def __init__(self, container: Element) -> None:
        self.source = container.document.source
        self.newline = container.document.newline
        self.edits: Edits = []

    def put(self, start: int, end: int, text: str) -> None:
        self.edits.append(Replacement(start, end, text.replace("\n", self.newline).encode()))


# --- setting ----------------------------------------------------------------------------------------------------------


def setting(element: Element, value: RubyValue, container: Element) -> Edits:
    """``value`` in place of ``element``, whose here-document lines go with it."""
    writer = _Writer(element)
    source = writer.source
    start = element.start
    indent = leading_space(source, start)
    piece = render.render_piece(value, style_at(container), indent, _column(source, start))
    if start == element.end:  # the short form `name:` has no value of its own
        piece = Piece(f" {piece.text}", piece.tail)
    _replace(writer, element, piece)
    return writer.edits


def _replace(writer: _Writer, element: Element, piece: Piece) -> None:
    source = writer.source
    behind = heredocs_behind(element.start, element.end, element.top, source)
    if behind is not None:
        writer.put(*behind, "")
    if "\n" in piece.text and pending_heredocs(element.top, source, element.start):
        raise EditError("The value shares its line with a here-document.", "Give it a line of its own first.")
    writer.put(element.start, element.end, piece.text)
    _put_tail(writer, element.top, element.start, element.end, piece.tail)


def _put_tail(writer: _Writer, top: Node, start: int, end: int, tail: str) -> None:
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


# --- inserting --------------------------------------------------------------------------------------------------------


def insertion(container: Element, at: int, token: str, value: RubyValue) -> Edits:
    """A new member in front of member ``at``, or behind the last one."""
    writer = _Writer(container)
    members = container.contents.members
    if not members:
        _into_empty(writer, container, token, value)
    elif at < len(members):
        _in_front(writer, container, at, token, value)
    else:
        _behind_last(writer, container, token, value)
    return writer.edits


def _piece(container: Element, token: str, value: RubyValue, style: Style, indent: str, column: int) -> Piece:
    if container.contents.words:
        return Piece(word(container, value))
    if container.kind == "hash":
        return render.entry(token, value, style, indent, column)
    return render.render_piece(value, style, indent, column)


def _separator(container: Element) -> str:
    return "" if container.contents.words else ","


def _into_empty(writer: _Writer, container: Element, token: str, value: RubyValue) -> None:
    source, inside, style = writer.source, container.contents, style_at(container)
    outer = leading_space(source, container.start)
    indent = outer + style.indent
    piece = _piece(container, token, value, style, indent, len(indent))
    comma = "," if style.trailing_comma else ""
    between = source[inside.open_end : inside.close_start]
    if b"\n" in between:
        comments = has_comment(source, inside.open_end, inside.close_start)
        place = line_start(source, inside.close_start) if comments else inside.open_end
        if comments and starts_line(source, inside.close_start):
            writer.put(place, place, f"{indent}{piece.text}{comma}{piece.tail}\n")
        else:
            writer.put(inside.open_end, inside.close_start, f"\n{indent}{piece.text}{comma}{piece.tail}\n{outer}")
        return
    pad = style.brace_pad if container.kind == "hash" else ""
    crowded = not _opens_line(container) or pending_heredocs(container.top, source, inside.close_start)
    if (container.kind == "array" and piece.is_line and not piece.text.startswith("{")) or (piece.is_line and crowded):
        writer.put(inside.open_end, inside.close_start, f"{pad}{piece.text}{pad}")
    elif pending_heredocs(container.top, source, inside.close_start):
        raise EditError("The place shares its line with a here-document.", "Give it a line of its own first.")
    else:
        writer.put(inside.open_end, inside.close_start, f"\n{indent}{piece.text}{comma}{piece.tail}\n{outer}")


def _opens_line(container: Element) -> bool:
    """Whether the container's own key (or bracket) is the first thing on its line."""
    source = container.document.source
    if container.parent is None or starts_line(source, container.start):
        return True
    return any(
        member.value_start == container.start and starts_line(source, member.start)
        for member in container.parent.contents.members
    )


def _in_front(writer: _Writer, container: Element, at: int, token: str, value: RubyValue) -> None:
    source, style = writer.source, style_at(container)
    member = container.contents.members[at]
    separator = _separator(container)
    chunk = own_lines(container, at)
    indent = leading_space(source, member.start)
    column = _column(source, member.start)
    piece = _piece(container, token, value, style, indent, column)
    if chunk is not None:
        writer.put(chunk.start, chunk.start, f"{indent}{piece.text}{separator}{piece.tail}\n")
    elif starts_line(source, member.start):
        above = line_start(source, member.start)
        if pending_heredocs(container.top, source, max(above - 1, 0)):
            above = line_start(source, member.start)
        writer.put(above, above, f"{indent}{piece.text}{separator}{piece.tail}\n")
    elif piece.tail or ("\n" in piece.text and pending_heredocs(container.top, source, member.start)):
        raise EditError("The place shares its line with other members.", "Give it a line of its own first.")
    else:
        writer.put(member.start, member.start, f"{piece.text}{separator} ")


def _behind_last(writer: _Writer, container: Element, token: str, value: RubyValue) -> None:
    source, inside, style = writer.source, container.contents, style_at(container)
    last = inside.members[-1]
    separator = _separator(container)
    indent = leading_space(source, last.start)
    heredoc = heredocs_behind(last.start, last.end, last.top, source)
    after = last.end if last.comma is None else last.comma + 1
    own_line = starts_line(source, last.start) and line_start(source, last.start) >= inside.open_end
    closer_apart = b"\n" in source[after : inside.close_start]
    if own_line and closer_apart:
        piece = _piece(container, token, value, style, indent, len(indent))
        if last.comma is None and separator:
            writer.put(last.end, last.end, separator)
        place = next_line(source, after)
        if heredoc is not None:
            place = max(place, heredoc[1])
        comma = separator if last.comma is not None else ""
        writer.put(place, place, f"{indent}{piece.text}{comma}{piece.tail}\n")
        return
    if own_line and heredoc is None:
        piece = _piece(container, token, value, style, indent, len(indent))
        if piece.tail:
            raise EditError(
                "A here-document cannot stand in front of this bracket.", "Put the bracket on its own line."
            )
        comma = separator if last.comma is not None else ""
        writer.put(after, after, ("" if last.comma is not None else separator) + f"\n{indent}{piece.text}{comma}")
        return
    line_indent = leading_space(source, after)
    piece = _piece(container, token, value, style, line_indent, _column(source, after) + 2)
    if "\n" in piece.text and pending_heredocs(container.top, source, after):
        raise EditError("The place shares its line with a here-document.", "Give it a line of its own first.")
    if last.comma is None:
        writer.put(last.end, last.end, f"{separator} {piece.text}")
    else:
        writer.put(after, after, f" {piece.text},")
    _put_tail(writer, container.top, after, after, piece.tail)


# --- removing ---------------------------------------------------------------------------------------------------------


def removal(container: Element, index: int) -> Edits:
    """Without member ``index`` and what belongs to it."""
    writer = _Writer(container)
    source, inside = writer.source, container.contents
    members = inside.members
    member = members[index]
    before = members[index - 1] if index else None
    after = members[index + 1] if index + 1 < len(members) else None
    chunk = own_lines(container, index)
    if chunk is not None:
        start, end = chunk.start, chunk.end
        if (
            before is None
            and after is None
            and not source[inside.open_end : start].strip() + source[end : inside.close_start].strip()
        ):
            writer.put(inside.open_end, inside.close_start, "")
            return writer.edits
        blank = blank_lines_above(source, start)
        if before is None and after is not None:
            end = blank_lines_below(source, end)
        if blank < start and (after is None or not source[end : next_line(source, end)].strip()):
            start = blank
        if after is None and before is not None and member.comma is None and before.comma is not None:
            writer.put(before.comma, before.comma + 1, "")
        writer.put(start, end, "")
        return writer.edits
    behind = heredocs_behind(member.start, member.end, member.top, source)
    if behind is not None:
        writer.put(*behind, "")
    _inline_removal(writer, container, before, member, after)
    return writer.edits


def _inline_removal(
    writer: _Writer, container: Element, before: Member | None, member: Member, after: Member | None
) -> None:
    source, inside = writer.source, container.contents
    if before is None and after is None:
        head = has_comment(source, inside.open_end, member.start)
        end = inside.close_start
        if b"\n" in source[member.end : end]:
            end = member.end if member.comma is None else member.comma + 1
            writer.put(member.start if head else inside.open_end, end, "")
        else:
            writer.put(member.start if head else inside.open_end, end, "")
        return
    if (
        after is not None
        and (before is None or starts_line(source, member.start))
        and _same_line(source, member, after)
    ):
        writer.put(member.start, after.start, "")
    elif before is None and after is not None:
        writer.put(member.start, member.end if member.comma is None else member.comma + 1, "")
    elif (
        before is not None
        and not has_comment(source, before.end, member.start)
        and not _lines_between(container, before, member)
    ):
        writer.put(before.end, member.end, "")
    elif before is not None:
        if after is None and member.comma is None and before.comma is not None:
            writer.put(before.comma, before.comma + 1, "")
        end = member.end if after is None or member.comma is None else member.comma + 1
        start = member.start
        while source[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        writer.put(start, end, "")


def _same_line(source: bytes, member: Member, after: Member) -> bool:
    return b"\n" not in source[member.end : after.start]


def _lines_between(container: Element, before: Member, member: Member) -> bool:
    """Whether here-document lines stand between two members."""
    return heredocs_behind(before.start, before.end, before.top, container.document.source) is not None and (
        b"\n" in container.document.source[before.end : member.start]
    )


# --- moving -----------------------------------------------------------------------------------------------------------


def reordering(container: Element, at: int, to: int) -> Edits:
    """Member ``at`` at place ``to``: with its own lines where every member has its own, else text for text."""
    if at == to:
        return []
    low, high = min(at, to), max(at, to)
    chunks = [own_lines(container, index) for index in range(low, high + 1)]
    whole = [chunk for chunk in chunks if chunk is not None]
    if len(whole) == len(chunks):
        return _move_lines(container, at, to, whole[at - low], whole[to - low])
    return _move_texts(container, at, to)


def _move_lines(container: Element, at: int, to: int, chunk: Chunk, target: Chunk) -> Edits:
    writer = _Writer(container)
    source, members = writer.source, container.contents.members
    moved, last = members[at], members[-1]
    text = source[chunk.start : chunk.end].decode()
    bare = last.comma is None and not container.contents.words
    if bare and at == len(members) - 1:
        cut = moved.end - chunk.start
        raw = source[chunk.start : chunk.end]
        text = raw[:cut].decode() + "," + raw[cut:].decode()
        new_last = members[at - 1]
        if new_last.comma is not None:
            writer.put(new_last.comma, new_last.comma + 1, "")
    elif bare and to == len(members) - 1 and moved.comma is not None:
        raw = source[chunk.start : chunk.end]
        text = raw[: moved.comma - chunk.start].decode() + raw[moved.comma + 1 - chunk.start :].decode()
        writer.put(last.end, last.end, ",")
    place = target.start if to < at else target.end
    writer.edits.append(Replacement(place, place, text.encode()))
    writer.put(chunk.start, chunk.end, "")
    return writer.edits


def _move_texts(container: Element, at: int, to: int) -> Edits:
    source, members = container.document.source, container.contents.members
    low, high = min(at, to), max(at, to)
    places = members[low : high + 1]
    if any(heredocs_behind(member.start, member.end, member.top, source) for member in places):
        raise EditError("A here-document shares its line with other members.", "Give each member its own line first.")
    order = list(places)
    order.insert(to - low, order.pop(at - low))
    return [
        Replacement(place.start, place.end, source[member.start : member.end])
        for place, member in zip(places, order, strict=True)
    ]


# --- keys -------------------------------------------------------------------------------------------------------------


def renaming(container: Element, member: Member, new_key: str) -> Edits:
    """``member`` under ``new_key``, in the spelling its key has."""
    source = container.document.source
    written = source[member.key_start : member.key_end].decode()
    spelled = render.respell(written, new_key, style_at(container))
    if member.value_start == member.value_end:  # `name:` stands for `name: name`
        spelled += f" {member.key}"
    return [Replacement(member.key_start, member.key_end, spelled.encode())]


def _column(source: bytes, byte: int) -> int:
    return len(source[line_start(source, byte) : byte].decode())
