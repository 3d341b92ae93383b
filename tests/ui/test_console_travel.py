"""How requests travel, seen before they go and after: proxy, TLS, client certificates, HTTP/2, and ways out of TLS that
fails. Against servers on loopback, by clicks and keys."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit

from designer.ui.pilot import Pilot
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel
from designer.ui.widgets.card import Notice
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.inputs import SecretEdit
from designer.ui.window import MainWindow
from designer.wire.http2 import http2_fields
from tests.ui.conftest import Open, answer, settle
from tests.ui.test_console_compose import SOURCE, compose, kept_choices, send
from tests.wire.certificates import Issued, issue, server_context
from tests.wire.servers import Connection, always, serving

PHRASE = "hush-hush phrase"
FACTS = (
    "protocol: HTTP/1.1",
    "time-out: 40 s",
    "offered: HTTP/1.1",
    "hosts: 127.0.0.1",
    "trusted: the usual authorities and acme-ca.pem",
    "fingerprint: SHA-256 ",
)
COPIES = (
    "cURL, with dots",
    "cURL, with $VARIABLES",
    "cURL, as sent",
    "HAR of the whole run, as sent",
    "Report for a ticket",
)


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue("Acme Authority", authority=True)


@pytest.fixture
def files(tmp_path: Path, authority: Issued) -> tuple[Path, Path]:
    """The authority's certificate, and a client certificate whose key is protected."""
    ca, own = tmp_path / "acme-ca.pem", tmp_path / "me.pem"
    client = issue("ada.example.test", authority)
    ca.write_text(authority.pem)
    own.write_text(client.pem + client.key_pem(PHRASE))
    return ca, own


def way(hand: Pilot) -> str:
    return hand.see("signedRequest.way", QLabel).text()


def said(hand: Pilot) -> str:
    notice = hand.see("consoleTls", Notice)
    return " ".join(one.text() for one in notice.findChildren(QLabel))


def test_a_server_that_wants_a_certificate_leads_to_it_and_to_its_passphrase(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path, authority: Issued, files: tuple[Path, Path]
) -> None:
    ca, own = files
    context = server_context(issue("127.0.0.1", authority), tmp_path, clients_of=authority)
    with serving(always, context) as server:
        path = open_project(SOURCE % server.origin)
        compose(hand, "GET", "contacts")
        send(window, hand)
        assert "comes from a private authority that is not trusted here" in said(hand)
        assert "127.0.0.1, issued by Acme Authority, until " in said(hand) and "SHA-256 " in said(hand)
        hand.click("consoleTrust")
        answer(hand, "travelFile", ca)
        send(window, hand)
        assert "certificate" in said(hand) and not hand.sees("consoleTrust")
        hand.click("consoleIdentity")
        answer(hand, "travelFile", own)
        send(window, hand)
        assert "protected by a passphrase" in said(hand)
        hand.click("consolePassphrase")
        assert window.focusWidget() is hand.see("travelPassphrase")
        hand.type_into("travelPassphrase", "another")
        send(window, hand)
        assert "does not open the key in me.pem" in said(hand)
        hand.click("consolePassphrase")
        hand.type_into("travelPassphrase", PHRASE)
        assert hand.see("travelPassphrase", SecretEdit).echoMode() is QLineEdit.EchoMode.Password
        hand.click("consolePrepare")
        settle(window, hand)
        assert way(hand) == (
            "Goes by HTTP/1.1 · TLS, trusting the usual authorities and acme-ca.pem · client certificate of me.pem"
            " · at most 40 s · redirects as the SDK does"
        )
        send(window, hand)
        assert not hand.sees("consoleTls")
        assert way(hand).startswith("Went by HTTP/1.1 · TLSv1.")
        assert "certificate 127.0.0.1, issued by Acme Authority, until " in way(hand)
        assert "client certificate ada.example.test, issued by Acme Authority" in way(hand)
        assert way(hand).endswith("connection new")
        hand.click("replyFace.route")
        facts = hand.see("replyBody", CodeView).toPlainText()
        for line in FACTS:
            assert line in facts
        assert f"address: {server.host}" in facts
        copied = {}
        for entry in COPIES:
            hand.menu("copyAs", entry)
            copied[entry] = QGuiApplication.clipboard().text()
    for entry in ("cURL, with dots", "cURL, with $VARIABLES", "cURL, as sent"):
        assert f"--cacert {ca}" in copied[entry] and f"--cert {own}" in copied[entry]
    assert '--pass "$CLIENT_KEY_PASSPHRASE"' in copied["cURL, with $VARIABLES"]
    assert f"--pass '{PHRASE}'" in copied["cURL, as sent"], "whoever asks for secrets gets this one too"
    assert not [entry for entry, text in copied.items() if PHRASE in text and entry != "cURL, as sent"]
    # It is kept nowhere: not among the settings of the window, not beside the project, not in its history.
    assert kept_choices(window.context.settings) == {"ca_file": str(ca), "client_certificate": str(own)}
    window.context.settings.sync()
    for file in (one for folder in (path.parent, tmp_path) for one in folder.rglob("*") if one.is_file()):
        assert PHRASE.encode() not in file.read_bytes(), file
    assert PHRASE not in repr(window.store.state.runs[-1]) + repr(window.runner.travel)


@pytest.mark.parametrize(
    ("name", "days", "begins", "words"),
    [
        ("127.0.0.1", -1, -30, "has expired"),
        ("127.0.0.1", 30, 2, "is not valid yet"),
        ("other.example.test", 2, -30, "It is for other.example.test."),
    ],
)
def test_a_certificate_that_does_not_hold_is_explained(
    window: MainWindow,
    open_project: Open,
    hand: Pilot,
    tmp_path: Path,
    authority: Issued,
    files: tuple[Path, Path],
    name: str,
    days: int,
    begins: int,
    words: str,
) -> None:
    made = issue(name, authority, days=days, begins=begins)
    with serving(always, server_context(made, tmp_path)) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "GET", "contacts")
        hand.click("consoleParts.travel")
        hand.type_into("travelCa", str(files[0]))
        send(window, hand)
        assert words in said(hand) and not hand.sees("consoleTrust")
        hand.click("consoleUnverify")
        assert hand.sees("consoleUnverified"), "and it is in sight until it ends"
        send(window, hand)
        assert not hand.sees("consoleTls")
        assert f"certificate not verified: {name}, issued by Acme Authority" in way(hand)


def test_a_request_over_http2_is_shown_as_it_went(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path, authority: Issued, files: tuple[Path, Path]
) -> None:
    arrived: list[list[tuple[str, str]]] = []
    context = server_context(issue("127.0.0.1", authority), tmp_path)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with serving(over_http2(arrived), context) as server:
        open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "key-0123456789")
        compose(hand, "GET", "contacts?a=1")
        hand.click("consoleParts.travel")
        hand.type_into("travelCa", str(files[0]))
        hand.click("travelHttp2")
        hand.click("consolePrepare")
        settle(window, hand)
        assert way(hand).startswith("Goes by HTTP/2 or HTTP/1.1 · TLS, trusting ")
        send(window, hand)
        assert way(hand).startswith("Went by HTTP/2 · TLSv1.")
        assert hand.see("signedRequest.about", QLabel).text().startswith("as sent, in frames of HTTP/2 · ")
        hand.click("requestFace.raw")
        raw = hand.see("requestRaw", CodeView).toPlainText().rstrip("\n").split("\n")
    request = window.store.state.runs[-1].outcome.exchanges[0].request
    (fields,) = arrived
    assert [(name, value) for name, value, _ in http2_fields(request)] == fields, "the fields that arrived, in order"
    assert raw[:4] == [":method: GET", f":authority: {server.host}", ":scheme: https", ":path: /contacts?a=1"]
    hidden = dict(fields)["x-api-key"]
    head = [f"{name}: {value}" for name, value in fields if value != hidden]
    assert hidden == "key-0123456789" and [line for line in raw if line in head] == head
    assert hidden not in "\n".join(raw) and any(line.startswith("x-api-key: ") for line in raw)
    hand.click("requestFace.table")
    hand.settle(60)
    for name in (":method", ":authority", ":scheme", ":path", "x-api-key"):
        assert hand.sees(f"wireLine.{name}")
    assert hand.see("origin.x-api-key").text().startswith("apply · line")
    hand.click("wireLine.x-api-key")
    hand.click("rail.timeline")
    settle(window, hand)
    assert any(":authority" in one.toPlainText() for one in window.findChildren(CodeView, "timelineCode"))


def over_http2(arrived: list[list[tuple[str, str]]]) -> Any:
    def play(connection: Connection) -> None:
        server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        server.initiate_connection()
        connection.send(server.data_to_send())
        while data := connection.read():
            for event in server.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    arrived.append([(str(name), str(value)) for name, value in event.headers])
                if isinstance(event, h2.events.StreamEnded):
                    server.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
                    server.send_data(event.stream_id, b"{}", end_stream=True)
            connection.send(server.data_to_send())

    return play


def test_a_proxy_with_a_password_is_named_without_it(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    def play(connection: Connection) -> None:
        while connection.request():
            connection.reply(b"{}", "200 OK", "Content-Type: application/json")

    with serving(play) as proxy:
        open_project(SOURCE % "http://api.acme.example")
        compose(hand, "GET", "contacts")
        hand.click("consoleParts.travel")
        hand.type_into("travelProxy", proxy.origin.replace("//", "//ada:hush-hush@"))
        hand.click("consolePrepare")
        settle(window, hand)
        assert f"no TLS · proxy {proxy.host} · at most 40 s" in way(hand)
        send(window, hand)
        assert f"no TLS · proxy {proxy.host} · the proxy got the whole URL as target, and Proxy-Authorization" in way(
            hand
        )
        hand.click("copyCurl")
        assert f"--proxy http://{proxy.host}" in QGuiApplication.clipboard().text()
        assert '--proxy-user ada:"$PROXY_PASSWORD"' in QGuiApplication.clipboard().text()
    assert b"Proxy-Authorization: Basic YWRhOmh1c2gtaHVzaA==" in proxy.received[0]
    assert hand.see("travelProxy", QLineEdit).text() == proxy.origin, "what was typed with the address is hidden"
    login = hand.see("travelProxyLogin", SecretEdit)
    assert (login.text(), login.echoMode()) == ("ada:hush-hush", QLineEdit.EchoMode.Password)
    hand.type_into("travelProxyLogin", "ada:p@ss")
    assert window.runner.travel.proxy == proxy.origin.replace("//", "//ada:p%40ss@")
    hand.type_into("travelProxyLogin", "")
    assert window.runner.travel.proxy == proxy.origin
    assert kept_choices(window.context.settings) == {"proxy": proxy.origin}, "without a password it may be kept"
    hand.type_into("travelProxyLogin", "ada:hush-hush")
    assert kept_choices(window.context.settings) == {}
    hand.click("rail.timeline")
    settle(window, hand)
    texts = [one.text() for one in window.findChildren(QLabel)] + [
        one.text() for one in window.findChildren(ElidedLabel)
    ]
    assert any(f"proxy {proxy.host}" in text for text in texts), "the timeline says it too"
    assert not [text for text in texts if "hush" in text]


def test_a_redirect_tells_what_is_left_behind(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    reached = threading.Event()

    def elsewhere(connection: Connection) -> None:
        while connection.request():
            reached.set()
            connection.reply(b"{}", "200 OK", "Content-Type: application/json")

    with serving(elsewhere) as second:

        def first(connection: Connection) -> None:
            while connection.request():
                connection.reply(b"", "302 Found", f"Location: {second.origin}/new")

        with serving(first) as server:
            source = SOURCE.replace("headers('X-Api-Key' => connection['api_key'])",
                                    "case_sensitive_headers('X-Api-Key' => connection['api_key'])")  # fmt: skip
            open_project(source % server.origin)
            window.store.set_credential("api_key", "key-0123456789")
            compose(hand, "GET", "old")
            send(window, hand)
            assert reached.is_set()
            hand.click("rail.timeline")
            settle(window, hand)
            texts = [one.text() for one in window.findChildren(QLabel)]
            assert any("302 leads to" in text for text in texts)
            assert any("headers dropped: " in text and "X-Api-Key" in text for text in texts)
            assert window.findChildren(Badge)
            hand.click("rail.console")
            hand.click("exchange.0")
            hand.settle(60)
            hand.menu("copyAs", "cURL, with dots")
            assert "--location" in QGuiApplication.clipboard().text()


def test_what_is_no_time_is_said_to_be_none(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SOURCE % "http://127.0.0.1:9")
    compose(hand, "GET", "contacts")
    hand.click("consoleParts.travel")
    for typed, fits in (("7", True), ("abc", False), ("1,5", True), ("-1", False), ("9000", False), ("", True)):
        hand.type_into("travelTimeout", typed)
        assert hand.sees("travelNoTime") is not fits, typed
    hand.type_into("travelTimeout", "abc")
    assert window.runner.travel is not None and window.runner.travel.timeout is None


def test_a_copy_saved_elsewhere_travels_as_the_connector_did(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path
) -> None:
    path = open_project(SOURCE % "http://127.0.0.1:9")
    compose(hand, "GET", "contacts")
    hand.click("consoleParts.travel")
    hand.type_into("travelProxy", "http://ada:hush-hush@proxy.example:3128")
    hand.type_into("travelCa", "/certs/acme.pem")
    hand.type_into("travelPassphrase", PHRASE)
    hand.type_into("travelTimeout", "7")
    hand.click("travelVerify")
    chosen = window.runner.travel
    window.store.set_value("/title", "Edited")
    settle(window, hand)
    copy = tmp_path / "elsewhere" / "mine.rb"
    copy.parent.mkdir()
    window.commands.run("file.save_as")
    answer(hand, "saveAs", copy)
    hand.wait(lambda: window.store.state.path == copy, "the copy to open")
    settle(window, hand)
    assert "Edited" in copy.read_text() and "Edited" not in path.read_text()
    assert window.runner.travel == replace(chosen, verify=True), "an exception from verification is for one project"
    hand.click("rail.console")
    hand.click("consoleParts.travel")
    assert hand.see("travelCa", QLineEdit).text() == "/certs/acme.pem"
    # Each goes its own way from here on, and one that has choices of its own keeps them.
    hand.type_into("travelTimeout", "9")
    window.opener.open_path(path.parent)
    hand.wait(lambda: window.store.state.path == path, "the first to open again")
    settle(window, hand)
    assert window.runner.travel.timeout == 7.0
    window.opener.save_as(copy)
    hand.wait(lambda: window.store.state.path == copy, "the copy to be written anew")
    settle(window, hand)
    assert window.runner.travel.timeout == 9.0
    window.context.settings.sync()
    assert "hush" not in Path(window.context.settings.fileName()).read_text()


def test_a_copy_that_cannot_be_written_leaves_everything_as_it_was(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path
) -> None:
    path = open_project(SOURCE % "http://127.0.0.1:9")
    window.opener.save_as(tmp_path / "no-such-folder" / "mine.rb")
    hand.wait(lambda: hand.sees("toast"), "the failure to be told")
    settle(window, hand)
    assert window.store.state.path == path
    window.opener.save_as(path)
    settle(window, hand)
    assert window.store.state.path == path and not window.store.state.edited
