"""Sockets under httpcore: every wait measured, bounded by one deadline, and ended at once by a cancel token.

httpcore asks its backend for streams and calls them in the thread that sends, so the request a socket is serving
is found in a context variable.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import queue
import select
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from designer.wire.certificates import presented
from designer.wire.tls import explain_tls_failure
from designer.wire.transport import Cancel, TransportError

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
_LAST_WORD = 0.5  # seconds; it is there already, or never comes
_IN_PROGRESS = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK)}


class Attempt:
    """One request under way: its deadline, who may interrupt it, what was measured, how far it came.

    ``timings`` in seconds: dns, connect and tls are durations, first_byte and total count from the start.
    """

    def __init__(self, timeout: float, interrupters: tuple[Cancel, ...], proxy: tuple[str, int] | None = None) -> None:
        self.started = time.monotonic()
        self.timeout = timeout
        self.interrupters = interrupters
        self.timings: dict[str, float] = {}
        self.arrived = False
        self.proxy = proxy
        """Whom to connect to in place of the server, None for the server itself."""

    def begin(self) -> None:
        """Count from now: what was made ready before is not the server's time."""
        self.started = time.monotonic()

    def fail(self, kind: str, message: str, hint: str = "", reason: str = "") -> TransportError:
        return TransportError(kind, message, hint, arrived=self.arrived, timings=dict(self.timings), reason=reason)

    def not_connected(self, kind: str, message: str, hint: str = "") -> TransportError:
        """The failure of a connection that never came about: to the proxy, where there is one."""
        if self.proxy is not None:
            message = f"No connection to the proxy: {message}"
        return TransportError(kind, message, hint, arrived=False, timings=dict(self.timings), proxy=self.proxy)

    def limit(self, seconds: float | None = None) -> float:
        """Seconds that the next wait may take: what is left until the deadline, at most ``seconds``."""
        left = self.started + self.timeout - time.monotonic()
        if left <= 0:
            raise self.timed_out()
        return left if seconds is None else min(left, seconds)

    def timed_out(self) -> TransportError:
        what = "The server did not answer" if self.arrived else "No connection came about"
        if "first_byte" in self.timings:
            what = "The reply did not end"
        unit = "second" if self.timeout == 1 else "seconds"
        return self.fail("timeout", f"{what} within {self.timeout:g} {unit}.")

    def waiting(self, interrupt: Callable[[], None]) -> _Wait:
        """A wait that ``interrupt`` ends. Raises the cancellation, whatever the interrupted call returned or raised."""
        return _Wait(self, interrupt)

    def raise_if_cancelled(self) -> None:
        for token in self.interrupters:
            if token.is_cancelled():
                raise self.fail("cancelled", "The request was cancelled.")

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0.0) + time.monotonic() - begun

    def elapsed(self) -> float:
        return time.monotonic() - self.started


class _Wait:
    """See ``Attempt.waiting``; one for every read and write, so it is no generator."""

    __slots__ = ("_attempt", "_held", "_interrupt")

    def __init__(self, attempt: Attempt, interrupt: Callable[[], None]) -> None:
        self._attempt = attempt
        self._interrupt = interrupt
        self._held: list[Cancel] = []

    def __enter__(self) -> None:
        try:
            for token in self._attempt.interrupters:
                token.add(self._interrupt)
                self._held.append(token)
        except TransportError:
            self._release()
            raise

    def __exit__(self, *_: object) -> None:
        self._release()

    def _release(self) -> None:
        for token in reversed(self._held):
            token.remove(self._interrupt)
        self._attempt.raise_if_cancelled()


current_attempt: ContextVar[Attempt] = ContextVar("current_attempt")


class Backend(httpcore.NetworkBackend):
    """``connect_timeout`` bounds the connection to all addresses of a host together, in seconds."""

    def __init__(self, connect_timeout: float) -> None:
        self._connect_timeout = connect_timeout

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the attempt's deadline rules
        local_address: str | None = None,  # noqa: ARG002 - never set by us
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        attempt = current_attempt.get()
        with attempt.measured("dns"):
            addresses = _resolve(host, port, attempt)
        with attempt.measured("connect"):
            connected = _connect_any(addresses, host, port, attempt, self._connect_timeout)
        for option in socket_options or ():
            connected.setsockopt(*option)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Stream(connected, host)

    def sleep(self, seconds: float) -> None:
        """Only for httpcore's connection retries, which are off."""
        raise NotImplementedError


class Stream(httpcore.NetworkStream):
    """A connected socket that gives up when its attempt is out of time or cancelled."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        self._socket = connected
        self._host = host
        self._ahead = b""
        """What was read while it was asked why a write failed: the beginning of a reply."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        attempt = current_attempt.get()
        try:
            if self._ahead:
                data, self._ahead = self._ahead, b""
            else:
                with attempt.waiting(self._shut_down):
                    self._socket.settimeout(attempt.limit())
                    data = self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise attempt.timed_out() from error
        except ssl.SSLError as error:
            raise self._tls_failure(error, attempt) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        if data and attempt.arrived and "first_byte" not in attempt.timings:
            attempt.timings["first_byte"] = attempt.elapsed()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        if not buffer:  # what follows the headers of a request without a body
            return
        attempt = current_attempt.get()
        try:
            left = memoryview(buffer)
            while left:
                with attempt.waiting(self._shut_down):
                    self._socket.settimeout(attempt.limit())
                    sent = self._socket.send(left)
                    attempt.arrived = True
                left = left[sent:]
        except TimeoutError as error:
            raise attempt.timed_out() from error
        except OSError as error:
            told = self._last_word(error, attempt)
            if isinstance(told, ssl.SSLError) and not isinstance(told, ssl.SSLEOFError):
                raise self._tls_failure(told, attempt) from error
            # Whoever writes goes on to read then: a server may answer before it has taken all of a request.
            raise httpcore.WriteError(str(told)) from told

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        attempt = current_attempt.get()
        # What was written and read so far was a proxy's.
        attempt.arrived = False
        attempt.timings.pop("first_byte", None)
        try:
            # Wrapping takes the descriptor over, so the handshake is interrupted through the wrapped socket.
            wrapped = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
        except OSError as error:
            self.close()
            raise self._tls_failure(error, attempt) from error
        secured = Stream(wrapped, server_hostname or self._host)
        try:
            with attempt.measured("tls"), attempt.waiting(secured._shut_down):
                wrapped.settimeout(attempt.limit())
                wrapped.do_handshake()
        except TimeoutError as error:
            secured.close()
            raise attempt.timed_out() from error
        except OSError as error:
            failure = secured._tls_failure(error, attempt)  # a closed socket no longer tells whose certificate it was
            secured.close()
            raise failure from error
        except BaseException:
            secured.close()
            raise
        return secured

    def get_extra_info(self, info: str) -> Any:
        match info:
            case "ssl_object":
                return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
            case "socket":
                return self._socket
            case "client_addr":
                return self._socket.getsockname()
            case "server_addr":
                return self._socket.getpeername()
            case "is_readable":
                return _readable(self._socket)
        return None

    def _shut_down(self) -> None:
        # The plain socket's method: SSLSocket.shutdown would take the TLS object away from the thread reading it.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _last_word(self, error: OSError, attempt: Attempt) -> OSError:
        """What the server said before it hung up: with TLS 1.3 it refuses a client certificate while the request is
        written, which then fails by itself and tells nothing of it."""
        if isinstance(self._socket, ssl.SSLSocket) and "first_byte" not in attempt.timings:
            try:
                with attempt.waiting(self._shut_down):
                    self._socket.settimeout(attempt.limit(_LAST_WORD))
                    self._ahead += self._socket.recv(1)
            except ssl.SSLEOFError:
                pass
            except ssl.SSLError as told:
                return told
            except OSError:
                pass
        return error

    def _tls_failure(self, error: OSError, attempt: Attempt) -> TransportError:
        if "first_byte" not in attempt.timings:
            attempt.arrived = False  # TLS 1.3 refuses client certificates after the first bytes were written
        seen = presented(self._socket) if isinstance(self._socket, ssl.SSLSocket) else None
        refused = explain_tls_failure(error, self._host, seen)
        return attempt.fail("tls", refused.message, refused.hint, refused.reason)


def _resolve(host: str, port: int, attempt: Attempt) -> list[Any]:
    """Addresses of ``host``. Asked in a thread of its own: getaddrinfo has neither time-out nor interrupt."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    answers: queue.SimpleQueue[list[Any] | OSError | UnicodeError | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
    try:
        with attempt.waiting(lambda: answers.put(None)):
            answer = answers.get(timeout=attempt.limit())
    except queue.Empty as error:
        raise attempt.timed_out() from error
    if isinstance(answer, list):
        return answer
    hint = "Check the spelling of the host, and the network connection."
    raise attempt.not_connected("dns", f'The host name "{host}" has no address.', hint) from answer


def _connect_any(addresses: list[Any], host: str, port: int, attempt: Attempt, seconds: float) -> socket.socket:
    deadline = time.monotonic() + attempt.limit(seconds)
    failure: OSError | None = None
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - index)
        try:
            return _connect(socket.socket(family, kind, protocol), address, attempt, max(share, 0.001))
        except OSError as error:
            failure = error
    raise _connect_failure(failure, host, port, attempt) from failure


def _connect(connecting: socket.socket, address: Any, attempt: Attempt, seconds: float) -> socket.socket:
    """Connect within ``seconds``. Waits on a pair of sockets beside it: shutting down a socket that is still
    connecting wakes its waiter on some systems only."""
    wake, waker = socket.socketpair()
    try:
        connecting.setblocking(False)
        state = connecting.connect_ex(address)
        if state not in _IN_PROGRESS:
            raise OSError(state, "connect")
        with selectors.DefaultSelector() as selector:
            selector.register(connecting, selectors.EVENT_WRITE)
            selector.register(wake, selectors.EVENT_READ)
            with attempt.waiting(lambda: _wake(waker)):
                ready = selector.select(min(seconds, attempt.limit()))
        if not ready:
            raise TimeoutError
        state = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if state:
            raise OSError(state, "connect")
        return connecting
    except BaseException:
        connecting.close()
        raise
    finally:
        wake.close()
        waker.close()


def _wake(waker: socket.socket) -> None:
    waker.send(b"x")


def _connect_failure(failure: OSError | None, host: str, port: int, attempt: Attempt) -> TransportError:
    where = f"{host}:{port}"
    if isinstance(failure, TimeoutError):
        return attempt.not_connected(
            "timeout", f"{where} did not accept a connection in time.", "A firewall may be in between."
        )
    if isinstance(failure, ConnectionRefusedError):
        return attempt.not_connected("refused", f"{where} refused the connection.", "Nothing listens at this port.")
    if failure is not None and failure.errno in _UNREACHABLE:
        return attempt.not_connected(
            "unreachable", f"{where} cannot be reached.", "Check the network connection or the VPN."
        )
    reason = (failure.strerror if failure else None) or "no usable address"
    return attempt.not_connected("unreachable", f"No connection to {where}: {reason}.")


def _readable(connected: socket.socket) -> bool:
    """Whether a read would not block; True for a closed socket. A pooled connection that is readable is dead."""
    number = connected.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([number], [], [], 0)[0])
    asked = select.poll()  # selectors would make a kernel object for each question
    asked.register(number, select.POLLIN)
    return bool(asked.poll(0))
