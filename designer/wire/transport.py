"""The one port through which requests leave: its protocol, its failures, its cancel token, and two transports
that never touch a network. The real one is in ``designer.wire.http``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from designer.errors import UserError
from designer.wire.model import WireRequest, WireResponse

REASONS = (
    "self_signed",
    "unknown_authority",
    "expired",
    "not_yet_valid",
    "wrong_host",
    "client_certificate",  # the server wants one, or not this one
    "passphrase",  # the key of the client certificate is protected
    "not_tls",
)
"""Why TLS did not come about, where there is a way out of it; "" for everything else."""

KINDS = (
    "refused",  # nothing listens at that address
    "unreachable",  # no route, network down, reset while connecting
    "dns",  # the host name has no address
    "timeout",
    "tls",  # certificate or handshake
    "closed",  # the server ended the connection before its reply was complete
    "protocol",  # the reply is not HTTP, or cannot be decoded
    "proxy",
    "too_large",  # the reply is larger than the limit
    "request",  # this request cannot be put on a wire (bad URL, bad header)
    "cancelled",
)


class TransportError(UserError):
    """No (complete) reply came back. ``kind`` is one of ``KINDS``.

    ``arrived`` is False when not even the request reached a server: nothing was connected, or TLS never came up.
    ``timings`` holds what was measured until then (keys as in ``WireResponse``). ``proxy`` is host and port of the
    proxy where that could not be reached, and the server was never asked. ``reason`` is one of ``REASONS`` or "".
    ``partial`` is the reply as far as it had come, where it had begun.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        hint: str = "",
        *,
        arrived: bool,
        timings: dict[str, float] | None = None,
        proxy: tuple[str, int] | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message, hint)
        self.kind = kind
        self.arrived = arrived
        self.timings = timings or {}
        self.proxy = proxy
        self.reason = reason
        self.partial: WireResponse | None = None


class Prepared(Exception):
    """What ``DryTransport`` raises instead of sending: ``request`` is exactly what would have gone out."""

    def __init__(self, request: WireRequest) -> None:
        super().__init__(f"{request.method} {request.url}")
        self.request = request


class Cancel:
    """A thread-safe token. ``cancel()`` may be called from any thread, any number of times; whatever blocks
    between ``add`` and ``remove`` at that moment is interrupted at once, and whatever comes later does not start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = threading.Event()
        self._interrupts: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._set.is_set()

    def is_cancelled(self) -> bool:
        """``cancelled``, as a question to hand on."""
        return self._set.is_set()

    def cancel(self) -> None:
        with self._lock:
            if self._set.is_set():
                return
            self._set.set()
            # Inside the lock: an interrupt must not run after its ``remove``, when the socket it would shut down may
            # already serve another request.
            for interrupt in self._interrupts:
                interrupt()

    def add(self, interrupt: Callable[[], None]) -> None:
        """Call ``interrupt`` (quick, never raising, never calling back into this token) when the cancel comes, until
        ``remove``. Raises ``TransportError`` of kind "cancelled" when it is too late to begin."""
        with self._lock:
            self.raise_if_cancelled()
            self._interrupts.append(interrupt)

    def remove(self, interrupt: Callable[[], None]) -> None:
        with self._lock:
            self._interrupts.remove(interrupt)

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds``; True as soon as the token is cancelled (``sleep`` in a connector)."""
        return self._set.wait(seconds)

    def raise_if_cancelled(self) -> None:
        if self._set.is_set():
            raise TransportError("cancelled", "The request was cancelled.", arrived=False)


NEVER = Cancel()
"""For runs that nobody can cancel; not to be cancelled itself."""


class Arrival:
    """How much of the reply that is under way has come. The thread that sends writes it, whoever wants to know looks,
    as often as it likes: nobody is called for a piece that comes."""

    __slots__ = ("came", "whole")

    def __init__(self) -> None:
        self.came = 0
        """Bytes of the body, as they come over the wire."""
        self.whole: int | None = None
        """Bytes it will have, where the server says so."""

    def begin(self, whole: int | None = None) -> None:
        self.came, self.whole = 0, whole


class Transport(Protocol):
    """The one way to a server: one request, one reply. See ``ScriptedTransport`` for tests."""

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:
        """Put ``request`` on the wire as it stands and wait for the reply, ``timeout`` seconds in all.

        The request must be complete (see ``designer.wire.prepare.complete_headers``): nothing is added, reordered or
        left out, no redirect is followed, nothing is retried. Raises ``TransportError``.
        """
        ...


class DryTransport:
    """Preview: raises ``Prepared`` with the request instead of sending it."""

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:  # noqa: ARG002
        cancel.raise_if_cancelled()
        raise Prepared(request)


class ScriptedTransport:
    """For tests: a function is the server. ``requests`` collects what was sent."""

    def __init__(self, server: Callable[[WireRequest], WireResponse]) -> None:
        self._server = server
        self.requests: list[WireRequest] = []

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:  # noqa: ARG002
        cancel.raise_if_cancelled()
        self.requests.append(request)
        return self._server(request)
