"""What a reply came over, line by line: HTTP version, connection, TLS, and where the time went."""

from __future__ import annotations

from designer.wire.model import WireResponse

__all__ = ["route"]

_TIMES = {"dns": "DNS", "connect": "connect", "tls": "TLS", "first_byte": "first byte after", "total": "total"}


def route(response: WireResponse) -> tuple[str, ...]:
    """ "protocol: HTTP/2", "tls: TLSv1.3", "total: 12.0 ms" and so on. Never a secret."""
    lines = [f"protocol: {response.http_version}"]
    lines += [f"{name}: {value}" for name, value in response.connection.items()]
    lines += [
        f"{word}: {response.timings[name] * 1000:.1f} ms" for name, word in _TIMES.items() if name in response.timings
    ]
    return tuple(lines)
