"""What a sign-in is begun with, and what it tells of its way: five steps, and every place the browser asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from designer.oauth.pkce import Pkce
from designer.oauth.redirect import Verdict

__all__ = ["STEPS", "FlowConfig", "Hop", "StepState"]

STEPS = {
    "authorize": "Authorize",
    "consent": "Consent",
    "code": "Code",
    "tokens": "Tokens",
    "test": "Test",
}
"""The five steps a sign-in shows, by key, in order."""


@dataclass(frozen=True, slots=True)
class FlowConfig:
    """One sign-in. ``authorization_url`` is what the connector's lambda gave; ``state`` and the verifier within
    ``pkce`` are random texts of the caller's. ``issuer`` is the provider's (discovery), and ``issuer_announced`` says
    that it promises ``iss`` in every reply (``authorization_response_iss_parameter_supported``)."""

    authorization_url: str
    client_id: str | None
    redirect_uri: str
    state: str = field(repr=False)
    pkce: Pkce | None = None
    issuer: str | None = None
    issuer_announced: bool = False
    run_test: bool = True


@dataclass(frozen=True, slots=True)
class StepState:
    """``status``: "pending", "now", "done", "failed". ``detail`` is one line for the person."""

    key: str
    title: str
    status: str = "pending"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One line of the consent trace: a URL (secrets masked) the browser asked for and what was decided.

    ``method`` is GET, POST or "form" (see ``Navigated``), ``frame`` "page", "frame" or "listener". ``verdict`` says
    whether and why it is the callback; ``carried`` names the reply parameters in it, with where they stood ("code in
    the query").
    """

    url: str
    method: str
    frame: str
    verdict: Verdict
    allowed: bool
    carried: str = ""
    status: int | None = None
    failure: str | None = None
    cookies: tuple[str, ...] = ()
