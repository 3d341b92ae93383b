"""Headers, query parameters and body values of one's own on every request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import BODY, EXACT_HEADERS, QUERY, apply_lambda, apply_tables, idle
from designer.connection.kinds.conditions import CONDITIONAL
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue


class CustomHeaders(Kind):
    name = "custom_headers"
    title = "Custom headers"
    summary = (
        "Several fixed values go along with every request: two keys, a key and an account number, "
        "a version header. Nothing is fetched and nothing expires."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/header-auth.html"
    type = "custom_auth"
    form = (
        FormItem("headers", "Headers", "table", "Sent with every request.", columns=NAME_AND_VALUE, optional=True),
        replace(QUERY, advanced=False, extra_chips=()),
        replace(BODY, extra_chips=()),
        replace(EXACT_HEADERS, slot=""),
        replace(CONDITIONAL, slot=""),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        key = carry.field("api_key", "apikey", "api_token", "token", "key")
        return {"headers": [row("X-Api-Key", key)], "params": [], "payload": [], "exact_headers": [], "conditional": []}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        return not sketch.is_oauth2 and idle(sketch, "acquire") and self.recognise(sketch) is not None

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        tables = apply_tables(sketch.apply, "exact_headers", "conditional")
        return Recognition(dict(tables)) if tables and any(tables.values()) else None

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        return {"type": self.type, "apply": apply_lambda(params, writer)}
