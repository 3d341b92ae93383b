"""How a secret is spelled where it stands, and where a text of the same letters is no secret but part of a word."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

__all__ = ["is_part_of_words", "spellings", "standing", "standing_pattern"]

_SHORT, _SHORT_WORD = 8, 16
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
"""What is spelled alike in URLs, forms, JSON and XML."""
# Before a word: what is no letter, or an escape that ends in one (of JSON, of a URL, of one within another).
_BEFORE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2})|(?<=%25[0-9A-Fa-f]{2}))"
_AFTER = r"(?![A-Za-z0-9_])"
_DIGITS_BEFORE, _DIGITS_AFTER = r"(?<!\d)(?<!\d\.)", r"(?!\d|\.\d)"
_WORDS = re.compile(r"[A-Za-z0-9_]")
_IN_PROSE = re.compile(r"[A-Za-z0-9_ .,:'/-]*")


def is_part_of_words(secret: str) -> bool:
    """Whether the letters of ``secret`` stand in other words by chance, so that it is looked for as a word of its own:
    ``demo`` is not hidden in ``demonstration``, which would tell it and hide nothing. So are texts under 8 characters
    and words under 16; others, also of letters that know no spaces (Chinese) or of signs, are hidden anywhere."""
    if len(secret) < _SHORT:
        return _IN_PROSE.fullmatch(secret) is not None
    return len(secret) < _SHORT_WORD and secret.isascii() and secret.isalpha()


def standing(secret: str) -> tuple[str, str]:
    """Patterns (``re``) of what must stand before and after ``secret`` where it is meant; "" for anything. Digits are
    never part of a longer number."""
    words = is_part_of_words(secret)
    before = _BEFORE if words and _WORDS.match(secret[0]) else ""
    after = _AFTER if words and _WORDS.match(secret[-1]) else ""
    if secret.isascii() and secret.isdigit():
        return before + _DIGITS_BEFORE, after + _DIGITS_AFTER
    return before, after


def standing_pattern(secrets: Iterable[str], *others: str) -> re.Pattern[str]:
    """Finds ``others``, which are patterns, and each of ``secrets`` where it is meant, the longest first."""
    found = sorted(secrets, key=lambda text: (-len(text), text))
    alone = (f"{before}{re.escape(text)}{after}" for text in found for before, after in [standing(text)])
    return re.compile("|".join([*others, *alone]))


def spellings(secret: str) -> dict[str, Callable[[str], str]]:
    """A secret as it stands in a body, a URL, a form, JSON (also within JSON) and XML; each with how to spell another
    text that way."""
    made: dict[str, Callable[[str], str]] = {}
    for spell in _ALWAYS if _PLAIN.fullmatch(secret) else _SPELLED:
        try:
            made.setdefault(spell(secret), spell)
        except UnicodeEncodeError:  # half a surrogate pair has no such spelling
            continue
    return made


def _quote_lower(text: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), quote(text, safe=""))


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _base64_of_urls(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


_SPELLED: tuple[Callable[[str], str], ...] = (
    str,
    _json,
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: _json(text).replace("/", "\\/"),
    lambda text: _json(_json(text)),
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    _quote_lower,
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(quote(text), safe=""),
    lambda text: html.escape(text, quote=True),
    lambda text: html.escape(text, quote=False),
    _base64,
    _base64_of_urls,
)
_ALWAYS = (str, _base64, _base64_of_urls)
