"""The token request of client credentials, password and session logins: recognised and written the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from designer.connection.code import Writer
from designer.connection.form import FormItem, row
from designer.connection.kinds.base import Recognition
from designer.connection.kinds.common import (
    Rows,
    acquire_lambda,
    apply_lambda,
    apply_tables,
    basic_of,
    kept_reply,
    request_lines,
    request_rows,
    rows_of,
    signal_params,
    signal_values,
    take,
    template_of,
)
from designer.connection.sketch import AuthorizationSketch, Request
from designer.connection.template import chips
from designer.ruby.values import RubyValue

__all__ = [
    "TOKEN_URL",
    "client_rows",
    "open_slots",
    "recognise_grant",
    "recognised",
    "render_grant",
    "render_rest",
    "split_client",
    "split_scopes",
]

TOKEN_URL = FormItem(
    "token_url",
    "Token URL",
    "template",
    "Where tokens are issued. A whole URL, or a path below the base URI.",
    placeholder="https://auth.example.com/oauth/token",
    slot="acquire",
)


def client_rows(params: Mapping[str, Any]) -> tuple[Rows, tuple[str, str] | None]:
    """What tells the provider who the client is: rows for the body, or the pair for the Basic header."""
    if params["client_auth"] == "basic":
        return [], (params["client_id"], params["client_secret"])
    rows: Rows = []
    if params["client_auth"] == "body":
        rows = [row("client_id", params["client_id"])]
        rows += [row("client_secret", params["client_secret"])] if params["client_secret"] else []
    return rows, None


def split_client(request: Request, rows: Rows) -> dict[str, str] | None:
    """Take the client credentials out of a request's rows, or out of its Basic header."""
    if request.user is not None or request.password is not None:
        basic = basic_of(request)
        return {"client_auth": "basic", "client_id": basic[0], "client_secret": basic[1]} if basic else None
    client_id = take(rows, "client_id")
    if client_id is None:
        return {"client_auth": "none", "client_id": "", "client_secret": ""}
    return {"client_auth": "body", "client_id": client_id, "client_secret": take(rows, "client_secret") or ""}


def split_scopes(rows: Rows) -> list[str]:
    """Take a fixed scope out of the rows as a list; one that reads a setting stays a row."""
    for item in rows:
        if item["name"] == "scope" and not chips(item["value"]) and item["value"] == " ".join(item["value"].split()):
            return (take(rows, "scope") or "").split()
    return []


class AcquireRequest(NamedTuple):
    """The one request of an ``acquire`` as forms see it: where to (a template), what is sent and in which format, with
    which headers, and what is kept of the reply."""

    request: Request
    url: str
    rows: Rows
    format: str
    headers: Rows
    keep: Rows


def acquire_request(sketch: AuthorizationSketch) -> AcquireRequest | None:
    """What ``acquire`` asks for, or None where it does more than a form can say."""
    kept = kept_reply(sketch.lambdas.get("acquire"))
    if kept is None:
        return None
    request, keep = kept
    url, sent = template_of(request.url), request_rows(request)
    headers = rows_of(request.headers, header_names=True)
    if url is None or sent is None or headers is None:
        return None
    return AcquireRequest(request, url, *sent, headers, keep)


def recognise_grant(sketch: AuthorizationSketch, grant: str, named: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """The form values of ``acquire`` for an OAuth grant; ``named`` are rows with an item of their own."""
    made = acquire_request(sketch)
    if made is None or made.request.verb != "post":
        return None
    rows = made.rows
    if take(rows, "grant_type") != grant:
        return None
    client = split_client(made.request, rows)
    own = {name: take(rows, name) for name in named}
    if client is None or None in own.values():
        return None
    scopes = split_scopes(rows)
    return {
        "token_url": made.url,
        **client,
        **own,
        "scopes": scopes,
        "extras": rows,
        "format": made.format,
        "request_headers": made.headers,
        "keep": made.keep,
    }


def render_grant(
    params: Mapping[str, Any], grant: str, writer: Writer, named: tuple[str, ...] = ()
) -> dict[str, RubyValue]:
    """``acquire`` for an OAuth grant, nothing where the form does not reach it."""
    if "token_url" not in params:
        return {}
    client, basic = client_rows(params)
    rows = [row("grant_type", grant), *(row(name, params[name]) for name in named), *client]
    if params["scopes"]:
        rows.append(row("scope", " ".join(params["scopes"])))
    rows += params["extras"]
    request = request_lines(
        writer, params["token_url"], rows, params["format"], headers=params["request_headers"], basic=basic
    )
    return {"acquire": acquire_lambda(writer, request, params["keep"])}


def open_slots(
    sketch: AuthorizationSketch, found: Mapping[str, Mapping[str, Any] | None]
) -> tuple[dict[str, Any], set[str]]:
    """Add what all token kinds have in common: ``apply`` and the signals. ``found`` maps keys to their form values,
    None where the code there says more than the form can."""
    parts: dict[str, Mapping[str, Any] | None] = dict(found)
    parts["apply"] = apply_tables(sketch.apply)
    for key in ("refresh_on", "detect_on"):
        texts = signal_params(sketch, key)
        parts[key] = None if texts is None else {key: texts}
    params = {name: value for part in parts.values() if part is not None for name, value in part.items()}
    return params, {key for key, part in parts.items() if part is None}


def recognised(params: dict[str, Any], opaque: set[str]) -> Recognition | None:
    """A recognition, where at least one lambda is within the form's reach."""
    return Recognition(params, frozenset(opaque)) if set(params) - {"refresh_on", "detect_on"} else None


def rest_defaults(token: str = "access_token") -> dict[str, Any]:
    """What ``render_rest`` writes to begin with: the setting ``token`` as a bearer, renewed when it is refused."""
    return {
        "headers": [row("Authorization", f"Bearer #{{{token}}}")],
        "params": [],
        "payload": [],
        "refresh_on": ["401"],
        "detect_on": [],
    }


def render_rest(params: Mapping[str, Any], writer: Writer, *, oauth2: bool = False) -> dict[str, RubyValue]:
    """``refresh_on``, ``detect_on`` and ``apply``."""
    keys = signal_values(params, "refresh_on") | signal_values(params, "detect_on")
    if "headers" in params:
        keys["apply"] = apply_lambda(params, writer, oauth2=oauth2)
    return keys
