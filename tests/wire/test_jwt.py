"""Tokens as the official SDK makes them. Expected HS256 tokens were recorded from it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from designer.wire.jwt import ALGORITHMS, decode, encode, generate_json, parse
from designer.wire.jwt_keys import load_key
from designer.wire.sdk_error import SdkError

ARGUMENT_ERROR = "Workato::Connector::Sdk::ArgumentError"
HEADER = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"
CURVES: dict[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


def private_pem(key: Any, form: s.PrivateFormat = s.PrivateFormat.PKCS8, passphrase: bytes | None = None) -> str:
    encryption = s.BestAvailableEncryption(passphrase) if passphrase else s.NoEncryption()
    return str(key.private_bytes(s.Encoding.PEM, form, encryption).decode())


def public_pem(key: Any) -> str:
    pem = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    return str(pem.decode())


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def refused(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(SdkError) as caught:
        action()
    return caught.value.ruby_class, caught.value.message


def refused_key(key: str | None, algorithm: str) -> tuple[str, str]:
    return refused(lambda: encode({}, key, algorithm))


@pytest.mark.parametrize(
    ("payload", "token"),
    [
        ({"z": 1, "a": 2, "m": 3}, "eyJ6IjoxLCJhIjoyLCJtIjozfQ.TtTeFn1hSkqgBS99pooxkjgPQ-8OXS6Dnb-77R9Bgyc"),
        ({}, "e30.xVFdRVNikmjNAkXNWxbwDjsg3VH6Jor9jDY-MEVoRwc"),
        ({"sub": "admin"}, "eyJzdWIiOiJhZG1pbiJ9.TJTGoQ9Ooyxx0e7a1XljTt7sIGoJAYnQkle3WSq0iaM"),
        (
            {"name": "é漢😀", "lt": "<&>", "sep": "\u2028", "slash": "a/b"},
            "eyJuYW1lIjoiw6nmvKLwn5iAIiwibHQiOiI8Jj4iLCJzZXAiOiLigKgiLCJzbGFzaCI6ImEvYiJ9"
            ".m7RsOBjF1yUGgHjPyafqonN3Odl2DjYYNAsCpE1w4tg",
        ),
        (
            {"iat": 1.5, "nbf": 2, "exp": 3.0},
            "eyJpYXQiOjEuNSwibmJmIjoyLCJleHAiOjMuMH0.-gRTPrD4FmAx1b23gcgIPfeuRKOtDWKTR5Q6noNo1i8",
        ),
        ("just text", "Imp1c3QgdGV4dCI.3sHl6gHNfiU5MTNYdBrK_NT00Vn8ZvDZetzf3F3-msQ"),
        ([1, 2], "WzEsMl0.EonpxkGnek0eot2UkLi91ei02ixQzp23zIO-PHEvPh8"),
        (None, "bnVsbA.ROPuLGwpxlpnVXpp_mdMrNguqO9xWiirdoFsJAWDknw"),
        (
            {"aud": ["a", "b"], "scope": "x y"},
            "eyJhdWQiOlsiYSIsImIiXSwic2NvcGUiOiJ4IHkifQ.7s7uM0StP9w_SuyiM47o4-X2VKx2HGnG81YxUQS2YIE",
        ),
    ],
)
def test_claims_keep_their_order_and_plain_json(payload: Any, token: str) -> None:
    assert encode(payload, "s3cret", "HS256") == f"{HEADER}.{token}"


def test_a_hash_with_both_a_symbol_and_a_string_key_is_given_as_json() -> None:
    token = encode({"a": 2}, "s3cret", "HS256", payload_json='{"a":1,"a":2}')
    assert token == f"{HEADER}.eyJhIjoxLCJhIjoyfQ.xpZMOF3M3MPK72uX71EjbF48Fco9qKObS3q35GTtwlQ"


@pytest.mark.parametrize(
    ("fields", "header"),
    [
        (None, '{"typ":"JWT","alg":"HS256"}'),
        ({"kid": "key-1", "x5t": "abc"}, '{"typ":"JWT","alg":"HS256","kid":"key-1","x5t":"abc"}'),
        ({"typ": "at+jwt", "alg": "none", "kid": "k"}, '{"typ":"JWT","alg":"HS256","kid":"k"}'),
        ({"kid": None}, '{"typ":"JWT","alg":"HS256","kid":null}'),
        ({"x5c": ["a", "b"], "jwk": {"kty": "RSA"}}, '{"typ":"JWT","alg":"HS256","x5c":["a","b"],"jwk":{"kty":"RSA"}}'),
    ],
)
def test_header_fields_follow_typ_and_alg(fields: dict[str, Any] | None, header: str) -> None:
    segment = encode({}, "s3cret", "hs256", fields).partition(".")[0]
    assert base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode() == header


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name.startswith("RS")])
@pytest.mark.parametrize("form", [s.PrivateFormat.PKCS8, s.PrivateFormat.TraditionalOpenSSL])
def test_another_library_verifies_rsa(rsa_key: rsa.RSAPrivateKey, algorithm: str, form: s.PrivateFormat) -> None:
    token = encode({"iss": "me"}, private_pem(rsa_key, form), algorithm)
    assert pyjwt.decode(token, rsa_key.public_key(), [algorithm]) == {"iss": "me"}


@pytest.mark.parametrize("algorithm", CURVES)
def test_another_library_verifies_elliptic_curves(algorithm: str) -> None:
    key = ec.generate_private_key(CURVES[algorithm])
    token = encode({"iss": "me"}, private_pem(key, s.PrivateFormat.TraditionalOpenSSL), algorithm)
    assert pyjwt.decode(token, key.public_key(), [algorithm]) == {"iss": "me"}


def test_rsa_keys_are_refused_as_the_sdk_refuses_them(rsa_key: rsa.RSAPrivateKey) -> None:
    small = rsa.generate_private_key(65537, 1024)
    elliptic = ec.generate_private_key(ec.SECP256R1())
    short = "A RSA key of size 2048 bits or larger MUST be used with JWT"
    assert refused(lambda: encode({}, private_pem(small), "RS256")) == (ARGUMENT_ERROR, short)
    assert refused(lambda: encode({}, public_pem(rsa_key), "RS256")) == ("ArgumentError", "private key is needed")
    for unreadable in (private_pem(elliptic), "garbage", "", private_pem(rsa_key)[:300]):
        assert refused_key(unreadable, "RS256") == (ARGUMENT_ERROR, "Invalid key")
    assert refused(lambda: encode({}, None, "RS256"))[0] == "TypeError"


def test_a_pem_text_may_have_other_text_around_it(rsa_key: rsa.RSAPrivateKey) -> None:
    pem = private_pem(rsa_key)
    expected = encode({}, pem, "RS256")
    assert encode({}, f"Bag Attributes\r\n{pem}\n\nmore".replace("\n", "\r\n"), "RS256") == expected
    assert encode({}, pem.rstrip(), "RS256") == expected
    assert encode({}, pem.encode(), "RS256") == expected


def test_elliptic_curve_keys_are_refused_as_the_sdk_refuses_them(rsa_key: rsa.RSAPrivateKey) -> None:
    p256, p384 = (ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1()))
    koblitz = ec.generate_private_key(ec.SECP256K1())
    size = "An ECDSA key of size {} bits MUST be used with JWT"
    assert refused(lambda: encode({}, private_pem(p384), "ES256")) == (ARGUMENT_ERROR, size.format(256))
    assert refused(lambda: encode({}, private_pem(p256), "ES512")) == (ARGUMENT_ERROR, size.format(521))
    assert refused(lambda: encode({}, private_pem(koblitz), "ES256")) == (
        ARGUMENT_ERROR,
        "Mismatched algorithm and key",
    )
    for unreadable in (private_pem(rsa_key), "garbage", public_pem(p256)):
        assert refused_key(unreadable, "ES256") == (ARGUMENT_ERROR, "Invalid key")
    assert refused(lambda: encode({}, None, "ES256"))[0] == "NoMethodError"


def test_a_damaged_key_comes_with_a_way_out(rsa_key: rsa.RSAPrivateKey) -> None:
    def hint(pem: str) -> str:
        with pytest.raises(SdkError) as caught:
            encode({}, pem, "RS256")
        return caught.value.hint

    assert "line breaks" in hint(private_pem(rsa_key).replace("\n", " "))
    assert "written out" in hint(private_pem(rsa_key).replace("\n", "\\n"))
    assert "passphrase" in hint(private_pem(rsa_key, passphrase=b"p"))
    assert "BEGIN" in hint("MIIEvQ")


@pytest.mark.parametrize("key", [None, 5, ""])
def test_an_hmac_key_must_be_text(key: Any) -> None:
    assert refused(lambda: encode({}, key, "HS256"))[0] == "JWT::DecodeError"


@pytest.mark.parametrize("algorithm", ["PS256", "none", "EdDSA", "", "ES256K"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    supported = "RS256, RS384, RS512, HS256, HS384, HS512, ES256, ES384, ES512"
    text = f"Unsupported signing method. Supports only {supported}. Got: '{algorithm.upper()}'"
    assert refused(lambda: encode({}, "k", algorithm)) == (ARGUMENT_ERROR, text)


def test_time_claims_must_be_numbers() -> None:
    text = "exp claim must be a Numeric value but it is a {}"
    assert refused(lambda: encode({"exp": "1"}, "k", "HS256")) == ("JWT::InvalidPayload", text.format("String"))
    assert refused(lambda: encode({"exp": None}, "k", "HS256"))[1] == text.format("NilClass")
    assert refused(lambda: encode({"exp": True}, "k", "HS256"))[1] == text.format("TrueClass")
    named = refused(lambda: encode({"exp": object()}, "k", "HS256", class_name=lambda _: "Time"))
    assert named[1] == text.format("Time")


def test_decoding_verifies(rsa_key: rsa.RSAPrivateKey) -> None:
    token = encode({"sub": "me", "n": 1}, "sec", "HS256", {"kid": "k"})
    decoded = decode(token, "sec", "hs256", now=0)
    assert (decoded.header, decoded.claims) == ({"typ": "JWT", "alg": "HS256", "kid": "k"}, {"sub": "me", "n": 1})
    assert refused(lambda: decode(token, "other", "HS256", now=0)) == (ARGUMENT_ERROR, "Invalid signature")
    assert refused(lambda: decode(token + "x", "sec", "HS256", now=0)) == (ARGUMENT_ERROR, "Invalid signature")
    assert refused(lambda: decode(token, "sec", "HS384", now=0)) == (ARGUMENT_ERROR, "Mismatched algorithm and key")
    assert refused(lambda: decode("a.b", "sec", "HS256", now=0))[0] == "JWT::DecodeError"
    assert refused(lambda: decode("%.%.%", "sec", "HS256", now=0)) == ("JWT::DecodeError", "Invalid segment encoding")
    signed = encode({}, private_pem(rsa_key), "RS256")
    assert decode(signed, public_pem(rsa_key), "RS256", now=0).claims == {}


def test_decoding_holds_times_against_the_clock() -> None:
    token = encode({"nbf": 100, "exp": 200}, "sec", "HS256")
    assert decode(token, "sec", "HS256", now=150).claims == {"nbf": 100, "exp": 200}
    assert refused(lambda: decode(token, "sec", "HS256", now=200))[0] == "JWT::ExpiredSignature"
    assert refused(lambda: decode(token, "sec", "HS256", now=99))[0] == "JWT::ImmatureSignature"


@pytest.mark.parametrize(
    ("exp", "refusal"),
    [
        ('"abc"', ("JWT::ExpiredSignature", "Signature has expired")),
        ('"1e9"', ("JWT::ExpiredSignature", "Signature has expired")),
        ('" 200 s"', None),
        (f'"{"9" * 5000}"', None),
        ("1e400", ("FloatDomainError", "Infinity")),
        ("[]", ("NoMethodError", "undefined method `to_i' for []:Array")),
        ('{"a":1}', ("NoMethodError", 'undefined method `to_i\' for {"a":1}:Hash')),
        ("true", ("NoMethodError", "undefined method `to_i' for true:TrueClass")),
    ],
)
def test_a_time_that_is_no_number_is_read_as_ruby_reads_it(exp: str, refusal: tuple[str, str] | None) -> None:
    token = encode({}, "sec", "HS256", payload_json=f'{{"exp":{exp}}}')
    if refusal is None:
        assert decode(token, "sec", "HS256", now=100).claims["exp"] == json.loads(exp)
    else:
        assert refused(lambda: decode(token, "sec", "HS256", now=100)) == refusal


def test_a_token_that_is_nested_too_deeply_is_refused() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=")
    for token in (f"{deep}.e30.x", f"e30.{deep}.eA"):
        assert refused(lambda token=token: parse(token)) == ("JWT::DecodeError", "Invalid segment encoding")


def test_a_token_can_be_explained_without_its_key() -> None:
    token = parse(encode({"a": [1, {"b": None}]}, "sec", "HS256"))
    assert (token.header["alg"], token.claims, len(token.signature)) == ("HS256", {"a": [1, {"b": None}]}, 32)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e20, "1.0e+20"),
        (1e-7, "1.0e-07"),
        (100.0, "100.0"),
        (1.25, "1.25"),
        (10**30, str(10**30)),
        ({"a": [True, None, '/<\x7f\u2028\n"']}, '{"a":[true,null,"/<\x7f\u2028\\n\\""]}'),
    ],
)
def test_json_as_ruby_generates_it(value: Any, text: str) -> None:
    assert generate_json(value) == text
    assert json.loads(text) == value


def test_a_key_never_shows_its_material() -> None:
    assert repr(load_key("s3cret", "HS256")) == "Key(algorithm='HS256')"
