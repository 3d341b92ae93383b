"""What a run gave, told to a person: the result on stdout, everything around it on stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from designer.cli.console import Console

if TYPE_CHECKING:
    from designer.masking import Masks
    from designer.wire.model import Exchange, Outcome, WireRequest
    from designer.wire.run_secrets import Seen

_BODY = 2000
"""Characters of a body shown without ``--json``."""


def tell(
    outcome: Outcome, settings: Mapping[str, Any], console: Console, args: Mapping[str, Any] | None = None
) -> None:
    """``settings`` are those before the run: their secrets are hidden too. ``args`` are those of a request."""
    from designer.wire.failures import hint_of, way_out
    from designer.wire.run_secrets import seen_of

    seen = seen_of(settings, outcome, args, reveal=console.reveal)
    masks = seen.told
    if outcome.prepared is not None:
        console.say(request_text(outcome.prepared, seen.request(None)))
    if console.verbose:
        tell_requests(outcome, seen, console)
    else:
        for index, exchange in enumerate(outcome.exchanges):
            console.note(_one_line(exchange, seen))
            if hint := hint_of(outcome, index):
                console.note(f"         {masks.text(hint)}")
    _tell_blanks(outcome, console)
    for warning in outcome.warnings:
        console.note(f"warning: {masks.text(warning)}")
    if outcome.error is not None:
        _tell_error(outcome.error, masks, console)
        if advice := way_out(outcome, args):
            console.note(f"  {masks.text(advice)}")
    elif outcome.prepared is None:
        result, masks = outcome.result, seen.result(outcome)
        console.say(
            masks.url(result)
            if isinstance(result, str)
            else json.dumps(masks.value(result), ensure_ascii=False, indent=2)
        )


def tell_requests(outcome: Outcome, seen: Seen, console: Console) -> None:
    """Every step and request of a run, for ``--verbose``."""
    _tell_steps(outcome, seen.told, console)
    for number, exchange in enumerate(outcome.exchanges, 1):
        console.note(f"--- request {number}: {exchange.purpose}")
        console.note(_exchange_text(exchange, seen))


def _tell_blanks(outcome: Outcome, console: Console) -> None:
    """What of the last request carries no credentials: a server tells no more than 401 of it."""
    from designer.wire.blanks import blank_words, blanks_of

    if outcome.prepared is None and not outcome.exchanges:
        return
    last = None if outcome.prepared is not None else len(outcome.exchanges) - 1
    for blank in blanks_of(outcome, last):
        console.note(f"note: {blank_words(blank)}")


def request_text(request: WireRequest, masks: Masks) -> str:
    """The request as it goes on the wire, secrets hidden."""
    lines = [f"{request.method} {masks.url(request.url)}"]
    lines += [f"{name}: {masks.header(name, value)}" for name, value in request.headers]
    body = _body(request.body, request.headers, masks)
    return "\n".join([*lines, "", body]) if body else "\n".join(lines)


def _exchange_text(exchange: Exchange, seen: Seen) -> str:
    text = request_text(exchange.request, seen.request(exchange))
    response, masks = exchange.response, seen.reply(exchange)
    if response is None:
        return f"{text}\n--- no reply: {masks.text(exchange.failure or '')}"
    from designer.wire.route import route

    status = masks.text(f"{response.status} {response.reason}".rstrip())
    lines = [text, *(f"--- {line}" for line in route(response)), f"--- {status}"]
    lines += [f"{name}: {masks.header(name, value)}" for name, value in response.headers]
    body = _body(response.body, response.headers, masks)
    return "\n".join([*lines, "", body]) if body else "\n".join(lines)


def _one_line(exchange: Exchange, seen: Seen) -> str:
    response = exchange.response
    answer = seen.told.text(
        f"{response.status} {response.reason}".rstrip() if response else exchange.failure or "no reply"
    )
    return (
        f"{exchange.purpose:8} {exchange.request.method} {seen.request(exchange).url(exchange.request.url)} → {answer}"
    )


def _body(body: bytes, headers: tuple[tuple[str, str], ...], masks: Masks) -> str:
    if not body:
        return ""
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    from designer.wire.paging import as_utf8, charset_of

    try:
        text = masks.body(as_utf8(body, charset_of(content_type, body)).decode(), content_type)
    except UnicodeDecodeError:
        return f"({len(body)} bytes that are not text)"
    return text if len(text) <= _BODY else f"{text[:_BODY]}… ({len(text)} characters)"


def _tell_steps(outcome: Outcome, masks: Masks, console: Console) -> None:
    from designer.wire.failures import readable, told_steps

    for step in told_steps(outcome):
        place = f"  (line {step.line})" if step.line else ""
        console.note(f"{step.kind:9} {readable(masks.text(step.title))}{place}")
        for line in step.detail.splitlines():
            console.note(f"          {masks.text(line)}")


def _tell_error(error: Mapping[str, Any], masks: Masks, console: Console) -> None:
    from designer.wire.failures import readable

    line = f" (line {error['line']})" if error.get("line") else ""
    console.note(f"error: {error['class']}: {readable(masks.text(str(error['message'])))}{line}")
    body = error.get("http_body")
    if isinstance(body, str) and body:
        console.note("  the server said: " + readable(masks.body(body), _BODY))
