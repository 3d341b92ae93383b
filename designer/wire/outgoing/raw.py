"""A request as HTTP/1.1 puts it on the wire (RFC 9112 §3)."""

from __future__ import annotations

from designer.wire.model import WireRequest
from designer.wire.outgoing.secrecy import AS_SENT, Hide, content_type, joined

__all__ = ["raw"]


def raw(request: WireRequest, hide: Hide = AS_SENT) -> str:
    """Request line, headers and body with CRLF between the lines. A body that is no text is only counted."""
    lines = [f"{request.method} {joined(hide.url(request.target))} HTTP/1.1"]
    lines += [f"{name}: {joined(hide.header(name, value))}" for name, value in request.headers]
    try:
        body = joined(hide.body(request.body.decode("utf-8"), content_type(request))) if request.body else ""
    except UnicodeDecodeError:
        body = f"({len(request.body)} bytes that are not text)"
    return "\r\n".join([*lines, "", body])
