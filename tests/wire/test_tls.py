"""TLS against real handshakes, with certificates made for the test."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.serialization import pkcs12

from designer.wire.http import HttpTransport
from designer.wire.model import TlsOptions, WireRequest, WireResponse
from designer.wire.options import TransportOptions
from designer.wire.prepare import complete_headers
from designer.wire.sdk_error import SdkError
from designer.wire.tls import check_options, context_for, opened_certificate
from designer.wire.transport import Cancel, TransportError

from .certificates import Issued, issue, server_context
from .servers import AT_ONCE, GIVE_UP, Connection, always, serving, tunnel


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue("Test Authority", authority=True)


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go during the test, and that none is left at its end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def get(url: str, tls: TlsOptions | None = None, options: TransportOptions | None = None) -> WireResponse:
    wire = complete_headers(WireRequest("GET", url + "/", "/", (), b"", tls=tls))
    with HttpTransport(options) as transport:
        return transport.send(wire, timeout=GIVE_UP, cancel=Cancel())


def refusal(url: str, tls: TlsOptions | None = None, options: TransportOptions | None = None) -> TransportError:
    with pytest.raises(TransportError) as caught:
        get(url, tls, options)
    assert (caught.value.kind, caught.value.arrived) == ("tls", False)
    return caught.value


def fingerprint(folder: Path) -> str:
    """Of the certificate that ``server_context`` took, as openssl writes it."""
    der = ssl.PEM_cert_to_DER_cert((folder / "server.pem").read_text().partition("-----BEGIN PRIVATE")[0])
    return "SHA-256 " + ":".join(f"{byte:02X}" for byte in hashlib.sha256(der).digest())


def test_a_self_signed_certificate_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with serving(always, server_context(issue("127.0.0.1"), tmp_path)) as server:
        error = refusal(server.origin)
    assert error.message == "The certificate of 127.0.0.1 is self-signed."
    assert "tls_server_certs" in error.hint and "--ca-file" in error.hint
    assert error.reason == "self_signed"
    told = error.hint.replace(" ", ":")
    assert fingerprint(tmp_path).replace(" ", ":") in told, "by its print it is told from a stranger's"
    assert server.received == []


def test_an_expired_certificate_is_named(tmp_path: Path, authority: Issued) -> None:
    expired = issue("127.0.0.1", authority, days=-1)
    with serving(always, server_context(expired, tmp_path)) as server:
        error = refusal(server.origin, TlsOptions(server_certificates=(authority.pem,), strict=True))
    assert "has expired" in error.message and error.reason == "expired"
    until = expired.certificate.not_valid_after_utc
    assert f"issued by Test Authority, until {until:%Y-%m-%d %H:%M} UTC" in error.hint


def test_a_certificate_for_another_host_is_named(tmp_path: Path, authority: Issued) -> None:
    other = issue("other.example.test", authority)
    with serving(always, server_context(other, tmp_path)) as server:
        error = refusal(server.origin, TlsOptions(server_certificates=(authority.pem,), strict=True))
    assert "another host" in error.message and error.reason == "wrong_host"
    assert "It is for other.example.test." in error.hint


def test_an_unknown_authority_is_named(tmp_path: Path, authority: Issued) -> None:
    with serving(always, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        error = refusal(server.origin)
    assert "authority" in error.message and error.reason == "unknown_authority"
    assert "127.0.0.1, issued by Test Authority, until" in error.hint


def test_a_certificate_that_is_not_valid_yet_is_named(tmp_path: Path, authority: Issued) -> None:
    early = issue("127.0.0.1", authority, days=30, begins=2)
    with serving(always, server_context(early, tmp_path)) as server:
        error = refusal(server.origin, TlsOptions(server_certificates=(authority.pem,), strict=True))
    assert "not valid yet" in error.message and error.reason == "not_yet_valid"


@pytest.mark.parametrize("strict", [True, False])
def test_server_certificates_of_the_request_are_trusted(tmp_path: Path, authority: Issued, strict: bool) -> None:
    with serving(always, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        reply = get(server.origin, TlsOptions(server_certificates=(authority.pem,), strict=strict))
    assert reply.body == b"ok"
    assert reply.timings["tls"] > 0


def test_a_ca_file_is_trusted(tmp_path: Path, authority: Issued) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text(authority.pem, encoding="ascii")
    with serving(always, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        assert get(server.origin, options=TransportOptions(ca_file=str(ca_file))).status == 200


def test_an_authority_that_is_written_anew_is_read_anew(tmp_path: Path, authority: Issued) -> None:
    """What was read is kept for the next run, for as long as the file stays as it is."""
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text(issue("Another Authority", authority=True).pem, encoding="ascii")
    options = TransportOptions(ca_file=str(ca_file))
    with serving(always, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        assert refusal(server.origin, options=options).reason == "unknown_authority"
        ca_file.write_text(f"{authority.pem}\n", encoding="ascii")
        assert get(server.origin, options=options).status == 200
        assert refusal(server.origin).reason == "unknown_authority", "and trusted by whom it was given to alone"


def test_authorities_are_read_once_and_never_with_a_connectors_key(tmp_path: Path, authority: Issued) -> None:
    ca_file = str(tmp_path / "ca.pem")
    Path(ca_file).write_text(authority.pem, encoding="ascii")
    usual = context_for(ca_file, None, verify=True)
    assert context_for(ca_file, None, verify=True) is usual
    for other in (
        context_for(None, None, verify=True),
        context_for(ca_file, None, verify=False),
        context_for(ca_file, None, verify=True, http2=True),
    ):
        assert other is not usual
    client = issue("client", authority, use_rsa=True)
    own = TlsOptions(client.pem, client.key_pem())
    assert context_for(ca_file, own, verify=True) is not context_for(ca_file, own, verify=True)


def test_the_time_of_a_request_begins_when_all_is_ready(
    tmp_path: Path, authority: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To read the authorities takes longer than most requests, and is not the server's time."""
    ready: list[float] = []

    def made(*given: Any, **more: Any) -> ssl.SSLContext:
        context = context_for(*given, **more)
        ready.append(time.monotonic())
        return context

    monkeypatch.setattr("designer.wire.http.context_for", made)
    with serving(always, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        times = get(server.origin, TlsOptions(server_certificates=(authority.pem,))).timings
    assert times["total"] <= time.monotonic() - ready[0]


def test_verification_can_be_switched_off(tmp_path: Path) -> None:
    with serving(always, server_context(issue("127.0.0.1"), tmp_path)) as server:
        assert get(server.origin, options=TransportOptions(verify=False)).status == 200


def test_plain_http_at_an_https_url_is_explained() -> None:
    def play(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(play) as server:
        error = refusal(server.origin.replace("http:", "https:"))
    assert "does not speak TLS" in error.message and error.reason == "not_tls"


def test_a_tunnel_through_a_proxy(tmp_path: Path, authority: Issued) -> None:
    trusting = TlsOptions(server_certificates=(authority.pem,), strict=True)
    wrong = server_context(issue("other.example.test", authority), tmp_path)
    right = server_context(issue("127.0.0.1", authority), tmp_path)
    with serving(always, right) as server, serving(always, wrong) as stranger, serving(tunnel) as proxy:
        through = TransportOptions(proxy=proxy.origin)
        reply = get(server.origin, trusting, through)
        assert reply.body == b"ok"
        times = reply.timings
        assert times["first_byte"] > times["connect"] + times["tls"], "the proxy's answer is not the server's"
        assert reply.connection["proxy"] == proxy.host and "address" not in reply.connection
        assert b"CONNECT " + server.host.encode() in proxy.received[0]
        assert b"CONNECT" not in server.received[0]
        assert "another host" in refusal(stranger.origin, trusting, through).message


def test_a_client_certificate_that_is_missing_behind_a_proxy_reached_nobody(tmp_path: Path, authority: Issued) -> None:
    """TLS 1.3 refuses after the first bytes went out; those of the proxy's answer are not the server's."""
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with serving(always, context) as server, serving(tunnel) as proxy:
        through = TransportOptions(proxy=proxy.origin)
        error = refusal(server.origin, TlsOptions(server_certificates=(authority.pem,)), through)
    assert error.reason == "client_certificate"


def test_a_proxy_that_wants_a_password_says_so() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"", "407 Proxy Authentication Required", "Proxy-Authenticate: Basic")

    with serving(play) as proxy, pytest.raises(TransportError) as caught:
        get("https://127.0.0.1:9", options=TransportOptions(proxy=proxy.origin))
    assert (caught.value.kind, caught.value.arrived) == ("proxy", False)
    assert "407" in caught.value.message and "http://user:password@host:port" in caught.value.hint


def test_cancel_ends_a_handshake() -> None:
    begun = threading.Event()

    def play(connection: Connection) -> None:
        begun.set()
        connection.until_gone()

    with serving(play) as server, HttpTransport() as transport:
        cancel = Cancel()
        asked: list[float] = []

        def cancel_then() -> None:
            begun.wait(GIVE_UP)
            asked.append(time.monotonic())
            cancel.cancel()

        waiter = threading.Thread(target=cancel_then)
        waiter.start()
        wire = complete_headers(WireRequest("GET", f"https://{server.host}/", "/", (), b""))
        with pytest.raises(TransportError) as caught:
            transport.send(wire, timeout=GIVE_UP, cancel=cancel)
        took = time.monotonic() - asked[0]
        waiter.join(GIVE_UP)
    assert (caught.value.kind, caught.value.arrived) == ("cancelled", False)
    assert took < AT_ONCE


@pytest.mark.usefixtures("temporary_folder")
@pytest.mark.parametrize("passphrase", [None, "pass phrase"])
def test_a_client_certificate_is_presented_with_its_chain(
    tmp_path: Path, authority: Issued, passphrase: str | None
) -> None:
    intermediate = issue("Intermediate", authority, authority=True)
    client = issue("client.example.test", intermediate, use_rsa=True)
    seen: list[object] = []

    def play(connection: Connection) -> None:
        seen.append(connection.peer_certificate())
        always(connection)

    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    tls = TlsOptions(
        certificate=client.pem,
        key=client.key_pem(passphrase),
        passphrase=passphrase,
        intermediates=(intermediate.pem,),
        server_certificates=(authority.pem,),
        strict=True,
    )
    check_options(tls)
    with serving(play, context) as server:
        assert get(server.origin, tls).status == 200
    assert "client.example.test" in str(seen)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_missing_client_certificate_is_explained(tmp_path: Path, authority: Issued, version: ssl.TLSVersion) -> None:
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    context.minimum_version = context.maximum_version = version
    with serving(always, context) as server:
        error = refusal(server.origin, TlsOptions(server_certificates=(authority.pem,)))
    assert "client certificate" in str(error) and error.reason == "client_certificate"


@pytest.mark.parametrize("length", [0, 200_000])
def test_what_the_server_said_before_it_hung_up_is_heard(tmp_path: Path, authority: Issued, length: int) -> None:
    """With TLS 1.3 the request may be on its way when the refusal comes, and fail to be written."""
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    trusting = TlsOptions(server_certificates=(authority.pem,), strict=True)
    with serving(always, context) as server:
        wire = complete_headers(WireRequest("POST", f"{server.origin}/", "/", (), b"x" * length, tls=trusting))
        for _ in range(20):
            with HttpTransport() as transport, pytest.raises(TransportError) as caught:
                transport.send(wire, timeout=GIVE_UP, cancel=Cancel())
            assert caught.value.message == "127.0.0.1 demands a client certificate."
            assert not caught.value.arrived


def test_a_reply_that_comes_before_the_body_was_taken_is_whole(tmp_path: Path, authority: Issued) -> None:
    """The server answers, and hangs up on what is still being written."""

    def early(connection: Connection) -> None:
        connection.read()
        connection.reply(b"too large", "413 Content Too Large", "Connection: close")

    trusting = TlsOptions(server_certificates=(authority.pem,), strict=True)
    with serving(early, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        wire = complete_headers(WireRequest("POST", f"{server.origin}/", "/", (), b"x" * 8_000_000, tls=trusting))
        for _ in range(5):
            with HttpTransport() as transport:
                reply = transport.send(wire, timeout=GIVE_UP, cancel=Cancel())
            assert (reply.status, reply.body) == (413, b"too large")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_of_another_authority_is_explained(
    tmp_path: Path, authority: Issued, version: ssl.TLSVersion
) -> None:
    stranger = issue("client.example.test", issue("Another", authority=True))
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    context.minimum_version = context.maximum_version = version
    shown = TlsOptions(stranger.pem, stranger.key_pem(), server_certificates=(authority.pem,))
    with serving(always, context) as server:
        error = refusal(server.origin, shown)
    assert "client certificate" in str(error) and error.reason == "client_certificate"


@pytest.mark.usefixtures("temporary_folder")
def test_the_key_of_another_certificate_is_refused(authority: Issued) -> None:
    one, other = issue("a", authority), issue("b", authority)
    error = refusal("https://127.0.0.1:9", TlsOptions(certificate=one.pem, key=other.key_pem()))
    assert "key does not belong" in error.message


@pytest.mark.usefixtures("temporary_folder")
@pytest.mark.parametrize(
    ("tls", "words"),
    [
        (TlsOptions(certificate="x", key="y"), "key of the client certificate"),
        (TlsOptions(certificate="x"), "both the certificate and its key"),
        (TlsOptions(server_certificates=("x",)), "tls_server_certs"),
    ],
)
def test_unreadable_pem_is_said_before_anything_is_sent(tls: TlsOptions, words: str) -> None:
    assert words in refusal("https://127.0.0.1:9", tls).message


def test_an_unreadable_ca_file_is_named(tmp_path: Path) -> None:
    error = refusal("https://127.0.0.1:9", options=TransportOptions(ca_file=str(tmp_path / "no-such.pem")))
    assert error.message == "The CA file no-such.pem cannot be read."
    (tmp_path / "empty.pem").touch()
    error = refusal("https://127.0.0.1:9", options=TransportOptions(ca_file=str(tmp_path / "empty.pem")))
    assert error.message == "The CA file empty.pem holds no certificate."


def test_the_sdks_own_checks_of_certificates(authority: Issued) -> None:
    client = issue("client", authority, use_rsa=True)
    check_options(TlsOptions(client.pem, client.key_pem("p"), "p", (authority.pem,), (authority.pem,)))
    elliptic = issue("client", authority)
    for broken in (
        TlsOptions(certificate="x"),
        TlsOptions(certificate=client.pem, key="x"),
        TlsOptions(certificate=client.pem, key=client.key_pem("p")),
        TlsOptions(certificate=elliptic.pem, key=elliptic.key_pem()),
        TlsOptions(server_certificates=("x",)),
    ):
        with pytest.raises(SdkError) as caught:
            check_options(broken)
        assert caught.value.ruby_class == "Workato::Connector::Sdk::RequestTLSCertificateFormatError"


def test_a_client_certificate_chosen_here_is_shown_where_the_connector_gives_none(
    tmp_path: Path, authority: Issued
) -> None:
    mine, theirs = issue("chosen.example.test", authority), issue("connector.example.test", authority, use_rsa=True)
    file = tmp_path / "client.pem"
    file.write_text(mine.pem + mine.key_pem())
    seen: list[str] = []

    def play(connection: Connection) -> None:
        seen.append(repr(connection.peer_certificate()))
        always(connection)

    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    options = TransportOptions(client_certificate=str(file))
    trusted = TlsOptions(server_certificates=(authority.pem,))
    own = TlsOptions(theirs.pem, theirs.key_pem(), server_certificates=(authority.pem,))
    with serving(play, context) as server:
        reply = get(server.origin, trusted, options)
        get(server.origin, own, options)
    assert "chosen.example.test" in seen[0] and "connector.example.test" in seen[1]
    facts = reply.connection
    assert (facts["connection"], facts["offered"], facts["address"]) == ("new", "HTTP/1.1", server.host)
    assert facts["tls"].startswith("TLSv1.") and facts["cipher"]
    until = "127.0.0.1, issued by Test Authority, until "
    assert facts["certificate"].startswith(until) and facts["certificate"].endswith(" UTC")
    assert (facts["hosts"], facts["fingerprint"]) == ("127.0.0.1", fingerprint(tmp_path))
    assert facts["trusted"] == "the usual authorities and tls_server_certs"
    assert facts["client certificate"].startswith("chosen.example.test, issued by Test Authority, until ")


def test_a_file_that_holds_no_client_certificate_is_named(tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    error = refusal("https://127.0.0.1:9", None, TransportOptions(client_certificate=str(file)))
    assert error.message == "client.pem does not hold a certificate and its key."


@pytest.fixture(params=[s.PrivateFormat.PKCS8, s.PrivateFormat.TraditionalOpenSSL], ids=["pkcs8", "traditional"])
def protected(tmp_path: Path, authority: Issued, request: pytest.FixtureRequest) -> Path:
    """A client certificate whose key is protected by "päss phrase"."""
    made = issue("client.example.test", authority, use_rsa=True)
    closed = s.BestAvailableEncryption("päss phrase".encode())
    file = tmp_path / "client.pem"
    file.write_bytes(made.pem.encode() + made.key.private_bytes(s.Encoding.PEM, request.param, closed))
    return file


def test_a_key_with_a_passphrase_asks_for_it(protected: Path) -> None:
    error = refusal("https://127.0.0.1:9", None, TransportOptions(client_certificate=str(protected)))
    assert error.message == "The key in client.pem is protected by a passphrase, and none is given."
    assert "--client-passphrase" in error.hint and "openssl pkey" in error.hint and error.reason == "passphrase"


def test_a_wrong_passphrase_is_said_and_not_quoted(protected: Path) -> None:
    options = TransportOptions(client_certificate=str(protected), client_passphrase="hush-hush")
    error = refusal("https://127.0.0.1:9", None, options)
    assert error.message == "The passphrase does not open the key in client.pem." and error.reason == "passphrase"
    assert "hush" not in str(error) + error.hint + repr(options)


def test_a_passphrase_opens_the_key(tmp_path: Path, authority: Issued, protected: Path) -> None:
    options = TransportOptions(client_certificate=str(protected), client_passphrase="päss phrase")
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    with serving(always, context) as server:
        reply = get(server.origin, TlsOptions(server_certificates=(authority.pem,)), options)
    assert reply.connection["client certificate"].startswith("client.example.test")


@pytest.mark.usefixtures("temporary_folder")
def test_a_client_certificate_is_of_no_use_without_tls(tmp_path: Path) -> None:
    """And no reason to refuse a request: the file is read when TLS needs it."""
    with serving(always) as server:
        reply = get(server.origin, None, TransportOptions(client_certificate=str(tmp_path / "no-such.pem")))
    assert reply.status == 200 and "client certificate" not in reply.connection


def test_a_connection_says_that_nothing_was_verified_and_whose_certificate_it_was(tmp_path: Path) -> None:
    with serving(always, server_context(issue("127.0.0.1"), tmp_path)) as server:
        facts = get(server.origin, options=TransportOptions(verify=False)).connection
    assert facts["certificate"].startswith("not verified: 127.0.0.1, self-signed, until ")
    assert facts["fingerprint"] == fingerprint(tmp_path) and "trusted" not in facts


@pytest.mark.parametrize("phrase", [None, "päss phrase"])
def test_a_key_in_a_file_of_its_own(tmp_path: Path, authority: Issued, phrase: str | None) -> None:
    client = issue("client.example.test", authority)
    certificate, key = tmp_path / "client.crt", tmp_path / "client.key"
    certificate.write_text(client.pem)
    key.write_text(client.key_pem(phrase))
    options = TransportOptions(client_certificate=str(certificate), client_key=str(key), client_passphrase=phrase)
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    trusting = TlsOptions(server_certificates=(authority.pem,))
    with serving(always, context) as server:
        assert get(server.origin, trusting, options).status == 200
    if phrase:
        error = refusal("https://127.0.0.1:9", trusting, replace(options, client_passphrase=None))
        assert error.message.startswith("The key in client.key is protected") and error.reason == "passphrase"
    key.write_text("no key")
    assert refusal("https://127.0.0.1:9", trusting, options).message == "client.key does not hold a key."
    key.unlink()
    error = refusal("https://127.0.0.1:9", trusting, options)
    assert error.message == "The key of the client certificate client.key cannot be read."
    certificate.write_text("no certificate")
    key.write_text(client.key_pem())
    assert refusal("https://127.0.0.1:9", trusting, options).message == "client.crt does not hold a certificate."


@pytest.mark.parametrize("phrase", [None, "päss phrase"])
def test_a_client_certificate_of_pkcs12(tmp_path: Path, authority: Issued, phrase: str | None) -> None:
    between = issue("Between", authority, authority=True)
    client = issue("client.example.test", between)
    closed = s.BestAvailableEncryption(phrase.encode()) if phrase else s.NoEncryption()
    file = tmp_path / "client.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", client.key, client.certificate, [between.certificate], closed)
    )
    options = TransportOptions(client_certificate=str(file), client_passphrase=phrase)
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    trusting = TlsOptions(server_certificates=(authority.pem,))
    with serving(always, context) as server:
        reply = get(server.origin, trusting, options)
    assert reply.connection["client certificate"].startswith("client.example.test, issued by Between")
    if phrase:
        error = refusal("https://127.0.0.1:9", trusting, replace(options, client_passphrase=None))
        assert error.message == "client.p12 is protected by a passphrase, and none is given."
        error = refusal("https://127.0.0.1:9", trusting, replace(options, client_passphrase="another"))
        assert error.message == "The passphrase does not open client.p12." and error.reason == "passphrase"


def test_a_certificate_for_who_takes_it_in_memory_has_an_open_key(protected: Path) -> None:
    certificate, key = opened_certificate(str(protected), "päss phrase")
    assert certificate.startswith("-----BEGIN CERTIFICATE") and "ENCRYPTED" not in key
    assert s.load_pem_private_key(key.encode(), None) is not None
    assert "ENCRYPTED" in protected.read_text(), "and none on the disk"
    with pytest.raises(TransportError):
        opened_certificate(str(protected))
