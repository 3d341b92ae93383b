"""The replacements by which a member comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ruby import render
from designer.ruby.errors import EditError
from designer.ruby.layout import has_comment, heredocs_behind, own_lines, pending_heredocs
from designer.ruby.lines import leading_space, line_start, next_line, starts_line
from designer.ruby.render import Piece
from designer.ruby.style import Style, style_at
from designer.ruby.text import word
from designer.ruby.values import RubyValue
from designer.ruby.writer import Edits, Writer, column_of, put_tail

if TYPE_CHECKING:
    from designer.ruby.element import Element

_SHARED = "Give the members lines of their own first."


def insertion(container: Element, at: int, token: str, value: RubyValue) -> Edits:
    """A new member, ``token`` its key, in front of member ``at``, or behind the last one."""
    writer = Writer(container)
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


def _into_empty(writer: Writer, container: Element, token: str, value: RubyValue) -> None:
    source, inside, style = writer.source, container.contents, style_at(container)
    if container.unreadable:
        raise EditError(
            f"What stands between the brackets of {container.pointer or 'the connector'} cannot be read.",
            "Put the syntax error right first: a new member would take the place of all that is there.",
        )
    outer = leading_space(source, container.start)
    indent = outer + style.indent
    piece = _piece(container, token, value, style, indent, len(indent))
    line = f"{indent}{piece.text}{',' if style.trailing_comma else ''}{piece.tail}\n"
    if has_comment(source, inside.open_end, inside.close_start) and starts_line(source, inside.close_start):
        place = line_start(source, inside.close_start)
        writer.put(place, place, line)
        return
    pending = pending_heredocs(container.top, source, inside.close_start)
    scalar = container.kind == "array" and not piece.text.startswith("{")
    if piece.is_line and (scalar or pending or not _opens_line(container)):
        pad = style.brace_pad if container.kind == "hash" else ""
        writer.put(inside.open_end, inside.close_start, f"{pad}{piece.text}{pad}")
    elif pending:
        raise EditError("The place shares its line with a here-document.", _SHARED)
    else:
        writer.put(inside.open_end, inside.close_start, f"\n{line}{outer}")


def _opens_line(container: Element) -> bool:
    """Whether the container's own key (or bracket) is the first thing on its line."""
    source = container.document.source
    if container.parent is None or starts_line(source, container.start):
        return True
    return any(
        member.value_start == container.start and starts_line(source, member.start)
        for member in container.parent.contents.members
    )


def _in_front(writer: Writer, container: Element, at: int, token: str, value: RubyValue) -> None:
    source = writer.source
    start = container.contents.members[at].start
    separator = _separator(container)
    indent = leading_space(source, start)
    piece = _piece(container, token, value, style_at(container), indent, column_of(source, start))
    chunk = own_lines(container, at)
    if chunk is not None or starts_line(source, start):
        place = line_start(source, start) if chunk is None else chunk.start
        writer.put(place, place, f"{indent}{piece.text}{separator}{piece.tail}\n")
    elif piece.tail or ("\n" in piece.text and pending_heredocs(container.top, source, start)):
        raise EditError("The place shares its line with other members.", _SHARED)
    else:
        writer.put(start, start, f"{piece.text}{separator} ")


def _behind_last(writer: Writer, container: Element, token: str, value: RubyValue) -> None:
    source, inside = writer.source, container.contents
    last = inside.members[-1]
    after = last.end if last.comma is None else last.comma + 1
    own_line = starts_line(source, last.start) and line_start(source, last.start) >= inside.open_end
    if own_line and b"\n" in source[after : inside.close_start]:
        _line_behind(writer, container, token, value)
    elif own_line and heredocs_behind(last.start, last.end, last.top, source) is None:
        _line_before_bracket(writer, container, token, value)
    else:
        indent = leading_space(source, after)
        piece = _piece(container, token, value, style_at(container), indent, column_of(source, after) + 2)
        if "\n" in piece.text and pending_heredocs(container.top, source, after):
            raise EditError("The place shares its line with a here-document.", _SHARED)
        separator = _separator(container)
        text = f" {piece.text}{separator}" if last.comma is not None else f"{separator} {piece.text}"
        writer.put(after, after, text)
        put_tail(writer, container.top, after, after, piece.tail)


def _line_behind(writer: Writer, container: Element, token: str, value: RubyValue) -> None:
    """On a line of its own below the last member's lines."""
    source, last = writer.source, container.contents.members[-1]
    indent, separator = leading_space(source, last.start), _separator(container)
    piece = _piece(container, token, value, style_at(container), indent, len(indent))
    heredoc = heredocs_behind(last.start, last.end, last.top, source)
    place = next_line(source, last.end if last.comma is None else last.comma)
    if last.comma is None:
        writer.put(last.end, last.end, separator)
    comma = separator if last.comma is not None else ""
    place = place if heredoc is None else max(place, heredoc[1])
    writer.put(place, place, f"{indent}{piece.text}{comma}{piece.tail}\n")


def _line_before_bracket(writer: Writer, container: Element, token: str, value: RubyValue) -> None:
    """On a line of its own between the last member and the bracket that follows it on its line."""
    source, last = writer.source, container.contents.members[-1]
    indent, separator = leading_space(source, last.start), _separator(container)
    piece = _piece(container, token, value, style_at(container), indent, len(indent))
    if piece.tail:
        raise EditError("A here-document cannot stand before this bracket.", "Give the bracket its own line.")
    if last.comma is None:
        writer.put(last.end, last.end, f"{separator}\n{indent}{piece.text}")
    else:
        writer.put(last.comma + 1, last.comma + 1, f"\n{indent}{piece.text}{separator}")
