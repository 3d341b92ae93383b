"""Keys, signatures and ciphers: the evaluator's ``Crypto`` port over ``cryptography``, failing as OpenSSL does."""

from __future__ import annotations

from typing import Any

from designer.evaluator import CannotEvaluate, RubyError

_CIPHER_ERROR = "OpenSSL::Cipher::CipherError"
_BLOCK = 16
_KEY_NAMES = {"RSA": "rsaEncryption", "EC": "id-ecPublicKey", "DSA": "dsaEncryption"}


class OpenSsl:
    """See ``designer.evaluator.ports.Crypto``. Imports ``cryptography`` on first use."""

    def load_key(self, pem: bytes, password: bytes | None, kind: str) -> Any:
        """The private or public key in ``pem`` (PEM or DER); ``kind`` is RSA, EC, DSA or "" for any."""
        key = _load(pem, password)
        if key is None:
            raise RubyError.of(_key_error(kind), _unreadable(kind))
        return self.key_of_kind(key, kind)

    def key_of_kind(self, key: Any, kind: str) -> Any:
        """``key``, where it is of that kind; see ``load_key``."""
        from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

        kinds: dict[str, tuple[type, ...]] = {
            "RSA": (rsa.RSAPrivateKey, rsa.RSAPublicKey),
            "EC": (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey),
            "DSA": (dsa.DSAPrivateKey, dsa.DSAPublicKey),
        }
        if kind in kinds and not isinstance(key, kinds[kind]):
            # The openssl gem (3.0) raises the error of DSA for a key that is none of EC.
            wrong = "OpenSSL::PKey::DSAError" if kind == "EC" else _key_error(kind)
            named = next((_KEY_NAMES[name] for name, types in kinds.items() if isinstance(key, types)), "")
            raise RubyError.of(wrong, f"incorrect pkey type{f': {named}' if named else ''}")
        return key

    def is_private(self, key: Any) -> bool:
        return hasattr(key, "private_bytes")

    def public_half(self, key: Any) -> Any:
        return key.public_key() if self.is_private(key) else key

    def public_pem(self, key: Any) -> str:
        """SubjectPublicKeyInfo (RFC 5280 §4.1) in PEM."""
        from cryptography.hazmat.primitives import serialization as s

        made: bytes = self.public_half(key).public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
        return made.decode("ascii")

    def sign(self, key: Any, algorithm: str, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

        digest = _digest(algorithm)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), digest)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(digest))
        if hasattr(key, "sign"):
            signature: bytes = key.sign(data)
            return signature
        raise RubyError.of("ArgumentError", "private key is needed")

    def verify(self, key: Any, algorithm: str, signature: bytes, data: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

        public = key.public_key() if hasattr(key, "public_key") else key
        digest = _digest(algorithm)
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(signature, data, padding.PKCS1v15(), digest)
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, data, ec.ECDSA(digest))
            else:
                public.verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def cipher(self, name: str, *, encrypt: bool, key: bytes, iv: bytes | None, data: bytes, **options: Any) -> Any:
        """``name`` like "AES-256-CBC". GCM takes ``auth_data`` and, to decrypt, ``tag``, and when encrypting gives
        ``(sealed, tag)``; everything else gives bytes. ``padding=False`` leaves PKCS#7 padding out."""
        family, _, rest = name.upper().partition("-")
        bits, _, mode = rest.partition("-")
        if family != "AES" or mode not in ("CBC", "GCM", "ECB", "CTR") or bits not in ("128", "192", "256"):
            raise CannotEvaluate(f"cipher {name}")
        if len(key) * 8 != int(bits):
            raise RubyError.of("ArgumentError", f"key must be {int(bits) // 8} bytes")
        if mode == "GCM":
            return _gcm(encrypt, key, iv or bytes(12), data, options.get("auth_data") or b"", options.get("tag"))
        return _block(mode, encrypt, key, iv, data, padded=options.get("padding", True))


def verify_certificate_signature(certificate: bytes, algorithm: str, signature: bytes, data: bytes) -> bool:
    """``workato.verify_rsa``. Raises ``RubyError`` (the SDK's ArgumentError) for a certificate that cannot be read."""
    from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

    try:
        loaded = (
            load_pem_x509_certificate(certificate)
            if b"-----BEGIN" in certificate
            else load_der_x509_certificate(certificate)
        )
    except ValueError as error:
        raise RubyError.of("Workato::Connector::Sdk::ArgumentError", "Invalid certificate format") from error
    return OpenSsl().verify(loaded.public_key(), "sha1" if algorithm == "SHA" else algorithm, signature, data)


def private_pem(key: Any) -> bytes:
    """A loaded key in PEM: PKCS #8 (RFC 5208), of a public one SubjectPublicKeyInfo."""
    from cryptography.hazmat.primitives import serialization as s

    if not OpenSsl().is_private(key):
        return OpenSsl().public_pem(key).encode("ascii")
    made: bytes = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return made


def _load(data: bytes, password: bytes | None) -> Any:
    from cryptography.hazmat.primitives import serialization as s

    loaders = (s.load_pem_private_key, s.load_der_private_key)
    for private in loaders:
        try:
            return private(data, password)
        except TypeError:
            if password is not None:  # a password for a key that has none is ignored, as OpenSSL does
                return _load(data, None)
            return None
        except (ValueError, _unsupported()):
            continue
    for public in (s.load_pem_public_key, s.load_der_public_key):
        try:
            return public(data)
        except (ValueError, _unsupported()):
            continue
    return None


def _unsupported() -> type[Exception]:
    from cryptography.exceptions import UnsupportedAlgorithm

    return UnsupportedAlgorithm


def _digest(algorithm: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    known: dict[str, Any] = {
        "md5": hashes.MD5,
        "sha1": hashes.SHA1,
        "sha224": hashes.SHA224,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
    }
    name = algorithm.lower().replace("-", "")
    if name not in known:
        raise CannotEvaluate(f"signing with {algorithm}")
    return known[name]()


def _key_error(kind: str) -> str:
    return f"OpenSSL::PKey::{kind}Error" if kind in ("RSA", "EC", "DSA") else "OpenSSL::PKey::PKeyError"


def _unreadable(kind: str) -> str:
    return "Neither PUB key nor PRIV key" if kind == "RSA" else "Could not parse PKey: no start line"


def _gcm(encrypt: bool, key: bytes, iv: bytes, data: bytes, auth_data: bytes, tag: bytes | None) -> Any:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if encrypt:
        sealer = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()
        sealer.authenticate_additional_data(auth_data)
        sealed = sealer.update(data) + sealer.finalize()
        return sealed, sealer.tag
    try:
        mode = modes.GCM(iv, tag, min_tag_length=min(len(tag), 16) if tag else 16)
        opener = Cipher(algorithms.AES(key), mode).decryptor()
        opener.authenticate_additional_data(auth_data)
        return opener.update(data) + opener.finalize()
    except (InvalidTag, ValueError) as error:
        raise RubyError.of(_CIPHER_ERROR, "") from error


def _block(mode: str, encrypt: bool, key: bytes, iv: bytes | None, data: bytes, *, padded: bool) -> bytes:
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if mode != "ECB" and iv is not None and len(iv) != _BLOCK:
        raise RubyError.of("ArgumentError", f"iv must be {_BLOCK} bytes")
    start = iv or bytes(_BLOCK)
    made: Any = {"CBC": modes.CBC(start), "CTR": modes.CTR(start), "ECB": modes.ECB()}[mode]
    cipher = Cipher(algorithms.AES(key), made)
    padded = padded and mode != "CTR"
    if encrypt:
        if padded:
            pad = padding.PKCS7(_BLOCK * 8).padder()
            data = pad.update(data) + pad.finalize()
        sealer = cipher.encryptor()
        return _finish(sealer, data, "wrong final block length")
    opener = cipher.decryptor()
    opened = _finish(opener, data, "wrong final block length")
    if not padded:
        return opened
    unpad = padding.PKCS7(_BLOCK * 8).unpadder()
    try:
        return unpad.update(opened) + unpad.finalize()
    except ValueError as error:
        words = "bad decrypt" if data else "wrong final block length"
        raise RubyError.of(_CIPHER_ERROR, words) from error


def _finish(context: Any, data: bytes, complaint: str) -> bytes:
    try:
        done: bytes = context.update(data) + context.finalize()
    except ValueError as error:
        raise RubyError.of(_CIPHER_ERROR, complaint) from error
    return done
