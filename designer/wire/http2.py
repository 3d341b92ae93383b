"""A request as HTTP/2 carries it: fields in frames, none of them with a spelling of its own (RFC 9113, 8.3)."""

from __future__ import annotations

from urllib.parse import urlsplit

from designer.wire.model import WireRequest
from designer.wire.prepare import host_header

__all__ = ["http2_fields"]

# RFC 9113, 8.2.2: they speak of one connection of HTTP/1.1.
_CONNECTION = frozenset({"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"})


def http2_fields(request: WireRequest) -> tuple[tuple[str, str, str], ...]:
    """The fields in order: name on the wire, value, and the key under which ``request.origins`` knows it.

    The request line and Host become pseudo-headers; headers that speak of the connection are left out.
    """
    host = next((pair for pair in request.headers if pair[0].lower() == "host"), ("Host", host_header(request.url)))
    fields = [
        (":method", request.method.upper(), "method"),
        (":authority", host[1], f"header:{host[0]}"),
        (":scheme", urlsplit(request.url).scheme.lower(), "url"),
        (":path", request.target, "url"),
    ]
    left = {"host", *_CONNECTION}
    fields += [(name.lower(), value, f"header:{name}") for name, value in request.headers if name.lower() not in left]
    return tuple(fields)
