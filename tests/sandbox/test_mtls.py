"""Mutual TLS: the provider's https side knows its one client by its certificate."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import httpx
import pytest

from designer.sandbox import Sandbox
from designer.sandbox.certificates import Certificates, issue


def context(trusted: Certificates, presented: Certificates | None, folder: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(cadata=trusted.authority)
    if presented is not None:
        file = folder / "client.pem"
        file.write_text(presented.client + presented.client_key, encoding="ascii")
        made.load_cert_chain(file)
    return made


@pytest.fixture
def held(sandbox: Sandbox) -> Certificates:
    assert sandbox.world.certificates is not None
    return sandbox.world.certificates


def test_the_clients_certificate(sandbox: Sandbox, held: Certificates, tmp_path: Path) -> None:
    with httpx.Client(base_url=sandbox.secured_origin, verify=context(held, held, tmp_path)) as client:
        assert client.get("/api/mtls/me").json()["name"] == "harbor-demo-client"
        assert client.get("/api/mtls/contacts").json()["total"] == 12


@pytest.mark.parametrize("secured", [True, False])
def test_without_a_certificate(sandbox: Sandbox, held: Certificates, tmp_path: Path, secured: bool) -> None:
    origin = sandbox.secured_origin if secured else sandbox.origin
    answer = httpx.get(f"{origin}/api/mtls/me", verify=context(held, None, tmp_path))
    assert (answer.status_code, answer.json()["error"]) == (401, "certificate_required")


def test_another_authoritys_certificate(sandbox: Sandbox, held: Certificates, tmp_path: Path) -> None:
    with (
        httpx.Client(base_url=sandbox.secured_origin, verify=context(held, issue(), tmp_path)) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get("/api/mtls/me")


def test_nobody_trusts_the_provider_by_default(sandbox: Sandbox) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{sandbox.secured_origin}/")


def test_metadata_over_https_names_https(sandbox: Sandbox, held: Certificates, tmp_path: Path) -> None:
    url = f"{sandbox.secured_origin}/.well-known/openid-configuration"
    found = httpx.get(url, verify=context(held, None, tmp_path)).json()
    assert found["issuer"] == sandbox.secured_origin


def test_certificates_by_program(client: httpx.Client, sandbox: Sandbox, held: Certificates) -> None:
    found = client.get("/sandbox/certificates").json()
    assert found["origin"] == sandbox.secured_origin
    assert (found["authority"], found["client_key"]) == (held.authority, held.client_key)
    assert held.client in client.get("/").text
    assert "PRIVATE KEY" not in repr(held)


def test_a_client_that_never_greets_does_not_hold_up_others() -> None:
    sandbox = Sandbox().start()
    assert sandbox.world.certificates is not None
    trusting = ssl.create_default_context(cadata=sandbox.world.certificates.authority)
    with socket.create_connection(("127.0.0.1", sandbox.world.secured_port), timeout=20) as silent:
        assert httpx.get(f"{sandbox.secured_origin}/jwks", verify=trusting).status_code == 200
        sandbox.stop()
        assert silent.recv(1) == b""
