"""What several kinds share: form items, the token request, and the lambdas made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designer.connection import signals
from designer.connection.code import Writer
from designer.connection.form import NAME_AND_VALUE, Choice, Column, FormItem, row
from designer.connection.kinds import conditions
from designer.connection.sketch import (
    AuthorizationSketch,
    Call,
    LambdaSketch,
    Pairs,
    Pick,
    Request,
    Scalar,
    Text,
    Value,
    When,
)
from designer.ruby.values import RubyCode, RubyValue

Rows = list[dict[str, str]]

# --- form items -------------------------------------------------------------------------------------------------------

TOKEN_HEADER = FormItem(
    "headers",
    "Headers on every request",
    "table",
    "Where the token goes. Most APIs expect Authorization: Bearer and the token.",
    columns=NAME_AND_VALUE,
    extra_chips=("access_token",),
    slot="apply",
)
QUERY = FormItem(
    "params",
    "Query on every request",
    "table",
    "Parameters added to the URL of every request.",
    columns=NAME_AND_VALUE,
    optional=True,
    advanced=True,
    extra_chips=("access_token",),
    slot="apply",
)
BODY = FormItem(
    "payload",
    "Body on every request",
    "table",
    "Values added to the body of every request that has one.",
    columns=NAME_AND_VALUE,
    optional=True,
    advanced=True,
    extra_chips=("access_token",),
    slot="apply",
)
KEEP = FormItem(
    "keep",
    "Kept from the reply",
    "table",
    "Settings and where the reply holds them, with dots between steps: data.token. Without rows the whole reply "
    "is kept.",
    columns=(Column("name", "Setting", "text", "access_token"), Column("value", "In the reply", "text", "data.token")),
    advanced=True,
    slot="acquire",
)
REFRESH_ON = FormItem(
    "refresh_on",
    "Renew after",
    "chips",
    "Failures after which a new token is fetched, once: a status such as 401, or a /regex/ over message and body.",
    suggestions=("401", "403"),
    slot="refresh_on",
)
DETECT_ON = FormItem(
    "detect_on",
    "Failures in disguise",
    "chips",
    "Replies with a good status whose body says that the token is no longer valid, as /regex/.",
    optional=True,
    advanced=True,
    slot="detect_on",
)
SCOPES = FormItem(
    "scopes", "Scopes", "chips", "What the connection may do, one scope a chip.", optional=True, slot="acquire"
)
REQUEST_HEADERS = FormItem(
    "request_headers",
    "Headers of the token request",
    "table",
    "Some providers want an Accept or version header here.",
    columns=NAME_AND_VALUE,
    optional=True,
    advanced=True,
    slot="acquire",
)
EXTRAS = FormItem(
    "extras",
    "More parameters of the token request",
    "table",
    "Such as audience or resource.",
    columns=NAME_AND_VALUE,
    optional=True,
    advanced=True,
    slot="acquire",
)
CLIENT_AUTH = FormItem(
    "client_auth",
    "Client credentials go",
    "choice",
    "How the provider wants to be told who the client is (RFC 6749, section 2.3.1).",
    choices=(Choice("body", "Into the body"), Choice("basic", "Into a Basic header"), Choice("none", "Nowhere")),
    advanced=True,
    slot="acquire",
)
FORMAT = FormItem(
    "format",
    "Token request is sent as",
    "choice",
    "OAuth providers expect a form; some other logins take JSON.",
    choices=(Choice("form", "Form"), Choice("json", "JSON"), Choice("query", "Query of the URL")),
    advanced=True,
    slot="acquire",
)
EXACT_HEADERS = FormItem(
    "exact_headers",
    "Headers in exactly this spelling",
    "table",
    "The SDK capitalises the names of headers; these stay as written (case_sensitive_headers), for servers that look "
    "at upper and lower case.",
    columns=NAME_AND_VALUE,
    optional=True,
    advanced=True,
    slot="apply",
)
_APPLIED = {
    "headers": "headers",
    "exact_headers": "case_sensitive_headers",
    "params": "params",
    "payload": "payload",
}


# --- writing ----------------------------------------------------------------------------------------------------------


def apply_lambda(params: Mapping[str, Any], writer: Writer, *, oauth2: bool = False) -> RubyCode:
    """``apply`` that sets the headers, query and body of the tables ``headers``, ``exact_headers``, ``params`` and
    ``payload``, and the headers of ``conditional`` where a request is of their kind."""
    inner = writer.with_locals("access_token") if oauth2 else writer
    return inner.proc(("connection", "access_token") if oauth2 else ("connection",), apply_lines(params, inner))


def apply_lines(params: Mapping[str, Any], writer: Writer) -> list[str]:
    """The body of such an ``apply``; its calls stand in the order of the tables."""
    body: list[str] = []
    for name in dict.fromkeys([*(name for name in params if name in _APPLIED), *_APPLIED]):
        pairs = writer.rows(params.get(name) or (), strings=name.endswith("headers"))
        if pairs:
            body += writer.call(_APPLIED[name], pairs)
    return body + conditions.write(params.get("conditional") or (), writer)


def signal_values(params: Mapping[str, Any], key: str) -> dict[str, RubyValue]:
    """``{key: [...]}`` out of signal texts, or nothing where there are none."""
    texts = params.get(key)
    return {key: [signals.from_text(text) for text in texts]} if texts else {}


def request_lines(
    writer: Writer,
    url: str,
    rows: Rows,
    format_: str,
    *,
    verb: str = "post",
    headers: Rows | None = None,
    basic: tuple[str, str] | None = None,
) -> list[str]:
    """A request whose ``rows`` are sent as ``format_`` says ("form", "json" or "query"), one chained call a line."""
    chain: list[list[str]] = []
    if headers and (pairs := writer.rows(headers, strings=True)):
        chain.append(writer.call("headers", pairs))
    if basic:
        chain += [[f"user({writer.text(basic[0])})"], [f"password({writer.text(basic[1])})"]]
    if pairs := writer.rows(rows):
        chain.append(writer.call("params" if format_ == "query" else "payload", pairs, width=60))
    if format_ == "form":
        chain.append(["request_format_www_form_urlencoded"])
    lines = [f"{verb}({writer.text(url)})"]
    for first, *rest in chain:
        lines += [f"  .{first}", *(f"  {line}" for line in rest)]
    return lines


def pick(writer: Writer, path: str) -> str:
    """The part of ``response`` at a dotted path."""
    return f"response{pick_steps(writer, path)}"


def pick_steps(writer: Writer, path: str) -> str:
    """The index or ``dig`` that follows a reply."""
    steps = [step if step.isdigit() else writer.string(step) for step in path.split(".")]
    return f"[{steps[0]}]" if len(steps) == 1 else f".dig({', '.join(steps)})"


def acquire_lambda(writer: Writer, request: list[str], keep: Rows, before: Sequence[str] = ()) -> RubyCode:
    """``acquire`` of a custom authorization: the request, and a hash of what is kept of its reply."""
    kept = [writer.pair(item["name"], pick(writer, item["value"])) for item in keep if item["name"] and item["value"]]
    if not kept:
        return writer.proc(("connection",), [*before, *request])
    body = [*before, f"response = {request[0]}", *request[1:], *writer.hash(kept)]
    return writer.proc(("connection",), body)


# --- recognising ------------------------------------------------------------------------------------------------------


def template_of(value: Value | None) -> str | None:
    """The template of a text, None for anything else."""
    return value.template if isinstance(value, Text) else None


def rows_of(value: Value | None, *, header_names: bool = False, numbers: bool = False) -> Rows | None:
    """Table rows of a hash whose values are texts. ``header_names`` spells symbols as the SDK sends them
    (``x_api_key`` → ``X-Api-Key``); ``numbers`` takes numbers too, where only their text goes on the wire."""
    if value is None:
        return []
    if not isinstance(value, Pairs):
        return None
    rows: Rows = []
    for pair in value.items:
        text = template_of(pair.value)
        if numbers and isinstance(pair.value, Scalar) and type(pair.value.value) is int:
            text = str(pair.value.value)
        if text is None or not pair.key or any(pair.key == item["name"] for item in rows):
            return None
        name = pair.key
        if header_names and pair.symbol and "_" in name:
            name = "-".join(part.capitalize() for part in name.split("_"))
        rows.append(row(name, text))
    return rows


def apply_tables(sketch: LambdaSketch | None, *also: str) -> dict[str, Rows] | None:
    """The tables ``headers``, ``params`` and ``payload`` of an ``apply`` that does nothing else; ``also`` names the
    tables "exact_headers" and "conditional" where the form has them. Tables stand in the order of their calls."""
    known = {method: name for name, method in _APPLIED.items() if name != "exact_headers" or name in also}
    tables: dict[str, Rows] = {}
    for statement in sketch.statements if sketch else ():
        if isinstance(statement, Scalar) and statement.value is None:
            continue
        if isinstance(statement, When) and "conditional" in also:
            added = conditions.read(statement)
            if added is None:
                return None
            tables.setdefault("conditional", []).extend(added)
            continue
        if not isinstance(statement, Call) or statement.name not in known or "conditional" in tables:
            # A header for some requests that stands before one for all of them gives way to it: order matters.
            return None
        name = known[statement.name]
        rows = rows_of(one_hash(statement), header_names=name == "headers", numbers=name != "payload")
        table = tables.setdefault(name, [])
        if rows is None or {item["name"] for item in rows} & {item["name"] for item in table}:
            return None
        table += rows
    return tables | {name: [] for name in ("headers", "params", "payload", *also) if name not in tables}


def one_hash(call: Call) -> Value | None:
    """The one hash a call is given, with or without braces; a value that is no hash where there is another argument."""
    if call.keywords.items and not call.arguments:
        return call.keywords
    return call.arguments[0] if len(call.arguments) == 1 and not call.keywords.items else Scalar(None)


def signal_params(sketch: AuthorizationSketch, key: str) -> list[str] | None:
    """The texts of ``refresh_on`` or ``detect_on``; empty where missing, None where they hold something else."""
    value = sketch.values.get(key)
    if key in sketch.lambdas:
        return None
    if value is None:
        return []
    items = value if isinstance(value, list | tuple) else [value]
    return signals.to_texts(items)


def request_rows(request: Request) -> tuple[Rows, str] | None:
    """What a request sends and how: ``(rows, "form" | "json" | "query")``. None where it does more."""
    if request.extras or request.format not in ("json", "form"):
        return None
    if request.params is not None and request.payload is not None:
        return None
    if request.params is not None:
        rows = rows_of(request.params, numbers=True)
        return (rows, "query") if rows is not None and request.format == "json" else None
    rows = rows_of(request.payload, numbers=request.format == "form")
    return (rows, request.format) if rows is not None else None


def basic_of(request: Request) -> tuple[str, str] | None:
    """User and password templates where the request carries both."""
    user, password = template_of(request.user), template_of(request.password)
    return (user, password) if user is not None and password is not None else None


def kept_reply(sketch: LambdaSketch | None) -> tuple[Request, Rows] | None:
    """The one request of an ``acquire`` and what it keeps of the reply; no rows where it keeps everything."""
    if sketch is None:
        return None
    result = sketch.single
    if isinstance(result, Request):
        return result, []
    if not isinstance(result, Pairs) or not result.items:
        return None
    keep: Rows = []
    sources: list[Request] = []
    for pair in result.items:
        if not isinstance(pair.value, Pick) or not isinstance(pair.value.source, Request):
            return None
        path = dotted(pair.value.path)
        if path is None or any(item["name"] == pair.key for item in keep):
            return None
        sources.append(pair.value.source)
        keep.append(row(pair.key, path))
    return (sources[0], keep) if all(source == sources[0] for source in sources) else None


def dotted(path: tuple[str | int, ...]) -> str | None:
    """A path into a reply as a text with dots (``data.0.token``), or None where that would be ambiguous."""
    for step in path:
        if (isinstance(step, int) and step < 0) or (
            isinstance(step, str) and (not step or "." in step or step.isdigit())
        ):
            return None
    return ".".join(str(step) for step in path) or None


def take(rows: Rows, name: str) -> str | None:
    """Remove the row of this name and give back its value."""
    for index, item in enumerate(rows):
        if item["name"] == name:
            return rows.pop(index)["value"]
    return None


def grant_of(sketch: AuthorizationSketch) -> str | None:
    """The ``grant_type`` that ``acquire`` sends, wherever it stands."""
    acquire = sketch.lambdas.get("acquire")
    for request in acquire.requests() if acquire else ():
        for sent in (request.payload, request.params):
            if isinstance(sent, Pairs) and (grant := template_of(sent.get("grant_type"))) is not None:
                return grant
        url = template_of(request.url) or ""
        if "grant_type=" in url:
            return url.split("grant_type=", 1)[1].split("&", 1)[0]
    return None


def idle(sketch: AuthorizationSketch, key: str) -> bool:
    """Whether the lambda is missing or has an empty body."""
    if key in sketch.lambdas:
        return not sketch.lambdas[key].statements
    return key not in sketch.values or sketch.values[key] is None
