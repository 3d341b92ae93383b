"""Keys in every form they come in, tried on tokens that another library signed."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt as other
import pytest
from cryptography.hazmat.primitives import serialization as serial
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from designer.wire.jwt import parse
from designer.wire.jwt_proof import Proof, prove
from tests.wire.certificates import issue

RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
P256, P521, K1 = (ec.generate_private_key(curve()) for curve in (ec.SECP256R1, ec.SECP521R1, ec.SECP256K1))
ED, ED448 = ed25519.Ed25519PrivateKey.generate(), ed448.Ed448PrivateKey.generate()
SECRET = "a-secret-for-the-signature-of-64-bytes-so-that-nobody-warns-of-it"


def public(key: Any) -> str:
    kind = serial.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serial.Encoding.PEM, kind).decode())


def private(key: Any) -> str:
    form, none = serial.PrivateFormat.PKCS8, serial.NoEncryption()
    return str(key.private_bytes(serial.Encoding.PEM, form, none).decode())


def signed(key: Any, algorithm: str, **header: Any) -> str:
    return other.encode({"sub": "me"}, key, algorithm, headers=header)


def tried(token: str, key: str) -> Proof:
    return prove(parse(token), key)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSA, "RS256"), (RSA, "RS512"), (RSA, "PS256"), (RSA, "PS384"), (P256, "ES256"), (P521, "ES512"),
        (K1, "ES256K"), (ED, "EdDSA"), (ED448, "EdDSA"),
    ],
)  # fmt: skip
def test_a_key_pair_in_pem(key: Any, algorithm: str) -> None:
    token = signed(key, algorithm)
    assert tried(token, public(key)).verified is True
    assert tried(token, f"\n{private(key)}\n").verified is True
    head, _body, signature = token.split(".")
    changed = f"{head}.{base64.urlsafe_b64encode(b'{}').decode().rstrip('=')}.{signature}"
    assert tried(changed, public(key)).verified is False


def test_another_key_and_one_of_another_kind() -> None:
    token = signed(RSA, "RS256")
    assert tried(token, public(OTHER)) == (False, "Another key signed the token, or it was changed since.")
    assert tried(token, public(P256)) == (None, "RS256 needs an RSA key; this text holds none that can be read.")
    assert tried(token, "no key at all").verified is None
    assert tried(signed(SECRET, "HS256"), public(RSA)).meaning.startswith("HS256 takes a shared secret")


def test_the_key_of_a_certificate() -> None:
    made = issue("issuer", use_rsa=True)
    token = signed(made.key, "RS256")
    found = tried(token, made.pem)
    assert found.verified is True and "certificate" in found.meaning
    assert tried(token, made.pem[:200]).meaning == "The certificate cannot be read: it is damaged or cut short."


def test_a_set_of_keys_is_searched_by_the_kid() -> None:
    def jwk(key: Any, kid: str) -> dict[str, Any]:
        return {**json.loads(other.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid}

    keys = json.dumps({"keys": [jwk(OTHER, "old"), jwk(RSA, "new")]})
    found = tried(signed(RSA, "RS256", kid="new"), keys)
    assert found.verified is True and "kid new" in found.meaning
    assert tried(signed(RSA, "RS256", kid="old"), keys).verified is False
    assert tried(signed(RSA, "RS256"), keys).verified is True
    assert tried(signed(RSA, "RS256", kid="x"), keys) == (
        None,
        "None of the keys has the kid 'x' that the token names.",
    )
    assert tried(signed(RSA, "RS256"), json.dumps(jwk(RSA, "new"))).verified is True
    assert tried(signed(P256, "ES256"), keys) == (None, "The JWK is no key for ES256.")
    assert tried(signed(RSA, "RS256"), "{").verified is None
    assert tried(signed(RSA, "RS256"), '{"keys": 1}').verified is None


def test_a_secret_as_it_stands_or_in_base64() -> None:
    assert tried(signed(SECRET, "HS256"), SECRET).verified is True
    assert tried(signed(SECRET, "HS256"), f"{SECRET}\n").verified is True
    found = tried(signed(base64.b64decode("AAEC" * 16), "HS256"), "AAEC" * 16)
    assert found.verified is True and "Base64" in found.meaning
    assert tried(signed(SECRET, "HS512"), "other").verified is False


def test_what_is_not_signed_or_not_known() -> None:
    none = "eyJhbGciOiJub25lIn0.e30."
    assert "not signed" in prove(parse(none + "AA"), "x").meaning
    head = base64.urlsafe_b64encode(json.dumps({"alg": "XX1"}).encode()).decode()
    assert "'XX1'" in prove(parse(f"{head}.e30.AA"), "x").meaning
