"""Errors of providers get a meaning and a way out."""

from __future__ import annotations

import re

import pytest

from designer import facts
from designer.oauth import explain
from designer.oauth.reply import error_in

# RFC 6749 §4.1.2.1 and §5.2
SPECIFIED = {
    "authorize": [
        "invalid_request",
        "unauthorized_client",
        "access_denied",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
    ],
    "token": [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ],
}


@pytest.mark.parametrize(("at", "code"), [(at, code) for at, codes in SPECIFIED.items() for code in codes])
def test_every_specified_code_is_explained(at: str, code: str) -> None:
    told = explain(code, at=at)
    assert told.source.startswith("RFC 6749")
    assert told.meaning.endswith(".")
    assert told.advice


def test_the_same_code_means_another_thing_at_the_token_endpoint() -> None:
    assert explain("invalid_request", at="authorize").meaning != explain("invalid_request", at="token").meaning


def test_a_number_in_the_description_says_more_than_the_code() -> None:
    told = explain("invalid_request", "AADSTS50011: The redirect URI specified in the request does not match")
    assert told.source == "Microsoft Entra"
    assert "not registered" in told.meaning


@pytest.mark.parametrize(
    "description",
    [
        "redirect_uri mismatch",
        "The redirect uri is not valid",
        "redirect_uri does not match",
        "Redirect URL not allowed",
    ],
)
def test_redirect_mismatches_are_known_in_any_wording(description: str) -> None:
    assert "redirect URL" in explain("invalid_grant", description, at="token").meaning


def test_an_unknown_code_still_gets_an_explanation() -> None:
    told = explain("E_4711")
    assert "E_4711" in told.meaning
    assert told.advice


def test_the_table_is_in_order() -> None:
    table = facts.table("oauth_errors")
    for entry in table["description"]:
        re.compile(entry["pattern"])
    places = [(entry["code"], entry.get("at")) for entry in table["error"]]
    assert len(places) == len(set(places))
    for entry in [*table["error"], *table["description"]]:
        assert entry["meaning"].endswith(".")
        assert entry["source"]
        assert entry.keys() <= {"code", "pattern", "at", "source", "refusal", "meaning", "advice"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"error":"invalid_grant","error_description":"gone"}', ("invalid_grant", "gone")),
        ("error=bad_verification_code&error_description=The+code", ("bad_verification_code", "The code")),
        ('{"error":{"code":"E1","message":"m"}}', ("E1", "m")),
        ('{"error":{"type":"OAuthException","message":"m"}}', ("OAuthException", "m")),
        ('{"error":true,"message":"m"}', ("True", "m")),
        ('{"access_token":"t"}', ("", "")),
        ("<html>a=b</html>", ("", "")),
        ("[1]", ("", "")),
        ("", ("", "")),
    ],
)
def test_errors_in_token_replies_of_every_shape(body: str, expected: tuple[str, str]) -> None:
    assert error_in(body) == expected
