"""The console, the timeline and the settings, on the sample and the built-in provider, by clicks and keys."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from designer.project.scaffold import starter
from designer.ui.pilot import Pilot
from designer.ui.widgets.badge import Badge, Chip
from designer.ui.widgets.basics import ElidedLabel
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.inputs import LineEdit
from designer.ui.widgets.rows import RowList
from designer.ui.widgets.signed_request import SignedRequest
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle
from tests.wire.servers import Connection, serving

SECRETS = ("harbor-demo-api-key", "harbor-service-demo-secret-of-32-bytes", "demo-password")


UNREADABLE = """\
{
  title: 'T',
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda do |_connection|
        headers('X-A' => File.read('/etc/hostname'))
      end
    },
    base_uri: lambda do |_connection|
      'http://127.0.0.1:9'
    end
  }
}
"""
NO_AUTHORIZATION = """\
{
  title: 'T',
  connection: {
    authorization: {
      type: 'none'
    },
    base_uri: lambda do |_connection|
      'http://127.0.0.1:%d'
    end
  }
}
"""


@pytest.fixture
def sample(window: MainWindow, hand: Pilot) -> Iterator[MainWindow]:
    """The window on its own copy of the sample, with the provider running for it."""
    window.opener.open_sample()
    hand.wait(lambda: window.store.state.path is not None, "the sample to open")
    settle(window, hand)
    hand.wait(lambda: bool(window.store.state.credentials), "the settings to be read")
    yield window
    window.context.provider.stop()


def send(window: MainWindow, hand: Pilot, url: str, verb: str = "GET") -> None:
    hand.click("rail.console")
    if verb != "GET":
        hand.choose("consoleVerb", verb)
    hand.type_into("consoleUrl", url)
    before = len(window.store.state.runs)
    hand.click("consoleSend")
    hand.wait(lambda: len(window.store.state.runs) > before, "the run to end")
    settle(window, hand)


def use(window: MainWindow, hand: Pilot, name: str) -> None:
    hand.choose("credentials", name)
    hand.wait(lambda: window.store.state.credentials.get("auth_type") == name, f"the settings {name}")


def words(window: MainWindow) -> str:
    """Everything a person could read in the window, window title included."""
    texts = [label.text() for label in window.findChildren(QLabel)]
    texts += [view.toPlainText() for view in window.findChildren(CodeView) if view.objectName() != "ruby"]
    texts += [f"{widget.toolTip()} {widget.accessibleName()}" for widget in window.findChildren(QWidget)]
    return "\n".join([window.windowTitle(), *texts])


def line(window: MainWindow, name: str) -> str:
    found = [w for w in window.findChildren(QWidget, f"wireLine.{name}") if w.isVisible()]
    assert found, f"the request has no {name}"
    return found[0].accessibleName()


@pytest.mark.parametrize(
    ("name", "header", "shown"),
    [("personal", "X-Api-Key", ""), ("legacy", "Authorization", "Basic ")],
)
def test_the_signed_request_names_what_apply_added(
    sample: MainWindow, hand: Pilot, name: str, header: str, shown: str
) -> None:
    use(sample, hand, name)
    send(sample, hand, "contacts?limit=1")
    run = sample.store.state.runs[-1]
    assert run.outcome.error is None
    assert [exchange.response.status for exchange in run.outcome.exchanges] == [200]
    assert shown in line(sample, header)
    origin = run.outcome.exchanges[0].request.origins[f"header:{header}"]
    assert origin.source == "apply"
    assert f"/options/{name}/" in (origin.pointer or "")
    hand.see(f"origin.{header}")
    assert not [secret for secret in SECRETS if secret in words(sample)]


def test_a_click_on_an_origin_leads_to_its_line(sample: MainWindow, hand: Pilot) -> None:
    send(sample, hand, "contacts?limit=1")
    origin = sample.store.state.runs[-1].outcome.exchanges[0].request.origins["header:X-Api-Key"]
    hand.click("origin.X-Api-Key")
    editor = hand.see("consoleRuby", CodeView)
    assert editor.textCursor().blockNumber() + 1 == origin.line
    assert "X-Api-Key" in editor.textCursor().block().text()


def test_what_apply_added_stands_apart(sample: MainWindow, hand: Pilot) -> None:
    send(sample, hand, "contacts?limit=1")
    hand.click("requestFace.added")
    hand.settle(60)
    sides = {
        name: [part.text() for part in hand.see(f"sides.{name}").findChildren(ElidedLabel)]
        for name in ("Accept", "X-Api-Key", "GET")
    }
    assert sides["Accept"] == ["application/json"] * 2
    assert sides["X-Api-Key"][0] == "" and sides["X-Api-Key"][1].startswith("•••")
    assert sides["GET"] == ["/api/v1/contacts?limit=1"] * 2
    assert "added by apply" in hand.see("sides.X-Api-Key").accessibleName()


def test_raw_is_what_the_server_received(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve() -> None:
            client, _ = server.accept()
            with client:
                received.append(client.recv(65536))
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")

        thread = threading.Thread(target=serve)
        thread.start()
        open_project(
            "{\n  title: 'T',\n  connection: {\n    authorization: {\n      type: 'custom_auth',\n"
            "      apply: lambda do |_connection|\n        headers('X-A' => 'b', 'x-lower' => 'ü')\n      end\n    },\n"
            f"    base_uri: lambda do |_connection|\n      'http://127.0.0.1:{port}/v1/'\n    end\n  }}\n}}\n"
        )
        send(window, hand, "items?q=a+b&n=%20")
        thread.join(10)
    hand.click("requestFace.raw")
    hand.settle(60)
    shown = hand.see("requestRaw", CodeView).toPlainText()
    assert shown.rstrip("\n") == received[0].decode().replace("\r\n", "\n").rstrip("\n")


def test_prepare_sends_nothing(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    hand.type_into("consoleUrl", "contacts?limit=1")
    hand.click("consolePrepare")
    hand.see("signedRequest")
    settle(sample, hand)
    assert "not sent" in hand.see("signedRequest.about", QLabel).text()
    assert sample.store.state.runs == ()


def test_the_url_is_resolved_while_it_is_typed(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    hand.type_into("consoleUrl", "/me")
    host = sample.store.state.credentials["host"]
    hand.wait(lambda: f"resolves to {host}/me" in words(sample), "the URL to be resolved")


def sent(server: socket.socket, open_project: Open, hand: Pilot, url: str) -> socket.socket:
    """The connection over which a new project's first request arrives."""
    open_project(NO_AUTHORIZATION % server.getsockname()[1])
    hand.click("rail.console")
    hand.type_into("consoleUrl", url)
    hand.click("consoleSend")
    return server.accept()[0]


def test_a_silent_server_is_cancelled_at_a_click(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, sent(server, open_project, hand, "/never") as asked:
        assert asked.recv(10) == b"GET /never"
        hand.click("consoleCancel")
        hand.see("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to be kept")
        settle(window, hand)
    (run,) = window.store.state.runs
    assert run.outcome.error is not None
    assert run.outcome.error["class"] == "Designer::Cancelled"
    assert [(one.request.target, one.response) for one in run.outcome.exchanges] == [("/never", None)]
    assert "Cancelled. Nothing more is sent." in words(window)
    assert not [one for one in hand.see("happened").findChildren(QLabel) if "Designer::" in one.text()]
    hand.click("rail.timeline")
    settle(window, hand)
    assert "GET /never" in words(window)


def test_a_cancelled_request_does_not_stand_above_the_reply_of_the_one_before(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    """Nor does what cannot be sent. Esc cancels."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with sent(server, open_project, hand, "/first") as first:
            first.recv(4096)
            first.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nfirst")
            hand.wait(lambda: len(window.store.state.runs) == 1, "the first run")
            settle(window, hand)
            assert hand.sees("reply")
        hand.type_into("consoleUrl", "/second")
        hand.click("consoleSend")
        second, _ = server.accept()
        with second:
            second.recv(4096)
            hand.key(Qt.Key.Key_Escape)
            hand.wait(lambda: len(window.store.state.runs) == 2, "the second run")
            settle(window, hand)
    assert not hand.sees("reply")
    shown = hand.see("signedRequest").findChildren(QLabel)
    assert not [one for one in shown if "/first" in one.text()]
    hand.choose("consoleVerb", "POST")
    hand.click("consoleParts.body")
    hand.type_into("consoleBody", "{oops")
    hand.click("consoleSend")
    settle(window, hand)
    assert "The body is not JSON" in words(window)
    assert not hand.sees("signedRequest")


def test_a_token_is_fetched_after_the_first_401(sample: MainWindow, hand: Pilot) -> None:
    use(sample, hand, "service")
    send(sample, hand, "contacts?limit=1")
    exchanges = sample.store.state.runs[-1].outcome.exchanges
    assert [(e.purpose, e.response.status) for e in exchanges if e.response] == [
        ("request", 401),
        ("acquire", 200),
        ("retry", 200),
    ]
    for index in range(3):
        hand.see(f"exchange.{index}")
    hand.click("exchange.0")
    hand.settle(40)
    assert "401" in hand.see("reply").findChild(Badge).text
    assert not [secret for secret in SECRETS if secret in words(sample)]
    assert str(sample.store.state.credentials["access_token"]) not in words(sample)


def test_the_token_panel_tells_how_client_credentials_go_on(sample: MainWindow, hand: Pilot) -> None:
    """The connector keeps the token alone; the reply said when it ends, and acquire fetches the next one."""
    use(sample, hand, "service")
    send(sample, hand, "contacts?limit=1")
    hand.click("inspector.token")
    assert "expires_in" not in sample.store.state.credentials
    assert hand.see("tokenExpiry", Badge).text.startswith("in ")
    assert hand.see("tokenEndsBy", QLabel).text() == "from expires_in of the reply, which the connector does not keep"
    assert "acquire fetches a new access token" in hand.see("tokenNoRefresh", QLabel).text()
    renewal = hand.see("tokenRenewal", QLabel).text()
    assert "fetched (GET contacts?limit=1)" in renewal


def test_a_body_that_is_no_json_is_not_sent(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    hand.choose("consoleVerb", "POST")
    hand.type_into("consoleUrl", "contacts")
    hand.click("consoleParts.body")
    hand.type_into("consoleBody", '{"last_name": ')
    hand.click("consoleSend")
    hand.see("consoleNotice")
    assert sample.store.state.runs == ()
    hand.type_into("consoleBody", '{"first_name": "Ada", "last_name": "Byron"}')
    hand.click("consoleSend")
    hand.wait(lambda: bool(sample.store.state.runs), "the run to end")
    exchange = sample.store.state.runs[-1].outcome.exchanges[0]
    assert exchange.request.body == b'{"first_name":"Ada","last_name":"Byron"}'


def test_curl_goes_to_the_clipboard_as_a_command_that_runs_without_the_key_in_it(
    sample: MainWindow, hand: Pilot, tmp_path: Path
) -> None:
    send(sample, hand, "contacts?limit=1")
    hand.click("copyCurl")
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines()[0] == "# Set before running: API_KEY"
    assert "X-Api-Key" in copied and "harbor-demo-api-key" not in copied and "•" not in copied
    posted = sample.context.messages.last
    assert posted is not None and "Set before running: API_KEY." in posted.detail
    if shutil.which("curl") is None or shutil.which("sh") is None:
        return
    script = tmp_path / "copied.sh"
    script.write_text(copied, encoding="utf-8")
    ran = subprocess.run(
        ["sh", str(script)],
        env={**os.environ, "API_KEY": str(sample.store.state.credentials["api_key"])},
        capture_output=True,
        timeout=20,
        check=True,
    )
    (exchange,) = sample.store.state.runs[-1].outcome.exchanges
    assert exchange.response is not None
    assert ran.stdout == exchange.response.body


def test_what_cannot_be_run_is_named_and_nothing_is_sent(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(UNREADABLE)
    send(window, hand, "/x")
    hand.see("consoleNotice")
    assert "cannot evaluate" in words(window)
    assert window.store.state.runs[-1].outcome.exchanges == ()


def test_test_connection_runs_the_test(sample: MainWindow, hand: Pilot) -> None:
    hand.click("test-connection")
    hand.wait(lambda: bool(sample.store.state.runs), "the test to end")
    run = sample.store.state.runs[-1]
    assert (run.operation, run.outcome.error) == ("test", None)
    settle(sample, hand)
    assert hand.see("consoleLine.words", QLabel).text().startswith("Connected: the test passed · ")
    sample.store.set_credential("api_key", "wrong")
    heard: list[str] = []
    sample.announcer.said.connect(heard.append)
    hand.click("test-connection")
    hand.wait(lambda: len(sample.store.state.runs) > 1, "the second test to end")
    settle(sample, hand)
    assert hand.see("consoleLine.words", QLabel).text().startswith("Not connected: the test failed · ")
    assert any(one.endswith("Not connected: the test failed.") for one in heard), heard


def test_the_console_begins_with_what_the_test_asks_for_until_something_is_typed(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    def url_with_test(path: str) -> str:
        hand.click("rail.test")
        hand.type_into("test.url", path)
        settle(window, hand)
        hand.click("rail.console")
        return hand.see("consoleUrl", LineEdit).text()

    open_project(ACME)
    assert url_with_test("users/me") == "users/me"
    assert url_with_test("account") == "account"
    hand.type_into("consoleUrl", "contacts")
    assert url_with_test("ping") == "contacts"


def test_the_timeline_keeps_every_run(sample: MainWindow, hand: Pilot) -> None:
    send(sample, hand, "contacts?limit=1")
    send(sample, hand, "nowhere")
    hand.click("rail.timeline")
    runs = hand.see("timelineRuns", RowList)
    assert [row.title for row in runs.rows()] == ["2 · GET nowhere", "1 · GET contacts?limit=1"]
    assert all(" · personal · " in row.detail for row in runs.rows()), "whose credentials each run took"
    assert [row.badges[0][0] for row in runs.rows()] == ["failed", "done"]
    hand.click("timelineClear")
    assert sample.store.state.runs == ()


def test_settings_are_typed_saved_and_read_again(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.settings")
    hand.type_into("setting.page_size", "25")
    hand.click("settingsSave")
    file = Path(sample.store.state.project.root) / "settings.yaml"
    hand.wait(lambda: not sample.store.state.credentials_edited, "the settings to be saved")
    saved = file.read_text(encoding="utf-8")
    assert "page_size: '25'" in saved
    assert saved.startswith("# Throw-away credentials"), "the comment is kept"
    hand.type_into("setting.page_size", "99")
    hand.click("settingsRevert")
    hand.wait(lambda: sample.store.state.credentials.get("page_size") == "25", "the settings to be read again")


def test_settings_are_those_of_the_chosen_option(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.settings")
    assert hand.sees("setting.api_key") and not hand.sees("setting.client_id") and not hand.sees("setting.password")
    hand.type_into("setting.auth_type", "legacy")
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() == "setting.auth_type", "typing goes on where it was"
    assert hand.sees("setting.username") and hand.sees("setting.password") and not hand.sees("setting.client_id")
    # What another option has a value for stays in sight, and says whose it is.
    assert hand.see("setting.api_key").accessibleName() == "api_key, option personal"
    hand.click("setting.api_key.remove")
    assert not hand.sees("setting.api_key") and "api_key" not in sample.store.state.credentials


def test_a_setting_that_is_no_field_is_added_and_removed(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.settings")
    hand.type_into("settingsNewName", "trace_id")
    hand.click("settingsAdd")
    hand.type_into("setting.trace_id", "t-1")
    assert sample.store.state.credentials["trace_id"] == "t-1"
    hand.click("setting.trace_id.remove")
    hand.wait(lambda: "trace_id" not in sample.store.state.credentials, "the setting to go")


@pytest.mark.parametrize(
    ("entry", "said", "secret"),
    [
        ("cURL, with $VARIABLES", "$API_KEY", False),
        ("cURL, as sent", "harbor-demo-api-key", True),
        ("cURL, with dots", "X-Api-Key: •••", False),
        ("Raw HTTP, without secrets", "X-Api-Key: •••", False),
        ("Ruby", "get('contacts').\n  params(limit: '1')", False),
        ("HAR", '"version": "1.2"', False),
        ("Report", "## Request 1 (request)", False),
    ],
)
def test_a_request_is_copied_in_the_form_asked_for(
    sample: MainWindow, hand: Pilot, entry: str, said: str, secret: bool
) -> None:
    send(sample, hand, "contacts?limit=1")
    hand.menu("copyAs", entry)
    copied = QGuiApplication.clipboard().text()
    assert said in copied
    assert ("harbor-demo-api-key" in copied) is secret


SIGNED = """\
{
  title: 'T',
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda do |_connection|
        %s
      end
    },
    base_uri: lambda do |_connection|
      'http://127.0.0.1:9'
    end
  }
}
"""


def prepare(hand: Pilot) -> None:
    hand.click("rail.console")
    hand.type_into("consoleUrl", "/x")
    hand.click("consolePrepare")
    hand.see("signedRequest")
    hand.settle(60)


def test_a_jwt_is_verified_with_a_pasted_key(open_project: Open, hand: Pilot) -> None:
    key = "a-secret-for-the-signature-of-32"
    open_project(
        SIGNED % f"headers('Authorization' => \"Bearer #{{workato.jwt_encode({{sub: '1'}}, '{key}', 'HS256')}}\")"
    )
    prepare(hand)
    hand.type_into("explainKey.box", key[:-1] + "x")
    verdict = hand.see("explainKey.verdict", Badge)
    assert verdict.text == "does not match"
    hand.type_into("explainKey.box", key)
    assert verdict.text == "verified"


def test_a_jwt_in_a_body_is_explained_where_it_stands(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    key = "a-secret-for-the-signature-of-32"
    jwt = f"workato.jwt_encode({{ 'iss' => 'acme-app' }}, '{key}', 'HS256')"
    open_project(SIGNED % f"payload(assertion: {jwt}, note: 'n')")
    hand.click("rail.console")
    hand.choose("consoleVerb", "POST")
    prepare(hand)
    assert "acme-app" in words(window)
    hand.type_into("explainKey.box", key)
    assert hand.see("explainKey.verdict", Badge).text == "verified"
    hand.click("wireLine.Host")
    hand.settle(60)
    assert "acme-app" not in words(window)
    hand.click("wireLine.body assertion")
    hand.settle(60)
    assert "acme-app" in words(window)


def test_an_answer_of_aws_is_held_against_what_was_signed(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(
        SIGNED
        % "signed = aws.generate_signature(connection: { aws_api_key: 'AKID', aws_secret_key: 'secret-of-aws' }, "
        "service: 'sts', region: 'us-east-1', path: '/x')\n        headers(signed[:headers])"
    )
    prepare(hand)
    assert "secret-of-aws" not in words(window)
    hand.type_into("explainAwsError.box", "<CanonicalRequest>POST</CanonicalRequest>")
    assert "line 1, column 1: the method" in hand.see("explainAwsError.meaning", QLabel).text()


def test_a_request_of_the_code_is_a_start(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    hand.choose("consoleStart", "GET companies")
    hand.click("consoleSend")
    hand.wait(lambda: bool(sample.store.state.runs), "the run to end")
    exchange = sample.store.state.runs[-1].outcome.exchanges[0]
    assert exchange.request.target.endswith("/companies")


CODED = """{
  connection: {
    fields: [{ name: 'tenant' }],
    authorization: { type: 'custom_auth', apply: lambda { |connection| headers(call(:signed, connection)) } },
    base_uri: lambda { |_connection| 'https://api.example.com/' }
  },
  actions: { find: { execute: lambda do |connection, input|
    post("things/#{input['id']}", { name: 'n', of: { tenant: connection['tenant'] } }).params(limit: 2)
  end } },
  methods: {
    signed: lambda do |given|
      {
        'X-Version' => '1',
        'X-Tenant' => given['tenant']
      }
    end
  }
}
"""


def test_a_start_brings_query_and_body_and_origins_lead_into_methods(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(CODED)
    window.store.show_credentials(None, {"tenant": "t-1"})
    hand.click("rail.console")
    hand.choose("consoleStart", "find · POST things/{{input.id}}")
    hand.click("consolePrepare")
    assert "no setting 'input.id'" in words(window)
    hand.type_into("consoleUrl", "things/7")
    hand.click("consolePrepare")
    hand.see("signedRequest")
    hand.settle(60)
    card = window.findChild(SignedRequest, "signedRequest")
    assert card is not None
    body = card.request
    assert body is not None and body.target == "/things/7?limit=2"
    assert body.body == b'{"name":"n","of":{"tenant":"t-1"}}'
    tenant = window.findChild(Chip, "origin.X-Tenant")
    assert tenant is not None and tenant.text() == "apply · signed · line 14" and tenant.toolTip() == "Reads tenant"
    hand.click("origin.X-Tenant")
    assert window.store.state.focus == "/methods/signed"
    host = hand.see("origin.Host", Badge)
    assert host.text == "HTTP client" and host.focusPolicy() == Qt.FocusPolicy.NoFocus
    hand.click("origin.Host")
    assert "HTTP/1.1 requires it" in words(window)


def test_a_url_is_resolved_with_the_body_that_apply_reads(open_project: Open, hand: Pilot) -> None:
    reads = "{ |connection| payload { |body| body['meta']['by'] = connection['tenant'] } }"
    open_project(CODED.replace("{ |connection| headers(call(:signed, connection)) }", reads))
    hand.click("rail.console")
    hand.choose("consoleVerb", "POST")
    hand.click("consoleParts.body")
    hand.type_into("consoleBody", '{"meta": {}}')
    hand.type_into("consoleUrl", "things")
    said = hand.see("consoleResolved", ElidedLabel)
    hand.wait(lambda: said.text() == "resolves to https://api.example.com/things", "the URL to be resolved")
    hand.type_into("consoleBody", '{"meta": ')
    hand.wait(lambda: said.text().startswith("cannot be resolved"), "what keeps it from being resolved")


def test_what_happened_is_reached_by_keys(sample: MainWindow, hand: Pilot) -> None:
    use(sample, hand, "service")
    send(sample, hand, "contacts?limit=1")
    card = hand.see("signedRequest", SignedRequest)
    run = sample.store.state.runs[-1]
    assert len(run.outcome.exchanges) > 1
    first = hand.see("exchange.0", QWidget)
    assert first.focusPolicy() == Qt.FocusPolicy.TabFocus
    first.setFocus(Qt.FocusReason.TabFocusReason)
    hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: card.request is run.outcome.exchanges[0].request, "the first request to be shown")


def test_a_card_says_what_http_a_request_went_out_as(sample: MainWindow, hand: Pilot) -> None:
    use(sample, hand, "service")
    send(sample, hand, "contacts?limit=1")
    about = hand.see("signedRequest.about", QLabel)
    assert about.text().startswith("as sent ·")
    run = sample.store.state.runs[-1]
    card = sample.findChild(SignedRequest, "signedRequest")
    assert card is not None
    card.show_request(run.outcome.exchanges[0].request, run, sent="HTTP/2")
    assert about.text().startswith("as sent, in frames of HTTP/2")
    hand.wait(lambda: hand.sees("wireLine.user-agent"), "all lines")
    lines = [one for one in card.findChildren(QWidget) if one.objectName().startswith("wireLine.") and one.isVisible()]
    names = [one.objectName().removeprefix("wireLine.") for one in lines]
    assert [name for name in names if name.startswith(":")] == [":method", ":authority", ":scheme", ":path"]
    assert "user-agent" in names and "Host" not in names and "User-Agent" not in names
    hand.click("requestFace.raw")
    raw = hand.see("requestRaw", CodeView).toPlainText()
    assert raw.startswith(":method: GET\n:authority: 127.0.0.1:") and "HTTP/1.1" not in raw


def test_a_reply_as_cookies_and_bytes_hides_what_its_body_hides(sample: MainWindow, hand: Pilot) -> None:
    use(sample, hand, "service")
    send(sample, hand, "contacts?limit=1")
    hand.click("exchange.1")
    hand.settle(40)
    hand.click("replyFace.hex")
    hand.settle(40)
    shown = hand.see("replyBody", CodeView).toPlainText()
    seen = "".join(one[60:] for one in shown.split("\n") if one[:8].isalnum())
    assert "access_token" in seen and str(sample.store.state.credentials["access_token"]) not in seen
    hand.click("replyFace.cookies")
    assert "no cookies" in hand.see("replyBody", CodeView).toPlainText()
    hand.click("replyFace.body")
    hand.click("replyPath")
    assert QGuiApplication.clipboard().text() == ""


def test_a_test_that_sends_nothing_says_what_it_gave(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project("{\n  title: 'T',\n  connection: {},\n  test: lambda do |_connection|\n    true\n  end\n}\n")
    hand.click("test-connection")
    hand.see("consoleNotice")
    assert "Test gave true." in words(window)


def test_a_connector_without_a_test_is_told_so(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project("{\n  title: 'T',\n  connection: {}\n}\n")
    hand.click("test-connection")
    hand.see("consoleNotice")
    assert "This connector has no test." in words(window)
    assert window.store.state.runs == ()


def test_a_failure_is_told_once_and_with_the_way_out(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    def page(connection: Connection) -> None:
        connection.request()
        connection.reply(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "200 OK", "Content-Type: image/png")

    with serving(page) as server:
        open_project(NO_AUTHORIZATION.replace("127.0.0.1:%d", server.origin.partition("://")[2]))
        send(window, hand, "/picture")
    settle(window, hand)
    shown = hand.see("happened").findChildren(QLabel)
    told = [one.text() for one in shown if "JSONResponseFormatError" in one.text()]
    assert len(told) == 1 and told[0].isprintable() and "characters that are no text" in told[0]
    assert "The server answered with image/png where JSON was asked for." in words(window)
    hand.type_into("consoleUrl", "http://127.0.0.1:1/x")
    hand.click("consoleSend")
    hand.wait(lambda: len(window.store.state.runs) == 2, "the second run")
    settle(window, hand)
    shown = hand.see("happened").findChildren(QLabel)
    assert len([one for one in shown if "Failed to open TCP connection" in one.text()]) == 1
    assert len([one for one in shown if "refused the connection" in one.text()]) == 1
    assert "Nothing listens at this port." in words(window)
    assert "No refresh" not in words(window)


CREDENTIALS = """\
{
  title: 'T',
  connection: {
    fields: [{ name: 'api_token', control_type: 'password' }],
    authorization: {
      type: 'basic_auth',
      credentials: ->(connection) {
        user(connection['api_token'])
        password('api_token')
      }
    },
    base_uri: ->(_connection) { 'http://127.0.0.1:9/' }
  }
}
"""


def test_credentials_are_called_so_and_names_of_settings_are_shown(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    """Also where one is spelled like the password."""
    open_project(CREDENTIALS)
    window.store.set_credential("api_token", "toggl-0123456789")
    hand.click("rail.console")
    hand.type_into("consoleUrl", "me")
    hand.click("consolePrepare")
    hand.see("signedRequest")
    settle(window, hand)
    badges = [badge.text for badge in hand.see("signedRequest").findChildren(Badge)]
    assert "added by credentials" in badges
    assert hand.see("origin.Authorization", Chip).text() == "credentials · line 9"
    shown = [one.text() for one in hand.see("explainPanel").findChildren(QLabel)]
    assert "SETTINGS READ" in shown and hand.see("explainSetting.api_token", Chip).text() == "api_token"
    assert not [one for one in shown if "toggl-0123456789" in one]
    hand.click("requestFace.added")
    settle(window, hand)
    assert "added by credentials" in hand.see("sides.Authorization").accessibleName()
    assert "AFTER CREDENTIALS" in words(window)


def test_raw_is_as_high_as_its_lines(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(CREDENTIALS)
    window.store.set_credential("api_token", "toggl-0123456789")
    hand.click("rail.console")
    hand.type_into("consoleUrl", "me")
    hand.click("consolePrepare")
    hand.see("signedRequest")
    settle(window, hand)
    hand.click("requestFace.raw")
    settle(window, hand)
    view = hand.see("requestRaw", CodeView)
    last = view.blockBoundingGeometry(view.document().lastBlock()).translated(view.contentOffset()).bottom()
    assert 0 <= view.viewport().height() - last < view.fontMetrics().lineSpacing()
    assert not view.verticalScrollBar().maximum()
    card = hand.see("signedRequest")
    assert card.height() - view.mapTo(card, view.rect().bottomLeft()).y() < 12


def test_a_request_that_nothing_signs_says_so(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(starter("AWS", "aws_sigv4"))
    hand.click("rail.console")
    hand.type_into("consoleUrl", "things")
    hand.click("consolePrepare")
    said = hand.see("consoleUnsigned")
    assert "aws.generate_signature" in " ".join(one.text() for one in said.findChildren(QLabel))
    assert hand.see("signedRequest", SignedRequest).title.text() == "Request, not signed"
    assert not [one for one in window.store.state.problems if one.code == "test-unsigned"], "the test is signed"


def test_what_is_no_ruby_is_no_fault_of_the_preview(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(NO_AUTHORIZATION.replace("'http://127.0.0.1:%d'", "url("))
    send(window, hand, "things")
    said = " ".join(one.text() for one in hand.see("consoleNotice").findChildren(QLabel))
    assert "The code has a syntax error" in said and "preview" not in said and "Nothing was sent." in said
