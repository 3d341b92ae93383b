"""The loopback listener that receives the reply when consent happens in the system browser (RFC 8252 §7.3).

It answers one path and hands on one reply. Browsers open spare connections and ask for icons; other programs and web
pages on this machine can reach the port too: none of that may disturb or end the sign-in.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from designer.oauth import landing, redirect
from designer.oauth.errors import PortBusy, RedirectError
from designer.oauth.protocol import Ending, FormPosted, Navigated

_FORM_LIMIT = 1_000_000
_IDLE_SECONDS = 30
_LAST_PAGE_SECONDS = 2
_TRIES = 20

Ask = Callable[[Navigated | FormPosted], "Ending | str | None"]
"""What the listener asks for each request at its path: an :class:`Ending` or None when it was the reply (the sign-in
ended with it, or goes on with the code), or a text saying why it was passed over."""


class Listener:
    """Listens at a loopback redirect URL: for localhost on 127.0.0.1 and, where there is one, ::1.

        with Listener("http://127.0.0.1/oauth/callback", ask) as listener:
            flow config gets listener.redirect_uri

    Without a port in the URL a free one is taken; a port that is named and busy raises :class:`PortBusy`. Each request
    at the path is handed to ``ask`` in a thread of the listener's, one at a time. ``close`` returns once every socket
    is closed. For an https URL ``secure`` makes the server context; browsers will not trust its certificate by
    themselves.
    """

    def __init__(self, redirect_uri: str, ask: Ask, *, secure: Callable[[], ssl.SSLContext] | None = None) -> None:
        parts = urlsplit(redirect.check(redirect_uri))
        if parts.scheme not in ("http", "https") or not redirect.is_loopback(redirect_uri):
            raise RedirectError(
                f"{redirect_uri} is not on this machine, so the system browser's reply cannot be received.",
                "Choose the official command line's redirect URL or a loopback one.",
            )
        if parts.scheme == "https" and secure is None:
            raise RedirectError(
                f"{redirect_uri} is https, which is not listened on here.", "Choose the same with http."
            )
        self.scheme = parts.scheme
        self.secure = secure() if secure is not None and parts.scheme == "https" else None
        self._ask = ask
        self._asking = threading.Lock()
        self.replying = threading.RLock()
        """Held from the question to the end of its page: whoever ends the sign-in closes right after the question."""
        self._answered = False
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._closed = False
        self.path = parts.path or "/"
        self._servers = self._bind(parts.hostname or "", parts.port or 0)
        port = self._servers[0].server_address[1]
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        self.redirect_uri = urlunsplit(parts._replace(netloc=f"{host}:{port}", path=self.path))
        """The redirect URL with its port, as the provider is to be given it."""
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,), name="oauth-listener", daemon=True)
            for server in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and close every connection. May be called twice and from any thread."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
        for server in self._servers:
            server.shutdown()
            server.server_close()
        if self.replying.acquire(timeout=_LAST_PAGE_SECONDS):
            self.replying.release()
        with self._guard:
            open_connections = list(self._connections)
        for connection in open_connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for server in self._servers:
            server.join_handlers()

    def _bind(self, host: str, port: int) -> list[_Server]:
        """Servers on every address of ``host``, all on the same port; 0 for any that is free on all of them."""
        if host == "localhost":
            # A browser may try either. Were only one of them ours, another program could sit on the other and be
            # handed the code.
            addresses = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
        else:
            addresses = [(socket.AF_INET6 if ":" in host else socket.AF_INET, host)]
        for _ in range(1 if port else _TRIES):
            try:
                return self._bind_all(addresses, port)
            except OSError as error:
                if error.errno == errno.EACCES and 0 < port < 1024:
                    raise RedirectError(f"Port {port} may not be used by you.", "Choose one above 1023.") from error
                # Windows says "access denied" for a port that somebody holds exclusively.
                if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                    raise RedirectError(f"{host} cannot be listened on here: {error.strerror or error}.") from error
        raise PortBusy(port)

    def _bind_all(self, addresses: list[tuple[socket.AddressFamily, str]], port: int) -> list[_Server]:
        servers: list[_Server] = []
        try:
            for family, address in addresses:
                try:
                    servers.append(_Server(self, family, address, port))
                except OSError as error:
                    if servers and error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                        continue  # no IPv6 on this machine, so nobody can be there either
                    raise
                port = servers[0].server_port
        except OSError:
            for server in servers:
                server.server_close()
            raise
        return servers

    def receive(self, event: Navigated | FormPosted) -> tuple[HTTPStatus, str]:
        """Page for a request at the path. Called by the handlers."""
        with self._asking:
            if self._answered:
                return HTTPStatus.GONE, landing.page("This sign-in is over", "The reply was received before.")
            said = self._ask(event)
            if isinstance(said, str):
                return HTTPStatus.BAD_REQUEST, landing.page("This is not the reply that is awaited", said)
            self._answered = True
        if said is None or said.signed_in:
            text = "You can close this tab and go back to Connection Designer."
            return HTTPStatus.OK, landing.page("Consent received", text)
        return HTTPStatus.OK, landing.page("The sign-in did not succeed", f"{said.message} {said.hint}".strip())

    @contextlib.contextmanager
    def track(self, connection: socket.socket) -> Iterator[None]:
        """Remember an open connection so that ``close`` can end it."""
        with self._guard:
            if self._closed:
                raise ConnectionAbortedError
            self._connections.add(connection)
        try:
            yield
        finally:
            with self._guard:
                self._connections.discard(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Windows lets a second program share a port that has this set.
    allow_reuse_address = not hasattr(socket, "SO_EXCLUSIVEADDRUSE")

    def __init__(self, listener: Listener, family: socket.AddressFamily, address: str, port: int) -> None:
        self.listener = listener
        self.address_family = family
        self._handlers: list[threading.Thread] = []
        super().__init__((address, port), _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's: it looks up the machine's name, which may take seconds.
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif self.allow_reuse_address:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="oauth-reply", daemon=True
        )
        self._handlers = [handler for handler in self._handlers if handler.is_alive()]
        self._handlers.append(thread)
        thread.start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread: one that never greets does not hold up the others.
        context = self.listener.secure
        if context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_IDLE_SECONDS)
        with contextlib.suppress(OSError):
            with self.listener.track(request):
                secured = context.wrap_socket(request, server_side=True)
            with secured:
                super().finish_request(secured, client_address)

    def join_handlers(self) -> None:
        for thread in self._handlers:
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks off is a browser's business; the default would print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    server_version = "ConnectionDesigner"
    sys_version = ""

    def handle(self) -> None:
        with contextlib.suppress(OSError), self.server.listener.track(self.connection):
            super().handle()

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get_content_type()
        if not length.isdecimal() or int(length) > _FORM_LIMIT or kind != "application/x-www-form-urlencoded":
            self._send(HTTPStatus.BAD_REQUEST, landing.page("Not a form", "The reply has to be form-encoded."))
            return
        self._answer(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def _answer(self, body: str | None) -> None:
        listener = self.server.listener
        target = self.path
        if not target.startswith("/") or urlsplit(f"http://localhost{target}").path != listener.path:
            self._send(HTTPStatus.NOT_FOUND, landing.page("Nothing here", "Only the reply of a sign-in is received."))
            return
        # The Host header tells which name the browser used; it takes part in the exact match.
        url = f"{listener.scheme}://{self.headers.get('Host', '')}{target}"
        event = Navigated(url, from_listener=True) if body is None else FormPosted(url, body, from_listener=True)
        with listener.replying:
            self._send(*listener.receive(event))

    def _send(self, status: HTTPStatus, page: str) -> None:
        content = page.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        # The reply stands in this page's address: it must not travel on as a referrer or stay in a cache.
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Request lines carry the code: they are not logged."""
