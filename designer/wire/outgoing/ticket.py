"""A run as a report for a bug ticket: everything another person needs to see, and no secret."""

from __future__ import annotations

import datetime
import hashlib

from designer.masking import Masks
from designer.wire.model import Exchange, Outcome
from designer.wire.outgoing.raw import raw
from designer.wire.outgoing.secrecy import Masked, joined
from designer.wire.route import route

__all__ = ["ticket"]

_MOST = 4000
"""Characters of a reply's body that are quoted."""
_FENCE = "````"


def ticket(
    outcome: Outcome, masks: Masks, *, title: str, started: datetime.datetime, source: bytes, version: str
) -> str:
    """The report as Markdown. ``source`` is the connector's text: only its digest is told, to know it again by."""
    digest = hashlib.sha256(source).hexdigest()[:12]
    lines = [
        f"# {masks.url(title)}",
        "",
        f"- When: {started.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"- With: Connection Designer {version}, connector {digest} (SHA-256), {len(source)} bytes",
        f"- Outcome: {_result(outcome, masks)}",
    ]
    lines += [f"- Warning: {masks.text(warning)}" for warning in outcome.warnings]
    if outcome.steps:
        lines += ["", "## What happened", ""]
        for number, step in enumerate(outcome.steps, 1):
            place = f" (line {step.line})" if step.line else ""
            detail = f": {masks.text(step.detail)}" if step.detail else ""
            lines.append(f"{number}. {step.kind}: {masks.url(step.title)}{detail}{place}")
    for number, exchange in enumerate(outcome.exchanges, 1):
        lines += ["", f"## Request {number} ({exchange.purpose})", "", *_exchange(exchange, masks)]
    if outcome.prepared is not None and not outcome.exchanges:
        lines += ["", "## Prepared, not sent", "", *_fenced(raw(outcome.prepared, Masked(masks)))]
    lines += ["", "Secrets were taken out: known settings, and what is a secret by its name."]
    return "\n".join(lines) + "\n"


def _result(outcome: Outcome, masks: Masks) -> str:
    error = outcome.error
    if error is None:
        return "succeeded" if outcome.prepared is None else "prepared, nothing sent"
    where = f", line {error['line']}" if error.get("line") else ""
    return f"{error['class']}: {masks.body(str(error['message']))}{where}"


def _exchange(exchange: Exchange, masks: Masks) -> list[str]:
    hide = Masked(masks)
    lines = _fenced(raw(exchange.request, hide))
    response = exchange.response
    if response is None:
        return [*lines, "", f"No reply: {masks.text(exchange.failure or 'not known why')}"]
    kind = next((value for name, value in response.headers if name.lower() == "content-type"), "")
    try:
        body = joined(hide.body(response.body.decode("utf-8"), kind))
    except UnicodeDecodeError:
        body = f"({len(response.body)} bytes that are not text)"
    if len(body) > _MOST:
        body = f"{body[:_MOST]}\n… {len(body) - _MOST} more characters"
    head = [masks.text(f"{response.http_version} {response.status} {response.reason}".rstrip())]
    head += [f"{name}: {joined(hide.header(name, value))}" for name, value in response.headers]
    return [*lines, "", *_fenced("\n".join([*head, "", body])), "", f"Over: {'; '.join(route(response))}"]


def _fenced(text: str) -> list[str]:
    fence = _FENCE
    while fence in text:
        fence += "`"
    return [f"{fence}http", text.replace("\r\n", "\n").rstrip("\n"), fence]
