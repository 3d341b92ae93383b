"""Real servers on loopback for the transport's tests: a function plays the server's side of each connection."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GIVE_UP = 10  # seconds after which a test that hangs fails instead
AT_ONCE = 3.0  # seconds; a cancel takes milliseconds, a loaded machine may take more


class Connection:
    """One accepted connection, as the playing function sees it."""

    def __init__(self, accepted: socket.socket, server: Server) -> None:
        self._socket = accepted
        self._server = server
        self._unread = b""

    def request(self) -> bytes:
        """The next request, byte for byte (empty when the client has gone); it is also noted in ``received``."""
        while b"\r\n\r\n" not in self._unread:
            if not self._more():
                return b""
        head, _, rest = self._unread.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length and self._more():
            rest = self._unread.partition(b"\r\n\r\n")[2]
        raw = head + b"\r\n\r\n" + rest[:length]
        self._unread = rest[length:]
        self._server.received.append(raw)
        return raw

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def reply(self, body: bytes = b"ok", status: str = "200 OK", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def read(self) -> bytes:
        """Whatever comes next; empty when the client has gone."""
        return self._socket.recv(65536)

    def relay(self, onward: socket.socket, note: Callable[[bytes], object] = bytes) -> None:
        """Pass on what either end sends until one of them goes; ``note`` hears what the client sent. In one thread: a
        TLS socket is none for two at a time."""
        beyond = {onward: self._socket, self._socket: onward}
        while True:
            held = [one for one in beyond if isinstance(one, ssl.SSLSocket) and one.pending()]
            for one in held or select.select(list(beyond), [], [], GIVE_UP)[0]:
                data = _at_hand(one)
                if data == b"":
                    return
                if data is None:
                    continue
                if one is self._socket:
                    note(data)
                try:
                    beyond[one].sendall(data)
                except ConnectionError:
                    # That end has gone; why, it may have said last.
                    with suppress(OSError):
                        while said := beyond[one].recv(65536):
                            one.sendall(said)
                    return

    def peer_certificate(self) -> object:
        return self._socket.getpeercert() if isinstance(self._socket, ssl.SSLSocket) else None

    def until_gone(self) -> None:
        """Read until the client closes."""
        while self._more():
            pass

    def _more(self) -> bool:
        data = self.read()
        self._unread += data
        return bool(data)


def _at_hand(one: socket.socket) -> bytes | None:
    """What has come: b"" for the end, None where it is no data yet, but a part of it or what TLS says to itself."""
    one.settimeout(0)
    try:
        return one.recv(65536)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    except (ConnectionError, ssl.SSLError):
        return b""
    finally:
        one.settimeout(GIVE_UP)


class Server:
    def __init__(self, port: int, scheme: str) -> None:
        self.port = port
        self.origin = f"{scheme}://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self.received: list[bytes] = []
        self.connections = 0
        self.failures: list[Exception] = []


@contextmanager
def serving(play: Callable[[Connection], None], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on loopback; ``play`` runs in a thread of its own for each connection, which is then closed.

    What ``play`` raises fails the test, except that the client went away.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1], "https" if tls else "http")
    threads: list[threading.Thread] = []
    connected: list[socket.socket] = []

    def serve(accepted: socket.socket) -> None:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        accepted.settimeout(GIVE_UP)
        with accepted, suppress(ConnectionError, ssl.SSLError):
            try:
                wrapped = tls.wrap_socket(accepted, server_side=True) if tls else accepted
                with wrapped:
                    connected.append(wrapped)
                    play(Connection(wrapped, server))
            except (ConnectionError, ssl.SSLError):
                raise
            except Exception as failure:  # noqa: BLE001 - handed to the test
                server.failures.append(failure)

    def accept() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            thread = threading.Thread(target=serve, args=(accepted,))
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(GIVE_UP)
        for accepted in connected:  # connections that the client keeps alive
            with suppress(OSError):
                socket.socket.shutdown(accepted, socket.SHUT_RDWR)
        for thread in threads:
            thread.join(GIVE_UP)
            assert not thread.is_alive(), "a connection of the test server was never ended"
    assert not server.failures, server.failures


def always(connection: Connection) -> None:
    """Answers every request on a connection with ``ok``."""
    while connection.request():
        connection.reply()


def tunnel(connection: Connection) -> None:
    """Play a proxy that only passes on (CONNECT, RFC 9110, 9.3.6)."""
    host, _, port = connection.request().split(b" ")[1].decode().partition(":")
    with socket.create_connection((host, int(port)), GIVE_UP) as onward:
        connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        connection.relay(onward)
