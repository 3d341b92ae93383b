"""A login whose reply holds a session token for the requests that follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, Choice, FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import (
    BODY,
    DETECT_ON,
    FORMAT,
    KEEP,
    QUERY,
    REFRESH_ON,
    REQUEST_HEADERS,
    TOKEN_HEADER,
    acquire_lambda,
    grant_of,
    request_lines,
)
from designer.connection.kinds.token_request import acquire_request, open_slots, recognised, render_rest, rest_defaults
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue

_VERBS = ("post", "get", "put")


class Session(Kind):
    name = "session"
    title = "Session login"
    summary = (
        "The credentials are sent to a login once, and its reply holds a token for the requests that follow. "
        "When the token is refused, the login is repeated."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication.html"
    type = "custom_auth"
    form = (
        FormItem(
            "login_url",
            "Login URL",
            "template",
            "A whole URL, or a path below the base URI.",
            placeholder="/login",
            slot="acquire",
        ),
        FormItem(
            "login",
            "Sent to the login",
            "table",
            columns=NAME_AND_VALUE,
            slot="acquire",
        ),
        replace(KEEP, advanced=False),
        replace(TOKEN_HEADER, extra_chips=("session_token",)),
        REFRESH_ON,
        FormItem(
            "verb",
            "Method",
            "choice",
            choices=tuple(Choice(verb, verb.upper()) for verb in _VERBS),
            advanced=True,
            slot="acquire",
        ),
        FORMAT,
        REQUEST_HEADERS,
        replace(QUERY, extra_chips=("session_token",)),
        replace(BODY, extra_chips=("session_token",)),
        DETECT_ON,
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        user = carry.field("username", "user", "email", "login")
        return {
            "login_url": carry.url("/login"),
            "verb": "post",
            "login": [row("username", user), row("password", carry.field("password"))],
            "format": "json",
            "request_headers": [],
            "keep": [row("session_token", "token")],
            **rest_defaults("session_token"),
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        acquire = sketch.lambdas.get("acquire")
        return (
            acquire is not None
            and not sketch.is_oauth2
            and grant_of(sketch) is None
            and next(acquire.requests(), None) is not None
        )

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        return recognised(*open_slots(sketch, {"acquire": _login(sketch)}))

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        keys: dict[str, RubyValue] = {"type": self.type}
        if "login_url" in params:
            request = request_lines(
                writer,
                params["login_url"],
                params["login"],
                params["format"],
                verb=params["verb"],
                headers=params["request_headers"],
            )
            keys["acquire"] = acquire_lambda(writer, request, params["keep"])
        return keys | render_rest(params, writer)


def _login(sketch: AuthorizationSketch) -> dict[str, Any] | None:
    made = acquire_request(sketch)
    if made is None or made.request.verb not in _VERBS:
        return None
    if made.request.user is not None or made.request.password is not None:
        return None
    return {
        "login_url": made.url,
        "verb": made.request.verb,
        "login": made.rows,
        "format": made.format,
        "request_headers": made.headers,
        "keep": made.keep,
    }
