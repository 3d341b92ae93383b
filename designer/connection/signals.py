"""``refresh_on`` and ``detect_on`` items as texts a person edits.

``401`` is a status, ``/invalid token/i`` a regex, anything else a text; a text that would read as one of the others
stands in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from designer.ruby.values import Regex, RubyValue

__all__ = ["from_text", "to_text", "to_texts"]

_REGEX = re.compile(r"/(.*)/([imxounse]*)", re.DOTALL)


def to_text(item: RubyValue) -> str | None:
    """The text of one item, or None where it is neither a number, a text nor a regex."""
    if isinstance(item, bool):
        return None
    if isinstance(item, int):
        return str(item)
    if isinstance(item, Regex):
        return f"/{item.source}/{item.flags}"
    if isinstance(item, str):
        return item if _plain(item) else f'"{item}"'
    return None


def to_texts(items: Iterable[RubyValue]) -> list[str] | None:
    """The texts of all items, or None where one of them has none."""
    texts = [to_text(item) for item in items]
    return [text for text in texts if text is not None] if None not in texts else None


def from_text(text: str) -> int | str | Regex:
    """The item that ``text`` stands for; the inverse of ``to_text``."""
    if re.fullmatch(r"-?[0-9]+", text, re.ASCII):
        return int(text)
    if match := _REGEX.fullmatch(text):
        return Regex(match[1], match[2])
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text


def _plain(text: str) -> bool:
    return from_text(text) == text and isinstance(from_text(text), str)
