"""Cookies kept between the hops of one request, and no longer (RFC 6265)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool


class CookieJar:
    """Starts empty with every request; takes what replies set and says what the next hop sends."""

    def __init__(self) -> None:
        self._cookies: list[_Cookie] = []

    def take(self, set_cookie: str, url: str) -> None:
        """Keep the cookie of one Set-Cookie header received from ``url``; a foreign or broken one is ignored."""
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
            value=value.strip(),
            domain=domain or host,
            host_only=not domain,
            path=path if path.startswith("/") else _default_path(parts.path),
            secure="secure" in given,
        )
        same = (cookie.name, cookie.domain, cookie.path)
        self._cookies = [c for c in self._cookies if (c.name, c.domain, c.path) != same]
        if given.get("max-age", "1").lstrip("-").isdigit() and int(given.get("max-age", "1")) > 0:
            self._cookies.append(cookie)

    def header(self, url: str) -> str | None:
        """The Cookie header for ``url``, longest paths first, or None."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        fitting = [c for c in self._cookies if _fits(c, host, parts.path or "/", parts.scheme == "https")]
        fitting.sort(key=lambda c: -len(c.path))
        return "; ".join(f"{c.name}={c.value}" for c in fitting) or None


def _fits(cookie: _Cookie, host: str, path: str, secure: bool) -> bool:
    if cookie.secure and not secure:
        return False
    if host != cookie.domain and (cookie.host_only or not host.endswith(f".{cookie.domain}")):
        return False
    return path == cookie.path or path.startswith(cookie.path if cookie.path.endswith("/") else f"{cookie.path}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"
