"""Drills: a token is made to fail on purpose, the next request is watched, and it is said whether the connector
notices and renews it. Where it does not, the change that would is proposed."""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from designer.connection import Authorization
from designer.oauth.reply import error_in
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ruby.edit import compose
from designer.ruby.values import Regex, RubyValue
from designer.ui.runner import Run
from designer.wire import Cancel, Exchange, Transport, WireRequest, WireResponse

__all__ = ["DRILLS", "Drill", "StandIn", "Verdict", "corrupted", "judge", "refused_for_good"]


_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Drill:
    """``status`` and ``body`` are what is answered in the provider's place, where the provider itself is not asked;
    ``skew`` is by how many seconds the connector's clock is ahead."""

    name: str
    title: str
    explains: str
    status: int = 0
    body: str = ""
    skew: int = 0


_EXPIRED = {"error": "invalid_token", "error_description": "The access token expired"}

DRILLS = {
    drill.name: drill
    for drill in (
        Drill(
            "expire",
            "Expire now",
            "The next request is answered 401 in the provider's place, as if the token had run out.",
            401,
            json.dumps(_EXPIRED),
        ),
        Drill("corrupt", "Corrupt access token", "The next request carries a token the provider does not know."),
        Drill(
            "revoke",
            "Revoke refresh token",
            "Neither token is good any more, as when the user withdraws consent: only a new consent helps.",
        ),
        Drill(
            "skew",
            "Skew the clock",
            "The next request is made with a clock an hour ahead: signatures and tokens that carry the time look wrong "
            "to the provider, and what the connector compares with the time has ended.",
            skew=3600,
        ),
        Drill(
            "error200",
            "200 with error body",
            "The next request is answered 200 with an error inside, as some providers do for a token that ran out.",
            200,
            json.dumps(_EXPIRED),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a drill showed. ``fix`` makes the proposed change, ``consent``: only signing in again helps."""

    tone: str
    title: str
    text: str = ""
    fix_title: str = ""
    fix: Callable[[Document], Change] | None = None
    pointer: str = ""
    consent: bool = False


class StandIn:
    """Answers the first request that carries ``token`` in the provider's place; every other one goes out."""

    def __init__(self, inner: Transport, drill: Drill, token: str) -> None:
        self._inner = inner
        self._drill = drill
        self._token = token
        self._answered = False

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:
        if self._answered or not _carries(request, self._token):
            return self._inner.send(request, timeout=timeout, cancel=cancel)
        cancel.raise_if_cancelled()
        self._answered = True
        headers = (("Content-Type", "application/json"), ("X-Answered-By", "drill"))
        reason = "Unauthorized" if self._drill.status == 401 else "OK"
        return WireResponse(self._drill.status, reason, headers, self._drill.body.encode("ascii"))


def corrupted(token: str) -> str:
    """``token`` with its middle changed: it keeps its form and fails its check, however often this is done."""
    middle = len(token) // 2
    place = _LETTERS.find(token[middle : middle + 1])
    return token[:middle] + _LETTERS[(place + 1) % len(_LETTERS)] + token[middle + 1 :]


def refused_for_good(run: Run) -> str:
    """The error with which the provider refused to refresh in ``run``, where only a new consent helps; else ""."""
    renewals = [one for one in run.outcome.exchanges if one.purpose == "refresh" and one.response is not None]
    code = error_in(_text(renewals[-1]))[0] if renewals else ""
    return code if code in _GONE else ""


def judge(run: Run, authorizations: Sequence[Authorization], drill: Drill | None = None) -> Verdict:
    """What ``run``, the first after ``drill`` began, says about ``refresh_on`` and ``detect_on``."""
    exchanges, error = run.outcome.exchanges, run.outcome.error
    said = run.seen.told.text(str(error["message"])) if error else ""
    first = next((one for one in exchanges if one.purpose == "request"), None)
    if first is None or first.response is None:
        return Verdict("warning", "The request got no reply, so nothing was shown.", said)
    status = first.response.status
    renewals = [one for one in exchanges if one.purpose in ("refresh", "acquire")]
    if renewals:
        return _renewed(status, renewals[-1], said, failed=run.failed)
    body = _text(first)
    code, _ = error_in(body)
    if status < 400 and not code and drill is not None and drill.skew:
        return Verdict("done", f"Answered {status}: the clock does no harm to this request.", _TIMELESS)
    if status < 400 and not code:
        return Verdict("note", f"Answered {status}: nothing was wrong with this request.", _PERHAPS)
    authorization = _used(run, authorizations)
    what = _phrase(status) if status >= 400 else f"{status} with “{code}” in the body"
    if authorization is None or not (authorization.type == "oauth2" or "acquire" in authorization.slots):
        return Verdict("warning", f"Not caught: {what}.", "This authorization has no way to renew a token.")
    if run.failed and any(one.kind == "refresh" for one in run.outcome.steps):
        return Verdict("error", f"{what} was caught, but there was nothing to renew with.", said)
    if status >= 400:
        text = f"refresh_on has no entry for it, so the user would see: {said}"
        return _proposal(authorization, f"Not caught: {what}.", text, f"Refresh on {status}", {"refresh_on": status})
    wanted: dict[str, RubyValue] = {"detect_on": Regex(_pattern(code), "")}
    if authorization.refresh_on:
        wanted["refresh_on"] = wanted["detect_on"]
    text = "A 200 counts as success unless detect_on recognises the body; a request would go on with an error in hand."
    return _proposal(authorization, f"Not caught: {what}.", text, f"Detect “{code}”", wanted)


_PERHAPS = "Perhaps it carries no access token, or the provider did not look at it. Try another request."


_TIMELESS = "Nothing in it depends on the time, or the provider allows for an hour."
_GONE = ("invalid_grant", "unauthorized_client")


def _renewed(status: int, renewal: Exchange, said: str, *, failed: bool) -> Verdict:
    reply = renewal.response
    code, _ = error_in(_text(renewal))
    if reply is not None and code in _GONE:
        text = "The refresh token is not good any more, so the user has to sign in again. The connector did its part."
        return Verdict("warning", f"Caught ({status}), and the refresh answered {code}.", text, consent=True)
    if failed:
        return Verdict("error", f"Caught ({status}), but renewing did not help.", said)
    return Verdict("done", f"Caught: {status}, refreshed, repeated, answered.", "The user would notice nothing.")


def _proposal(
    authorization: Authorization, title: str, text: str, fix_title: str, wanted: dict[str, RubyValue]
) -> Verdict:
    pointer = authorization.pointer

    def fix(doc: Document) -> Change:
        steps = [lambda d, k=key, v=value: _append(d, f"{pointer}/{k}", v) for key, value in wanted.items()]
        return compose(doc, *steps)

    return Verdict("error", title, text, fix_title, fix, pointer)


def _append(doc: Document, pointer: str, value: RubyValue) -> Change:
    element = doc.find(pointer)
    if element is not None and element.kind == "array":
        return doc.insert(f"{pointer}/-", value)
    return doc.set(pointer, [value] if element is None else [element.value, value])


def _used(run: Run, authorizations: Sequence[Authorization]) -> Authorization | None:
    """The authorization whose ``apply`` signed the request; options before the connection's own."""
    places = [step.pointer for step in run.outcome.steps if step.pointer]
    for one in reversed(authorizations):
        if any(place == f"{one.pointer}/apply" or place.startswith(f"{one.pointer}/apply/") for place in places):
            return one
    return authorizations[0] if len(authorizations) == 1 else None


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _carries(request: WireRequest, token: str) -> bool:
    held = token.encode()
    return held in request.body or token in request.target or any(token in value for _, value in request.headers)


def _text(exchange: Exchange) -> str:
    return exchange.response.body.decode("utf-8", "replace") if exchange.response is not None else ""


def _pattern(code: str) -> str:
    return code if code.replace("_", "").replace("-", "").isalnum() else "error"
