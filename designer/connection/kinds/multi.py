"""Several authorizations of which the user chooses one."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import FormItem
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.sketch import AuthorizationSketch, Fallback, Text
from designer.connection.template import chips
from designer.ruby.values import RubyValue

CHOOSER = "auth_type"


class Multi(Kind):
    name = "multi"
    title = "Several ways"
    summary = (
        "The user chooses how to sign in: each option is an authorization of its own, with its own fields. "
        "A field of the connection says which one is meant."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/multi_auth.html"
    type = "multi"
    form = (
        FormItem("field", "Chosen by", "field-ref", "The field whose value is the key of an option.", slot="selected"),
        FormItem(
            "fallback",
            "Where nothing is chosen",
            "text",
            "The option for connections made before there was a choice.",
            optional=True,
            slot="selected",
        ),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {"field": CHOOSER, "fallback": ""}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        return sketch.type == "multi" or "options" in sketch.keys

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        if "selected" not in sketch.keys:
            return Recognition(self.defaults())
        result = sketch.lambdas["selected"].single if "selected" in sketch.lambdas else None
        fallback = ""
        if isinstance(result, Fallback) and isinstance(result.second, Text):
            fallback = result.second.template
            result = result.first
        if not isinstance(result, Text):
            return None
        names = chips(result.template)
        if len(names) != 1 or result.template != f"#{{{names[0]}}}" or chips(fallback):
            return None
        return Recognition({"field": names[0], "fallback": fallback})

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        body = writer.setting(params["field"])
        if params["fallback"]:
            body += f" || {writer.string(params['fallback'])}"
        return {"type": self.type, "selected": writer.proc(("connection",), [body])}

    def field_names(self, params: Params) -> tuple[str, ...]:
        return (params["field"],)
