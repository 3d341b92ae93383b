"""The provider's home page, and the controls that tests and authors switch it with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from designer.sandbox import demo
from designer.sandbox.api import AUTHENTICATORS
from designer.sandbox.authorization import issuer
from designer.sandbox.quirks import QUIRKS, QuirkError
from designer.sandbox.world import World


def blueprint(world: World) -> Blueprint:
    """Routes of home page and controls over ``world``."""
    home = Blueprint("home", __name__)

    @home.get("/")
    def index() -> str:
        groups: dict[str, list[Any]] = {}
        for quirk in QUIRKS:
            groups.setdefault(quirk.group, []).append(quirk)
        return render_template(
            "home.html",
            origin=issuer(),
            clients=list(world.clients.values()),
            users=list(world.users.values()),
            kinds=list(AUTHENTICATORS),
            groups=groups,
            values=world.quirks.as_dict(),
            demo=demo,
            certificates=world.certificates,
            secured_port=world.secured_port,
            said=request.args.get("said", ""),
        )

    @home.before_request
    def only_from_here() -> Any:
        """A page of another site must not be able to switch the provider in passing."""
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin not in {None, issuer()}:
            return jsonify(error="forbidden", message="Only from the provider's own pages or a program."), 403
        return None

    @home.get("/sandbox/certificates")
    def certificates() -> Any:
        held = world.certificates
        if held is None:
            return jsonify(error="not_found", message="The provider has no https side."), 404
        return jsonify(
            origin=f"https://127.0.0.1:{world.secured_port}",
            authority=held.authority,
            client_certificate=held.client,
            client_key=held.client_key,
        )

    @home.get("/sandbox/quirks")
    def quirks() -> Response:
        return jsonify(world.quirks.as_dict())

    @home.post("/sandbox/quirks")
    def set_quirks() -> Any:
        given = request.get_json(silent=True) if request.is_json else _form_values()
        if not isinstance(given, dict):
            return jsonify(error="invalid_quirk", message="Send an object of quirks and values."), 400
        try:
            world.quirks.update(given)
        except QuirkError as error:
            return jsonify(error="invalid_quirk", message=str(error)), 400
        return _done(world.quirks.as_dict(), "Saved.")

    @home.post("/sandbox/expire-tokens")
    def expire() -> Any:
        return _done({"expired": world.expire_access_tokens()}, "Every access token and session is expired.")

    @home.post("/sandbox/revoke-refresh-tokens")
    def revoke() -> Any:
        return _done({"revoked": world.revoke_refresh_tokens()}, "Every refresh token is revoked.")

    @home.post("/sandbox/reset")
    def reset() -> Any:
        world.reset()
        return _done({"reset": True}, "Everything is as new.")

    @home.get("/sandbox/callback-hits")
    def callback_hits() -> Response:
        with world.lock:
            return jsonify(hits=list(world.callback_hits))

    return home


def _form_values() -> dict[str, str]:
    # A box that is not ticked is not sent; the hidden field before it is, and the last value counts.
    return {name: values[-1] for name, values in request.form.lists()}


def _done(answer: dict[str, Any], said: str) -> Any:
    """JSON for a program, the home page again for a person."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html" and urlsplit(
        request.headers.get("Referer", "")
    ).path in {"/", ""}:
        return redirect(f"/?said={said}", 303)
    return jsonify(answer)
