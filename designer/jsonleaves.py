"""A JSON text (RFC 8259) as it is written: where its values stand, and how it reads with one on each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

__all__ = ["laid_out", "leaves"]

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}\[\],:"]+|[{}\[\],:]', re.S)


def leaves(text: str) -> Iterator[tuple[str, int, int]]:
    """Each text, number and literal of a well-formed document: the name it stands under (an item of a list: that of
    the list; "" for none), and where it is written, in code points."""
    names: list[str] = []
    lists: list[bool] = []
    name, named = "", False
    for match in _TOKEN.finditer(text):
        mark = text[match.start()]
        if mark in "{[":
            names.append(name)
            lists.append(mark == "[")
            named = mark == "{"
        elif mark in "}]":
            names.pop()
            lists.pop()
        elif mark == ",":
            named = not lists[-1]
            name = names[-1]
        elif mark == ":":
            named = False
        elif named:
            name = json.loads(match[0])
        else:
            yield name, match.start(), match.end()


def laid_out(text: str) -> str:
    """A well-formed document with every value on a line of its own, two spaces a level, as ``json.dumps`` lays it out;
    names, texts and numbers stay as they are written."""
    made: list[str] = []
    depth = 0
    opened = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in ("}", "]"):
            depth -= 1
            if not opened:
                made.append("\n" + "  " * depth)
        elif opened:
            made.append("\n" + "  " * depth)
        opened = token in ("{", "[")
        made.append(token)
        if opened:
            depth += 1
        elif token == ",":
            made.append("\n" + "  " * depth)
        elif token == ":":
            made.append(" ")
    return "".join(made)
