"""What is asked of a provider beside the connector: its metadata (RFC 8414), the revocation of a token (RFC 7009) and a
probe of the token endpoint.

Everything here blocks and belongs into a job. ``travel`` are the person's choices for all requests, None for none.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode, urlsplit

from designer.errors import UserError
from designer.oauth import DiscoveryError, Metadata, discovery
from designer.oauth.probe import Attempt, Conclusion, ProbeConfig, ProbeReply, conversation, request_of
from designer.oauth.reply import error_in
from designer.project.codec import PsychCodec
from designer.ui.jobs import Task
from designer.ui.runner import transport_options
from designer.wire import (
    Call,
    Cancel,
    HttpTransport,
    TransportError,
    WireRequest,
    WireResponse,
    run,
)
from designer.wire.prepare import complete_headers

if TYPE_CHECKING:
    from designer.ui.travels import Travel

__all__ = ["client_of", "discover", "given", "probe", "revoke"]

_SECONDS = 15.0
_MOST = 1024 * 1024


def discover(text: str, task: Task, travel: Travel | None = None) -> Metadata:
    """Metadata of the provider that ``text`` names: a host, an issuer or any of its URLs.

    Raises ``DiscoveryError`` saying what every place that was tried answered.
    """
    tried: list[str] = []
    for url in discovery.candidates(text):
        try:
            reply = _send(WireRequest("GET", url, _target(url), (("Accept", "application/json"),), b""), task, travel)
            if reply.status == 200:
                return discovery.parse(reply.body, url)
            tried.append(f"{url} answered {reply.status}.")
        except TransportError as error:
            if error.kind in ("cancelled", "dns", "refused", "unreachable", "tls"):
                # The other places are on the same host.
                raise DiscoveryError(f"{urlsplit(url).netloc} cannot be asked: {error.message}", error.hint) from error
            tried.append(f"{url}: {error.message}")
        except DiscoveryError as error:
            tried.append(error.message)
    raise DiscoveryError(f"No metadata was found for “{text.strip()}”.", " ".join(tried))


def client_of(call: Call, task: Task, travel: Travel | None) -> tuple[str, str | None]:
    """``client_id`` and ``client_secret`` as the connector gives them for ``call``. Raises ``UserError``."""
    cancel = Cancel()
    task.on_cancel(cancel.cancel)
    found: list[str | None] = []
    with HttpTransport(transport_options(travel)) as transport:
        for name in ("client_id", "client_secret"):
            outcome = run(replace(call, operation=name), transport, cancel=cancel, yaml=PsychCodec())
            if outcome.error is not None:
                raise UserError(f"{name} could not be made: {outcome.error['message']}", "Check the fields it reads.")
            found.append(outcome.result if isinstance(outcome.result, str) and outcome.result else None)
    return found[0] or "", found[1]


def given(call: Call, name: str, task: Task, travel: Travel | None) -> str:
    """What the connector gives for ``name`` ("token_url", "client_id", "client_secret"); where its lambda gives none,
    the setting of that name, and "" where there is none either."""
    cancel = Cancel()
    task.on_cancel(cancel.cancel)
    with HttpTransport(transport_options(travel)) as transport:
        outcome = run(replace(call, operation=name), transport, cancel=cancel, yaml=PsychCodec())
    if outcome.error is None and isinstance(outcome.result, str) and outcome.result:
        return outcome.result
    return str(call.settings.get(name) or "") if isinstance(call.settings, Mapping) else ""


def revoke(
    endpoint: str,
    token: str,
    hint: str,
    client_id: str,
    client_secret: str | None,
    task: Task,
    travel: Travel | None,
) -> WireResponse:
    """Have the provider forget ``token``; ``hint`` is "access_token" or "refresh_token" (RFC 7009 §2.1).

    Raises ``UserError`` where the provider does not confirm it.
    """
    fields = {"token": token, "token_type_hint": hint}
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/x-www-form-urlencoded"),)
    if client_secret:
        # RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
        pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}".encode()
        headers += (("Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}"),)
    else:
        fields["client_id"] = client_id
    body = urlencode(fields).encode("ascii")
    reply = _send(WireRequest("POST", endpoint, _target(endpoint), headers, body), task, travel)
    if reply.status != 200:
        error, description = error_in(reply.body.decode("utf-8", "replace"))
        said = f" {error}: {description}".rstrip(": ") if error else ""
        raise UserError(f"The provider did not revoke the token: {reply.status}{said}.", "The token may still be good.")
    return reply


def probe(
    endpoint: str, config: ProbeConfig, task: Task, tell: Callable[[str], object], travel: Travel | None
) -> Conclusion:
    """Which combination the token endpoint takes; ``tell`` hears of each attempt as it is made.

    Raises ``UserError`` where ``endpoint`` is no URL.
    """
    try:
        parts = urlsplit(endpoint)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise UserError("The token URL is no whole URL.", "For example https://auth.example.com/oauth/token.")
    talk = conversation(config)
    attempt = next(talk)
    while True:
        tell(f"Trying {attempt.title}")
        try:
            attempt = talk.send(_tried(endpoint, config, attempt, task, travel))
        except StopIteration as over:
            found: Conclusion = over.value
            return found


def _tried(endpoint: str, config: ProbeConfig, attempt: Attempt, task: Task, travel: Travel | None) -> ProbeReply:
    headers, body = request_of(config, attempt)
    try:
        reply = _send(WireRequest("POST", endpoint, _target(endpoint), headers, body), task, travel)
    except TransportError as error:
        if error.kind == "cancelled":
            raise
        return ProbeReply(0, f"{error.message} {error.hint}".strip())
    return ProbeReply(reply.status, reply.body.decode("utf-8", "replace"))


def _send(request: WireRequest, task: Task, travel: Travel | None) -> WireResponse:
    cancel = Cancel()
    task.on_cancel(cancel.cancel)
    with HttpTransport(transport_options(travel, max_body=_MOST)) as transport:
        return transport.send(complete_headers(request), timeout=_SECONDS, cancel=cancel)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
