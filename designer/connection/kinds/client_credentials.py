"""OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

from typing import Any, ClassVar

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import (
    BODY,
    CLIENT_AUTH,
    DETECT_ON,
    EXTRAS,
    FORMAT,
    KEEP,
    QUERY,
    REFRESH_ON,
    REQUEST_HEADERS,
    SCOPES,
    TOKEN_HEADER,
    grant_of,
)
from designer.connection.kinds.token_request import (
    TOKEN_URL,
    open_slots,
    recognise_grant,
    recognised,
    render_grant,
    render_rest,
    rest_defaults,
)
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue

GRANT = "client_credentials"


class ClientCredentials(Kind):
    name = "client_credentials"
    title = "OAuth 2.0 client credentials"
    summary = (
        "The application signs in as itself, without a user: client ID and secret are traded for an access token. "
        "The first request goes out without one, is refused, and the token is fetched then."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/client-credentials.html"
    type = "custom_auth"
    produces = ("access_token",)
    form: ClassVar[tuple[FormItem, ...]] = (
        TOKEN_URL,
        FormItem("client_id", "Client ID", "template", placeholder="#{client_id}", slot="acquire"),
        FormItem("client_secret", "Client secret", "template", placeholder="#{client_secret}", slot="acquire"),
        SCOPES,
        TOKEN_HEADER,
        REFRESH_ON,
        CLIENT_AUTH,
        EXTRAS,
        FORMAT,
        REQUEST_HEADERS,
        KEEP,
        QUERY,
        BODY,
        DETECT_ON,
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {
            "token_url": carry.url("/oauth/token"),
            "client_auth": "body",
            "client_id": carry.field("client_id"),
            "client_secret": carry.field("client_secret"),
            "scopes": [],
            "extras": [],
            "format": "form",
            "request_headers": [],
            "keep": [row("access_token", "access_token")],
            **rest_defaults(),
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        named = "client_credentials" in (sketch.type or "").lower()
        return (named or grant_of(sketch) == GRANT) and not (sketch.is_oauth2 and "authorization_url" in sketch.keys)

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        return recognised(*open_slots(sketch, {"acquire": recognise_grant(sketch, GRANT)}))

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        return {
            "type": self.type,
            **render_grant(params, GRANT, writer),
            **render_rest(params, writer),
        }
