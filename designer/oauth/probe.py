"""Finds out how a token endpoint wants to be asked (RFC 6749 §2.3.1, §3.2): one combination after the other. No I/O.

    talk = conversation(ProbeConfig(...))
    attempt = next(talk)
    attempt = talk.send(ProbeReply(status, body))   # ... until StopIteration carries the Conclusion

A connection that signs in by consent is probed with a code that was made up: a provider that answers
``invalid_grant`` has recognised the client. Whether it looked at the client at all is then asked once more with a
wrong secret.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

from designer.oauth.reply import error_in
from designer.oauth.tokens import has_access_token

__all__ = ["GRANTS", "Answer", "Attempt", "Conclusion", "ProbeConfig", "ProbeReply", "conversation", "request_of"]

GRANTS = {
    "authorization_code": "A code that was made up",
    "client_credentials": "Client credentials",
}
"""What can be asked with, by ``grant_type``. Neither uses up anything of a person's."""

_MADE_UP = "made-up-code-of-a-probe"
_WRONG = "a-wrong-secret-of-a-probe"
_RECOGNISED = {
    "authorization_code": {"invalid_grant", "unauthorized_client"},
    "client_credentials": {"unauthorized_client"},
}
_CLIENTS = {"basic": "Basic header", "body": "client in the body"}
_FORMATS = {"form": "form", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class ProbeConfig:
    """What is known. ``grant`` is a key of ``GRANTS``; ``redirect_uri`` goes with a code (RFC 6749 §4.1.3)."""

    grant: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """``client`` is "basic" or "body", ``format`` "form" or "json". ``control``: with a wrong secret, on purpose."""

    client: str
    format: str
    scope: bool
    control: bool = False

    @property
    def title(self) -> str:
        parts = [_CLIENTS[self.client], _FORMATS[self.format]]
        parts += ["with scope"] if self.scope else []
        parts += ["wrong secret"] if self.control else []
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class ProbeReply:
    """``status`` 0: no reply, and ``body`` says why in words."""

    status: int
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """``kind``: "works" (a token was given), "recognised" (the client was, the grant was not), "refused" (the client
    was not recognised), "scope", "unread" (the request was not understood), "halt" (asking on could do harm or is of
    no use). ``words`` say it in one line, without secrets."""

    attempt: Attempt
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """``found`` is the combination to use, None where none was found. ``answers`` are all attempts, in order."""

    answers: tuple[Answer, ...]
    found: Attempt | None
    title: str
    text: str = ""


def attempts(config: ProbeConfig) -> tuple[Attempt, ...]:
    """The combinations, those first that specification and custom make likeliest."""
    scopes = (True, False) if config.scope else (False,)
    return tuple(
        Attempt(client, format, scope)
        for format in ("form", "json")
        for client in ("basic", "body")
        for scope in scopes
    )


def request_of(config: ProbeConfig, attempt: Attempt) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Headers and body of the POST that ``attempt`` is."""
    secret = _WRONG if attempt.control else config.client_secret
    fields = {"grant_type": config.grant}
    if config.grant == "authorization_code":
        fields |= {"code": _MADE_UP, "redirect_uri": config.redirect_uri}
    if attempt.scope:
        fields["scope"] = config.scope
    headers = [("Accept", "application/json")]
    if attempt.client == "basic":
        # RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
        pair = f"{quote_plus(config.client_id)}:{quote_plus(secret)}".encode()
        headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}"))
    else:
        fields |= {"client_id": config.client_id, "client_secret": secret}
    if attempt.format == "json":
        headers.append(("Content-Type", "application/json"))
        return tuple(headers), json.dumps(fields).encode()
    headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return tuple(headers), urlencode(fields).encode("ascii")


def conversation(config: ProbeConfig) -> Generator[Attempt, ProbeReply, Conclusion]:
    """Yields what to try next and is sent what came back; ends with the conclusion."""
    answers: list[Answer] = []
    for attempt in attempts(config):
        answer = judge(config, attempt, (yield attempt))
        answers.append(answer)
        if answer.kind == "halt":
            return Conclusion(tuple(answers), None, "The probe stopped.", answer.words)
        if answer.kind == "works":
            text = f"{answer.words} It was thrown away."
            return Conclusion(tuple(answers), attempt, f"Works: {attempt.title}.", text)
        if answer.kind == "recognised":
            return (yield from _controlled(config, answers))
    return _none_of(answers)


def _controlled(config: ProbeConfig, answers: list[Answer]) -> Generator[Attempt, ProbeReply, Conclusion]:
    """Whether the provider looked at the client at all: the same once more with a wrong secret."""
    found = answers[-1].attempt
    control = replace(found, control=True)
    answer = judge(config, control, (yield control))
    answers.append(answer)
    if answer.kind in ("recognised", "works"):
        text = (
            "With a wrong secret it answers the same, so it did not look at the client. Only a real sign-in can tell."
        )
        return Conclusion(tuple(answers), None, "This provider does not tell.", text)
    text = "The client was recognised, and with a wrong secret it was not."
    if config.grant == "client_credentials":
        text += " This grant is not open to it: ask the provider, or use another authorization."
    return Conclusion(tuple(answers), found, f"Works: {found.title}.", text)


def _none_of(answers: list[Answer]) -> Conclusion:
    kinds = {answer.kind for answer in answers}
    if "scope" in kinds:
        text = "The scope is refused in every combination; check its name."
    elif kinds <= {"refused", "unread"} and "refused" in kinds:
        text = "The client is not recognised in any way. Are client ID and secret of this provider and still good?"
    else:
        text = "The endpoint understands none of them. Is the URL the token endpoint's?"
    return Conclusion(tuple(answers), None, "No combination works.", text)


def judge(config: ProbeConfig, attempt: Attempt, reply: ProbeReply) -> Answer:
    """What ``reply`` says about ``attempt``."""
    kind, words = _read(config, reply)
    if config.client_secret:
        words = words.replace(config.client_secret, "•••")
    return Answer(attempt, kind, words)


def _read(config: ProbeConfig, reply: ProbeReply) -> tuple[str, str]:
    status = reply.status
    if not status:
        return "halt", reply.body
    code, description = error_in(reply.body)
    said = f"{status} {code}" + (f": {description[:200]}" if description else "")
    if not code and status < 300 and has_access_token(reply.body):
        return "works", f"{status}, an access token was given."
    if code in _RECOGNISED[config.grant]:
        return "recognised", said
    if code == "invalid_scope":
        return "scope", said
    if code == "invalid_client" or (status in (401, 403) and code != "invalid_request"):
        return "refused", said
    if status in (423, 429):
        return "halt", f"{status}: the provider asks to slow down, so nothing more was tried."
    if status in (404, 410) and not code:
        return "halt", f"{status}: there is no token endpoint at this URL."
    if 300 <= status < 400:
        return "halt", f"{status}: the provider points elsewhere, and credentials do not follow."
    return "unread", said
