"""Secrets as a person may see them: never whole, always recognisable. Traces, output and the window share it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "assertion",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "id_token_hint",
        "key",
        "logout_token",
        "nonce",
        "passwd",
        "password",
        "refresh_token",
        "relaystate",
        "request",
        "samlrequest",
        "samlresponse",
        "secret",
        "session_state",
        "sid",
        "sig",
        "signature",
        "state",
        "ticket",
        "token",
        "x-amz-security-token",
        "x-amz-signature",
    }
)
"""Names of query, fragment and form parameters whose values are not shown, lower case."""

DOTS = "•••"

_SECRET_NAME = re.compile(r"(secret|passw|token|api[_-]?key|credential)", re.IGNORECASE)


_ABOUT_A_SECRET = re.compile(r"[_-](type|ur[il]|endpoint|expires_in|expires_at)$", re.IGNORECASE)


def is_secret_parameter(name: str) -> bool:
    """Whether the value of a parameter of this name is hidden in traces: ``token``, but not ``token_type``."""
    if name.lower() in SECRET_PARAMETERS:
        return True
    return _SECRET_NAME.search(name) is not None and _ABOUT_A_SECRET.search(name) is None


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
        netloc = f"{user.split(':', 1)[0]}:{DOTS}@{host}" if ":" in user else netloc
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


_HEADERS = re.compile(r"authorization|cookie|token|secret|key|signature|password", re.IGNORECASE)
_SHORTEST = 4
"""Characters; hiding every "a" because a password is "a" would hide the text, not the secret."""


class Masks:
    """Hides the secrets among ``settings`` wherever they appear, and what looks like a secret by its name."""

    def __init__(self, *settings: Mapping[str, Any], reveal: bool = False) -> None:
        self._reveal = reveal
        known = {secret for mapping in settings for _, secret in secrets_in(mapping) if len(secret) >= _SHORTEST}
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
        """A request or reply body; forms, JSON and XML are masked by the names in them too."""
        if self._reveal:
            return body
        if "x-www-form-urlencoded" in content_type:
            return self.text(mask_pairs(body))
        if body.lstrip()[:1] == "<":
            return self.text(_mask_markup(body) if "html" not in content_type else body)
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


_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>]+)</")
_ATTRIBUTE = re.compile(r"""\s(?:[\w.-]+:)?([\w.-]+)=(?:"([^"<>]*)"|'([^'<>]*)')""")


def _mask_markup(text: str) -> str:
    """XML without the texts and attributes whose names say that they are secret."""

    def hide(match: re.Match[str]) -> str:
        at = match.lastindex or 0
        if at < 2 or not match[at].strip() or not is_secret_parameter(match[1]):
            return match[0]
        start, end = match.start(at) - match.start(), match.end(at) - match.start()
        return match[0][:start] + mask(match[at]) + match[0][end:]

    return _ATTRIBUTE.sub(hide, _ELEMENT.sub(hide, text))


def texts_in(value: Any, name: str = "") -> Iterable[tuple[str, str]]:
    """Every text in a JSON value with the name it stands under, at any depth; items of a list go by the list's."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_in(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner, name)
    elif isinstance(value, str):
        yield name, value


def secrets_in(value: Any) -> Iterable[tuple[str, str]]:
    """Name and text of every secret in a JSON value: what stands under a name of one, and is not empty."""
    return ((name, text) for name, text in texts_in(value) if text and is_secret_parameter(name))


def _spellings(secret: str) -> set[str]:
    """A secret as it stands in a body, a URL, a form and JSON."""
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
