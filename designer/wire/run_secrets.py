"""Every secret that a run shows: in its settings and arguments, in what it sent and in what came back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer.masking import DOTS, Masks, mask
from designer.secrecy import (
    SHORTEST,
    is_secret,
    is_secret_header,
    is_telling,
    secrets_in,
    secrets_in_body,
    secrets_in_header,
    secrets_in_url,
)
from designer.sights import LEAVES, SENT, TOLD, Sight
from designer.wire.declared import secret_settings
from designer.wire.model import Call, Exchange, Outcome, WireRequest

__all__ = [
    "Seen",
    "declared_secrets",
    "declared_values",
    "known_secrets",
    "masks_of",
    "met_secrets",
    "secrets_of_call",
    "secrets_of_run",
    "seen_of",
]

_READ = 64_000
"""Bytes of a body that are searched for secrets to hide everywhere; by their names they are hidden in all of it."""
_SURE = 8
"""Characters from which a text of a reply is hidden wherever else it stands."""


def declared_secrets(source: bytes, *settings: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Those whose fields say that they are, whatever their names (``control_type: 'password'``)."""
    if not source or not any(settings):
        return
    names = secret_settings(source)
    for given in settings if names else ():
        yield from declared_values(names, given or {})


def declared_values(names: Collection[str], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands under one of ``names``, at any depth."""
    for name, value in given.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, Mapping):
                yield from declared_values(names, one)
            elif name in names and isinstance(one, str | int | float) and not isinstance(one, bool):
                if len(str(one)) >= SHORTEST:
                    yield name, str(one)


def secrets_of_call(call: Call) -> Iterator[tuple[str, str]]:
    """Name and value of those among settings and arguments, headers and URLs of a console's request too."""
    for source in (call.settings, call.args, call.account_properties):
        yield from secrets_in(source)
    yield from declared_secrets(call.connector, call.settings)
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
    also = () if reveal else known_secrets(outcome, args or {}) | _declared(settings, outcome)
    return Masks(settings, outcome.settings_after or {}, also=also, reveal=reveal)


@dataclass(frozen=True, slots=True)
class Seen:
    """What hides a run's secrets from someone looking over the author's shoulder, on the screen and in the terminal;
    what leaves goes through ``strict``. ``sent`` is for requests, ``told`` for replies and everything else: there a
    ``code`` or a ``next_page_token`` is what the server says, unless tokens were asked for."""

    sent: Masks
    told: Masks
    strict: Masks
    declared: frozenset[str] = frozenset()
    """Settings that the connector says are secret, whatever they are called."""

    def setting(self, name: str, value: Any) -> Any:
        """The value of a setting, however short it is."""
        if isinstance(value, Mapping) and not self.strict.reveals:
            return {key: self.setting(str(key), inner) for key, inner in value.items()}
        if name in self.declared and value not in (None, "") and not self.strict.reveals:
            return mask(value) if isinstance(value, str) else DOTS
        return self.strict.value(value, name)

    def request(self, exchange: Exchange | None) -> Masks:
        """For the request of an exchange, None for one that was not sent."""
        return self.strict if exchange is not None and _asks_for_tokens(exchange) else self.sent

    def reply(self, exchange: Exchange) -> Masks:
        return self.strict if _brings_tokens(exchange) else self.told

    def result(self, outcome: Outcome) -> Masks:
        """For what a run gave: that of one which did nothing but get tokens is tokens."""
        sent = outcome.exchanges
        return self.strict if sent and all(_asks_for_tokens(one) for one in sent) else self.told


def seen_of(
    settings: Mapping[str, Any], outcome: Outcome, args: Mapping[str, Any] | None = None, *, reveal: bool = False
) -> Seen:
    """The masks for what is shown of a run."""
    strict = masks_of(settings, outcome, args, reveal=reveal)
    if reveal:
        return Seen(strict, strict, strict)
    known = _told_secrets(outcome, args or {}) | _declared(settings, outcome)
    plain = [{k: v for k, v in one.items() if not _is_word(k, v)} for one in (settings, outcome.settings_after or {})]
    sent = Masks(*plain, also=known, sight=SENT)
    return Seen(sent, sent.at(TOLD), strict, secret_settings(outcome.source))


def _is_word(name: Any, value: Any) -> bool:
    """Whether a setting such as ``state`` holds a word of the language ("open") and no secret."""
    said = str(name).lower()  # YAML has keys that are no texts
    return said in _WORDS and isinstance(value, str) and not is_telling(said, value)


_WORDS = frozenset({"authorization", "request", "state"})
_TOKEN_PURPOSES = ("acquire", "refresh")
_TOKENS = re.compile(
    rb"[\"'<:&?]((access|refresh|id)_?token|client_secret)[\"'\s]*[:=>]|^(access|refresh|id)_?token=", re.IGNORECASE
)
"""A token by its name in JSON, XML or a form."""
_GRANT = re.compile(rb"grant_type[\"'\s]*[:=>]", re.IGNORECASE)


def _asks_for_tokens(exchange: Exchange) -> bool:
    return exchange.purpose in _TOKEN_PURPOSES or _GRANT.search(exchange.request.body, 0, _READ) is not None


def _brings_tokens(exchange: Exchange) -> bool:
    """Whether a reply is one of a token endpoint that gave something; a refusal tells why, and no secret."""
    response = exchange.response
    if response is None:
        return False
    gave = response.status < 400 and _asks_for_tokens(exchange)
    return gave or _TOKENS.search(response.body, 0, _READ) is not None


def known_secrets(outcome: Outcome, args: Mapping[str, Any]) -> frozenset[str]:
    """What has to be hidden wherever a run is told of, beyond the secrets among its settings."""
    return frozenset(secret for _, secret in met_secrets(outcome, args))


def met_secrets(outcome: Outcome, args: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Name and value of each of ``known_secrets``."""
    return tuple(
        (name, secret)
        for name, secret in (*secrets_of_args(args), *secrets_of_run(outcome, most=_READ))
        if len(secret) >= _SURE and is_telling(name, secret)
    )


def _told_secrets(outcome: Outcome, args: Mapping[str, Any]) -> frozenset[str]:
    """Those that the names alone do not make: a reply's ``key`` is none, the key that a request carried is."""
    found = list(_kept(secrets_of_args(args), SENT))
    found += secrets_in(outcome.settings_after or {})
    if outcome.prepared is not None:
        found += _seen_in_request(outcome.prepared)
    for exchange in outcome.exchanges:
        asks = _asks_for_tokens(exchange)
        found += _of_request(exchange.request, _READ) if asks else _seen_in_request(exchange.request)
        response = exchange.response
        if response is not None:
            found += _of_headers(response.headers, SENT)
            body = _of_body(response.headers, response.body, _READ)
            found += body if _brings_tokens(exchange) else _kept(body, TOLD)
    return _sure(found)


def _seen_in_request(request: WireRequest) -> Iterator[tuple[str, str]]:
    yield from _kept(secrets_in_url(request.url), SENT)
    yield from _of_headers(request.headers, SENT)
    yield from _kept(_of_body(request.headers, request.body, _READ), SENT)


def _kept(found: Iterable[tuple[str, str]], sight: Sight) -> Iterator[tuple[str, str]]:
    """Without what is hidden where it leaves by a name that is a plain word to ``sight``."""
    for name, secret in found:
        if sight.data(name, secret) or not is_secret(name, secret):
            yield name, secret


def _declared(settings: Mapping[str, Any], outcome: Outcome) -> frozenset[str]:
    return frozenset(secret for _, secret in declared_secrets(outcome.source, settings, outcome.settings_after))


def _sure(found: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(secret for name, secret in found if len(secret) >= _SURE and is_telling(name, secret))


def _of_request(request: WireRequest, most: int | None) -> Iterator[tuple[str, str]]:
    yield from secrets_in_url(request.url)
    yield from _of_message(request.headers, request.body, most)


def _of_reply(exchange: Exchange, most: int | None) -> Iterator[tuple[str, str]]:
    if exchange.response is not None:
        yield from _of_message(exchange.response.headers, exchange.response.body, most)


def _of_message(headers: tuple[tuple[str, str], ...], body: bytes, most: int | None) -> Iterator[tuple[str, str]]:
    yield from _of_headers(headers)
    yield from _of_body(headers, body, most)


def _of_headers(headers: tuple[tuple[str, str], ...], sight: Sight = LEAVES) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if is_secret_header(name):
            yield from secrets_in_header(name, value) if sight.header(name) else ()
        else:
            yield from _kept(secrets_in_header(name, value), sight)


def _of_body(headers: tuple[tuple[str, str], ...], body: bytes, most: int | None) -> Iterator[tuple[str, str]]:
    if body and (most is None or len(body) <= most):
        kind = next((value for name, value in reversed(headers) if name.lower() == "content-type"), "")
        yield from secrets_in_body(body.decode("utf-8", "replace"), kind)
