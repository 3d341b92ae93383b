"""The real transport against real sockets: what arrives is the WireRequest, byte for byte."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from designer.wire.decoding import DecodingError, decoded
from designer.wire.http import HttpTransport
from designer.wire.model import WireRequest, WireResponse
from designer.wire.options import TransportOptions
from designer.wire.prepare import complete_headers
from designer.wire.transport import Arrival, Cancel, TransportError

from .servers import AT_ONCE, GIVE_UP, Connection, always, serving


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    with HttpTransport() as opened:
        yield opened


def request(
    url: str, target: str = "/", *headers: tuple[str, str], method: str = "GET", body: bytes = b""
) -> WireRequest:
    return complete_headers(WireRequest(method, url + target, target, headers, body))


def send(transport: HttpTransport, wire: WireRequest, timeout: float = GIVE_UP) -> WireResponse:
    return transport.send(wire, timeout=timeout, cancel=Cancel())


def as_bytes(wire: WireRequest) -> bytes:
    lines = [f"{wire.method} {wire.target} HTTP/1.1", *(f"{name}: {value}" for name, value in wire.headers), "", ""]
    return "\r\n".join(lines).encode() + wire.body


def failure(transport: HttpTransport, wire: WireRequest, timeout: float = GIVE_UP) -> TransportError:
    with pytest.raises(TransportError) as caught:
        send(transport, wire, timeout)
    return caught.value


def test_a_request_arrives_byte_for_byte(transport: HttpTransport) -> None:
    with serving(always) as server:
        wire = request(
            server.origin,
            "/a//b/../c?x=[1]|{2}&&y=%zz&*~",
            ("X-Api-Key", "k"),
            ("x_api_key", "lower"),
            ("X-aPI-kEY", "odd"),
            ("Cookie", "a=1"),
            ("Cookie", "b=2"),
            ("X-Name", "Grüße 漢字"),
            ("X-Empty", ""),
            method="POST",
            body=b"\x00\xff{}\r\n",
        )
        reply = send(transport, wire)
    assert server.received == [as_bytes(wire)]
    assert (reply.status, reply.reason, reply.body) == (200, "OK", b"ok")


def test_nothing_but_the_given_headers_is_sent(transport: HttpTransport) -> None:
    with serving(always) as server:
        bare = WireRequest("GET", server.origin + "/", "/", (("Host", "example.com"),), b"")
        send(transport, bare)
    assert server.received == [b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"]


def test_user_info_in_the_url_adds_no_authorization(transport: HttpTransport) -> None:
    with serving(always) as server:
        wire = request(f"http://user:secret@{server.host}")
        send(transport, wire)
    assert server.received == [as_bytes(wire)]
    assert b"secret" not in server.received[0]


def test_redirects_are_handed_back(transport: HttpTransport) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"", "302 Found", "Location: /elsewhere")

    with serving(play) as server:
        reply = send(transport, request(server.origin))
    assert reply.status == 302
    assert ("Location", "/elsewhere") in reply.headers
    assert len(server.received) == 1


def test_reply_headers_keep_order_case_repeats_and_unicode(transport: HttpTransport) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"", "299 Very Fine", "X-b: 2", "set-cookie: a=1", "Set-Cookie: b=2", "X-Name: Grüße")

    with serving(play) as server:
        reply = send(transport, request(server.origin))
    assert (reply.status, reply.reason, reply.http_version) == (299, "Very Fine", "HTTP/1.1")
    assert reply.headers[:4] == (("X-b", "2"), ("set-cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Name", "Grüße"))


def test_cookies_are_never_sent_back_by_themselves(transport: HttpTransport) -> None:
    def play(connection: Connection) -> None:
        while connection.request():
            connection.reply(b"", "200 OK", "Set-Cookie: session=1; Path=/")

    with serving(play) as server:
        wire = request(server.origin)
        send(transport, wire)
        send(transport, wire)
    assert server.received == [as_bytes(wire)] * 2


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", lambda data: zlib.compress(data, wbits=-15))],
    ids=["gzip", "deflate", "raw deflate"],
)
def test_encoded_bodies_are_decoded_and_their_headers_kept(
    transport: HttpTransport, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(encode(b"plain" * 100), "200 OK", f"Content-Encoding: {encoding}")

    with serving(play) as server:
        reply = send(transport, request(server.origin))
    assert reply.body == b"plain" * 100
    assert ("Content-Encoding", encoding) in reply.headers


def test_a_body_that_is_not_what_it_says_is_a_protocol_failure(transport: HttpTransport) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"not gzip", "200 OK", "Content-Encoding: gzip")

    with serving(play) as server:
        error = failure(transport, request(server.origin))
    assert (error.kind, error.arrived) == ("protocol", True)
    assert "gzip" in error.message


def test_a_chunked_reply_is_put_together(transport: HttpTransport) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    with serving(play) as server:
        assert send(transport, request(server.origin)).body == b"abcde"


def test_connections_are_kept_alive(transport: HttpTransport) -> None:
    with serving(always) as server:
        first = send(transport, request(server.origin))
        second = send(transport, request(server.origin))
    assert server.connections == 1
    assert {"connect", "first_byte", "total"} <= first.timings.keys()
    assert "connect" not in second.timings


def test_times_are_measured_in_their_order(transport: HttpTransport) -> None:
    with serving(always) as server:
        times = send(transport, request(server.origin.replace("127.0.0.1", "localhost"))).timings
    assert 0 <= times["dns"] <= times["first_byte"]
    assert times["connect"] <= times["first_byte"] <= times["total"]


def test_a_reply_beyond_the_limit_is_refused() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(gzip.compress(b"0" * 5000), "200 OK", "Content-Encoding: gzip")

    with serving(play) as server, HttpTransport(TransportOptions(max_body=4096)) as small:
        error = failure(small, request(server.origin))
    assert (error.kind, error.arrived) == ("too_large", True)


@pytest.mark.parametrize("codings", ["gzip", "deflate", "x-gzip", "gzip, gzip", "deflate, gzip"])
def test_a_bomb_of_a_thousand_to_one_ends_at_the_limit_and_fills_no_memory(codings: str) -> None:
    bomb = b"0" * 50_000_000
    for coding in codings.split(", "):
        bomb = zlib.compress(bomb, 9) if coding == "deflate" else gzip.compress(bomb, 9)
    assert len(bomb) < 100_000

    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(bomb, "200 OK", f"Content-Encoding: {codings}")

    limit = 4 * 1024 * 1024
    with serving(play) as server, HttpTransport(TransportOptions(max_body=limit)) as small:
        send_small = request(server.origin)
        tracemalloc.start()
        try:
            error = failure(small, send_small)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (error.kind, error.arrived) == ("too_large", True)
    assert error.message == "The reply is larger than the limit of 4 MB."
    assert error.hint.startswith("It came packed, in ") and "a page of it" in error.hint
    assert peak < 3 * limit


def test_the_coding_is_taken_off_wherever_it_is_cut() -> None:
    text = bytes(range(256)) * 40
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "deflate ": raw.compress(text) + raw.flush(),
        "gzip,deflate": zlib.compress(gzip.compress(text)),
        "br": text,
    }
    for codings, data in packed.items():
        for size in (1, 7, 100_000):
            chunks = (data[at : at + size] for at in range(0, len(data), size))
            assert b"".join(decoded(chunks, codings.split(","))) == text, codings
    assert list(decoded([], ["gzip"])) == list(decoded([b""], ["deflate"])) == []
    with pytest.raises(DecodingError):
        list(decoded([b"no gzip at all"], ["gzip"]))


def test_a_reply_without_an_end_says_how_it_ended() -> None:
    """1 kB a second, and more to come."""
    stop = threading.Event()

    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        while not stop.wait(0.05):
            connection.send(b"x" * 50)

    with serving(play) as server, HttpTransport() as transport:
        try:
            error = failure(transport, request(server.origin), timeout=0.4)
        finally:
            stop.set()
    assert (error.kind, error.message) == ("timeout", "The reply did not end within 0.4 seconds.")


def test_a_refused_connection_never_arrived(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    error = failure(transport, request(f"http://127.0.0.1:{port}"))
    assert (error.kind, error.arrived) == ("refused", False)
    assert str(port) in error.message


def test_an_unknown_host_is_a_dns_failure(transport: HttpTransport) -> None:
    error = failure(transport, request("http://no-such-host.invalid"))
    assert (error.kind, error.arrived) == ("dns", False)
    assert "no-such-host.invalid" in error.message


@pytest.mark.parametrize(
    ("sent", "kind", "words"),
    [
        (b"", "closed", "without a reply"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "closed", "before its reply was complete"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "protocol", "not valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nSet-Cookie : sid=hunter2\r\n\r\n", "protocol", "not valid HTTP: illegal header line."),
    ],
)
def test_a_server_that_gives_up(transport: HttpTransport, sent: bytes, kind: str, words: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(sent)

    with serving(play) as server:
        error = failure(transport, request(server.origin))
    assert (error.kind, error.arrived) == (kind, True)
    assert words in error.message


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("Content-Length: 10\r\n\r\nhalf", b"half"),
        ("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n", b"ab"),
        ("Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain", b"plain"),
    ],
    ids=["closed", "no HTTP", "not what it says"],
)
def test_what_came_of_a_reply_that_was_cut_off_is_kept(transport: HttpTransport, sent: str, came: bytes) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(f"HTTP/1.1 503 Down\r\nX-Trace: 7\r\n{sent}".encode())

    with serving(play) as server:
        error = failure(transport, request(server.origin))
    assert error.partial is not None
    assert (error.partial.status, error.partial.reason, error.partial.body) == (503, "Down", came)
    assert ("X-Trace", "7") in error.partial.headers


def test_what_came_before_the_time_was_over_is_kept(transport: HttpTransport) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        connection.until_gone()

    with serving(play) as server:
        error = failure(transport, request(server.origin), timeout=0.5)
    assert error.kind == "timeout" and error.partial is not None and error.partial.body == b"half"
    with serving(Connection.until_gone) as server:
        assert failure(transport, request(server.origin), timeout=0.2).partial is None


def test_a_silent_server_times_out(transport: HttpTransport) -> None:
    with serving(Connection.until_gone) as server:
        error = failure(transport, request(server.origin), timeout=0.5)
    assert (error.kind, error.arrived) == ("timeout", True)
    assert "0.5 seconds" in error.message


def test_a_trickling_server_cannot_outlast_the_timeout(transport: HttpTransport) -> None:
    stop = threading.Event()

    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.01):
            connection.send(b".")

    with serving(play) as server:
        try:
            error = failure(transport, request(server.origin), timeout=0.2)
        finally:
            stop.set()
    assert error.kind == "timeout"


def test_cancel_ends_a_wait_for_a_silent_server(transport: HttpTransport) -> None:
    asked = threading.Event()

    def play(connection: Connection) -> None:
        connection.request()
        asked.set()
        connection.until_gone()

    with serving(play) as server:
        error, seconds = cancelled(transport, request(server.origin), asked)
    assert (error.kind, error.arrived) == ("cancelled", True)
    assert seconds < AT_ONCE


def test_cancel_ends_a_reply_that_stopped_half_way(transport: HttpTransport) -> None:
    halfway = threading.Event()

    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        halfway.set()
        connection.until_gone()

    with serving(play) as server:
        error, seconds = cancelled(transport, request(server.origin), halfway)
    assert (error.kind, seconds < AT_ONCE) == ("cancelled", True)


def test_cancel_ends_a_connection_that_nobody_accepts(transport: HttpTransport) -> None:
    begun = threading.Event()
    begun.set()
    with full_backlog() as port:
        error, seconds = cancelled(transport, request(f"http://127.0.0.1:{port}"), begun)
    assert (error.kind, seconds < AT_ONCE) == ("cancelled", True)


def test_a_connection_that_nobody_accepts_times_out(transport: HttpTransport) -> None:
    with full_backlog() as port:
        error = failure(transport, request(f"http://127.0.0.1:{port}"), timeout=0.1)
    assert error.kind == "timeout"


def test_cancel_ends_a_name_lookup(transport: HttpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    looking, release = threading.Event(), threading.Event()

    def stuck(*_: object, **__: object) -> list[object]:
        looking.set()
        release.wait(GIVE_UP)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    try:
        error, seconds = cancelled(transport, request("http://slow.example.test"), looking)
    finally:
        release.set()
    assert (error.kind, error.arrived, seconds < AT_ONCE) == ("cancelled", False, True)


def test_the_next_address_of_a_host_is_tried(transport: HttpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        dead = closing.getsockname()[1]
    with serving(always) as server:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)) for port in (dead, server.port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert send(transport, request("http://two.example.test")).body == b"ok"


def test_nothing_of_a_request_is_logged(transport: HttpTransport, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(always) as server:
        send(transport, request(server.origin, "/?token=s3cret", ("Authorization", "Bearer s3cret")))
    assert "s3cret" not in caplog.text


def test_a_cancelled_token_sends_nothing(transport: HttpTransport) -> None:
    cancel = Cancel()
    cancel.cancel()
    with serving(always) as server, pytest.raises(TransportError, match="cancelled") as caught:
        transport.send(request(server.origin), timeout=GIVE_UP, cancel=cancel)
    assert caught.value.arrived is False
    assert server.received == []


def test_cancel_after_the_reply_leaves_the_connection_usable(transport: HttpTransport) -> None:
    cancel = Cancel()
    with serving(always) as server:
        transport.send(request(server.origin), timeout=GIVE_UP, cancel=cancel)
        cancel.cancel()
        assert send(transport, request(server.origin)).body == b"ok"
    assert server.connections == 1


def test_close_from_another_thread_ends_what_is_under_way(transport: HttpTransport) -> None:
    asked = threading.Event()

    def play(connection: Connection) -> None:
        connection.request()
        asked.set()
        connection.until_gone()

    with serving(play) as server:
        ended: list[TransportError] = []
        worker = threading.Thread(target=lambda: ended.append(failure(transport, request(server.origin))))
        worker.start()
        assert asked.wait(GIVE_UP)
        transport.close()
        worker.join(GIVE_UP)
    assert [error.kind for error in ended] == ["cancelled"]
    assert failure(transport, request(server.origin)).kind == "cancelled"


def test_threads_share_a_transport(transport: HttpTransport) -> None:
    def echo(connection: Connection) -> None:
        while raw := connection.request():
            connection.reply(raw.split(b" ")[1])

    with serving(echo) as server:
        bodies: dict[int, bytes] = {}

        def one(number: int) -> None:
            bodies[number] = send(transport, request(server.origin, f"/{number}")).body

        workers = [threading.Thread(target=one, args=(number,)) for number in range(12)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(GIVE_UP)
    assert bodies == {number: f"/{number}".encode() for number in range(12)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "ftp://host/"}, "http:// or https://"),
        ({"url": "http:///nohost"}, "name a host"),
        ({"url": "http://host:99999/"}, "cannot be read"),
        ({"target": "/é"}, "percent-encoded"),
        ({"target": "/a b"}, "percent-encoded"),
        ({"method": "GE T"}, "method"),
        ({"headers": (("Host", "h"), ("X\nY", "1"))}, "name of a header"),
        ({"headers": (("Host", "h"), ("X-Key", "s3cret\r\nX: 1"))}, "X-Key"),
        ({"headers": ()}, "Host"),
        ({"headers": (("Host", "h"), ("content-length", "99"))}, "Content-Length"),
    ],
)
def test_what_cannot_go_on_a_wire_is_said(transport: HttpTransport, change: dict[str, object], words: str) -> None:
    error = failure(transport, replace(request("http://127.0.0.1:9"), **change))  # type: ignore[arg-type]
    assert (error.kind, error.arrived) == ("request", False)
    assert words in error.message
    assert "s3cret" not in str(error)


def test_a_plain_proxy_gets_the_absolute_target() -> None:
    with serving(always) as proxy, HttpTransport(TransportOptions(proxy=f"http://me:pa%20ss@{proxy.host}")) as through:
        reply = send(through, request("http://api.example.test", "/things?a=1"))
    assert reply.body == b"ok"
    assert proxy.received[0].startswith(b"GET http://api.example.test/things?a=1 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6cGEgc3M=\r\n" in proxy.received[0]


def test_a_proxy_that_refuses_a_tunnel_is_named() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"", "407 Proxy Authentication Required")

    with serving(play) as proxy, HttpTransport(TransportOptions(proxy=proxy.origin)) as through:
        error = failure(through, request("https://api.example.test"))
    assert (error.kind, error.arrived) == ("proxy", False)
    assert "407" in error.message


def test_the_environment_counts_only_when_asked(monkeypatch: pytest.MonkeyPatch, transport: HttpTransport) -> None:
    with serving(always) as proxy, serving(always) as server:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        send(transport, request(server.origin))
        with HttpTransport(TransportOptions(trust_env=True)) as trusting:
            reply = send(trusting, request("http://api.example.test"))
    assert reply.connection["proxy"] == proxy.host
    assert len(server.received) == 1
    assert len(proxy.received) == 1


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "http://[", "http://h:abc", "http://h:99999"])
def test_a_proxy_that_cannot_be_used_is_refused(proxy: str) -> None:
    with HttpTransport(TransportOptions(proxy=proxy)) as through:
        error = failure(through, request("http://api.example.test"))
    assert (error.kind, error.arrived) == ("proxy", False)


def test_a_proxy_is_reached_by_its_ipv6_address() -> None:
    with HttpTransport(TransportOptions(proxy="http://[::1]:9")) as through:
        error = failure(through, request("http://api.example.test"))
    # Nobody listens there; what matters is that it was tried.
    assert error.kind in ("refused", "unreachable")


def test_contradicting_headers_are_not_quoted(transport: HttpTransport) -> None:
    with serving(Connection.until_gone) as server:
        headers = (("Content-Length", "0"), ("X-Key", "s3cret"), ("Transfer-Encoding", "s3cret"))
        error = failure(transport, request(server.origin, "/", *headers))
    assert error.kind == "request"
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(
    ("header", "message", "hint"),
    [
        (("X-A\nB", "v"), "cannot be the name of a header", "a line break may have come along"),
        (("X-A", "s3cret\r\nX-B: w"), "The value of the header X-A has a line break", ".strip"),
        (("Content-Length", "7"), "does not fit the body of 0 bytes", "Leave the header out"),
    ],
)
def test_a_header_that_cannot_be_sent_says_what_to_do(
    transport: HttpTransport, header: tuple[str, str], message: str, hint: str
) -> None:
    with serving(Connection.until_gone) as server:
        error = failure(transport, request(server.origin, "/", header))
    assert error.kind == "request"
    assert message in error.message and hint in error.hint
    assert "s3cret" not in str(error)


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose queue of connections is full, so that the next one stays half open."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            yield port
        finally:
            for one in waiting:
                one.close()


def cancelled(transport: HttpTransport, wire: WireRequest, when: threading.Event) -> tuple[TransportError, float]:
    """Send in a thread, cancel once ``when`` is set, and say how long the thread took to end."""
    cancel, ended = Cancel(), []

    def work() -> None:
        try:
            transport.send(wire, timeout=GIVE_UP, cancel=cancel)
        except TransportError as error:
            ended.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert when.wait(GIVE_UP)
    begun = time.monotonic()
    cancel.cancel()
    worker.join(GIVE_UP)
    assert not worker.is_alive()
    return ended[0], time.monotonic() - begun


def test_what_has_come_can_be_looked_at_while_it_comes() -> None:
    """Of the reply that is under way: that of the former request does not count."""
    arrival, goes_on, seen = Arrival(), threading.Event(), []

    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"x" * 70)
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + b"x" * 1000)
        goes_on.wait(GIVE_UP)
        connection.send(b"x" * 2000)

    def look() -> None:
        ends = time.monotonic() + GIVE_UP
        while arrival.came != 1000 and time.monotonic() < ends:
            time.sleep(0.001)
        seen.append((arrival.came, arrival.whole))
        goes_on.set()

    with serving(play) as server, HttpTransport() as transport:
        transport.watch(arrival)
        send(transport, request(server.origin))
        assert (arrival.came, arrival.whole) == (70, 70)
        watching = threading.Thread(target=look)
        watching.start()
        reply = send(transport, request(server.origin))
        watching.join(GIVE_UP)
    assert seen == [(1000, 3000)]
    assert arrival.came == len(reply.body) == 3000


def test_of_a_packed_reply_what_came_over_the_wire_counts() -> None:
    packed, arrival = gzip.compress(bytes(500_000)), Arrival()

    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(packed, "200 OK", "Content-Encoding: gzip")

    with serving(play) as server, HttpTransport() as transport:
        transport.watch(arrival)
        assert len(send(transport, request(server.origin)).body) == 500_000
    assert (arrival.came, arrival.whole) == (len(packed), len(packed))
