"""A run on tape: the same operation made once more with its secrets replaced, answered by what the server said.

The requests on the tape are the ones that the connector itself makes with the replaced secrets, so its signatures fit,
and a test that replays it with those settings passes. Nothing is sent.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from designer.errors import UserError
from designer.secrecy import COOKIE_PAIR, SHORTEST, is_telling
from designer.wire.engine import YamlCodec
from designer.wire.model import Call, Exchange, Outcome, WireRequest, WireResponse
from designer.wire.operations import run
from designer.wire.run_secrets import masks_of, secrets_of_call, secrets_of_run
from designer.wire.stand_ins import PRIVATE_KEY, stand_ins, still_there, swapped, swapped_text
from designer.wire.transport import Cancel

__all__ = ["CannotTape", "Tape", "tape"]

TESTABLE = ("test", "acquire", "refresh", "refresh_raw", "action", "method", "request")
_LATER = datetime.timedelta(hours=1)


class CannotTape(UserError):
    """The run cannot become a test; the message says why."""


@dataclass(frozen=True, slots=True)
class Tape:
    """``call`` has the replaced settings and arguments, ``outcome`` what it comes to with them.

    ``frozen`` is the moment (RFC 3339) the clock has to stand at, None where nothing depends on it. ``steady`` says
    which parts of its requests are the same whenever they are made, out of "uri" and "body"; ``headers`` are the names
    (lower case) of those that are.
    """

    call: Call
    outcome: Outcome
    moment: str
    frozen: str | None
    steady: frozenset[str]
    headers: frozenset[str]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return self.outcome.exchanges


def tape(call: Call, outcome: Outcome, *, at: datetime.datetime, yaml: YamlCodec | None = None) -> Tape:
    """The tape of a run of ``call`` that gave ``outcome`` and began ``at``. Raises ``CannotTape``."""
    _check(call, outcome)
    swaps = _swaps(call, outcome)
    scrubbed = replace(
        call,
        settings=swapped(dict(call.settings), swaps),
        args=swapped(dict(call.args), swaps),
        account_properties=swapped(dict(call.account_properties), swaps),
        dry_run=False,
    )
    replies = [_scrubbed(one.response, swaps) for one in outcome.exchanges if one.response is not None]
    moment = at.astimezone(datetime.UTC)
    first = _replay(scrubbed, replies, moment, "1", yaml)
    same_time = _replay(scrubbed, replies, moment, "2", yaml)
    later = _replay(scrubbed, replies, moment + _LATER, "1", yaml)
    if (outcome.error is None) != (first.error is None) or len(first.exchanges) != len(outcome.exchanges):
        why = f" It then says: {first.error['message']}." if first.error is not None else ""
        raise CannotTape(
            f"With its secrets replaced the connector does something else.{why}",
            "It may read the form of a secret, such as the region in a key. Record with throw-away credentials.",
        )
    _check_clean(scrubbed, first, swaps)
    by_chance = _same(first, same_time)
    by_clock = _same(first, later)
    # Chance cannot be pinned in a test, the clock can.
    frozen = moment.isoformat(timespec="seconds").replace("+00:00", "Z") if by_chance != by_clock else None
    parts = frozenset({"uri", "body"})
    return Tape(scrubbed, first, moment.isoformat(), frozen, by_chance & parts, frozenset(by_chance - parts))


def _check(call: Call, outcome: Outcome) -> None:
    if call.operation not in TESTABLE:
        raise CannotTape(f"{call.operation} is no run that a test could repeat.", f"These are: {', '.join(TESTABLE)}.")
    if not outcome.exchanges:
        said = "" if outcome.error is None else f"{outcome.error['class']}: {outcome.error['message']}"
        why = masks_of(call.settings, outcome, call.args).text(said)
        raise CannotTape("The run sent no request, so there is nothing to record.", why and f"It ended in {why}.")
    lost = next((one for one in outcome.exchanges if one.response is None), None)
    if lost is not None:
        raise CannotTape(
            "A request without a reply cannot be put on tape.", lost.failure or "Send again when the server answers."
        )
    if outcome.error is not None and str(outcome.error["class"]).startswith("Designer::"):
        raise CannotTape(f"The run ended here and not in Ruby: {outcome.error['message']}.")
    if any(isinstance(value, bytes) for value in _leaves(call.args)):
        raise CannotTape("Files are not put on tape.", "Send the same request with texts as its parts.")


def _replay(
    call: Call, replies: list[WireResponse], at: datetime.datetime, seed: str, yaml: YamlCodec | None
) -> Outcome:
    waiting = list(replies)

    class Replay:
        def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:  # noqa: ARG002
            if not waiting:
                raise CannotTape("With its secrets replaced the connector makes more requests than it did.")
            return waiting.pop(0)

    return run(replace(call, at=at.isoformat(), random={"seed": seed}), Replay(), yaml=yaml)


def _same(one: Outcome, other: Outcome) -> frozenset[str]:
    """What is the same in all requests of both: "uri", "body", and names of headers in lower case."""
    names = {name.lower() for exchange in one.exchanges for name, _ in exchange.request.headers} | {"uri", "body"}
    if len(one.exchanges) != len(other.exchanges):
        return frozenset()
    for left, right in zip(one.exchanges, other.exchanges, strict=True):
        if left.request.url != right.request.url:
            names.discard("uri")
        if left.request.body != right.request.body:
            names.discard("body")
        before, after = (_grouped(exchange.request) for exchange in (left, right))
        names -= {name for name in (*before, *after) if before.get(name) != after.get(name)}
    return frozenset(names)


def _grouped(request: WireRequest) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for name, value in request.headers:
        made.setdefault(name.lower(), []).append(value)
    return made


def _swaps(call: Call, outcome: Outcome) -> dict[str, str]:
    """Every secret that is known, and what stands for it."""
    code = call.connector.decode("utf-8", "replace")
    given = list(secrets_of_call(call))
    named = {secret for _, secret in given}
    keys = [("private_key", text) for text in _leaves((call.settings, call.args)) if _is_key(text)]
    # What stands in the connector's code is in the repository already, and a request made from it has to fit.
    met = [(name, secret) for name, secret in secrets_of_run(outcome) if secret in named or secret not in code]
    telling = [(name, secret) for name, secret in (*given, *met) if is_telling(name, secret) or (name, secret) in given]
    return stand_ins(pair for pair in (*keys, *telling) if len(pair[1]) >= SHORTEST)


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and not value.lstrip().startswith("{") and PRIVATE_KEY.search(value) is not None


def _scrubbed(response: WireResponse, swaps: Mapping[str, str]) -> WireResponse:
    """The reply with every secret replaced, however it is spelled there, and its length put right."""
    body = swapped_text(response.body.decode("utf-8", "surrogateescape"), swaps).encode("utf-8", "surrogateescape")
    dropped = ("content-encoding", "transfer-encoding")
    lengths = {"content-length": str(len(body))}
    headers = tuple(
        (swapped_text(name, swaps), lengths.get(name.lower()) or _header(name, value, swaps))
        for name, value in response.headers
        if name.lower() not in dropped
    )
    return replace(response, reason=swapped_text(response.reason, swaps), headers=headers, body=body)


def _header(name: str, value: str, swaps: Mapping[str, str]) -> str:
    swapped = swapped_text(value, swaps)
    if name.lower() != "set-cookie":
        return swapped
    # However short it is, a session's cookie lets in whoever has it.
    return COOKIE_PAIR.sub(
        lambda match: f"{match[1]}COOKIE" if match[2] and match[2] in value else match[0], swapped, count=1
    )


def _check_clean(call: Call, outcome: Outcome, swaps: Mapping[str, str]) -> None:
    """No secret may have come through, in whatever spelling."""
    given = [call.settings, call.args, outcome.result, outcome.error, outcome.settings_after]
    parts = [json.dumps(one, default=str, ensure_ascii=False) for one in given]
    for exchange in outcome.exchanges:
        request, response = exchange.request, exchange.response
        parts += [
            request.url,
            *(text for header in request.headers for text in header),
            request.body.decode("utf-8", "replace"),
        ]
        if response is not None:
            parts += [
                response.reason,
                *(text for header in response.headers for text in header),
                response.body.decode("utf-8", "replace"),
            ]
    if still_there("\0".join(parts), swaps) is not None:
        raise CannotTape(
            "A secret could not be taken out of the recording.",
            "The reply repeats it in a form of its own; record with throw-away credentials.",
        )


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
