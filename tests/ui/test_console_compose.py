"""Composing, keeping and finding requests again in the console; how they travel. By clicks and keys."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QWidget

from designer import app as composition
from designer.ui.pilot import Pilot
from designer.ui.theme import Theme
from designer.ui.travels import Travel, Travels
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel
from designer.ui.widgets.card import Notice
from designer.ui.widgets.inputs import CheckBox, LineEdit, TextArea
from designer.ui.window import MainWindow
from designer.wire.compare import Comparison, Side, compare
from tests.ui.conftest import Open, answer, settle
from tests.wire.servers import Connection, always, serving

SOURCE = """\
{
  title: 'T',
  connection: {
    fields: [{ name: 'api_key', control_type: 'password' }],
    authorization: {
      type: 'api_key',
      apply: lambda do |connection|
        headers('X-Api-Key' => connection['api_key'])
      end
    },
    base_uri: lambda do |_connection|
      '%s/'
    end
  }
}
"""


def compose(hand: Pilot, verb: str, url: str) -> None:
    hand.click("rail.console")
    hand.choose("consoleVerb", verb)
    hand.type_into("consoleUrl", url)


def send(window: MainWindow, hand: Pilot) -> None:
    before = len(window.store.state.runs)
    hand.click("consoleSend")
    hand.wait(lambda: len(window.store.state.runs) > before, "the run to end")
    settle(window, hand)


def entries(window: MainWindow, name: str) -> list[str]:
    menu = next(one for one in window.findChildren(QMenu, name))
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if action.text()]


def test_a_request_is_saved_for_git_and_opened_again(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        path = open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "k-0123456789")
        compose(hand, "POST", "contacts?key=k-0123456789")
        hand.click("consoleParts.body")
        hand.type_into("consoleBody", '{"name": "Ann"}')
        hand.menu("consoleSaved", "Save this request")
        hand.type_into("consoleSaveName", "Create a contact")
        hand.key(Qt.Key.Key_Return)
        file = path.parent / "requests" / "Create a contact.json"
        hand.wait(file.exists, "the file")
        settle(window, hand)
        kept = file.read_text()
        assert "k-0123456789" not in kept
        assert json.loads(kept) == {
            "verb": "POST", "url": "contacts?key={{api_key}}", "format": "json", "body": ['{"name": "Ann"}'],
        }  # fmt: skip
        compose(hand, "GET", "/other")
        hand.menu("consoleSaved", "Create a contact")
        send(window, hand)
        (request,) = server.received
        assert request.startswith(b"POST /contacts?key=k-0123456789 HTTP/1.1\r\n")
        assert request.endswith(b'{"name":"Ann"}')


RENEWED = """{
  connection: {
    authorization: {
      type: 'custom_auth',
      acquire: lambda { |_connection| { api_key: 'k-of-the-second-day' } },
      refresh_on: [401],
      apply: lambda { |connection| headers('X-Key' => connection['api_key']) }
    },
    base_uri: lambda { |_connection| '%s/' }
  }
}
"""


def test_the_history_forgets_what_was_a_secret_when_it_was_sent(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    def refuse_once(connection: Connection) -> None:
        while request := connection.request():
            first = b"k-of-the-first-day\r\n" in request
            connection.reply(b"{}", "401 Unauthorized" if first else "200 OK")

    with serving(refuse_once) as server:
        open_project(RENEWED % server.origin)
        window.store.set_credential("api_key", "k-of-the-first-day")
        compose(hand, "GET", "people?q=k-of-the-first-day&page=1")
        send(window, hand)
        hand.wait(lambda: window.store.state.credentials["api_key"] == "k-of-the-second-day", "the new key")
        settle(window, hand)
        assert entries(window, "consoleHistory.menu")[0].startswith("GET people?q={{api_key}}&&page=1 · 200")
        assert all("first-day" not in f.read_text() for f in (window.state_folder / "history").iterdir())


def test_the_history_is_kept_between_windows_without_secrets(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "k-0123456789")
        compose(hand, "GET", "people?token=typed-here")
        send(window, hand)
        compose(hand, "GET", "deals")
        send(window, hand)
        said = entries(window, "consoleHistory.menu")
        assert [one.rpartition(" · ")[0] for one in said[:2]] == ["GET deals · 200", "GET people?token=••• · 200"]
        assert all("typed-here" not in f.read_text() for f in (window.state_folder / "history").iterdir())
        hand.menu("consoleHistory", "GET people")
        assert hand.sees("consoleNotice")
        hand.menu("consoleHistory", "Forget everything")
        settle(window, hand)
        assert entries(window, "consoleHistory.menu") == ["Nothing sent yet"]


def test_a_file_goes_out_as_a_part(window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\xff")
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "POST", "photos")
        hand.click("consoleParts.body")
        hand.choose("consoleFormat", "Multipart")
        hand.type_into("consoleMultipart.0.name", "photo")
        hand.click("consoleMultipart.0.file")
        answer(hand, "partFile", photo)
        hand.type_into("consoleMultipart.0.type", "image/png")
        send(window, hand)
        (request,) = server.received
    assert b'name="photo"; filename="photo.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\xff\r\n' in request


def test_a_saved_request_sends_no_file_from_outside_the_project(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path
) -> None:
    private = tmp_path / "private.txt"
    private.write_bytes(b"private")
    with serving(always) as server:
        path = open_project(SOURCE % server.origin)
        saved = {"verb": "POST", "url": "x", "format": "multipart", "parts": [{"name": "a", "file": "../private.txt"}]}
        (path.parent / "requests").mkdir()
        (path.parent / "requests" / "Theirs.json").write_text(json.dumps(saved))
        hand.click("rail.console")
        window.store.saved_changed.emit()
        settle(window, hand)
        hand.menu("consoleSaved", "Theirs")
        hand.click("consoleSend")
        said = hand.see("consoleNotice")
        assert any("../private.txt" in one.text() for one in said.findChildren(QLabel))
        assert not window.store.state.runs and not server.received
        # What the person picks is theirs to send.
        line = next(name for name in (f"consoleMultipart.{n}.file" for n in range(9)) if hand.sees(name))
        hand.click(line)
        answer(hand, "partFile", private)
        send(window, hand)
        assert b"private" in server.received[0]


def test_a_saved_request_is_replaced_only_where_it_is_asked_for(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    path = open_project(SOURCE % "http://127.0.0.1:9")
    file = path.parent / "requests" / "People.json"
    file.parent.mkdir()
    file.write_text('{"verb": "GET", "url": "theirs"}')
    compose(hand, "GET", "mine")
    hand.menu("consoleSaved", "Save this request")
    hand.type_into("consoleSaveName", "People")
    hand.click("consoleSaveNow")
    settle(window, hand)
    assert "already" in hand.see("consoleSaveRefused", QLabel).text() and "theirs" in file.read_text()
    hand.type_into("consoleSaveName", "../People")
    assert not hand.sees("consoleSaveRefused"), "that was said of another name"
    hand.click("consoleSaveNow")
    assert "cannot be the name" in hand.see("consoleSaveRefused", QLabel).text()
    hand.type_into("consoleSaveName", "People")
    hand.click("consoleSaveReplace")
    hand.click("consoleSaveNow")
    hand.wait(lambda: "mine" in file.read_text(), "the file to be replaced")
    settle(window, hand)
    # What was opened, or saved just now, is saved again without more ado.
    compose(hand, "GET", "again")
    hand.menu("consoleSaved", "Save this request")
    hand.click("consoleSaveNow")
    hand.wait(lambda: "again" in file.read_text(), "the file to be saved again")
    settle(window, hand)


def test_a_body_that_does_not_go_out_is_said(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "POST", "people")
        hand.click("consoleParts.body")
        hand.type_into("consoleBody", '{"name": "Ann"}')
        assert not hand.sees("consoleUnsent")
        hand.choose("consoleVerb", "GET")
        assert hand.see("consoleUnsent", ElidedLabel).text().startswith("GET sends no body")
        send(window, hand)
        assert hand.sees("consoleUnsent")
        hand.choose("consoleVerb", "DELETE")
        assert not hand.sees("consoleUnsent")
    assert b"Ann" not in server.received[0]


def test_an_unknown_variable_is_said_where_it_stands(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SOURCE % "http://127.0.0.1:9")
    compose(hand, "GET", "x/{{account}}")
    hand.click("consoleSend")
    assert hand.sees("consoleNotice")
    assert not window.store.state.runs
    hand.wait(
        lambda: "no setting 'account'" in hand.see("consoleResolved", ElidedLabel).text(), "the URL to be looked at"
    )


def test_how_a_request_travels_is_chosen_and_in_sight(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        moved = ("Content-Type: application/json", "Location: http://elsewhere.example/")
        connection.reply(b'{"via": "proxy"}', "302 Found", *moved)

    with serving(play) as proxy:
        open_project(SOURCE % "http://api.acme.example")
        compose(hand, "GET", "contacts")
        hand.click("consoleParts.travel")
        hand.type_into("travelProxy", proxy.origin)
        hand.type_into("travelTimeout", "5")
        hand.click("travelVerify")
        hand.choose("travelRedirects", "ignore_redirection")
        words = hand.see("consoleTravel", ElidedLabel).text()
        assert words == (
            f"Connection: proxy {proxy.origin.removeprefix('http://')} · TLS not verified · gives up after 5 s"
            " · redirects as with ignore_redirection"
        )
        send(window, hand)
        (request,) = proxy.received
    assert request.startswith(b"GET http://api.acme.example/contacts HTTP/1.1\r\n")
    reply = window.store.state.runs[-1].outcome.exchanges[-1].response
    assert reply.status == 302, "the redirect is the reply"
    assert reply.connection["proxy"] == proxy.origin.removeprefix("http://")
    # An exception from verification ends with the session; the rest stays, for this project.
    kept = kept_choices(window.context.settings)
    assert kept == {"proxy": proxy.origin, "timeout": "5", "redirects": "stop"}


def kept_choices(settings: QSettings) -> dict[str, object]:
    """What is kept of how requests travel, whatever project it is for."""
    found = [key for key in settings.allKeys() if "/travel/" in key]
    return {key.rpartition("/")[2]: settings.value(key) for key in found}


def test_half_a_proxy_is_said_and_not_kept(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SOURCE % "http://127.0.0.1:9")
    compose(hand, "GET", "contacts")
    hand.click("consoleParts.travel")
    hand.type_into("travelProxy", "http://[")
    assert "no request goes out" in hand.see("consoleTravel", ElidedLabel).text()
    assert kept_choices(window.context.settings) == {}
    send(window, hand)
    error = window.store.state.runs[-1].outcome.error
    assert error is not None and "proxy" in str(error["message"])


def test_what_was_kept_holds_before_the_console_is_opened(
    window: MainWindow, open_project: Open, hand: Pilot, qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    path = open_project(SOURCE % "http://127.0.0.1:9")
    hand.click("rail.console")
    hand.click("consoleParts.travel")
    hand.type_into("travelProxy", "proxy.example:3128")
    hand.type_into("travelCa", "/tmp/authority.pem")
    hand.click("travelVerify")
    settings = QSettings(window.context.settings.fileName(), QSettings.Format.IniFormat)
    settings.setValue("window/page", "fields")
    made = composition.build(qapp, settings, theme=theme, state_folder=tmp_path / "kept")
    made.opener.open_path(path.parent)
    hand.wait(lambda: made.store.state.path == path, "the project to open in another window")
    travel = made.context.runner.travel
    assert travel == Travel(proxy="proxy.example:3128", ca_file="/tmp/authority.pem"), "and verified again"
    settle(made, hand)
    made.close()
    made.deleteLater()
    qapp.processEvents()


def test_choices_of_an_earlier_version_are_nobodys(qapp: QApplication, theme: Theme, tmp_path: Path) -> None:
    """It kept one set for whatever was opened next."""
    settings = QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)
    for name, value in (("proxy", "http://proxy.example:1"), ("ca_file", "/a.pem"), ("system_proxy", "True")):
        settings.setValue(f"travel/{name}", value)
    made = composition.build(qapp, settings, theme=theme, state_folder=tmp_path / "kept")
    assert made.context.runner.travel == Travel(system_proxy=True)
    assert settings.allKeys() == ["travel/system_proxy"]
    made.close()
    made.deleteLater()
    qapp.processEvents()


def test_half_a_proxy_that_was_kept_opens_the_console(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SOURCE % "http://127.0.0.1:9")
    hand.click("rail.console")
    hand.click("consoleParts.travel")
    hand.type_into("travelProxy", "http://proxy.example:1")
    settings = window.context.settings
    (key,) = [key for key in settings.allKeys() if key.endswith("/travel/proxy")]
    settings.setValue(key, "http://[")
    again = Travels(settings, window.store)
    assert again.now == Travel()


def test_an_unverified_certificate_is_said_on_every_page_until_it_is_verified_again(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SOURCE % "http://127.0.0.1:9")
    hand.click("rail.console")
    assert not hand.sees("consoleUnverified") and not hand.sees("status.unverified")
    hand.click("consoleParts.travel")
    hand.click("travelVerify")
    hand.click("consoleParts.none")
    notice = hand.see("consoleUnverified", Notice)
    assert (notice.property("notice"), notice.title.text()) == (
        "warning",
        "The server's certificate is not verified.",
    )
    hand.click("rail.fields")
    assert hand.see("status.unverified", Badge).tone == "warning"
    hand.click("rail.console")
    hand.click("consoleVerify")
    assert not hand.sees("consoleUnverified") and not hand.sees("status.unverified")
    assert window.runner.travel == Travel()
    hand.click("consoleParts.travel")
    assert hand.see("travelVerify", CheckBox).isChecked()


MULTI_TITLES = ("matrix.personal.personal", "matrix.service.service", "matrix.legacy.legacy")


def test_every_option_is_tried_with_its_own_credentials(window: MainWindow, hand: Pilot) -> None:
    window.opener.open_sample()
    hand.wait(lambda: bool(window.store.state.credentials), "the settings to be read")
    settle(window, hand)
    hand.click("rail.console")
    hand.click("consoleMatrix")
    hand.wait(lambda: hand.see("matrix.about", QLabel).text() == "3 of 3 passed", "the grid to be full")
    assert [hand.see(name, Badge).text for name in MULTI_TITLES] == ["passed"] * 3
    hand.click("matrixShow.2")
    settle(window, hand)
    assert hand.sees("signedRequest")
    # What the runs made of the settings belongs to nobody's session.
    assert "access_token" not in window.store.state.credentials
    window.context.provider.stop()


def test_two_runs_are_compared_and_the_first_difference_is_marked(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "k-0123456789")
        compose(hand, "GET", "people?limit=1")
        send(window, hand)
        hand.type_into("consoleUrl", "people?limit=2")
        send(window, hand)
        hand.click("rail.timeline")
        hand.choose("timelineCompare", "1 · GET people?limit=1")
        hand.wait(lambda: hand.sees("comparison.first"), "the comparison")
        first = hand.see("comparison.first")
        sides = [first.findChild(QLabel, f"comparison.{side}").text() for side in ("left", "right")]
        assert sides == [f"{server.origin}/people?limit={n}" for n in (1, 2)]
        assert first.accessibleName().startswith("First difference: request URL")


def test_a_comparison_is_laid_out_at_once(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    """At no moment has a line of it another height than its text needs."""
    many = [f"X-Header-{number}: {{}}" for number in range(60)]
    sends = iter("ab")

    def play(connection: Connection) -> None:
        which = next(sends)
        connection.request()
        connection.reply(b"{}", "200 OK", "Connection: close", *(one.format(f"{which} word" * 40) for one in many))

    with serving(play) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "GET", "me")
        for _ in range(2):
            send(window, hand)
    hand.click("rail.timeline")
    settle(window, hand)
    squashed: list[tuple[int, str]] = []
    seen = 0

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            nonlocal seen
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                if watched.objectName().startswith("comparison.reply header"):
                    seen += 1
                    if watched.height() != watched.heightForWidth(watched.width()):
                        squashed.append((watched.height(), watched.objectName()))
            return False

    watch, application = Watch(), QApplication.instance()
    assert application is not None
    application.installEventFilter(watch)
    try:
        hand.choose("timelineCompare", "GET me")
        hand.see("comparison.first")
        settle(window, hand)
    finally:
        application.removeEventFilter(watch)
    assert seen and not squashed


def test_the_steps_of_a_run_are_laid_out_at_once(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    """At no moment is one of them stretched over the room of those that follow."""
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "GET", "me")
        send(window, hand)
    stretched: list[int] = []
    seen = 0

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            nonlocal seen
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                card = watched.window().findChild(QWidget, "timelineSteps")
                if card is not None and card.isAncestorOf(watched) and watched.findChild(Badge) is not None:
                    lines = watched.heightForWidth(watched.width())
                    if watched.hasHeightForWidth() and isinstance(watched.layout(), QHBoxLayout):
                        seen += 1
                        stretched.extend([watched.height()] if watched.height() > lines else [])
            return False

    watch, application = Watch(), QApplication.instance()
    assert application is not None
    application.installEventFilter(watch)
    try:
        hand.click("rail.timeline")
        settle(window, hand)
    finally:
        application.removeEventFilter(watch)
    assert seen and not stretched


def test_a_comparison_that_comes_late_shows_nothing(
    window: MainWindow, open_project: Open, hand: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()

    def late(left: Side, right: Side) -> Comparison:
        held.wait(20)
        return compare(left, right)

    monkeypatch.setattr("designer.wire.compare.compare", late)
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        for url in ("people?limit=1", "people?limit=2"):
            compose(hand, "GET", url)
            send(window, hand)
    hand.click("rail.timeline")
    hand.choose("timelineCompare", "1 · GET people?limit=1")
    hand.click_row("timelineRuns", "GET people?limit=1")
    held.set()
    settle(window, hand)
    assert not hand.sees("comparison.first")


def test_a_run_becomes_a_test_of_the_project(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b'{"name": "Ann"}', "200 OK", "Content-Type: application/json")

    with serving(play) as server:
        path = open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "k-0123456789")
        compose(hand, "GET", "people?limit=1")
        send(window, hand)
        hand.click("happenedTest")
        assert hand.see("testName", LineEdit).text() == "request_get_ok"
        hand.type_into("testName", "people")
        hand.click("testWrite")
        spec = path.parent / "spec" / "connection" / "people_spec.rb"
        hand.wait(spec.exists, "the spec")
        settle(window, hand)
    tape = (path.parent / "tape_library" / "connection" / "people.yml").read_text()
    assert "scrubbed-api_key" in tape and "k-0123456789" not in tape + spec.read_text()
    assert "get('people?limit=1')" in spec.read_text()


def test_the_focus_goes_back_to_where_a_test_was_asked_for(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "GET", "people?limit=1")
        send(window, hand)
    ask = hand.see("happenedTest")
    for close in ("testNot", "testWrite"):
        ask.setFocus()
        hand.key(Qt.Key.Key_Space)
        assert QApplication.focusWidget() is hand.see("testName")
        hand.see(close).setFocus()
        hand.key(Qt.Key.Key_Space)
        hand.wait(lambda: not hand.sees("testName"), "the question to go")
        settle(window, hand)
        assert QApplication.focusWidget() is ask, close


def test_a_test_of_what_is_not_exported_says_so(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        path = open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "k-0123456789")
        window.store.replace_text(0, 0, b"# edited\n")
        compose(hand, "GET", "people?limit=1")
        send(window, hand)
        hand.click("happenedTest")
        hand.click("testWrite")
        hand.wait(lambda: any((path.parent / "spec").rglob("*_spec.rb")), "the spec")
        settle(window, hand)
    assert f"{path.name} on disk is not what ran" in "\n".join(one.text() for one in window.findChildren(QLabel))


def copied(hand: Pilot, field: str, text: str) -> None:
    QApplication.clipboard().setText(text)
    hand.click(field)
    hand.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_a_form_is_a_table_whose_text_can_be_written_too(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "k-0123456789")
        compose(hand, "POST", "token")
        hand.click("consoleParts.body")
        hand.choose("consoleFormat", "Form")
        hand.type_into("consoleForm.0.name", "grant_type")
        hand.type_into("consoleForm.0.value", "a & b")
        hand.type_into("consoleForm.1.name", "key")
        hand.type_into("consoleForm.1.value", "{{api_key}}")
        send(window, hand)
        hand.click("consoleFormFace.text")
        assert hand.see("consoleBody", TextArea).toPlainText() == "grant_type=a %26 b\nkey={{api_key}}"
        hand.type_into("consoleBody", '{"of": {"one": 1}}')
        assert not hand.see("consoleFormFace.table").isEnabled()
        send(window, hand)
        hand.type_into("consoleBody", "id[]=1&id[]=2")
        hand.click("consoleFormFace.table")
        assert not hand.sees("consoleBody")
        send(window, hand)
        bodies = [one.partition(b"\r\n\r\n")[2] for one in server.received]
    assert bodies == [b"grant_type=a+%26+b&key=k-0123456789", b"of%5Bone%5D=1", b"id%5B%5D=1&id%5B%5D=2"]


def test_a_copied_query_and_copied_headers_are_taken_apart(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        compose(hand, "GET", "people")
        hand.click("consoleParts.query")
        hand.type_into("consoleQuery.0.name", "first")
        hand.type_into("consoleQuery.0.value", "1")
        copied(hand, "consoleQuery.1.name", "https://api.example.com/x?limit=2&q=a%20b")
        hand.type("!")
        hand.click("consoleParts.headers")
        copied(hand, "consoleHeaders.0.name", "X-Own: 1\nX-Other: a: b\n")
        send(window, hand)
        (request,) = server.received
    assert request.startswith(b"GET /people?first=1&limit=2&q=a+b%21 HTTP/1.1\r\n")
    assert b"\r\nX-Own: 1\r\n" in request and b"\r\nX-Other: a: b\r\n" in request


def test_a_line_is_switched_off_without_being_lost(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(always) as server:
        path = open_project(SOURCE % server.origin)
        compose(hand, "GET", "people")
        hand.click("consoleParts.query")
        for index, (name, value) in enumerate((("first", "1"), ("second", "2"))):
            hand.type_into(f"consoleQuery.{index}.name", name)
            hand.type_into(f"consoleQuery.{index}.value", value)
        hand.click("consoleQuery.0.on")
        send(window, hand)
        hand.menu("consoleSaved", "Save this request")
        hand.type_into("consoleSaveName", "People")
        hand.key(Qt.Key.Key_Return)
        file = path.parent / "requests" / "People.json"
        hand.wait(file.exists, "the file")
        settle(window, hand)
        assert json.loads(file.read_text())["query"] == [["# first", "1"], ["second", "2"]]
        hand.menu("consoleSaved", "People")
        line = next(n for n in range(9) if hand.sees(f"consoleQuery.{n}.name"))
        assert hand.see(f"consoleQuery.{line}.name", LineEdit).text() == "first"
        assert not hand.see(f"consoleQuery.{line}.on", CheckBox).isChecked()
        hand.click(f"consoleQuery.{line}.on")
        send(window, hand)
    assert [one.split(b" ")[1] for one in server.received] == [b"/people?second=2", b"/people?first=1&second=2"]
