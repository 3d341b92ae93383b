"""Outcomes as the JSON of ``exec --json`` and ``batch``."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from designer.evaluator import CannotEvaluate, EvaluationError, RString, RubyError, error_json, export
from designer.ruby import Document
from designer.wire.headers import as_read

if TYPE_CHECKING:
    from designer.wire.model import Exchange, Outcome, WireRequest, WireResponse
    from designer.wire.statuses import RestError

_REQUEST_FAILED = "Workato::Connector::Sdk::RequestFailedError"


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """``requests`` are those that reached a server; a prepared one (dry run) stands there too, without a response."""
    requests = [exchange_json(e) for e in outcome.exchanges if e.arrived]
    if outcome.prepared is not None:
        requests.append({**request_json(outcome.prepared), "response": None})
    return {
        "result": outcome.result,
        "error": None if outcome.error is None else dict(outcome.error),
        "requests": requests,
        "settings_after": None if outcome.settings_after is None else dict(outcome.settings_after),
        "warnings": [*outcome.warnings, *(_unsent(e) for e in outcome.exchanges if not e.arrived)],
    }


def _unsent(exchange: Exchange) -> str:
    """A request that no server saw is none of ``requests``; a program hears of it all the same."""
    request = exchange.request
    return f"{request.method} {request.url} reached no server: {exchange.failure or 'it was not sent'}"


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """An entry of ``requests``: the request, and its ``response`` or None. The shape is in the reference."""
    response = None if exchange.response is None else response_json(exchange.response)
    return {**request_json(exchange.request), "response": response}


def request_json(request: WireRequest) -> dict[str, Any]:
    """Header values are what a server reads: bytes that are UTF-8 as text, others as latin-1."""
    return {
        "method": request.method,
        "url": request.url,
        "path": request.target,
        "headers": _joined((n, as_read(v)) for n, v in request.headers),
        "header_names": [name for name, _ in request.headers],
        "body": text_or_base64(request.body),
    }


def response_json(response: WireResponse) -> dict[str, Any]:
    """``{"status", "headers", "body"}``; a repeated header is joined with ``", "``."""
    return {
        "status": response.status,
        "headers": _joined(response.headers),
        "body": text_or_base64(response.body),
    }


def text_or_base64(data: bytes) -> str | dict[str, str]:
    """UTF-8 text, or ``{"$base64"}`` for bytes that are none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"$base64": base64.b64encode(data).decode("ascii")}


def evaluation_error(error: EvaluationError) -> dict[str, Any]:
    """The error of an outcome; a failed request adds what the server said."""
    report = error_json(error)
    if isinstance(error, RubyError) and error.ruby_class_name == _REQUEST_FAILED:
        given = error.exception.attributes
        body = given.get("response")
        report["http_code"] = given.get("code")
        report["http_body"] = export(body) if isinstance(body, RString) else None
        report["method"] = export(given.get("method"))
    return report


def syntax_error(source: bytes, report: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what is wrong with the text, as ``check`` tells it: the part to run may only show where it ends."""
    issues = Document.parse(source).issues
    if not issues:
        return dict(report)
    line = report.get("line") or 0
    told = min(issues, key=lambda issue: abs(issue.line - line))
    kept = {name: value for name, value in report.items() if name != "name"}
    message = f"The code has a syntax error: {told.message}"
    return {**kept, "class": "Designer::SyntaxError", "message": message, "line": told.line}


def rest_error(error: RestError) -> dict[str, Any]:
    """A failure of a token request that no lambda was around."""
    report: dict[str, Any] = {"class": error.ruby_class, "message": error.message}
    if error.reply is not None:
        report["http_code"] = error.reply.code
        report["http_body"] = text_or_base64(error.reply.body)
    return report


def settings_json(settings: Any) -> Mapping[str, Any]:
    """The settings as JSON values; nothing where one of them cannot be told as such."""
    try:
        exported = export(settings)
    except CannotEvaluate:
        return {}
    return exported if isinstance(exported, dict) else {}


def _joined(headers: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found
