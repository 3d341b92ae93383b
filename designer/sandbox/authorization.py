"""The OAuth server: authlib's grants over the :class:`World`, each with the provider's quirks.

RFC 6749 (code, client credentials, password, refresh), RFC 7636, RFC 7523, RFC 7009, RFC 7662.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidGrantError, grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError, UnsupportedResponseTypeError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Flask, request

from designer.sandbox import jose
from designer.sandbox.assertion import jwt_bearer_grant
from designer.sandbox.models import SCOPES, Client, Code, Token, User
from designer.sandbox.world import World

# authlib writes whole token replies to its debug log.
logging.getLogger("authlib").setLevel(logging.INFO)

AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
CODE_SECONDS = 60


def issuer() -> str:
    """The provider's identifier (RFC 8414 §2): the origin the browser or client used, which is a loopback one."""
    return f"{request.scheme}://{request.host}"


class Server(AuthorizationServer):  # type: ignore[misc]
    """authlib's server with this provider's scopes rule."""

    def __init__(self, world: World) -> None:
        self.world = world
        super().__init__(query_client=world.clients.get, save_token=self._save)

    def validate_requested_scope(self, scope: str | None) -> None:
        self.scopes_supported = SCOPES if self.world.quirks.choice("unexpected_scope") != "ignore" else None
        super().validate_requested_scope(scope)

    def get_authorization_grant(self, oauth_request: Any) -> Any:
        try:
            return super().get_authorization_grant(oauth_request)
        except UnsupportedResponseTypeError as error:
            # authlib's own description says the sentence twice.
            raise OAuth2Error(
                "The response_type has to be code.",
                error="unsupported_response_type" if oauth_request.payload.response_type else "invalid_request",
                redirect_uri=error.redirect_uri,
            ) from error

    def create_bearer_token_generator(self, config: Any) -> BearerTokenGenerator:
        del config
        return BearerTokenGenerator(self._access_token, self._refresh_token, self._expires_in)

    def _access_token(self, client: Client, grant_type: str, user: User | None, scope: str) -> str:
        del grant_type
        user = user if isinstance(user, User) else None
        if self.world.quirks.choice("access_token") == "opaque":
            return f"at_{secrets.token_urlsafe(32)}"
        now = int(self.world.clock())
        claims = {
            "iss": issuer(),
            "aud": f"{issuer()}/api",
            "sub": user.username if user else client.client_id,
            "client_id": client.client_id,
            "scope": scope,
            "iat": now,
            "exp": now + self.world.quirks.number("expires_in"),
            "jti": secrets.token_urlsafe(12),
        }
        return jose.sign(claims, typ="at+jwt")

    def _refresh_token(self, **_: Any) -> str | None:
        if self.world.quirks.flag("omit_refresh_token"):
            return None
        return f"rt_{secrets.token_urlsafe(32)}"

    def _expires_in(self, client: Client, grant_type: str) -> int:
        del client, grant_type
        return self.world.quirks.number("expires_in")

    def _save(self, reply: dict[str, Any], oauth_request: Any) -> None:
        """Remember the token of a reply, and finish the reply the way the quirks want it."""
        world, quirks = self.world, self.world.quirks
        now = world.clock()
        code = getattr(oauth_request, "authorization_code", None)
        spent = getattr(oauth_request, "refresh_token", None)
        # An assertion whose subject is the client itself stands for no person.
        user: User | None = oauth_request.user if isinstance(oauth_request.user, User) else None
        if reply.get("refresh_token") is None:
            reply.pop("refresh_token", None)
        seconds = quirks.number("refresh_token_expires_in")
        token = Token(
            access_token=reply["access_token"],
            refresh_token=reply.get("refresh_token"),
            client_id=oauth_request.client.client_id,
            username=user.username if user else None,
            scope=reply.get("scope", ""),
            issued_at=now,
            expires_at=now + quirks.number("expires_in"),
            family=code.family if code else spent.family if spent else secrets.token_hex(8),
            clock=world.clock,
            refresh_expires_at=now + seconds if seconds else None,
        )
        with world.lock:
            world.tokens.append(token)
        if token.refresh_token and seconds:
            reply["refresh_token_expires_in"] = seconds
        if user and "openid" in token.scope.split():
            reply["id_token"] = self._id_token(user, token, code.nonce if code else None)
        if quirks.flag("omit_expires_in"):
            reply.pop("expires_in", None)

    def _id_token(self, user: User, token: Token, nonce: str | None) -> str:
        now = int(token.issued_at)
        claims = {"iss": issuer(), "aud": token.client_id, "sub": user.username, "iat": now, "exp": now + 3600}
        claims |= {"name": user.name, "email": user.email}
        return jose.sign(claims | ({"nonce": nonce} if nonce else {}), typ="JWT")


def install(app: Flask, world: World) -> Server:
    """An OAuth server with every grant and endpoint, on ``app``."""
    server = Server(world)
    server.init_app(app)
    server.register_grant(_code_grant(world), [Pkce(world)])
    server.register_grant(_refresh_grant(world))
    server.register_grant(ClientCredentials)
    server.register_grant(_password_grant(world))
    server.register_grant(jwt_bearer_grant(world, lambda: (f"{issuer()}/oauth/token", issuer())))
    server.register_endpoint(_revocation(world))
    server.register_endpoint(_introspection(world))
    return server


class ClientCredentials(grants.ClientCredentialsGrant):  # type: ignore[misc]
    """RFC 6749 §4.4, for clients with a secret."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS[:2]


class Pkce(CodeChallenge):  # type: ignore[misc]
    """RFC 7636, demanded or without plain where the quirks say so."""

    def __init__(self, world: World) -> None:
        super().__init__(required=True)
        self.world = world

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        quirks = self.world.quirks
        if quirks.choice("pkce") == "required" and not data.get("code_challenge"):
            raise InvalidRequestError("This provider requires PKCE: code_challenge is missing.")
        method = data.get("code_challenge_method") or self.DEFAULT_CODE_CHALLENGE_METHOD
        if data.get("code_challenge") and method == "plain" and not quirks.flag("pkce_plain"):
            raise InvalidRequestError("The code_challenge_method plain is not accepted here, only S256.")
        super().validate_code_challenge(grant, redirect_uri)


def _code_grant(world: World) -> type:
    class AuthorizationCode(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

        def save_authorization_code(self, code: str, oauth_request: Any) -> None:
            data = oauth_request.payload.data
            with world.lock:
                world.codes[code] = Code(
                    code=code,
                    client_id=oauth_request.client.client_id,
                    username=oauth_request.user.username,
                    redirect_uri=oauth_request.payload.redirect_uri,
                    scope=oauth_request.scope,
                    expires_at=world.clock() + CODE_SECONDS,
                    nonce=data.get("nonce"),
                    code_challenge=data.get("code_challenge"),
                    code_challenge_method=data.get("code_challenge_method"),
                    family=secrets.token_hex(8),
                )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            with world.lock:
                found = world.codes.get(code)
                if found is None or found.client_id != client.client_id:
                    return None
                if found.used:
                    # RFC 6749 §4.1.2: a code used twice takes its tokens with it.
                    world.revoke_family(found.family)
                    raise InvalidGrantError("The code was used before; the tokens issued for it are revoked.")
                if world.clock() >= found.expires_at:
                    raise InvalidGrantError(f"The code has expired: it is good for {CODE_SECONDS} seconds.")
                return found

        def delete_authorization_code(self, authorization_code: Code) -> None:
            authorization_code.used = True

        def authenticate_user(self, authorization_code: Code) -> User | None:
            return world.users.get(authorization_code.username)

    return AuthorizationCode


def _refresh_grant(world: World) -> type:
    class Refresh(grants.RefreshTokenGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

        def __init__(self, oauth_request: Any, server: Any) -> None:
            super().__init__(oauth_request, server)
            self.INCLUDE_NEW_REFRESH_TOKEN = world.quirks.flag("rotate_refresh_tokens")

        def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
            with world.lock:
                token = world.by_refresh_token(refresh_token)
                if token is None:
                    return None
                if token.refresh_spent:
                    if world.quirks.flag("detect_reuse"):
                        world.revoke_family(token.family)
                        raise InvalidGrantError(
                            "The refresh token was used before: every token of this sign-in is revoked."
                        )
                    return token if token.refresh_is_good() else None
                if not token.refresh_is_good():
                    raise InvalidGrantError("The refresh token is expired or revoked.")
                return token

        def authenticate_user(self, refresh_token: Token) -> User | None:
            return world.users.get(refresh_token.username or "")

        def revoke_old_credential(self, refresh_token: Token) -> None:
            refresh_token.revoked = True
            if self.INCLUDE_NEW_REFRESH_TOKEN:
                refresh_token.refresh_spent = True

    return Refresh


def _password_grant(world: World) -> type:
    class Password(grants.ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

        def authenticate_user(self, username: str, password: str) -> User:
            user = world.user_with(username, password)
            if user is None:
                raise InvalidGrantError("User name or password is wrong.")
            return user

    return Password


def _revocation(world: World) -> type:
    class Revocation(RevocationEndpoint):  # type: ignore[misc]
        CLIENT_AUTH_METHODS = AUTH_METHODS

        def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
            del token_type_hint
            return world.by_access_token(token_string) or world.by_refresh_token(token_string)

        def revoke_token(self, token: Token, oauth_request: Any) -> None:
            # RFC 7009 §2.1: with a refresh token go the access tokens of the same grant.
            if oauth_request.form["token"] == token.refresh_token:
                world.revoke_family(token.family)
            else:
                token.revoked = True

    return Revocation


def _introspection(world: World) -> type:
    class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
        CLIENT_AUTH_METHODS = AUTH_METHODS[:2]

        def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
            del token_type_hint
            return world.by_access_token(token_string)

        def check_permission(self, token: Token, client: Client, oauth_request: Any) -> bool:
            del oauth_request
            return token.client_id == client.client_id

        def introspect_token(self, token: Token) -> dict[str, Any]:
            return {
                "active": True,
                "client_id": token.client_id,
                "token_type": "Bearer",
                "username": token.username,
                "scope": token.scope,
                "sub": token.username or token.client_id,
                "iss": issuer(),
                "iat": int(token.issued_at),
                "exp": int(token.expires_at),
            }

    return Introspection
