"""The furniture of the embedded browser, used as a person uses it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.ui.pages.consent_bar import Address
from designer.ui.pilot import Pilot
from designer.ui.widgets.badge import Badge
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
    bench.hand.click("consentReload")
    bench.hand.wait(lambda: site.asked.count("/second") == 2, "the second page again")
    bench.hand.wait(lambda: bench.hand.see("consentReload").toolTip() == "Load again", "the page to stand")
    bench.hand.click("consentBack")
    bench.hand.wait(lambda: bench.browser_path() == "/oauth/authorize", "the first page")
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
    bench.hand.click("consentReload")
    bench.hand.wait(lambda: bench.browser_path() == "/login", "the login page")


def test_nothing_of_the_session_is_on_disk(bench: Bench) -> None:
    on_login_page(bench)
    assert bench.browser.profile.isOffTheRecord()


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
    assert bench.hand.sees("consentRetry")
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
