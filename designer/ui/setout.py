"""The beginning of JSON or XML set out for reading, as far as it goes: what is cut parses as nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["json_set_out", "xml_set_out"]

_JSON = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},:]|[^\s\[\]{},:"]++', re.S)
_XML = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<[^>]*>?|[^<]++", re.S)
_DEEPEST = 40
"""Levels that are told apart by their indentation."""


def json_set_out(text: str) -> str:
    """``text`` with two spaces a level, as ``json.dumps`` lays it out; nothing but white space changes."""
    return "".join(_json_pieces(text))


def _json_pieces(text: str) -> Iterator[str]:
    depth, fresh, opened = 0, True, False
    for match in _JSON.finditer(text):
        token = match[0]
        if token in ("]", "}"):
            depth = max(0, depth - 1)
            if not opened:
                yield _line(depth)
            yield token
            opened = fresh = False
            continue
        if fresh and depth:
            yield _line(depth)
        fresh = opened = False
        if token == ":":
            yield ": "
        elif token == ",":
            yield ","
            fresh = True
        else:
            yield token
            if token in ("[", "{"):
                depth += 1
                fresh = opened = True


def xml_set_out(text: str) -> str:
    """``text`` with one tag a line and two spaces a level; an element of text alone stays on its line."""
    lines: list[str] = []
    depth, holds = 0, ""
    for match in _XML.finditer(text):
        token = match[0].strip()
        if not token:
            continue
        if token.startswith("</"):
            depth = max(0, depth - 1)
            if holds:
                lines[-1] += token
            else:
                lines.append(_indent(depth) + token)
            holds = ""
        elif token.startswith("<"):
            lines.append(_indent(depth) + token)
            holds = ""
            if token[1:2] not in ("!", "?") and not token.endswith("/>"):
                depth += 1
                holds = "element"
        elif holds == "element":
            lines[-1] += token
        else:
            lines.append(_indent(depth) + token)
    return "\n".join(lines)


def _line(depth: int) -> str:
    return "\n" + _indent(depth)


def _indent(depth: int) -> str:
    return "  " * min(depth, _DEEPEST)
