"""HTTP Digest (RFC 7616, as far as the SDK goes: MD5 and MD5-sess)."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.kinds.base import Carry, Params, Recognition
from designer.connection.kinds.basic import Basic, credentials
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue


class Digest(Basic):
    name = "digest"
    title = "Digest"
    summary = (
        "User name and password, never sent themselves: the server asks with a challenge and the request "
        "is repeated with an answer to it. The SDK answers MD5 challenges alone."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/connection/authorization.html"
    type = "custom_auth"
    form = Basic.form[:2]

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        given = super().defaults(carry)
        return {name: given[name] for name in ("user", "password")}

    def claims(self, sketch: AuthorizationSketch) -> bool:
        return sketch.apply is not None and any(sketch.apply.calls("digest_auth"))

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        found = credentials(sketch, "digest_auth")
        return Recognition(found) if found is not None else None

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        body = [
            f"user({writer.text(params['user'])})",
            f"password({writer.text(params['password'])})",
            "digest_auth",
        ]
        return {"type": self.type, "apply": writer.proc(("connection",), body)}
