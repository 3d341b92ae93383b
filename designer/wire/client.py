"""rest-client over Net::HTTP as the SDK drives them: headers, credentials, redirects, cookies, failures."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv6Address

from designer.evaluator import Cancelled as EvaluationCancelled
from designer.evaluator import LimitExceeded, RubyError
from designer.wire.chance import clock
from designer.wire.cookies import CookieJar
from designer.wire.headers import HeaderError, Headers, on_the_wire
from designer.wire.model import OnDemand, Origin, TlsOptions, WireRequest, WireResponse
from designer.wire.prepare import completed
from designer.wire.statuses import Reply, RestError, status_error
from designer.wire.transport import TransportError
from designer.wire.urls import DEFAULT_PORTS, Uri, UriError, demand_host, form_decode, parse

MAX_REDIRECTS = 10
_IP_FUTURE = re.compile(r"[vV][0-9A-Fa-f]+\.[-.~!$&'()*+,;=:\w]+", re.A)
_LAST_PORT = 65535
_CLIENT = Origin("client")
_HTTP_URL = ("http", "https")
# Net::HTTP sends these once more by itself when the server hangs up.
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
# Net::HTTP reads no body from these, whatever follows.
_WITHOUT_BODY = frozenset({204, 205, 304, 305})
_DECODED = frozenset({"gzip", "deflate", "x-gzip", "none", "identity"})

Send = Callable[[WireRequest, str], WireResponse]
"""Puts one request on the wire and notes it; the second argument is its purpose (see ``Exchange``)."""


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a request; ``content_type`` where the encoding dictates one."""

    data: bytes
    content_type: str | None = None


@dataclass(slots=True)
class Outgoing:
    """A request as it is handed to rest-client. ``headers`` are the author's, ``exact`` those whose spelling stays.

    ``follow`` is None for rest-client's own rules, True to repeat verb and body, False to take the 3xx as the reply.
    ``url`` may be given as read where writing it and reading it back would come to the same.
    """

    method: str
    url: str | Uri
    headers: Headers = field(default_factory=dict)
    exact: Headers = field(default_factory=dict)
    body: Body | None = None
    follow: bool | None = None
    tls: TlsOptions | None = None
    purpose: str = "request"
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(slots=True)
class _Hop:
    outgoing: Outgoing
    jar: CookieJar
    redirects_left: int
    credentials: tuple[str | None, str | None] | None
    """User and password handed on by a redirect; None: take them from the URL."""


def execute(outgoing: Outgoing, send: Send, now: Callable[[], datetime]) -> Reply:
    """Send ``outgoing`` and follow what it redirects to. A reply comes back only for a success. ``now``, with a zone,
    tells which of the cookies on the way have ended.

    Raises ``RestError`` for failures rest-client knows, ``UriError`` for a URL it cannot use, ``RubyError`` for
    what Net::HTTP or the network raises by itself.
    """
    hop = _Hop(outgoing, CookieJar(now), MAX_REDIRECTS, None)
    reply = _send(hop, send)
    if outgoing.follow is not None and reply.code in (301, 302, 307, 308):
        return _redirect(hop, reply, send, to_get=False) if outgoing.follow else reply
    return _settle(hop, reply, send)


def prepared(outgoing: Outgoing) -> WireRequest:
    """The first request ``execute`` would put on the wire. Raises as ``execute``."""
    request, _ = _wire_request(_Hop(outgoing, CookieJar(clock(None)), MAX_REDIRECTS, None))
    return request


def _settle(hop: _Hop, reply: Reply, send: Send) -> Reply:
    """``Response#return!``."""
    if 200 <= reply.code <= 207:
        return reply
    if reply.code in (301, 302, 307) and hop.outgoing.method.upper() in ("GET", "HEAD") and hop.redirects_left > 0:
        return _redirect(hop, reply, send, to_get=False)
    if reply.code == 303 and hop.redirects_left > 0:
        return _redirect(hop, reply, send, to_get=True)
    raise status_error(reply)


def _redirect(hop: _Hop, reply: Reply, send: Send, *, to_get: bool) -> Reply:
    location = reply.header("location")
    if location is None:
        raise status_error(reply)
    if not location.startswith("http"):
        location = str(parse(reply.url).merge(location))
    _, credentials = _wire_request(hop)
    following = replace(
        hop.outgoing,
        method="GET" if to_get else hop.outgoing.method,
        url=location,
        body=None if to_get else hop.outgoing.body,
        exact={},  # the SDK's own header class is not used for what follows
        purpose="redirect",
        origins=_redirected(hop.outgoing.origins, to_get=to_get),
    )
    next_hop = _Hop(following, hop.jar, hop.redirects_left - 1, credentials)
    return _settle(next_hop, _send(next_hop, send), send)


def _redirected(known: Mapping[str, Origin], *, to_get: bool) -> OnDemand[Origin]:
    """The origins of what follows a redirect: its URL is the server's, the rest is said again."""
    gone = ("param:", "query", "url", "base_uri", *(("payload:", "body", "method") if to_get else ()))

    def found() -> dict[str, Origin]:
        kept = {key: origin for key, origin in known.items() if not key.startswith(gone)}
        server = Origin("redirect")
        return kept | {"url": server} | ({"method": server} if to_get else {})

    return OnDemand(found)


def _send(hop: _Hop, send: Send) -> Reply:
    request, _ = _wire_request(hop)
    retried = request.method not in _IDEMPOTENT
    while True:
        try:
            response = send(request, hop.outgoing.purpose)
            break
        except TransportError as error:
            if error.kind == "closed" and not retried:
                retried = True
                continue
            raise failure(error, request.url) from error
    headers = tuple(
        (n, v) for n, v in response.headers if not (n.lower() == "content-encoding" and v.lower() in _DECODED)
    )
    for name, value in headers:
        if name.lower() == "set-cookie":
            hop.jar.take(value, request.url)
    body = b"" if response.status in _WITHOUT_BODY else response.body
    return Reply(response.status, headers, body, request.url)


def _wire_request(hop: _Hop) -> tuple[WireRequest, tuple[str | None, str | None]]:
    outgoing = hop.outgoing
    uri = _usable(outgoing.url) if isinstance(outgoing.url, str) else outgoing.url
    if uri.port is not None and uri.port > _LAST_PORT:
        where = f"{uri.host}:{uri.port}"
        raise UriError(
            f"Failed to open TCP connection to {where} (the last port is {_LAST_PORT})", "Errno::ECONNREFUSED"
        )
    url = uri.address
    user, password = hop.credentials or (_unescaped(uri.user), _unescaped(uri.password))
    headers = _rest_client_headers(hop, url)
    signed = user is None or any(name.lower() == "authorization" for name in headers)
    headers |= outgoing.exact
    typed = outgoing.body is None or _has(headers, "content-type")
    if not _has(headers, "accept"):
        headers["Accept"] = "*/*"
    if not signed:
        token = base64.b64encode(f"{user}:{password or ''}".encode("utf-8", "surrogateescape")).decode("ascii")
        headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        headers["Authorization"] = f"Basic {token}"
    if not typed:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        spelled = on_the_wire(headers, outgoing.exact)
    except HeaderError as error:
        raise RubyError.of(error.ruby_class, error.message) from error
    for name, value in spelled:
        if name.lower() == "host":
            demand_host(value)
    method, body = outgoing.method.upper(), outgoing.body.data if outgoing.body else b""
    final, added = completed(spelled, method, url, body)
    known = outgoing.origins
    if not signed:
        # Where no lambda gave user and password, they stood in the URL.
        known = OnDemand(lambda: {"header:authorization": outgoing.origins.get("url", _CLIENT), **outgoing.origins})
    if not typed:
        added.append("Content-Type")
    request = WireRequest(
        method,
        url,
        uri.request_target,
        tuple(final),
        body,
        OnDemand(lambda: _placed(known, final, added)),
        outgoing.tls,
    )
    return request, (user, password)


def _usable(url: str) -> Uri:
    if not _has_scheme(url):
        url = f"http://{url}"
    uri = parse(url)
    if not uri.host:
        raise UriError(f"bad URI(no host provided): {url}")
    if uri.scheme not in _HTTP_URL:
        raise UriError("not an HTTP URI", "ArgumentError")
    if uri.host.startswith("[") and not _is_ip_literal(uri.host[1:-1]):
        where = f"{uri.host}:{uri.port}"
        raise UriError(
            f"Failed to open TCP connection to {where} (getaddrinfo: Name or service not known)", "SocketError"
        )
    return uri


def _is_ip_literal(text: str) -> bool:
    """What may stand in brackets (RFC 3986, 3.2.2)."""
    try:
        IPv6Address(text)
    except ValueError:
        return _IP_FUTURE.fullmatch(text) is not None
    return True


def _placed(known: Mapping[str, Origin], headers: Sequence[tuple[str, str]], added: Sequence[str]) -> dict[str, Origin]:
    """The origins under the names the headers have on the wire; of headers that are not sent none stays."""
    left = {key: origin for key, origin in known.items() if not key.startswith("header:")}
    client = Origin("client")
    spelled = {
        f"header:{name}": client if name in added else known.get(f"header:{name.lower()}", client)
        for name, _ in headers
    }
    return left | spelled


def _has(headers: Headers, lower: str) -> bool:
    return any([name.lower() == lower and value is not None for name, value in headers.items()])  # noqa: C419 (quicker)


def _rest_client_headers(hop: _Hop, url: str) -> Headers:
    """Defaults, the author's headers, what the body dictates, cookies: ``Request#make_headers``."""
    headers: Headers = {"Accept": "*/*", **hop.outgoing.headers}
    body = hop.outgoing.body
    if body is not None:
        # The body knows its length better.
        headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        if body.content_type is not None:
            headers["Content-Type"] = body.content_type
    if cookie := hop.jar.header(url):
        headers["Cookie"] = cookie
    return headers


def _has_scheme(url: str) -> bool:
    head, found, _ = url.partition("://")
    return bool(found) and head[:1].isalpha() and all(c.isalnum() or c in "+.-" for c in head)


def _unescaped(text: str | None) -> str | None:
    return None if text is None else form_decode(text).decode("utf-8", "surrogateescape")


def failure(error: TransportError, url: str) -> Exception:
    """What the SDK would raise where the transport gave up."""
    uri = parse(url)
    # As Net::HTTP does, the one is named that was called: the proxy where there is one.
    host, port = error.proxy or (uri.host, uri.port or DEFAULT_PORTS[uri.scheme or "http"])
    opening = f"Failed to open TCP connection to {host}:{port}"
    match error.kind:
        case "cancelled":
            return EvaluationCancelled(error.message)
        case "too_large":
            return LimitExceeded(error.message, error.hint)
        case "closed":
            return RestError("RestClient::ServerBrokeConnection", "Server broke connection")
        case "timeout":
            words = "reading data from server" if error.arrived else "connecting to server"
            name = "ReadTimeout" if error.arrived else "OpenTimeout"
            return RestError(f"RestClient::Exceptions::{name}", f"Timed out {words}", timeout=True)
        case "tls":
            return RestError("RestClient::SSLCertificateNotVerified", error.message)
        case "refused":
            text = f'{opening} (Connection refused - connect(2) for "{host}" port {port})'
            return RubyError.of("Errno::ECONNREFUSED", text)
        case "dns":
            return RubyError.of("SocketError", f"{opening} (getaddrinfo: Name or service not known)")
        case "unreachable":
            text = f'{opening} (No route to host - connect(2) for "{host}" port {port})'
            return RubyError.of("Errno::EHOSTUNREACH", text)
        case "request":
            return RubyError.of("ArgumentError", error.message)
    return RubyError.of("Net::HTTPBadResponse", error.message)
