"""Every secret that a run shows: in its settings and arguments, in what it sent and in what came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from designer.masking import Masks
from designer.secret_places import (
    is_telling,
    secrets_in,
    secrets_in_body,
    secrets_in_header,
    secrets_in_url,
)
from designer.wire.model import Call, Exchange, Outcome, WireRequest

__all__ = ["known_secrets", "masks_of", "secrets_of_call", "secrets_of_run"]

_READ = 64_000
"""Bytes of a body that are searched for secrets to hide everywhere; by their names they are hidden in all of it."""
_MOST = 40
"""Secrets that are hidden everywhere, in the order they were met; a list of thousands of tokens is hidden by its names
alone, for each one more is looked for in every text."""
_SURE = 8
"""Characters from which a text of a reply is hidden wherever else it stands."""


def secrets_of_call(call: Call) -> Iterator[tuple[str, str]]:
    """Name and value of those among settings and arguments, headers and URLs of a console's request too."""
    for source in (call.settings, call.args, call.account_properties):
        yield from secrets_in(source)
    yield from secrets_of_args(call.args)


def secrets_of_args(args: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Those of a console's request: of its URL, its headers and a body that is a text."""
    url = args.get("url")
    if isinstance(url, str):
        yield from secrets_in_url(url)
    for link in args.get("chain") or ():
        match link:
            case ["headers", dict() as headers]:
                for name, value in headers.items():
                    yield from secrets_in_header(str(name), str(value))
            case ["request_body", str() as body]:
                yield from secrets_in_body(body)


def secrets_of_run(outcome: Outcome, *, most: int | None = None) -> Iterator[tuple[str, str]]:
    """Those of what was sent, what came back and what the settings became. Bodies longer than ``most`` bytes are not
    searched."""
    yield from secrets_in(outcome.settings_after or {})
    if outcome.prepared is not None:
        yield from _of_request(outcome.prepared, most)
    for exchange in outcome.exchanges:
        yield from _of_request(exchange.request, most)
        yield from _of_reply(exchange, most)


def masks_of(
    settings: Mapping[str, Any], outcome: Outcome, args: Mapping[str, Any] | None = None, *, reveal: bool = False
) -> Masks:
    """Hides every secret that a run knew before and after, and that was met on its way."""
    also = () if reveal else known_secrets(outcome, args or {})
    return Masks(settings, outcome.settings_after or {}, also=also, reveal=reveal)


def known_secrets(outcome: Outcome, args: Mapping[str, Any]) -> frozenset[str]:
    """What has to be hidden wherever a run is told of, beyond the secrets among its settings."""
    found: set[str] = set()
    for name, secret in (*secrets_of_args(args), *secrets_of_run(outcome, most=_READ)):
        if len(secret) >= _SURE and is_telling(name, secret):
            found.add(secret)
            if len(found) == _MOST:
                break
    return frozenset(found)


def _of_request(request: WireRequest, most: int | None) -> Iterator[tuple[str, str]]:
    yield from secrets_in_url(request.url)
    yield from _of_message(request.headers, request.body, most)


def _of_reply(exchange: Exchange, most: int | None) -> Iterator[tuple[str, str]]:
    if exchange.response is not None:
        yield from _of_message(exchange.response.headers, exchange.response.body, most)


def _of_message(headers: tuple[tuple[str, str], ...], body: bytes, most: int | None) -> Iterator[tuple[str, str]]:
    kind = ""
    for name, value in headers:
        kind = value if name.lower() == "content-type" else kind
        yield from secrets_in_header(name, value)
    if body and (most is None or len(body) <= most):
        yield from secrets_in_body(body.decode("utf-8", "replace"), kind)
