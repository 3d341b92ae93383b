"""Secrets as a person may see them: never whole, always recognisable. Traces, output and the window share it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from designer.jsonleaves import leaves
from designer.pem import hide_private_keys, in_words
from designer.secrecy import (
    COOKIE_PAIR,
    QUOTED_PAIR,
    SECRET_PARAMETERS,
    SHORTEST,
    URL,
    basic_pair,
    is_hollow,
    is_secret,
    is_secret_header,
    is_secret_parameter,
    is_token_like,
    names_scheme,
    replaced_by_name,
    secrets_in,
)
from designer.secrecy.known import Known
from designer.secrecy.shapes import hide_by_shape
from designer.sights import LEAVES, Sight

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
    """A secret as a person may see it: ``eyJh…9Qk1 (812 characters)``, only dots where it is short, "" for none. Keys
    and certificates are told by their fingerprint."""
    if not secret:
        return ""
    if (told := in_words(secret)) is not None:
        return told
    if len(secret) < 20:
        return DOTS
    return f"{secret[:4]}…{secret[-4:]} ({len(secret)} characters)"


def mask_url(url: str, depth: int = 2, hides: Callable[[str, Any], bool] = is_secret) -> str:
    """The URL with the values of secret parameters, in query and fragment, and any password replaced by dots.

    Everything else stays as it is written, so that the trace shows where the code appeared. URLs within parameters
    (``next=…``) are masked too, down to ``depth``. ``hides`` is asked by name and value.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.split("?", 1)[0].split("#", 1)[0]
    if parts.scheme in {"javascript", "data", "blob"}:
        return f"{parts.scheme}:…"
    head, hash_mark, fragment = url.partition("#")
    head, query_mark, query = head.partition("?")
    head = _USERINFO.sub(lambda match: f"{match[1]}{_userinfo(match[2])}@", head, count=1)
    return f"{head}{query_mark}{mask_pairs(query, depth, hides)}{hash_mark}{mask_pairs(fragment, depth, hides)}"


_USERINFO = re.compile(r"^([^/]*//)([^/]*)@")


def _userinfo(text: str) -> str:
    user, colon, _ = text.partition(":")
    shown = DOTS if is_token_like(user) else user
    return f"{shown}:{DOTS}" if colon else shown


def mask_pairs(text: str, depth: int = 2, hides: Callable[[str, Any], bool] = is_secret) -> str:
    """``a=1&code=xyz`` with secret values replaced by dots, all else as it is written; text without ``=`` (a page
    anchor) stays as it is."""
    return "&".join(_mask_pair(pair, depth, hides) for pair in text.split("&")) if "=" in text else text


def _mask_pair(pair: str, depth: int, hides: Callable[[str, Any], bool]) -> str:
    name, _, written = pair.partition("=")
    value = unquote_plus(written)
    if value and hides(unquote_plus(name), value):
        return f"{name}={DOTS}"
    if "?" in value or "#" in value:
        shown = mask_url(value, depth - 1, hides) if depth else DOTS
        if shown != value:
            return f"{name}={quote(shown, safe='/:~').replace(quote(DOTS), DOTS)}"
    return pair


_COOKIES = frozenset({"cookie", "set-cookie"})
_BASIC = re.compile(r"\bBasic +[A-Za-z0-9+/]{6,}={0,2}")
_BEARER = re.compile(r"\b(Bearer +)(?=[^\s\"',;]*\d)[\w.~+/-]{16,}=*")


class Masks:
    """Hides the secrets among ``settings`` wherever they appear, what is ``also`` known to be one, and what ``sight``
    takes for a secret by its name."""

    def __init__(
        self, *settings: Mapping[str, Any], also: Iterable[str] = (), reveal: bool = False, sight: Sight = LEAVES
    ) -> None:
        self._reveal = reveal
        self._sight = sight
        known = {secret for mapping in settings for _, secret in secrets_in(mapping) if len(secret) >= SHORTEST}
        self._known = Known(known.union(also))

    def at(self, sight: Sight) -> Masks:
        """The same for another ``sight``; both share what is known."""
        made = copy(self)
        made._sight = sight
        return made

    @property
    def reveals(self) -> bool:
        """Whether nothing is hidden."""
        return self._reveal

    def text(self, text: str) -> str:
        """``text`` without any known secret in it, nor what an Authorization header carries."""
        return text if self._reveal else self._text(self._known.hidden(text, DOTS))

    def _text(self, text: str) -> str:
        text = hide_by_shape(hide_private_keys(text), DOTS)
        if "Basic " in text:
            text = _BASIC.sub(lambda match: f"Basic {DOTS}" if basic_pair(match[0]) else match[0], text)
        return _BEARER.sub(rf"\1{DOTS}", text) if "Bearer " in text else text

    def url(self, url: str) -> str:
        return url if self._reveal else self.text(mask_url(url, hides=self._sight.parameter))

    def header(self, name: str, value: str) -> str:
        if self._reveal:
            return value
        if not self._sight.header(name):
            return self.text(URL.sub(lambda match: mask_url(match[0], hides=self._sight.parameter), value))
        if is_hollow(value) and value.strip() not in self._known:
            scheme = value.strip() if basic_pair(value) is None else "Basic"
            return f"{scheme} {EMPTY}".lstrip()
        if name.lower() in _COOKIES:
            pairs = 1 if name.lower() == "set-cookie" else 0
            return self.text(COOKIE_PAIR.sub(lambda pair: pair[1] + (DOTS if pair[2] else ""), value, count=pairs))
        scheme, space, rest = value.partition(" ")
        if not (space and scheme.isalnum() and names_scheme(name, value)):
            return mask(value)
        # The scheme says how it is signed and is no secret; of Basic the last letters are the end of the password.
        return f"{scheme} {DOTS if basic_pair(value) is not None else mask(rest)}"

    def body(self, body: str, content_type: str = "") -> str:
        """A request or reply body; forms, JSON and XML are masked by the names in them too, as is what was cut. What
        is not hidden stays as it is written, to the character."""
        if self._reveal:
            return body
        if "x-www-form-urlencoded" in content_type:
            return self.text(mask_pairs(body, hides=self._sight.parameter))
        if "html" in content_type:
            return self.named_text(body, page=True)
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return self.named_text(body)
        # Its values were looked through as they read.
        return self._text(self._known.plainly_hidden(self._json(body), DOTS))

    def _json(self, text: str) -> str:
        """A JSON text with its secret values replaced, each where it stands."""
        made: list[str] = []
        at = 0
        for name, start, end in leaves(text):
            written = text[start:end]
            value = json.loads(written)
            shown = self.value(value, name)
            if shown == value:
                continue
            made += [text[at:start], self._leaf(written, shown)]
            at = end
        return "".join([*made, text[at:]])

    def _leaf(self, written: str, shown: Any) -> str:
        """What stands for a value of JSON: only the secret in it is replaced where that gives the same."""
        if written[0] == '"':
            only = self.text(written)
            try:
                if json.loads(only) == shown:
                    return only
            except ValueError:
                pass
        return json.dumps(shown, ensure_ascii=False)

    def named_text(self, text: str, *, page: bool = False) -> str:
        """A text of any kind, masked by the names that stand beside values in it too."""
        if self._reveal:
            return text
        shown = replaced_by_name(text, lambda _name, value: mask(value), page=page, hides=self._sight.data)
        return self.text(shown)

    def value(self, value: Any, name: str = "") -> Any:
        """Exported data, masked by key and by known secret."""
        if self._reveal:
            return value
        if isinstance(value, Mapping):
            return {
                self.text(key) if isinstance(key, str) else key: self.value(inner, str(key))
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(inner, name) for inner in value]
        if self._sight.data(name, value):
            return mask(value) if isinstance(value, str) else DOTS
        if isinstance(value, str):
            if value.lstrip()[:1] in ("{", "["):
                return self.body(value)
            if QUOTED_PAIR.search(value):
                return self.named_text(value, page=True)
            asked = "://" in value and "?" in value
            return self.text(mask_url(value, hides=self._sight.parameter) if asked else value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return DOTS if number and self._known.has_numbers and self.text(str(value)) == DOTS else value
