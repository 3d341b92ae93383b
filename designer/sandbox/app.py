"""The Flask application of one provider."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from designer.sandbox import api, authorization, consent, endpoints, home
from designer.sandbox.world import World

_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


def create(world: World) -> Flask:
    """A WSGI application over ``world``."""
    app = Flask(
        "designer.sandbox", template_folder="templates", static_folder=None, root_path=str(Path(__file__).parent)
    )
    app.secret_key = secrets.token_bytes(32)
    app.config["SESSION_COOKIE_NAME"] = "harbor_login"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.before_request
    def only_loopback() -> tuple[str, int] | None:
        # Another site's name that resolves to 127.0.0.1 (DNS rebinding) must not reach the provider.
        host = request.host.rpartition(":")[0] or request.host
        g.nonce = secrets.token_urlsafe(12)
        return None if host in _LOOPBACK else ("This provider answers to loopback names only.", 421)

    @app.after_request
    def headers(reply: Response) -> Response:
        if reply.mimetype == "text/html":
            nonce = g.get("nonce", "")
            # No form-action: Chromium would apply it to the redirect that follows the consent form.
            reply.headers["Content-Security-Policy"] = (
                f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
                "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
            )
        return reply

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.name.lower().replace(" ", "_"), message=error.description), error.code or 500

    server = authorization.install(app, world)
    app.register_blueprint(endpoints.blueprint(world, server))
    app.register_blueprint(consent.blueprint(world, server))
    app.register_blueprint(api.blueprint(world))
    app.register_blueprint(home.blueprint(world))
    return app
