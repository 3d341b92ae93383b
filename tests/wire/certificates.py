"""Throw-away certificates for the TLS tests."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(s.Encoding.PEM).decode()

    def key_pem(self, passphrase: str | None = None) -> str:
        encryption = s.BestAvailableEncryption(passphrase.encode()) if passphrase else s.NoEncryption()
        return self.key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, encryption).decode()


def issue(
    name: str,
    by: Issued | None = None,
    *,
    authority: bool = False,
    days: int = 2,
    begins: int = -30,
    use_rsa: bool = False,
) -> Issued:
    """A certificate for ``name`` (a host or an IP address), self-signed unless issued ``by`` another; it is good from
    ``begins`` to ``days``, in days from now."""
    key = rsa.generate_private_key(65537, 2048) if use_rsa else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=begins))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_alternative(name)]), critical=False)
    )
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


def server_context(issued: Issued, folder: Path, *, clients_of: Issued | None = None) -> ssl.SSLContext:
    """A server's context; with ``clients_of`` it demands a client certificate of that authority."""
    file = folder / "server.pem"
    file.write_text(issued.pem + issued.key_pem(), encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    if clients_of:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients_of.pem)
    return context


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
