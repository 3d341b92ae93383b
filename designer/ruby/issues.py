"""Where and why the text is not Ruby, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from designer.ruby import lines
from designer.ruby.openers import spelled, unbalanced
from designer.ruby.parser import Node, spanning

_MOST = 20
"""How many places are told; what follows the first ones is mostly their echo."""

_CODE_LINE = re.compile(rb"\n[ \t]*(?:\w+[?!]?:(?!:)|end\b|[}\])],?[ \t]*\r?\n|[\"':]\w+[\"']?[ \t]*(?:=>|:))")
_CODE_END = re.compile(rb"\n[^\n]*(?::|=>|[(\[,{+=\\])[ \t]*\Z")
_VALUE_ENDS = (b"'", b'"', b"]", b"}", b")")
_LABEL_AHEAD = re.compile(rb"[ \t]*\r?\n\s*(?:\w+[?!]?:(?!:)\s|[\"']\w+[\"'](?::|[ \t]*=>)|:\w+[ \t]*=>|\{)")


@dataclass(frozen=True, slots=True)
class SyntaxIssue:
    """``start``/``end`` are byte offsets, ``line`` and ``column`` of the start count from 1 (code points). ``unclosed``
    says that something was opened there and not closed: what follows may have been taken for its inside, or be cut
    off."""

    message: str
    line: int
    column: int
    start: int
    end: int
    unclosed: bool = False


def syntax_issues(source: bytes, root: Node) -> tuple[SyntaxIssue, ...]:
    """What is wrong with a tree that has errors: the likely cause where one can be named, else each place the parser
    stumbled over. Never empty for such a tree."""
    if (quote := _open_string(source, root)) is not None:
        return (quote,)
    causes = [cause for cause in (_bracket(source, root), _missing_comma(source, root)) if cause is not None]
    if causes:  # the later one is mostly the earlier one's echo
        return (min(causes, key=lambda cause: cause.start),)
    return tuple(_stumbles(source, root)) or (_issue(source, root, root.start_byte, root.start_byte, _UNKNOWN),)


_UNKNOWN = "Something in this file is not Ruby."


def _issue(source: bytes, root: Node, start: int, end: int, message: str, *, unclosed: bool = False) -> SyntaxIssue:
    at = lines.position(source, root, start)
    return SyntaxIssue(message, at.line, at.column, start, end, unclosed)


def _erroneous(root: Node) -> Iterator[Node]:
    """Every node with an error inside, outermost first, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.has_error or node.is_missing:
            yield node
            waiting.extend(reversed(node.children))


def _open_string(source: bytes, root: Node) -> SyntaxIssue | None:
    """A quote that is never closed swallows lines of code, up to the quote that was meant to open the next string."""
    for node in spanning(root):
        if node.type != "string" or source[node.start_byte : node.start_byte + 1] not in (b"'", b'"'):
            continue
        inside = source[node.start_byte + 1 : node.end_byte - 1]
        if _CODE_END.search(inside) or (node.parent and node.parent.has_error and _CODE_LINE.search(inside)):
            line = node.start_point.row + 1
            end = lines.line_end(source, node.start_byte)
            message = f"The string opened here, line {line}, is never closed."
            return _issue(source, root, node.start_byte, end, message, unclosed=True)
    return None


def _missing_comma(source: bytes, root: Node) -> SyntaxIssue | None:
    """A value, a line break and the next key, with no comma between them."""
    for node in _erroneous(root):
        if not node.is_error or node.parent is None:
            continue
        ends = [
            child.end_byte for child in (*node.children, *node.parent.children) if _is_value(child) and _in_list(child)
        ]
        before = len(source[: lines.line_start(source, node.start_byte)].rstrip())
        if source[before - 1 : before] in _VALUE_ENDS or source[max(before - 4, 0) : before].strip() == b"end":
            ends.append(before)
        for end in sorted(ends):
            if _LABEL_AHEAD.match(source, end):
                line = lines.row_of(source, root, end) + 1
                return _issue(source, root, end - 1, end, f"A comma is missing at the end of line {line}.")
    return None


def _is_value(node: Node) -> bool:
    return node.is_named and not node.has_error and node.type not in ("comment", "hash_key_symbol", "identifier")


def _in_list(node: Node) -> bool:
    above = node.parent
    while above is not None and (above.is_error or above.type == "pair"):
        above = above.parent
    return above is not None and above.type in ("hash", "array")


def _bracket(source: bytes, root: Node) -> SyntaxIssue | None:
    found = unbalanced(source, root)
    if found is None:
        return None
    node = found.node
    line = node.start_point.row + 1
    if found.is_opener:
        message = f"`{spelled(source, node)}` opened here, line {line}, is never closed."
    else:
        message = f"`{node.type}` here, line {line}, closes nothing."
    return _issue(source, root, node.start_byte, node.end_byte, message, unclosed=found.is_opener)


def _stumbles(source: bytes, root: Node) -> Iterator[SyntaxIssue]:
    told = 0
    for node in _erroneous(root):
        if told < _MOST and node.is_missing:
            yield _issue(source, root, node.start_byte, node.end_byte, f"`{node.type}` is missing here.")
            told += 1
        elif told < _MOST and node.is_error and not any(child.has_error for child in node.children):
            text = source[node.start_byte : node.end_byte]
            start = node.start_byte + len(text) - len(text.lstrip())
            shown, _, _ = text.strip().decode(errors="replace").partition("\n")
            shown = shown.rstrip() if len(shown) <= 40 else shown[:39] + "…"
            message = f"Ruby does not understand `{shown}` here." if shown else "Something is missing here."
            yield _issue(source, root, start, min(node.end_byte, lines.line_end(source, start)), message)
            told += 1
