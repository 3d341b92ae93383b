"""Secrets in output for people: known values and secret-looking names become dots, unless ``--reveal``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from designer.oauth.masks import DOTS, is_secret_parameter, mask, mask_pairs, mask_url

_HEADERS = re.compile(r"authorization|cookie|token|secret|key|signature|password", re.IGNORECASE)
_SHORTEST = 4
"""Characters; hiding every "a" because a password is "a" would hide the text, not the secret."""


class Masks:
    """Hides the secrets among ``settings`` wherever they appear, and what looks like a secret by its name."""

    def __init__(self, *settings: Mapping[str, Any], reveal: bool = False) -> None:
        self._reveal = reveal
        known = {secret for mapping in settings for secret in _secrets(mapping) if len(secret) >= _SHORTEST}
        written = {form for secret in known for form in _spellings(secret)}
        longest_first = sorted(written, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, text: str) -> str:
        """``text`` without any known secret in it."""
        return text if self._reveal or self._known is None else self._known.sub(DOTS, text)

    def url(self, url: str) -> str:
        return url if self._reveal else self.text(mask_url(url))

    def header(self, name: str, value: str) -> str:
        if self._reveal or not _HEADERS.search(name):
            return self.text(value)
        scheme, space, rest = value.partition(" ")
        # The scheme says how it is signed and is no secret.
        return f"{scheme} {mask(rest)}" if space and scheme.isalnum() else mask(value)

    def body(self, body: str, content_type: str = "") -> str:
        """A request or reply body; forms and JSON are masked by the names in them too."""
        if self._reveal:
            return body
        if "x-www-form-urlencoded" in content_type:
            return self.text(mask_pairs(body))
        try:
            return json.dumps(self.value(json.loads(body)), ensure_ascii=False)
        except (ValueError, RecursionError):
            return self.text(body)

    def value(self, value: Any, name: str = "") -> Any:
        """Exported data, masked by key and by known secret."""
        if self._reveal:
            return value
        if isinstance(value, Mapping):
            return {key: self.value(inner, str(key)) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner, name) for inner in value]
        if isinstance(value, str):
            if name and is_secret_parameter(name):
                return mask(value)
            return self.text(mask_url(value) if "://" in value and "?" in value else value)
        return value


def _secrets(value: Any, name: str = "") -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _secrets(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets(inner, name)
    elif isinstance(value, str) and is_secret_parameter(name):
        yield value


def _spellings(secret: str) -> set[str]:
    """A secret as it stands in a body, a URL, a form and JSON."""
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
