"""A composed request's texts without secrets: variables for those that settings hold, dots for all others.

A secret is taken out wherever it stands by itself, whatever the place is called, and left where its letters are part of
a word (``standing``): a variable in there would make another word of it as soon as the setting changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from designer.jsonleaves import leaves
from designer.masking import DOTS, Masks
from designer.secrecy import (
    COOKIE_PAIR,
    QUOTED_PAIR,
    SCHEME,
    SHORTEST,
    is_secret,
    is_secret_header,
    is_secret_parameter,
    is_telling,
    is_token_like,
    names_scheme,
    replaced_by_name,
    secrets_in,
    standing_pattern,
)

__all__ = ["VARIABLE", "Cleaner"]

VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
_USER = re.compile(r"(?<=://)([^/\s@:?#]*)(:[^/\s?#]*)?@")
_FORM = re.compile(r"[^\s=&<{]+=[^&\n]*(?:&[^\s=&]+=[^&\n]*)*")
_BESIDE = re.compile(r"\D{0,24}")
"""What may stand beside a variable in the value of a secret: a scheme, a name and its equals sign."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """A secret of the settings: ``text`` is how it reads in a text, ``name`` what stands between the braces."""

    name: str
    value: str | int | float
    is_telling: bool
    """Whether it is looked for where no name says that a secret stands there."""

    @property
    def text(self) -> str:
        return str(self.value)

    @property
    def variable(self) -> str:
        return f"{{{{{self.name}}}}}"


class Cleaner:
    """Takes secrets out of texts. Those of ``settings`` become ``{{name}}`` where they stand as they are; ``declared``
    names more of them than are secret by their names."""

    def __init__(self, settings: Mapping[str, Any], declared: Collection[str] = ()) -> None:
        known = list(_settings(settings, frozenset(declared)))
        self._known = {one.text: one for one in reversed(known) if VARIABLE.fullmatch(one.variable)}
        telling = {one.text for one in known if len(one.text) >= SHORTEST and one.is_telling}
        telling |= {secret for name, secret in secrets_in(settings) if is_telling(name, secret)}
        named = [text for text in telling if text in self._known]
        self._pattern = standing_pattern(named, VARIABLE.pattern)
        # Where JSON escapes it, what a variable is filled in with is another text.
        unescaped = (text for text in named if self._fits(self._known[text], raw=True))
        self._in_json = standing_pattern(unescaped, VARIABLE.pattern)
        self._masks = Masks(also=telling)

    def name(self, name: str) -> str:
        """Of a parameter, a header or a part; no variable is filled in there."""
        return self._masks.text(name)

    def value(self, text: str, name: str = "") -> str:
        """A parameter, a field or a part of this name."""
        return self._value(text, name, self._pattern)

    def _value(self, text: str, name: str, pattern: re.Pattern[str]) -> str:
        secret = is_secret_parameter(unquote_plus(name))
        known = self._known.get(text)
        # Also where its text alone, such as "open" or "1", tells of no secret.
        if known is not None and (secret or known.name == name):
            return known.variable
        return self._named(self._plain(text, pattern), secret)

    def header(self, name: str, text: str) -> str:
        text = self._plain(text)
        if name.lower() == "cookie":
            return COOKIE_PAIR.sub(lambda pair: pair[1] + self._named(pair[2], True), text)
        if not is_secret_header(name):
            return self._named(text, False)
        scheme = SCHEME.match(text) if names_scheme(name, text) else None
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

    def body(self, body: str, *, raw: bool = False) -> str:
        """By the names in it too; what is no secret stays as it is written. In one that is ``raw`` variables are filled
        in as they are; else a value of JSON that is one keeps the setting's own type."""
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            text = self._plain(body)
            if _FORM.fullmatch(text.strip()):
                return self._pairs(text)
            return replaced_by_name(text, lambda _name, value: self._named(value, True))
        made: list[str] = []
        at = 0
        try:
            for name, start, end in leaves(body):
                made += [self._masks.text(body[at:start]), self._leaf(body[start:end], name, raw)]
                at = end
        except RecursionError:
            return DOTS
        return "".join([*made, body[at:]])

    def _leaf(self, written: str, name: str, raw: bool) -> str:
        value = json.loads(written)
        if isinstance(value, str):
            clean = self._value(value, name, self._in_json if raw else self._pattern)
            known = self._known.get(value)
            if known is not None and clean == known.variable and not self._fits(known, raw):
                clean = DOTS
            return written if clean == value else json.dumps(clean, ensure_ascii=False)
        if value is None or isinstance(value, bool):
            return written
        known = self._known.get(written)
        if known is not None and (is_secret(name, value) or (known.is_telling and len(written) >= SHORTEST)):
            if raw:
                return known.variable
            return json.dumps(DOTS if isinstance(known.value, str) else known.variable, ensure_ascii=False)
        return json.dumps(DOTS, ensure_ascii=False) if is_secret(name, value) else written

    @staticmethod
    def _fits(setting: _Setting, raw: bool) -> bool:
        """Whether its variable alone, between the quotes of JSON, gives the string that stands there: in a body that is
        ``raw`` nothing is escaped, and else a number stays one."""
        if raw:
            return json.dumps(setting.text, ensure_ascii=False)[1:-1] == setting.text
        return isinstance(setting.value, str)

    def _pairs(self, text: str) -> str:
        pairs = (part.partition("=") for part in text.split("&"))
        return "&".join(f"{self._plain(name)}{sign}{self.value(value, name)}" for name, sign, value in pairs)

    def _plain(self, text: str, pattern: re.Pattern[str] | None = None) -> str:
        """Without what the settings hold, in whatever spelling: one that a variable would not give becomes dots.
        Variables that stand there already stay."""
        made: list[str] = []
        at = 0
        for match in (pattern or self._pattern).finditer(text):
            known = self._known.get(match[0])
            made += [self._masks.text(text[at : match.start()]), match[0] if known is None else known.variable]
            at = match.end()
        return "".join([*made, self._masks.text(text[at:])])

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


def _settings(value: Mapping[str, Any], declared: frozenset[str], before: str = "") -> Iterator[_Setting]:
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _settings(inner, declared, f"{before}{name}.")
        elif is_secret(str(name), inner):
            yield _Setting(f"{before}{name}", inner, is_telling(str(name), str(inner)))
        elif name in declared and isinstance(inner, str | int | float) and str(inner) and not isinstance(inner, bool):
            yield _Setting(f"{before}{name}", inner, True)
