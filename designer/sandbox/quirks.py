"""The provider's quirks: what real providers do differently, each a switch on the home page and in the API."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = bool | int | str


class QuirkError(ValueError):
    """No such quirk, or not a value it takes."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """One switch. Its type is that of ``default``: a flag, a number from ``least`` to ``most``, or one of
    ``choices``."""

    name: str
    title: str
    help: str
    default: Value
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    group: str = ""

    def read(self, value: object) -> Value:
        """``value`` as this quirk holds it, from JSON or from a form's text. Raises :class:`QuirkError`."""
        if isinstance(self.default, bool):
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in {"true", "false", "on", "off", "1", "0"}:
                return value.lower() in {"true", "on", "1"}
            raise QuirkError(f"{self.name} is true or false.")
        if isinstance(self.default, int):
            try:
                number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
            except ValueError:
                number = None
            if number is None or not self.least <= number <= self.most:
                raise QuirkError(f"{self.name} is a number from {self.least} to {self.most}.")
            return number
        if value not in self.choices:
            raise QuirkError(f"{self.name} is one of {', '.join(self.choices)}.")
        return str(value)


QUIRKS = (
    Quirk(
        "consent",
        "Consent",
        "ask shows the page; refuse answers access_denied; skip grants without asking.",
        "ask",
        ("ask", "refuse", "skip"),
        group="Authorization",
    ),
    Quirk(
        "response_mode",
        "Response mode",
        "How the reply travels. as asked follows the request's response_mode.",
        "as asked",
        ("as asked", "query", "fragment", "form_post"),
        group="Authorization",
    ),
    Quirk(
        "redirect_by",
        "Redirect by",
        "What sends the browser back.",
        "302",
        ("302", "303", "307", "script", "meta", "link"),
        group="Authorization",
    ),
    Quirk(
        "iss",
        "Issuer in the reply",
        "RFC 9207. wrong names another issuer, missing breaks the promise of the metadata, off does not promise.",
        "right",
        ("right", "wrong", "missing", "off"),
        group="Authorization",
    ),
    Quirk(
        "state",
        "State in the reply",
        "What comes back as state.",
        "right",
        ("right", "wrong", "missing"),
        group="Authorization",
    ),
    Quirk(
        "intermediate_code",
        "Intermediate ?code= redirect",
        "The login passes through a page of its own that has code and state in its URL.",
        False,
        group="Authorization",
    ),
    Quirk(
        "lookalikes",
        "Callback look-alikes",
        "Before the redirect URL the browser passes pages of this host whose paths begin like it, with a decoy code.",
        False,
        group="Authorization",
    ),
    Quirk(
        "refuse_embedded",
        "Refuse embedded browsers",
        "Answers 403 disallowed_useragent to a web view.",
        False,
        group="Authorization",
    ),
    Quirk(
        "redirect_uris",
        "Redirect URLs",
        "registered accepts what a client registered, any accepts every absolute URL.",
        "registered",
        ("registered", "any"),
        group="Authorization",
    ),
    Quirk(
        "unexpected_scope",
        "Unexpected scope",
        "ignore leaves it out, error answers invalid_scope, 400 shows an error page instead of going back.",
        "ignore",
        ("ignore", "error", "400"),
        group="Authorization",
    ),
    Quirk(
        "pkce",
        "PKCE",
        "optional verifies a challenge where there is one, required refuses requests without.",
        "optional",
        ("optional", "required"),
        group="Authorization",
    ),
    Quirk("pkce_plain", "PKCE method plain", "Accept code_challenge_method=plain.", True, group="Authorization"),
    Quirk(
        "access_token",
        "Access token",
        "Opaque text or a signed JWT.",
        "opaque",
        ("opaque", "jwt"),
        group="Tokens",
    ),
    Quirk(
        "expires_in",
        "Lifetime of access tokens",
        "Seconds until an access token is answered with 401.",
        3600,
        least=1,
        most=31_536_000,
        group="Tokens",
    ),
    Quirk("omit_expires_in", "No expires_in", "The token reply does not say when it ends.", False, group="Tokens"),
    Quirk(
        "refresh_token_expires_in",
        "Lifetime of refresh tokens",
        "Seconds; 0 for no end and no refresh_token_expires_in in the reply.",
        0,
        most=315_360_000,
        group="Tokens",
    ),
    Quirk("omit_refresh_token", "No refresh token", "Codes and passwords give none.", False, group="Tokens"),
    Quirk(
        "rotate_refresh_tokens",
        "Rotate refresh tokens",
        "Each refresh gives a new refresh token and spends the old one.",
        True,
        group="Tokens",
    ),
    Quirk(
        "detect_reuse",
        "Detect reuse",
        "A spent refresh token revokes every token of its sign-in.",
        True,
        group="Tokens",
    ),
    Quirk(
        "token_auth",
        "Client authentication",
        "How the token endpoint takes client_id and client_secret.",
        "any",
        ("any", "basic", "post"),
        group="Tokens",
    ),
    Quirk(
        "token_request",
        "Token request",
        "Encoding the token endpoint reads.",
        "form",
        ("form", "json"),
        group="Tokens",
    ),
    Quirk(
        "token_reply",
        "Token reply",
        "Encoding of the token endpoint's answer.",
        "json",
        ("json", "form"),
        group="Tokens",
    ),
    Quirk(
        "token_errors",
        "Token errors",
        "Status of the token endpoint's errors: as specified, or 200 with an error body.",
        "as specified",
        ("as specified", "200"),
        group="Tokens",
    ),
    Quirk(
        "rejects_with",
        "Rejected access token",
        "Status for an expired or unknown access token.",
        "401",
        ("401", "403", "400", "200"),
        group="API",
    ),
    Quirk(
        "digest_algorithm",
        "Digest algorithm",
        "Algorithm of the digest challenge.",
        "MD5",
        ("MD5", "MD5-sess", "SHA-256"),
        group="API",
    ),
    Quirk("delay", "Slow", "Milliseconds before token and API answers.", 0, most=120_000, group="API"),
    Quirk(
        "drop",
        "Drop connection",
        "Close the connection without an answer.",
        "never",
        ("never", "token", "api"),
        group="API",
    ),
)

_BY_NAME = {quirk.name: quirk for quirk in QUIRKS}


class Quirks:
    """The switches' present values. Thread-safe; a request sees one value of each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, Value] = {quirk.name: quirk.default for quirk in QUIRKS}

    def flag(self, name: str) -> bool:
        value = self._value(name)
        assert isinstance(value, bool)
        return value

    def number(self, name: str) -> int:
        value = self._value(name)
        assert isinstance(value, int)
        return value

    def choice(self, name: str) -> str:
        value = self._value(name)
        assert isinstance(value, str)
        return value

    def set(self, **values: object) -> None:
        """Change switches, all or none. Raises :class:`QuirkError`."""
        self.update(values)

    def update(self, values: Mapping[str, object]) -> None:
        """As :meth:`set`, for names that come from outside."""
        read: dict[str, Value] = {}
        for name, value in values.items():
            if name not in _BY_NAME:
                raise QuirkError(f"There is no quirk “{name}”.")
            read[name] = _BY_NAME[name].read(value)
        with self._lock:
            self._values.update(read)

    def reset(self) -> None:
        """Every switch back to its default."""
        with self._lock:
            self._values = {quirk.name: quirk.default for quirk in QUIRKS}

    def as_dict(self) -> dict[str, Any]:
        """Present values by name."""
        with self._lock:
            return dict(self._values)

    def _value(self, name: str) -> Value:
        with self._lock:
            return self._values[name]
