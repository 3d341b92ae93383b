"""The address of a proxy as people and environments write it, read once for all that speak of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

__all__ = ["Proxy", "ProxyError", "apart", "read_proxy", "together"]

_USUAL_PORT = 8080


class ProxyError(Exception):
    """The text is no address of a proxy that can be used; the message says why and quotes no password."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """``host`` without the brackets of an IPv6 address; ``auth`` is user and password, decoded."""

    host: str
    port: int
    auth: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """``host:port``, an IPv6 address in brackets (RFC 3986, 3.2.2). Never user or password."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"


def read_proxy(text: str) -> Proxy:
    """``[http://][user:password@]host[:port]``. Raises ``ProxyError``, and nothing else, for any other text."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        raise ProxyError("The address of the proxy cannot be read.") from None
    if scheme != "http":
        raise ProxyError(f"A proxy reached by {scheme}: cannot be used.")
    if not host or not host.isascii() or any(c.isspace() or c == "%" for c in host):
        raise ProxyError("The address of the proxy names no host.")
    if port == 0:
        raise ProxyError("A proxy has no port 0.")
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(host, port or _USUAL_PORT, auth)


def apart(text: str) -> tuple[str, str]:
    """What is shown of a proxy's address, and what is not: ``user:password``, decoded. A text that is no address stays
    as it is."""
    try:
        proxy = read_proxy(text)
    except ProxyError:
        return text, ""
    return (text, "") if proxy.auth is None else (proxy.url, ":".join(proxy.auth))


def together(address: str, login: str) -> str:
    """The address of a proxy that wants ``login``, as ``apart`` gave them."""
    if not address or not login:
        return address
    scheme, found, rest = address.partition("://")
    user, _, password = login.partition(":")
    place = rest if found else address
    return f"{scheme if found else 'http'}://{quote(user, safe='')}:{quote(password, safe='')}@{place}"
