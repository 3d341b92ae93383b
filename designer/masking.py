"""Secrets as a person may see them: never whole, always recognisable. Traces, output and the window share it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

from designer.secret_places import (
    QUOTED_PAIR,
    SECRET_PARAMETERS,
    SHORTEST,
    basic_pair,
    is_hollow,
    is_secret,
    is_secret_header,
    is_secret_parameter,
    is_token_like,
    replaced_by_name,
    secrets_in,
    spellings,
)

__all__ = [
    "DOTS",
    "EMPTY",
    "SECRET_PARAMETERS",
    "Masks",
    "is_secret_header",
    "is_secret_parameter",
    "mask",
    "mask_pairs",
    "mask_url",
]

DOTS = "•••"
EMPTY = "(empty)"
"""Stands where a secret would, and none is: dots would say that there is one."""


def mask(secret: str | None) -> str:
    """A secret as a person may see it: ``eyJh…9Qk1 (812 characters)``, only dots where it is short, "" for none."""
    if not secret:
        return ""
    if len(secret) < 20:
        return DOTS
    return f"{secret[:4]}…{secret[-4:]} ({len(secret)} characters)"


def mask_url(url: str, depth: int = 2) -> str:
    """The URL with the values of secret parameters, in query and fragment, and any password replaced by dots.

    Names, order and everything else stay, so that the trace shows where the code appeared. URLs within parameters
    (``next=…``) are masked too, down to ``depth``.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.split("?", 1)[0].split("#", 1)[0]
    if parts.scheme in {"javascript", "data", "blob"}:
        return f"{parts.scheme}:…"
    netloc = parts.netloc
    if "@" in netloc:
        user, _, host = netloc.rpartition("@")
        name, colon, _ = user.partition(":")
        shown = DOTS if is_token_like(name) else name
        netloc = f"{shown}:{DOTS}@{host}" if colon else f"{shown}@{host}"
    query, fragment = mask_pairs(parts.query, depth), mask_pairs(parts.fragment, depth)
    return urlunsplit(parts._replace(netloc=netloc, query=query, fragment=fragment))


def mask_pairs(text: str, depth: int = 2) -> str:
    """``a=1&code=xyz`` with secret values replaced by dots; text without ``=`` (a page anchor) stays as it is."""
    if "=" not in text:
        return text
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return DOTS
    masked = [(name, _mask_value(name, value, depth)) for name, value in pairs]
    if masked == pairs:
        return text
    written = (f"{quote_plus(name)}={quote(value, safe='/:~')}" for name, value in masked)
    return "&".join(written).replace(quote(DOTS), DOTS)


def _mask_value(name: str, value: str, depth: int) -> str:
    if value and is_secret_parameter(name):
        return DOTS
    if "?" in value or "#" in value:
        return mask_url(value, depth - 1) if depth else DOTS
    return value


_BASIC = re.compile(r"\bBasic +[A-Za-z0-9+/]{6,}={0,2}")
_BEARER = re.compile(r"\b(Bearer +)(?=[^\s\"',;]*\d)[\w.~+/-]{16,}=*")


class Masks:
    """Hides the secrets among ``settings`` wherever they appear, what is ``also`` known to be one, and what looks like
    a secret by its name."""

    def __init__(self, *settings: Mapping[str, Any], also: Iterable[str] = (), reveal: bool = False) -> None:
        self._reveal = reveal
        known = {secret for mapping in settings for _, secret in secrets_in(mapping) if len(secret) >= SHORTEST}
        written = {form for secret in known.union(also) for form in spellings(secret)}
        # Looked for one by one: faster than one pattern of them all, which is tried at each letter of a long body.
        self._known = tuple(sorted((form for form in written if not form.isdigit()), key=len, reverse=True))
        self._numbers = tuple(re.compile(rf"(?<!\d){form}(?!\d)") for form in written if form.isdigit())

    def text(self, text: str) -> str:
        """``text`` without any known secret in it, nor what an Authorization header carries."""
        if self._reveal:
            return text
        for form in self._known:
            if form in text:
                text = text.replace(form, DOTS)
        for number in self._numbers:
            text = number.sub(DOTS, text)
        if "Basic " in text:
            text = _BASIC.sub(lambda match: f"Basic {DOTS}" if basic_pair(match[0]) else match[0], text)
        return _BEARER.sub(rf"\1{DOTS}", text) if "Bearer " in text else text

    def url(self, url: str) -> str:
        return url if self._reveal else self.text(mask_url(url))

    def header(self, name: str, value: str) -> str:
        if self._reveal:
            return value
        if not is_secret_header(name):
            return self.text(_URL.sub(lambda match: mask_url(match[0]), value))
        if is_hollow(value) and value.strip() not in self._known:
            scheme = value.strip() if basic_pair(value) is None else "Basic"
            return f"{scheme} {EMPTY}".lstrip()
        scheme, space, rest = value.partition(" ")
        # The scheme says how it is signed and is no secret.
        return f"{scheme} {mask(rest)}" if space and scheme.isalnum() else mask(value)

    def body(self, body: str, content_type: str = "") -> str:
        """A request or reply body; forms, JSON and XML are masked by the names in them too, as is what was cut."""
        if self._reveal:
            return body
        if "x-www-form-urlencoded" in content_type:
            return self.text(mask_pairs(body))
        if "html" in content_type:
            return self.named_text(body, page=True)
        try:
            return json.dumps(self.value(json.loads(body)), ensure_ascii=False)
        except (ValueError, RecursionError):
            return self.named_text(body)

    def named_text(self, text: str, *, page: bool = False) -> str:
        """A text of any kind, masked by the names that stand beside values in it too."""
        if self._reveal:
            return text
        return self.text(replaced_by_name(text, lambda _name, value: mask(value), page=page))

    def value(self, value: Any, name: str = "") -> Any:
        """Exported data, masked by key and by known secret."""
        if self._reveal:
            return value
        if isinstance(value, Mapping):
            return {key: self.value(inner, str(key)) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner, name) for inner in value]
        if is_secret(name, value):
            return mask(value) if isinstance(value, str) else DOTS
        if isinstance(value, str):
            if value.lstrip()[:1] in ("{", "["):
                return self.body(value) if self._hides(value) else value
            if QUOTED_PAIR.search(value):
                return self.named_text(value, page=True)
            return self.text(mask_url(value) if "://" in value and "?" in value else value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return DOTS if number and self._numbers and self.text(str(value)) == DOTS else value

    def _hides(self, text: str) -> bool:
        """Whether a JSON text within a text has something to hide; else it stays as it is laid out."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return True
        return bool(self.value(data) != data)


_URL = re.compile(r"[A-Za-z][\w+.-]*://[^\s\"'<>]+")
