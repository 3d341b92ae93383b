"""Secrets by the names beside them, in a text that cannot be parsed: XML, what was cut, a template."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_plus

from designer.secrecy.names import is_secret, is_secret_parameter

__all__ = ["replaced_by_name", "secrets_by_name"]

_NAME = r"[\w.%\[\]-]{1,80}+"
"""Nothing that may follow a name can be in one, so no shorter name need be tried."""
_QUOTED = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)'


def _read_json(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(rf'"({_NAME})"\s*(?::|=>)\s*{_QUOTED}', re.S), _read_json),
    (re.compile(rf'"({_NAME})"\s*(?::|=>)\s*(-?\d[\d.]{{3,}})'), str),
    (re.compile(rf'\\"({_NAME})\\"\s*:\s*\\"(.*?)(?=\\"|$)', re.S), lambda text: _read_json(_read_json(text))),
    (re.compile(rf"<(?:[\w.-]+:)?({_NAME})(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]+)"), html.unescape),
    (re.compile(rf"(?<![\w.-])({_NAME})\s*=\s*\"([^\"<>]*)"), html.unescape),
    (re.compile(rf"(?<![\w.-])({_NAME})\s*=\s*'([^'<>]*)"), html.unescape),
    (re.compile(rf"(?:^|(?<=[?&;#\s(\"'>]))({_NAME})=([^&\s\"'<>#;]+)"), unquote_plus),
    (re.compile(rf"(?<![\w\"\\.-])({_NAME}):[ \t]+(?:(?:Basic|Bearer|Token)\s+)?([^\s,;\"'{{}}\[\]]+)", re.I), str),
    (re.compile(rf"(?<![\w\"\\.-])({_NAME}):\s*\\?{_QUOTED}", re.S), _read_json),
    (re.compile(r"://()[^\s/@:\"']*:([^\s/@\"']+)@"), unquote_plus),
    # A part of multipart/form-data (RFC 7578): its name among its headers, then an empty line.
    (
        re.compile(rf'(?<!file)name="({_NAME})"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)(?=\r?\n--|\Z)', re.S),
        str,
    ),
)
_NEEDED = {
    4: re.compile(r"=\s*\""),
    5: re.compile(r"=\s*'"),
    6: re.compile("="),
    7: re.compile(r":[ \t]"),
    8: re.compile(r":\s*\\?\""),
}
"""What a text must have for the pattern at this place to be worth trying at each of its words."""
_ELEMENT = 3
"""Place of ``<name>value</name>``; in HTML an element ``code`` is no secret."""
_PROSE = 7
"""Place of ``name: value``, which may be prose: "password: too short" tells no secret."""
_LISTED = re.compile(rf'"({_NAME})"\s*:\s*\[([^\[\]{{}}]*)')


def secrets_by_name(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of each, as it is read."""
    for name, value, read, _, _ in _named(text):
        yield name, read(value)


def _named(
    text: str, page: bool = False, hides: Callable[[str, Any], bool] = is_secret
) -> Iterator[tuple[str, str, Callable[[str], str], int, int]]:
    """Each value under a secret name: name, value as written, how it is read, where it starts and ends."""
    for place, (pattern, read) in enumerate(_PATTERNS):
        if (page and place == _ELEMENT) or ((needed := _NEEDED.get(place)) and not needed.search(text)):
            continue
        for match in pattern.finditer(text):
            name, value = unquote_plus(match[1]) or "password", match[2]
            if place == _PROSE and not (re.search(r"\d", value) or len(value) >= 16):
                continue
            if value and hides(name, value if not _number(value, place) else float(value)):
                yield name, value, read, match.start(2), match.end(2)
    for match in _LISTED.finditer(text):
        if is_secret_parameter(match[1]):
            for one in re.finditer(_QUOTED, match[2], re.S):
                start = match.start(2)
                if hides(match[1], one[1]):
                    yield match[1], one[1], _read_json, start + one.start(1), start + one.end(1)


def _number(value: str, place: int) -> bool:
    """Whether JSON has it for a number; in a form or XML everything is a text."""
    return place == 1 and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def replaced_by_name(
    text: str,
    instead: Callable[[str, str], str],
    *,
    page: bool = False,
    hides: Callable[[str, Any], bool] = is_secret,
) -> str:
    """``text``, which need not be complete or well-formed, with ``instead`` (of name and value as written) in place of
    each value that ``hides`` (of name and value) hides. ``page`` says that it is HTML."""
    made: list[str] = []
    at = 0
    for name, value, _, start, end in sorted(_named(text, page, hides), key=lambda found: (found[3], -found[4])):
        if start < at:
            continue
        made += [text[at:start], instead(name, value)]
        at = end
    return "".join([*made, text[at:]]) if made else text
