"""The provider's own signing key and the verification of the assertions clients send, by joserfc.

The client side of the project signs with pyjwt and cryptography; nothing is shared with it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from designer.sandbox import demo
from designer.sandbox.models import Client

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "HS256", "HS384", "HS512")
"""Assertion algorithms a client has a key for: its RSA key, its P-256 key, its secret."""

_LEEWAY = 60


class BadToken(Exception):
    """An assertion that does not verify; the message says why."""


@cache
def _signing_key() -> jwk.ECKey:
    return jwk.ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


def sign(claims: dict[str, Any], *, typ: str) -> str:
    """JWT by the provider's key, ES256."""
    key = _signing_key()
    return jwt.encode({"alg": "ES256", "typ": typ, "kid": key.kid}, claims, key, algorithms=["ES256"])


def key_set() -> dict[str, Any]:
    """JWK set (RFC 7517) with the public half of the provider's key."""
    return {"keys": [_signing_key().as_dict(private=False)]}


def verify(assertion: str, client: Client, *, audiences: tuple[str, ...], now: float) -> dict[str, Any]:
    """Claims of an assertion signed by ``client``: signature, iss, aud and times verified (RFC 7523 §3).

    Raises :class:`BadToken`.
    """
    try:
        header = jws.extract_compact(assertion.encode()).headers()
        algorithm = str(header.get("alg"))
        claims = dict(jwt.decode(assertion, _key(client, algorithm), algorithms=[algorithm]).claims)
    except (JoseError, ValueError) as error:
        raise BadToken(f"The assertion does not verify: {_plain(error)}.") from error
    if claims.get("iss") != client.client_id:
        raise BadToken("The claim iss is not the client.")
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(now),
        leeway=_LEEWAY,
        exp={"essential": True},
        aud={"essential": True, "values": list(audiences)},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise BadToken(f"The claims do not hold: {_plain(error)}.") from error
    if claims["exp"] > now + 3600 + _LEEWAY:
        raise BadToken("The claim exp is more than an hour ahead.")
    return claims


def unverified_issuer(assertion: str) -> str | None:
    """The claim ``iss``, to find the client by; nothing is verified."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else None


def _key(client: Client, algorithm: str) -> jwk.Key:
    if algorithm not in ALGORITHMS:
        raise BadToken(f"The algorithm {algorithm} is not accepted: one of {', '.join(ALGORITHMS)}.")
    if algorithm.startswith("HS"):
        return jwk.OctKey.import_key(client.client_secret or "")
    return _public_key("rsa" if algorithm.startswith("RS") else "ec")


@cache
def _public_key(kind: str) -> jwk.Key:
    pem = demo.private_key(kind)
    private = jwk.RSAKey.import_key(pem) if kind == "rsa" else jwk.ECKey.import_key(pem)
    # Only the public half, so that a mistake here could not accept a token "verified" by anything else.
    return type(private).import_key(private.as_dict(private=False))


def _plain(error: Exception) -> str:
    text = getattr(error, "description", "") or str(error)
    return "".join(char for char in text if 0x20 <= ord(char) <= 0x7E and char not in '"\\').rstrip(".")
