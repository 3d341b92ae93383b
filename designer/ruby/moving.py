"""The replacements by which members change places and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ruby import render
from designer.ruby.change import Replacement
from designer.ruby.errors import EditError
from designer.ruby.layout import Chunk, heredocs_behind, own_lines
from designer.ruby.members import Member
from designer.ruby.style import style_at
from designer.ruby.writer import Edits, Writer

if TYPE_CHECKING:
    from designer.ruby.element import Element


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
    writer = Writer(container)
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


def renaming(container: Element, member: Member, new_key: str) -> Edits:
    """``member`` under ``new_key``, in the spelling its key has."""
    source = container.document.source
    written = source[member.key_start : member.key_end].decode()
    spelled = render.respell(written, new_key, style_at(container))
    if member.value_start == member.value_end:  # `name:` stands for `name: name`
        spelled += f" {member.key}"
    return [Replacement(member.key_start, member.key_end, spelled.encode())]
