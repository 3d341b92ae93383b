"""Each failure is told once, as text, and with the way out."""

from __future__ import annotations

from typing import Any

import pytest

from designer.cli import story
from designer.wire import Call, Outcome, ScriptedTransport, WireRequest, WireResponse, run
from designer.wire.failures import ending, hint_of, readable, told_steps, way_out
from designer.wire.transport import TransportError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 12
CONNECTOR = b"""{
  title: 'T',
  connection: {
    authorization: { type: 'basic_auth', credentials: lambda { |c| user(c['name']); password(c['pass']) } }
    %s
  },
  test: lambda { |c| get('https://a.example/x') }
}"""
BASE = b", base_uri: lambda { |c| 'https://a.example/' }"


def outcome_of(
    reply: WireResponse | TransportError, settings: dict[str, Any] | None = None, base: bytes = BASE
) -> Outcome:
    def server(_request: WireRequest) -> WireResponse:
        if isinstance(reply, TransportError):
            raise reply
        return reply

    given = {"name": "u", "pass": "p"} if settings is None else settings
    return run(Call(CONNECTOR % base, "test", settings=given), ScriptedTransport(server))


def message(outcome: Outcome) -> str:
    assert outcome.error is not None
    return str(outcome.error["message"])


def test_what_is_no_text_is_counted() -> None:
    outcome = outcome_of(WireResponse(200, "OK", (("Content-Type", "image/png"),), PNG))
    told = readable(message(outcome))
    assert told.startswith("unexpected token at '") and told.endswith("characters that are no text)")
    assert told.isprintable() and len(told) < 100
    assert message(outcome) != told  # programs get Ruby's words
    assert way_out(outcome) == (
        "The server answered with image/png where JSON was asked for. response_format_raw takes it as it is."
    )


def test_a_page_in_place_of_json_may_be_a_login() -> None:
    outcome = outcome_of(WireResponse(200, "OK", (("Content-Type", "text/html"),), b"<html><h1>Login</h1></html>"))
    assert readable(message(outcome)) == "unexpected token at '<html><h1>Login</h1></html>'"
    assert "often a login" in way_out(outcome)
    wrong = outcome_of(WireResponse(200, "OK", (("Content-Type", "application/json"),), b"{oops"))
    assert way_out(wrong).startswith(
        "The server answered with application/json that is none where JSON was asked for. "
    )
    login = outcome_of(WireResponse(200, "OK", (("Content-Type", "application/json"),), b"\n<!DOCTYPE html><p>Log in"))
    assert "often a login" in way_out(login)


def test_text_is_left_as_it_is_and_cut_where_it_is_long() -> None:
    assert readable("Müller — «ok»\n\tnext") == "Müller — «ok»\n\tnext"
    assert readable("unexpected token at 'M�ller caf�'") == "unexpected token at 'M�ller caf�'"
    assert readable("x" * 1500) == "x" * 1000 + "… (500 characters more)"


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"pass": "p"}, "name has no value"), ({"name": None, "pass": "p"}, "name has no value")],
)
def test_an_empty_user_name_names_its_setting(settings: dict[str, Any], named: str) -> None:
    outcome = outcome_of(WireResponse(200, "OK", (), b"{}"), settings)
    assert "component depends user component" in message(outcome)
    assert named in way_out(outcome)


def test_no_url_asks_for_one() -> None:
    args = {"verb": "GET", "url": "", "chain": []}
    call = Call(CONNECTOR % b"", "request", args, settings={"name": "u", "pass": "p"})
    outcome = run(call, ScriptedTransport(lambda _: WireResponse(200, "", (), b"")))
    assert way_out(outcome, args) == "Enter a URL."
    assert way_out(outcome, {**args, "url": "x"}) == ""


def test_a_refused_connection_is_told_once_and_says_nothing_of_a_refresh() -> None:
    outcome = outcome_of(
        TransportError(
            "connect", "a.example:443 refused the connection.", "Nothing listens at this port.", arrived=False
        )
    )
    kinds = [step.kind for step in told_steps(outcome)]
    assert kinds.count("error") == 1 and "signal" not in kinds
    assert hint_of(outcome, 0) == "Nothing listens at this port."
    end = ending(outcome)
    assert end is not None and end not in told_steps(outcome)


def moved(status: int, *headers: tuple[str, str]) -> WireResponse:
    return WireResponse(status, "Moved", headers, b"")


def test_a_redirect_at_which_a_request_ends_says_why() -> None:
    circle = outcome_of(moved(302, ("Location", "/x")))
    assert len(circle.exchanges) == 11
    assert way_out(circle) == (
        "10 redirects in a row were followed, and the SDK follows no more. Do they lead in a circle?"
    )
    assert way_out(outcome_of(moved(302))) == "The 302 names no place to go to: it has no Location."
    assert way_out(outcome_of(moved(308, ("Location", "/y")))).startswith("The SDK does not follow 308. ")
    args = {"verb": "post", "url": "x"}
    call = Call(CONNECTOR % BASE, "request", args, settings={"name": "u", "pass": "p"})
    posted = run(call, ScriptedTransport(lambda _: moved(307, ("Location", "/y"))))
    assert way_out(posted, args) == (
        "The SDK follows 307 for GET and HEAD alone. follow_redirection follows it, ignore_redirection takes it as "
        "the reply."
    )
    assert way_out(outcome_of(moved(500))) == ""


@pytest.mark.parametrize(("status", "told"), [(401, True), (302, False), (429, False), (500, False)])
def test_only_a_refusal_of_credentials_that_nothing_renews_says_so(status: int, told: bool) -> None:
    outcome = outcome_of(moved(status))
    assert any(step.title.startswith("No refresh") for step in outcome.steps) is told


def test_a_request_whose_connection_broke_says_why_it_is_sent_once_more() -> None:
    outcome = outcome_of(TransportError("closed", "The server closed the connection.", arrived=True))
    assert len(outcome.exchanges) == 2
    notes = [step.title for step in outcome.steps if step.kind == "note"]
    assert notes == ["Sent once more: Net::HTTP repeats a GET whose connection broke"]
    assert [step.kind for step in told_steps(outcome)].count("note") == 1
    slow = outcome_of(TransportError("timeout", "The server did not answer.", arrived=True))
    assert not [step for step in slow.steps if step.kind == "note"]


def test_a_successful_run_loses_no_step() -> None:
    outcome = outcome_of(WireResponse(200, "OK", (), b"{}"))
    assert told_steps(outcome) == outcome.steps and way_out(outcome) == ""


def test_the_terminal_takes_no_bytes_of_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    from designer.cli.console import Console

    outcome = outcome_of(WireResponse(200, "OK", (("Content-Type", "image/png"),), PNG))
    for verbose in (False, True):
        story.tell(outcome, {}, Console.standard(verbose=verbose))
        told = capsys.readouterr()
        assert all(char.isprintable() or char == "\n" for char in told.err + told.out)
        assert "response_format_raw" in told.err and len(told.err) < 2500
