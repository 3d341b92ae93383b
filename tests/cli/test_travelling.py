"""How ``exec`` and ``request`` reach a server: proxies, TLS, HTTP/2, time-outs and redirects by options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from designer.cli.arguments import Windows, parse
from designer.cli.travelling import redirects_of, transport_options
from designer.evaluator.limits import DEFAULT
from tests.cli.conftest import Shell
from tests.wire.certificates import issue, server_context
from tests.wire.servers import Connection, serving

CONNECTOR = """{
  title: 'T',
  connection: { authorization: { type: 'none' }, base_uri: lambda { |_connection| '%s' } },
  test: lambda { |_connection| post('/me') }
}
"""


def connector(folder: Path, origin: str) -> Path:
    file = folder / "connector.rb"
    file.write_text(CONNECTOR % origin, encoding="utf-8")
    return file


def fine(connection: Connection) -> None:
    while connection.request():
        connection.reply(b'{"ok": true}', "200 OK", "Content-Type: application/json")


def moved(connection: Connection) -> None:
    while asked := connection.request():
        if b" /new " in asked:
            connection.reply(b'{"at": "new"}', "200 OK", "Content-Type: application/json")
        else:
            connection.reply(b'{"at": "old"}', "302 Found", "Location: /new", "Content-Type: application/json")


def test_a_proxy_takes_the_request(shell: Shell, tmp_path: Path) -> None:
    file = connector(tmp_path, "http://api.example.test")
    with serving(fine) as proxy:
        answer = shell("exec", "test", "-c", file, "--proxy", proxy.origin, "--json")
        assert answer.json["result"] == {"ok": True}
    assert proxy.received[0].startswith(b"POST http://api.example.test/me HTTP/1.1\r\n")


def test_a_private_authority_and_a_client_certificate(shell: Shell, tmp_path: Path) -> None:
    authority = issue("Private Authority", authority=True)
    client = issue("client.example.test", authority)
    ca, own = tmp_path / "ca.pem", tmp_path / "client.pem"
    ca.write_text(authority.pem, encoding="ascii")
    own.write_text(client.pem + client.key_pem(), encoding="ascii")
    with serving(fine, server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)) as server:
        file = connector(tmp_path, server.origin)
        stranger = shell("exec", "test", "-c", file, "--json")
        assert stranger.status == 1 and "certificate" in stranger.json["error"]["message"]
        known = shell("exec", "test", "-c", file, "--ca-file", ca, "--client-certificate", own, "--json")
        assert (known.status, known.json["result"]) == (0, {"ok": True})
        trusting = shell("request", "GET", "/x", "-c", file, "--no-verify", "--client-certificate", own, "--json")
        assert trusting.status == 0


@pytest.mark.parametrize(("how", "at", "count"), [("follow", "new", 2), ("stop", "old", 1)])
def test_redirects_are_followed_or_taken(shell: Shell, tmp_path: Path, how: str, at: str, count: int) -> None:
    with serving(moved) as server:
        file = connector(tmp_path, server.origin)
        by_rule = shell("exec", "test", "-c", file, "--json")
        assert by_rule.json["error"]["message"] == "302 Found", "the SDK follows no POST"
        answer = shell("exec", "test", "-c", file, "--redirects", how, "--json")
        assert answer.json["result"] == {"at": at}
        assert len(answer.json["requests"]) == count


def test_what_the_code_says_of_redirects_comes_first(shell: Shell, tmp_path: Path) -> None:
    with serving(moved) as server:
        file = connector(tmp_path, server.origin)
        chain = '[["ignore_redirection"]]'
        answer = shell("request", "GET", "/x", "-c", file, "--chain", chain, "--redirects", "follow", "--json")
        assert answer.json["result"] == {"at": "old"}


def test_a_silent_server_is_left_after_the_time_given(shell: Shell, tmp_path: Path) -> None:
    def silent(connection: Connection) -> None:
        connection.request()
        connection.read()

    with serving(silent) as server:
        file = connector(tmp_path, server.origin)
        answer = shell("exec", "test", "-c", file, "--timeout", "0.3", "--json")
        assert answer.status == 1
        assert answer.json["error"]["class"] == "Workato::Connector::Sdk::RequestTimeoutError"


def test_every_choice_reaches_the_transport(tmp_path: Path) -> None:
    pem = tmp_path / "a.pem"
    pem.write_text("x", encoding="ascii")
    words = ["exec", "test", "--proxy", "http://u:p@proxy.example:8080", "--system-proxy", "--no-verify", "--http2"]
    words += ["--ca-file", str(pem), "--client-certificate", str(pem), "--timeout", "7", "--redirects", "stop"]
    given = parse(words, Windows())
    options = transport_options(given)
    assert (options.proxy, options.trust_env, options.verify) == ("http://u:p@proxy.example:8080", True, False)
    assert (options.ca_file, options.client_certificate) == (str(pem), str(pem))
    assert (options.http2, options.timeout, redirects_of(given)) == (True, 7.0, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--proxy", "http://user:hush-hush@[:1"], "cannot be read"),
        (["--proxy", "socks5://127.0.0.1:1"], "reached by socks5"),
        (["--ca-file", "/nowhere/ca.pem"], "--ca-file: "),
        (["--client-certificate", "/nowhere/own.pem"], "--client-certificate: "),
        (["--timeout", "0"], "no time to wait"),
        (["--timeout", "nan"], "no time to wait"),
        (["--redirects", "maybe"], "invalid choice"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(shell: Shell, tmp_path: Path, words: list[str], said: str) -> None:
    file = connector(tmp_path, "http://127.0.0.1:9")
    try:
        answer = shell("exec", "test", "-c", file, *words)
        status, told = answer.status, answer.err
    except SystemExit as ended:
        status, told = int(str(ended.code)), said
    assert status == 2
    assert said in told and "hush-hush" not in told


def test_a_proxy_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    file = connector(tmp_path, "http://127.0.0.1:9100")
    answer = shell("request", "GET", "/x", "-c", file, "--proxy", "http://127.0.0.1:9", "--json")
    assert answer.status == 1
    opening = "Failed to open TCP connection to 127.0.0.1:9 (Connection refused"
    assert answer.json["error"]["message"].startswith(opening), "as Net::HTTP says it: the server was not called"
    assert answer.json["requests"] == []
    assert answer.json["warnings"] == [
        "GET http://127.0.0.1:9100/x reached no server: No connection to the proxy: 127.0.0.1:9 refused the connection."
    ]


def test_a_program_hears_of_a_request_that_reached_nobody(shell: Shell, tmp_path: Path) -> None:
    file = connector(tmp_path, "http://127.0.0.1:9")
    answer = shell("request", "GET", "/x", "-c", file, "--json").json
    assert (answer["requests"], answer["result"]) == ([], None)
    assert answer["warnings"] == ["GET http://127.0.0.1:9/x reached no server: 127.0.0.1:9 refused the connection."]


def test_a_reply_too_long_to_be_parsed_is_a_failure(shell: Shell, tmp_path: Path) -> None:
    """Not a result of null, and no success: whoever asked waits for what stands in it."""

    def long(connection: Connection) -> None:
        while connection.request():
            connection.reply(b'["' + b"x" * DEFAULT.string + b'"]', "200 OK", "Content-Type: application/json")

    with serving(long) as server:
        file = connector(tmp_path, server.origin)
        answer = shell("request", "GET", "/x", "-c", file)
        assert (answer.status, answer.out) == (1, "")
        assert "error: Designer::Limit: The reply has 16,000,004 characters" in answer.err
        machine = shell("request", "GET", "/x", "-c", file, "--json")
        assert (machine.status, machine.json["error"]["class"]) == (1, "Designer::Limit")
        assert len(machine.json["requests"][0]["response"]["body"]) == 16_000_004


SECRET = "hush-hush phrase"


@pytest.fixture
def protected(tmp_path: Path) -> Iterator[tuple[Path, Path, Path]]:
    """A connector at a server that wants a client certificate, the authority's file, and one whose key is protected."""
    authority = issue("Private Authority", authority=True)
    client = issue("client.example.test", authority)
    ca, own = tmp_path / "ca.pem", tmp_path / "client.pem"
    ca.write_text(authority.pem, encoding="ascii")
    own.write_text(client.pem + client.key_pem(SECRET), encoding="ascii")
    with serving(fine, server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)) as server:
        yield connector(tmp_path, server.origin), ca, own


def test_the_passphrase_of_a_client_key_comes_from_environment_file_or_person(
    shell: Shell, protected: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, ca, own = protected
    kept = tmp_path / "phrase"
    kept.write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("CLIENT_PHRASE", SECRET)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: SECRET)
    words = ["exec", "test", "-c", file, "--ca-file", ca, "--client-certificate", own, "--client-passphrase"]
    for source in ("env:CLIENT_PHRASE", f"file:{kept}", "ask"):
        answer = shell(*words, source, "--verbose")
        assert answer.status == 0, answer.err
        assert SECRET not in answer.out + answer.err
    for told in ("--- protocol: HTTP/1.1", "--- tls: TLSv1.", "--- certificate: 127.0.0.1, issued by Private Authority",
                 "--- client certificate: client.example.test", "--- fingerprint: SHA-256 "):  # fmt: skip
        assert told in answer.err


def test_a_protected_key_without_its_passphrase_leads_to_the_option(
    shell: Shell, protected: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, ca, own = protected
    words = ["exec", "test", "-c", file, "--ca-file", ca, "--client-certificate", own]
    answer = shell(*words)
    assert answer.status == 1 and "protected by a passphrase" in answer.err and "--client-passphrase" in answer.err
    monkeypatch.setenv("CLIENT_PHRASE", "another")
    answer = shell(*words, "--client-passphrase", "env:CLIENT_PHRASE")
    assert answer.status == 1 and "does not open the key in client.pem" in answer.err


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("hush-hush", "env:NAME, file:PATH or ask"),
        ("pass:hush-hush", "env:NAME, file:PATH or ask"),
        ("env:NO_SUCH_PHRASE", "no variable NO_SUCH_PHRASE"),
        ("file:/nowhere/phrase", "no such file"),
        ("ask", "needs a terminal"),
    ],
)
def test_a_passphrase_is_never_an_argument(
    shell: Shell, protected: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    file, _, own = protected
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    answer = shell("exec", "test", "-c", file, "--client-certificate", own, "--client-passphrase", source)
    assert answer.status == 2 and said in answer.err and "hush-hush" not in answer.err


def test_a_key_in_a_file_of_its_own(shell: Shell, protected: tuple[Path, Path, Path], tmp_path: Path) -> None:
    file, ca, own = protected
    text = own.read_text()
    at = text.index("-----BEGIN ENCRYPTED")
    certificate, key, phrase = tmp_path / "me.crt", tmp_path / "me.key", tmp_path / "phrase"
    for path, part in ((certificate, text[:at]), (key, text[at:]), (phrase, SECRET)):
        path.write_text(part)
    words = ["exec", "test", "-c", file, "--ca-file", ca, "--client-key", key, "--client-passphrase", f"file:{phrase}"]
    assert shell(*words, "--client-certificate", certificate).status == 0
    answer = shell(*words)
    assert answer.status == 2 and "--client-certificate" in answer.err


def test_a_passphrase_without_a_certificate_is_wrong_use(shell: Shell, tmp_path: Path) -> None:
    file = connector(tmp_path, "http://127.0.0.1:9")
    answer = shell("exec", "test", "-c", file, "--client-passphrase", "ask")
    assert answer.status == 2 and "--client-certificate" in answer.err
