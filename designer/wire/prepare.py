"""The last step before the wire: the headers an HTTP client owes, so that what is reported is what is sent."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from designer import __version__
from designer.wire.model import Origin, WireRequest

USER_AGENT = f"ConnectionDesigner/{__version__}"
ACCEPT_ENCODING = "gzip, deflate"
_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 9110, 8.6: a client sends Content-Length: 0 where the method's meaning anticipates content.
_EXPECT_CONTENT = frozenset({"POST", "PUT", "PATCH"})


def complete_headers(request: WireRequest) -> WireRequest:
    """``request`` with Host (first, RFC 9110, 7.2), User-Agent, Accept-Encoding and Content-Length where they are not
    given in any spelling. Given ones stay as they are; a given Host moves to the front. Added ones have the origin
    "client". Idempotent."""
    present = {name.lower() for name, _ in request.headers}
    added: list[tuple[str, str]] = []
    if "host" not in present:
        added.append(("Host", host_header(request.url)))
    added += [header for header in request.headers if header[0].lower() == "host"]
    headers = added + [header for header in request.headers if header[0].lower() != "host"]
    if "user-agent" not in present:
        headers.append(("User-Agent", USER_AGENT))
    if "accept-encoding" not in present:
        headers.append(("Accept-Encoding", ACCEPT_ENCODING))
    if present.isdisjoint({"content-length", "transfer-encoding"}) and (
        request.body or request.method.upper() in _EXPECT_CONTENT
    ):
        headers.append(("Content-Length", str(len(request.body))))
    origins = dict(request.origins)
    for name, _ in headers:
        if name.lower() not in present:
            origins[f"header:{name}"] = Origin("client")
    return replace(request, headers=tuple(headers), origins=origins)


def host_header(url: str) -> str:
    """``host[:port]`` of ``url`` as the Host header has it: no user info, no default port, IDN in ASCII."""
    parts = urlsplit(url)
    host = ascii_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme.lower()) else f"{host}:{port}"


def ascii_host(host: str) -> str:
    """``host`` as DNS knows it (IDNA). Raises ``UnicodeError`` where it cannot be one."""
    return host if host.isascii() else host.encode("idna").decode("ascii")
