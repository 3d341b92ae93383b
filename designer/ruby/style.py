"""How a file is written around one place: indentation, quotes, keys, commas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from designer.ruby.lines import leading_space, starts_line
from designer.ruby.members import Member

if TYPE_CHECKING:
    from designer.ruby.element import Element

T = TypeVar("T")
KeyStyle: TypeAlias = Literal["label", "quoted_label", "symbol_rocket", "string_rocket"]

_NEAR = 12
"""How many neighbours are asked: enough for a habit, and the same work in a file of any length."""

_LARGE = 200
"""A container with more children than this (``actions`` of a long file) is not asked."""


@dataclass(frozen=True, slots=True)
class Style:
    """The habits new text follows. ``indent`` is one level; ``dense_hashes`` says that neighbouring hashes stand on
    one line each (None where there is nothing to learn from)."""

    indent: str = "  "
    quote: str = "'"
    key: KeyStyle = "label"
    key_quote: str = "'"
    trailing_comma: bool = False
    brace_pad: str = " "
    newline: str = "\n"
    dense_hashes: bool | None = None


def style_at(container: Element) -> Style:
    """The style of what is written into ``container``, learnt from its members, its neighbours and its ancestors."""
    levels = list(_levels(container))
    source = container.document.source
    key = _first(_key_style(level, source) for level in levels) or ("label", None)
    quote = _first(_quote(level) for level in levels) or _quote_of_file(source)
    pad = _first(_brace_pad(level, source) for level in levels)
    return Style(
        indent=_first(_indent(level, source) for level in levels) or "  ",
        quote=quote,
        key=key[0],
        key_quote=key[1] or quote,
        trailing_comma=_first(_trailing_comma(level, source) for level in levels) or False,
        brace_pad=" " if pad is None else pad,
        newline=container.document.newline,
        dense_hashes=_first(_dense(level) for level in levels[1:3]),
    )


def _levels(container: Element) -> Iterator[list[Element]]:
    """Containers to learn from, nearest first: itself, those in it, those beside it, then its ancestors' likewise."""
    yield [container]
    yield _inner(container)
    above = container.parent
    while above is not None:
        beside = _inner(above)
        yield beside
        yield [above]
        yield [deeper for element in beside for deeper in _inner(element)]
        above = above.parent


def _inner(container: Element) -> list[Element]:
    members = container.contents.members[:_NEAR]
    elements = (container.element_of(member, index) for index, member in enumerate(members))
    return [element for element in elements if element.kind in ("hash", "array") and element.node.child_count <= _LARGE]


def _first(found: Iterable[T | None]) -> T | None:
    return next((each for each in found if each is not None), None)


def _members(level: list[Element]) -> Iterator[tuple[Element, Member]]:
    """Members of every container, the last ones first: where votes are even, the nearer to the end wins."""
    for container in reversed(level):
        for member in reversed(container.contents.members[:_NEAR]):
            yield container, member


def _key_style(level: list[Element], source: bytes) -> tuple[KeyStyle, str | None] | None:
    votes: Counter[tuple[KeyStyle, str | None]] = Counter()
    for container, member in _members(level):
        if container.kind == "hash" and member.key is not None:
            votes[key_style(source[member.key_start : member.key_end].decode())] += 1
    return votes.most_common(1)[0][0] if votes else None


def key_style(written: str) -> tuple[KeyStyle, str | None]:
    """The spelling of a key written as ``name:``, ``"name":``, ``:name =>`` or ``'name' =>``, and its quote."""
    quote = written[0] if written[0] in "'\"" else None
    if written.endswith("=>"):
        return ("string_rocket", quote) if quote else ("symbol_rocket", written[1] if written[1] in "'\"" else None)
    return ("quoted_label", quote) if quote else ("label", None)


def _quote(level: list[Element]) -> str | None:
    votes: Counter[str] = Counter()
    for container, member in _members(level):
        source = container.document.source
        mark = source[member.value_start : member.value_start + 1].decode(errors="replace")
        if mark in ("'", '"') and member.node.type in ("string", "chained_string"):
            text = source[member.value_start + 1 : member.value_end - 1]
            if not any(special in text for special in (b"'", b'"', b"\\", b"#{")) or member.node.type != "string":
                votes[mark] += 1
    return votes.most_common(1)[0][0] if votes else None


def _quote_of_file(source: bytes) -> str:
    head = source[:8192]
    return '"' if head.count(b'"') > head.count(b"'") else "'"


def _indent(level: list[Element], source: bytes) -> str | None:
    for container, member in _members(level):
        if starts_line(source, member.start):
            outer, inner = leading_space(source, container.start), leading_space(source, member.start)
            if inner.startswith(outer) and len(inner) > len(outer):
                return inner[len(outer) :]
    return None


def _trailing_comma(level: list[Element], source: bytes) -> bool | None:
    votes: Counter[bool] = Counter()
    for container in level:
        inside = container.contents
        if inside.members and not inside.words and starts_line(source, inside.close_start):
            votes[inside.members[-1].comma is not None] += 1
    return votes.most_common(1)[0][0] if votes else None


def _brace_pad(level: list[Element], source: bytes) -> str | None:
    votes: Counter[str] = Counter()
    for container in level:
        inside = container.contents
        if container.kind != "hash" or not inside.members:
            continue
        if source.find(b"\n", inside.open_end, inside.close_start) < 0:
            votes[" " if source[inside.open_end : inside.open_end + 1] == b" " else ""] += 1
    return votes.most_common(1)[0][0] if votes else None


def _dense(level: list[Element]) -> bool | None:
    votes: Counter[bool] = Counter()
    for container in reversed(level):
        if container.kind == "hash" and container.contents.members:
            votes[container.document.source.find(b"\n", container.start, container.end) < 0] += 1
    return votes.most_common(1)[0][0] if votes else None
