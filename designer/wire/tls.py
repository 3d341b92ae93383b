"""TLS contexts for requests, and plain words for what TLS refuses."""

from __future__ import annotations

import os
import re
import secrets
import ssl
import tempfile
from pathlib import Path
from typing import Any

from designer.wire.model import TlsOptions
from designer.wire.sdk_error import SdkError
from designer.wire.transport import TransportError

_CERTIFICATE_ERROR = "Workato::Connector::Sdk::RequestTLSCertificateFormatError"

# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_VERIFY_WORDS = {
    9: ("is not valid yet", "Check this computer's clock."),
    10: ("has expired", "The server needs a new certificate; check this computer's clock too."),
    18: ("is self-signed", "To trust it, give it as a CA file or with tls_server_certs."),
    19: ("comes from a private authority that is not trusted here", "Give the authority's certificate as a CA file."),
    20: ("comes from an authority that is not known here", "The server may not send its intermediate certificates."),
    21: ("comes from an authority that is not known here", "The server may not send its intermediate certificates."),
    23: ("has been revoked", ""),
    62: ("is for another host", "Check the host name in the URL."),
    64: ("is for another host", "Use the host name in the URL rather than an IP address."),
}
_REASON_WORDS = {
    "WRONG_VERSION_NUMBER": ("does not speak TLS at this port", "Should the URL begin with http:?"),
    "HTTP_REQUEST": ("does not speak TLS at this port", "Should the URL begin with http:?"),
    "UNSUPPORTED_PROTOCOL": ("offers only outdated TLS versions", "TLS 1.2 or newer is needed."),
    "TLSV1_ALERT_PROTOCOL_VERSION": ("refuses the TLS versions offered to it", "TLS 1.2 or newer is needed."),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ("demands a client certificate", "Give one with tls_client_cert."),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "does not trust the client certificate",
        "It is signed by an authority it does not know.",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": ("refuses the client certificate", ""),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": ("refuses the client certificate: it has expired", ""),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "refuses the TLS handshake",
        "It may demand a client certificate, or other cipher suites.",
    ),
}


def explain_tls_failure(error: OSError, host: str) -> tuple[str, str]:
    """(message, hint) for what ended a handshake, or a connection on which a certificate was refused afterwards."""
    if isinstance(error, ssl.SSLCertVerificationError):
        words, hint = _VERIFY_WORDS.get(error.verify_code, (f"is not accepted: {error.verify_message}", ""))
        return f"The certificate of {host} {words}.", hint
    if isinstance(error, ssl.SSLError) and error.reason in _REASON_WORDS:
        words, hint = _REASON_WORDS[error.reason]
        return f"{host} {words}.", hint
    if isinstance(error, ssl.SSLEOFError | ConnectionError):
        hint = "It may demand a client certificate, or not speak TLS at this port."
        return f"{host} ended the connection during the TLS handshake.", hint
    reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
    return f"No TLS connection to {host}: {str(reason).replace('_', ' ').lower()}.", ""


def build_context(ca_file: str | None, options: TlsOptions | None, *, verify: bool) -> ssl.SSLContext:
    """A client context. Trusted are the system's authorities, those of certifi and ``ca_file``; with
    ``options.strict`` only ``options.server_certificates``. Raises ``TransportError`` of kind "tls"."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif not (options and options.strict and options.server_certificates):
        _trust_defaults(context)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            reason = "holds no certificate" if isinstance(error, ssl.SSLError) else "cannot be read"
            raise _unusable(f"The CA file {Path(ca_file).name} {reason}.", "It must be in PEM form.") from error
    if options is None:
        return context
    for pem in options.server_certificates:
        try:
            context.load_verify_locations(cadata=pem)
        except (ssl.SSLError, ValueError) as error:
            raise _unusable("A certificate in tls_server_certs cannot be read.", "It must be in PEM form.") from error
    if options.certificate or options.key:
        _load_client_certificate(context, options)
    return context


def describe_tls(secure: ssl.SSLSocket | ssl.SSLObject, *, verified: bool) -> dict[str, str]:
    """Version, cipher and whose certificate, in words."""
    cipher = secure.cipher()
    facts = {"tls": secure.version() or "", "cipher": cipher[0] if cipher else ""}
    if not verified:
        return facts | {"certificate": "not verified"}
    seen = secure.getpeercert() or {}
    if "notAfter" not in seen:
        return facts
    subject, issuer = (_common_name(seen.get(side, ())) for side in ("subject", "issuer"))
    return facts | {"certificate": f"{subject}, issued by {issuer}, until {seen['notAfter']}"}


def _common_name(names: Any) -> str:
    found = {key: value for part in names for key, value in part}
    return str(found.get("commonName") or found.get("organizationName") or "no name")


def read_certificate(file: str) -> tuple[str, str]:
    """Certificates and key of a PEM file. Raises ``TransportError`` of kind "tls"."""
    name = Path(file).name
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(f"The client certificate {name} cannot be read.", "It must be a PEM file.") from error
    blocks = re.findall(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", text, re.S)
    if "CERTIFICATE" not in blocks or not any(block.endswith("PRIVATE KEY") for block in blocks):
        raise _unusable(
            f"{name} does not hold a certificate and its key.", "Put both into one PEM file, the certificate first."
        )
    found = {"CERTIFICATE": "", "KEY": ""}
    for match in re.finditer(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", text, re.S):
        kind = "KEY" if match[1].endswith("PRIVATE KEY") else match[1]
        if kind in found:
            found[kind] += match[0] + "\n"
    if "ENCRYPTED" in found["KEY"]:
        raise _unusable(
            f"The key in {name} is protected by a passphrase, which is asked for nowhere here.",
            "Write it without one, into a file only you can read: openssl pkey -in KEY -out FILE.",
        )
    return found["CERTIFICATE"], found["KEY"]


def check_options(options: TlsOptions) -> None:
    """What ``tls_client_cert`` and ``tls_server_certs`` check when they are called: readable PEM, an RSA key.

    Raises ``SdkError`` (RequestTLSCertificateFormatError).
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import load_pem_x509_certificate

    certificates = (options.certificate, *options.intermediates, *options.server_certificates)
    for pem in filter(None, certificates):
        try:
            load_pem_x509_certificate(pem.encode())
        except ValueError as error:
            raise SdkError(_CERTIFICATE_ERROR, "PEM_read_bio_X509: no start line", "Not a PEM certificate.") from error
    if options.key:
        try:
            key = _private_key(options)
        except (ValueError, TypeError) as error:
            hint = "The key is not PEM, or its passphrase is missing or wrong."
            raise SdkError(_CERTIFICATE_ERROR, "Neither PUB key nor PRIV key", hint) from error
        if not isinstance(key, RSAPrivateKey):
            raise SdkError(_CERTIFICATE_ERROR, "incorrect pkey type", "The official SDK reads RSA keys only.")


def _trust_defaults(context: ssl.SSLContext) -> None:
    import certifi

    context.load_default_certs()
    context.load_verify_locations(cafile=certifi.where())


def _load_client_certificate(context: ssl.SSLContext, options: TlsOptions) -> None:
    from cryptography.hazmat.primitives import serialization as s

    if not (options.certificate and options.key):
        raise _unusable("A client certificate needs both the certificate and its key.")
    # OpenSSL reads a client certificate from files only. The file lives for this call, readable by its owner alone,
    # and even then the key in it is encrypted with a password that never leaves memory.
    password = secrets.token_hex(16).encode()
    try:
        key = _private_key(options).private_bytes(
            s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(password)
        )
    except (ValueError, TypeError) as error:
        hint = "It must be in PEM form; a protected key needs its passphrase."
        raise _unusable("The key of the client certificate cannot be read.", hint) from error
    chain = "\n".join([options.certificate.strip(), *(pem.strip() for pem in options.intermediates), ""])
    descriptor, name = tempfile.mkstemp(prefix="connection-designer-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(chain.encode() + key)
        context.load_cert_chain(name, password=password)
    except ssl.SSLError as error:
        mismatch = "key does not belong to the" if error.reason == "KEY_VALUES_MISMATCH" else "certificate is not a PEM"
        raise _unusable(f"The client certificate cannot be used: the {mismatch} certificate.") from error
    finally:
        Path(name).unlink()


def _private_key(options: TlsOptions) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    passphrase = options.passphrase.encode() if options.passphrase else None
    pem = (options.key or "").encode()
    if passphrase is not None and b"ENCRYPTED" not in pem:
        passphrase = None  # OpenSSL ignores a passphrase that is not needed; cryptography refuses it
    return load_pem_private_key(pem, passphrase)


def _unusable(message: str, hint: str = "") -> TransportError:
    return TransportError("tls", message, hint, arrived=False)
