"""A sign-in as the timeline keeps it: what the browser was sent to, where it went, what came back. Secrets are masked.

The token request and the test are runs of the connector and kept as such.
"""

from __future__ import annotations

from dataclasses import replace

from designer.masking import mask_url
from designer.oauth.flow import Flow
from designer.oauth.preparation import Preparation
from designer.oauth.progress import Hop
from designer.oauth.request import parameters_of
from designer.wire import Outcome, Step

__all__ = ["authorization", "consent"]

_MEANT = {
    "response_type": "what is to come back (RFC 6749 §3.1.1)",
    "client_id": "who asks (RFC 6749 §2.2)",
    "redirect_uri": "where the reply goes (RFC 6749 §3.1.2)",
    "scope": "what is asked for (RFC 6749 §3.3)",
    "state": "whose reply it is (RFC 6749 §10.12)",
    "code_challenge": "who may use the code (RFC 7636 §4.2)",
    "code_challenge_method": "how the challenge was made (RFC 7636 §4.3)",
    "response_mode": "how the reply travels",
}


def authorization(prepared: Preparation, flow: Flow | None = None) -> Outcome:
    """The authorization request: the lambdas behind it, and the address the browser was sent to with who set each
    parameter. ``flow`` is the one that was begun with it, None where it did not come to that."""
    outcome = prepared.outcome
    if flow is None:
        return outcome
    if flow.opened:
        pointer, line = prepared.url_made_at
        opened = mask_url(flow.opened)
        title = f"GET {opened.partition('?')[0]}"
        step = Step("browser", title, _parameters(prepared.authorization_url, opened), pointer, line)
        outcome = replace(outcome, steps=(*outcome.steps, step))
    elif flow.ending is not None:
        outcome = replace(outcome, error=_error(flow.ending.message, flow.ending.error))
    notes = tuple(Step("note", note) for note in flow.notes)
    return replace(outcome, steps=(*outcome.steps, *notes))


def consent(flow: Flow) -> Outcome:
    """What happened between the authorization request and its reply: a step for every place the browser asked for,
    with the verdict on it, and how it ended."""
    steps = [_hop(hop) for hop in flow.trace]
    for key in ("consent", "code"):
        state = flow.step(key)
        if state.status in ("done", "failed"):
            steps.append(Step("note" if state.status == "done" else "error", state.title, state.detail))
    ending = flow.ending
    failed = ending is not None and flow.step("code").status != "done"
    error = _error(ending.message, ending.error) if ending is not None and failed else None
    return Outcome(None, error, (), None, steps=tuple(steps))


def _error(message: str, code: str | None) -> dict[str, str]:
    return {"class": f"OAuth {code}" if code else "Designer::SignIn", "message": message}


def _parameters(written: str, opened: str) -> str:
    """``opened``'s parameters a line each, with where each comes from."""
    own = parameters_of(written)
    lines = []
    for name, value in parameters_of(opened).items():
        source = "from authorization_url" if name in own else "added as the platform does"
        meaning = f": {_MEANT[name]}" if name in _MEANT else ""
        lines.append(f"{name} = {value}\n    {source}{meaning}")
    return "\n".join(lines)


def _hop(hop: Hop) -> Step:
    said = [
        "The redirect URL." if hop.verdict.matches else "",
        f"Not the redirect URL: {hop.verdict.reason}." if hop.verdict.resembles and not hop.failure else "",
        f"It carries {hop.carried}." if hop.carried else "",
        "Read here, not sent." if hop.verdict.matches and not hop.failure else "",
        f"Answered {hop.status}." if hop.status is not None else "",
        f"Cookies set: {', '.join(hop.cookies)}." if hop.cookies else "",
        hop.failure or "",
    ]
    kind = "reply" if hop.verdict.matches else "browser" if hop.allowed else "refused"
    frame = " in a frame" if hop.frame == "frame" else ""
    # The parameters are in the consent trace; here they would hide where it went.
    place = hop.url.partition("?")[0].partition("#")[0]
    return Step(kind, f"{hop.method} {place}{frame}", " ".join(part for part in said if part))
