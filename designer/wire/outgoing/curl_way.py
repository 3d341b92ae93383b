"""How a request travelled, as options of curl: proxy, TLS, HTTP version, time-out, redirects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from designer.masking import DOTS
from designer.secrecy import is_token_like
from designer.wire.client import MAX_REDIRECTS
from designer.wire.model import Exchange, TlsOptions, WireRequest
from designer.wire.options import TransportOptions
from designer.wire.outgoing.secrecy import AS_SENT, Hide, Pieces, Variable, Variables
from designer.wire.proxy import ProxyError, read_proxy

__all__ = ["Travelled", "Way", "travelled", "way_of"]

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_PKCS12 = (".p12", ".pfx")
_ONLY = "curl trusts these alone, where the run also trusted the usual authorities"


@dataclass(frozen=True, slots=True)
class Way:
    """What the person chose, and what curl has to be told to go the same way.

    ``proxy`` is host and port of the system's proxy where that was used. ``direct`` says that curl would find a proxy
    in its environment that the run did not use. ``follows`` says that redirects are followed, ``repeats`` that verb and
    body go along, ``trusts`` that credentials do to another host.
    """

    options: TransportOptions = field(default_factory=TransportOptions)
    proxy: str = ""
    direct: bool = False
    follows: bool = False
    repeats: bool = False
    trusts: bool = False


def way_of(
    request: WireRequest,
    exchanges: Sequence[Exchange],
    options: TransportOptions,
    redirects: bool | None,
    environment: Mapping[str, str],
) -> Way:
    """The way of ``request``, one of ``exchanges`` or one that was only prepared. ``redirects`` as in ``Call``;
    ``environment`` is the one that curl will find."""
    at = next((index for index, one in enumerate(exchanges) if one.request is request), None)
    reply = exchanges[at].response if at is not None else None
    after = exchanges[at + 1] if at is not None and at + 1 < len(exchanges) else None
    led = after.request if after is not None and after.purpose == "redirect" else None
    used = reply.connection.get("proxy", "") if reply is not None and options.proxy is None else ""
    scheme = urlsplit(request.url).scheme
    # curl takes the name of http: in small letters alone, because a server's own may stand under the other.
    names = ("http_proxy",) if scheme == "http" else ("https_proxy", "HTTPS_PROXY")
    known = any(environment.get(name) for name in (*names, "all_proxy", "ALL_PROXY"))
    moved = reply is not None and 300 <= reply.status < 400
    return Way(
        options,
        used,
        direct=known and not (options.proxy or options.trust_env),
        follows=led is not None if moved else redirects is True,
        repeats=led.method == request.method if led is not None else redirects is True,
        trusts=led is not None and _host(led.url) != _host(request.url) and _authorized(led),
    )


@dataclass(slots=True)
class Travelled:
    """``words`` are whole options for the shell, ``options`` such with an argument yet to be quoted. ``notes`` say what
    the person has to know or to lay ready; ``files`` are written by the command itself: name and text."""

    words: list[str] = field(default_factory=list)
    options: list[tuple[str, Pieces]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)


def travelled(request: WireRequest, way: Way, hide: Hide, *, windows: bool) -> Travelled:
    """What makes curl go ``way``, where it would not of its own accord."""
    made = Travelled()
    _redirects(request, way, made)
    _proxy(way, hide, made)
    if way.options.timeout is not None:
        made.words.append(f"--max-time {way.options.timeout:g}")
    if request.url.lower().startswith("https:"):
        made.words.append("--http2" if way.options.http2 else "--http1.1")
        _trust(request.tls, way.options, hide, windows, made)
        _client(request.tls, way.options, hide, windows, made)
    return made


def _redirects(request: WireRequest, way: Way, made: Travelled) -> None:
    if not way.follows:
        return
    made.words.append("--location-trusted" if way.trusts else "--location")
    made.words.append(f"--max-redirs {MAX_REDIRECTS}")
    if way.repeats and request.body:
        made.words.append("--post301 --post302")
    elif not way.repeats and request.method not in ("GET", "HEAD", "POST"):
        made.notes.append(f"the run went on with GET; curl repeats {request.method}")


def _proxy(way: Way, hide: Hide, made: Travelled) -> None:
    if way.options.proxy is None:
        if way.proxy:
            made.options.append(("--proxy", (f"http://{way.proxy}",)))
        elif way.direct:
            made.options.append(("--noproxy", ("*",)))
        return
    try:
        proxy = read_proxy(way.options.proxy)
    except ProxyError as error:
        made.notes.append(f"{error} The run sent nothing.")
        return
    made.options.append(("--proxy", (proxy.url,)))
    if proxy.auth is not None:
        user, password = proxy.auth
        made.options.append(
            ("--proxy-user", (_shown("PROXY_USER", user, hide), ":", _hidden("PROXY_PASSWORD", password, hide)))
        )


def _trust(tls: TlsOptions | None, options: TransportOptions, hide: Hide, windows: bool, made: Travelled) -> None:
    if not options.verify:
        made.words.append("--insecure")
        return
    own = "\n".join(pem.strip() for pem in tls.server_certificates) + "\n" if tls and tls.server_certificates else ""
    if not (own or options.ca_file):
        return
    if not (tls and tls.strict and own):
        made.notes.append(f"--cacert: {_ONLY}")
    if not own:
        made.options.append(("--cacert", (options.ca_file or "",)))
        return
    also = f", and those of {options.ca_file}" if options.ca_file else ""
    made.notes.append(f"server.pem: the certificates that tls_server_certs names{also}")
    _file("--cacert", "server.pem", own, hide, windows, made)


def _client(tls: TlsOptions | None, options: TransportOptions, hide: Hide, windows: bool, made: Travelled) -> None:
    phrase = options.client_passphrase
    if tls is not None and tls.certificate:
        phrase = tls.passphrase
        chain = "\n".join([tls.certificate.strip(), *(pem.strip() for pem in tls.intermediates), ""])
        made.notes.append("client.pem: the certificate that tls_client_cert shows, and its intermediates")
        _file("--cert", "client.pem", chain, hide, windows, made)
        if tls.key:
            made.notes.append("client.key: its key, which stands in the settings")
            _file("--key", "client.key", tls.key, hide, windows, made)
    elif options.client_certificate is not None:
        made.options.append(("--cert", (_certificate_name(options.client_certificate, windows),)))
        if options.client_certificate.lower().endswith(_PKCS12):
            made.words.append("--cert-type P12")
        else:
            made.options.append(("--key", (options.client_key or options.client_certificate,)))
    else:
        return
    if phrase:
        made.options.append(("--pass", (_hidden("CLIENT_KEY_PASSPHRASE", phrase, hide),)))


def _file(option: str, name: str, text: str, hide: Hide, windows: bool, made: Travelled) -> None:
    """``option`` with a file, which the command writes itself where it may hold secrets and a shell can."""
    if hide is AS_SENT and not windows:
        made.files.append((name, text))
        made.words.append(f'{option} "$d/{name}"')
        made.notes = [note for note in made.notes if not note.startswith(f"{name}:")]
    else:
        made.words.append(f"{option} {name}")


def _hidden(name: str, secret: str, hide: Hide) -> str | Variable:
    if hide is AS_SENT:
        return secret
    if isinstance(hide, Variables):
        return hide.variable(secret) or Variable(name)
    return DOTS


def _shown(name: str, user: str, hide: Hide) -> str | Variable:
    return _hidden(name, user, hide) if is_token_like(user) else user


def _certificate_name(file: str, windows: bool) -> str:
    """``--cert`` takes what follows a colon for a passphrase."""
    drive = file[:2] if windows and _DRIVE.match(file) else ""
    return drive + file[len(drive) :].replace("\\", "\\\\").replace(":", "\\:")


def _host(url: str) -> tuple[str | None, int | None]:
    parts = urlsplit(url)
    return parts.hostname, parts.port


def _authorized(request: WireRequest) -> bool:
    return any(name.lower() in ("authorization", "cookie") for name, _ in request.headers)
