"""Consent in the system browser: the page opens it, httpx plays it, the listener receives the reply."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from designer.sandbox import Sandbox
from tests.sandbox.person import Person
from tests.ui.signin.conftest import Bench

LOOPBACK = "http://127.0.0.1/oauth/callback"


@dataclass
class Outside:
    """A browser of another program: it follows every redirect, to the listener too."""

    sandbox: Sandbox
    answer: str = "allow"
    pages: list[httpx.Response] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    noise: list[int] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def open(self, url: str) -> bool:
        self.opened.append(url)
        self.threads.append(threading.Thread(target=self._browse, args=(url,)))
        self.threads[-1].start()
        return True

    def _browse(self, url: str) -> None:
        callback = httpx.URL(url).params["redirect_uri"]
        with httpx.Client(base_url=self.sandbox.origin, timeout=20) as client:
            with httpx.Client(timeout=20, verify=not callback.startswith("https")) as other:
                # What browsers do beside: icons, spare paths, somebody else's guess at the callback.
                self.noise.append(other.get(httpx.URL(callback).copy_with(path="/favicon.ico")).status_code)
                self.noise.append(other.get(f"{callback}?code=guess&state=guess").status_code)
            reply: list[str] = []

            def decide(_method: str, target: str, _body: str) -> bool:
                if target.partition("?")[0] == callback:
                    reply.append(target)
                    return False
                return True

            Person(client, decide, answer=self.answer).open(url)
            self.pages.append(httpx.get(reply[0], timeout=20, verify=not callback.startswith("https")))


@pytest.fixture
def outside(bench: Bench) -> Iterator[Outside]:
    made = Outside(bench.sandbox)
    before = bench.page.sign_in.open_url
    bench.page.sign_in.open_url = made.open
    yield made
    bench.page.sign_in.open_url = before
    for thread in made.threads:
        thread.join(10)


def begin(bench: Bench, redirect: str = LOOPBACK) -> None:
    bench.endings.clear()
    bench.hand.type_into("redirectUrl", redirect)
    bench.hand.click("signInSystem")


def test_signs_in_by_the_loopback_listener(bench: Bench, outside: Outside) -> None:
    begin(bench)
    assert bench.ending().signed_in, bench.ending()
    bench.hand.wait(lambda: bool(outside.pages), "the browser's last page")
    assert outside.pages[0].status_code == 200 and "Consent received" in outside.pages[0].text
    assert outside.noise == [404, 400], "an icon or a guess was taken for the reply"
    assert bench.settings["access_token"]
    assert httpx.URL(outside.opened[0]).params["redirect_uri"].startswith("http://127.0.0.1:")
    assert not bench.hand.sees("consentView")
    port = httpx.URL(httpx.URL(outside.opened[0]).params["redirect_uri"]).port
    bench.hand.wait(lambda: bench.window.context.jobs.idle, "the listener to close")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/oauth/callback?code=again&state=again", timeout=5)


def test_signs_in_over_https_with_a_throw_away_certificate(bench: Bench, outside: Outside) -> None:
    bench.sandbox.quirks.set(redirect_uris="any")
    begin(bench, "https://localhost/oauth/callback")
    assert bench.ending().signed_in, bench.ending()
    bench.hand.wait(lambda: bool(outside.pages), "the browser's last page")
    assert "Consent received" in outside.pages[0].text
    assert httpx.URL(outside.opened[0]).params["redirect_uri"].startswith("https://localhost:")
    assert any("certificate" in one.text for one in bench.said), "nobody said why the browser warns"


def test_a_refusal_outside_is_shown_in_the_window(bench: Bench, outside: Outside) -> None:
    outside.answer = "refuse"
    begin(bench)
    assert (bench.ending().kind, bench.ending().error) == ("refused", "access_denied")
    bench.hand.wait(lambda: bool(outside.pages), "the browser's last page")
    assert "did not succeed" in outside.pages[0].text


def test_stop_closes_the_listener(bench: Bench) -> None:
    opened: list[str] = []

    def remember(url: str) -> bool:
        opened.append(url)
        return True

    before = bench.page.sign_in.open_url
    bench.page.sign_in.open_url = remember
    begin(bench)
    bench.hand.wait(lambda: bool(opened), "the browser to be opened")
    bench.hand.click("signInStop")
    assert bench.ending().kind == "cancelled"
    bench.hand.wait(lambda: bench.window.context.jobs.idle, "the listener to close")
    with pytest.raises(httpx.ConnectError):
        httpx.get(httpx.URL(opened[0]).params["redirect_uri"], timeout=5)
    bench.page.sign_in.open_url = before


def test_no_browser_to_open_offers_the_address(bench: Bench) -> None:
    before = bench.page.sign_in.open_url
    bench.page.sign_in.open_url = lambda _url: False
    begin(bench)
    bench.hand.wait(lambda: bool(bench.said), "a word about it")
    assert "could not be opened" in bench.said[-1].text and bench.said[-1].action is not None
    assert bench.page.sign_in.active, "somebody may still open the address by hand"
    bench.hand.click("signInStop")
    bench.page.sign_in.open_url = before


def test_a_redirect_url_elsewhere_cannot_be_listened_at(bench: Bench) -> None:
    bench.hand.type_into("redirectUrl", "https://www.workato.com/oauth/callback")
    assert not bench.hand.see("signInSystem").isEnabled()
