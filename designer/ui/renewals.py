"""How the tokens in use came about and how the next ones will, in words. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from designer.connection import chosen_option
from designer.oauth.tokens import Expiry, TokenSet, reply_of

if TYPE_CHECKING:
    from designer.connection.model import Authorization
    from designer.ui.runner import Run
    from designer.ui.state import State
    from designer.wire import Exchange

__all__ = ["authorization_in_use", "end_by_reply", "last_renewal", "runs_of", "without_refresh_token"]

_RENEWS = {"refresh": "renewed", "acquire": "fetched"}


def authorization_in_use(state: State) -> Authorization | None:
    """The connection's own authorization or the option its settings choose; None where only Ruby knows which."""
    authorization = state.design.authorization
    if authorization is None or authorization.kind != "multi":
        return authorization
    return authorization.options.get(chosen_option(state.design, state.credentials) or "")


def runs_of(state: State) -> tuple[Run, ...]:
    """The runs with the credentials in use: those of others renew other tokens."""
    return tuple(run for run in state.runs if run.connection == (state.settings_name or ""))


def without_refresh_token(authorization: Authorization | None) -> str:
    """What becomes of a connection whose tokens hold none, once the access token ends."""
    slots = authorization.slots if authorization is not None else {}
    if "authorization_url" in slots:
        return "none: when the access token ends, a new consent is needed"
    if "acquire" in slots:
        return "none, and none is needed: when a request is refused, acquire fetches a new access token"
    if "refresh" in slots:
        return "none: refresh gets a new access token without one"
    return "none: nothing in this connection gets a new access token"


def end_by_reply(token: str, runs: Sequence[Run]) -> Expiry:
    """When ``token`` ends by the reply that brought it, for settings that did not keep what it said; unknown where no
    reply of ``runs`` brought it."""
    for run, exchange in _renewals(runs):
        assert exchange.response is not None
        reply = reply_of(token, exchange.response.body)
        if reply is not None:
            received = run.started.timestamp() + run.seconds
            return TokenSet.from_reply(reply, received_at=received).expiry
    return Expiry()


def last_renewal(runs: Sequence[Run]) -> str:
    """When tokens were asked for last, how, and by which run."""
    for run, exchange in _renewals(runs):
        assert exchange.response is not None
        good = exchange.response.status < 400
        how = _RENEWS[exchange.purpose] if good else "refused by the provider"
        return f"{run.started.astimezone():%H:%M:%S}, {how} ({run.title})"
    return "not since this project was opened"


def _renewals(runs: Sequence[Run]) -> Iterator[tuple[Run, Exchange]]:
    """The token requests that were answered, newest first."""
    for run in reversed(runs):
        for exchange in reversed(run.outcome.exchanges):
            if exchange.purpose in _RENEWS and exchange.response is not None:
                yield run, exchange
