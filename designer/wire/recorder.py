"""What a run leaves behind: the timeline, every request with its reply, warnings. The one place requests leave by."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from designer.masking import DOTS
from designer.secrecy import SHORTEST, is_secret, is_secret_header, is_secret_parameter, standing_pattern
from designer.wire.headers import as_read, is_token
from designer.wire.model import Exchange, Step, WireRequest, WireResponse
from designer.wire.statuses import REASONS
from designer.wire.transport import NEVER, Cancel, Transport, TransportError

REQUEST_SECONDS = 40.0
REFRESH_SECONDS = 30.0
_LONGEST = 4000
"""Characters of the words of a step."""
# Steps whose words come from the connector, the settings or a server; the others are our own words and names.
_TELLS = frozenset({"request", "response", "redirect", "signal", "puts", "note", "error"})


class Recorder:
    """``steps``, ``exchanges`` and ``warnings`` grow while the run goes on. Texts are cleared of secret values."""

    def __init__(
        self, transport: Transport, cancel: Cancel | None = None, on_step: Callable[[Step], None] | None = None
    ) -> None:
        self.transport = transport
        self.cancel = cancel or NEVER
        self.steps: list[Step] = []
        self.exchanges: list[Exchange] = []
        self.warnings: list[str] = []
        self.seconds = REQUEST_SECONDS
        self._on_step = on_step
        self._broken: WireRequest | None = None
        """The request whose connection broke, where it was the last one."""
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, values: Mapping[str, Any], declared: Collection[str] = ()) -> None:
        """Remember the values of names that look secret or are ``declared`` so, at any depth, so that no text shows
        them."""
        for name, value in values.items():
            kind = type(value)
            if kind is str or kind is int or kind is float:
                if len(text := str(value)) >= SHORTEST and (name in declared or _is_secret(name, kind is str)):
                    self._secrets.add(text)
            elif isinstance(value, Mapping):
                self.learn(value, declared)
        self._pattern = None

    def step(
        self,
        kind: str,
        title: str,
        detail: str = "",
        *,
        pointer: str | None = None,
        line: int | None = None,
        exchange: int | None = None,
        data: Any = None,
    ) -> None:
        if kind in _TELLS:
            title, detail = _short(self.masked(title)), _short(self.masked(detail))
        made = Step(kind, title, detail, pointer, line, exchange, data)
        self.steps.append(made)
        if self._on_step is not None:
            self._on_step(made)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)
            self.step("note", text)

    def masked(self, text: str) -> str:
        if not any(secret in text for secret in self._secrets):
            return text
        if self._pattern is None:
            self._pattern = standing_pattern(self._secrets)
        return self._pattern.sub(DOTS, text)

    def send(self, request: WireRequest, purpose: str) -> WireResponse:
        """Put ``request`` on the wire, noting it and what came back. Raises what the transport raises."""
        self.cancel.raise_if_cancelled()
        index = len(self.exchanges)
        if purpose == "redirect" and self.exchanges:
            self._tell_redirect(self.exchanges[-1], request)
        names, values = zip(*request.headers, strict=True)
        for name in () if all(map(is_token, names)) else names:
            if not is_token(name) and name.isprintable() and ":" not in name:
                self.warn(self.masked(f"HTTP knows no header called {name!r} (RFC 9110): {_NOT_A_TOKEN}"))
        if request is self._broken:
            self.step("note", f"Sent once more: Net::HTTP repeats a {request.method} whose connection broke")
        self._broken = None
        self.step("request", f"{request.method} {_place(request.url)}", _PURPOSES[purpose], exchange=index)
        shown = request if all(map(str.isascii, values)) else _readable(request)
        try:
            response = self.transport.send(request, timeout=self.seconds, cancel=self.cancel)
        except TransportError as error:
            failed = Exchange(shown, None, purpose, error.message, error.arrived, error.reason, error.partial)
            self.exchanges.append(failed)
            self._broken = request if error.kind == "closed" else None
            self.step("error", error.message, error.hint, exchange=index)
            raise
        self.exchanges.append(Exchange(shown, response, purpose))
        took = response.timings.get("total")
        detail = "" if took is None else f"{took * 1000:.0f} ms"
        reason = response.reason or REASONS.get(response.status, "")
        self.step("response", f"{response.status} {reason}".strip(), detail, exchange=index)
        return response

    def _tell_redirect(self, before: Exchange, request: WireRequest) -> None:
        """Where a redirect leads, what it leaves out, and whether credentials go to a stranger."""
        status = before.response.status if before.response is not None else 0
        names = {name.lower() for name, _ in request.headers}
        dropped = [name for name, _ in before.request.headers if name.lower() not in names]
        said = [f"headers dropped: {', '.join(dropped)}" if dropped else "no header is dropped"]
        if before.request.body and not request.body:
            said.append("the body is dropped")
        if request.method != before.request.method:
            said.append(f"{before.request.method} becomes {request.method}")
        (old, *one), (new, *other) = _host(before.request.url), _host(request.url)
        risks = ["to another host"] if one != other else []
        risks += ["unencrypted"] if (old, new) == ("https", "http") else []
        if risks and (carried := _credentials(request)):
            said.append(f"{', '.join(carried)} go{'es' if len(carried) == 1 else ''} {', '.join(risks)}")
        self.step("redirect", f"{status} leads to {_place(request.url)}", "; ".join(said))


def _credentials(request: WireRequest) -> list[str]:
    """The headers that say whose the request is: by their names, or because apply added them."""
    added = {key.removeprefix("header:") for key, one in request.origins.items() if one.source == "apply"}
    return [name for name, _ in request.headers if is_secret_header(name) or name in added]


def _readable(request: WireRequest) -> WireRequest:
    """``request`` as it is kept: a value of raw bytes (a digest nobody encoded) is text no file could take."""
    return replace(request, headers=tuple((name, as_read(value)) for name, value in request.headers))


def _short(text: str) -> str:
    """What a person may be told in one line of a timeline; an error may quote a whole reply."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… {len(text) - _LONGEST:,} characters more"


def _host(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


_NOT_A_TOKEN = "it is sent as the official gem sends it, but servers may refuse or ignore it."
_PURPOSES = {
    "request": "",
    "retry": "the same request, once more",
    "acquire": "made by acquire",
    "refresh": "asks for a new token",
    "redirect": "where the reply pointed to",
    "digest": "with the answer to the Digest challenge",
}


@functools.lru_cache(maxsize=256)
def _is_secret(name: str, of_text: bool) -> bool:
    """Of a number only where the name can mean nothing else."""
    return is_secret_parameter(name) or is_secret_header(name) if of_text else is_secret(name, 10**SHORTEST)


def _place(url: str) -> str:
    """Host and path; queries may carry keys."""
    return _shown(url.partition("?")[0])


@functools.lru_cache(maxsize=64)
def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
