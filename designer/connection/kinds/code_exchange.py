"""``acquire`` and ``refresh`` of an OAuth 2.0 connection that fetches its tokens itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from designer.connection.code import Writer
from designer.connection.form import Choice, Column, FormItem, row
from designer.connection.kinds.base import Params
from designer.connection.kinds.common import (
    EXTRAS,
    KEEP,
    Rows,
    dotted,
    pick,
    request_lines,
    request_rows,
    rows_of,
    take,
    template_of,
)
from designer.connection.kinds.token_request import client_rows, split_client
from designer.connection.sketch import AuthorizationSketch, Items, Pairs, Pick, Request, Scalar, Value
from designer.ruby.values import RubyCode

__all__ = [
    "EXCHANGE",
    "OWN_REQUESTS",
    "SHARED",
    "acquire",
    "exchange_defaults",
    "read_acquire",
    "read_refresh",
    "refresh",
]

_OWN = {"exchange": ("acquire",)}
_RENEWS = {"renewal": ("own",)}
_PLACES = (Column("name", "Setting", "text", "account_id"), Column("value", "In the reply", "text", "account.id"))

EXCHANGE = (
    FormItem(
        "send_redirect",
        "Send the redirect URL along",
        "switch",
        "RFC 6749, section 4.1.3 asks for it in the token request; a few providers refuse it.",
        advanced=True,
        when=_OWN,
        slot="acquire",
    ),
    replace(KEEP, label="Tokens in the reply", when=_OWN),
    FormItem(
        "settings",
        "Settings in the reply",
        "table",
        "What else the reply says and later requests need: an account number, the URL of an instance.",
        columns=_PLACES,
        optional=True,
        advanced=True,
        when=_OWN,
        slot="acquire",
    ),
    FormItem(
        "owner",
        "Owner of the account in the reply",
        "text",
        "Where the reply says who signed in, with dots between steps. It tells connections of several people apart.",
        placeholder="user.id",
        optional=True,
        advanced=True,
        when=_OWN,
        slot="acquire",
    ),
    FormItem(
        "renewal",
        "Tokens are renewed",
        "choice",
        "Where they are not, the end user signs in again when the access token has expired.",
        choices=(
            Choice("platform", "By the platform"),
            Choice("own", "By a request of your own"),
            Choice("none", "Not at all"),
        ),
        advanced=True,
    ),
    FormItem(
        "refresh_url",
        "URL for renewing",
        "template",
        "Where it is not the token URL.",
        optional=True,
        advanced=True,
        when=_RENEWS,
        slot="refresh",
    ),
    replace(EXTRAS, key="refresh_extras", label="More parameters when renewing", when=_RENEWS, slot="refresh"),
    replace(
        KEEP,
        key="refresh_keep",
        label="Tokens in the reply when renewing",
        optional=True,
        when=_RENEWS,
        slot="refresh",
    ),
    FormItem(
        "refresh_settings",
        "Settings in the reply when renewing",
        "table",
        columns=_PLACES,
        optional=True,
        advanced=True,
        when=_RENEWS,
        slot="refresh",
    ),
)
"""The items of token requests of one's own that other grants do not have."""

OWN_REQUESTS = (_OWN, _RENEWS)
"""Where the author's code asks for tokens, be it the first or new ones."""

SHARED = ("client_auth", "client_id", "client_secret", "format", "request_headers")
"""Form values that hold for ``acquire`` and ``refresh`` alike."""


def exchange_defaults() -> dict[str, Any]:
    """Values of ``EXCHANGE`` to start from."""
    return {
        "send_redirect": True,
        "keep": [row("access_token", "access_token"), row("refresh_token", "refresh_token")],
        "settings": [],
        "owner": "",
        **_renewed("platform"),
    }


def _renewed(how: str) -> dict[str, Any]:
    return {"renewal": how, "refresh_url": "", "refresh_extras": [], "refresh_keep": [], "refresh_settings": []}


# --- writing ----------------------------------------------------------------------------------------------------------


def acquire(params: Params, writer: Writer, *, verifier: bool) -> RubyCode:
    """``acquire`` that trades the code for tokens; with ``verifier`` it proves the PKCE challenge."""
    names = ["connection", "auth_code", "redirect_uri", *(["verifier"] if verifier else [])]
    inner = writer.with_locals("auth_code", "redirect_uri", "verifier")
    rows = [row("grant_type", "authorization_code"), row("code", "#{auth_code}")]
    if params["send_redirect"] and not any(item["name"] == "redirect_uri" for item in params["extras"]):
        rows.append(row("redirect_uri", "#{redirect_uri}"))
    if verifier:
        rows.append(row("code_verifier", "#{verifier}"))
    request = _request(params, inner, params["token_url"], rows, params["extras"])
    owner = pick(inner, params["owner"]) if params["owner"] else "nil"
    parts = [_picked(params["keep"], inner) or ["response"], [owner], _picked(params["settings"], inner) or ["{}"]]
    return writer.proc(names, [f"response = {request[0]}", *request[1:], *_array(parts)])


def refresh(params: Params, writer: Writer) -> RubyCode:
    """``refresh`` that renews the access token with the refresh token."""
    inner = writer.with_locals("refresh_token")
    rows = [row("grant_type", "refresh_token"), row("refresh_token", "#{refresh_token}")]
    url = params["refresh_url"] or params["token_url"]
    request = _request(params, inner, url, rows, params["refresh_extras"])
    tokens, settings = (_picked(params[name], inner) for name in ("refresh_keep", "refresh_settings"))
    if not tokens and not settings:
        return writer.proc(("connection", "refresh_token"), request)
    result = _array([tokens or ["response"], settings]) if settings else tokens
    return writer.proc(("connection", "refresh_token"), [f"response = {request[0]}", *request[1:], *result])


def _request(params: Params, writer: Writer, url: str, rows: Rows, extras: Sequence[dict[str, str]]) -> list[str]:
    client, basic = client_rows(params)
    return request_lines(
        writer, url, [*rows, *client, *extras], params["format"], headers=params["request_headers"], basic=basic
    )


def _picked(places: Rows, writer: Writer) -> list[str]:
    """A hash of parts of the reply, nothing where there are none."""
    kept = [writer.pair(item["name"], pick(writer, item["value"])) for item in places if item["name"] and item["value"]]
    return writer.hash(kept) if kept else []


def _array(parts: Sequence[Sequence[str]]) -> list[str]:
    """An array, on one line where its parts are single words."""
    if all(len(part) == 1 and not part[0].startswith("{ ") for part in parts):
        return [f"[{', '.join(part[0] for part in parts)}]"]
    lines: list[str] = []
    for part in parts:
        lines += [*(f"  {line}" for line in part[:-1]), f"  {part[-1]},"]
    return ["[", *lines[:-1], lines[-1].removesuffix(","), "]"]


# --- recognising ------------------------------------------------------------------------------------------------------


def read_acquire(sketch: AuthorizationSketch, *, verifier: bool) -> dict[str, Any] | None:
    """The form values of such an ``acquire``, None where it does more."""
    found = sketch.lambdas.get("acquire")
    result = _reply(found.single, 3) if found else None
    if result is None:
        return None
    request, keep, owner, settings = result
    sent = _sent(request)
    if sent is None:
        return None
    params, rows = sent
    expected = {"grant_type": "authorization_code", "code": "#{auth_code}"}
    if verifier:
        expected["code_verifier"] = "#{verifier}"
    if any(take(rows, name) != value for name, value in expected.items()):
        return None
    # A redirect URL of the author's own stays a row.
    redirect = next((item for item in rows if item["name"] == "redirect_uri"), None)
    if redirect is not None and redirect["value"] == "#{redirect_uri}":
        rows.remove(redirect)
    told = {"keep": keep, "owner": owner, "settings": settings}
    return params | {"extras": rows, "send_redirect": redirect is not None, **told}


def read_refresh(sketch: AuthorizationSketch, known: Params) -> dict[str, Any] | None:
    """The form values of ``refresh`` beside the ``known`` ones: those of ``acquire``, or ``token_url`` and client; None
    where it does more, or knows the client in another way. Without a ``refresh`` they say so."""
    found = sketch.lambdas.get("refresh")
    if "refresh" not in sketch.keys:
        return _renewed("none" if "acquire" in sketch.keys else "platform")
    result = _reply(found.single, 2) if found else None
    sent = _sent(result[0]) if result is not None else None
    if result is None or sent is None:
        return None
    (_, keep, _, settings), (params, rows) = result, sent
    expected = {"grant_type": "refresh_token", "refresh_token": "#{refresh_token}"}
    if any(take(rows, name) != value for name, value in expected.items()):
        return None
    if params["client_auth"] == "none" and "client_auth" not in known:
        params |= {name: known[name] for name in ("client_id", "client_secret")}
    if any(params[name] != known[name] for name in SHARED if name in known):
        return None
    url = "" if params["token_url"] == known["token_url"] else params["token_url"]
    own = {name: params[name] for name in SHARED if name not in known}
    more = {"refresh_extras": rows, "refresh_keep": keep, "refresh_settings": settings}
    return {**own, "renewal": "own", "refresh_url": url, **more}


def _sent(request: Request) -> tuple[dict[str, Any], Rows] | None:
    url, sent = template_of(request.url), request_rows(request)
    headers = rows_of(request.headers, header_names=True)
    if not url or sent is None or headers is None or request.verb != "post":
        return None
    rows, format_ = sent
    client = split_client(request, rows)
    if client is None:
        return None
    return {"token_url": url, **client, "format": format_, "request_headers": headers}, rows


def _reply(result: Value | None, most: int) -> tuple[Request, Rows, str, Rows] | None:
    """Request, kept tokens, place of the owner and kept settings of ``[tokens, owner, settings]`` and its shorter
    forms, of which the shortest is the hash of tokens alone. With ``most`` 2 there is no owner."""
    items = list(result.items) if isinstance(result, Items) else [result]
    if not 1 <= len(items) <= most:
        return None
    items += [Scalar(None)] * (most - len(items))
    tokens, owner, settings = items[0], items[1] if most == 3 else Scalar(None), items[-1]
    requests: list[Value] = []
    kept = [_places(part, requests) for part in (tokens, settings)]
    if isinstance(tokens, Request):
        requests.append(tokens)
        kept[0] = []
    elif not kept[0]:
        return None
    who = ""
    if isinstance(owner, Pick):
        requests.append(owner.source)
        who = dotted(owner.path) or ""
    request = requests[0]
    if kept[0] is None or kept[1] is None or (owner != Scalar(None) and not who) or not isinstance(request, Request):
        return None
    return (request, kept[0], who, kept[1]) if all(each == request for each in requests) else None


def _places(value: Value | None, requests: list[Value]) -> Rows | None:
    """Rows of a hash of parts of a reply; the requests they are parts of are added to ``requests``."""
    if value == Scalar(None):
        return []
    if not isinstance(value, Pairs):
        return None
    rows: Rows = []
    for pair in value.items:
        path = dotted(pair.value.path) if isinstance(pair.value, Pick) else None
        if not isinstance(pair.value, Pick) or path is None or any(item["name"] == pair.key for item in rows):
            return None
        requests.append(pair.value.source)
        rows.append(row(pair.key, path))
    return rows
