"""Helpers that let a test read as the conversation of one sign-in."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from designer.oauth import (
    Allow,
    Command,
    Ending,
    Event,
    ExchangeCode,
    Finish,
    Flow,
    FlowConfig,
    Navigated,
    OpenBrowser,
    Pkce,
    Refuse,
    Started,
)

REDIRECT = "https://www.workato.com/oauth/callback"
STATE = "0123456789abcdef"
CODE = "SplxlOBeZQQYbYS6WxSbIA"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PKCE = Pkce(VERIFIER, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")

CONFIG = FlowConfig(
    authorization_url="https://login.example.com/authorize?response_type=code&scope=read",
    client_id="harbor",
    redirect_uri=REDIRECT,
    state=STATE,
    pkce=PKCE,
)


def callback(to: str = REDIRECT, **parameters: str) -> str:
    """The redirect URL with a reply in its query."""
    return f"{to}?{urlencode(parameters)}"


def waiting(**changes: object) -> Flow:
    """A flow whose consent page is open."""
    flow = Flow(replace(CONFIG, **changes))  # type: ignore[arg-type]
    (opened,) = flow.handle(Started())
    assert isinstance(opened, OpenBrowser)
    return flow


def exchanging(**changes: object) -> Flow:
    """A flow that has asked for the exchange of its code."""
    flow = waiting(**changes)
    commands = flow.handle(Navigated(callback(code=CODE, state=STATE)))
    assert isinstance(commands[1], ExchangeCode)
    return flow


def go(flow: Flow, url: str, **about: bool) -> tuple[Command, ...]:
    """The browser asks whether it may go to ``url``."""
    return flow.handle(Navigated(url, **about))  # type: ignore[arg-type]


def allowed(commands: tuple[Command, ...]) -> bool:
    """Whether the navigation may go on; the answer always comes first and only once."""
    answers = [command for command in commands if isinstance(command, Allow | Refuse)]
    assert len(answers) == 1
    assert commands[0] is answers[0]
    return isinstance(answers[0], Allow)


def ending(commands: tuple[Command, ...]) -> Ending:
    """How the sign-in ended; it must have."""
    (finish,) = [command for command in commands if isinstance(command, Finish)]
    return finish.ending


def no_code(commands: tuple[Command, ...]) -> bool:
    """Whether no code was given on for exchange."""
    return not any(isinstance(command, ExchangeCode) for command in commands)


def statuses(flow: Flow) -> str:
    """The five steps' states in one line."""
    return " ".join(f"{step.key}:{step.status}" for step in flow.steps)


def say(flow: Flow, event: Event) -> tuple[Command, ...]:
    """Any other event."""
    return flow.handle(event)
