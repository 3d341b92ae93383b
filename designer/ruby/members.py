"""The members of a hash or an array as they stand in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.ruby import literals
from designer.ruby.parser import Node


@dataclass(frozen=True, slots=True)
class Member:
    """One ``key: value`` of a hash or one item of an array. All numbers are byte offsets.

    ``key`` is None for an item, and for what has no fixed name (``**defaults``, ``"a#{b}": 1``); ``comma`` is the
    offset of the comma behind it, if there is one. ``top`` is the root of the tree that ``node`` belongs to.
    """

    key: str | None
    key_start: int
    key_end: int
    node: Node
    start: int
    end: int
    value_start: int
    value_end: int
    comma: int | None
    top: Node
    broken: bool = False
    inside: Contents | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands between the brackets: ``[open_end, close_start)``. ``words`` marks ``%w[]`` and ``%i[]``; ``keys``
    are those of the members."""

    open_end: int
    close_start: int
    members: Sequence[Member]
    words: bool = False
    keys: tuple[str | None, ...] = ()

    def index(self, key: str) -> int | None:
        """The last member named ``key``, as in Ruby, where the last one wins."""
        return next((at for at in range(len(self.keys) - 1, -1, -1) if self.keys[at] == key), None)


def key_text(node: Node, source: bytes) -> str | None:
    """The bare name of a key in any spelling, None where only running Ruby could tell it."""
    text = source[node.start_byte : node.end_byte].decode()
    match node.type:
        case "hash_key_symbol":
            return text
        case "simple_symbol":
            return text[1:]
        case "string" | "delimited_symbol":
            return literals.quoted(node, source)
        case "integer" | "true" | "false":
            return text
        case "nil":
            return ""
        case _:
            return None


_OPENERS = ("{", "[", "%w(", "%i(")
_CLOSERS = ("}", "]", ")")


def contents(node: Node, source: bytes, top: Node) -> Contents:
    """The members of a ``hash``, ``array``, ``string_array`` or ``symbol_array`` node."""
    children = node.children
    open_end, close_start = node.start_byte, node.end_byte
    if children and children[0].type in _OPENERS:
        open_end = children[0].end_byte
    if children and children[-1].type in _CLOSERS:
        close_start = children[-1].start_byte
    words = node.type in ("string_array", "symbol_array")
    found: list[Member] = []
    waiting: Node | None = None
    for child in children[1:]:
        kind = child.type
        if kind == ",":
            if waiting is not None:
                found.append(member_of(waiting, source, top, child.start_byte))
                waiting = None
        elif kind not in ("comment", "heredoc_body") and child.is_named and not child.is_error:
            if waiting is not None:
                found.append(member_of(waiting, source, top, None))
            waiting = child
    if waiting is not None:
        found.append(member_of(waiting, source, top, None))
    return Contents(open_end, close_start, found, words, tuple(member.key for member in found))


def member_of(node: Node, source: bytes, top: Node, comma: int | None = None) -> Member:
    """The member that ``node``, a ``pair`` or an item, makes."""
    start, end = node.start_byte, node.end_byte
    if node.type != "pair":
        return Member(None, start, start, node, start, end, start, end, comma, top, node.is_error)
    key = node.child_by_field_name("key") or node
    value = node.child_by_field_name("value")
    arrow = node.children[1] if node.child_count > 1 else key
    key_end = arrow.end_byte if arrow.type in (":", "=>") else key.end_byte
    if value is None:  # `name:` alone, Ruby 3.1's short form: the value is a call or a variable of that name
        return Member(key_text(key, source), start, key_end, key, start, end, key_end, key_end, comma, top)
    broken = any(child.is_error for child in node.children)
    value_end = max(value.end_byte, end)
    return Member(
        key_text(key, source), start, key_end, value, start, end, value.start_byte, value_end, comma, top, broken
    )
