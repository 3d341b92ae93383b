"""How a request is going to travel, and what its reply came over: proxy, HTTP version, TLS, time."""

from __future__ import annotations

from pathlib import Path

from designer.wire.certificates import certificate_of_pem
from designer.wire.model import WireRequest, WireResponse
from designer.wire.options import TransportOptions
from designer.wire.proxy import ProxyError, read_proxy
from designer.wire.recorder import REFRESH_SECONDS, REQUEST_SECONDS
from designer.wire.tls import trusted_words

__all__ = ["planned", "route", "went"]

_TIMES = {"dns": "DNS", "connect": "connect", "tls": "TLS", "first_byte": "first byte after", "total": "total"}
_REDIRECTS = {None: "redirects as the SDK does", True: "redirects followed", False: "redirects taken as the reply"}


def planned(
    request: WireRequest, options: TransportOptions, redirects: bool | None, purpose: str = "request"
) -> tuple[str, ...]:
    """What will be used for ``request``, in few words each. ``redirects`` as in ``Call``, ``purpose`` as in
    ``Exchange``. Never a secret."""
    secure = request.url.lower().startswith("https:")
    words = ["HTTP/2 or HTTP/1.1" if secure and options.http2 else "HTTP/1.1"]
    if secure:
        words += _planned_tls(request, options)
    else:
        words.append("no TLS")
    words += [_planned_proxy(options)] if options.proxy is not None or options.trust_env else []
    usual = REFRESH_SECONDS if purpose in ("acquire", "refresh") else REQUEST_SECONDS
    words.append(f"at most {usual if options.timeout is None else options.timeout:g} s")
    return (*words, _REDIRECTS[redirects])


def _planned_tls(request: WireRequest, options: TransportOptions) -> list[str]:
    words = [f"TLS, trusting {trusted_words(options.ca_file, request.tls)}" if options.verify else "TLS, not verified"]
    if request.tls is not None and request.tls.certificate:
        shown = certificate_of_pem(request.tls.certificate)
        words.append(f"client certificate {shown.subject if shown else ''} of tls_client_cert".replace("  ", " "))
    elif options.client_certificate is not None:
        words.append(f"client certificate of {Path(options.client_certificate).name}")
    return words


def _planned_proxy(options: TransportOptions) -> str:
    if options.proxy is None:
        return "the system's proxy where it names one"
    try:
        return f"proxy {read_proxy(options.proxy).address}"
    except ProxyError as error:
        return f"nothing goes out: {error}".rstrip(".")


def went(response: WireResponse) -> tuple[str, ...]:
    """What was used for a request and its reply, in few words each; ``route`` tells all of it. Never a secret."""
    known = response.connection
    words = [response.http_version]
    if "tls" in known:
        words.append(" ".join(filter(None, (known["tls"], known.get("cipher", "")))))
        words.append(f"certificate {known['certificate']}" if "certificate" in known else "")
        words.append(f"client certificate {known['client certificate']}" if "client certificate" in known else "")
    else:
        words.append("no TLS")
    if "proxy" in known:
        words.append(f"proxy {known['proxy']}")
        if "tls" not in known:
            # RFC 9112, 3.2.2. It is the one thing that differs from what is shown.
            also = ", and Proxy-Authorization" if "proxy login" in known else ""
            words.append(f"the proxy got the whole URL as target{also}")
    words.append(f"connection {known['connection']}" if "connection" in known else "")
    return tuple(filter(None, words))


def route(response: WireResponse) -> tuple[str, ...]:
    """ "protocol: HTTP/2", "tls: TLSv1.3", "total: 12.0 ms" and so on, a line each. Never a secret."""
    lines = [f"protocol: {response.http_version}"]
    lines += [f"{name}: {value}" for name, value in response.connection.items()]
    lines += [
        f"{word}: {response.timings[name] * 1000:.1f} ms" for name, word in _TIMES.items() if name in response.timings
    ]
    return tuple(lines)
