"""Where and why the text is not Ruby, in words."""

from __future__ import annotations

from dataclasses import dataclass

from designer.ruby import lines
from designer.ruby.parser import Node


@dataclass(frozen=True, slots=True)
class SyntaxIssue:
    """``start``/``end`` are byte offsets, ``line`` and ``column`` of the start count from 1 (code points)."""

    message: str
    line: int
    column: int
    start: int
    end: int


def syntax_issues(source: bytes, root: Node) -> tuple[SyntaxIssue, ...]:
    found: list[SyntaxIssue] = []
    _collect(source, root, root, found)
    return tuple(sorted(found, key=lambda issue: issue.start))


def _collect(source: bytes, root: Node, node: Node, found: list[SyntaxIssue]) -> None:
    if node.is_missing or node.is_error:
        at = lines.position(source, root, node.start_byte)
        what = f"“{node.type}” is missing here." if node.is_missing else "Ruby does not understand this."
        found.append(SyntaxIssue(what, at.line, at.column, node.start_byte, node.end_byte))
        return
    for child in node.children:
        if child.has_error:
            _collect(source, root, child, found)
