"""Keys for JWT signatures, read and refused as the SDK reads and refuses them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from designer.wire.sdk_error import SdkError

RSA_MINIMUM_BITS = 2048
_CURVES = {"ES256": ("secp256r1", 256), "ES384": ("secp384r1", 384), "ES512": ("secp521r1", 521)}
# OpenSSL wants both armour lines to themselves; cryptography does not, and would hide the commonest mistake of all:
# a key pasted into a one-line field.
_PEM_LINES = re.compile(rb"^-----BEGIN ([^\n]*?)-----[ \t\r]*\n(?:.*\n)*?-----END \1-----", re.MULTILINE)
_ARGUMENT_ERROR = "Workato::Connector::Sdk::ArgumentError"


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key that has passed the SDK's checks for ``algorithm``. Its material never shows."""

    algorithm: str
    material: Any

    def __repr__(self) -> str:
        return f"Key(algorithm={self.algorithm!r})"

    def sign(self, message: bytes) -> bytes:
        """The JWS signature (RFC 7518, section 3): for ES the raw pair, not ASN.1."""
        if not hasattr(self.material, "sign") and not isinstance(self.material, bytes):
            raise _public_key(self.algorithm)
        return bytes(_primitive(self.algorithm).sign(message, self.material))

    def verifies(self, message: bytes, signature: bytes) -> bool:
        material = self.material
        if hasattr(material, "public_key"):
            material = material.public_key()
        return bool(_primitive(self.algorithm).verify(message, material, signature))


def load_key(key: str | bytes | int | None, algorithm: str, *, for_signing: bool = True) -> Key:
    """``key`` for ``algorithm`` (upper case, one of ``jwt.ALGORITHMS``).

    ``for_signing`` applies the SDK's rules of size and curve, which ``jwt_decode`` does not have. Raises ``SdkError``.
    """
    if algorithm.startswith("HS"):
        return Key(algorithm, _secret(key))
    loaded = _asymmetric(key, algorithm)
    if algorithm.startswith("RS"):
        _check_rsa(loaded, for_signing=for_signing)
    else:
        _check_ec(loaded, algorithm, for_signing=for_signing)
    return Key(algorithm, loaded)


def _secret(key: str | bytes | int | None) -> bytes:
    if not isinstance(key, str | bytes):
        raise SdkError("JWT::DecodeError", "HMAC key expected to be a String")
    if not key:
        raise SdkError("JWT::DecodeError", "HMAC key cannot be empty")
    return key.encode() if isinstance(key, str) else key


def _asymmetric(key: str | bytes | int | None, algorithm: str) -> Any:
    if key is None and algorithm.startswith("ES"):
        raise SdkError("NoMethodError", "undefined method `order' for nil:NilClass", "The key is nil.")
    if isinstance(key, int) and algorithm.startswith("RS"):
        raise SdkError(_ARGUMENT_ERROR, "Invalid key", "A number is taken for the size of a key to be made.")
    if not isinstance(key, str | bytes):
        kind = "nil" if key is None else "Integer" if isinstance(key, int) else str(key)
        raise SdkError("TypeError", f"no implicit conversion of {kind} into String", "The key is not text.")
    data = key.encode() if isinstance(key, str) else key
    if b"-----BEGIN" in data and not _PEM_LINES.search(data):
        raise _invalid_key(data)
    return _read(data)


@functools.lru_cache(maxsize=8)
def _read(data: bytes) -> Any:
    """The key in PEM or DER. The last few are kept: reading one costs more than signing with it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as s

    # OpenSSL judges a key by signing with it; cryptography would spend a primality test on every call.
    readers: list[tuple[Any, dict[str, Any]]] = [
        (s.load_pem_private_key, {"password": None, "unsafe_skip_rsa_key_validation": True}),
        (s.load_pem_public_key, {}),
        (s.load_der_private_key, {"password": None, "unsafe_skip_rsa_key_validation": True}),
        (s.load_der_public_key, {}),
    ]
    for reader, options in readers:
        try:
            return reader(data, **options)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
    raise _invalid_key(data)


def _invalid_key(data: bytes) -> SdkError:
    if b"ENCRYPTED" in data:
        hint = "The key is protected by a passphrase: give it without one."
    elif b"-----BEGIN" in data and b"\\n" in data:
        hint = "The PEM text has \\n written out instead of line breaks: gsub('\\n', \"\\n\") restores them."
    elif b"-----BEGIN" in data and not _PEM_LINES.search(data):
        hint = "The line breaks of the PEM text are gone: use a text-area field, or restore them with gsub."
    elif b"-----BEGIN" not in data:
        hint = "A private key in PEM form begins with -----BEGIN PRIVATE KEY-----."
    else:
        hint = "The PEM text is damaged, cut short, or holds another kind of key."
    return SdkError(_ARGUMENT_ERROR, "Invalid key", hint)


def _check_rsa(key: Any, *, for_signing: bool) -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    if not isinstance(key, RSAPrivateKey | RSAPublicKey):
        raise SdkError(_ARGUMENT_ERROR, "Invalid key", "RS256, RS384 and RS512 need an RSA key.")
    if for_signing and key.key_size < RSA_MINIMUM_BITS:
        text = f"A RSA key of size {RSA_MINIMUM_BITS} bits or larger MUST be used with JWT"
        raise SdkError(_ARGUMENT_ERROR, text, f"This key has {key.key_size} bits.")


def _check_ec(key: Any, algorithm: str, *, for_signing: bool) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

    if not isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey):
        raise SdkError(_ARGUMENT_ERROR, "Invalid key", "ES256, ES384 and ES512 need an elliptic curve key.")
    curve, bits = _CURVES[algorithm]
    if for_signing and key.key_size != bits:
        text = f"An ECDSA key of size {bits} bits MUST be used with JWT"
        raise SdkError(_ARGUMENT_ERROR, text, f"This key is on {key.curve.name}, with {key.key_size} bits.")
    if key.curve.name != curve:
        text = f"{algorithm} needs a key on {curve}; this one is on {key.curve.name}."
        raise SdkError(_ARGUMENT_ERROR, "Mismatched algorithm and key", text)


def _public_key(algorithm: str) -> SdkError:
    hint = "This is a public key; signing needs the private one."
    if algorithm.startswith("RS"):
        return SdkError("ArgumentError", "private key is needed", hint)
    return SdkError(_ARGUMENT_ERROR, "Invalid key", hint)


@functools.cache
def _primitive(algorithm: str) -> Any:
    from jwt.algorithms import get_default_algorithms

    return get_default_algorithms()[algorithm]
