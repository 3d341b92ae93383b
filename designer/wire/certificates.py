"""A certificate in words: whose it is, who vouches for it, until when, and the print it is known by (RFC 5280)."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

__all__ = ["CertificateFacts", "certificate_facts", "certificate_of_pem", "presented"]

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """``subject`` and ``issuer`` are common names, or what stands for one; the issuer is "" where it is self-signed.
    ``until`` is the last moment it is good for, in UTC, "" where the certificate cannot be read; ``names`` are the
    hosts it is for; ``fingerprint`` is that of SHA-256 over the DER, as browsers and ``openssl x509 -fingerprint``
    write it."""

    subject: str
    issuer: str
    until: str
    names: tuple[str, ...]
    fingerprint: str

    @property
    def words(self) -> str:
        """ "api.acme.example, issued by Acme CA, until 2027-01-31 12:00 UTC"."""
        if not self.until:
            return self.subject
        vouched = f"issued by {self.issuer}" if self.issuer else "self-signed"
        return f"{self.subject}, {vouched}, until {self.until}"

    @property
    def print_words(self) -> str:
        """The fingerprint in groups of eight bytes, so that a line of prose can be broken in it."""
        parts = self.fingerprint.split(":")
        return "SHA-256 " + " ".join(":".join(parts[at : at + 8]) for at in range(0, len(parts), 8))

    @property
    def hosts(self) -> str:
        """The hosts it is for, the first of them where they are many."""
        more = len(self.names) - _MOST_NAMES
        return ", ".join(self.names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


@lru_cache(maxsize=64)
def certificate_facts(der: bytes) -> CertificateFacts:
    """What a certificate says. One that is damaged is told by its fingerprint alone."""
    from cryptography import x509

    digest = hashlib.sha256(der).hexdigest().upper()
    fingerprint = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    try:
        found = x509.load_der_x509_certificate(der)
        names = _names(found)
        subject = _called(found.subject) or (names[0] if names else "no name")
        issuer = "" if found.issuer == found.subject else _called(found.issuer) or "no name"
        return CertificateFacts(subject, issuer, f"{found.not_valid_after_utc:%Y-%m-%d %H:%M} UTC", names, fingerprint)
    except ValueError:
        return CertificateFacts("a certificate that cannot be read", "", "", (), fingerprint)


def certificate_of_pem(pem: str) -> CertificateFacts | None:
    """The first certificate of a PEM text, None where it holds none."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    _, found, rest = pem.partition(begin)
    body, closed, _ = rest.partition(end)
    if not (found and closed):
        return None
    try:
        return certificate_facts(ssl.PEM_cert_to_DER_cert(f"{begin}{body}{end}"))
    except ValueError:
        return None


def presented(secure: ssl.SSLSocket) -> CertificateFacts | None:
    """The certificate that a server showed in a handshake that failed, None where it came to none.

    ``getpeercert`` tells nothing before the handshake is done. What does is public from Python 3.13 on.
    """
    inner: Any = secure if hasattr(secure, "get_unverified_chain") else getattr(secure, "_sslobj", None)
    ask = getattr(inner, "get_unverified_chain", None)
    try:
        chain = ask() if ask is not None else None
    except (ssl.SSLError, ValueError, OSError):
        return None
    if not chain:
        return None
    first = chain[0]
    return certificate_facts(first if isinstance(first, bytes) else first.public_bytes(2))  # ENCODING_DER


def _names(found: Any) -> tuple[str, ...]:
    from cryptography import x509

    try:
        held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        return ()
    return (*held.get_values_for_type(x509.DNSName), *map(str, held.get_values_for_type(x509.IPAddress)))


def _called(name: Any) -> str:
    from cryptography.x509.oid import NameOID

    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            return str(attribute.value)
    return ""
