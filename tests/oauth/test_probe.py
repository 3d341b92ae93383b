"""Probing a token endpoint, as the conversation it is: what is tried, what comes back, what follows."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from designer.oauth.probe import Attempt, Conclusion, ProbeConfig, ProbeReply, conversation, request_of

SECRET = "s3cr:t &/ü"
CODE = ProbeConfig("authorization_code", "client", SECRET, redirect_uri="http://127.0.0.1/oauth/callback")
CREDENTIALS = ProbeConfig("client_credentials", "client", SECRET, scope="read write")


def error(code: str, status: int = 400, description: str = "") -> ProbeReply:
    return ProbeReply(status, json.dumps({"error": code, "error_description": description}))


TOKEN = ProbeReply(200, '{"access_token": "a", "token_type": "Bearer"}')


def probe(config: ProbeConfig, provider: Callable[[Attempt], ProbeReply]) -> Conclusion:
    talk = conversation(config)
    attempt = next(talk)
    while True:
        try:
            attempt = talk.send(provider(attempt))
        except StopIteration as over:
            assert isinstance(over.value, Conclusion)
            return over.value


def tried(conclusion: Conclusion) -> list[str]:
    return [answer.attempt.title for answer in conclusion.answers]


@pytest.mark.parametrize("client", ["basic", "body"])
@pytest.mark.parametrize("format", ["form", "json"])
@pytest.mark.parametrize("scope", [True, False])
def test_finds_the_one_combination_that_works(client: str, format: str, scope: bool) -> None:
    def provider(attempt: Attempt) -> ProbeReply:
        if attempt.format != format:
            return error("invalid_request")
        if attempt.client != client:
            return error("invalid_client", 401)
        return TOKEN if attempt.scope == scope else error("invalid_scope")

    found = probe(CREDENTIALS, provider)
    assert found.found == Attempt(client, format, scope)
    assert found.answers[-1].kind == "works" and all(one.kind != "works" for one in found.answers[:-1])


def test_stops_at_the_first_that_works() -> None:
    assert tried(probe(CREDENTIALS, lambda _attempt: TOKEN)) == ["Basic header · form · with scope"]


def test_a_made_up_code_tells_that_the_client_was_recognised() -> None:
    def provider(attempt: Attempt) -> ProbeReply:
        good = attempt.client == "body" and not attempt.control
        return error("invalid_grant") if good else error("invalid_client", 401)

    found = probe(CODE, provider)
    assert found.found == Attempt("body", "form", False)
    assert tried(found)[-1] == "client in the body · form · wrong secret"


def test_a_provider_that_does_not_look_at_the_client_is_found_out() -> None:
    found = probe(CODE, lambda _attempt: error("invalid_grant"))
    assert found.found is None and "does not tell" in found.title
    assert len(found.answers) == 2


def test_a_grant_that_is_not_open_to_the_client_still_tells_the_combination() -> None:
    found = probe(
        CREDENTIALS, lambda attempt: error("invalid_client", 401) if attempt.control else error("unauthorized_client")
    )
    assert found.found is not None and "not open to it" in found.text


def test_a_wrong_client_is_told_as_one() -> None:
    found = probe(CREDENTIALS, lambda _attempt: error("invalid_client", 401))
    assert found.found is None and len(found.answers) == 8 and "client ID and secret" in found.text


def test_what_is_no_token_endpoint_is_told_as_one() -> None:
    found = probe(CODE, lambda _attempt: ProbeReply(200, "<h1>Welcome</h1>"))
    assert found.found is None and "token endpoint" in found.text


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (ProbeReply(429), "slow down"),
        (ProbeReply(404, "<h1>no</h1>"), "no token endpoint"),
        (ProbeReply(302), "elsewhere"),
        (ProbeReply(0, "auth.example.com refused the connection."), "refused the connection"),
    ],
)
def test_nothing_more_is_tried_where_it_could_do_harm(reply: ProbeReply, why: str) -> None:
    found = probe(CREDENTIALS, lambda _attempt: reply)
    assert len(found.answers) == 1 and why in found.text


def test_a_200_with_an_error_inside_does_not_work() -> None:
    found = probe(CREDENTIALS, lambda _attempt: error("invalid_client", 200))
    assert found.found is None


@pytest.mark.parametrize("body", ["access_token=a&token_type=bearer", '{"access_token": "a"}'])
def test_a_token_in_either_encoding_counts(body: str) -> None:
    assert probe(CREDENTIALS, lambda _attempt: ProbeReply(200, body)).found is not None


def test_what_is_sent_in_a_form() -> None:
    headers, body = request_of(CREDENTIALS, Attempt("body", "form", True))
    assert dict(headers)["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["read write"],
        "client_id": ["client"],
        "client_secret": [SECRET],
    }


def test_what_is_sent_as_json_with_a_basic_header() -> None:
    headers, body = request_of(CODE, Attempt("basic", "json", False))
    assert set(json.loads(body)) == {"grant_type", "code", "redirect_uri"}
    pair = base64.b64decode(dict(headers)["Authorization"].removeprefix("Basic ")).decode()
    assert pair == "client:s3cr%3At+%26%2F%C3%BC"


def test_the_control_does_not_carry_the_secret() -> None:
    for client in ("basic", "body"):
        headers, body = request_of(CODE, Attempt(client, "form", False, control=True))
        real = request_of(CODE, Attempt(client, "form", False))
        assert (headers, body) != real


def test_a_provider_that_repeats_the_secret_does_not_get_it_shown() -> None:
    found = probe(CREDENTIALS, lambda _attempt: error("invalid_client", 401, f"bad secret {SECRET}"))
    assert SECRET not in repr(found) and "•••" in found.answers[0].words
    assert SECRET not in repr(CREDENTIALS)
