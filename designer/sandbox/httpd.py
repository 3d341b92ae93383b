"""A small threaded WSGI server for loopback: keep-alive, no Nagle delay, silent, and gone completely when stopped.

Werkzeug's own development server closes every connection after a 10 ms wait, drops header names with underscores, and
ends the process when its port is in use; the standard library's speaks HTTP/1.0 and looks up the machine's name.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

DROP = "sandbox.drop"
"""Set in the WSGI environment by the application, it closes the connection without an answer."""

PEER = "sandbox.peer"
"""In the WSGI environment: the verified client certificate as ``ssl`` describes it, None without one."""

_BODY_LIMIT = 10_000_000
_IDLE_SECONDS = 60


class Server(ThreadingHTTPServer):
    """Serves ``app`` on 127.0.0.1, over https with ``tls``. Raises ``OSError`` where the port cannot be had."""

    daemon_threads = True
    # On Windows this would let two programs share a port.
    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 64

    def __init__(self, port: int, app: WsgiApp, tls: ssl.SSLContext | None = None) -> None:
        self.app = app
        self.tls = tls
        self._guard = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._stopped = False
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        if self.allow_reuse_address:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def stop(self) -> None:
        """Stop accepting, end every open connection, and wait for their threads."""
        stopping = threading.Thread(target=self.shutdown, name="sandbox-stop")
        stopping.start()
        # A connection wakes the accepting thread, which looks for work by itself only now and then.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server_port), timeout=1).close()
        stopping.join()
        self.server_close()
        with self._guard:
            self._stopped = True
            running = dict(self._connections)
        for connection in running:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in running.values():
            thread.join(timeout=5)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="sandbox-request", daemon=True
        )
        with self._guard:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._connections.pop(request, None)
        super().shutdown_request(request)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        # Here, in the connection's own thread: a client that never greets must not hold up the others.
        request.settimeout(_IDLE_SECONDS)
        secured = self.tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        with self._guard:
            self._connections[secured] = self._connections.pop(request)
            stopped = self._stopped
        try:
            if not stopped:
                secured.do_handshake()
                super().finish_request(secured, client_address)
        finally:
            self.shutdown_request(secured)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error; the default would print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    # Head and content leave together, in one packet where they fit.
    wbufsize = 65_536

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value, "Content Too Large", [], b"", close=True)
            return
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            del exc_info
            started[:] = [status, headers]
            return io.BytesIO().write

        environ = self._environ(body)
        chunks = self.server.app(environ, start_response)
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        if environ.get(DROP):
            self.close_connection = True
            return
        code, _, reason = started[0].partition(" ")
        self._send(int(code), reason, started[1], content)

    def _body(self) -> bytes | None:
        """The request's content; None where it is too large."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked()
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else 0
        return None if size > _BODY_LIMIT else self.rfile.read(size)

    def _chunked(self) -> bytes | None:
        content = bytearray()
        while size := int(self.rfile.readline(100).split(b";")[0].strip() or b"0", 16):
            if len(content) + size > _BODY_LIMIT:
                return None
            content += self.rfile.read(size)
            self.rfile.readline(2)
        while self.rfile.readline(65_537).strip():
            pass
        return bytes(content)

    def _environ(self, body: bytes) -> dict[str, Any]:
        parts = urlsplit(f"http://localhost{self.path}" if self.path.startswith("/") else self.path)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query.encode("utf-8", "surrogateescape").decode("latin-1"),
            "REQUEST_URI": self.path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if self.server.tls else "http",
            PEER: self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None,
            "wsgi.input": io.BytesIO(body),
            # A windowed program on Windows has no stderr.
            "wsgi.errors": sys.stderr or io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            if key not in {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"}:
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def _send(
        self, code: int, reason: str, headers: list[tuple[str, str]], content: bytes, *, close: bool = False
    ) -> None:
        self.send_response_only(code, reason)
        self.send_header("Date", self.date_time_string())
        self.send_header("Server", "ConnectionDesignerSandbox")
        for name, value in headers:
            if name.lower() not in {"content-length", "connection"}:
                self.send_header(name, value)
        if code >= 200 and code not in {204, 304}:
            self.send_header("Content-Length", str(len(content)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Request lines carry codes and keys: they are not logged."""
