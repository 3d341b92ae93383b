"""What is said about the credentials in a request."""

from __future__ import annotations

import base64
import datetime
import json

import pytest

from designer.wire import Origin, WireRequest, jwt
from designer.wire.explain import Section, explain_header, explained_header

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
SECRET = "a secret of thirty-two characters"


def request(value: str, name: str = "Authorization", **origins: Origin) -> WireRequest:
    return WireRequest(
        "GET",
        "https://api.acme.example/me?a=1",
        "/me?a=1",
        (("Host", "api.acme.example"), ("Accept", "application/json"), (name, value)),
        b"",
        {f"header:{key}": origin for key, origin in origins.items()},
    )


def explained(value: str, name: str = "Authorization") -> dict[str, Section]:
    return {section.title: section for section in explain_header(request(value, name), name, now=NOW)}


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_basic_is_decoded_without_showing_the_password() -> None:
    sections = explained(basic("grace:hoppers:password"))
    facts = sections["Basic credentials"].text
    assert "user name: grace\n" in facts
    assert "password: 16 characters" in facts
    assert not [section for section in sections.values() if "hoppers" in section.text]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Basic n.t.base64", "not Base64"),
        (basic("nobody"), "no colon"),
        (basic(":x"), "user name: (empty)"),
        (basic("x:"), "password: empty"),
    ],
)
def test_basic_that_is_wrong_says_how(value: str, said: str) -> None:
    assert said in "\n".join(section.text for section in explained(value).values())


def test_an_opaque_token_is_called_opaque() -> None:
    section = explained("Bearer 0123456789abcdef")["Bearer token"]
    assert "opaque token of 16 characters" in section.text
    assert "0123456789abcdef" not in section.text


def test_a_missing_token_names_its_cause() -> None:
    assert "The token is empty" in explained("Bearer ")["Bearer token"].text


def test_times_of_a_jwt_are_told_in_words() -> None:
    second = int(NOW.timestamp())
    token = jwt.encode({"iss": "me", "iat": second - 90, "exp": second + 3661, "nbf": second}, SECRET, "HS256")
    sections = explained(f"Bearer {token}")
    assert '"iss": "me"' in sections["JWT claims"].text
    assert '"alg": "HS256"' in sections["JWT header"].text
    assert sections["Times"].text.split("\n") == [
        "issued: 2026-01-02 03:02:35 UTC (1 min 30 s ago)",
        "valid from: 2026-01-02 03:04:05 UTC (in 0 s)",
        "expires: 2026-01-02 04:05:06 UTC (in 1 h 1 min)",
        "lives: 1 h 2 min",
    ]


def test_a_jwt_in_a_header_of_its_own_is_found() -> None:
    token = jwt.encode({"sub": "42"}, SECRET, "HS256")
    assert '"sub": "42"' in explained(token, "X-Assertion")["JWT claims"].text


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": 10**15}, "exp counts milliseconds: it has to count seconds, as now.to_i does."),
        ({"iat": "2026-01-02"}, "iat is a text: it has to be a number of seconds, as now.to_i gives it (RFC 7519 §2)."),
        ({"nbf": True}, "nbf is no number: it has to be a number of seconds, as now.to_i gives it (RFC 7519 §2)."),
        ({"exp": None, "sub": "1"}, ""),
    ],
)
def test_claims_that_cannot_be_moments_are_warned_of(claims: dict[str, object], said: str) -> None:
    # Written by hand: PyJWT refuses to make such a token, and the SDK does not.
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in ({"alg": "HS256"}, claims)]
    sections = explained(f"Bearer {b'.'.join(parts).decode()}.c2ln")
    assert "Times" not in sections and "Not valid now" not in sections
    found = sections.get("Times that are none")
    assert (found.text if found is not None else "") == said


def test_the_scope_of_an_aws_signature_is_named() -> None:
    sections = explained(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/s3/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=abc"
    )
    assert sections["Signature scope"].text.split("\n") == [
        "access key: AKIDEXAMPLE",
        "date: 20260102",
        "region: eu-west-1",
        "service: s3",
        "ending: aws4_request",
    ]
    assert sections["Signed headers"].text.startswith("host, x-amz-date.")


def test_a_digest_answer_is_taken_apart() -> None:
    value = 'Digest username="grace", realm="a, b", nonce="n", uri="/me", qop=auth, nc=00000001, response="f00"'
    assert explained(value)["Digest answer"].text.split("\n") == [
        "username: grace",
        "realm: a, b",
        "nonce: n",
        "uri: /me",
        "qop: auth",
        "nc: 00000001",
        "response: f00",
    ]


def test_other_headers_are_told_by_what_they_are_for() -> None:
    sections = explain_header(request("x"), "Host", now=NOW)
    assert "RFC 9112" in sections[0].text
    assert explained("top-secret-and-long-enough", "X-Key")["X-Key"].text.count("secret-and") == 0


def test_what_apply_added_is_explained_first() -> None:
    assert explained_header(request("Bearer x")) == "Authorization"
    assert explained_header(request("x", "X-Key", **{"X-Key": Origin("apply")})) == "X-Key"
    assert explained_header(request("x", "X-Key")) == ""
    assert explained_header(request("x", "X-Key", **{"X-Key": Origin("code")})) == "", "the code's own is no signature"


def test_the_request_line_names_path_and_host_alone() -> None:
    asked = WireRequest("GET", "https://ann:hush@api.example:8443/v1/me?key=k", "/v1/me?key=k", (), b"")
    (section,) = explain_header(asked, "", now=NOW)
    assert section.text == "GET asks for /v1/me of api.example:8443."


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": NOW.timestamp() - 60}, "The token expired 1 min ago (exp)"),
        ({"nbf": NOW.timestamp() + 60}, "The token is valid only in 1 min (nbf)"),
        ({"exp": NOW.timestamp() + 60, "nbf": NOW.timestamp() - 60}, ""),
    ],
)
def test_a_jwt_that_a_server_refuses_by_the_clock_is_warned_of(claims: dict[str, object], said: str) -> None:
    found = explained("Bearer " + jwt.encode(claims, SECRET, "HS256", {})).get("Not valid now")
    assert (found is None) == (not said)
    if found is not None:
        assert found.kind == "warning" and found.text.startswith(said)
