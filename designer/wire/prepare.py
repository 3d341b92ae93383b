"""The last step before the wire: the headers an HTTP client owes, so that what is reported is what is sent."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from urllib.parse import urlsplit

from designer import __version__
from designer.wire.model import OnDemand, Origin, WireRequest

USER_AGENT = f"ConnectionDesigner/{__version__}"
ACCEPT_ENCODING = "gzip, deflate"
_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 9110, 8.6: a client sends Content-Length: 0 where the method's meaning anticipates content.
_AUTHORITY_END = re.compile(r"[/?#]")
_EXPECT_CONTENT = frozenset({"POST", "PUT", "PATCH"})


def complete_headers(request: WireRequest) -> WireRequest:
    """``request`` with Host (first, RFC 9110, 7.2), User-Agent, Accept-Encoding and Content-Length where they are not
    given in any spelling. Given ones stay as they are; a given Host moves to the front. Added ones have the origin
    "client". Idempotent."""
    headers, added = completed(list(request.headers), request.method, request.url, request.body)
    given = request.origins
    origins = OnDemand(lambda: dict(given) | {f"header:{name}": Origin("client") for name in added})
    return replace(request, headers=tuple(headers), origins=origins)


def completed(
    given: list[tuple[str, str]], method: str, url: str, body: bytes
) -> tuple[list[tuple[str, str]], list[str]]:
    """The headers as ``complete_headers`` makes them, and the names of those it added."""
    present = {name.lower() for name, _ in given}
    if "host" not in present:
        added = ["Host"]
        headers = [("Host", host_header(url)), *given]
    else:
        added = []
        headers = sorted(given, key=lambda header: header[0].lower() != "host")
    if "user-agent" not in present:
        added.append("User-Agent")
        headers.append(("User-Agent", USER_AGENT))
    if "accept-encoding" not in present:
        added.append("Accept-Encoding")
        headers.append(("Accept-Encoding", ACCEPT_ENCODING))
    if (body or method.upper() in _EXPECT_CONTENT) and present.isdisjoint(("content-length", "transfer-encoding")):
        added.append("Content-Length")
        headers.append(("Content-Length", str(len(body))))
    return headers, added


def host_header(url: str) -> str:
    """``host[:port]`` of ``url`` as the Host header has it: no user info, no default port, IDN in ASCII."""
    # The same few hosts are asked again and again; the path, which may hold a key, is not kept.
    scheme, _, rest = url.partition("://")
    return _host_header(scheme, _AUTHORITY_END.split(rest, 1)[0].rpartition("@")[2])


@functools.lru_cache(maxsize=64)
def _host_header(scheme: str, authority: str) -> str:
    parts = urlsplit(f"{scheme}://{authority}")
    host = ascii_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme.lower()) else f"{host}:{port}"


def ascii_host(host: str) -> str:
    """``host`` as DNS knows it (IDNA). Raises ``UnicodeError`` where it cannot be one."""
    return host if host.isascii() else host.encode("idna").decode("ascii")
