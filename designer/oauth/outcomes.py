"""What a run of the connector means to the sign-in: the token exchange, and the test after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.oauth.protocol import Exchanged, ExchangeFailed, TestFailed, TestPassed
from designer.wire import Outcome

__all__ = ["TOKEN_NAMES", "exchanged", "tested"]

TOKEN_NAMES = (
    "access_token",
    "refresh_token",
    "id_token",
    "expires_in",
    "refresh_token_expires_in",
    "scope",
    "token_type",
)
"""What a token reply brings for the settings (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3)."""

# Some providers answer 200 with an error inside, where RFC 6749 §5.2 asks for 400.
_TOLD = frozenset({*TOKEN_NAMES, "error", "error_description"})


def exchanged(outcome: Outcome, settings: Mapping[str, Any]) -> Exchanged | ExchangeFailed:
    """What ``token_exchange`` brought, begun with ``settings``: the reply's tokens, and what else it changed among the
    settings (``instance_url`` and the like)."""
    if outcome.error is not None:
        body = outcome.error.get("http_body")
        text = body if isinstance(body, str) else ""
        message, line = str(outcome.error["message"]), outcome.error.get("line")
        return ExchangeFailed(message, outcome.error.get("http_code"), text, line)
    reply = outcome.result if isinstance(outcome.result, Mapping) else {}
    after = outcome.settings_after or {}
    tokens = {name: value for name, value in reply.items() if name in _TOLD}
    changed = {name: value for name, value in after.items() if settings.get(name) != value or name in reply}
    return Exchanged(tokens, extra={name: value for name, value in changed.items() if name not in tokens})


def tested(outcome: Outcome) -> TestPassed | TestFailed:
    """Whether ``test`` ran through."""
    if outcome.error is None:
        return TestPassed()
    return TestFailed(str(outcome.error["message"]), outcome.error.get("line"))
