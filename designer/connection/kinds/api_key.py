"""A fixed key in a header, in the query or in the body."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, Choice, FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import BODY, QUERY, apply_lambda, apply_tables, idle
from designer.connection.kinds.custom_headers import CustomHeaders
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue

_TABLES = {"header": "headers", "exact": "exact_headers", "query": "params", "body": "payload"}
_MORE = ("headers", "params", "payload")


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
            choices=(
                Choice("header", "Header"),
                Choice("exact", "Header, in exactly this spelling"),
                Choice("query", "Query of the URL"),
                Choice("body", "Body"),
            ),
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
        FormItem(
            "headers",
            "Further headers",
            "table",
            "A second key, or an account or version that goes along with it.",
            columns=NAME_AND_VALUE,
            optional=True,
            advanced=True,
        ),
        replace(QUERY, label="Further query parameters", extra_chips=(), slot=""),
        replace(BODY, label="Further body values", extra_chips=(), slot=""),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        key = carry.field("api_key", "apikey", "api_token", "token", "key")
        return {"place": "header", "name": "Authorization", "value": f"Bearer {key}", **_none_further()}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if sketch.is_oauth2 or not idle(sketch, "acquire"):
            return False
        found = self.recognise(sketch)
        if found is None:
            return sketch.type == "api_key" and CustomHeaders().recognise(sketch) is None
        # More than one value is a matter of the type: that one says what the author has in mind.
        return sketch.type == "api_key" or (
            sketch.type != CustomHeaders.type and not any(found.params[name] for name in _MORE)
        )

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        tables = apply_tables(sketch.apply, "exact_headers")
        first = next((name for name, table in (tables or {}).items() if table), None)
        if tables is None or first is None:
            return None
        place = next(place for place, table in _TABLES.items() if table == first)
        key, *rest = tables[first]
        tables[first] = rest
        if tables["exact_headers"]:
            return None
        further = {name: tables[name] for name in _MORE}
        return Recognition({"place": place, "name": key["name"], "value": key["value"], **further})

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        first = _TABLES[params["place"]]
        # The key comes first, whatever goes along with it.
        tables = {first: [row(params["name"], params["value"]), *(params.get(first) or ())]}
        tables |= {name: list(params.get(name) or ()) for name in _MORE if name != first}
        return {"type": self.type, "apply": apply_lambda(tables, writer)}


def _none_further() -> dict[str, list[dict[str, str]]]:
    return {name: [] for name in _MORE}
