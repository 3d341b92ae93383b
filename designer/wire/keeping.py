"""A composed request's texts without secrets: variables for those that settings hold, dots for all others."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from designer.jsonleaves import leaves
from designer.masking import DOTS, Masks
from designer.secrecy import (
    COOKIE_PAIR,
    QUOTED_PAIR,
    SHORTEST,
    is_secret,
    is_secret_header,
    is_secret_parameter,
    is_token_like,
    names_scheme,
    replaced_by_name,
)

__all__ = ["VARIABLE", "Cleaner"]

VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
_SCHEME = re.compile(r"[A-Za-z][\w-]* +(?=\S)")
_USER = re.compile(r"(?<=://)([^/\s@:?#]*)(:[^/\s?#]*)?@")
_FORM = re.compile(r"[^\s=&<{]+=[^&\n]*(?:&[^\s=&]+=[^&\n]*)*")
_BESIDE = re.compile(r"\D{0,24}")
"""What may stand beside a variable in the value of a secret: a scheme, a name and its equals sign."""


class Cleaner:
    """Takes secrets out of texts. Those of ``settings`` become ``{{name}}`` where they stand as they are; ``declared``
    names more of them than are secret by their names."""

    def __init__(self, settings: Mapping[str, Any], declared: Collection[str] = ()) -> None:
        known = sorted(_settings(settings, frozenset(declared)), key=lambda pair: -len(pair[0]))
        self._known = tuple(known)
        self._masks = Masks(also=(secret for secret, _ in known if len(secret) >= SHORTEST))

    def value(self, text: str, name: str = "") -> str:
        """A parameter, a field or a part of this name."""
        return self._named(self._plain(text), is_secret_parameter(unquote_plus(name)))

    def header(self, name: str, text: str) -> str:
        text = self._plain(text)
        if name.lower() == "cookie":
            return COOKIE_PAIR.sub(lambda pair: pair[1] + self._named(pair[2], True), text)
        if not is_secret_header(name):
            return self._named(text, False)
        scheme = _SCHEME.match(text) if names_scheme(name, text) else None
        start = scheme.end() if scheme else 0
        return text[:start] + self._named(text[start:], True)

    def url(self, url: str) -> str:
        """Also of one that is a template: the password, the query and the fragment."""
        url = _USER.sub(self._user, url)
        address, hash_sign, fragment = url.partition("#")
        path, mark, query = address.partition("?")
        made = self._plain(path) + (f"?{self._pairs(query)}" if mark else "")
        return made + (f"#{self._pairs(fragment)}" if hash_sign else "")

    def _user(self, match: re.Match[str]) -> str:
        user = self._named(self._plain(match[1]), is_token_like(match[1]))
        return f"{user}@" if match[2] is None else f"{user}:{self._named(self._plain(match[2][1:]), True)}@"

    def body(self, body: str) -> str:
        """By the names in it too; what is no secret stays as it is written."""
        text = self._swapped(body)
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            if _FORM.fullmatch(text.strip()):
                return self._pairs(text)
            return self._masks.text(replaced_by_name(text, lambda _name, value: self._named(value, True)))
        made: list[str] = []
        at = 0
        try:
            for name, start, end in leaves(text):
                value = json.loads(text[start:end])
                clean = self._leaf(value, name)
                if clean != value:
                    made += [text[at:start], json.dumps(clean, ensure_ascii=False)]
                    at = end
        except RecursionError:
            return DOTS
        return "".join([*made, text[at:]])

    def _leaf(self, value: Any, name: str) -> Any:
        if isinstance(value, str):
            return self.value(value, name)
        return DOTS if is_secret(name, value) else value

    def _pairs(self, text: str) -> str:
        pairs = (part.partition("=") for part in text.split("&"))
        return "&".join(f"{name}{sign}{self.value(value, name)}" for name, sign, value in pairs)

    def _swapped(self, text: str) -> str:
        for secret, setting in self._known:
            if text == secret:
                return f"{{{{{setting}}}}}"
            if len(secret) >= SHORTEST:
                text = text.replace(secret, f"{{{{{setting}}}}}")
        return text

    def _plain(self, text: str) -> str:
        """Without what the settings hold, in whatever spelling: one that a variable would not give becomes dots."""
        return self._masks.text(self._swapped(text))

    def _named(self, text: str, secret: bool) -> str:
        if not secret:
            if text.lstrip()[:1] in ("{", "[") and not VARIABLE.match(text.lstrip()):
                return self.body(text)
            if QUOTED_PAIR.search(text):
                return replaced_by_name(text, lambda _name, value: self._named(value, True), page=True)
            plain = unquote(text)
            if "://" not in plain or not re.search("[?@#]", plain):
                return text
            if "://" in text:
                return self.url(text)
            clean = self.url(plain)
            return text if clean == plain else quote(clean, safe="{}").replace(quote(DOTS), DOTS)
        if VARIABLE.search(text):
            beside = VARIABLE.split(text)
            # Names of variables stand at the odd places.
            return "".join(
                f"{{{{{part}}}}}" if at % 2 else part if _BESIDE.fullmatch(part) else DOTS
                for at, part in enumerate(beside)
            )
        return DOTS if text else text


def _settings(value: Mapping[str, Any], declared: frozenset[str], before: str = "") -> Iterator[tuple[str, str]]:
    """Each secret and the name it has between the braces."""
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _settings(inner, declared, f"{before}{name}.")
        elif is_secret(str(name), inner) or (name in declared and isinstance(inner, str | int | float) and inner):
            yield str(inner), f"{before}{name}"
