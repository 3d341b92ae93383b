"""How a secret is spelled where it stands."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

__all__ = ["spellings"]


def spellings(secret: str) -> dict[str, Callable[[str], str]]:
    """A secret as it stands in a body, a URL, a form, JSON (also within JSON) and XML; each with how to spell another
    text that way."""
    made: dict[str, Callable[[str], str]] = {}
    for spell in _SPELLED:
        try:
            made.setdefault(spell(secret), spell)
        except UnicodeEncodeError:  # half a surrogate pair has no such spelling
            continue
    return made


def _quote_lower(text: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), quote(text, safe=""))


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


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
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
)
