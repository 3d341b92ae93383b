"""No credentials at all."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import idle
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue


class NoAuthorization(Kind):
    name = "none"
    title = "None"
    summary = (
        "The API is open, or an on-prem agent inside the user's network reaches it and vouches for the "
        "request (secure_tunnel: true at the top of the connector). The user fills in no secret."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/on-prem.html"
    type = "none"

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if any(not idle(sketch, key) for key in ("apply", "credentials", "acquire")):
            return False
        return sketch.type in (None, "none", "no_auth", "custom", "custom_auth") and "options" not in sketch.keys

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        return Recognition({})

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        return {"type": self.type}
