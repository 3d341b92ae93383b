"""The pages a person sees while signing in: login, consent, and the detours some providers make."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Response, redirect, render_template, request, session, url_for

from designer.sandbox.authorization import Server
from designer.sandbox.delivery import deliver, send_to
from designer.sandbox.models import User
from designer.sandbox.world import World

AUTHORIZE = "/oauth/authorize"

_SCOPE_WORDS = {
    "contacts.read": "See your contacts",
    "contacts.write": "Add and change contacts",
    "companies.read": "See your companies",
    "offline_access": "Keep access while you are away",
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your email address",
}


def blueprint(world: World, server: Server) -> Blueprint:
    """Routes of the sign-in over ``world``."""
    pages = Blueprint("consent", __name__)
    quirks = world.quirks

    @pages.route(AUTHORIZE, methods=["GET", "POST"])
    def authorize() -> Any:
        if quirks.flag("refuse_embedded") and "QtWebEngine" in request.headers.get("User-Agent", ""):
            return _problem("disallowed_useragent", "This provider does not show its pages in embedded browsers.", 403)
        user = _signed_in(world)
        try:
            grant = server.get_consent_grant(end_user=user)
        except OAuth2Error as error:
            return _refused(error)
        if user is None:
            return redirect(url_for("consent.login", next=request.full_path), 302)
        decision = quirks.choice("consent")
        if decision == "ask" and request.method == "GET":
            return _consent_page(world, grant, user)
        if decision == "ask":
            if not _from_our_page():
                return _problem("invalid_request", "The consent form is not the one shown last. Start again.", 400)
            decision = "skip" if request.form.get("decision") == "allow" else "refuse"
        granted = user if decision == "skip" else None
        reply = server.create_authorization_response(grant_user=granted, grant=grant)
        return _send_back(reply.headers["Location"])

    def _refused(error: OAuth2Error) -> Any:
        too_much = error.error == "invalid_scope" and quirks.choice("unexpected_scope") == "400"
        if error.redirect_uri is None or too_much:
            # RFC 6749 §4.1.2.1: never send a browser to a redirect URL that is not registered.
            return _problem(error.error, error.get_error_description(), 400)
        return deliver(dict(error()[2])["Location"], quirks)

    def _send_back(location: str) -> Response:
        if not quirks.flag("lookalikes"):
            return deliver(location, quirks)
        ticket = secrets.token_urlsafe(12)
        with world.lock:
            world.pending[ticket] = (location, request.values.get("response_mode", "query"))
        return send_to(_decoy("/oauth/callback-login", ticket), "302")

    @pages.get("/oauth/callback-login")
    def first_lookalike() -> Response:
        return send_to(_decoy("/oauth/callback/continue", request.args.get("ticket", "")), "302")

    @pages.get("/oauth/callback/continue")
    def second_lookalike() -> Any:
        with world.lock:
            held = world.pending.pop(request.args.get("ticket", ""), None)
        if held is None:
            return _problem("invalid_request", "This step was taken before. Start again.", 400)
        location, mode = held
        return deliver(location, quirks, mode)

    def _decoy(path: str, ticket: str) -> str:
        return f"{path}?{urlencode({'ticket': ticket, 'code': 'decoy-code', 'state': 'decoy-state'})}"

    @pages.get("/login")
    def login() -> Any:
        onward = _onward()
        return render_template("login.html", users=list(world.users.values()), onward=onward, problem=None)

    @pages.post("/login")
    def log_in() -> Any:
        onward = _onward()
        user = world.user_with(request.form.get("username"), request.form.get("password"))
        if user is None:
            people = list(world.users.values())
            problem = "User name or password is wrong."
            return render_template("login.html", users=people, onward=onward, problem=problem), 401
        session["username"] = user.username
        if quirks.flag("intermediate_code"):
            step = {"code": "intermediate-login-code", "state": "login-state", "next": onward}
            return redirect(f"/login/verified?{urlencode(step)}", 303)
        return redirect(onward, 303)

    @pages.get("/login/verified")
    def verified() -> Any:
        return redirect(_onward(), 302)

    @pages.route("/logout", methods=["GET", "POST"])
    def logout() -> Any:
        session.clear()
        return redirect("/", 303)

    @pages.route("/oauth/callback", methods=["GET", "POST"])
    def callback() -> Any:
        """Stands in for a client's redirect URL on this host; a request here is a reply that left the browser."""
        carried = sorted(set(request.values))
        with world.lock:
            world.callback_hits.append({"method": request.method, "parameters": carried})
        return render_template("callback.html", parameters=carried)

    return pages


def _consent_page(world: World, grant: Any, user: User) -> str:
    del world
    client = grant.request.client
    session["consent"] = secrets.token_urlsafe(16)
    scopes = (grant.request.scope or "").split()
    return render_template(
        "consent.html",
        client=client,
        user=user,
        scopes=[(name, _SCOPE_WORDS.get(name, name)) for name in scopes],
        redirect_uri=grant.redirect_uri,
        token=session["consent"],
        action=request.full_path,
    )


def _from_our_page() -> bool:
    shown = session.pop("consent", None)
    return shown is not None and secrets.compare_digest(shown, request.form.get("consent", ""))


def _signed_in(world: World) -> User | None:
    return world.users.get(session.get("username", ""))


def _onward() -> str:
    """Where to go after login: back to the authorization request, or home; never another host."""
    wanted = request.values.get("next", "")
    return wanted if wanted.startswith(f"{AUTHORIZE}?") else "/"


def _problem(code: str, text: str, status: int) -> tuple[str, int]:
    return render_template("problem.html", code=code, text=text), status
