"""The furniture of the embedded browser, used as a person uses it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtTest import QTest
from PySide6.QtWebEngineWidgets import QWebEngineView
from shiboken6 import Shiboken

from designer.ui.pages.browser_session import home_in_use
from designer.ui.pilot import Pilot
from designer.ui.web.declining import decline
from designer.ui.web.model import LoginQuestion
from designer.ui.widgets.address import Address
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.inputs import Choice
from tests.ui.conftest import answer
from tests.ui.signin.conftest import Bench
from tests.ui.signin.hostile import HostileSite

Hostile = Callable[[Callable[[HostileSite, str], str]], HostileSite]


def on_login_page(bench: Bench) -> None:
    bench.begin()
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page")


def test_the_address_says_where_it_is(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.wait(lambda: "/login" in bench.hand.see("consentAddress", Address).text, "the address of the login page")
    address = bench.hand.see("consentAddress", Address)
    assert address.host == bench.sandbox.origin.removeprefix("http://")
    assert "state=" not in address.text or "•••" in address.text
    security = bench.hand.see("consentSecurity", Badge)
    bench.hand.wait(lambda: security.text == "http · loopback", "the page to arrive")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://accounts.example.com/login?next=https://evil.example", "accounts.example.com"),
        ("https://accounts.example.com@evil.example/login", "evil.example"),
        ("https://xn--pple-43d.com/", "xn--pple-43d.com"),
        ("https://evil.example/https://accounts.example.com/", "evil.example"),
    ],
)
@pytest.mark.usefixtures("qapp", "theme")
def test_the_host_that_stands_out_is_the_real_one(url: str, host: str) -> None:
    address = Address()
    address.show_url(url)
    assert address.host == host


def test_back_and_reload(bench: Bench, hostile: Hostile) -> None:
    site = hostile(lambda _s, _state: "<h1>one</h1><a id=go href='/second'>second</a>")
    bench.begin()
    bench.click("#go")
    bench.hand.wait(lambda: bench.browser_path() == "/second", "the second page")
    bench.hand.wait(lambda: bench.hand.see("consentBack").isEnabled(), "Back to be offered")
    # While it loads, the same button stops it.
    bench.hand.wait(lambda: bench.hand.see("consentReload").toolTip() == "Load again", "the page to stand")
    bench.hand.click("consentReload")
    bench.hand.wait(lambda: site.asked.count("/second") == 2, "the second page again")
    bench.hand.wait(lambda: bench.hand.see("consentReload").toolTip() == "Load again", "the page to stand")
    bench.hand.click("consentBack")
    bench.hand.wait(lambda: bench.browser_path() == "/oauth/authorize", "the first page")
    bench.hand.click("signInStop")


def test_a_page_that_writes_its_own_address_has_arrived_all_the_same(bench: Bench, hostile: Hostile) -> None:
    hostile(lambda _s, _state: "<button id=go onclick=\"history.pushState(0, '', '/step-2')\">go</button>")
    bench.begin()
    bench.click("#go")
    address = bench.hand.see("consentAddress", Address)
    bench.hand.wait(lambda: address.text.endswith("/step-2"), "the page's second step")
    bench.hand.settle(100)
    assert bench.hand.see("consentSecurity", Badge).text == "http · loopback"
    bench.hand.click("signInStop")


def test_zoom_by_menu_and_by_key(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.menu("consentMenu", "Zoom in")
    assert bench.browser.zoom == pytest.approx(1.1)
    bench.hand.menu("consentMenu", "Natural size")
    assert bench.browser.zoom == 1.0
    bench.click("#sign-in")
    bench.click("#allow")
    assert bench.ending().signed_in


def test_a_provider_that_refuses_embedded_browsers_takes_another_name(bench: Bench) -> None:
    bench.sandbox.quirks.set(refuse_embedded=True)
    bench.begin()
    bench.hand.wait(lambda: bench.browser_path() == "/oauth/authorize", "the provider to refuse")
    bench.hand.menu("consentMenu", "Call itself Chrome")
    bench.consent()
    assert bench.ending().signed_in


def test_clearing_the_session_asks_for_the_login_again(bench: Bench) -> None:
    bench.begin()
    bench.click("#sign-in")
    bench.hand.wait(lambda: bench.browser_path() == "/oauth/authorize", "the consent page")
    bench.hand.menu("consentMenu", "Clear the browser session")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page")


def kept(bench: Bench) -> list[Path]:
    folder = bench.window.state_folder / "browser"
    return list(folder.iterdir()) if folder.exists() else []


def test_nothing_of_the_session_is_on_disk(bench: Bench) -> None:
    on_login_page(bench)
    assert bench.browser.profile.isOffTheRecord()
    assert not kept(bench)


def test_a_session_is_kept_for_its_connection_alone_until_it_is_cleared(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: len(kept(bench)) == 1, "a place for the session")
    bench.consent()
    assert bench.ending().signed_in
    bench.page.close_browser()  # as at the end of the program
    bench.begin()
    bench.click("#allow")
    assert bench.ending().signed_in, "the person had to log in again"
    # Another connection of the same connector: its own session, off the record.
    settings = bench.settings
    bench.window.store.show_credentials("other", settings)
    on_login_page(bench)
    assert bench.browser.profile.isOffTheRecord()
    bench.hand.click("signInStop")
    bench.window.store.show_credentials("test", settings)
    bench.begin()
    bench.hand.wait(lambda: bench.browser_path() == "/oauth/authorize", "the consent page")
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page")
    assert bench.browser.profile.isOffTheRecord() and not kept(bench)
    bench.hand.click("signInStop")


def keep_no_more(bench: Bench) -> None:
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page of the kept session")
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: not kept(bench), "what was kept to go")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page, off the record")


def storage(bench: Bench, script: str) -> object:
    """What a script of the page answers."""
    told: list[object] = []
    bench.browser.page.runJavaScript(script, 0, told.append)
    bench.hand.wait(lambda: bool(told), "the page to answer")
    return told[0]


@pytest.mark.parametrize("keep", [False, True], ids=["off the record", "kept"])
def test_clearing_takes_what_the_page_stored(bench: Bench, keep: bool) -> None:
    on_login_page(bench)
    if keep:
        bench.hand.menu("consentMenu", "Keep the session")
        bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page again")
    storage(bench, "localStorage.setItem('token', 'LS-SECRET'); localStorage.getItem('token')")
    bench.hand.menu("consentMenu", "Clear the browser session")
    bench.hand.wait(lambda: any("is cleared" in one.text for one in bench.said), "the session to be cleared")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page once more")
    assert storage(bench, "String(localStorage.getItem('token'))") == "null"
    assert bench.browser.profile.isOffTheRecord() is not keep
    if keep:
        keep_no_more(bench)
    bench.hand.click("signInStop")


def test_clearing_takes_what_this_browser_kept_though_another_connection_is_in_use_by_now(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: len(kept(bench)) == 1, "a place for the session")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page again")
    settings, (mine,) = bench.settings, kept(bench)
    bench.window.store.show_credentials("other", settings)
    theirs = home_in_use(bench.window.context).folder
    assert theirs is not None and theirs != mine
    theirs.mkdir()
    (theirs / "Cookies").write_text("of another sign-in", encoding="utf-8")
    bench.hand.menu("consentMenu", "Clear the browser session")
    bench.hand.wait(lambda: any("is cleared" in one.text for one in bench.said), "the session to be cleared")
    assert kept(bench) == [theirs], "what another connection kept went instead"
    (theirs / "Cookies").unlink()
    theirs.rmdir()
    bench.hand.click("signInStop")
    bench.window.store.show_credentials("test", settings)
    on_login_page(bench)
    keep_no_more(bench)
    bench.hand.click("signInStop")


def test_a_session_that_cannot_be_kept_says_so(bench: Bench) -> None:
    on_login_page(bench)
    folder = home_in_use(bench.window.context).folder
    assert folder is not None
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way", encoding="utf-8")
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: any("cannot be kept" in one.text for one in bench.said), "a word on it")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page again")
    assert bench.browser.profile.isOffTheRecord()
    folder.unlink()
    bench.hand.click("signInStop")


def test_signing_out_takes_the_kept_session(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: len(kept(bench)) == 1, "a place for the session")
    bench.consent()
    assert bench.ending().signed_in
    bench.page.sign_in.signed_out.emit()
    bench.begin()
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page")
    assert not bench.browser.profile.isOffTheRecord()
    keep_no_more(bench)
    bench.hand.click("signInStop")


def test_a_popup_closed_by_hand_is_gone(bench: Bench, hostile: Hostile) -> None:
    hostile(lambda s, _state: f"<h1>one</h1><button id=go onclick=\"window.open('{s.origin}/pop')\">go</button>")
    bench.begin()
    bench.click("#go")
    bench.hand.wait(lambda: bool(bench.browser_popups()), "the popup")
    page = bench.browser.popups.open[0][1].page()
    bench.browser.popups.open[0][0].close()
    bench.hand.wait(lambda: not bench.browser_popups(), "the popup to go")
    assert not Shiboken.isValid(page), "the page of a closed popup lives on"
    bench.hand.click("signInStop")


def test_a_login_form_goes_with_its_browser(bench: Bench) -> None:
    on_login_page(bench)
    asked = LoginQuestion("http://127.0.0.1:1", "", False, False, lambda _user, _password: None)
    bench.browser.login_asked.emit(asked)
    bench.hand.see("httpLogin")
    bench.hand.menu("consentMenu", "Keep the session")
    bench.hand.wait(lambda: not bench.hand.sees("httpLogin"), "the form to go")
    bench.hand.wait(lambda: len(kept(bench)) == 1, "a place for the session")
    keep_no_more(bench)
    bench.hand.click("signInStop")


def test_two_connections_of_one_connector_share_no_cookies(bench: Bench) -> None:
    bench.sign_in()
    settings = bench.settings
    bench.begin()
    bench.click("#allow")
    assert bench.ending().signed_in
    bench.window.store.show_credentials("other", settings)
    on_login_page(bench)
    bench.hand.click("signInStop")


def test_developer_tools_open_beside_the_page_and_close_with_it(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.menu("consentMenu", "Developer tools")
    tools = bench.hand.see("consentTools")
    view = tools.findChild(QWebEngineView)
    assert view is not None
    bench.hand.wait(lambda: view.url().scheme() == "devtools", "the tools to load")
    bench.hand.click("signInStop")
    assert not bench.hand.sees("consentTools")


def test_the_trace_has_the_status_of_each_page(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.wait(lambda: any(hop.status == 200 for hop in bench.trace), "the login page's status")
    bench.sandbox.quirks.set(refuse_embedded=True)
    bench.hand.menu("consentMenu", "Call itself an embedded browser")
    bench.hand.click("signInStop")
    bench.begin()
    bench.hand.wait(lambda: any(hop.status == 403 for hop in bench.trace), "the refusal's status")
    assert not bench.hand.sees("signInNotice"), "a page that answered is called unreachable"
    bench.hand.click("signInStop")


@pytest.fixture
def identity(bench: Bench, tmp_path: Path) -> Path:
    """The provider's client certificate in a file."""
    held = bench.sandbox.world.certificates
    assert held is not None
    file = tmp_path / "client.pem"
    file.write_text(held.client + held.client_key, encoding="utf-8")
    return file


def add_certificate(bench: Bench, file: Path) -> None:
    """Open the dialog from the menu, type the file's name there, press Enter."""
    bench.hand.menu("consentMenu", "Add a client certificate")
    answer(bench.hand, "certificateFile", file)


@pytest.mark.parametrize("send", [True, False])
def test_a_client_certificate_goes_out_on_the_persons_word_alone(bench: Bench, identity: Path, send: bool) -> None:
    on_login_page(bench)
    add_certificate(bench, identity)
    bench.hand.wait(lambda: any("at hand" in one.text for one in bench.said), "the certificate to be read")
    bench.browser.view.load(QUrl(f"{bench.sandbox.secured_origin}/api/mtls/me"))
    bench.hand.click("certificateAccept")
    bench.hand.see("certificatePicker")
    assert "issued by" in bench.hand.see("certificateChoice", Choice).currentText()
    bench.hand.click("certificateSend" if send else "certificateNone")
    status = 200 if send else 401
    bench.hand.wait(lambda: any(hop.status == status for hop in bench.trace if "mtls" in hop.url), f"{status}")
    bench.hand.click("signInStop")


def test_what_is_no_client_certificate_is_told(bench: Bench, identity: Path) -> None:
    identity.write_text("nothing", encoding="utf-8")
    on_login_page(bench)
    add_certificate(bench, identity)
    assert "does not hold a certificate" in bench.hand.see("signInNotice").accessibleName()
    bench.hand.click("signInStop")


def test_a_dialog_that_is_left_adds_nothing(bench: Bench) -> None:
    on_login_page(bench)
    bench.hand.menu("consentMenu", "Add a client certificate")
    bench.hand.see("certificateFile")
    bench.hand.key(Qt.Key.Key_Escape)
    assert not bench.hand.sees("certificateFile")
    assert not bench.hand.sees("signInNotice")
    bench.hand.click("signInStop")


def test_a_certificate_of_this_machine_may_be_excepted_once(bench: Bench) -> None:
    bench.use(start=bench.sandbox.secured_origin)
    bench.begin()
    notice = bench.hand.see("signInNotice")
    assert "not trusted" in notice.accessibleName()
    assert bench.hand.see("consentSecurity", Badge).text == "https · not trusted"
    assert not bench.hand.sees("consentView"), "a page is in sight under an address that was not opened"
    bench.hand.click("certificateAccept")
    security = bench.hand.see("consentSecurity", Badge)
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page")
    bench.hand.wait(lambda: security.text == "https · not trusted", "the page to arrive")
    bench.consent()
    assert bench.ending().signed_in
    assert bench.nothing_left()


def test_a_certificate_that_is_left_opens_nothing(bench: Bench) -> None:
    bench.use(start=bench.sandbox.secured_origin)
    bench.begin()
    bench.hand.click("certificateLeave")
    bench.hand.settle(100)
    assert bench.browser_path() in ("", "/oauth/authorize")
    assert not bench.sandbox.world.codes
    bench.hand.click("signInStop")
    assert bench.ending().kind == "cancelled"


def test_stop_while_a_certificate_is_in_question(bench: Bench) -> None:
    bench.use(start=bench.sandbox.secured_origin)
    bench.begin()
    bench.hand.see("certificateAccept")
    bench.hand.click("signInStop")
    assert bench.ending().kind == "cancelled"
    assert not bench.hand.sees("certificateAccept")
    bench.use(start=bench.sandbox.origin)
    bench.begin()
    bench.consent()
    assert bench.ending().signed_in


def test_an_address_nobody_answers_at_says_so(bench: Bench) -> None:
    bench.use(start="http://127.0.0.1:9")
    bench.begin()
    notice = bench.hand.see("signInNotice")
    assert "did not load" in notice.accessibleName()
    assert bench.hand.see("consentSecurity", Badge).text == "did not load"
    assert bench.hand.sees("consentRetry")
    bench.hand.click("consentLine")
    editor = bench.window.inspector.ruby
    assert editor is not None
    assert "authorization_url" in editor.textCursor().block().text()
    assert bench.window.store.state.focus == "/connection/authorization/authorization_url"
    bench.hand.click("signInStop")
    assert "stopped" in bench.ending().message and "did not load" in bench.ending().message


SEVERAL_WAYS = """\
{
  connection: {
    authorization: {
      type: 'multi',
      selected: lambda do |connection|
        connection['way']
      end,
      options: {
        live: { type: 'oauth2', authorization_url: lambda do |_connection|
          'https://live.example/authorize'
        end },
        local: { type: 'oauth2', authorization_url: lambda do |connection|
          "#{connection['start']}/authorize?response_type=code"
        end }
      }
    }
  }
}
"""


def test_the_line_shown_is_that_of_the_chosen_option(bench: Bench, tmp_path: Path) -> None:
    bench.window.store.open_text(SEVERAL_WAYS.encode(), path=tmp_path / "connector.rb")
    bench.use(start="http://127.0.0.1:9", way="local")
    bench.begin()
    bench.hand.click("consentLine")
    assert bench.window.store.state.focus == "/connection/authorization/options/local/authorization_url"
    editor = bench.window.inspector.ruby
    assert editor is not None and "local: {" in editor.textCursor().block().text()
    bench.hand.click("signInStop")


@pytest.mark.skipif(sys.platform == "win32", reason="processes end by signal here")
def test_a_page_whose_process_dies_is_loaded_again(bench: Bench) -> None:
    on_login_page(bench)
    os.kill(bench.browser.page.renderProcessPid(), signal.SIGKILL)
    bench.hand.wait(
        lambda: "ended unexpectedly" in bench.hand.see("signInNotice").accessibleName(), "the page to say what happened"
    )
    bench.hand.click("consentRetry")
    bench.consent()
    assert bench.ending().signed_in


def test_the_page_takes_the_keyboard(bench: Bench) -> None:
    on_login_page(bench)
    bench.click("#password")
    bench.hand.settle(50)
    QTest.keyClick(bench.browser.surface, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(bench.browser.surface, "demo-password")
    QTest.keyClick(bench.browser.surface, Qt.Key.Key_Return)
    bench.click("#allow")
    assert bench.ending().signed_in


def test_the_browser_is_not_made_before_it_is_needed(hand: Pilot) -> None:
    hand.window.show_page("signin")  # type: ignore[attr-defined]
    assert not hand.sees("consentView")


@pytest.mark.usefixtures("qapp")
def test_an_authenticator_is_declined_by_making_it_null() -> None:
    held = QAuthenticator()
    held.setRealm("The harbour office")
    assert not held.isNull()
    decline(held)
    assert held.isNull()
