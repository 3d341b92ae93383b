"""TLS contexts for requests, and plain words for what TLS refuses."""

from __future__ import annotations

import os
import re
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from designer.wire.certificates import CertificateFacts, certificate_facts
from designer.wire.model import TlsOptions
from designer.wire.sdk_error import SdkError
from designer.wire.transport import TransportError

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.S)
_DER = b"\x30"
"""How a SEQUENCE begins, and with it PKCS #12; text does not."""
_CERTIFICATE_ERROR = "Workato::Connector::Sdk::RequestTLSCertificateFormatError"

_OWN_CA = "Give its certificate as an extra authority (--ca-file), or with tls_server_certs."
_CHAIN = (
    "The server may not send its intermediate certificates; a private authority is given as an extra one (--ca-file)."
)
_CLIENT = "Choose a client certificate (--client-certificate), or give one with tls_client_cert."

# X509_V_ERR_* of OpenSSL's x509_vfy.h: the reason, what is wrong with the certificate, the way out.
_VERIFY_WORDS = {
    9: ("not_yet_valid", "is not valid yet", "Check this computer's clock."),
    10: ("expired", "has expired", "The server needs a new certificate; check this computer's clock too."),
    18: (
        "self_signed",
        "is self-signed",
        "To trust it, give it as an extra authority (--ca-file), or with tls_server_certs.",
    ),
    19: ("unknown_authority", "comes from a private authority that is not trusted here", _OWN_CA),
    20: ("unknown_authority", "comes from an authority that is not known here", _CHAIN),
    21: ("unknown_authority", "comes from an authority that is not known here", _CHAIN),
    23: ("", "has been revoked", ""),
    62: ("wrong_host", "is for another host", "Check the host name in the URL."),
    64: ("wrong_host", "is for another host", "Use the host name in the URL rather than an IP address."),
}
_REASON_WORDS = {
    "WRONG_VERSION_NUMBER": ("not_tls", "does not speak TLS at this port", "Should the URL begin with http:?"),
    "HTTP_REQUEST": ("not_tls", "does not speak TLS at this port", "Should the URL begin with http:?"),
    "UNSUPPORTED_PROTOCOL": ("", "offers only outdated TLS versions", "TLS 1.2 or newer is needed."),
    "TLSV1_ALERT_PROTOCOL_VERSION": ("", "refuses the TLS versions offered to it", "TLS 1.2 or newer is needed."),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ("client_certificate", "demands a client certificate", _CLIENT),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "client_certificate",
        "does not trust the client certificate",
        "It is signed by an authority it does not know.",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": ("client_certificate", "refuses the client certificate", ""),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": ("client_certificate", "refuses the client certificate: it has expired", ""),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "client_certificate",
        "refuses the TLS handshake",
        f"It may demand a client certificate, or other cipher suites. {_CLIENT}",
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why TLS did not come about, and the way out; ``reason`` as in ``TransportError``."""

    message: str
    hint: str = ""
    reason: str = ""


def explain_tls_failure(error: OSError, host: str, seen: CertificateFacts | None = None) -> Refusal:
    """What ended a handshake, or a connection on which a certificate was refused afterwards. ``seen`` is the
    certificate that the server showed, where it came to one."""
    if isinstance(error, ssl.SSLCertVerificationError):
        usual = ("", f"is not accepted: {error.verify_message}", "")
        reason, words, hint = _VERIFY_WORDS.get(error.verify_code, usual)
        return Refusal(f"The certificate of {host} {words}.", f"{_whose(reason, seen)}{hint}", reason)
    if isinstance(error, ssl.SSLError) and error.reason in _REASON_WORDS:
        reason, words, hint = _REASON_WORDS[error.reason]
        return Refusal(f"{host} {words}.", hint, reason)
    if isinstance(error, ssl.SSLEOFError | ConnectionError):
        hint = "It may demand a client certificate, or not speak TLS at this port."
        return Refusal(f"{host} ended the connection during the TLS handshake.", hint, "client_certificate")
    why = getattr(error, "reason", None) or error.strerror or type(error).__name__
    return Refusal(f"No TLS connection to {host}: {str(why).replace('_', ' ').lower()}.")


def _whose(reason: str, seen: CertificateFacts | None) -> str:
    """What the certificate that was refused says of itself."""
    if seen is None:
        return ""
    hosts = f" It is for {seen.hosts}." if reason == "wrong_host" and seen.hosts else ""
    return f"The server showed: {seen.words}; {seen.print_words}.{hosts} "


def context_for(
    ca_file: str | None, options: TlsOptions | None, *, verify: bool, http2: bool = False
) -> ssl.SSLContext:
    """``build_context``, made once for all that need the same: to read the authorities takes longer than most requests.
    One for ``options`` of a connector is never shared, for its key. ``http2`` keeps apart what offers another protocol.
    """
    if options is not None:
        return build_context(ca_file, options, verify=verify)
    usual = ssl.get_default_verify_paths().cafile
    return _shared_context(ca_file, (_stamp(ca_file), _stamp(usual)), verify, http2)


@lru_cache(maxsize=8)
def _shared_context(ca_file: str | None, _stamps: Any, verify: bool, _http2: bool) -> ssl.SSLContext:
    return build_context(ca_file, None, verify=verify)


def _stamp(file: str | None) -> tuple[int, int] | None:
    """Tells a file that was written anew."""
    try:
        found = Path(file).stat() if file else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found else None


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


def trusted_words(ca_file: str | None, options: TlsOptions | None) -> str:
    """Whose certificates a context of ``build_context`` takes that verifies."""
    own = bool(options and options.server_certificates)
    words = [] if options and options.strict and own else ["the usual authorities"]
    words += [Path(ca_file).name] if ca_file else []
    return " and ".join([*words, *(["tls_server_certs"] if own else [])])


def describe_tls(secure: ssl.SSLSocket | ssl.SSLObject, *, verified: bool) -> dict[str, str]:
    """Version, cipher and whose certificate, in words."""
    cipher = secure.cipher()
    facts = {"tls": secure.version() or "", "cipher": cipher[0] if cipher else ""}
    der = secure.getpeercert(binary_form=True)
    if not der:
        return facts
    seen = certificate_facts(der)
    facts["certificate"] = seen.words if verified else f"not verified: {seen.words}"
    if seen.hosts:
        facts["hosts"] = seen.hosts
    return facts | {"fingerprint": f"SHA-256 {seen.fingerprint}"}


def read_certificate(file: str, passphrase: str | None = None, key_file: str | None = None) -> TlsOptions:
    """The client certificate of a file, its key and what stands between it and its authority: PEM, with the key in it
    or in ``key_file``, or PKCS #12 (RFC 7292). Raises ``TransportError`` of kind "tls" for what cannot be used, of
    reason "passphrase" where the key stays closed."""
    name, data = Path(file).name, _read(file, "client certificate")
    if data[:1] == _DER:
        return _from_pkcs12(name, data, passphrase)
    certificates = "".join(block for kind, block in _blocks(data) if kind == "CERTIFICATE")
    keys = _blocks(data if key_file is None else _read(key_file, "key of the client certificate"))
    key = next((block for kind, block in keys if kind.endswith("PRIVATE KEY")), "")
    if key_file is None and not (certificates and key):
        hint = (
            "Put both into one PEM file, the certificate first, or name the file of the key beside it (--client-key)."
        )
        raise _unusable(f"{name} does not hold a certificate and its key.", hint)
    if not certificates:
        raise _unusable(f"{name} does not hold a certificate.", "It must be in PEM form, or a .p12 file.")
    kept_in = name if key_file is None else Path(key_file).name
    if not key:
        raise _unusable(f"{kept_in} does not hold a key.", "It must be in PEM form.")
    if "ENCRYPTED" not in key:
        return TlsOptions(certificate=certificates, key=key)
    if not passphrase:
        raise _closed(f"The key in {kept_in}")
    made = TlsOptions(certificate=certificates, key=key, passphrase=passphrase)
    try:
        _private_key(made)
    except (ValueError, TypeError) as error:
        raise _wrong_passphrase(f"the key in {kept_in}") from error
    return made


def _from_pkcs12(name: str, data: bytes, passphrase: str | None) -> TlsOptions:
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        held = pkcs12.load_pkcs12(data, passphrase.encode() if passphrase else None)
    except ValueError as error:
        # It tells a wrong passphrase from a missing one and from a broken file by nothing one could rely on.
        raise (_wrong_passphrase(name) if passphrase else _closed(name)) from error
    if held.key is None or held.cert is None:
        raise _unusable(f"{name} does not hold a certificate and its key.", "Export both from where it comes from.")
    chain = [held.cert.certificate, *(one.certificate for one in held.additional_certs)]
    key = held.key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode("ascii")
    return TlsOptions(certificate="".join(one.public_bytes(s.Encoding.PEM).decode("ascii") for one in chain), key=key)


def _read(file: str, what: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        said = f"The {what} {Path(file).name} cannot be read."
        raise _unusable(said, "It must be a PEM file, or a .p12 file.") from error


def _blocks(data: bytes) -> list[tuple[str, str]]:
    """What PEM (RFC 7468) holds: the label of each block and the block."""
    return [(match[1], f"{match[0]}\n") for match in _PEM.finditer(data.decode("utf-8", "replace"))]


def _closed(what: str) -> TransportError:
    return _unusable(
        f"{what} is protected by a passphrase, and none is given.",
        "Give it beside the client certificate (in the console's Connection, or as --client-passphrase). Or write "
        "the key without one into a file only you can read: openssl pkey -in KEY -out FILE.",
        "passphrase",
    )


def _wrong_passphrase(what: str) -> TransportError:
    return _unusable(
        f"The passphrase does not open {what}.", "Give the passphrase again; capitals count.", "passphrase"
    )


def opened_certificate(file: str, passphrase: str | None = None) -> tuple[str, str]:
    """Certificate and key of a file for who takes them in memory, the key without its passphrase. Raises as
    ``read_certificate``."""
    read = read_certificate(file, passphrase)
    if read.passphrase is None:
        return read.certificate or "", read.key or ""
    from cryptography.hazmat.primitives import serialization as s

    key = _private_key(read).private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return read.certificate or "", key.decode("ascii")


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


def _unusable(message: str, hint: str = "", reason: str = "") -> TransportError:
    return TransportError("tls", message, hint, arrived=False, reason=reason)
