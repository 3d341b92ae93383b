"""Pages that try to trick the sign-in. Each is refused, says why, and nothing reaches the callback."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from designer.oauth import Hop
from designer.ui.jobs import Task
from designer.ui.provider_calls import discover
from designer.ui.widgets.address import Address
from designer.ui.widgets.badge import Badge
from tests.ui.signin.conftest import Bench
from tests.ui.signin.hostile import HostileSite

Hostile = Callable[[Callable[[HostileSite, str], str]], HostileSite]

CALLBACK = "/oauth/callback"


def goto(url: str) -> str:
    return f"<h1>Wait</h1><script>location.href = {url!r}</script>"


def stop(bench: Bench) -> None:
    """The lie did not end the sign-in: the person can still stop it."""
    assert bench.page.sign_in.active, bench.endings
    bench.hand.click("signInStop")
    assert bench.ending().kind == "cancelled"
    assert "access_token" not in bench.settings


LOOK_ALIKES = {
    "a longer path": "{origin}/oauth/callback-evil",
    "a path below": "{origin}/oauth/callback/evil",
    "a trailing slash": "{origin}/oauth/callback/",
    "another case": "{origin}/oauth/Callback",
    "another port": "http://127.0.0.1:{other}/oauth/callback",
    "another host": "http://localhost:{port}/oauth/callback",
}


@pytest.mark.parametrize("address", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_a_look_alike_of_the_callback_is_not_taken_for_it(bench: Bench, hostile: Hostile, address: str) -> None:
    def page(site: HostileSite, state: str) -> str:
        target = address.format(origin=site.origin, port=site.origin.rpartition(":")[2], other=bench.sandbox.port)
        return f">{target}?code=stolen&state={state}"

    site = hostile(page)
    bench.begin(f"{site.origin}{CALLBACK}")
    hop = next_hop(bench)
    assert not hop.verdict.matches and hop.verdict.resembles
    assert "token_exchange" not in bench.operations
    stop(bench)


def next_hop(bench: Bench) -> Hop:
    bench.hand.wait(lambda: len(bench.trace) >= 2, "where the page leads to")
    return bench.trace[1]


def test_a_user_name_that_looks_like_the_host_is_refused(bench: Bench, hostile: Hostile) -> None:
    site = hostile(lambda s, state: goto(f"http://www.workato.com@{s.origin[7:]}{CALLBACK}?code=c&state={state}"))
    bench.begin("https://www.workato.com/oauth/callback")
    hop = next_hop(bench)
    assert not hop.allowed and "user name" in (hop.failure or "")
    assert CALLBACK not in site.asked
    stop(bench)


def test_an_error_of_somebody_else_with_a_wrong_state_does_not_reach_the_exchange(
    bench: Bench, hostile: Hostile
) -> None:
    site = hostile(lambda s, _state: f">{s.origin}{CALLBACK}?code=stolen&state=forged")
    bench.begin(f"{site.origin}{CALLBACK}")
    assert bench.ending().kind == "rejected"
    assert CALLBACK not in site.asked
    assert "token_exchange" not in bench.operations


def test_a_frame_cannot_answer(bench: Bench, hostile: Hostile) -> None:
    site = hostile(lambda s, state: f"<iframe src='{s.origin}{CALLBACK}?code=stolen&state={state}'></iframe>")
    bench.begin(f"{site.origin}{CALLBACK}")
    hop = next_hop(bench)
    assert hop.frame == "frame" and not hop.allowed
    assert CALLBACK not in site.asked
    stop(bench)


def test_a_repeated_code_is_rejected(bench: Bench, hostile: Hostile) -> None:
    site = hostile(lambda s, state: f">{s.origin}{CALLBACK}?code=one&code=two&state={state}")
    bench.begin(f"{site.origin}{CALLBACK}")
    assert bench.ending().kind == "rejected"
    assert CALLBACK not in site.asked


@pytest.mark.parametrize(
    "address", ["data:text/html,<h1>mine</h1>", "file:///etc/hostname", "mailto:a@b.example", "ssh://somewhere"]
)
def test_other_kinds_of_address_are_not_opened(bench: Bench, hostile: Hostile, address: str) -> None:
    hostile(lambda _s, _state: f"<h1>Sign in</h1><a id=go href='{address}'>go</a>")
    bench.begin()
    bench.click("#go")
    bench.hand.settle(150)
    assert bench.browser.page.url().path() == "/oauth/authorize", "the page went away"
    assert not any(hop.allowed for hop in bench.trace[1:])
    stop(bench)


def test_javascript_in_a_popup_has_no_way_out(bench: Bench, hostile: Hostile) -> None:
    site = hostile(
        lambda s, state: (
            "<h1>Sign in</h1><button id=go onclick=\"window.open('javascript:location.href="
            f"`{s.origin}{CALLBACK}-evil?code=c&state={state}`')\">go</button>"
        )
    )
    bench.begin(f"{site.origin}{CALLBACK}")
    bench.click("#go")
    bench.hand.settle(200)
    assert CALLBACK not in site.asked
    stop(bench)


def test_a_page_gets_no_file(bench: Bench, hostile: Hostile) -> None:
    hostile(lambda _s, _state: "<h1>Sign in</h1><input type=file id=pick style='display:block;height:40px'>")
    bench.begin()
    bench.click("#pick")
    notice = bench.hand.see("signInNotice")
    assert "asked for a file" in notice.accessibleName()
    stop(bench)


def test_a_page_reads_no_file(bench: Bench, hostile: Hostile, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the master key", encoding="utf-8")
    script = (
        "<h1 id=out>Sign in</h1><script>"
        f"fetch('{secret.as_uri()}').then(r => r.text()).then(t => out.textContent = t, () => out.textContent = 'no');"
        f"</script><iframe src='{secret.as_uri()}'></iframe>"
    )
    hostile(lambda _s, _state: script)
    bench.begin()
    bench.wait_for_hop("/oauth/authorize")
    read: list[str] = []
    bench.hand.wait(
        lambda: (
            bench.browser.page.runJavaScript("document.body.innerText", 1, read.append) is None
            and bool(read)
            and "no" in read[-1].split()
        ),
        "the page to be told no",
    )
    assert "master key" not in " ".join(read)
    stop(bench)


def test_a_download_is_refused(bench: Bench, hostile: Hostile) -> None:
    hostile(lambda _s, _state: "<h1>Sign in</h1><a id=go download='x.sh' href='/tool'>tool</a>")
    bench.begin()
    bench.click("#go")
    assert "Downloads are refused" in bench.hand.see("signInNotice").accessibleName()
    stop(bench)


def test_a_popup_belongs_to_the_sign_in(bench: Bench, hostile: Hostile) -> None:
    site = hostile(
        lambda s, _state: (
            f"<button id=go onclick=\"window.open('{s.origin}/popup')\">go</button>"
            if "/popup" not in s.asked
            else "<h1>again</h1>"
        )
    )
    bench.begin(f"{site.origin}{CALLBACK}")
    bench.click("#go")
    bench.wait_for_hop("/popup")
    dialogs = [dialog for dialog, _view in bench.browser.popups.open]
    bench.hand.wait(lambda: dialogs[0].windowTitle().startswith(site.origin), "the popup to say where it is")
    address = bench.hand.see("popupAddress", Address)
    assert address.host == site.origin.removeprefix("http://") and address.text.endswith("/popup")
    security = bench.hand.see("popupSecurity", Badge)
    bench.hand.wait(lambda: security.text == "http · loopback", "the popup's page to arrive")
    assert bench.hand.see("consentAddress", Address).text != address.text, "the page's address is not the popup's"
    stop(bench)
    assert not bench.browser_popups(), "a popup outlived its sign-in"


def test_a_popup_says_of_itself_alone_what_it_cannot_write(bench: Bench, hostile: Hostile) -> None:
    """A window that its opener fills has no address of its own, whatever it shows and however it is called."""
    site = hostile(
        lambda _s, _state: (
            "<button id=go onclick=\"const w = window.open(''); w.document.title = 'https://accounts.example.com';"
            "w.document.body.textContent = 'https://accounts.example.com'\">go</button>"
        )
    )
    bench.begin(f"{site.origin}{CALLBACK}")
    bench.click("#go")
    address = bench.hand.see("popupAddress", Address)
    bench.hand.settle(200)
    assert "example.com" not in address.text and address.text == "about:blank"
    assert bench.hand.see("popupSecurity", Badge).text == "about"
    assert "example.com" not in address.window().windowTitle()
    stop(bench)


def test_the_address_is_the_pages_again_once_a_popups_certificate_was_left(bench: Bench, hostile: Hostile) -> None:
    secured = bench.sandbox.secured_origin
    site = hostile(lambda _s, _state: f"<button id=go onclick=\"window.open('{secured}/login')\">go</button>")
    bench.begin(f"{site.origin}{CALLBACK}")
    bench.click("#go")
    notice = bench.hand.see("signInNotice")
    assert "not trusted" in notice.accessibleName()
    bench.hand.click("certificateLeave")
    shown = bench.hand.see("consentAddress", Address)
    bench.hand.wait(lambda: shown.host == site.origin.removeprefix("http://"), "the page's own address")
    security = bench.hand.see("consentSecurity", Badge)
    bench.hand.wait(lambda: security.text == "http · loopback", "the page's own state")
    stop(bench)


def test_a_wrong_issuer_is_rejected_once_discovered(bench: Bench) -> None:
    bench.page.sign_in.metadata = discover(bench.sandbox.origin, Task(lambda _text, _share: None))
    bench.sandbox.quirks.set(iss="wrong")
    bench.begin()
    bench.consent()
    ending = bench.ending()
    assert ending.kind == "rejected" and "RFC 9207" in ending.message
    assert bench.nothing_left()


def test_a_missing_issuer_is_rejected_once_promised(bench: Bench) -> None:
    bench.page.sign_in.metadata = discover(bench.sandbox.origin, Task(lambda _text, _share: None))
    bench.sandbox.quirks.set(iss="missing")
    bench.begin()
    bench.consent()
    assert bench.ending().kind == "rejected"


def test_credentials_asked_for_on_the_way(bench: Bench, hostile: Hostile) -> None:
    site = hostile(lambda _s, _state: "!401")
    bench.begin()
    bench.hand.type_into("httpLogin.user", "dana")
    bench.hand.type_into("httpLogin.password", "tide")
    bench.hand.click("httpLogin.accept")
    bench.hand.wait(lambda: bool(site.logins), "the page to be asked with credentials")
    assert not bench.hand.sees("httpLogin")
    assert [base64.b64decode(one.split()[1]) for one in site.logins] == [b"dana:tide"], "something else was sent before"
    assert "tide" not in bench.caplog.text
    stop(bench)


def test_credentials_that_are_not_taken_are_asked_for_again(bench: Bench, hostile: Hostile) -> None:
    site = hostile(lambda _s, _state: "!403")
    bench.begin()
    bench.hand.type_into("httpLogin.user", "dana")
    bench.hand.type_into("httpLogin.password", "wrong")
    bench.hand.key(Qt.Key.Key_Return)
    bench.hand.see("httpLogin.again")
    assert bench.browser_path() == "/oauth/authorize"
    bench.hand.click("httpLogin.cancel")
    assert not bench.hand.sees("httpLogin")
    assert len(site.logins) == 1, "wrong credentials were sent again and again"
    stop(bench)


def test_a_login_question_does_not_outlive_its_sign_in(bench: Bench, hostile: Hostile) -> None:
    hostile(lambda _s, _state: "!401")
    bench.begin()
    bench.hand.see("httpLogin")
    stop(bench)
    assert not bench.hand.sees("httpLogin")
