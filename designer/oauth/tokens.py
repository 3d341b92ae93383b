"""Tokens as the panel shows them: when they end, what a JWT says, what was granted.

Nothing here verifies a signature: a client may not draw conclusions from an access token (RFC 9068 §6), it is
decoded for the author's eyes only.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from designer.masking import mask

_LONGEST_REPLY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Jwt:
    """Header and claims of a JWT, unverified."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Expiry:
    """When something ends. ``at`` is seconds since the epoch, None for unknown (never "never"); ``source`` is the
    name it comes from: "expires_in", "refresh_token_expires_in", "exp", or "" for unknown."""

    at: float | None = None
    source: str = ""

    def left(self, now: float) -> float | None:
        """Seconds left, negative when over, None for unknown."""
        return None if self.at is None else self.at - now


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a token endpoint or ``acquire`` gave. Secrets do not show in ``repr``."""

    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    id_token: str | None = field(default=None, repr=False)
    token_type: str | None = None
    scopes: tuple[str, ...] | None = None
    expiry: Expiry = Expiry()
    refresh_expiry: Expiry = Expiry()

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any], *, received_at: float, previous: TokenSet | None = None) -> TokenSet:
        """Token set of a token reply received at ``received_at`` (seconds since the epoch).

        A refresh reply without a refresh token, or with a blank one, keeps ``previous``'s, as the SDK does.
        """
        access_token, refresh_token = _text(reply.get("access_token")), _text(reply.get("refresh_token"))
        refresh_expiry = _after(reply, "refresh_token_expires_in", received_at)
        if refresh_token is None and previous is not None:
            refresh_token = previous.refresh_token
            refresh_expiry = refresh_expiry if refresh_expiry.at is not None else previous.refresh_expiry
        expiry = _after(reply, "expires_in", received_at)
        if refresh_expiry.at is None:
            refresh_expiry = _claimed(refresh_token)
        return cls(
            access_token,
            refresh_token,
            _text(reply.get("id_token")) or (previous.id_token if previous else None),
            _text(reply.get("token_type")),
            scopes(reply.get("scope")),
            expiry if expiry.at is not None else _claimed(access_token),
            refresh_expiry,
        )

    def masked(self) -> dict[str, str]:
        """The tokens there are, by name, as they may be shown."""
        held = {"access_token": self.access_token, "refresh_token": self.refresh_token, "id_token": self.id_token}
        return {name: mask(value) for name, value in held.items() if value}


def decode(token: str | None) -> Jwt | None:
    """Header and claims of a JWT in compact form (RFC 7519 §3), None where ``token`` is none. Not verified."""
    parts = (token or "").split(".")
    if len(parts) != 3:
        return None
    header, claims = _part(parts[0]), _part(parts[1])
    if header is None or claims is None or "alg" not in header:
        return None
    return Jwt(header, claims)


def has_access_token(body: str) -> bool:
    """Whether a token endpoint's reply, JSON or form-encoded, gives an access token."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = {} if "<" in body else dict(parse_qsl(body))
    return isinstance(read, dict) and _text(read.get("access_token")) is not None


def reply_of(token: str, body: bytes) -> dict[str, Any] | None:
    """What else a token endpoint's reply said, JSON or form-encoded, where it is the one that gave ``token``."""
    if not token or token.encode() not in body or len(body) > _LONGEST_REPLY:
        return None
    text = body.decode("utf-8", "replace")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = dict(parse_qsl(text))
    return read if isinstance(read, dict) and read.get("access_token") == token else None


def scopes(value: object) -> tuple[str, ...] | None:
    """Scopes of a reply: a space-separated text (RFC 6749 §3.3), the commas of some providers, or a list; None where
    the reply does not say, which means as requested (§5.1)."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    if not isinstance(value, str) or not value.strip():
        return None
    return tuple(value.replace(",", " ").split())


def remaining(seconds: float | None) -> str:
    """Time left in words: "unknown", "expired", "42 min", "3 h 5 min", "12 days"."""
    if seconds is None:
        return "unknown"
    if seconds <= 0:
        return "expired"
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} days"


def _claimed(token: str | None) -> Expiry:
    decoded = decode(token)
    moment = _number(decoded.claims.get("exp")) if decoded else None
    return Expiry() if moment is None else Expiry(moment, "exp")


def _after(reply: Mapping[str, Any], name: str, received_at: float) -> Expiry:
    seconds = _number(reply.get(name))
    return Expiry() if seconds is None else Expiry(received_at + seconds, name)


def _number(value: object) -> float | None:
    # Several providers send expires_in as a text.
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _part(text: str) -> dict[str, Any] | None:
    padded = text + "=" * (-len(text) % 4)
    try:
        parsed = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError, binascii.Error):
        return None
    return parsed if isinstance(parsed, dict) else None
