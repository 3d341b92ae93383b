"""The replacements by which a member goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ruby.layout import (
    Chunk,
    blank_lines_above,
    blank_lines_below,
    has_comment,
    heredocs_behind,
    own_lines,
)
from designer.ruby.lines import next_line, starts_line
from designer.ruby.members import Member
from designer.ruby.writer import Edits, Writer

if TYPE_CHECKING:
    from designer.ruby.element import Element


def removal(container: Element, index: int) -> Edits:
    """Without member ``index`` and what belongs to it."""
    writer = Writer(container)
    members = container.contents.members
    before = members[index - 1] if index else None
    after = members[index + 1] if index + 1 < len(members) else None
    chunk = own_lines(container, index)
    if chunk is not None:
        _lines(writer, container, chunk, before, members[index], after)
    else:
        member = members[index]
        behind = heredocs_behind(member.start, member.end, member.top, writer.source)
        if behind is not None:
            writer.put(*behind, "")
        _within_line(writer, container, before, member, after)
    return writer.edits


def _lines(
    writer: Writer, container: Element, chunk: Chunk, before: Member | None, member: Member, after: Member | None
) -> None:
    """Whole lines go; where blank lines stood on both sides, one run of them stays."""
    source, inside = writer.source, container.contents
    start, end = chunk.start, chunk.end
    if before is None and after is None:
        around = source[inside.open_end : start] + source[end : inside.close_start]
        if not around.strip():
            writer.put(inside.open_end, inside.close_start, "")
            return
    if before is None and after is not None:
        end = blank_lines_below(source, end)
    elif after is None or not source[end : next_line(source, end)].strip():
        start = blank_lines_above(source, start)
    if after is None and member.comma is None:
        _drop_comma(writer, before)
    writer.put(start, end, "")


def _within_line(
    writer: Writer, container: Element, before: Member | None, member: Member, after: Member | None
) -> None:
    """Text goes, with one of the commas around it; comments of the neighbours stay."""
    source, inside = writer.source, container.contents
    behind_comma = member.end if member.comma is None else member.comma + 1
    if before is None and after is None:
        start = member.start if has_comment(source, inside.open_end, member.start) else inside.open_end
        writer.put(start, behind_comma if b"\n" in source[member.end : inside.close_start] else inside.close_start, "")
        return
    if after is not None and (before is None or starts_line(source, member.start)):
        broken = b"\n" in source[member.end : after.start]
        if not broken or (before is None and not _something_between(source, member, after)):
            writer.put(member.start, after.start, "")
            return
    if before is None:
        writer.put(member.start, behind_comma, "")
    elif not _something_between(source, before, member):
        writer.put(before.end, member.end, "")
    else:
        start = member.start
        while source[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        if after is None and member.comma is None:
            _drop_comma(writer, before)
        writer.put(start, member.end if after is None else behind_comma, "")


def _drop_comma(writer: Writer, before: Member | None) -> None:
    """The member that is the last one now gives up its comma."""
    if before is not None and before.comma is not None:
        writer.put(before.comma, before.comma + 1, "")


def _something_between(source: bytes, first: Member, second: Member) -> bool:
    """Whether a comment or here-document lines stand between two neighbours."""
    heredoc = b"\n" in source[first.end : second.start] and heredocs_behind(first.start, first.end, first.top, source)
    return bool(heredoc) or has_comment(source, first.end, second.start)
