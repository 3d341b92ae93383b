"""The tokens panel: what it says, renewing, revoking, and drills that show whether the connector notices."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from designer import connection
from designer.ruby import Document
from designer.ui.widgets.badge import Badge
from tests.ui.signin.conftest import Bench

SOURCE = "refresh_on: [401],"


def verdict(bench: Bench) -> str:
    notice = bench.hand.see("drillVerdict")
    return " ".join([notice.accessibleName(), *(one.text() for one in notice.findChildren(QLabel))])


def drill(bench: Bench, button: str) -> str:
    bench.hand.click(button)
    bench.hand.wait(lambda: not bench.window.context.runner.running, "the drill's request")
    return verdict(bench)


def rewrite(bench: Bench, old: str, new: str) -> None:
    """The author changes the connector; the sign-in stays."""
    source = bench.window.store.state.document.source
    start = source.index(old.encode())
    assert bench.window.store.replace_text(start, start + len(old.encode()), new.encode())


def text(bench: Bench) -> str:
    return bench.window.store.state.document.source.decode()


@pytest.fixture
def signed_in(bench: Bench) -> Bench:
    bench.sign_in()
    return bench


def test_says_scopes_end_and_hides_the_tokens(signed_in: Bench) -> None:
    hand = signed_in.hand
    assert hand.see("tokenExpiry", Badge).text.startswith("in ")
    assert hand.see("tokenScopes", QLabel).text() == "contacts.read offline_access"
    shown = " ".join(one.text() for one in hand.see("tokensPanel").findChildren(QLabel))
    assert str(signed_in.settings["access_token"]) not in shown
    assert str(signed_in.settings["refresh_token"]) not in shown
    assert "SCOPES ASKED" in shown and "from expires_in" in shown


def test_an_end_nobody_tells_is_unknown_not_never(bench: Bench) -> None:
    bench.sandbox.quirks.set(omit_expires_in=True)
    bench.sign_in()
    assert bench.hand.see("tokenExpiry", Badge).text == "unknown"


def test_scopes_that_were_not_granted_are_pointed_out(bench: Bench) -> None:
    rewrite(bench, "scope=contacts.read offline_access", "scope=contacts.read unicorns.ride")
    bench.sign_in()
    assert "unicorns.ride" in bench.hand.see("tokenScopesMissing").accessibleName()


def test_claims_of_a_jwt_are_shown(bench: Bench) -> None:
    bench.sandbox.quirks.set(access_token="jwt")
    bench.sign_in()
    assert "harbor-crm" in bench.hand.see("tokenClaims", QPlainTextEdit).toPlainText()


def test_refresh_now(signed_in: Bench) -> None:
    before = signed_in.settings["access_token"]
    signed_in.hand.click("tokenRefresh")
    assert "Refreshed" in verdict(signed_in)
    assert signed_in.settings["access_token"] != before
    shown = " ".join(one.text() for one in signed_in.hand.see("tokensPanel").findChildren(QLabel))
    assert "renewed (Refresh now)" in shown


def test_a_refresh_token_that_is_gone_offers_consent_again(signed_in: Bench) -> None:
    signed_in.sandbox.world.revoke_refresh_tokens()
    signed_in.hand.click("tokenRefresh")
    assert "only a new consent helps" in verdict(signed_in)
    signed_in.endings.clear()
    signed_in.hand.click("tokenConsentAgain")
    signed_in.click("#allow")
    assert signed_in.ending().signed_in


@pytest.mark.parametrize("button", ["tokenCorrupt", "drillExpire"])
def test_a_refused_token_is_caught_and_renewed(signed_in: Bench, button: str) -> None:
    before = signed_in.settings["access_token"]
    assert "Caught: 401, refreshed, repeated, answered." in drill(signed_in, button)
    assert signed_in.settings["access_token"] != before
    assert not signed_in.hand.sees("drillFix")


@pytest.mark.parametrize("button", ["tokenCorrupt", "drillExpire"])
def test_a_refused_token_that_is_not_caught_proposes_refresh_on(signed_in: Bench, button: str) -> None:
    rewrite(signed_in, SOURCE, "refresh_on: [418], # teapots only")
    before = text(signed_in)
    assert "Not caught: 401" in drill(signed_in, button)
    signed_in.hand.click("drillFix")
    assert text(signed_in) == before.replace("[418]", "[418, 401]")
    assert "Caught: 401, refreshed" in drill(signed_in, button)


def test_a_200_with_an_error_inside_proposes_detect_on(signed_in: Bench) -> None:
    before = text(signed_in)
    assert "Not caught: 200 with “invalid_token”" in drill(signed_in, "drillError")
    signed_in.hand.click("drillFix")
    assert "detect_on: [/invalid_token/]" in text(signed_in)
    assert "refresh_on: [401, /invalid_token/]," in text(signed_in)
    assert "Caught: 200, refreshed, repeated, answered." in drill(signed_in, "drillError")
    signed_in.window.store.undo()
    assert text(signed_in) == before


def test_a_revoked_refresh_token_asks_for_consent(signed_in: Bench) -> None:
    said = drill(signed_in, "drillRevoke")
    assert "the refresh answered invalid_grant" in said
    assert signed_in.hand.sees("tokenConsentAgain")


def test_a_drill_leaves_the_next_request_alone(signed_in: Bench) -> None:
    drill(signed_in, "drillExpire")
    signed_in.window.context.runner.start("test", title="An ordinary test")
    signed_in.hand.wait(lambda: not signed_in.window.context.runner.running, "the test")
    exchanges = signed_in.window.store.state.runs[-1].outcome.exchanges
    assert [one.purpose for one in exchanges] == ["request"]


def test_a_drill_in_the_console_waits_for_the_request_of_the_person(signed_in: Bench) -> None:
    hand = signed_in.hand
    hand.click("rail.console")
    hand.click("inspector.token")
    hand.click("drillExpire")
    assert "Send a request" in " ".join(one.text() for one in hand.see("drillWaits").findChildren(QLabel))
    hand.type_into("consoleUrl", "/api/bearer/me")
    hand.click("consoleSend")
    assert "Caught: 401, refreshed" in verdict(signed_in)
    hand.click("rail.signin")


def test_revoking_needs_discovery_and_ends_the_tokens_at_the_provider(signed_in: Bench) -> None:
    hand = signed_in.hand
    assert not hand.see("tokenRevoke").isEnabled()
    token = str(signed_in.settings["access_token"])
    hand.click("inspector.provider")
    hand.type_into("providerHost", signed_in.sandbox.origin)
    hand.click("providerDiscover")
    hand.see("providerFill")
    hand.click("inspector.tokens")
    hand.click("tokenRevoke")
    assert "Revoked" in verdict(signed_in)
    assert "access_token" not in signed_in.settings
    held = signed_in.sandbox.world.by_access_token(token)
    assert held is not None and held.revoked


def test_revoking_for_a_drill_keeps_the_tokens_here(signed_in: Bench) -> None:
    hand = signed_in.hand
    hand.click("inspector.provider")
    hand.type_into("providerHost", signed_in.sandbox.origin)
    hand.click("providerDiscover")
    hand.see("providerFill")
    hand.click("inspector.tokens")
    token = str(signed_in.settings["refresh_token"])
    hand.click("drillRevoke")
    assert "invalid_grant" in verdict(signed_in)
    assert signed_in.settings["refresh_token"] == token


def test_signing_out_forgets_tokens_and_browser(signed_in: Bench) -> None:
    signed_in.hand.click("tokenForget")
    assert not {"access_token", "refresh_token", "expires_in"} & signed_in.settings.keys()
    signed_in.begin()
    signed_in.click("#sign-in")
    signed_in.click("#allow")
    assert signed_in.ending().signed_in


def test_a_clock_ahead_does_no_harm_where_nothing_carries_the_time(signed_in: Bench) -> None:
    assert "the clock does no harm" in drill(signed_in, "drillSkew")
    call = signed_in.window.store.state.runs[-1]
    assert call.outcome.error is None


def test_a_clock_ahead_is_seen_where_the_connector_looks_at_it(signed_in: Bench) -> None:
    rewrite(
        signed_in,
        'headers(Authorization: "Bearer #{access_token}")',
        f"headers(Authorization: \"Bearer #{{Time.now.to_i > {int(time.time()) + 1800} ? 'late' : access_token}}\")",
    )
    assert "renewing did not help" in drill(signed_in, "drillSkew")
    signed_in.window.context.runner.start("test", title="Again")
    signed_in.hand.wait(lambda: not signed_in.window.context.runner.running, "the next run")
    assert signed_in.window.store.state.runs[-1].outcome.error is None, "the clock stayed ahead"


def test_any_request_whose_refresh_is_refused_for_good_offers_consent(signed_in: Bench) -> None:
    store = signed_in.window.store
    store.set_credential("access_token", "gone")
    store.set_credential("refresh_token", "gone as well")
    signed_in.window.context.runner.start("test", title="Test")
    signed_in.hand.see("tokenConsentAgain")
    assert "invalid_grant" in verdict(signed_in)
    signed_in.hand.click("tokenConsentAgain")
    signed_in.click("#allow")
    assert signed_in.ending().signed_in
    signed_in.hand.wait(lambda: not signed_in.hand.sees("tokenConsentAgain"), "the offer to go")


def test_names_the_option_the_tokens_are_of(bench: Bench) -> None:
    doc = Document.parse(b"{\n  title: 'Harbor',\n\n  connection: {\n    fields: []\n  }\n}\n")
    doc = connection.switch_kind(doc, "/connection/authorization", "multi").document
    doc = connection.add_option(doc, "oauth2_code", "oauth2_code").document
    bench.window.store.open_text(doc.source)
    bench.hand.click("inspector.tokens")
    design = bench.window.store.state.design
    assert design.authorization is not None and design.authorization.parameters is not None
    bench.use(**{design.authorization.parameters["field"]: "oauth2_code"})
    assert bench.hand.see("tokenOption", QLabel).text() == "oauth2_code"
