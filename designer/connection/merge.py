"""Carries a change between two renderings over to code an author wrote in another manner.

A form knows the lambda it would write before a change (``base``) and after it (``wanted``). The file holds the author's
own wording (``actual``), with comments and line breaks of its own. Where the tokens that change are found in the
author's code, only they are replaced.
"""

from __future__ import annotations

import difflib
import itertools
import re
from dataclasses import dataclass

__all__ = ["Edit", "merge", "merged"]


@dataclass(frozen=True, slots=True)
class Edit:
    """``new`` in place of the characters ``[start, end)`` of the author's code."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
      | "(?:\\.|\#\{[^}]*\}|[^"\\])*"
      | '(?:\\.|[^'\\])*'
      | [A-Za-z_]\w*[?!]?
      | \d[\d_.]*
      | =>|->|&\.|\|\||&&|==|::
      | .""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN_DOUBLE = re.compile(r'"([^"\'\\#]*)"')


def merge(base: str, actual: str, wanted: str) -> tuple[Edit, ...] | None:
    """The edits of ``actual`` that do to it what leads from ``base`` to ``wanted``; None where the two are too far
    apart. The caller checks what the result says."""
    old, mine, new = _tokens(base), _tokens(actual), _tokens(wanted)
    place: dict[int, int] = {}
    for block in difflib.SequenceMatcher(None, _keys(old), _keys(mine), autojunk=False).get_matching_blocks():
        place |= {block.a + step: block.b + step for step in range(block.size)}
    indent = _last_indent(actual)
    edits: list[Edit] = []
    steps = difflib.SequenceMatcher(None, _keys(old), _keys(new), autojunk=False).get_opcodes()
    for kind, first, last, new_first, new_last in steps:
        if kind == "equal":
            continue
        found = [place.get(index) for index in range(first, last)]
        if None in found or any(b != a + 1 for a, b in itertools.pairwise(found) if a is not None):
            return None
        if kind == "replace" and found[0] is not None and found[-1] is not None:
            text = wanted[new[new_first].start : new[new_last - 1].end]
            edits.append(Edit(mine[found[0]].start, mine[found[-1]].end, _indented(text, indent)))
            continue
        before = place.get(first - 1)
        if before is None:
            return None
        if kind == "insert":
            text = wanted[new[new_first - 1].end : new[new_last - 1].end]
            edits.append(Edit(mine[before].end, mine[before].end, _indented(text, indent)))
        elif found[-1] is not None:
            edits.append(Edit(mine[before].end, mine[found[-1]].end, ""))
    return tuple(edits)


def merged(actual: str, edits: tuple[Edit, ...]) -> str:
    """``actual`` with the edits made."""
    for edit in reversed(edits):
        actual = actual[: edit.start] + edit.new + actual[edit.end :]
    return actual


def _tokens(text: str) -> list[_Token]:
    found = _TOKEN.finditer(text)
    return [_Token(match[0], match.start(), match.end()) for match in found if match["skip"] is None]


def _keys(tokens: list[_Token]) -> list[str]:
    """Tokens as they are compared: plain texts in either quote are the same."""
    return [_PLAIN_DOUBLE.sub(r"'\1'", token.text) for token in tokens]


def _last_indent(text: str) -> str:
    last = text.rsplit("\n", 1)
    return last[1][: len(last[1]) - len(last[1].lstrip(" \t"))] if len(last) == 2 else ""


def _indented(text: str, indent: str) -> str:
    return text.replace("\n", "\n" + indent)
