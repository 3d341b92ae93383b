"""The redirect URL: the choices an author has, and whether a URL the browser goes to is exactly it.

A URL is the callback only by scheme, host, port and path (RFC 6749 §3.1.2.3, RFC 9700 §4.1.3), never by a prefix and
never because it carries a ``code``: login pages live on the same hosts, and providers hand codes to themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from designer import facts
from designer.oauth.errors import RedirectError

CALLBACK_PATH = "/oauth/callback"
"""Path of every redirect URL of the platform and of the official CLI."""

LOOPBACK_URL = f"http://127.0.0.1{CALLBACK_PATH}"
"""What is registered for a reply to this machine on whatever port is free (RFC 8252 §7.3)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "For example https://www.workato.com/oauth/callback."
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_REPLY_NAMES = frozenset({"code", "error", "access_token", "id_token"})


@dataclass(frozen=True, slots=True)
class RedirectChoice:
    """One redirect URL to choose. ``name`` is unique ("all", "us", …, "cli", "loopback", "other"), ``kind`` one of
    "platform", "cli", "loopback", "other". ``url`` is None for a loopback on a free port (known once the listener
    listens) and for "other". ``note`` says what to register."""

    name: str
    kind: str
    title: str
    url: str | None
    note: str

    @property
    def redirect_uri(self) -> str:
        """The URL as it is registered with the provider."""
        return LOOPBACK_URL if self.url is None else self.url

    @property
    def local(self) -> bool:
        """Whether it can be answered on this machine, hence used with the system browser."""
        return self.kind in {"cli", "loopback"} or (self.url is not None and is_loopback(self.url))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a URL is the redirect URL, and why. ``resembles``: it is not, but a careless client would have taken it
    (a code in it, the same host, a path that begins alike), so the trace points it out."""

    matches: bool
    reason: str
    resembles: bool = False


def choices() -> tuple[RedirectChoice, ...]:
    """Redirect URLs to choose from, the one for every data centre first."""
    table = facts.table("datacentres")
    found = [_platform(centre) for centre in table["datacentres"]]
    cli = table["cli"]
    note = "Register it to sign in with the `oauth2` command of the official SDK, or with the system browser."
    found.append(RedirectChoice("cli", "cli", str(cli["label"]), str(cli["callback"]), note))
    note = f"Register {LOOPBACK_URL}: providers that follow RFC 8252 §7.3 accept any port."
    found.append(RedirectChoice("loopback", "loopback", "This machine, a free port", None, note))
    note = "Write it exactly as it is registered with the provider, to the letter."
    found.append(RedirectChoice("other", "other", "Any other", None, note))
    return tuple(found)


def choice_of(value: str) -> RedirectChoice:
    """The choice called ``value``; for a URL that somebody wrote instead, "other" with it."""
    known = {choice.name: choice for choice in choices()}
    other = known.pop("other")
    return known.get(value) or replace(other, url=value.strip())


def _platform(centre: Mapping[str, Any]) -> RedirectChoice:
    name = str(centre["name"])
    if name == "all":
        note = "Register this one: connections in every data centre come back through it."
    else:
        note = "Register it besides the one for every data centre, if the provider asks for each."
    return RedirectChoice(name, "platform", f"Workato · {centre['label']}", str(centre["callback"]), note)


def check(redirect_uri: str) -> str:
    """``redirect_uri`` if it can be one; raises :class:`RedirectError` saying what is wrong (RFC 6749 §3.1.2)."""
    if _UNSAFE.search(redirect_uri):
        raise RedirectError("The redirect URL holds a space, a control character or a backslash.")
    try:
        parts = urlsplit(redirect_uri)
        _ = parts.port
    except ValueError as error:
        raise RedirectError("The redirect URL is not a URL.", f"{error}.") from error
    if not parts.scheme or not (parts.netloc or parts.path.strip("/")):
        raise RedirectError("The redirect URL must be absolute.", _EXAMPLE)
    if parts.scheme in _DEFAULT_PORTS and not parts.hostname:
        raise RedirectError("The redirect URL has no host.", _EXAMPLE)
    if parts.fragment or redirect_uri.endswith("#"):
        raise RedirectError("The redirect URL has a fragment.", "RFC 6749 §3.1.2 forbids the part from # on.")
    if "@" in parts.netloc:
        raise RedirectError("The redirect URL has user information before the host.", "Leave out the part before @.")
    return redirect_uri


def match(redirect_uri: str, url: str) -> Verdict:
    """Whether ``url`` is ``redirect_uri`` with a reply attached: scheme, host, port and path equal, nothing less.

    Host and scheme compare without case, default ports may be left out, parameters the redirect URL itself has must
    be there. The reply (query, fragment) does not take part in the decision.
    """
    # Browsers send a backslash as it is in a query; before it, they take it for a slash and Python does not.
    head = re.split("[?#]", url, maxsplit=1)[0]
    if found := _UNSAFE.search(head) or _CONTROL.search(url):
        return Verdict(False, f"the URL holds the character {found.group()!r}, which no browser sends", True)
    try:
        wanted, given = urlsplit(redirect_uri), urlsplit(url)
        wanted_port, given_port = _port(wanted), _port(given)
    except ValueError as error:
        return Verdict(False, f"not a URL: {error}", True)
    resembles = _resembles(wanted, given)
    if given.scheme != wanted.scheme:
        return Verdict(False, f"the scheme is {given.scheme or 'missing'}, not {wanted.scheme}", resembles)
    if "@" in given.netloc:
        user, _, host = given.netloc.rpartition("@")
        shown = user.split(":", 1)[0]
        return Verdict(False, f"“{shown}” before the @ is a user name; the real host is {host}", True)
    if _host(given) != _host(wanted):
        return Verdict(False, f"the host is {given.hostname or 'missing'}, not {wanted.hostname}", resembles)
    if given_port != wanted_port:
        return Verdict(False, f"the port is {given_port}, not {wanted_port}", resembles)
    if _path(given) != _path(wanted):
        return Verdict(False, f"the path is {_path(given)}, not {_path(wanted)}", resembles)
    own = _pairs(wanted.query)
    if missing := [name for name, value in own if (name, value) not in _pairs(given.query)]:
        return Verdict(False, f"the redirect URL's own parameter {missing[0]} is missing or differs", True)
    return Verdict(True, "scheme, host, port and path are the redirect URL's")


def is_loopback(url: str) -> bool:
    """Whether the URL names this machine: localhost, 127.0.0.0/8 or ::1 (RFC 8252 §7.3)."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in {"localhost", "::1"} or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def _resembles(wanted: SplitResult, given: SplitResult) -> bool:
    names = {name for text in (given.query, given.fragment) for name, _ in _pairs(text)}
    if names & _REPLY_NAMES:
        return True
    if wanted.hostname and wanted.hostname in given.netloc.lower():
        return given.path.startswith(wanted.path) or given.hostname != wanted.hostname
    return False


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return []


def _port(parts: SplitResult) -> int | None:
    return parts.port if parts.port is not None else _DEFAULT_PORTS.get(parts.scheme)


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _path(parts: SplitResult) -> str:
    return parts.path or ("/" if parts.scheme in _DEFAULT_PORTS else "")
