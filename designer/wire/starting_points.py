"""Requests found in a connector's code, to begin with in the console."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from designer.ruby import Document

__all__ = ["StartingPoint", "starting_points"]

_REQUEST = re.compile(r"(?<![\w.:@'\"])(get|post|put|patch|delete)\(\s*(?:'([^'\\\n]*)'|\"([^\"\\#\n]*)\")")
_COMMENT = re.compile(r"^\s*#.*$", re.M)


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A request whose URL stands in the code. ``where`` names the part it is in ("test", "search_contacts"),
    ``line`` counts from 1."""

    where: str
    verb: str
    url: str
    line: int


def starting_points(document: Document) -> tuple[StartingPoint, ...]:
    """The test's requests, then those of actions, triggers and methods, in the order of the code, each request once.

    URLs that are put together at run time are left out: the console would not know with what.
    """
    found: dict[tuple[str, str, str], StartingPoint] = {}
    for where, pointer in _places(document):
        element = document.find(pointer)
        if element is None:
            continue
        # A comment keeps its length, so that lines still count right.
        text = _COMMENT.sub(lambda match: " " * len(match[0]), element.text)
        for match in _REQUEST.finditer(text):
            verb, url = match[1].upper(), match[2] if match[2] is not None else match[3]
            line = element.line + text.count("\n", 0, match.start())
            if url:
                found.setdefault((where, verb, url), StartingPoint(where, verb, url, line))
    return tuple(found.values())


def _places(document: Document) -> Iterable[tuple[str, str]]:
    yield "test", "/test"
    yield "test", "/connection/test"
    for group in ("actions", "triggers", "methods"):
        holder = document.find(f"/{group}")
        for entry in holder.entries if holder is not None and holder.kind == "hash" else ():
            yield str(entry.key), entry.element.pointer
