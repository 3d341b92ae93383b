"""What the runs of a connector mean to the sign-in that asked for them."""

from __future__ import annotations

from typing import Any

import pytest

from designer.oauth import Exchanged, ExchangeFailed, Metadata, Preparation, TestFailed, TestPassed, outcomes
from designer.wire import Outcome

BEFORE = {"host": "https://crm.example", "client_id": "harbor"}


def outcome(result: object = None, error: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> Outcome:
    return Outcome(result, error, (), after)


def test_tokens_are_told_from_what_else_the_exchange_changed() -> None:
    reply = {"access_token": "at", "expires_in": 3600, "instance_url": "https://eu.crm.example", "host": BEFORE["host"]}
    after = {**BEFORE, **reply, "region": "eu"}
    event = outcomes.exchanged(outcome(reply, after=after), BEFORE)
    assert isinstance(event, Exchanged)
    assert event.tokens == {"access_token": "at", "expires_in": 3600}
    # What the reply names is kept though it says what was known; what stayed as it was is not.
    assert event.extra == {
        "instance_url": "https://eu.crm.example",
        "host": BEFORE["host"],
        "region": "eu",
    }


def test_a_reply_that_is_no_hash_brings_nothing() -> None:
    assert outcomes.exchanged(outcome("<html>", after=dict(BEFORE)), BEFORE) == Exchanged({})


@pytest.mark.parametrize(
    ("body", "told"), [('{"error":"invalid_grant"}', '{"error":"invalid_grant"}'), ({"$base64": ""}, "")]
)
def test_a_failed_exchange_says_where_and_what_came(body: object, told: str) -> None:
    error = {"class": "RestClient::BadRequest", "message": "400", "http_code": 400, "http_body": body, "line": 7}
    assert outcomes.exchanged(outcome(error=error), BEFORE) == ExchangeFailed("400", 400, told, 7)


def test_the_test_passed_or_says_at_which_line_it_did_not() -> None:
    assert outcomes.tested(outcome({"id": 1})) == TestPassed()
    failed = outcome(error={"class": "RuntimeError", "message": "no such user", "line": 31})
    assert outcomes.tested(failed) == TestFailed("no such user", 31)


@pytest.mark.parametrize(
    ("endpoint", "issuer"),
    [
        ("https://login.example/authorize", "https://login.example"),
        ("https://login.example/other", None),
        ("http://login.example/authorize", None),
        (None, None),
    ],
)
def test_replies_are_held_to_the_issuer_of_the_provider_that_was_asked(
    endpoint: str | None, issuer: str | None
) -> None:
    prepared = Preparation(outcome(), "https://login.example/authorize?scope=read", "harbor")
    found = Metadata("https://login.example", authorization_endpoint=endpoint, issuer_in_reply=True)
    config = prepared.config("https://www.workato.com/oauth/callback", "s-1", found)
    assert (config.issuer, config.issuer_announced) == (issuer, issuer is not None)
    assert (config.client_id, config.state, config.pkce) == ("harbor", "s-1", None)
    assert prepared.config("https://www.workato.com/oauth/callback", "s-1").issuer is None
