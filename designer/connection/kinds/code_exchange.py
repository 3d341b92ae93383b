"""``acquire`` and ``refresh`` of an OAuth 2.0 connection that fetches its tokens itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from designer.connection.code import Writer
from designer.connection.form import row
from designer.connection.kinds.base import Params
from designer.connection.kinds.common import Rows, dotted, pick, request_lines, request_rows, rows_of, take, template_of
from designer.connection.kinds.token_request import client_rows, split_client
from designer.connection.sketch import AuthorizationSketch, Items, Pairs, Pick, Request, Scalar, Value
from designer.ruby.values import RubyCode


def acquire(params: Params, writer: Writer, *, verifier: bool) -> RubyCode:
    """``acquire`` that trades the code for tokens; with ``verifier`` it proves the PKCE challenge."""
    names = ["connection", "auth_code", "redirect_uri", *(["verifier"] if verifier else [])]
    inner = writer.with_locals("auth_code", "redirect_uri", "verifier")
    rows = [row("grant_type", "authorization_code"), row("code", "#{auth_code}")]
    if not any(item["name"] == "redirect_uri" for item in params["extras"]):
        rows.append(row("redirect_uri", "#{redirect_uri}"))
    if verifier:
        rows.append(row("code_verifier", "#{verifier}"))
    request = _request(params, inner, rows, params["extras"])
    kept = [inner.pair(item["name"], pick(inner, item["value"])) for item in params["keep"] if item["name"]]
    body = [f"response = {request[0]}", *request[1:]]
    if kept:
        tokens = inner.hash(kept)
        body += ["[", *(f"  {line}" for line in tokens[:-1]), f"  {tokens[-1]},", "  nil,", "  {}", "]"]
    else:
        body.append("[response, nil, {}]")
    return writer.proc(names, body)


def refresh(params: Params, writer: Writer) -> RubyCode:
    """``refresh`` that renews the access token with the refresh token."""
    inner = writer.with_locals("refresh_token")
    rows = [row("grant_type", "refresh_token"), row("refresh_token", "#{refresh_token}")]
    return writer.proc(("connection", "refresh_token"), _request(params, inner, rows))


def _request(params: Params, writer: Writer, rows: Rows, extras: Sequence[dict[str, str]] = ()) -> list[str]:
    client, basic = client_rows(params)
    return request_lines(
        writer,
        params["token_url"],
        [*rows, *client, *extras],
        params["format"],
        headers=params["request_headers"],
        basic=basic,
    )


def read_acquire(sketch: AuthorizationSketch, *, verifier: bool) -> dict[str, Any] | None:
    """The form values of such an ``acquire``, None where it does more."""
    found = sketch.lambdas.get("acquire")
    tokens = _tokens(found.single) if found else None
    if tokens is None:
        return None
    request, keep = tokens
    sent = _sent(request)
    if sent is None:
        return None
    params, rows = sent
    expected = {"grant_type": "authorization_code", "code": "#{auth_code}"}
    if verifier:
        expected["code_verifier"] = "#{verifier}"
    if any(take(rows, name) != value for name, value in expected.items()):
        return None
    # A redirect URL of the author's own stays a row; without any the form would add one.
    redirect = next((item for item in rows if item["name"] == "redirect_uri"), None)
    if redirect is None:
        return None
    if redirect["value"] == "#{redirect_uri}":
        rows.remove(redirect)
    return params | {"extras": rows, "keep": keep}


def read_refresh(sketch: AuthorizationSketch) -> dict[str, Any] | None:
    """What ``refresh`` has in common with ``acquire``, None where it does more than send the refresh token."""
    found = sketch.lambdas.get("refresh")
    request = found.single if found else None
    sent = _sent(request) if isinstance(request, Request) else None
    if sent is None:
        return None
    params, rows = sent
    expected = {"grant_type": "refresh_token", "refresh_token": "#{refresh_token}"}
    return None if any(take(rows, name) != value for name, value in expected.items()) or rows else params


def _sent(request: Request) -> tuple[dict[str, Any], Rows] | None:
    url, sent = template_of(request.url), request_rows(request)
    headers = rows_of(request.headers, header_names=True)
    if url is None or sent is None or headers is None or request.verb != "post":
        return None
    rows, format_ = sent
    client = split_client(request, rows)
    if client is None:
        return None
    return {"token_url": url, **client, "format": format_, "request_headers": headers}, rows


def _tokens(result: Value | None) -> tuple[Request, Rows] | None:
    """Request and kept parts of ``[tokens, nil, {}]`` and its shorter forms."""
    if not isinstance(result, Items) or not 1 <= len(result.items) <= 3:
        return None
    first, *others = result.items
    if any(other not in (Scalar(None), Pairs(())) for other in others):
        return None
    if isinstance(first, Request):
        return first, []
    if not isinstance(first, Pairs) or not first.items:
        return None
    keep: Rows = []
    requests: list[Value] = []
    for pair in first.items:
        path = dotted(pair.value.path) if isinstance(pair.value, Pick) else None
        if not isinstance(pair.value, Pick) or path is None:
            return None
        requests.append(pair.value.source)
        keep.append(row(pair.key, path))
    same = isinstance(requests[0], Request) and all(request == requests[0] for request in requests)
    return (requests[0], keep) if same and isinstance(requests[0], Request) else None
