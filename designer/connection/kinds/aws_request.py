"""A request signed with ``aws.generate_signature``: service, region, host, path and what goes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.connection.code import Writer
from designer.connection.form import row
from designer.connection.kinds.common import dotted, pick_steps, rows_of, template_of
from designer.connection.sketch import SIGNATURE, Call, LambdaSketch, Pick, Request, Scalar, Settings, Value
from designer.ruby.values import RubyCode

__all__ = ["REPLIES", "VERBS", "WHO_AM_I", "read", "write"]

VERBS = ("get", "head", "delete")
"""Methods that send no body: what is signed is what the form shows."""

REPLIES = {"json": "", "xml": "response_format_xml", "raw": "response_format_raw"}
"""How the reply is read, and the method that says so."""

WHO_AM_I: dict[str, Any] = {
    "verb": "get",
    "service": "sts",
    "region": "#{aws_region}",
    "host": "",
    "path": "/",
    "params": [row("Action", "GetCallerIdentity"), row("Version", "2011-06-15")],
    "headers": [row("Accept", "application/json")],
    "reply": "json",
    "pick": "",
}
"""What every key and role may ask (AWS STS API reference, GetCallerIdentity)."""

_TEXTS = ("service", "region", "host", "path")
_KNOWN = {"connection", *_TEXTS, "method", "params", "headers"}


def read(sketch: LambdaSketch) -> dict[str, Any] | None:
    """The form values of a lambda that makes one signed request, None where it does more."""
    value: Value | None = sketch.single
    place: str | None = ""
    if isinstance(value, Pick) and isinstance(value.source, Request):
        place, value = dotted(value.path), value.source
    if not isinstance(value, Request) or place is None or value.verb not in VERBS:
        return None
    signature, reply = value.signature, _reply(value)
    if signature is None or reply is None or value.url != Pick(signature, ("url",)):
        return None
    if any(part is not None for part in (value.params, value.payload, value.headers, value.user, value.password)):
        return None
    said = _signed(signature, value.verb)
    return said | {"verb": value.verb, "reply": reply, "pick": place} if said is not None else None


def write(params: Mapping[str, Any], writer: Writer) -> RubyCode:
    """The lambda that makes the request."""
    given = ["connection: connection"]
    given += [
        f"{name}: {writer.text(params[name])}" for name in _TEXTS if params[name] or name in ("service", "region")
    ]
    given.append(f"method: {writer.string(params['verb'].upper())}")
    for name in ("params", "headers"):
        if pairs := writer.rows(params[name], strings=name == "headers"):
            opening, *rest = writer.hash(pairs)
            given.append("\n  ".join([f"{name}: {opening}", *rest]))
    opening, *rest = writer.call(SIGNATURE, given, width=0)
    lines = [f"signature = {opening}", *(line for each in rest for line in each.split("\n"))]
    lines += [f"{params['verb']}(signature[:url])", "  .headers(signature[:headers])"]
    if REPLIES[params["reply"]]:
        lines.append(f"  .{REPLIES[params['reply']]}")
    if params["pick"]:
        lines[-1] += pick_steps(writer, params["pick"])
    return writer.proc(("connection",), lines)


def _reply(request: Request) -> str | None:
    """How the reply of a signed request is read; None where something else is chained onto it."""
    extras = sorted(request.extras)
    if request.format != "json":
        return None
    return next(
        (name for name, method in REPLIES.items() if extras == sorted(filter(None, ("signature", method)))), None
    )


def _signed(signature: Call, verb: str) -> dict[str, Any] | None:
    given = {pair.key: pair.value for pair in signature.keywords.items}
    if signature.arguments or not {"connection", "service", "region"} <= set(given) <= _KNOWN:
        return None
    method = template_of(given.get("method")) or ("GET" if "method" not in given else None)
    if given["connection"] != Settings() or method is None or method.upper() != verb.upper():
        return None
    texts = {name: template_of(given[name]) if name in given else "" for name in _TEXTS}
    if given.get("host") == Scalar(None):
        texts["host"] = ""
    params, headers = rows_of(given.get("params"), numbers=True), rows_of(given.get("headers"))
    if None in texts.values() or params is None or headers is None:
        return None
    return {**texts, "params": params, "headers": headers}
