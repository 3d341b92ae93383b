"""When the tokens among the settings end, in the few words of the rail."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from designer.oauth.tokens import TokenSet, remaining

__all__ = ["expiry_words", "tokens_of"]

_received: dict[int, float] = {}
"""When each access token (by its hash) was first seen: ``expires_in`` counts from there."""


def tokens_of(credentials: Mapping[str, Any]) -> TokenSet:
    """The token set among the settings."""
    token = str(credentials.get("access_token") or "")
    received = _received.setdefault(hash(token), time.time()) if token else time.time()
    return TokenSet.from_reply(credentials, received_at=received)


def expiry_words(credentials: Mapping[str, Any]) -> str:
    """For the rail: "expires in 42 min", "signed in" where the end is unknown, "not signed in"."""
    tokens = tokens_of(credentials)
    if not tokens.access_token:
        return "not signed in"
    left = tokens.expiry.left(time.time())
    if left is None:
        return "signed in"
    return "expired" if left <= 0 else f"expires in {remaining(left)}"
