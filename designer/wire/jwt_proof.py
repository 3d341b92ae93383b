"""Whether a key that somebody holds belongs to a token's signature: any key, in the form it comes in.

Wider than what ``workato.jwt_*`` signs with: tokens that providers issue are explained too (RFC 7518, RFC 8037).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from designer.wire.jwt import Token

__all__ = ["Proof", "prove"]

_BEGIN = "-----BEGIN"
_KINDS = {"RS": "an RSA key", "PS": "an RSA key", "ES": "an elliptic curve key", "Ed": "an Ed25519 or Ed448 key"}
_CERTIFICATE = "-----BEGIN CERTIFICATE-----"


class Proof(NamedTuple):
    """``verified`` is None where nothing could be tried; ``meaning`` says in words what that comes to."""

    verified: bool | None
    meaning: str


def prove(token: Token, key: str) -> Proof:
    """Try ``key`` on the signature of ``token``: a PEM text (key or certificate), a JWK or a set of them (RFC 7517),
    or the secret of an HMAC."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from jwt.algorithms import get_default_algorithms
    from jwt.exceptions import PyJWTError

    header = token.header if isinstance(token.header, dict) else {}
    name = str(header.get("alg"))
    algorithm = get_default_algorithms().get(name)
    if name.lower() == "none":
        return Proof(None, "The token says alg: none. It is not signed, and nobody can tell who wrote it.")
    if algorithm is None:
        return Proof(None, f"Its algorithm {name!r} is none that is known here (RFC 7518).")
    tried: list[str] = []
    for shown, material in _materials(key, name, header.get("kid")):
        if isinstance(material, str):
            tried.append(material)
            continue
        try:
            good = bool(algorithm.verify(token.signing_input.encode(), _prepared(algorithm, material), token.signature))
        except (PyJWTError, ValueError, TypeError, AttributeError, UnsupportedAlgorithm):
            kind = _KINDS.get(name[:2], "another key")
            tried.append(f"{name} needs {kind}; this text holds none that can be read.")
            continue
        if good:
            return Proof(True, f"This key belongs to the signature{shown}. The token is as its issuer wrote it.")
        tried.append("")
    if "" in tried:
        return Proof(False, "Another key signed the token, or it was changed since.")
    return Proof(None, tried[0] if tried else f"There is no key for {name} in it.")


def _materials(text: str, name: str, kid: Any) -> Iterator[tuple[str, Any]]:
    """What the pasted text may mean, each with how to call it; a text where it means nothing."""
    plain = text.strip()
    if plain[:1] in ("{", "["):
        yield from _of_jwks(plain, name, kid)
    elif name.startswith("HS") and _BEGIN not in plain:
        yield "", text.encode()
        if plain != text:
            yield ", without the blanks around it", plain.encode()
        try:
            yield ", taken as Base64", base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return
    elif name.startswith("HS"):
        yield "", f"{name} takes a shared secret, not a key pair."
    elif plain.startswith(_CERTIFICATE):
        from cryptography.x509 import load_pem_x509_certificate

        try:
            yield " (that of the certificate)", load_pem_x509_certificate(plain.encode()).public_key()
        except ValueError:
            yield "", "The certificate cannot be read: it is damaged or cut short."
    else:
        yield "", plain.encode()


def _of_jwks(text: str, name: str, kid: Any) -> Iterator[tuple[str, Any]]:
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        yield "", "It begins like a JWK but is no JSON."
        return
    keys = data.get("keys") if isinstance(data, dict) and "keys" in data else data if isinstance(data, list) else [data]
    keys = [one for one in keys if isinstance(one, dict)] if isinstance(keys, list) else []
    named = [one for one in keys if kid is not None and one.get("kid") == kid]
    if kid is not None and not named and any("kid" in one for one in keys):
        yield "", f"None of the keys has the kid {kid!r} that the token names."
        return
    for one in named or keys:
        try:
            yield f" (kid {one['kid']})" if one.get("kid") else "", PyJWK(one, algorithm=name).key
        except (PyJWTError, ValueError, TypeError, KeyError):
            yield "", f"The JWK is no key for {name}."


def _prepared(algorithm: Any, material: Any) -> Any:
    key = algorithm.prepare_key(material)
    return key.public_key() if hasattr(key, "public_key") else key
