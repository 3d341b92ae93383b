"""AWS's error body against the signature that was made."""

from __future__ import annotations

import datetime
import html
import json
from dataclasses import replace

import pytest

from designer.wire.aws_refusal import (
    Difference,
    code_of,
    first_difference,
    meaning_of,
    read_refusal,
    side_by_side,
)
from designer.wire.sigv4 import AwsCredentials, Explanation, explain


@pytest.fixture
def made() -> Explanation:
    return explain(
        "GET",
        "https://bucket.s3.amazonaws.com/a%20b?list-type=2",
        [("Host", "bucket.s3.amazonaws.com")],
        b"",
        AwsCredentials("AKIDEXAMPLE", "secret-of-the-test"),
        service="s3",
        region="eu-west-1",
        at=datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
    )


def s3(canonical: str, to_sign: str) -> str:
    return (
        '<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code>'
        f"<StringToSign>{html.escape(to_sign)}</StringToSign>"
        f"<CanonicalRequest>{html.escape(canonical)}</CanonicalRequest></Error>"
    )


def quoted(canonical: str, to_sign: str) -> str:
    return (
        "The request signature we calculated does not match the signature you provided.\n\n"
        f"The Canonical String for this request should have been\n'{canonical}'\n\n"
        f"The String-to-Sign should have been\n'{to_sign}'\n"
    )


def test_the_same_texts_leave_only_the_secret_key(made: Explanation) -> None:
    refusal = read_refusal(s3(made.canonical_request, made.string_to_sign))
    assert refusal is not None
    assert refusal.canonical_request == made.canonical_request
    assert first_difference(made, refusal) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "meaning"),
    [
        ("GET\n", "PUT\n", 1, 1, "the method"),
        ("/a%20b", "/a%2520b", 2, 5, "the path, percent-encoded"),
        ("list-type=2", "list-type=2&x=", 3, 12, "the query, sorted and percent-encoded"),
        ("host:bucket", "host:basket", 4, 7, "the header host"),
    ],
)
def test_the_first_difference_is_named(
    made: Explanation, old: str, new: str, line: int, column: int, meaning: str
) -> None:
    theirs = made.canonical_request.replace(old, new, 1)
    for body in (
        s3(theirs, made.string_to_sign),
        quoted(theirs, made.string_to_sign),
        json.dumps({"message": quoted(theirs, made.string_to_sign)}),
        f"<ErrorResponse><Error><Message>{html.escape(quoted(theirs, ''))}</Message></Error></ErrorResponse>",
    ):
        refusal = read_refusal(body)
        assert refusal is not None
        found = first_difference(made, refusal)
        assert found is not None
        assert (found.what, found.line, found.column, found.meaning) == ("canonical request", line, column, meaning)
        assert found.ours != found.theirs


def test_a_region_that_differs_shows_in_the_string_to_sign(made: Explanation) -> None:
    refusal = read_refusal(f"<StringToSign>{made.string_to_sign.replace('eu-west-1', 'us-east-1')}</StringToSign>")
    assert refusal is not None
    found = first_difference(made, refusal)
    assert found is not None
    assert (found.what, found.line, found.meaning) == ("string to sign", 3, "the scope: date, region or service")


def test_the_two_lines_stand_one_below_the_other_with_a_mark_where_they_part() -> None:
    near = Difference("canonical request", 3, 5, "a=x y", "a=x", "")
    assert side_by_side(near) == "signed: a=x y\n   AWS: a=x\n            ^"
    long = Difference("canonical request", 9, 61, "a" * 60 + "b" * 60, "a" * 60 + "c" * 60, "")
    signed, sent, mark = side_by_side(long, "sent").split("\n")
    assert signed == f"signed: …{'a' * 20}{'b' * 20}…" and sent == f"  sent: …{'a' * 20}{'c' * 20}…"
    assert signed[mark.index("^")] == "b" and signed[mark.index("^") - 1] == "a"


def test_the_last_lines_are_named_from_the_end(made: Explanation) -> None:
    refusal = read_refusal(s3(made.canonical_request[:-1] + "!", ""))
    assert refusal is not None
    found = first_difference(made, refusal)
    assert found is not None
    assert found.meaning == "the hash of the body"
    shorter = replace(refusal, canonical_request="GET")
    ended = first_difference(made, shorter)
    assert ended is not None
    assert (ended.line, ended.theirs) == (2, "")


@pytest.mark.parametrize("body", ["", "{", '{"message": "no"}', "<Error><Code>AccessDenied</Code></Error>"])
def test_other_answers_tell_nothing(body: str) -> None:
    assert read_refusal(body) is None


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        (
            "<Error><Code>RequestTimeTooSkewed</Code><RequestTime>20260102T030405Z</RequestTime>"
            "<ServerTime>2026-01-02T04:00:00Z</ServerTime></Error>",
            "RequestTimeTooSkewed",
            "Signed at: 20260102T030405Z. Server's time: 2026-01-02T04:00:00Z.",
        ),
        (
            '{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"…"}',
            "UnrecognizedClientException",
            "no such access key",
        ),
        ('{"__type":"ExpiredTokenException:http://internal.amazon.com/"}', "ExpiredTokenException", "have expired"),
        (
            "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>",
            "AuthorizationHeaderMalformed",
            "Region: eu-west-1.",
        ),
        ("<Error><Code>SignatureDoesNotMatch</Code></Error>", "SignatureDoesNotMatch", "does not tell from what"),
    ],
)
def test_a_refusal_without_what_was_computed_says_what_its_code_means(body: str, code: str, told: str) -> None:
    assert read_refusal(body) is None
    assert code_of(body) == code and told in meaning_of(body)


@pytest.mark.parametrize("body", ["", "no", "<Error><Code>NoSuchKey</Code></Error>", '{"code": 5}'])
def test_other_answers_say_nothing_of_a_signature(body: str) -> None:
    assert meaning_of(body) == ""
