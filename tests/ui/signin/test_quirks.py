"""Every quirk of the provider, met in the real window: what it does to a sign-in, and what the person is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from designer.sandbox.quirks import QUIRKS
from designer.ui.widgets.badge import Badge
from tests.ui.signin.conftest import Bench
from tests.ui.signin.test_tokens_panel import drill, rewrite, verdict

PKCE = """pkce: lambda do |verifier, challenge|
        { verifier: verifier, challenge: challenge, challenge_method: 'S256' }
      end,

      refresh_on: [401],"""

PLAIN = """pkce: lambda do |verifier, _challenge|
        { verifier: verifier, challenge: verifier, challenge_method: 'plain' }
      end,

      refresh_on: [401],"""

DIGEST = b"""{
  title: 'Harbor',
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda do |_connection|
        digest_auth
        user('demo')
        password('demo-password')
      end
    },
    base_uri: lambda do |connection|
      connection['host']
    end
  },
  test: lambda do |_connection|
    get('/api/digest/me')
  end
}
"""


def shown(bench: Bench) -> str:
    return " ".join(one.text() for one in bench.hand.see("tokensPanel").findChildren(QLabel))


def with_pkce(bench: Bench, code: str) -> None:
    rewrite(bench, "refresh_on: [401],", code)
    rewrite(
        bench,
        "acquire: lambda do |connection, auth_code, redirect_uri|",
        "acquire: lambda do |connection, auth_code, redirect_uri, verifier|",
    )
    rewrite(bench, "redirect_uri: redirect_uri,", "redirect_uri: redirect_uri, code_verifier: verifier,")


def test_no_quirk_is_left_out() -> None:
    """Each is switched by some test of this folder; the digest's and the API's in the console here."""
    switched = {
        name
        for file in Path(__file__).parent.glob("test_*.py")
        for call in re.findall(r"quirks\.set\(([^)]*)\)|\{([^{}]*)\}", file.read_text(encoding="utf-8"))
        for name in re.findall(r"(?:^|[\s,{\"'])(\w+)[\"']?\s*[=:]", " ".join(call))
    }
    assert {quirk.name for quirk in QUIRKS} <= switched


def test_consent_that_is_not_asked_for(bench: Bench) -> None:
    bench.sandbox.quirks.set(consent="skip")
    bench.begin()
    bench.click("#sign-in")
    assert bench.ending().signed_in


def test_consent_that_is_refused_unasked(bench: Bench) -> None:
    bench.sandbox.quirks.set(consent="refuse")
    bench.begin()
    bench.click("#sign-in")
    assert bench.ending().kind == "refused"


@pytest.mark.parametrize("quirks", [{"redirect_by": "303"}, {"iss": "off"}, {"token_auth": "post"}])
def test_what_makes_no_difference(bench: Bench, quirks: dict[str, object]) -> None:
    bench.sandbox.quirks.set(**quirks)
    bench.sign_in()
    assert bench.nothing_left()


REFUSED = {
    "client secret in the body": ({"token_auth": "basic"}, "invalid_client"),
    "form instead of JSON": ({"token_request": "json"}, "invalid_request"),
    "connection dropped": ({"drop": "token"}, "exchanged"),
}


@pytest.mark.parametrize(("quirks", "said"), REFUSED.values(), ids=REFUSED)
def test_a_token_endpoint_that_wants_it_otherwise(bench: Bench, quirks: dict[str, object], said: str) -> None:
    bench.sandbox.quirks.set(**quirks)
    bench.begin()
    bench.consent()
    ending = bench.ending()
    assert ending.kind == "failed" and said in ending.message, ending
    assert "access_token" not in bench.settings
    assert bench.operations == ["authorization_url", "consent", "token_exchange"]


def test_an_error_with_status_200(bench: Bench) -> None:
    bench.sandbox.quirks.set(token_errors="200")
    bench.use(client_secret="another")
    bench.begin()
    bench.consent()
    ending = bench.ending()
    assert ending.kind == "failed" and "200 with an error" in ending.message and ending.error == "invalid_client"


def test_a_token_reply_as_a_form(bench: Bench) -> None:
    bench.sandbox.quirks.set(token_reply="form")
    bench.begin()
    bench.consent()
    assert bench.ending().kind == "failed"
    assert "access_token" not in bench.settings


def test_pkce_is_required(bench: Bench) -> None:
    bench.sandbox.quirks.set(pkce="required")
    bench.begin()
    ending = bench.ending()
    assert ending.error == "invalid_request" and "code_challenge" in ending.message
    with_pkce(bench, PKCE)
    bench.sign_in()


def test_pkce_in_plain_is_refused_where_the_provider_wants_none(bench: Bench) -> None:
    with_pkce(bench, PLAIN)
    bench.sign_in()
    bench.sandbox.quirks.set(pkce_plain=False)
    bench.begin()
    ending = bench.ending()
    assert ending.error == "invalid_request" and "plain" in ending.message


def test_a_scope_nobody_knows(bench: Bench) -> None:
    bench.sandbox.quirks.set(unexpected_scope="error")
    rewrite(bench, "contacts.read offline_access", "contacts.read unicorns.ride")
    bench.begin()
    assert bench.ending().error == "invalid_scope"


def test_a_scope_nobody_knows_on_a_page_of_the_provider(bench: Bench) -> None:
    bench.sandbox.quirks.set(unexpected_scope="400")
    rewrite(bench, "contacts.read offline_access", "contacts.read unicorns.ride")
    bench.begin()
    bench.hand.wait(lambda: any(hop.status == 400 for hop in bench.trace), "the provider's page of the error")
    assert bench.page.sign_in.active and bench.hand.sees("consentView")
    bench.hand.click("signInStop")


def test_the_lifetime_of_a_token_is_counted_down(bench: Bench) -> None:
    bench.sandbox.quirks.set(expires_in=90)
    bench.sign_in()
    assert re.match(r"in (1 min|[5-9]\d s)", bench.hand.see("tokenExpiry", Badge).text)


def test_no_refresh_token(bench: Bench) -> None:
    bench.sandbox.quirks.set(omit_refresh_token=True)
    bench.sign_in()
    assert "none: when the access token ends, a new consent is needed" in shown(bench)


def test_a_refresh_token_that_ends(bench: Bench) -> None:
    bench.sandbox.quirks.set(refresh_token_expires_in=86_400)
    bench.sign_in()
    assert "from refresh_token_expires_in" in shown(bench)


@pytest.mark.parametrize("rotate", [True, False])
def test_a_refresh_keeps_or_replaces_the_refresh_token(bench: Bench, rotate: bool) -> None:
    bench.sandbox.quirks.set(rotate_refresh_tokens=rotate)
    bench.sign_in()
    before = bench.settings["refresh_token"]
    bench.hand.click("tokenRefresh")
    assert "Refreshed" in verdict(bench)
    assert (bench.settings["refresh_token"] != before) is rotate


def test_a_refresh_token_used_twice_ends_the_sign_in(bench: Bench) -> None:
    bench.sign_in()
    spent = bench.settings["refresh_token"]
    bench.hand.click("tokenRefresh")
    assert "Refreshed" in verdict(bench)
    bench.use(refresh_token=spent)
    bench.hand.click("tokenRefresh")
    bench.hand.wait(lambda: "refused" in verdict(bench), "the refusal of the spent token")
    assert bench.hand.sees("tokenConsentAgain")
    held = bench.sandbox.world.by_access_token(str(bench.settings["access_token"]))
    assert held is not None and held.revoked


def test_a_refresh_token_used_twice_where_nobody_notices(bench: Bench) -> None:
    bench.sandbox.quirks.set(detect_reuse=False)
    bench.sign_in()
    spent = bench.settings["refresh_token"]
    bench.hand.click("tokenRefresh")
    assert "Refreshed" in verdict(bench)
    bench.use(refresh_token=spent)
    before = bench.settings["access_token"]
    bench.hand.click("tokenRefresh")
    bench.hand.wait(lambda: bench.settings["access_token"] != before, "another access token")
    assert bench.settings["refresh_token"] != spent


@pytest.mark.parametrize(("status", "proposes"), [("401", False), ("403", True), ("400", True), ("200", True)])
def test_how_a_rejected_token_is_told(bench: Bench, status: str, proposes: bool) -> None:
    bench.sign_in()
    bench.sandbox.quirks.set(rejects_with=status)
    said = drill(bench, "tokenCorrupt")
    assert bench.hand.sees("drillFix") is proposes, said


@pytest.mark.parametrize(
    ("algorithm", "error"), [("MD5", None), ("MD5-sess", None), ("SHA-256", 'unknown algorithm "SHA-256"')]
)
def test_digest_in_each_algorithm_of_the_sdk(bench: Bench, algorithm: str, error: str | None) -> None:
    bench.sandbox.quirks.set(digest_algorithm=algorithm)
    bench.window.store.open_text(DIGEST)
    bench.use(host=bench.sandbox.origin)
    bench.hand.click("test-connection")
    bench.hand.wait(lambda: bool(bench.window.store.state.runs), "the test to end")
    run = bench.window.store.state.runs[-1]
    assert (run.outcome.error or {}).get("message") == error
    bench.window.show_page("signin")
