"""What a sign-in is told (events) and what it asks for (commands): the flow itself does no I/O.

One event in, any number of commands out. A navigation is answered by exactly one of :class:`Allow` and
:class:`Refuse`, always the first command of the answer, so that a browser's synchronous question can be answered
before anything else is carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Events


@dataclass(frozen=True, slots=True)
class Started:
    """The author asked to sign in."""


@dataclass(frozen=True, slots=True)
class Navigated:
    """The browser asks whether it may go to ``url``; no request has left yet. ``method`` where it is known, "form" for
    a form of which the browser does not tell how it was sent.

    ``from_listener``: the URL was requested from our loopback listener by whatever browser or program is on this
    machine, so a reply that is not ours is passed over instead of ending the sign-in.
    """

    url: str = field(repr=False)
    method: str = "GET"
    is_main_frame: bool = True
    from_listener: bool = False


@dataclass(frozen=True, slots=True)
class FormPosted:
    """A form was about to be posted to ``url`` (``response_mode=form_post``); ``body`` is its urlencoded text."""

    url: str = field(repr=False)
    body: str = field(repr=False)
    is_main_frame: bool = True
    from_listener: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page finished loading, or did not (``failure`` says why). ``status`` is None where the browser does not tell;
    ``cookies`` are the names of those that were set."""

    url: str = field(repr=False)
    status: int | None = None
    failure: str | None = None
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """The person closed the consent window, or ``stopped`` the sign-in."""

    stopped: bool = False


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No reply within ``seconds``; the clock is the caller's."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Exchanged:
    """``acquire`` or ``token_url`` answered. ``tokens`` is the hash that goes into the settings, ``extra`` what
    ``acquire`` returned besides (its third element), ``owner`` its second."""

    tokens: Mapping[str, Any] = field(repr=False)
    owner: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ExchangeFailed:
    """The token request or ``acquire`` failed. ``message`` as the engine gives it, ``body`` the reply's, if any."""

    message: str
    status: int | None = None
    body: str = field(default="", repr=False)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class TestPassed:
    """The connector's ``test`` ran through."""

    __test__ = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TestFailed:
    """The connector's ``test`` raised ``message``."""

    __test__ = False
    message: str
    line: int | None = None


Event = (
    Started
    | Navigated
    | FormPosted
    | Loaded
    | WindowClosed
    | TimedOut
    | Exchanged
    | ExchangeFailed
    | TestPassed
    | TestFailed
)

# Commands


@dataclass(frozen=True, slots=True)
class OpenBrowser:
    """Show the provider's page at ``url``."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Allow:
    """The browser may go there."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The browser must not go there; ``url`` has its secrets masked. ``caught``: it is our callback and its reply
    has been read, so nothing was wrong with it; otherwise ``why`` is to be shown."""

    url: str
    why: str
    caught: bool = False


@dataclass(frozen=True, slots=True)
class ExchangeCode:
    """Turn the code into tokens: ``acquire(connection, code, redirect_uri, verifier)``, else a POST to token_url."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Store:
    """Merge into the connection's settings; ``extra`` first, ``tokens`` win (as the official CLI does)."""

    tokens: Mapping[str, Any] = field(repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RunTest:
    """Run the connector's ``test``."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the sign-in ended. ``kind``: "signed_in", "refused" (the provider or the person said no), "failed",
    "rejected" (the reply was not ours or was tampered with), "cancelled", "timed_out", "test_failed" (tokens are
    stored, the test is not green). ``hint`` is what to do next; ``error`` the provider's code, if it sent one."""

    kind: str
    message: str
    hint: str = ""
    error: str | None = None
    error_uri: str | None = None

    @property
    def signed_in(self) -> bool:
        """Whether tokens were obtained and stored."""
        return self.kind in {"signed_in", "test_failed"}


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing more will be asked: close the window or listener, say ``ending``."""

    ending: Ending


Command = OpenBrowser | Allow | Refuse | ExchangeCode | Store | RunTest | Finish
