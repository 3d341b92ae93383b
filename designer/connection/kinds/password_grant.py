"""OAuth 2.0 resource owner password credentials (RFC 6749, section 4.3)."""

from __future__ import annotations

from typing import Any, ClassVar

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import FormItem
from designer.connection.kinds.base import Carry, Params, Recognition
from designer.connection.kinds.client_credentials import ClientCredentials
from designer.connection.kinds.common import grant_of
from designer.connection.kinds.token_request import (
    TOKEN_URL,
    open_slots,
    recognise_grant,
    recognised,
    render_grant,
    render_rest,
)
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue

GRANT = "password"
_NAMED = ("username", "password")


class PasswordGrant(ClientCredentials):
    name = "password_grant"
    title = "OAuth 2.0 password"
    summary = (
        "The user's own name and password are traded for an access token. A grant of the past that OAuth 2.1 drops; "
        "take it where the provider offers nothing better."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/ropc.html"
    form: ClassVar[tuple[FormItem, ...]] = (
        TOKEN_URL,
        FormItem("username", "User name", "template", placeholder="#{username}", slot="acquire"),
        FormItem("password", "Password", "template", placeholder="#{password}", slot="acquire"),
        *ClientCredentials.form[1:],
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        own = {"username": carry.field("username", "user", "email", "login"), "password": carry.field("password")}
        return super().defaults(carry) | own

    def claims(self, sketch: AuthorizationSketch) -> bool:
        return grant_of(sketch) == GRANT and not (sketch.is_oauth2 and "authorization_url" in sketch.keys)

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        return recognised(*open_slots(sketch, {"acquire": recognise_grant(sketch, GRANT, _NAMED)}))

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        return {
            "type": self.type,
            **render_grant(params, GRANT, writer, _NAMED),
            **render_rest(params, writer),
        }
