"""What the embedded browser asks, and how it is answered. Needs no browser itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from designer.oauth.redirect import is_loopback

__all__ = [
    "CertificateChoice",
    "CertificateQuestion",
    "Decide",
    "LoginQuestion",
    "Navigation",
    "for_tests",
]


@dataclass(frozen=True, slots=True)
class Navigation:
    """A page wants to go to ``url``. ``form_body`` is the urlencoded body where a form would have posted it to the
    callback; ``form``: a form was sent, by GET or POST."""

    url: str
    main_frame: bool
    form_body: str | None = None
    form: bool = False


@dataclass(frozen=True, slots=True)
class CertificateQuestion:
    """A certificate that is not trusted, of a host where the person may go on all the same, this once.

    ``answer(True)`` goes on to the page that waits; ``answer(False)`` leaves it.
    """

    url: str
    host: str
    why: str
    answer: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class LoginQuestion:
    """A page, or a proxy on the way, wants user name and password (RFC 9110 §11). ``again``: those given before were
    not taken. ``answer`` loads what asked once more with them; without an answer its refusal stays in sight."""

    place: str
    realm: str
    proxy: bool
    again: bool
    answer: Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class CertificateChoice:
    """``host`` asks who is there by certificate. ``names`` are those at hand; ``answer`` takes the place of one in
    ``names``, or None to go on without."""

    host: str
    names: tuple[str, ...]
    answer: Callable[[int | None], None]


Decide = Callable[[Navigation], bool]
"""Answers whether a navigation may go on; called before any request leaves."""


def for_tests(url: str) -> bool:
    """This machine, or a name that never leads anywhere else (RFC 6761)."""
    host = urlsplit(url).hostname or ""
    return is_loopback(url) or host.endswith((".test", ".localhost"))
