"""Token, revocation, introspection, metadata and key endpoints."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import ImmutableMultiDict

from designer.sandbox import jose
from designer.sandbox.authorization import Server, issuer
from designer.sandbox.httpd import DROP
from designer.sandbox.models import JWT_BEARER, SCOPES
from designer.sandbox.world import World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def blueprint(world: World, server: Server) -> Blueprint:
    """Routes of the OAuth endpoints over ``world``."""
    endpoints = Blueprint("endpoints", __name__)
    quirks = world.quirks

    @endpoints.post("/oauth/token")
    def token() -> Any:
        wanted = JSON if quirks.choice("token_request") == "json" else FORM
        if request.mimetype != wanted:
            what = request.mimetype or "nothing"
            said = f"{FORM} (RFC 6749 section 3.2)" if wanted == FORM else JSON
            description = f"The token endpoint takes {said}, not {what}."
            return _styled(jsonify(error="invalid_request", error_description=description), 400)
        if wanted == JSON:
            given = request.get_json(silent=True)
            if not isinstance(given, dict):
                return _styled(jsonify(error="invalid_request", error_description="The body is no JSON object."), 400)
            # What reads the request further on knows forms only.
            request.form = ImmutableMultiDict({name: str(value) for name, value in given.items()})
        reply = server.create_token_response()
        return _styled(reply, reply.status_code)

    def _styled(reply: Response, status: int) -> Response:
        """The reply, form-encoded or with another status where the quirks say so."""
        body = reply.get_json()
        if quirks.choice("token_reply") == "form":
            reply = Response(urlencode(body), headers=_without_type(reply), mimetype=FORM)
        reply.status_code = 200 if status >= 400 and quirks.choice("token_errors") == "200" else status
        reply.headers["Cache-Control"] = "no-store"
        return reply

    @endpoints.post("/oauth/revoke")
    def revoke() -> Any:
        return server.create_endpoint_response("revocation")

    @endpoints.post("/oauth/introspect")
    def introspect() -> Any:
        return server.create_endpoint_response("introspection")

    @endpoints.get("/.well-known/oauth-authorization-server")
    @endpoints.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        return jsonify(document(world))

    @endpoints.get("/jwks")
    def jwks() -> Response:
        return jsonify(jose.key_set())

    @endpoints.before_app_request
    def misbehave() -> Response | None:
        part = "token" if request.path.startswith("/oauth/token") else "api" if request.path.startswith("/api") else ""
        if not part:
            return None
        if delay := quirks.number("delay"):
            # Stopping the provider must not wait for it.
            world.stopping.wait(delay / 1000)
        if quirks.choice("drop") == part:
            request.environ[DROP] = True
            return Response(status=204)
        return None

    return endpoints


def document(world: World) -> dict[str, Any]:
    """Metadata of this provider as it behaves at present (RFC 8414 §2, RFC 9207 §3)."""
    origin, quirks = issuer(), world.quirks
    methods = {"any": ["client_secret_basic", "client_secret_post"]}.get(
        quirks.choice("token_auth"), [f"client_secret_{quirks.choice('token_auth')}"]
    )
    return {
        "issuer": origin,
        "authorization_endpoint": f"{origin}/oauth/authorize",
        "token_endpoint": f"{origin}/oauth/token",
        "revocation_endpoint": f"{origin}/oauth/revoke",
        "introspection_endpoint": f"{origin}/oauth/introspect",
        "jwks_uri": f"{origin}/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "password",
            JWT_BEARER,
        ],
        "token_endpoint_auth_methods_supported": [*methods, "none"],
        "code_challenge_methods_supported": ["S256", "plain"] if quirks.flag("pkce_plain") else ["S256"],
        "authorization_response_iss_parameter_supported": quirks.choice("iss") != "off",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }


def _without_type(reply: Response) -> list[tuple[str, str]]:
    return [(name, value) for name, value in reply.headers if name.lower() not in {"content-type", "content-length"}]
