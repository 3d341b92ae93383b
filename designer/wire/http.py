"""The real transport: httpcore's pools with sockets of our own (``designer.wire.network``), replies read by httpx."""

from __future__ import annotations

import io
import logging
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import h11
import httpcore
import httpx

from designer.wire.certificates import certificate_of_pem
from designer.wire.decoding import DecodingError, decoded
from designer.wire.headers import is_token
from designer.wire.model import TlsOptions, WireRequest, WireResponse
from designer.wire.network import Attempt, Backend, current_attempt
from designer.wire.options import TransportOptions
from designer.wire.prepare import ascii_host
from designer.wire.proxy import Proxy, ProxyError, read_proxy
from designer.wire.tls import context_for, describe_tls, read_certificate, trusted_words
from designer.wire.transport import Arrival, Cancel, TransportError

_QUOTED_LINE = re.compile(r":?\s*(?:bytearray\()?b['\"]")
_HEADER_NAME = re.compile(r"[^\x00-\x1f\x7f:]*")
_FIELD_VALUE = re.compile(r"[^\x00\n\x0b\x0c\r]*")
_HEADER_VALUE = re.compile(r"(?![ \t])[^\n\r]*(?<![ \t])")
_TARGET = re.compile(r"[\x21-\x7e]+")
_MAX_POOLS = 16
_MAX_PARTIAL = 1024 * 1024
"""Bytes kept of the body of a reply that did not come whole."""
_DEFAULT_PORTS = {"http": 80, "https": 443}

# These libraries log whole URLs and headers, which hold secrets.
for _name in ("httpx", "httpcore", "hpack"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class HttpTransport:
    """Sends requests byte for byte as given: target, order and case of headers, body. Through a plain ``http:`` proxy
    alone the target becomes absolute, as RFC 9112, 3.2.2 demands. Connections are kept alive for ``keep_alive``
    seconds, less than servers usually do, because a lost race with a closing server is a failure and never a silent
    second request. Threads may share one transport; ``close`` ends their requests."""

    def __init__(self, options: TransportOptions | None = None) -> None:
        self._options = options or TransportOptions()
        self._closing = Cancel()
        self._idle = threading.Condition()
        self._active = 0
        self._pools: dict[tuple[Any, ...], httpcore.ConnectionPool] = {}
        self._own_certificate: TlsOptions | None = None
        self._watched: Arrival | None = None

    def watch(self, arrival: Arrival) -> None:
        """Keep ``arrival`` up to date with the reply that comes; for a transport that one thread uses."""
        self._watched = arrival

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:
        attempt = Attempt(self._options.timeout or timeout, (cancel, self._closing))
        attempt.raise_if_cancelled()
        if self._watched is not None:
            self._watched.begin()
        origin = _checked(request, attempt)
        with self._using(attempt):
            tls = self._tls(request.tls) if origin.scheme == "https" else None
            pool = self._pool(origin, tls, attempt)
            attempt.begin()
            token = current_attempt.set(attempt)
            try:
                return self._exchange(request, origin, tls, pool, attempt)
            except (httpcore.ProxyError, httpcore.ProtocolError, httpcore.NetworkError) as error:
                raise _failure(error, attempt) from error
            finally:
                current_attempt.reset(token)

    def close(self) -> None:
        """End what is under way, then the idle connections. Safe from any thread, any number of times."""
        self._closing.cancel()
        with self._idle:
            self._idle.wait_for(lambda: self._active == 0)
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    @contextmanager
    def _using(self, attempt: Attempt) -> Iterator[None]:
        with self._idle:
            attempt.raise_if_cancelled()
            self._active += 1
        try:
            yield
        finally:
            with self._idle:
                self._active -= 1
                self._idle.notify_all()

    def _exchange(
        self,
        request: WireRequest,
        origin: _Origin,
        tls: TlsOptions | None,
        pool: httpcore.ConnectionPool,
        attempt: Attempt,
    ) -> WireResponse:
        made = httpcore.Request(
            request.method.upper(),
            httpcore.URL(
                scheme=origin.scheme.encode(),
                host=origin.host.encode(),
                port=None if origin.port == _DEFAULT_PORTS[origin.scheme] else origin.port,
                target=request.target.encode(),
            ),
            headers=[(_bytes(name), _bytes(value)) for name, value in request.headers],
            content=request.body,
        )
        if not all(is_token(name) and _FIELD_VALUE.fullmatch(value) for name, value in request.headers):
            made.headers = _unchecked(made.headers)
        received = pool.handle_request(made)
        response = httpx.Response(
            received.status, headers=received.headers, stream=_Body(received), extensions=received.extensions
        )
        # Asked before the body is read: a connection that ends with the reply tells nothing afterwards.
        facts = self._connection(received, origin, tls, attempt)
        # What a BytesIO has gathered it gives away without a copy: one of 50 MB would hold all threads up.
        body = io.BytesIO()

        def came(content: bytes) -> WireResponse:
            return WireResponse(
                response.status_code,
                response.extensions.get("reason_phrase", b"").decode("latin-1"),
                tuple((_text(name), _text(value)) for name, value in response.headers.raw),
                content,
                response.extensions["http_version"].decode("ascii"),
                {**attempt.timings, "total": attempt.elapsed()},
                facts,
            )

        try:
            self._read(response, attempt, body)
        except TransportError as error:
            error.partial = came(body.getvalue()[:_MAX_PARTIAL])
            raise
        except (httpcore.ProtocolError, httpcore.NetworkError) as error:
            failed = _failure(error, attempt)
            failed.partial = came(body.getvalue()[:_MAX_PARTIAL])
            raise failed from error
        finally:
            response.close()
        return came(body.getvalue())

    def _connection(
        self, received: httpcore.Response, origin: _Origin, tls: TlsOptions | None, attempt: Attempt
    ) -> dict[str, str]:
        """What the reply came over, in words."""
        facts = {"connection": "new" if "connect" in attempt.timings else "kept alive from an earlier request"}
        facts["time-out"] = f"{attempt.timeout:g} s"
        stream = received.extensions.get("network_stream")
        if stream is None:
            return facts
        proxy = self._proxy(origin, attempt)
        if proxy is not None:
            facts["proxy"] = proxy.address
            if proxy.auth is not None:
                facts["proxy login"] = "by user and password"
        else:
            with suppress(OSError):  # reset in the meantime
                facts["address"] = _address(stream.get_extra_info("server_addr"))
        secure = stream.get_extra_info("ssl_object")
        if secure is None:
            return facts
        options = self._options
        facts["offered"] = "HTTP/2 and HTTP/1.1" if options.http2 else "HTTP/1.1"
        facts |= describe_tls(secure, verified=options.verify)
        if options.verify:
            facts["trusted"] = trusted_words(options.ca_file, tls)
        if tls is not None and tls.certificate:
            shown = certificate_of_pem(tls.certificate)
            facts["client certificate"] = (
                f"{shown.words if shown else 'one that cannot be read'} (for a server that asks)"
            )
        return facts

    def _tls(self, given: TlsOptions | None) -> TlsOptions | None:
        """The connector's own TLS, with the client certificate chosen here where it shows none."""
        file = self._options.client_certificate
        if file is None or (given is not None and given.certificate):
            return given
        if self._own_certificate is None:
            self._own_certificate = read_certificate(file, self._options.client_passphrase, self._options.client_key)
        own = self._own_certificate
        return replace(given or TlsOptions(), certificate=own.certificate, key=own.key, passphrase=own.passphrase)

    def _read(self, response: httpx.Response, attempt: Attempt, body: io.BytesIO) -> None:
        length = 0
        encodings = response.headers.get_list("content-encoding", split_commas=True)
        watched = self._watched
        if watched is not None:
            said = response.headers.get("content-length", "")
            watched.begin(int(said) if said.isdecimal() else None)
        packed = bytearray()

        def wire() -> Iterator[bytes]:
            for chunk in response.iter_raw():
                if encodings and len(packed) < _MAX_PARTIAL:
                    packed.extend(chunk)
                yield chunk

        try:
            for chunk in decoded(wire(), encodings):
                length += body.write(chunk)
                if watched is not None:
                    watched.came = response.num_bytes_downloaded
                if length > self._options.max_body:
                    raise self._too_large(attempt, response.num_bytes_downloaded, packed=bool(encodings))
        except DecodingError as error:
            if not length:
                body.write(packed)  # it never was what it says: as it came, it tells what it is
            text = f"The reply says Content-Encoding: {', '.join(encodings)}, but its body is not."
            raise attempt.fail("protocol", text) from error

    def _too_large(self, attempt: Attempt, came: int, *, packed: bool) -> TransportError:
        limit = f"{self._options.max_body / 1024 / 1024:g} MB"
        hint = "Ask for less: a page of it, or a filter."
        if packed:
            hint = f"It came packed, in {came:,} bytes so far. {hint}"
        return attempt.fail("too_large", f"The reply is larger than the limit of {limit}.", hint)

    def _pool(self, origin: _Origin, tls: TlsOptions | None, attempt: Attempt) -> httpcore.ConnectionPool:
        secure = origin.scheme == "https"
        proxy = self._proxy(origin, attempt)
        key = (secure, proxy, tls)
        with self._idle:
            if (known := self._pools.pop(key, None)) is not None:
                self._pools[key] = known  # last used last
                return known
        # The authorities are read outside of the lock: it is what others send, cancel and close by.
        made = self._new_pool(secure, proxy, tls)
        with self._idle:
            if key not in self._pools and len(self._pools) >= _MAX_POOLS and self._active == 1:
                self._pools.pop(next(iter(self._pools))).close()
            return self._pools.setdefault(key, made)

    def _new_pool(self, secure: bool, proxy: Proxy | None, tls: TlsOptions | None) -> httpcore.ConnectionPool:
        options = self._options
        settings: dict[str, Any] = {
            "ssl_context": context_for(options.ca_file, tls, verify=options.verify, http2=options.http2)
            if secure
            else None,
            "max_connections": 100,
            "keepalive_expiry": options.keep_alive,
            "http2": options.http2,
            "network_backend": Backend(options.connect_timeout),
        }
        if proxy is None:
            return httpcore.ConnectionPool(**settings)
        return httpcore.HTTPProxy(proxy.url, proxy_auth=proxy.auth, **settings)

    def _proxy(self, origin: _Origin, attempt: Attempt) -> Proxy | None:
        url = self._options.proxy
        if url is None and self._options.trust_env and not urllib.request.proxy_bypass(origin.host):
            url = urllib.request.getproxies().get(origin.scheme)
        if not url:
            return None
        try:
            proxy = read_proxy(url)
            attempt.proxy = (proxy.host, proxy.port)
            return proxy
        except ProxyError as error:
            hint = "Write http://host:port; proxies are reached by http:, for https: requests too."
            raise attempt.fail("proxy", str(error), hint) from error


@dataclass(frozen=True, slots=True)
class _Origin:
    scheme: str
    host: str
    port: int


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _checked(request: WireRequest, attempt: Attempt) -> _Origin:
    """The origin of ``request``, or a failure that says what cannot go on a wire. Never quotes a header's value."""
    try:
        parts = urlsplit(request.url)
        scheme, host, port = parts.scheme.lower(), ascii_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise attempt.fail("request", f"The URL cannot be read: {error}.") from error
    if scheme not in ("http", "https") or not host:
        raise attempt.fail("request", "The URL must begin with http:// or https:// and name a host.")
    if not _TARGET.fullmatch(request.target):
        raise attempt.fail("request", "The path or query holds characters that must be percent-encoded.")
    if not is_token(request.method):
        raise attempt.fail("request", "The HTTP method is not a word.")
    if not any(name.lower() == "host" for name, _ in request.headers):
        raise attempt.fail("request", "The request has no Host header.")
    for name, value in request.headers:
        if not _HEADER_NAME.fullmatch(name):
            hint = "Take out what is no letter, digit or hyphen: a line break may have come along when it was pasted."
            raise attempt.fail("request", f"{name!r} cannot be the name of a header.", hint)
        if not _HEADER_VALUE.fullmatch(value):
            text = f"The value of the header {name} has a line break or a space at an end."
            raise attempt.fail("request", text, 'Take it off, in Ruby with .strip or .delete("\\r\\n").')
        if name.lower() == "content-length" and value != str(len(request.body)):
            text = f"Content-Length does not fit the body of {len(request.body)} bytes."
            raise attempt.fail("request", text, "Leave the header out: it is written for every body that is sent.")
    return _Origin(scheme, host, port or _DEFAULT_PORTS[scheme])


def _unchecked(headers: list[tuple[bytes, bytes]]) -> Any:
    """``headers`` as h11 holds those it has looked at, so that names which are no tokens (RFC 9110, 5.6.2) and values
    of raw bytes go out as Net::HTTP sends them. What ``_checked`` lets through cannot end a line."""
    kind: Any = type(h11.Request(method="GET", target="/", headers=[("Host", "")]).headers)
    return kind([(name, name.lower(), value) for name, value in headers])


def _failure(error: Exception, attempt: Attempt) -> TransportError:
    if isinstance(error, httpcore.ProxyError):
        attempt.arrived = False
        hint = "Give user and password in its address: http://user:password@host:port." if "407" in str(error) else ""
        return attempt.fail("proxy", f"The proxy refused to connect: {error}.", hint)
    if isinstance(error, httpcore.LocalProtocolError):
        # The message may quote a header, so it is not passed on.
        return attempt.fail("request", "The request is not valid HTTP.", "Headers may contradict each other.")
    broken = isinstance(error, httpcore.NetworkError) or "disconnected" in str(error) or "peer closed" in str(error)
    if broken:
        where = "before its reply was complete" if "first_byte" in attempt.timings else "without a reply"
        return attempt.fail("closed", f"The server closed the connection {where}.")
    # The library quotes the line it stumbled over, in which a cookie may stand.
    what = _QUOTED_LINE.split(str(error))[0]
    return attempt.fail("protocol", f"The reply is not valid HTTP: {what}.")


def _address(peer: tuple[Any, ...]) -> str:
    host, port = peer[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
