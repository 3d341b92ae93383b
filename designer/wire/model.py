"""Requests, replies and runs as data: what transports carry, the trace records and the window shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an element of a request came from.

    ``source``: "you" (typed in the console), "code" (an action, test or method), "apply", "acquire", "refresh",
    "base_uri", "format" (the SDK's default for the request format), "client" (HTTP client: Host, Content-Length…),
    "redirect" (the reply that redirected). ``pointer`` and ``line`` (1-based) locate the Ruby, where there is any;
    ``settings`` names the settings the value is made of. ``before`` is what stood there until ``apply`` said
    otherwise, a JSON value; None where nothing did. ``gave`` is the text of a base URI. ``slot`` is the pointer of the
    lambda that ran, where ``pointer`` leads into a method it calls; else "".
    """

    source: str
    pointer: str | None = None
    line: int | None = None
    settings: tuple[str, ...] = ()
    before: Any = field(default=None, repr=False)
    gave: str = field(default="", repr=False)
    slot: str = ""


def origin_key(kind: str, *path: str | int) -> str:
    """The key of ``WireRequest.origins`` for an entry of "param" or "payload"."""
    return f"{kind}:" + "/".join(str(one).replace("~", "~0").replace("/", "~1") for one in path)


class OnDemand(Mapping[str, V]):
    """A mapping that is worked out when somebody first asks; of most runs nobody asks for all."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], Mapping[str, V]]) -> None:
        self._find: Callable[[], Mapping[str, V]] | None = find
        self._found: Mapping[str, V] = {}

    def _all(self) -> Mapping[str, V]:
        find = self._find
        if find is not None:
            self._found, self._find = find(), None
        return self._found

    def __getitem__(self, key: str) -> V:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(dict(self._all()))


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request exactly as it goes on the wire: ``target`` is the raw request target (path and query),
    ``headers`` in wire order and spelling, ``body`` the bytes. ``origins`` maps "method", "url", "base_uri",
    "query" (a query given as text), "body", "header:NAME", "param:PATH" and "payload:PATH" to where they came from. A
    path is a JSON Pointer (RFC 6901) without its first slash; what is inside an entry may have an origin of its own."""

    method: str
    url: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    origins: Mapping[str, Origin] = field(default_factory=dict)
    tls: TlsOptions | None = None


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """``tls_client_cert`` and ``tls_server_certs`` of the SDK: PEM texts."""

    certificate: str | None = None
    key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    intermediates: tuple[str, ...] = ()
    server_certificates: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True, slots=True)
class WireResponse:
    """A reply as received. ``headers`` keep order and spelling, ``body`` is after content decoding.
    ``timings`` in seconds, keys out of dns, connect, tls, first_byte, total, as far as measured: the first three are
    durations, the others count from the start. ``connection`` says in words what the reply came over, by names fit to
    be shown: connection, address, proxy, offered, tls, cipher, certificate, fingerprint and the like."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    http_version: str = "HTTP/1.1"
    timings: Mapping[str, float] = field(default_factory=dict)
    connection: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was sent, and what came back. ``purpose``: "request", "retry", "acquire", "refresh",
    "redirect", "digest". ``response`` is None and ``failure`` says why where no reply arrived; ``arrived`` is
    False where not even the request reached a server (connection refused, name not found). ``reason`` tells failures
    apart that have a way out of their own (see ``TransportError``). ``partial`` is what had come of a reply that was
    cut off: to be looked at, and no reply to anything that runs."""

    request: WireRequest
    response: WireResponse | None
    purpose: str
    failure: str | None = None
    arrived: bool = True
    reason: str = ""
    partial: WireResponse | None = None


class Step(NamedTuple):
    """One line of the timeline. ``kind``: "lambda", "request", "response", "signal" (refresh_on or detect_on
    matched, or why not), "hmac", "hash", "refresh", "settings", "retry", "redirect", "puts", "note", "error"; in
    a sign-in "browser" (where the browser went), "refused" (where it was not let) and "reply" (what reached the
    redirect URL).
    ``data`` of a lambda is an ``Evaluation``, of an HMAC a ``Mac``, of a hash a ``Hashed``, of a signature an
    ``Explanation``.
    ``exchange`` indexes ``Outcome.exchanges``."""

    kind: str
    title: str
    detail: str = ""
    pointer: str | None = None
    line: int | None = None
    exchange: int | None = None
    data: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """What to run: an operation (see ``wire.OPERATIONS``) on a connector, with everything it may see.

    ``at`` is RFC 3339 or None for the real clock; ``random`` pins "state", "cnonce" and "verifier", or with "seed"
    everything; ``env`` is the environment that settings code sees; ``cwd`` is where settings files are looked for.
    ``dry_run`` signs the first request and sends nothing, whatever the transport. ``redirects`` says for requests whose
    code does not whether redirects are followed (True), or taken as the reply (False); None is the SDK's own rule.
    ``result_wanted`` says that the result of a request is waited for: a reply too long to be parsed is an error then.
    ``result_bytes`` is how long a reply of operation "request" may be to be parsed, where nobody waits for the result:
    the reply stands in the trace in any case. None: as long as a string may be.
    """

    connector: bytes
    operation: str
    args: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    path: str = "connector.rb"
    cwd: str | None = None
    at: str | None = None
    account_properties: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    random: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    redirects: bool | None = None
    result_wanted: bool = False
    result_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave. ``result`` and ``settings_after`` are exported JSON values; ``error`` is None or
    ``{"class", "message", "line"?, "http_code"?, "http_body"?, "method"?, "name"?}``; ``source`` is the connector that
    ran."""

    result: Any
    error: Mapping[str, Any] | None
    exchanges: tuple[Exchange, ...]
    settings_after: Mapping[str, Any] | None
    warnings: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    prepared: WireRequest | None = None
    source: bytes = field(default=b"", repr=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The object of ``exec --json``: see "Command line" in the reference."""
        from designer.wire.report import outcome_json

        return outcome_json(self)
