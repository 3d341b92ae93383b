"""Ruby values that have no JSON counterpart, as the document hands them out and takes them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Symbol:
    """``:name``; written in JSON as ``{"symbol": "name"}``."""

    name: str


@dataclass(frozen=True, slots=True)
class Regex:
    """``/source/flags``; written in JSON as ``{"regex": source, "flags": flags}``."""

    source: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class RubyCode:
    """Any expression, kept as written; in JSON ``{"ruby": text}``. Setting one inserts the text as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Lambda:
    """A lambda literal as it stands in the file; in JSON
    ``{"lambda": {"parameters": [...], "body": ..., "line": ..., "end_line": ...}}``.

    ``text`` is the whole literal, ``body`` its dedented inside, lines count from 1.
    """

    parameters: tuple[str, ...]
    body: str
    text: str
    line: int
    end_line: int


RubyValue: TypeAlias = (
    bool
    | int
    | float
    | str
    | Symbol
    | Regex
    | RubyCode
    | Lambda
    | Sequence["RubyValue"]
    | Mapping[str, "RubyValue"]
    | None
)
