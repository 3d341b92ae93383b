"""The copied curl command goes the way the run went: the same proxy, trust, client certificate, version, patience and
redirects. Held against files that were read by eye, and run by ``sh`` against servers on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from designer.masking import DOTS, Masks
from designer.wire import Exchange, TlsOptions, TransportOptions, WireRequest, WireResponse
from designer.wire.outgoing import AS_SENT, Masked, Variables, Way, curl, way_of
from designer.wire.prepare import complete_headers
from tests.wire.certificates import Issued, issue, server_context
from tests.wire.cmd_prompt import arguments
from tests.wire.servers import Connection, serving, tunnel

GOLDEN = Path(__file__).parent / "outgoing"
PHRASE = "hush-hush phrase"
CHOSEN = TransportOptions(
    ca_file="/home/ada/acme ca.pem",
    proxy="http://ada:p%40ss-word@proxy.example:3128",
    http2=True,
    timeout=7.5,
    client_certificate="/home/ada/a:b.pem",
    client_passphrase=PHRASE,
)
CONNECTORS = TlsOptions("CERTIFICATE\n", "PRIVATE KEY\n", PHRASE, ("BETWEEN\n",), ("SERVER\n",), strict=True)
REQUEST = WireRequest(
    "GET", "https://api.acme.example/me", "/me", (("Host", "api.acme.example"), ("Accept", "*/*")), b""
)
OWN = replace(REQUEST, tls=CONNECTORS)
SECRETS = ("hush", "p@ss-word", "p%40ss-word", "PRIVATE KEY")

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue("Test Authority", authority=True)


def golden(name: str, made: str) -> None:
    assert made + "\n" == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "hide"),
    [("masked", Masked(Masks({}))), ("variables", Variables(REQUEST, {"key_phrase": PHRASE})), ("sent", AS_SENT)],
)
def test_what_was_chosen_and_what_the_connector_gives(name: str, hide: Masked | Variables) -> None:
    """Both kinds of certificate, from the person's files and from settings."""
    for kind, request in (("chosen", REQUEST), ("connectors", OWN)):
        made = curl(request, hide, way=Way(CHOSEN if kind == "chosen" else TransportOptions()))
        golden(f"way.{kind}.{name}.sh", made)
        if name != "sent":
            assert not [one for one in SECRETS if one in made]


def test_the_prompt_of_windows_is_told_which_files_to_lay_ready() -> None:
    made = curl(OWN, windows=True)
    assert "PRIVATE" not in made and "REM client.key: its key, which stands in the settings" in made.splitlines()
    words = arguments(made[made.index("curl.exe") :])
    assert [words[words.index(one) + 1] for one in ("--cert", "--key", "--cacert")] == [
        "client.pem",
        "client.key",
        "server.pem",
    ]
    golden("way.connectors.sent.cmd", made)
    golden("way.chosen.masked.cmd", curl(REQUEST, Masked(Masks({})), windows=True, way=Way(CHOSEN)))
    chosen = TransportOptions(client_certificate=r"C:\certs\me:2.pem", ca_file=r"C:\my certs\ca.pem", verify=True)
    words = arguments(curl(REQUEST, windows=True, way=Way(chosen)).partition("\n")[2])
    assert words[words.index("--cert") + 1] == r"C:\\certs\\me\:2.pem", "what follows a colon would be a passphrase"
    assert words[words.index("--key") + 1] == r"C:\certs\me:2.pem"
    assert words[words.index("--cacert") + 1] == r"C:\my certs\ca.pem"


def test_usual_options_say_nothing_but_the_version_that_curl_would_not_choose() -> None:
    plain = replace(REQUEST, url="http://api.acme.example/me")
    assert "--" not in curl(plain).replace("-H", "")
    assert curl(REQUEST).count(" --") == 1 and "--http1.1" in curl(REQUEST)
    assert "--cert" not in curl(plain, way=Way(CHOSEN)), "no TLS, no certificate"


def test_a_proxy_of_the_environment_that_the_run_did_not_use_is_told_of() -> None:
    environment = {"https_proxy": "http://corporate.example:1"}
    way = way_of(REQUEST, (), TransportOptions(), None, environment)
    assert "--noproxy '*'" in curl(REQUEST, way=way)
    assert "--noproxy" not in curl(
        REQUEST, way=way_of(REQUEST, (), TransportOptions(trust_env=True), None, environment)
    )
    assert "--noproxy" not in curl(REQUEST, way=way_of(REQUEST, (), TransportOptions(), None, {"http_proxy": "x"}))


def test_the_systems_proxy_is_named_as_it_was_used() -> None:
    reply = WireResponse(200, "OK", (), b"", connection={"proxy": "corporate.example:8080"})
    sent = [Exchange(REQUEST, reply, "request")]
    way = way_of(REQUEST, sent, TransportOptions(trust_env=True), None, {})
    assert "--proxy http://corporate.example:8080" in curl(REQUEST, way=way)


def test_a_proxy_that_is_none_is_said() -> None:
    assert "# The address of the proxy cannot be read." in curl(REQUEST, way=Way(TransportOptions(proxy="http://[")))


def test_no_proxy_password_is_masked_by_halves() -> None:
    made = curl(REQUEST, Masked(Masks({})), way=Way(CHOSEN))
    assert f"--proxy-user 'ada:{DOTS}'" in made and f"--pass '{DOTS}'" in made


# Run by a shell


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``command`` as it would be pasted: ``folder`` is where it stands and where its temporary files go."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    given = {"PATH": os.environ["PATH"], "TMPDIR": str(temporary), **environment}
    made = subprocess.run(["sh", "-c", command], capture_output=True, env=given, cwd=folder, timeout=30, check=False)
    assert list(temporary.iterdir()) == [], "keys are left behind"
    return made


def asked(url: str, tls: TlsOptions | None = None, method: str = "GET", body: bytes = b"") -> WireRequest:
    target = "/" + url.split("/", 3)[3]
    return complete_headers(WireRequest(method, url, target, (("X-Name", "v"),), body, tls=tls))


def fine(connection: Connection) -> None:
    while connection.request():
        connection.reply(b"fine")


@needs_curl
def test_a_private_authority(tmp_path: Path, authority: Issued) -> None:
    ca = tmp_path / "my ca.pem"
    ca.write_text(authority.pem)
    with serving(fine, server_context(issue("127.0.0.1", authority), tmp_path)) as server:
        request = asked(f"{server.origin}/a")
        assert shell(curl(request), tmp_path).returncode == 60, "curl trusts no stranger either"
        assert shell(curl(request, way=Way(TransportOptions(ca_file=str(ca)))), tmp_path).stdout == b"fine"
        assert shell(curl(request, way=Way(TransportOptions(verify=False))), tmp_path).stdout == b"fine"
        own = asked(f"{server.origin}/a", TlsOptions(server_certificates=(authority.pem,), strict=True))
        assert shell(curl(own), tmp_path).stdout == b"fine"
        (tmp_path / "server.pem").write_text(authority.pem)
        assert shell(curl(own, Masked(Masks({}))), tmp_path).stdout == b"fine"


@needs_curl
@pytest.mark.parametrize("phrase", [None, PHRASE])
def test_a_client_certificate_of_the_person(tmp_path: Path, authority: Issued, phrase: str | None) -> None:
    client = issue("chosen.example.test", authority)
    own, ca = tmp_path / "my: client.pem", tmp_path / "ca.pem"
    own.write_text(client.pem + client.key_pem(phrase))
    ca.write_text(authority.pem)
    seen: list[str] = []
    way = Way(TransportOptions(ca_file=str(ca), client_certificate=str(own), client_passphrase=phrase))
    with serving(
        knowing(seen), server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    ) as server:
        request = asked(f"{server.origin}/a")
        assert shell(curl(request, way=Way(TransportOptions(ca_file=str(ca)))), tmp_path).returncode != 0
        assert shell(curl(request, way=way), tmp_path).stdout == b"fine"
        command = curl(request, Variables(request, {}), way=way)
        assert shell(command, tmp_path, CLIENT_KEY_PASSPHRASE=PHRASE).stdout == b"fine"
    assert len(seen) == 2 and all("chosen.example.test" in one for one in seen)


@needs_curl
def test_a_client_certificate_of_pkcs12_and_a_key_apart(tmp_path: Path, authority: Issued) -> None:
    client = issue("chosen.example.test", authority, use_rsa=True)
    closed = serialization.BestAvailableEncryption(PHRASE.encode())
    packed, certificate, key = (tmp_path / name for name in ("me.p12", "me.crt", "me.key"))
    packed.write_bytes(pkcs12.serialize_key_and_certificates(b"x", client.key, client.certificate, None, closed))
    certificate.write_text(client.pem)
    key.write_text(client.key_pem(PHRASE))
    seen: list[str] = []
    usual = TransportOptions(verify=False, client_passphrase=PHRASE)
    with serving(
        knowing(seen), server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    ) as server:
        request = asked(f"{server.origin}/a")
        for options in (
            replace(usual, client_certificate=str(packed)),
            replace(usual, client_certificate=str(certificate), client_key=str(key)),
        ):
            assert shell(curl(request, way=Way(options)), tmp_path).stdout == b"fine"
    assert len(seen) == 2 and all("chosen.example.test" in one for one in seen)


@needs_curl
@pytest.mark.parametrize("phrase", [None, PHRASE])
def test_a_client_certificate_out_of_settings_is_written_and_gone(
    tmp_path: Path, authority: Issued, phrase: str | None
) -> None:
    between = issue("Between", authority, authority=True)
    client = issue("connector.example.test", between, use_rsa=True)
    tls = TlsOptions(client.pem, client.key_pem(phrase), phrase, (between.pem,), (authority.pem,), strict=True)
    seen: list[str] = []
    with serving(
        knowing(seen), server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    ) as server:
        request = asked(f"{server.origin}/a", tls, "POST", b"\xff\x00 no text")
        before = {*tmp_path.iterdir()}
        assert shell(curl(request), tmp_path).stdout == b"fine"
        assert {*tmp_path.iterdir()} - before <= {tmp_path / "temporary"}
        assert server.received[0].endswith(b"\r\n\r\n\xff\x00 no text"), "the pipe leads into the subshell"
        masked = curl(asked(f"{server.origin}/a", tls), Masked(Masks({})))
        assert "PRIVATE KEY" not in masked and "BEGIN" not in masked
        (tmp_path / "client.pem").write_text(client.pem + between.pem)
        (tmp_path / "client.key").write_text(client.key_pem())
        (tmp_path / "server.pem").write_text(authority.pem)
        assert shell(masked, tmp_path).stdout == b"fine"
    assert len(seen) == 2 and all("connector.example.test" in one for one in seen)


def knowing(seen: list[str]) -> Callable[[Connection], None]:
    def play(connection: Connection) -> None:
        seen.append(repr(connection.peer_certificate()))
        fine(connection)

    return play


@needs_curl
def test_a_proxy_for_http_and_its_password(tmp_path: Path) -> None:
    with serving(fine) as proxy:
        request = asked("http://api.example.test/a")
        way = Way(TransportOptions(proxy=proxy.origin.replace("//", "//me:pa%20ss@")))
        assert shell(curl(request, way=way), tmp_path).stdout == b"fine"
        command = curl(request, Variables(request, {}), way=way)
        assert "pa ss" not in command and "pa%20ss" not in command
        assert shell(command, tmp_path, PROXY_PASSWORD="pa ss").stdout == b"fine"
    for received in proxy.received:
        assert received.startswith(b"GET http://api.example.test/a HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic bWU6cGEgc3M=\r\n" in received


@needs_curl
def test_a_tunnel_and_what_the_environment_says(tmp_path: Path, authority: Issued) -> None:
    with serving(fine, server_context(issue("127.0.0.1", authority), tmp_path)) as server, serving(tunnel) as proxy:
        request = asked(f"{server.origin}/a", TlsOptions(server_certificates=(authority.pem,)))
        assert shell(curl(request, way=Way(TransportOptions(proxy=proxy.origin))), tmp_path).stdout == b"fine"
        assert proxy.received[0].startswith(b"CONNECT " + server.host.encode())
        environment = {"https_proxy": "http://127.0.0.1:9"}
        direct = way_of(request, (), TransportOptions(), None, environment)
        assert shell(curl(request), tmp_path, **environment).returncode != 0
        assert shell(curl(request, way=direct), tmp_path, **environment).stdout == b"fine"
    assert len(proxy.received) == 1


@needs_curl
def test_a_server_that_is_silent_is_left(tmp_path: Path) -> None:
    def silent(connection: Connection) -> None:
        connection.request()
        connection.read()

    with serving(silent) as server:
        made = shell(curl(asked(f"{server.origin}/a"), way=Way(TransportOptions(timeout=0.3))), tmp_path)
    assert made.returncode == 28


@needs_curl
def test_the_version_of_http(tmp_path: Path, authority: Issued) -> None:
    context = server_context(issue("127.0.0.1", authority), tmp_path)
    context.set_alpn_protocols(["h2", "http/1.1"])
    began: list[bytes] = []

    def play(connection: Connection) -> None:
        began.append(connection.read())

    with serving(play, context) as server:
        request = asked(f"{server.origin}/a")
        for http2 in (False, True):
            shell(curl(request, way=Way(TransportOptions(http2=http2, verify=False))), tmp_path)
    assert began[0].startswith(b"GET /a HTTP/1.1\r\n") and began[1].startswith(b"PRI * HTTP/2.0\r\n")


def moving(status: str) -> Callable[[Connection], None]:
    def play(connection: Connection) -> None:
        while raw := connection.request():
            if b" /new " in raw:
                connection.reply(b"new")
            else:
                connection.reply(b"old", status, "Location: /new")

    return play


@needs_curl
@pytest.mark.parametrize(
    ("status", "method", "body", "led", "line", "last"),
    [
        ("302 Found", "GET", b"", "GET", b"GET /new", b""),
        ("302 Found", "POST", b"a=1", "POST", b"POST /new", b"a=1"),
        ("301 Moved", "PUT", b"a=1", "PUT", b"PUT /new", b"a=1"),
        ("308 Permanent", "POST", b"a=1", "POST", b"POST /new", b"a=1"),
        ("303 See Other", "POST", b"a=1", "GET", b"GET /new", b""),
        ("302 Found", "POST", b"a=1", None, b"POST /a", b"a=1"),
    ],
)
def test_redirects_are_followed_as_the_run_did(
    tmp_path: Path, status: str, method: str, body: bytes, led: str | None, line: bytes, last: bytes
) -> None:
    with serving(moving(status)) as server:
        request = asked(f"{server.origin}/a", method=method, body=body)
        exchanges = [Exchange(request, WireResponse(int(status[:3]), "", (), b""), "request")]
        if led is not None:
            onward = asked(f"{server.origin}/new", method=led, body=last)
            exchanges.append(Exchange(onward, WireResponse(200, "", (), b"new"), "redirect"))
        command = curl(request, way=way_of(request, exchanges, TransportOptions(), None, {}))
        assert shell(command, tmp_path).stdout == (b"new" if led else b"old")
        head, _, sent = server.received[-1].partition(b"\r\n\r\n")
    assert head.startswith(line) and sent == last


def test_credentials_go_to_another_host_where_the_run_took_them_there() -> None:
    moved = WireResponse(302, "", (), b"")
    signed = replace(REQUEST, headers=(*REQUEST.headers, ("Authorization", "Bearer x")))
    onward = replace(signed, url="https://other.example/me")
    exchanges = [Exchange(signed, moved, "request"), Exchange(onward, WireResponse(200, "", (), b""), "redirect")]
    assert "--location-trusted" in curl(signed, way=way_of(signed, exchanges, TransportOptions(), None, {}))
    exchanges[1] = replace(exchanges[1], request=replace(onward, headers=REQUEST.headers))
    command = curl(signed, way=way_of(signed, exchanges, TransportOptions(), None, {}))
    assert "--location" in command and "--location-trusted" not in command
