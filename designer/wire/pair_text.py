"""Pairs of names and values as people write them: a query, the fields of a form, a block of headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote_plus

__all__ = ["form_pairs", "form_text", "header_pairs", "query_pairs"]

Pairs = tuple[tuple[str, str], ...]

_BETWEEN = re.compile(r"[&\n]")
_NAME, _VALUE = re.compile(r"[%&=+\r\n]"), re.compile(r"[%&+\r\n]")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t\r]*", re.ASCII)


def form_pairs(text: str) -> Pairs | None:
    """The fields of a form written ``name=value`` with ``&`` or a line break between; None for JSON, and where a part
    has no name or no ``=``."""
    if text.lstrip().startswith(("{", "[")):
        return None
    found = [part.strip("\r").partition("=") for part in _BETWEEN.split(text.strip()) if part.strip("\r")]
    if not all(sign and name.strip() for name, sign, _ in found):
        return None
    return tuple((unquote_plus(name.strip()), unquote_plus(value)) for name, _, value in found)


def form_text(pairs: Iterable[tuple[str, str]]) -> str:
    """What ``form_pairs`` reads: a line each, with no more percent-encoded than has to be."""
    return "\n".join(f"{_encoded(_NAME, name)}={_encoded(_VALUE, value)}" for name, value in pairs)


def query_pairs(text: str) -> Pairs | None:
    """The parameters of a query that was copied from somewhere, with or without its question mark or the URL before
    it; None where it is none."""
    asked = text.strip().rpartition("?")[2].partition("#")[0]
    return (form_pairs(asked) or None) if "=" in asked else None


def header_pairs(text: str) -> Pairs | None:
    """The headers of a block of lines ``Name: value``; None where a line is none."""
    found = [_HEADER.fullmatch(line) for line in text.strip().split("\n")]
    return tuple((one[1], one[2]) for one in found if one is not None) if all(found) else None


def _encoded(what: re.Pattern[str], text: str) -> str:
    kept = text.strip()
    at = text.find(kept)
    # Blanks at an end would be taken off.
    return quote(text[:at]) + what.sub(lambda one: quote(one[0]), kept) + quote(text[at + len(kept) :])
