"""The protected API: the same CRM behind every kind of authorization, at ``/api/KIND/…``."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import Blueprint, Response, jsonify, request

from designer.sandbox import demo, digest, jose, sigv4
from designer.sandbox.authorization import issuer
from designer.sandbox.crm import Invalid, NotFound
from designer.sandbox.httpd import PEER
from designer.sandbox.models import Token, User
from designer.sandbox.world import Session, World

SESSION_SECONDS = 1800
SESSION_HEADER = "X-Session-Token"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from, as ``/me`` tells it. ``kind`` is how they were known."""

    name: str
    detail: dict[str, Any]
    kind: str = ""


class Denied(Exception):
    """The request is not authorized."""

    def __init__(self, body: dict[str, Any], *, status: int = 401, headers: dict[str, str] | None = None) -> None:
        super().__init__(body.get("error", ""))
        self.body = body
        self.status = status
        self.headers = headers or {}


Authenticator = Callable[[World], Caller]


def blueprint(world: World) -> Blueprint:
    """Routes of the API over ``world``."""
    api = Blueprint("api", __name__, url_prefix="/api")

    def caller(kind: str) -> Caller:
        if kind not in AUTHENTICATORS:
            raise Denied({"error": "not_found", "message": f"There is no /api/{kind}."}, status=404)
        found = AUTHENTICATORS[kind](world)
        return found if found.kind else replace(found, kind=kind)

    @api.errorhandler(Denied)
    def denied(error: Denied) -> Response:
        reply = jsonify(error.body)
        reply.status_code = error.status
        reply.headers.update(error.headers)
        return reply

    @api.errorhandler(NotFound)
    def not_found(error: NotFound) -> tuple[Response, int]:
        return jsonify(error="not_found", message=str(error)), 404

    @api.errorhandler(Invalid)
    def invalid(error: Invalid) -> tuple[Response, int]:
        return jsonify(error="invalid", field=error.field, message=str(error)), 422

    @api.post("/session/login")
    def login() -> Response:
        given = request.get_json(silent=True) or request.form
        user = world.user_with(given.get("username"), given.get("password"))
        if user is None:
            raise Denied({"error": "invalid_credentials", "message": "User name or password is wrong."})
        token = f"st_{secrets.token_urlsafe(24)}"
        with world.lock:
            world.sessions[token] = Session(user.username, world.clock() + SESSION_SECONDS)
        reply = jsonify(token=token, expires_in=SESSION_SECONDS, user=user.username)
        reply.set_cookie("harbor_session", token, httponly=True, samesite="Lax", path="/api/session")
        return reply

    @api.post("/session/logout")
    def logout() -> tuple[str, int]:
        with world.lock:
            world.sessions.pop(_session_token(), None)
        return "", 204

    @api.get("/<kind>/me")
    def me(kind: str) -> Response:
        found = caller(kind)
        return jsonify(name=found.name, authorization=found.kind, **found.detail)

    @api.get("/<kind>/contacts")
    def contacts(kind: str) -> Response:
        caller(kind)
        found = world.crm.contacts(request.args.get("q", ""))
        offset, limit = _number("offset", 0, 1_000_000), _number("limit", 50, 100)
        return jsonify(contacts=found[offset : offset + limit], total=len(found))

    @api.post("/<kind>/contacts")
    def add_contact(kind: str) -> tuple[Response, int]:
        found = caller(kind)
        scope = found.detail.get("scope")
        if scope is not None and "contacts.write" not in scope.split():
            message = "The scope contacts.write is missing."
            header = {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="contacts.write"'}
            raise Denied({"error": "insufficient_scope", "error_description": message}, status=403, headers=header)
        moment = datetime.fromtimestamp(world.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        return jsonify(world.crm.add_contact(given, moment)), 201

    @api.get("/<kind>/contacts/<int:number>")
    def contact(kind: str, number: int) -> Response:
        caller(kind)
        return jsonify(world.crm.contact(number))

    @api.get("/<kind>/companies")
    def companies(kind: str) -> Response:
        caller(kind)
        return jsonify(companies=world.crm.companies())

    return api


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name)
    if given is None:
        return default
    if not given.isdecimal() or int(given) > most:
        raise Invalid(name, f"{name} is a number up to {most}.")
    return int(given)


def _basic(world: World) -> Caller:
    given = request.authorization
    user = world.user_with(given.username, given.password) if given is not None and given.type == "basic" else None
    if user is None:
        header = {"WWW-Authenticate": 'Basic realm="harbor", charset="UTF-8"'}
        raise Denied({"error": "unauthorized", "message": "User name or password is missing or wrong."}, headers=header)
    return _person(user)


def _key(world: World) -> Caller:
    del world
    for place, given in (("header", request.headers.get("X-Api-Key")), ("query", request.args.get("api_key"))):
        if given is not None and _same(given, demo.API_KEY):
            return Caller("Harbor API key", {"place": place})
    message = "The API key is missing or wrong: header X-Api-Key or query parameter api_key."
    raise Denied({"error": "invalid_api_key", "message": message})


def _headers(world: World) -> Caller:
    del world
    right = _same(request.headers.get("X-App-Id", ""), demo.APP_ID)
    if right and _same(request.headers.get("X-App-Token", ""), demo.APP_TOKEN):
        return Caller("Harbor demo app", {"app_id": demo.APP_ID})
    raise Denied({"error": "invalid_app", "message": "X-App-Id or X-App-Token is missing or wrong."}, status=401)


def _bearer(world: World) -> Caller:
    class Validator(BearerTokenValidator):  # type: ignore[misc]
        def authenticate_token(self, token_string: str) -> Token | None:
            return world.by_access_token(token_string)

    protector = ResourceProtector()
    protector.register_token_validator(Validator(realm="harbor"))
    try:
        token: Token = protector.acquire_token()
    except OAuth2Error as error:
        status = int(world.quirks.choice("rejects_with"))
        description = error.get_error_description()
        # RFC 6750 §3.1: a request that tried nothing is told the scheme and no error.
        tried = "Authorization" in request.headers
        told = f', error="invalid_token", error_description="{description}"' if tried else ""
        headers = {"WWW-Authenticate": f'Bearer realm="harbor"{told}'} if status == 401 else {}
        body = {"error": "invalid_token", "error_description": description}
        raise Denied(body, status=status, headers=headers) from error
    user = world.users.get(token.username or "")
    detail = {"client_id": token.client_id, "scope": token.scope}
    return Caller(user.name, detail | {"email": user.email}) if user else Caller(token.client_id, detail)


def _session(world: World) -> Caller:
    with world.lock:
        session = world.sessions.get(_session_token())
    if session is None or world.clock() >= session.expires_at:
        raise Denied({"error": "session_expired", "message": "Log in at /api/session/login."})
    return _person(world.users[session.username])


def _session_token() -> str:
    return request.headers.get(SESSION_HEADER) or request.cookies.get("harbor_session") or ""


def _sigv4(world: World) -> Caller:
    headers = {name.lower(): value for name, value in request.headers.items()}
    # WSGI always has a Content-Type and a Content-Length; what did not arrive was not signed either.
    received = sigv4.Received(request.method, _target(), headers, request.get_data())
    try:
        scope = sigv4.verify(received, {demo.ACCESS_KEY_ID: demo.SECRET_ACCESS_KEY}, world.clock())
    except sigv4.Refused as error:
        body = {"error": error.code, "message": str(error)}
        if error.canonical_request:
            body |= {"canonical_request": error.canonical_request, "string_to_sign": error.string_to_sign}
        raise Denied(body, status=403) from error
    detail = {"access_key_id": scope.access_key_id, "region": scope.region, "service": scope.service}
    return Caller("Harbor demo key", detail)


def _digest(world: World) -> Caller:
    try:
        return _person(digest.verify(world, request.headers.get("Authorization", ""), request.method, _target()))
    except digest.Refused as error:
        header = {"WWW-Authenticate": digest.challenge(world, stale=error.stale)}
        raise Denied({"error": "unauthorized", "message": str(error)}, headers=header) from error


def _jwt(world: World) -> Caller:
    given = request.headers.get("Authorization", "")
    assertion = given[7:] if given.lower().startswith("bearer ") else ""
    client = world.clients.get(jose.unverified_issuer(assertion) or "") if assertion else None
    if client is None:
        message = "A JWT whose iss is a client is missing."
        raise Denied({"error": "invalid_token", "message": message}, headers={"WWW-Authenticate": "Bearer"})
    try:
        claims = jose.verify(assertion, client, audiences=(issuer(), f"{issuer()}/api"), now=world.clock())
    except jose.BadToken as error:
        header = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Denied({"error": "invalid_token", "message": str(error)}, headers=header) from error
    return Caller(client.title, {"client_id": client.client_id, "claims": claims})


def _mtls(world: World) -> Caller:
    del world
    peer = request.environ.get(PEER)
    if not peer:
        where = "over https, at the address the home page gives" if request.scheme == "http" else "with one"
        raise Denied({"error": "certificate_required", "message": f"No client certificate came along. Come {where}."})
    names = {name: value for part in peer["subject"] for name, value in part}
    return Caller(names.get("commonName", ""), {"serial_number": peer.get("serialNumber", "")})


def _open(world: World) -> Caller:
    """Whoever comes: an API without credentials."""
    del world
    return Caller("Anyone", {})


def _v1(world: World) -> Caller:
    """One API for all, as real products have it: whatever credentials the request carries."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    kind = _SCHEMES.get(scheme)
    if kind is None and not scheme:
        places = {"key": "X-Api-Key", "headers": "X-App-Id", "session": SESSION_HEADER}
        kind = next((name for name, header in places.items() if header in request.headers), None)
        kind = kind or ("key" if "api_key" in request.args else None)
    kind = kind or "bearer"
    return replace(AUTHENTICATORS[kind](world), kind=kind)


_SCHEMES = {"basic": "basic", "bearer": "bearer", "digest": "digest", sigv4.ALGORITHM.lower(): "sigv4"}


def _person(user: User) -> Caller:
    return Caller(user.name, {"username": user.username, "email": user.email})


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _target() -> str:
    """The raw request target, as it was signed."""
    return str(request.environ["REQUEST_URI"])


AUTHENTICATORS: dict[str, Authenticator] = {
    "basic": _basic,
    "key": _key,
    "headers": _headers,
    "bearer": _bearer,
    "session": _session,
    "sigv4": _sigv4,
    "digest": _digest,
    "jwt": _jwt,
    "mtls": _mtls,
    "open": _open,
    "v1": _v1,
}
"""Every kind of authorization the API takes, by the first part of its path; ``v1`` takes any of them."""
