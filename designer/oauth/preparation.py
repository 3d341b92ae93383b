"""What a sign-in begins with, asked of the connector: ``authorization_url``, ``client_id`` and ``pkce``.

The lambdas run through the transport that is handed in; nothing is opened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from designer.errors import UserError
from designer.oauth.discovery import Metadata
from designer.oauth.errors import OAuthError
from designer.oauth.pkce import Pkce
from designer.oauth.progress import FlowConfig
from designer.wire import Call, Cancel, Outcome, Transport, run
from designer.wire.engine import YamlCodec

__all__ = ["Preparation", "prepare"]


@dataclass(frozen=True, slots=True)
class Preparation:
    """``outcome`` is everything that was run for it, as one; where something failed, ``failure`` says so for the
    person and the rest is what there was until then."""

    outcome: Outcome = field(repr=False)
    authorization_url: str = field(default="", repr=False)
    client_id: str | None = None
    pkce: Pkce | None = None
    failure: UserError | None = None

    @property
    def url_made_at(self) -> tuple[str | None, int | None]:
        """Pointer and line (from 1) of the lambda that made the address: the chosen option's, where there are
        several."""
        found = (step for step in self.outcome.steps if (step.pointer or "").endswith("/authorization_url"))
        step = next(found, None)
        return (step.pointer, step.line) if step is not None else (None, None)

    def config(self, redirect_uri: str, state: str, metadata: Metadata | None = None) -> FlowConfig:
        """The flow that begins with it. ``metadata`` is what discovery found: where it is about the provider that the
        address leads to, replies are held to its issuer (RFC 9207); a foreign issuer would refuse every reply."""
        known = metadata if metadata is not None and _serves(metadata, self.authorization_url) else None
        return FlowConfig(
            authorization_url=self.authorization_url,
            client_id=self.client_id,
            redirect_uri=redirect_uri,
            state=state,
            pkce=self.pkce,
            issuer=known.issuer if known is not None else None,
            issuer_announced=known is not None and known.issuer_in_reply,
        )


def prepare(
    call: Call, transport: Transport, own: Pkce, *, cancel: Cancel | None = None, yaml: YamlCodec | None = None
) -> Preparation:
    """Ask for all three with the settings of ``call`` (its operation does not count); ``own`` is the pair that a
    ``pkce`` lambda is given. ``call.args`` go to ``authorization_url``."""
    made: list[Outcome] = []

    def ask(operation: str, args: Mapping[str, Any], what: str) -> Any:
        outcome = run(replace(call, operation=operation, args=args), transport, cancel=cancel, yaml=yaml)
        made.append(outcome)
        if outcome.error is not None:
            raise OAuthError(f"{what}: {outcome.error['message']}", _place(outcome.error))
        return outcome.result

    try:
        address = ask("authorization_url", call.args, "The authorization URL could not be made")
        url = address.get("authorization_url") if isinstance(address, Mapping) else None
        if not isinstance(url, str) or not url:
            raise OAuthError(
                "This connection has no authorization URL.", "Sign-in is for OAuth 2.0 with an authorization code."
            )
        try:
            _ = urlsplit(url).port
        except ValueError:
            raise OAuthError(
                "The authorization URL is no URL a browser could open.",
                "Check the settings it reads.",
            ) from None
        client = ask("client_id", {}, "The client id could not be made")
        proof = ask("pkce", {"verifier": own.verifier, "challenge": own.challenge}, "The pkce lambda failed")
    except OAuthError as error:
        return Preparation(_as_one(made, error), failure=error)
    return Preparation(_as_one(made), url, client if isinstance(client, str) else None, _pkce_of(proof))


def _place(error: Mapping[str, Any]) -> str:
    line = error.get("line")
    return f"See line {line} of the connector." if line else "Check the settings it reads."


def _serves(metadata: Metadata, authorization_url: str) -> bool:
    known, asked = urlsplit(metadata.authorization_endpoint or ""), urlsplit(authorization_url)
    return (known.scheme, known.netloc, known.path) == (asked.scheme, asked.netloc, asked.path)


def _pkce_of(result: Any) -> Pkce | None:
    if not isinstance(result, Mapping):
        return None
    method = str(result.get("challenge_method") or "plain")
    return Pkce(str(result.get("verifier", "")), str(result.get("challenge", "")), method)


def _as_one(made: list[Outcome], failure: OAuthError | None = None) -> Outcome:
    """One outcome with the steps of all, each with the exchange it had."""
    whole = Outcome(None, None, (), None)
    for outcome in made:
        before = len(whole.exchanges)
        # authorization_url has the client id put in as well: the same lambda twice says nothing new.
        told = {step.pointer for step in whole.steps if step.kind == "lambda"}
        steps = tuple(
            step if step.exchange is None else step._replace(exchange=step.exchange + before)
            for step in outcome.steps
            if step.kind != "lambda" or step.pointer not in told
        )
        whole = replace(
            whole,
            source=outcome.source,
            error=outcome.error,
            exchanges=(*whole.exchanges, *outcome.exchanges),
            warnings=(*whole.warnings, *outcome.warnings),
            steps=(*whole.steps, *steps),
        )
    if failure is not None and whole.error is None:
        return replace(whole, error={"class": "Designer::SignIn", "message": failure.message})
    return whole
