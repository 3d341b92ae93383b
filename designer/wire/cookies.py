"""Cookies kept between the hops of one request, and no longer (RFC 6265)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_NEXT_COOKIE = re.compile(r",\s*(?=[^;,=\s]+=)")
# RFC 6265, 5.2.2: anything else is no Max-Age; a longer number of seconds says no more.
_MAX_AGE = re.compile(r"(?P<negative>-?)(?P<digits>[0-9]+)")
_QUOTED = re.compile(r'"[^",;\\\s]*"')


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool


class CookieJar:
    """Starts empty with every request; takes what replies set and says what the next hop sends. ``now``, with a
    zone, tells which have ended."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._cookies: list[_Cookie] = []

    def take(self, set_cookie: str, url: str) -> None:
        """Keep the cookies of one Set-Cookie header received from ``url``; a foreign or broken one is ignored."""
        for one in _NEXT_COOKIE.split(set_cookie):
            self._take(one, url)

    def _take(self, set_cookie: str, url: str) -> None:
        pair, *attributes = set_cookie.split(";")
        name, equals, value = pair.strip().partition("=")
        if not equals or not name.strip():
            return
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        given = {k.strip().lower(): v.strip() for k, _, v in (a.partition("=") for a in attributes)}
        domain = given.get("domain", "").lstrip(".").lower()
        if domain and host != domain and not host.endswith(f".{domain}"):
            return
        path = given.get("path", "")
        cookie = _Cookie(
            name=name.strip(),
            value=value.strip()[1:-1] if _QUOTED.fullmatch(value.strip()) else value.strip(),
            domain=domain or host,
            host_only=not domain,
            path=path if path.startswith("/") else _default_path(parts.path),
            secure="secure" in given,
        )
        same = (cookie.name, cookie.domain, cookie.path)
        self._cookies = [c for c in self._cookies if (c.name, c.domain, c.path) != same]
        if not _over(given, self._now()):
            self._cookies.append(cookie)

    def header(self, url: str) -> str | None:
        """The Cookie header for ``url``, longest paths first, or None."""
        if not self._cookies:
            return None
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        fitting = [c for c in self._cookies if _fits(c, host, parts.path or "/", parts.scheme == "https")]
        fitting.sort(key=lambda c: -len(c.path))
        return "; ".join(f"{c.name}={c.value}" for c in fitting) or None


def _over(attributes: Mapping[str, str], now: datetime) -> bool:
    """Whether the cookie has ended already; Max-Age has precedence (RFC 6265, 5.3)."""
    if "max-age" in attributes:
        age = _MAX_AGE.fullmatch(attributes["max-age"])
        return age is None or bool(age["negative"]) or not age["digits"].strip("0")
    try:
        ends = parsedate_to_datetime(attributes["expires"])
        return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= now
    except (KeyError, ValueError, OverflowError):
        return False


def _fits(cookie: _Cookie, host: str, path: str, secure: bool) -> bool:
    if cookie.secure and not secure:
        return False
    if host != cookie.domain and (cookie.host_only or not host.endswith(f".{cookie.domain}")):
        return False
    return path == cookie.path or path.startswith(cookie.path if cookie.path.endswith("/") else f"{cookie.path}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"
