"""Replies that are not ours and pages that try things: each is refused, says why, and no code is used."""

from __future__ import annotations

import pytest

from designer.oauth import Exchanged, FormPosted, Refuse, Started
from tests.oauth.conversation import (
    CODE,
    REDIRECT,
    STATE,
    allowed,
    callback,
    ending,
    exchanging,
    go,
    no_code,
    waiting,
)

ISSUER = "https://login.example.com"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (callback(code=CODE, state="another"), "another state"),
        (callback(code=CODE, state=STATE.upper()), "another state"),
        (callback(code=CODE, state=STATE + "0"), "another state"),
        (callback(code=CODE, state="état"), "another state"),
        (callback(code=CODE), "no state"),
        (callback(code=CODE, state=""), "no state"),
        (f"{callback(code=CODE, state=STATE)}&state={STATE}", "state more than once"),
        (f"{callback(code=CODE, state=STATE)}&code=other", "code more than once"),
        (callback(state=STATE), "neither a code nor an error"),
        (REDIRECT, "no state"),
        (f"{REDIRECT}#access_token=t&state={STATE}", "implicit grant"),
        (callback(error="access_denied", state="another"), "another state"),
    ],
)
def test_a_reply_that_is_not_ours(url: str, why: str) -> None:
    flow = waiting()
    commands = go(flow, url)
    assert not allowed(commands)
    assert no_code(commands)
    assert why in ending(commands).message
    # The sign-in is over: the right reply no longer helps whoever sent the wrong one.
    assert no_code(go(flow, callback(code=CODE, state=STATE)))


@pytest.mark.parametrize(
    ("announced", "iss", "why"),
    [
        (True, "https://evil.example", "comes from https://evil.example"),
        (False, "https://evil.example", "comes from https://evil.example"),
        (True, f"{ISSUER}/", f"comes from {ISSUER}/"),
        (True, None, "does not name its issuer"),
    ],
)
def test_another_issuer(announced: bool, iss: str | None, why: str) -> None:
    flow = waiting(issuer=ISSUER, issuer_announced=announced)
    given = {"code": CODE, "state": STATE} | ({"iss": iss} if iss else {})
    commands = go(flow, callback(**given))
    assert no_code(commands)
    assert why in ending(commands).message


@pytest.mark.parametrize(("announced", "iss"), [(True, ISSUER), (False, ISSUER), (False, None)])
def test_the_right_issuer_passes(announced: bool, iss: str | None) -> None:
    flow = waiting(issuer=ISSUER, issuer_announced=announced)
    given = {"code": CODE, "state": STATE} | ({"iss": iss} if iss else {})
    assert not no_code(go(flow, callback(**given)))


def test_an_issuer_that_nobody_knew_before_is_called_unverified() -> None:
    flow = waiting()
    go(flow, callback(code=CODE, state=STATE, iss="https://who.example"))
    assert "https://who.example not verified" in flow.step("code").detail


def test_a_code_is_used_once() -> None:
    flow = exchanging()
    commands = go(flow, callback(code=CODE, state=STATE))
    assert not allowed(commands)
    assert no_code(commands)
    assert isinstance(commands[0], Refuse)
    assert "used once" in commands[0].why
    assert not commands[0].caught
    # The first exchange goes on undisturbed.
    assert flow.ending is None
    assert flow.handle(Exchanged({"access_token": "at"}))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.workato.com/oauth/callback-evil?code=c&state=s",
        "https://www.workato.com/oauth/callback/x?code=c&state=s",
        "https://www.workato.com:8443/oauth/callback?code=c&state=s",
        "http://www.workato.com/oauth/callback?code=c&state=s",
        "https://www.workato.com.evil.example/oauth/callback?code=c&state=s",
        "https://evil.example/www.workato.com/oauth/callback?code=c&state=s",
    ],
)
def test_a_callback_look_alike_takes_nothing(url: str) -> None:
    flow = waiting()
    commands = go(flow, url.replace("code=c", f"code={CODE}").replace("state=s", f"state={STATE}"))
    assert no_code(commands)
    assert flow.ending is None
    assert flow.trace[-1].verdict.resembles
    assert flow.trace[-1].verdict.reason


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://www.workato.com@evil.example/oauth/callback?code=c", "the real host is evil.example"),
        ("https://www.workato.com:443@evil.example/oauth/callback", "the real host is evil.example"),
        ("javascript:alert(document.cookie)", "never opened"),
        ("JavaScript:alert(1)", "never opened"),
        ("file:///etc/passwd", "of the kind file:"),
        ("qrc:/x", "of the kind qrc:"),
        ("chrome://settings", "of the kind chrome:"),
        ("view-source:https://a.example", "of the kind view-source:"),
        ("ms-msdt:/id", "of the kind ms-msdt:"),
        ("mailto:a@b.example", "of the kind mailto:"),
        ("data:text/html,<script>1</script>", "no origin to trust"),
    ],
)
def test_addresses_that_are_not_opened(url: str, why: str) -> None:
    flow = waiting()
    commands = go(flow, url)
    assert not allowed(commands)
    assert isinstance(commands[0], Refuse)
    assert why in commands[0].why
    assert flow.trace[-1].failure == commands[0].why
    assert flow.ending is None


def test_a_frame_cannot_bring_the_reply() -> None:
    flow = waiting()
    commands = go(flow, callback(code=CODE, state=STATE), is_main_frame=False)
    assert not allowed(commands)
    assert no_code(commands)
    assert "frame" in commands[0].why  # type: ignore[union-attr]
    assert flow.ending is None


def test_a_frame_cannot_post_the_reply() -> None:
    flow = waiting()
    commands = flow.handle(FormPosted(REDIRECT, f"code={CODE}&state={STATE}", is_main_frame=False))
    assert no_code(commands)
    assert flow.ending is None


def test_a_form_posted_elsewhere_is_not_read() -> None:
    flow = waiting()
    commands = flow.handle(FormPosted("https://www.workato.com/oauth/callback-evil", f"code={CODE}&state={STATE}"))
    assert no_code(commands)
    assert flow.ending is None


def test_a_reply_before_the_start_is_nobodys() -> None:
    from designer.oauth import Flow
    from tests.oauth.conversation import CONFIG

    flow = Flow(CONFIG)
    commands = go(flow, callback(code=CODE, state=STATE))
    assert no_code(commands)
    assert not allowed(commands)
    assert flow.handle(Started())


def test_starting_twice_opens_one_window() -> None:
    assert waiting().handle(Started()) == ()


def test_nothing_is_opened_after_the_end() -> None:
    flow = waiting()
    go(flow, callback(error="access_denied", state=STATE))
    assert not allowed(go(flow, "https://login.example.com/more"))


@pytest.mark.parametrize("given", [{"code": CODE, "state": "another"}, {"code": CODE}, {}])
def test_a_stranger_at_the_listener_cannot_end_the_sign_in(given: dict[str, str]) -> None:
    flow = waiting()
    commands = go(flow, callback(**given), from_listener=True)
    assert no_code(commands)
    assert not allowed(commands)
    assert flow.ending is None
    assert not no_code(go(flow, callback(code=CODE, state=STATE), from_listener=True))


def test_a_thousand_parameters_are_not_believed() -> None:
    flow = waiting()
    many = "&".join(f"p{number}=x" for number in range(1000))
    commands = go(flow, f"{REDIRECT}?code={CODE}&state={STATE}&{many}")
    assert no_code(commands)
    assert flow.ending is not None
