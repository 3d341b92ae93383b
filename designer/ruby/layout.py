"""Where members stand: their lines, the comments that belong to them, the here-documents behind them.

What belongs to a member: the lines it stands on when it has them to itself, a comment behind it on its last line,
its here-documents, and the comment lines directly above it. A blank line separates: a comment above the blank line
belongs to the container.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.ruby.classify import heredoc_bodies
from designer.ruby.lines import line_end, line_start, next_line, starts_line
from designer.ruby.parser import Node

if TYPE_CHECKING:
    from designer.ruby.element import Element


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines ``[start, end)`` that belong to one member: comments above, the member, its here-documents."""

    start: int
    end: int


def heredocs_behind(element_start: int, element_end: int, top: Node, source: bytes) -> tuple[int, int] | None:
    """The lines (whole, with their line breaks) of here-documents that begin in ``[element_start, element_end)``
    but stand behind it; None where there are none."""
    if b"<<" not in source[max(element_start, line_start(source, element_end)) : element_end]:
        return None
    bodies = heredoc_bodies(top, source, element_end)
    mine = [body for at, body in bodies.items() if element_start <= at < element_end]
    if not mine:
        return None
    return next_line(source, mine[0].start_byte), next_line(source, mine[-1].end_byte)


def pending_heredocs(top: Node, source: bytes, byte: int) -> bool:
    """Whether a here-document begins on the line of ``byte`` before it: its lines follow, so the line cannot end."""
    return any(at < byte for at in heredoc_bodies(top, source, byte))


def own_lines(container: Element, index: int) -> Chunk | None:
    """The lines member ``index`` has to itself, None where it shares a line with a bracket or another member."""
    source = container.document.source
    inside = container.contents
    member = inside.members[index]
    if not starts_line(source, member.start):
        return None
    if line_start(source, member.start) < inside.open_end:
        return None
    after = member.end if member.comma is None else member.comma + 1
    rest = source[after : line_end(source, after)].strip()
    if (rest and not rest.startswith(b"#")) or (
        member.comma is not None and b"\n" in source[member.end : member.comma]
    ):
        return None
    end = next_line(source, after)
    behind = heredocs_behind(member.start, member.end, member.top, source)
    if behind is not None:
        end = max(end, behind[1])
    if end > inside.close_start:
        return None
    return Chunk(comments_above(container, index), end)


def comments_above(container: Element, index: int) -> int:
    """Start of the first of the comment lines directly above member ``index``, or of its own line."""
    source = container.document.source
    inside = container.contents
    start = line_start(source, inside.members[index].start)
    floor = inside.open_end
    if index:
        before = inside.members[index - 1]
        floor = before.end if before.comma is None else before.comma + 1
        behind = heredocs_behind(before.start, before.end, before.top, source)
        if behind is not None:
            floor = max(floor, behind[1])
    if floor != line_start(source, floor):
        floor = next_line(source, floor)
    while start > floor:
        above = line_start(source, start - 1)
        if above < floor or not source[above:start].lstrip().startswith(b"#"):
            break
        start = above
    return start


def has_comment(source: bytes, start: int, end: int) -> bool:
    """Whether the gap between two members holds a comment (a gap holds only spaces, commas and comments)."""
    return b"#" in source[start:end]


def tail_place(top: Node, source: bytes, start: int, end: int) -> int:
    """Where here-document lines of code at ``[start, end)`` go: behind the line, after those that begin before it."""
    place = line_end(source, end)
    for at, body in heredoc_bodies(top, source, end).items():
        if at < start:
            place = line_end(source, body.end_byte)
    return place


def blank_lines_above(source: bytes, byte: int) -> int:
    """Start of the run of blank lines that ends at ``byte`` (a line's start); ``byte`` where there is none."""
    start = byte
    while start > 0:
        above = line_start(source, start - 1)
        if source[above:start].strip():
            break
        start = above
    return start


def blank_lines_below(source: bytes, byte: int) -> int:
    """End of the run of blank lines that starts at ``byte`` (a line's start); ``byte`` where there is none."""
    while byte < len(source) and not source[byte : next_line(source, byte)].strip():
        byte = next_line(source, byte)
    return byte
