"""Signing in through the real web view with real clicks: every way a provider sends its reply, and every refusal."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from designer.ui.widgets.badge import Badge, Chip
from tests.ui.signin.conftest import Bench

REPLIES = {
    "query": {},
    "fragment": {"response_mode": "fragment"},
    "form post": {"response_mode": "form_post"},
    "script": {"redirect_by": "script"},
    "meta refresh": {"redirect_by": "meta"},
    "307": {"redirect_by": "307"},
    "chain with an intermediate code": {"intermediate_code": True, "lookalikes": True},
    "fragment by script": {"response_mode": "fragment", "redirect_by": "script"},
}


@pytest.mark.parametrize("quirks", REPLIES.values(), ids=REPLIES)
def test_signs_in_and_nothing_reaches_the_callback(bench: Bench, quirks: dict[str, object]) -> None:
    bench.sandbox.quirks.set(**quirks)
    bench.begin()
    bench.consent()
    assert bench.ending().signed_in, bench.ending()
    assert bench.settings["access_token"] and bench.settings["refresh_token"]
    assert bench.settings["instance_url"] == f"{bench.sandbox.origin}/api"
    assert bench.nothing_left()
    assert [hop.verdict.matches for hop in bench.trace].count(True) == 1
    assert [step.status for step in bench.page.sign_in.flow.steps] == ["done"] * 5  # type: ignore[union-attr]
    test = bench.window.store.state.runs[-1]
    assert (test.operation, test.outcome.error) == ("test", None)
    assert bench.hand.sees("tokenExpiry")


def timeline(bench: Bench, row: str) -> str:
    """Everything the timeline says of the run whose row shows ``row``."""
    bench.window.show_page("timeline")
    bench.hand.click_row("timelineRuns", row)
    steps = bench.hand.see("timelineSteps")
    bench.hand.settle(150)
    said = [one.text() for one in steps.findChildren(QLabel)]
    said += [one.text for one in steps.findChildren(Badge)]
    return "\n".join([*said, *(one.text() for one in steps.findChildren(Chip))])


def test_every_step_is_in_the_timeline_with_the_ruby_behind_it(bench: Bench) -> None:
    bench.sandbox.quirks.set(intermediate_code=True)
    bench.sign_in()
    assert bench.operations == ["authorization_url", "consent", "token_exchange", "test"]
    state = bench.page.sign_in.flow.config.state  # type: ignore[union-attr]
    asked = timeline(bench, "Authorization request")
    assert f"GET {bench.sandbox.origin}/oauth/authorize" in asked
    assert "scope = contacts.read offline_access\n    from authorization_url" in asked
    assert f"redirect_uri = {bench.here}\n    added as the platform does" in asked
    assert "authorization_url · line 14" in asked and "client_id · line" in asked
    went = timeline(bench, "Consent")
    assert "/login" in went and "Answered 200." in went
    assert "The redirect URL. It carries code, state, iss in the query. Read here, not sent." in went
    assert "state verified" in went
    exchanged = timeline(bench, "Exchange the code")
    assert "acquire · line" in exchanged and "200" in exchanged
    for secret in (state, str(bench.settings["access_token"]), "harbor-demo-secret"):
        assert all(secret not in text for text in (asked, went, exchanged))
    bench.window.show_page("signin")


def test_a_lambda_that_fails_before_the_browser_is_in_the_timeline(bench: Bench) -> None:
    source = bench.window.store.state.document.source.replace(b"connection['start']}/oauth", b"nobody}/oauth")
    bench.window.store.open_text(source, path=bench.window.store.state.path)
    bench.use(host=bench.sandbox.origin, client_id="harbor-crm")
    bench.begin()
    ending = bench.ending()
    assert ending.kind == "failed" and "nobody" in ending.message
    assert bench.operations == ["authorization_url"]
    assert "nobody" in timeline(bench, "Authorization request")
    bench.window.show_page("signin")


def test_a_refusal_is_in_the_timeline(bench: Bench) -> None:
    bench.begin()
    bench.consent("#refuse")
    assert bench.ending().kind == "refused"
    assert bench.operations == ["authorization_url", "consent"]
    assert "access_denied" in timeline(bench, "Consent")
    bench.window.show_page("signin")


def test_a_redirect_url_elsewhere_is_caught_before_the_network(bench: Bench) -> None:
    bench.begin("https://www.workato.com/oauth/callback")
    bench.consent()
    assert bench.ending().signed_in, bench.ending()


def test_the_trace_tells_links_from_forms(bench: Bench) -> None:
    bench.begin()
    bench.consent()
    assert bench.ending().signed_in, bench.ending()
    asked = [(hop.method, hop.url.partition("?")[0].removeprefix(bench.sandbox.origin)) for hop in bench.trace]
    assert asked[0] == ("GET", "/oauth/authorize"), "where the sign-in begins"
    assert ("form", "/oauth/authorize") in asked, "the button that allows access"


def test_a_link_as_the_last_step(bench: Bench) -> None:
    bench.sandbox.quirks.set(redirect_by="link")
    bench.begin()
    bench.consent()
    bench.click("a[href*=callback]")
    assert bench.ending().signed_in
    assert bench.nothing_left()


def test_a_refusal_is_shown_at_once(bench: Bench) -> None:
    bench.begin()
    bench.consent("#refuse")
    ending = bench.ending()
    assert (ending.kind, ending.error) == ("refused", "access_denied")
    assert "access_denied" in bench.hand.see("signInNotice").accessibleName()
    assert bench.hand.sees("signInStart") and not bench.hand.sees("consentView")
    assert "access_token" not in bench.settings
    assert bench.nothing_left()


WRONG = {
    "another state": ({"state": "wrong"}, "another state"),
    "no state": ({"state": "missing"}, "has no state"),
}


@pytest.mark.parametrize(("quirks", "said"), WRONG.values(), ids=WRONG)
def test_a_reply_that_is_not_ours_is_rejected(bench: Bench, quirks: dict[str, object], said: str) -> None:
    bench.sandbox.quirks.set(**quirks)
    bench.begin()
    bench.consent()
    ending = bench.ending()
    assert ending.kind == "rejected" and said in ending.message
    assert "token_exchange" not in bench.operations, "a code was exchanged"
    assert bench.nothing_left()


def test_stop_ends_it(bench: Bench) -> None:
    bench.begin()
    bench.wait_for_hop("/login")
    bench.hand.click("signInStop")
    assert bench.ending().kind == "cancelled"
    assert not bench.hand.sees("consentView")


def test_stop_before_the_provider_was_asked(bench: Bench) -> None:
    bench.begin()
    bench.page.sign_in.stop()
    assert bench.ending().kind == "cancelled"
    bench.hand.wait(lambda: bench.window.context.jobs.idle, "jobs to end")
    bench.hand.settle(50)
    assert not bench.hand.sees("consentView"), "the browser opened after Stop"


def test_another_connector_ends_it(bench: Bench) -> None:
    bench.begin()
    bench.wait_for_hop("/login")
    bench.window.store.open_text(b"{ title: 'Other' }")
    assert bench.ending().kind == "cancelled"
    assert not bench.page.sign_in.active


def test_the_time_left_is_in_sight(bench: Bench) -> None:
    bench.begin()
    left = bench.hand.see("signInLeft", QLabel)
    bench.hand.wait(lambda: left.text().startswith("4:"), "the time to run")
    bench.hand.click("signInStop")
    bench.hand.wait(lambda: left.text() == "", "the time to stop")


def test_a_provider_that_says_nothing_runs_into_the_time_limit(bench: Bench) -> None:
    bench.page.sign_in.start(bench.here, system_browser=False, seconds=0.4)
    assert bench.ending().kind == "timed_out"
    assert not bench.page.sign_in.active


def test_a_test_that_fails_keeps_the_tokens(bench: Bench) -> None:
    bench.sandbox.quirks.set(drop="api")
    bench.begin()
    bench.consent()
    assert bench.ending().kind == "test_failed"
    assert bench.settings["access_token"]


def test_another_request_during_the_exchange_does_not_hang_the_sign_in(bench: Bench) -> None:
    bench.sandbox.quirks.set(delay=60_000)
    bench.begin()
    bench.consent()
    bench.hand.wait(lambda: bench.window.context.runner.running, "the exchange to begin")
    bench.sandbox.quirks.set(delay=0)
    bench.window.context.runner.start("base_uri", title="Something else")
    assert bench.ending().kind == "failed"
    assert not bench.page.sign_in.active


def test_no_secret_is_told_anywhere(bench: Bench) -> None:
    titles: list[str] = []
    bench.window.windowTitleChanged.connect(titles.append)
    bench.begin()
    bench.click("#sign-in")
    bench.hand.wait(lambda: "/oauth/authorize" in bench.browser.page.url().path(), "the consent page")
    browser = bench.browser
    bench.click("#allow")
    assert bench.ending().signed_in
    token, refresh = str(bench.settings["access_token"]), str(bench.settings["refresh_token"])
    state = bench.page.sign_in.flow.config.state  # type: ignore[union-attr]
    codes = [hop.url for hop in bench.trace if hop.verdict.matches]
    history = [item.url().toString() for item in browser.page.history().items()]
    told = {
        "title": " ".join([bench.window.windowTitle(), *titles]),
        "log": bench.caplog.text,
        "messages": " ".join(f"{one.text} {one.detail}" for one in bench.said),
        "history": " ".join(url for url in history if "/oauth/callback" in url),
        "trace": " ".join([*codes, *(hop.url for hop in bench.trace)]),
        "repr": repr(bench.page.sign_in.flow) + repr(bench.window.store.state.runs),
    }
    for place, text in told.items():
        for secret in (token, refresh, "harbor-demo-secret"):
            assert secret not in text, f"a secret in {place}"
    for place in ("title", "log", "messages", "trace"):
        assert state not in told[place], f"the state in {place}"
    assert token not in " ".join(history) and not told["history"]


def test_two_sign_ins_of_two_connectors_share_no_cookies(bench: Bench) -> None:
    bench.sign_in()
    bench.begin()
    bench.click("#allow")
    assert bench.ending().signed_in, "the browser of one connector stays signed in at the provider"
    bench.window.store.open_text(bench.window.store.state.document.source + b"# another\n")
    bench.use(
        host=bench.sandbox.origin,
        start=bench.sandbox.origin,
        client_id="harbor-crm",
        client_secret="harbor-demo-secret",
    )
    bench.begin()
    bench.click("#sign-in")
    bench.click("#allow")
    assert bench.ending().signed_in


def test_the_trace_blames_no_page_for_a_redirect_that_was_caught(bench: Bench) -> None:
    bench.sandbox.quirks.set(lookalikes=True)
    bench.sign_in()
    bench.hand.settle(100)
    assert [hop.url for hop in bench.trace if hop.failure] == []


def test_another_connector_starts_with_a_clean_page(bench: Bench) -> None:
    bench.sign_in()
    bench.window.store.open_text(bench.window.store.state.document.source + b"# another\n")
    assert bench.page.sign_in.flow is None
    assert not bench.hand.sees("signInStep.authorize") and not bench.hand.sees("signInNotice")
