"""Reading what is whole in a file that is broken elsewhere.

A parser that has lost count of brackets cannot say what belongs where, but the author's indentation can. So a hash or
array with a syntax error inside is read by its lines: each line at the members' column starts a member, which reaches
to the next one. Every member that is sound by itself, in the whole tree or parsed alone, is as good as in a sound
file; only the broken one is an ``error``, and editing goes on around it.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from designer.ruby.lines import leading_space, line_start, next_line, row_of
from designer.ruby.members import Contents, Member, member_of
from designer.ruby.parser import Node, parse_range

_KEY = re.compile(
    rb"""(?:(?P<label>[A-Za-z_]\w*[?!]?):(?!:)
          |"(?P<double>[^"\\\n]*)"(?::(?!:)|[ \t]*=>)
          |'(?P<single>[^'\\\n]*)'(?::(?!:)|[ \t]*=>)
          |:(?P<symbol>[A-Za-z_]\w*[?!]?)[ \t]*=>)""",
    re.VERBOSE,
)
_MARGIN = re.compile(rb"^(?:\xef\xbb\xbf)?\{", re.MULTILINE)
_REST = re.compile(rb"\s*(?:,\s*)?(?:#[^\n]*(?:\n\s*|\Z))*\Z")
_COMMA = re.compile(rb"\s*,")
_ALONE = 65_536
"""Bytes a broken member may have to be parsed alone; a longer one is taken apart by its lines at once."""


@dataclass(frozen=True, slots=True)
class _Text:
    """The file and the root of its (partly broken) tree."""

    source: bytes
    top: Node


class _Members(Sequence[Member]):
    """Members told apart by their lines; each is read when it is asked for."""

    def __init__(self, text: _Text, stretches: list[tuple[int, int]], is_hash: bool) -> None:
        self._text = text
        self._stretches = stretches
        self._read = _pair if is_hash else _item
        self._found: dict[int, Member] = {}

    def __len__(self) -> int:
        return len(self._stretches)

    def __iter__(self) -> Iterator[Member]:
        return (self[place] for place in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Member: ...
    @overload
    def __getitem__(self, index: slice) -> list[Member]: ...
    def __getitem__(self, index: int | slice) -> Member | list[Member]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        if place not in self._found:
            self._found[place] = self._read(self._text, *self._stretches[place])
        return self._found[place]


def root(source: bytes, top: Node) -> tuple[int, int, Contents] | None:
    """Start, end and members of the connector in a broken file, None where no hash stands at the margin.

    Where several do, it is the last one that has a connection.
    """
    text = _Text(source, top)
    marker = re.search(rb"^__END__\r?$", source, re.MULTILINE)
    limit = marker.start() if marker else len(source)
    best: tuple[int, int, Contents] | None = None
    openings = [opening.end() - 1 for opening in _MARGIN.finditer(source, 0, limit)]
    for start, following in itertools.pairwise([*openings, limit]):
        end = _last_closer(source, start, following)
        sure = _surely(top, start, end)
        if any(_flat(pair) for pair in sure):
            return None
        inside = _members(text, start, end, [pair.start_byte for pair in sure])
        if inside is None:
            continue
        if best is None or "connection" in inside.keys or "connection" not in best[2].keys:
            best = start, end + (source[end : end + 1] == b"}"), inside
    return best


def loose(source: bytes, top: Node) -> tuple[int, int, Contents] | None:
    """Start, end and members of a connector whose lines tell nothing and of which the parser made no hash: its sound
    pairs up to the first bracket never closed."""
    for holder in (top, *top.children):
        opener = next((child for child in holder.children if child.type == "{"), None)
        if holder.type == "ERROR" and opener is not None:
            pairs = [member_of(pair, source, top) for pair in _surely(top, opener.start_byte, holder.end_byte)]
            inside = Contents(opener.end_byte, holder.end_byte, pairs, keys=tuple(pair.key for pair in pairs))
            return opener.start_byte, holder.end_byte, inside
    return None


def contents(node: Node, source: bytes, top: Node) -> Contents | None:
    """Members of a hash or array node with syntax errors inside, None where its lines tell nothing."""
    closer = node.children[-1]
    end = closer.start_byte if closer.type in ("}", "]") else node.end_byte
    return _members(_Text(source, top), node.start_byte, end)


def _last_closer(source: bytes, start: int, limit: int) -> int:
    """Where the connector ends: at the last closing brace at the margin."""
    found = source.rfind(b"\n}", start, limit)
    return found + 1 if found >= 0 else _closer(source, start, limit)


def _surely(top: Node, start: int, end: int) -> list[Node]:
    """The sound pairs the tree has at the top level, as far as it has kept count of the brackets.

    They matter where a key is not indented like its neighbours.
    """
    holders = top.children if top.type == "program" else [top]
    # A text that is mostly errors has very many of both: they are looked up, not walked through.
    at = bisect.bisect_right(holders, start, key=_start) - 1
    if at < 0 or holders[at].type not in ("hash", "ERROR") or holders[at].end_byte <= start:
        return []
    children = holders[at].children
    found: list[Node] = []
    for place in range(bisect.bisect_right(children, start, key=_start), len(children)):
        child = children[place]
        if child.type == "pair" and not child.has_error and child.start_byte < end:
            found.append(child)
        elif child.type in ("{", "[", "(", "do"):
            break
    return found


def _start(node: Node) -> int:
    return node.start_byte


def _flat(pair: Node) -> bool:
    """Whether a pair's own members are indented no further than it: such indentation tells nothing."""
    value = pair.child_by_field_name("value")
    if value is None or value.type != "hash" or value.named_child_count == 0:
        return False
    first = value.named_children[0].start_point
    return first.row > pair.start_point.row and first.column <= pair.start_point.column


def _closer(source: bytes, opener: int, limit: int) -> int:
    """Where the bracket at ``opener`` is closed: at the first line, not further right than its own, that starts with
    a closing bracket; else where the text before ``limit`` ends."""
    margin = len(leading_space(source, opener))
    line = re.compile(rb"^[ \t]{0,%d}[}\]]" % margin, re.MULTILINE).search(source, next_line(source, opener), limit)
    return line.end() - 1 if line else len(source[:limit].rstrip())


def _members(text: _Text, opener: int, end: int, sure: Iterable[int] = ()) -> Contents | None:
    """The members of the bracket at ``opener`` whose inside ends at ``end``."""
    source = text.source
    is_hash = source[opener : opener + 1] == b"{"
    first = _skip(source, opener + 1, end)
    if b"\n" not in source[opener:end] or first >= end or (is_hash and not _KEY.match(source, first, end)):
        return None
    column = first - line_start(source, first)
    start_of = rb"(?:\w+[?!]?:(?!:)|[\"':])" if is_hash else rb"(?![\s#}\])]|end\b)"
    lines = re.compile(rb"^[ \t]{%d}(?=%b)" % (column, start_of), re.MULTILINE)
    starts = [first, *(line.end() for line in lines.finditer(source, next_line(source, first), end))]
    if is_hash:
        starts = [start for start in sorted({*starts, *sure}) if _KEY.match(source, start, end)]
    stretches = list(zip(starts, [*starts[1:], end], strict=True))
    keys = tuple(_key(source, start) for start in starts) if is_hash else (None,) * len(starts)
    return Contents(opener + 1, end, _Members(text, stretches, is_hash), keys=keys)


def _key(source: bytes, start: int) -> str | None:
    match = _KEY.match(source, start)
    return match[match.lastgroup or 0].decode() if match else None


def _skip(source: bytes, start: int, end: int) -> int:
    """The first byte of ``[start, end)`` that is neither blank nor part of a comment."""
    match = re.compile(rb"(?:\s+|#[^\n]*)*").match(source, start, end)
    return match.end() if match else start


def _pair(text: _Text, start: int, stop: int) -> Member:
    match = _KEY.match(text.source, start, stop)
    key_end = match.end() if match else start
    value = _read(text, _skip(text.source, key_end, stop), stop)
    return replace(value, key=_key(text.source, start), key_start=start, key_end=key_end, start=start)


def _item(text: _Text, start: int, stop: int) -> Member:
    return _read(text, start, stop)


def _read(text: _Text, start: int, stop: int) -> Member:
    """The value that starts at ``start`` and ends, with its comma and comments, before ``stop``."""
    source, top = text.source, text.top
    node = _whole(top, source, start, stop)
    if node is not None:
        return _member(source, start, node.end_byte, node, top)
    bracket = source[start : start + 1] in (b"{", b"[")
    if stop - start <= _ALONE or not bracket:
        row = row_of(source, top, start)
        alone = parse_range(source, start, stop, row, start - line_start(source, start)).root_node
        sound = _only(alone, source)
        if sound is not None:
            return _member(source, start, sound.end_byte, sound, alone)
    if bracket:
        end = _closer(source, start, stop)
        inside = _members(text, start, end)
        if inside is not None:
            end += source[end : end + 1] in (b"}", b"]") and end < stop
            return _member(source, start, end, top, top, inside=inside)
    return _member(source, start, max(_trimmed(source, start, stop), start), top, top, broken=True)


def _member(
    source: bytes, start: int, end: int, node: Node, top: Node, broken: bool = False, inside: Contents | None = None
) -> Member:
    comma = _COMMA.match(source, end)
    place = comma.end() - 1 if comma else None
    return Member(None, start, start, node, start, end, start, end, place, top, broken, inside)


def _whole(top: Node, source: bytes, start: int, stop: int) -> Node | None:
    """The sound value the whole tree has at ``start``, if nothing but a comma and comments follows it."""
    node = top.descendant_for_byte_range(start, start + 1)
    if node is None or node.start_byte != start:
        return None
    above = node.parent
    while above is not None and above.start_byte == start and above.end_byte <= stop and above.type != "pair":
        if above.is_error or above.parent is None:
            break
        node, above = above, above.parent
    sound = node.is_named and not node.has_error and _REST.match(source, node.end_byte, stop)
    return node if sound else None


def _only(alone: Node, source: bytes) -> Node | None:
    """The one sound value of a stretch parsed alone, beside commas and comments."""
    found: Node | None = None
    for child in alone.children:
        if child.type in ("comment", "heredoc_body"):
            continue
        if child.is_error and source[child.start_byte : child.end_byte].strip(b", \t\r\n") == b"":
            continue
        if found is not None or child.has_error or not child.is_named:
            return None
        found = child
    return found


def _trimmed(source: bytes, start: int, stop: int) -> int:
    """The end of ``[start, stop)`` without trailing blanks, comment lines and the comma before them."""
    lines = source[start:stop].split(b"\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith(b"#")):
        lines.pop()
    return start + len(b"\n".join(lines).rstrip().removesuffix(b",").rstrip())
