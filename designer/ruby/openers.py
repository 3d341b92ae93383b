"""Which bracket, ``do`` or keyword a broken file never closes.

Sound multi-line nodes are looked into as well: where an ``end`` is missing, the parser gives the next one to the
wrong opener. The indentation of the closing line tells whose it was meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from designer.ruby.lines import leading_space, line_start, starts_line
from designer.ruby.parser import Node

_PAIRS = {"{": "}", "[": "]", "(": ")", "#{": "}", "%w(": ")", "%i(": ")"}
_BLOCKS = frozenset({"do", "if", "unless", "while", "until", "for", "case", "begin", "def", "class", "module"})
_MODIFIED = frozenset({"if_modifier", "unless_modifier", "while_modifier", "until_modifier", "rescue_modifier"})
_CLOSERS = frozenset({"}", "]", ")", "end"})
_BEFORE_VALUE = re.compile(rb"(?:^|[=({\[,|&!;?:]|\b(?:do|then|else|return|and|or|not|when|in))\s*\Z")


@dataclass(frozen=True, slots=True)
class Bracket:
    """An opener never closed (``is_opener``) or a closer that closes nothing."""

    node: Node
    is_opener: bool


@dataclass(frozen=True, slots=True)
class _Closed:
    opener: Node
    closer: Node
    around: Node | None


def unbalanced(source: bytes, root: Node) -> Bracket | None:
    """The innermost opener that is never closed, or else the first closer without an opener; None where all pair up."""
    stack: list[Node] = []
    closed: list[_Closed] = []
    for token in _tokens(source, root):
        if token.type not in _CLOSERS:
            stack.append(token)
            continue
        place = next((at for at in range(len(stack) - 1, -1, -1) if _closes(token, stack[at])), None)
        if place is None or (place < len(stack) - 1 and _stray(source, token, stack)):
            return Bracket(token, False)
        if place < len(stack) - 1:
            return Bracket(_robbed(source, stack[-1], closed), True)
        closed.append(_Closed(stack.pop(), token, stack[-1] if stack else None))
    return Bracket(_robbed(source, stack[-1], closed), True) if stack else None


def _closes(closer: Node, opener: Node) -> bool:
    return _PAIRS.get(opener.type, "end") == closer.type


def _stray(source: bytes, closer: Node, stack: list[Node]) -> bool:
    """A closer stands there by mistake where it is further right than everything it could close, or behind code in
    the middle of a block."""
    inner = stack[-1]
    if not starts_line(source, closer.start_byte):
        return inner.type in _BLOCKS and inner.start_point.row < closer.start_point.row
    return _margin(source, closer) > _margin(source, inner)


def _robbed(source: bytes, opener: Node, closed: list[_Closed]) -> Node:
    """``opener`` found no closer; perhaps because something inside it, itself unclosed, took the one meant for it,
    which then stands in the column of ``opener``."""
    column = _margin(source, opener)
    for pair in reversed(closed):
        if pair.around is None or pair.around.id != opener.id or not starts_line(source, pair.closer.start_byte):
            continue
        if _margin(source, pair.closer) == column < _margin(source, pair.opener):
            return _robbed(source, pair.opener, closed)
    return opener


def _margin(source: bytes, node: Node) -> int:
    return len(leading_space(source, node.start_byte))


def _tokens(source: bytes, root: Node) -> Iterator[Node]:
    """Openers and closers in the order of the text, without those of sound one-line nodes."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.child_count == 0:
            if not node.is_missing and _counts(source, node):
                yield node
        elif node.has_error or node.start_point.row != node.end_point.row:
            waiting.extend(reversed(node.children))


def _counts(source: bytes, node: Node) -> bool:
    kind = node.type
    if kind in _CLOSERS:
        return kind != ")" or node.parent is None or node.parent.type not in ("string", "regex")
    if kind in _PAIRS:
        return True
    if kind not in _BLOCKS or node.is_named:
        return False
    above = node.parent
    if above is None or above.type in _MODIFIED or (kind == "do" and above.type == "do"):
        return False
    if above.is_error and kind in ("if", "unless", "while", "until"):
        return _BEFORE_VALUE.search(source[line_start(source, node.start_byte) : node.start_byte]) is not None
    return True


def spelled(source: bytes, node: Node) -> str:
    """An opener with what stands before it on its line: ``lambda do``, ``fields: [``, ``if``."""
    before = source[line_start(source, node.start_byte) : node.start_byte].decode(errors="replace")
    pattern = (
        r"(?:[\w.]+[?!]?(?:\([^()]*\))?|->\s*\([^()]*\))\s+$" if node.type == "do" else r"[\"':\w?!]+(?::|\s*=>)\s*$"
    )
    if node.type not in ("do", "{", "["):
        pattern = r"$"
    match = re.search(pattern, before)
    return (match[0] if match else "") + node.type.replace("%w(", "%w[").replace("%i(", "%i[")
