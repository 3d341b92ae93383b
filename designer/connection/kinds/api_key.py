"""A fixed key in a header, in the query or in the body."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import Choice, FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import apply_lambda, apply_tables
from designer.connection.kinds.custom_headers import CustomHeaders
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue

_TABLES = {"header": "headers", "query": "params", "body": "payload"}


class ApiKey(Kind):
    name = "api_key"
    title = "API key"
    summary = (
        "The user pastes a key that the provider issued once. It goes along with every request, "
        "in a header as a rule, in the query or the body where the API demands it."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/api-key.html"
    type = "api_key"
    form = (
        FormItem(
            "place",
            "Sent in",
            "choice",
            "A key in a URL ends up in logs along the way; prefer a header.",
            choices=(Choice("header", "Header"), Choice("query", "Query of the URL"), Choice("body", "Body")),
        ),
        FormItem(
            "name",
            "Name",
            "text",
            "Of the header or parameter, as the API spells it.",
            placeholder="Authorization",
            suggestions=("Authorization", "X-Api-Key", "api_key"),
        ),
        FormItem(
            "value",
            "Value",
            "template",
            "The key, with whatever the API wants in front of it.",
            placeholder="Bearer #{api_key}",
            suggestions=("Bearer #{api_key}", "#{api_key}", "Token #{api_key}"),
        ),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        key = carry.field("api_key", "apikey", "api_token", "token", "key")
        return {"place": "header", "name": "Authorization", "value": f"Bearer {key}"}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if sketch.is_oauth2 or "acquire" in sketch.keys:
            return False
        several = CustomHeaders().recognise(sketch)
        if self.recognise(sketch) is not None:
            return sketch.type != CustomHeaders.type
        return sketch.type == "api_key" and several is None

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        tables = apply_tables(sketch.apply)
        if tables is None or sum(map(len, tables.values())) != 1:
            return None
        place = next(place for place, table in _TABLES.items() if tables[table])
        only = tables[_TABLES[place]][0]
        return Recognition({"place": place, "name": only["name"], "value": only["value"]})

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        table = {_TABLES[params["place"]]: [row(params["name"], params["value"])]}
        return {"type": self.type, "apply": apply_lambda(table, writer)}
