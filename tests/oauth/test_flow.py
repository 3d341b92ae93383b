"""The sign-in as a conversation: what happens, what is asked for, what the five steps say."""

from __future__ import annotations

import pytest

from designer.oauth import (
    ExchangeCode,
    Exchanged,
    ExchangeFailed,
    Flow,
    FormPosted,
    Loaded,
    Navigated,
    OpenBrowser,
    Refuse,
    RunTest,
    Started,
    Store,
    TestFailed,
    TestPassed,
    TimedOut,
    WindowClosed,
)
from designer.oauth.request import parameters_of
from tests.oauth.conversation import (
    CODE,
    CONFIG,
    PKCE,
    REDIRECT,
    STATE,
    VERIFIER,
    allowed,
    callback,
    ending,
    exchanging,
    go,
    statuses,
    waiting,
)


def test_from_the_first_click_to_a_green_test() -> None:
    flow = Flow(CONFIG)
    assert statuses(flow) == "authorize:pending consent:pending code:pending tokens:pending test:pending"

    (opened,) = flow.handle(Started())
    assert isinstance(opened, OpenBrowser)
    assert parameters_of(opened.url) == {
        "client_id": "harbor",
        "code_challenge": PKCE.challenge,
        "code_challenge_method": "S256",
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "read",
        "state": STATE,
    }
    assert statuses(flow) == "authorize:done consent:now code:pending tokens:pending test:pending"

    assert allowed(go(flow, opened.url))
    assert allowed(go(flow, "https://login.example.com/password"))

    answer = go(flow, callback(code=CODE, state=STATE))
    assert isinstance(answer[0], Refuse)
    assert answer[0].caught
    assert answer[1:] == (ExchangeCode(CODE, REDIRECT, VERIFIER),)
    assert statuses(flow) == "authorize:done consent:done code:done tokens:now test:pending"

    tokens = {"access_token": "at", "refresh_token": "rt"}
    assert flow.handle(Exchanged(tokens, extra={"host": "eu"})) == (Store(tokens, {"host": "eu"}), RunTest())
    assert statuses(flow) == "authorize:done consent:done code:done tokens:done test:now"

    said = ending(flow.handle(TestPassed()))
    assert said.kind == "signed_in"
    assert said.signed_in
    assert statuses(flow) == "authorize:done consent:done code:done tokens:done test:done"
    assert flow.notes == ()


@pytest.mark.parametrize("where", ["query", "fragment", "form"])
def test_the_reply_is_read_wherever_it_stands(where: str) -> None:
    flow = waiting()
    pairs = f"code={CODE}&state={STATE}"
    event: Navigated | FormPosted = {
        "query": Navigated(f"{REDIRECT}?{pairs}"),
        "fragment": Navigated(f"{REDIRECT}#{pairs}"),
        "form": FormPosted(REDIRECT, pairs),
    }[where]
    commands = flow.handle(event)
    assert not allowed(commands)
    assert commands[1] == ExchangeCode(CODE, REDIRECT, VERIFIER)
    assert where in flow.step("code").detail
    assert flow.trace[-1].carried == f"code, state in the {where}"


def test_a_fragment_of_the_providers_own_does_not_hide_the_query() -> None:
    commands = go(waiting(), f"{callback(code=CODE, state=STATE)}#_=_")
    assert commands[1] == ExchangeCode(CODE, REDIRECT, VERIFIER)


def test_a_form_post_is_announced_by_a_navigation_that_must_not_leave() -> None:
    flow = waiting()
    commands = flow.handle(Navigated(REDIRECT, method="POST"))
    assert not allowed(commands)
    assert flow.ending is None
    commands = flow.handle(FormPosted(REDIRECT, f"code={CODE}&state={STATE}"))
    assert commands[1] == ExchangeCode(CODE, REDIRECT, VERIFIER)


def test_a_307_repeats_the_consent_forms_body_and_has_the_reply_in_the_url() -> None:
    commands = waiting().handle(FormPosted(callback(code=CODE, state=STATE), "decision=allow"))
    assert commands[1] == ExchangeCode(CODE, REDIRECT, VERIFIER)


def test_a_reply_in_the_form_counts_before_one_in_the_url() -> None:
    commands = waiting().handle(FormPosted(callback(code="decoy", state=STATE), f"code={CODE}&state={STATE}"))
    assert commands[1] == ExchangeCode(CODE, REDIRECT, VERIFIER)


def test_an_intermediate_code_is_not_ours() -> None:
    flow = waiting()
    assert allowed(go(flow, f"https://login.example.com/step?code={CODE}&state={STATE}"))
    hop = flow.trace[-1]
    assert hop.verdict.resembles
    assert hop.verdict.reason == "the host is login.example.com, not www.workato.com"
    assert statuses(flow) == "authorize:done consent:now code:pending tokens:pending test:pending"


def test_the_login_page_of_the_callbacks_own_host_is_not_the_callback() -> None:
    flow = waiting()
    assert allowed(go(flow, "https://www.workato.com/oauth/callback-login?code=decoy&state=x"))
    assert allowed(go(flow, "https://www.workato.com/users/sign_in"))
    assert flow.ending is None


def test_a_refused_consent_ends_at_once_and_is_explained() -> None:
    flow = waiting()
    commands = go(
        flow,
        callback(
            error="access_denied", error_description="The user said no", error_uri="https://e.example", state=STATE
        ),
    )
    assert not allowed(commands)
    said = ending(commands)
    assert said.kind == "refused"
    assert said.error == "access_denied"
    assert said.error_uri == "https://e.example"
    assert "The user said no" in said.message
    assert said.hint
    assert flow.step("consent").status == "failed"


def test_an_error_of_set_up_is_not_called_a_refusal() -> None:
    said = ending(go(waiting(), callback(error="invalid_scope", state=STATE)))
    assert said.kind == "failed"
    assert "scope" in said.message


def test_an_error_without_state_is_shown_all_the_same() -> None:
    flow = waiting()
    assert ending(go(flow, callback(error="server_error"))).error == "server_error"
    assert any("without state" in note for note in flow.notes)


def test_closing_the_window_ends_the_sign_in() -> None:
    flow = waiting()
    assert ending(flow.handle(WindowClosed())).kind == "cancelled"
    assert flow.handle(TimedOut(60)) == ()


def test_stopping_is_not_closing_and_a_page_that_did_not_load_is_named() -> None:
    assert ending(waiting().handle(WindowClosed(stopped=True))).message == (
        "The sign-in was stopped before the provider answered."
    )
    flow = waiting()
    address = "https://auth.example.com/gone"
    flow.handle(Navigated(address))
    flow.handle(Loaded(address, failure="refused"))
    said = ending(flow.handle(WindowClosed(stopped=True)))
    assert said.message == "The sign-in was stopped: the provider's page did not load."
    assert flow.step("consent").detail == "The sign-in was stopped. The page did not load: refused"


def test_a_time_out_names_the_redirect_url_to_register() -> None:
    said = ending(waiting().handle(TimedOut(180)))
    assert said.kind == "timed_out"
    assert "180" in said.message
    assert REDIRECT in said.hint


def test_closing_the_window_after_the_code_does_no_harm() -> None:
    flow = exchanging()
    assert flow.handle(WindowClosed()) == ()
    assert flow.handle(TimedOut(180)) == ()
    assert flow.ending is None


def test_a_failed_exchange_is_explained() -> None:
    flow = exchanging()
    body = '{"error":"invalid_grant","error_description":"redirect_uri does not match"}'
    said = ending(flow.handle(ExchangeFailed("400 Bad Request", 400, body)))
    assert said.kind == "failed"
    assert said.error == "invalid_grant"
    assert "redirect URL" in said.message
    assert flow.step("tokens").status == "failed"


def test_a_failed_exchange_without_an_error_code_says_what_the_engine_said() -> None:
    said = ending(exchanging().handle(ExchangeFailed("undefined method", line=12)))
    assert said.message == "The code could not be exchanged: undefined method (line 12)"


def test_200_with_an_error_body_is_a_failure() -> None:
    flow = exchanging()
    commands = flow.handle(Exchanged({"error": "bad_verification_code", "error_description": "expired"}))
    said = ending(commands)
    assert "200 with an error" in said.message
    assert not any(isinstance(command, Store) for command in commands)


def test_a_reply_without_access_token_is_stored_and_noted() -> None:
    flow = exchanging()
    commands = flow.handle(Exchanged({"api_token": "t"}))
    assert commands == (Store({"api_token": "t"}, {}), RunTest())
    assert any("no access_token" in note for note in flow.notes)


def test_a_red_test_still_means_signed_in() -> None:
    flow = exchanging()
    flow.handle(Exchanged({"access_token": "at"}))
    said = ending(flow.handle(TestFailed("404 Not Found", line=40)))
    assert said.kind == "test_failed"
    assert said.signed_in
    assert "line 40" in said.message
    assert flow.step("test").status == "failed"


def test_without_a_test_the_tokens_are_the_end() -> None:
    flow = exchanging(run_test=False)
    commands = flow.handle(Exchanged({"access_token": "at"}))
    assert ending(commands).kind == "signed_in"
    assert flow.step("test").status == "pending"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "must be absolute"),
        ("/authorize", "must be absolute"),
        ("javascript:alert(1)", "must be absolute"),
        ("file:///etc/passwd", "must be absolute"),
        ("https://login.example.com:x/", "Ruby can read"),
    ],
)
def test_an_authorization_url_that_is_none(url: str, message: str) -> None:
    flow = waiting_to_start(authorization_url=url)
    assert message in ending(flow.handle(Started())).message
    assert flow.step("authorize").status == "failed"


def test_a_redirect_url_that_is_none() -> None:
    assert "fragment" in ending(waiting_to_start(redirect_uri=f"{REDIRECT}#x").handle(Started())).message


def test_what_the_author_wrote_into_the_url_wins_and_is_noted() -> None:
    own = "http://localhost:45555/oauth/callback"
    url = f"https://login.example.com/authorize?redirect_uri={own}&client_id=mine"
    flow = waiting(authorization_url=url)
    assert flow.redirect_uri == own
    notes = " ".join(flow.notes)
    for word in ("own redirect_uri", "own client_id", "no response_type"):
        assert word in notes
    # The chosen redirect URL is not the callback of this sign-in any more.
    assert allowed(go(flow, callback(code=CODE, state=STATE)))
    commands = go(flow, callback(own, code=CODE, state=STATE))
    assert commands[1] == ExchangeCode(CODE, own, VERIFIER)


def test_a_state_written_into_the_url_is_noted_and_compared() -> None:
    flow = waiting(authorization_url="https://login.example.com/authorize?response_type=code&state=fixed")
    assert any("own state" in note for note in flow.notes)
    assert go(flow, callback(code=CODE, state="fixed"))[1] == ExchangeCode(CODE, REDIRECT, VERIFIER)


def test_an_empty_state_is_refused_before_anything_is_opened() -> None:
    flow = waiting_to_start(authorization_url="https://login.example.com/authorize?state=")
    assert "empty state" in ending(flow.handle(Started())).message


def test_the_trace_keeps_every_hop_and_no_secret() -> None:
    flow = waiting()
    go(flow, "https://login.example.com/authorize?client_id=harbor")
    flow.handle(Loaded("https://login.example.com/authorize?client_id=harbor", 200, cookies=("sid",)))
    go(flow, f"https://login.example.com/step?code={CODE}")
    go(flow, callback(code=CODE, state=STATE))
    assert [hop.allowed for hop in flow.trace] == [True, True, False]
    assert flow.trace[0].status == 200
    assert flow.trace[0].cookies == ("sid",)
    shown = repr(flow.trace) + repr(flow.steps)
    assert CODE not in shown
    assert STATE not in shown


def test_a_page_that_does_not_load_says_so_and_waits() -> None:
    flow = waiting()
    go(flow, "https://login.example.com/authorize")
    flow.handle(Loaded("https://login.example.com/authorize", failure="name not found"))
    assert flow.step("consent").detail == "The page did not load: name not found"
    assert flow.step("consent").status == "now"
    assert flow.trace[0].failure == "name not found"


def test_no_secret_shows_in_events_and_commands() -> None:
    flow = exchanging()
    commands = flow.handle(Exchanged({"access_token": "very-secret"}, extra={"key": "very-secret"}))
    shown = repr((flow.config, commands, Exchanged({"a": "very-secret"}), ExchangeCode(CODE, REDIRECT, VERIFIER)))
    shown += repr((Navigated(callback(code=CODE)), FormPosted(REDIRECT, f"code={CODE}")))
    for secret in ("very-secret", CODE, VERIFIER, STATE):
        assert secret not in shown


def waiting_to_start(**changes: str) -> Flow:
    from dataclasses import replace

    return Flow(replace(CONFIG, **changes))  # type: ignore[arg-type]
