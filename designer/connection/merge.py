"""Carries a change between two renderings over to code an author wrote in another manner.

A form knows the lambda it would write before a change (``base``) and after it (``wanted``). The file holds the author's
own wording (``actual``), with comments and line breaks of its own. Where the tokens that change are found in the
author's code, only they are replaced.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Edit", "Hint", "candidates", "merged"]

Hint = tuple[str, str] | tuple[list[str], list[str]]
"""A text, or a list of texts, before and after."""


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


def candidates(base: str, actual: str, wanted: str, hints: Iterable[Hint] = ()) -> Iterator[tuple[Edit, ...]]:
    """Edits of ``actual`` that may do to it what leads from ``base`` to ``wanted``, the most faithful first. Each is a
    guess: the caller checks what the result says."""
    words = _Words(base, actual, wanted)
    for find in (words.aligned, words.unique):
        edits = words.edits(find)
        if edits:
            yield edits
    hinted = [edit for hint in hints for edit in _hinted(actual, hint)]
    if hinted:
        yield tuple(sorted(hinted, key=lambda edit: edit.start))


class _Words:
    """The words of the three texts, and where those of ``base`` stand in ``actual``."""

    def __init__(self, base: str, actual: str, wanted: str) -> None:
        self.wanted = wanted
        self.old, self.mine, self.new = _tokens(base), _tokens(actual), _tokens(wanted)
        self.old_keys, self.my_keys = _keys(self.old), _keys(self.mine)
        self.indent = _last_indent(actual)
        self.place: dict[int, int] = {}
        for block in _matcher(self.old_keys, self.my_keys).get_matching_blocks():
            self.place |= {block.a + step: block.b + step for step in range(block.size)}

    def aligned(self, first: int, last: int) -> int | None:
        """Where the run ``[first, last)`` of ``base`` stands, by its place in the whole."""
        found = [self.place.get(index) for index in range(first, last)]
        if None in found or any(b != a + 1 for a, b in itertools.pairwise(found) if a is not None and b is not None):
            return None
        return found[0]

    def unique(self, first: int, last: int) -> int | None:
        """Where the run stands, by being the only one of its kind; a short one with the words before it."""
        for more in range(9):
            start = first - more
            if start < 0:
                return None
            run = self.old_keys[start:last]
            found = [at for at in range(len(self.my_keys) - len(run) + 1) if self.my_keys[at : at + len(run)] == run]
            if len(found) == 1:
                return found[0] + more
            if not found:
                return None
        return None

    def edits(self, find: Callable[[int, int], int | None]) -> tuple[Edit, ...] | None:
        edits: list[Edit] = []
        for kind, first, last, new_first, new_last in _matcher(self.old_keys, _keys(self.new)).get_opcodes():
            if kind == "equal":
                continue
            at = find(first, last) if kind == "replace" else find(first - 1, last)
            if at is None:
                return None
            if kind == "replace":
                text = self.wanted[self.new[new_first].start : self.new[new_last - 1].end]
                start, end = self.mine[at].start, self.mine[at + last - first - 1].end
            else:
                text = self.wanted[self.new[new_first - 1].end : self.new[new_last - 1].end] if kind == "insert" else ""
                start, end = self.mine[at].end, self.mine[at + last - first].end
            edits.append(Edit(start, end, text.replace("\n", "\n" + self.indent)))
        edits.sort(key=lambda edit: edit.start)
        apart = all(a.end <= b.start for a, b in itertools.pairwise(edits))
        return tuple(edits) if apart else None


def _hinted(actual: str, hint: Hint) -> Iterator[Edit]:
    """A text in place of the only one like it, or items added to and taken from a list of texts."""
    old, new = hint
    if isinstance(old, str) and isinstance(new, str):
        if old and actual.count(old) == 1 and not re.search(r"""['"\\\n]|#\{""", old + new):
            at = actual.index(old)
            yield Edit(at, at + len(old), new)
    elif isinstance(old, list) and isinstance(new, list) and old:
        tokens = _tokens(actual)
        for style in ("'", '"', ""):
            run = [part for item in old for part in (f"{style}{item}{style}", ",")][:-1] if style else list(old)
            found = [at for at in range(len(tokens)) if [token.text for token in tokens[at : at + len(run)]] == run]
            if len(found) == 1:
                first, last = tokens[found[0]], tokens[found[0] + len(run) - 1]
                step = 2 if style else 1
                comma = "," if style else ""
                gap = actual[tokens[found[0] + step - 1].end : tokens[found[0] + step].start] if len(old) > 1 else " "
                text = f"{comma}{gap}".join(f"{style}{item}{style}" for item in new)
                yield Edit(first.start, last.end, text)
                return


def _matcher(a: list[str], b: list[str]) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, a, b, autojunk=False)


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
