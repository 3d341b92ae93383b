"""Whatever no other kind knows: written in Ruby."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue


class Custom(Kind):
    name = "custom"
    title = "Written in Ruby"
    summary = (
        "This authorization does something no form has a place for. It is shown, run and checked as it stands, "
        "and edited as Ruby."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/connection/authorization.html"
    type = "custom_auth"

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        return True

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        return None

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        return {"type": self.type}
