"""HTTP/2, where it was asked for and the server offers it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from designer.wire.http import HttpTransport
from designer.wire.model import TlsOptions, WireRequest
from designer.wire.options import TransportOptions
from designer.wire.prepare import complete_headers
from designer.wire.transport import Cancel, TransportError

from .certificates import issue, server_context
from .servers import GIVE_UP, Connection, serving

OFFERING = TransportOptions(http2=True)


def play(answer: bool, seen: list[dict[bytes, bytes]], asked: threading.Event) -> Callable[[Connection], None]:
    """A server that speaks HTTP/2 on a connection, answering each request or falling silent."""

    def speak(connection: Connection) -> None:
        server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding=None))
        server.initiate_connection()
        connection.send(server.data_to_send())
        while data := connection.read():
            for event in server.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    seen.append(dict(event.headers))
                if isinstance(event, h2.events.StreamEnded):
                    asked.set()
                    if answer:
                        server.send_headers(event.stream_id, [(b":status", b"200"), (b"x-b", b"1")])
                        server.send_data(event.stream_id, b"over two", end_stream=True)
            connection.send(server.data_to_send())

    return speak


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, TlsOptions]:
    server = issue("127.0.0.1")
    context = server_context(server, tmp_path)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context, TlsOptions(server_certificates=(server.pem,), strict=True)


def wire(origin: str, tls: TlsOptions) -> WireRequest:
    headers = (("X-Key", "Grüße"),)
    return complete_headers(WireRequest("POST", f"{origin}/a?b=1", "/a?b=1", headers, b"body", tls=tls))


def test_a_request_over_http2(tls: tuple[ssl.SSLContext, TlsOptions]) -> None:
    context, options = tls
    seen: list[dict[bytes, bytes]] = []
    with serving(play(True, seen, threading.Event()), context) as server, HttpTransport(OFFERING) as transport:
        for _ in range(2):
            reply = transport.send(wire(server.origin, options), timeout=GIVE_UP, cancel=Cancel())
            assert (reply.status, reply.http_version, reply.body) == (200, "HTTP/2", b"over two")
            assert reply.headers == (("x-b", "1"),)
    assert server.connections == 1
    assert seen[0][b":path"] == b"/a?b=1"
    assert seen[0][b"x-key"] == "Grüße".encode()
    assert seen[0][b":authority"] == server.host.encode()


def test_http2_is_not_offered_unasked(tls: tuple[ssl.SSLContext, TlsOptions]) -> None:
    context, options = tls

    def plain(connection: Connection) -> None:
        connection.request()
        connection.reply()

    with serving(plain, context) as server, HttpTransport() as transport:
        reply = transport.send(wire(server.origin, options), timeout=GIVE_UP, cancel=Cancel())
    assert reply.http_version == "HTTP/1.1"


def test_cancel_ends_a_wait_over_http2(tls: tuple[ssl.SSLContext, TlsOptions]) -> None:
    context, options = tls
    asked, cancel = threading.Event(), Cancel()

    def then() -> None:
        asked.wait(GIVE_UP)
        cancel.cancel()

    with serving(play(False, [], asked), context) as server, HttpTransport(OFFERING) as transport:
        canceller = threading.Thread(target=then)
        canceller.start()
        with pytest.raises(TransportError) as caught:
            transport.send(wire(server.origin, options), timeout=GIVE_UP, cancel=cancel)
        canceller.join(GIVE_UP)
    assert caught.value.kind == "cancelled"
