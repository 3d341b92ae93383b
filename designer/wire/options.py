"""What a person may choose of how requests travel, for every transport and for what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["TransportOptions"]


@dataclass(frozen=True, slots=True)
class TransportOptions:
    """``ca_file`` is trusted beside the usual authorities. ``proxy`` is an ``http://[user:password@]host:port`` URL;
    ``trust_env`` takes proxies from the environment or the system where ``proxy`` is None. ``max_body`` bounds a
    decoded reply, in bytes. ``http2`` offers HTTP/2, which has no header case. ``timeout`` replaces the platform's
    time-out of a request, in seconds. ``client_certificate`` is a file with a certificate, shown where the connector
    gives none of its own: PEM or PKCS #12. Its key stands in it, or in the PEM file ``client_key``; what is protected
    ``client_passphrase`` opens."""

    verify: bool = True
    ca_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    trust_env: bool = False
    http2: bool = False
    connect_timeout: float = 30.0
    keep_alive: float = 4.0
    max_body: int = 64 * 1024 * 1024
    timeout: float | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    client_passphrase: str | None = field(default=None, repr=False)
