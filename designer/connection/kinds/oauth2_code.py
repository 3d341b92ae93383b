"""OAuth 2.0 authorization code (RFC 6749, section 4.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, Choice, FormItem
from designer.connection.kinds import authorize_url
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.code_exchange import (
    EXCHANGE,
    OWN_REQUESTS,
    acquire,
    exchange_defaults,
    read_acquire,
    read_refresh,
    refresh,
)
from designer.connection.kinds.common import (
    BODY,
    CLIENT_AUTH,
    DETECT_ON,
    EXTRAS,
    FORMAT,
    QUERY,
    REFRESH_ON,
    REQUEST_HEADERS,
    SCOPES,
    TOKEN_HEADER,
    grant_of,
    template_of,
)
from designer.connection.kinds.token_request import TOKEN_URL, open_slots, recognised, render_rest, rest_defaults
from designer.connection.sketch import AuthorizationSketch
from designer.ruby.values import RubyValue

_OWN = {"exchange": ("acquire",)}


class OAuth2Code(Kind):
    name = "oauth2_code"
    title = "OAuth 2.0 authorization code"
    summary = (
        "The user signs in at the provider in a popup and agrees to what the connection may do; "
        "the code that comes back is traded for tokens. The connector never sees a password."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code.html"
    type = "oauth2"
    produces = ("access_token", "refresh_token", "auth_code", "redirect_uri", "verifier")
    uses_pkce: ClassVar[bool] = False
    form = (
        FormItem(
            "authorize_url",
            "Authorization URL",
            "template",
            "Without its query: response_type and the scopes are written for you.",
            placeholder="https://auth.example.com/oauth/authorize",
            slot="authorization_url",
        ),
        replace(TOKEN_URL, slot=""),
        FormItem("client_id", "Client ID", "template", placeholder="#{client_id}", slot="client_id"),
        FormItem(
            "client_secret",
            "Client secret",
            "template",
            "Read it from a masked field or leave it empty for a public client; never write it here.",
            placeholder="#{client_secret}",
            optional=True,
            slot="client_secret",
        ),
        replace(SCOPES, slot="authorization_url"),
        TOKEN_HEADER,
        REFRESH_ON,
        FormItem(
            "authorize_params",
            "More parameters of the authorization URL",
            "table",
            "Such as prompt=consent or access_type=offline.",
            columns=NAME_AND_VALUE,
            optional=True,
            advanced=True,
            slot="authorization_url",
        ),
        FormItem(
            "exchange",
            "Tokens are fetched",
            "choice",
            "The platform's own exchange suits most providers. A request of your own can send JSON, "
            "a Basic header or more parameters.",
            choices=(Choice("token_url", "By the platform"), Choice("acquire", "By a request of your own")),
            advanced=True,
        ),
        *(replace(item, when=OWN_REQUESTS) for item in (CLIENT_AUTH, FORMAT, REQUEST_HEADERS)),
        replace(EXTRAS, when=_OWN),
        *EXCHANGE,
        QUERY,
        BODY,
        DETECT_ON,
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {
            "authorize_url": carry.url("/oauth/authorize"),
            "scopes": [],
            "authorize_params": [],
            "client_id": carry.field("client_id"),
            "client_secret": carry.field("client_secret"),
            "exchange": "token_url",
            "token_url": carry.url("/oauth/token"),
            "client_auth": "body",
            "format": "form",
            "extras": [],
            "request_headers": [],
            **exchange_defaults(),
            **rest_defaults(),
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if grant_of(sketch) in ("client_credentials", "password") and "authorization_url" not in sketch.keys:
            return False
        return sketch.is_oauth2 and ("pkce" in sketch.keys) == self.uses_pkce

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        client_id, client_secret = _client(sketch, "client_id"), _client(sketch, "client_secret")
        found: dict[str, Any] = {
            "authorization_url": _authorization_url(sketch),
            "client_id": client_id,
            "client_secret": client_secret,
        }
        if "acquire" in sketch.keys:
            found |= self._own_exchange(sketch)
        else:
            found |= _platform_exchange(sketch, client_id, client_secret)
        return recognised(*open_slots(sketch, found))

    def _own_exchange(self, sketch: AuthorizationSketch) -> dict[str, Any]:
        params = read_acquire(sketch, verifier=self.uses_pkce)
        found: dict[str, Any] = {"acquire": params | {"exchange": "acquire"} if params is not None else None}
        if params is not None or "refresh" in sketch.keys:
            found["refresh"] = read_refresh(sketch, params) if params is not None else None
        if params is not None and params["client_auth"] != "none":
            # The key of the hash and the request name the same client; the form shows it once.
            own = {"client_id": params.pop("client_id"), "client_secret": params.pop("client_secret")}
            found["acquire"] = {**params, "exchange": "acquire"}
            for key, value in own.items():
                stated = _client(sketch, key)
                if key not in sketch.keys or stated == {key: ""}:
                    found[key] = {key: value}
                elif stated != {key: value}:
                    found["acquire"] = None
        return found

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        keys: dict[str, RubyValue] = {"type": self.type}
        for key in ("client_id", "client_secret"):
            if params.get(key):
                keys[key] = writer.proc(("connection",), [writer.text(params[key])])
        if "authorize_url" in params:
            keys["authorization_url"] = authorize_url.write(dict(params), writer)
        keys |= self._extra(params, writer)
        if params.get("exchange") == "acquire" and {"client_id", "client_secret"} <= set(params):
            keys["acquire"] = acquire(params, writer, verifier=self.uses_pkce)
            if params.get("renewal") in ("own", "platform"):
                keys["refresh"] = refresh(params, writer)
        elif params.get("exchange") == "token_url" and "token_url" in params:
            keys["token_url"] = writer.proc(("connection",), [writer.text(params["token_url"])])
            if params.get("renewal") == "own" and {"client_id", "client_secret"} <= set(params):
                keys["refresh"] = refresh(params, writer)
        return keys | render_rest(params, writer, oauth2=True)

    def brought(self, params: Params) -> frozenset[str]:
        kept = (
            row["name"] for key in ("settings", "refresh_keep", "refresh_settings") for row in params.get(key) or ()
        )
        return super().brought(params) | frozenset(kept)

    def _extra(self, params: Params, writer: Writer) -> dict[str, RubyValue]:
        return {}


def _authorization_url(sketch: AuthorizationSketch) -> dict[str, Any] | None:
    if "authorization_url" not in sketch.keys:
        return {"authorize_url": "", "scopes": [], "authorize_params": []}
    url = template_of(sketch.lambdas["authorization_url"].single) if "authorization_url" in sketch.lambdas else None
    return authorize_url.split(url) if url is not None else None


def _client(sketch: AuthorizationSketch, key: str) -> dict[str, Any] | None:
    """The template of ``client_id`` or ``client_secret``. A secret written into the file is not shown in a form."""
    if key not in sketch.keys:
        return {key: ""}
    if key in sketch.lambdas:
        text = template_of(sketch.lambdas[key].single)
        return None if text is None or (key == "client_secret" and "#{" not in text) else {key: text}
    value = sketch.values[key]
    return {key: value} if isinstance(value, str) and key == "client_id" and "#{" not in value else None


def _platform_exchange(
    sketch: AuthorizationSketch, client_id: Params | None, client_secret: Params | None
) -> dict[str, Any]:
    rest = {
        "exchange": "token_url",
        "client_auth": "body",
        "format": "form",
        "extras": [],
        "request_headers": [],
        **exchange_defaults(),
    }
    if "token_url" not in sketch.keys:
        return {"token_url": {"token_url": "", **rest}, **({"refresh": None} if "refresh" in sketch.keys else {})}
    url = template_of(sketch.lambdas["token_url"].single) if "token_url" in sketch.lambdas else None
    found: dict[str, Any] = {"token_url": {"token_url": url, **rest} if url is not None else None}
    if url is not None and client_id is not None and client_secret is not None:
        found["refresh"] = read_refresh(sketch, {"token_url": url, **client_id, **client_secret})
    elif "refresh" in sketch.keys:
        found["refresh"] = None
    return found
