"""Throw-away certificates for the provider's https side: an authority, a server and one client, new at every start."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as serial
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from designer.sandbox import demo

CLIENT_NAME = "harbor-demo-client"
_DAYS = 2

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM texts: the authority to trust, and the client's certificate and key to present."""

    authority: str
    client: str
    client_key: str = field(repr=False)
    server: str
    server_key: str = field(repr=False)


def issue() -> Certificates:
    """A fresh set. The client's key is the service account's RSA key: the SDK's ``tls_client_cert`` takes RSA only."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    # Checking the primes of a key that ships with the provider would take ten times as long as everything else here.
    client_key = serial.load_pem_private_key(
        demo.private_key("rsa").encode(), None, unsafe_skip_rsa_key_validation=True
    )
    assert isinstance(client_key, rsa.RSAPrivateKey)
    authority = _certificate("Harbor sandbox authority", authority_key, None, None)
    server = _certificate("127.0.0.1", server_key, authority, authority_key, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    client = _certificate(CLIENT_NAME, client_key, authority, authority_key, usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    return Certificates(_pem(authority), _pem(client), demo.private_key("rsa"), _pem(server), _key_pem(server_key))


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """Context that asks for a client certificate and takes only the authority's; without one the reply says so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Optional, so that a request without one is answered by HTTP instead of a TLS alert nobody can read.
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=certificates.authority)
    with tempfile.TemporaryDirectory() as folder:
        # The ssl module reads a chain from files only.
        file = Path(folder, "server.pem")
        file.touch(mode=0o600)
        file.write_text(certificates.server + certificates.server_key, encoding="ascii")
        context.load_cert_chain(file)
    return context


def _certificate(
    name: str,
    key: _Key,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    usage: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer_key or key
    # Certificates are checked against the machine's clock, whatever clock the provider was given.
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if usage is None:
        uses = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(uses, critical=True)
    else:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if usage == ExtendedKeyUsageOID.SERVER_AUTH:
        addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
        builder = builder.add_extension(
            x509.SubjectAlternativeName([*addresses, x509.DNSName("localhost")]), critical=False
        )
    return builder.sign(signer, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serial.Encoding.PEM).decode("ascii")


def _key_pem(key: _Key) -> str:
    return key.private_bytes(serial.Encoding.PEM, serial.PrivateFormat.PKCS8, serial.NoEncryption()).decode("ascii")
