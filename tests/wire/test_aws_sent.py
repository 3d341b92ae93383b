"""What AWS computes from a request as it goes out: on its own suite, on what the SDK signs, and where the two part."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from designer.wire import Call, DryTransport, Outcome, WireRequest, run
from designer.wire.aws_refusal import first_difference
from designer.wire.aws_sent import as_computed, sent_sections, signed_by_hand
from designer.wire.sigv4 import Explanation
from tests.wire.test_sigv4 import SUITE, read_request

MULTILINE = "get-header-value-multiline"
"""Its header is folded over lines, which HTTP/1.1 does not send (RFC 9112 §5.2)."""


@pytest.mark.parametrize(
    "file", [file for file in sorted(SUITE.rglob("*.req")) if file.stem != MULTILINE], ids=lambda file: file.stem
)
def test_the_suite_of_aws_is_computed_from_what_is_sent(file: Path) -> None:
    method, target, headers, body = read_request(file.with_suffix(".sreq").read_text(encoding="utf-8"))
    given = tuple((name, value.lstrip()) for name, value in headers)
    computed = as_computed(WireRequest(method, f"https://h{target}", target, given, body))
    assert computed is not None
    assert computed.canonical_request == file.with_suffix(".creq").read_text(encoding="utf-8")
    assert computed.string_to_sign == file.with_suffix(".sts").read_text(encoding="utf-8")


SIGNED = """{
  connection: { authorization: { type: 'custom_auth', apply: lambda { |_connection| } } },
  test: lambda do |connection|
    signed = aws.generate_signature(connection: connection, service: '%s', region: 'eu-west-1', %s)
    %s
  end
}
"""
KEYS = {"aws_api_key": "AKIDEXAMPLE", "aws_secret_key": "wJalrXUtnFEMI"}


def ran(source: str) -> tuple[WireRequest, Outcome]:
    outcome = run(Call(source.encode(), "test", settings=KEYS, at="2026-01-02T03:04:05Z"), DryTransport())
    assert outcome.prepared is not None, outcome.error
    return outcome.prepared, outcome


def parted(signing: str, sending: str, service: str = "sqs") -> tuple[str, int, str, str] | None:
    """Text, line, what was signed and what is sent, where the two part first."""
    request, outcome = ran(SIGNED % (service, signing, sending))
    made = next(step.data for step in outcome.steps if isinstance(step.data, Explanation))
    computed = as_computed(request)
    assert computed is not None
    found = first_difference(made, computed)
    return None if found is None else (found.what, found.line, found.ours, found.theirs)


@pytest.mark.parametrize("service", ["sqs", "s3", "lambda", "execute-api"])
@pytest.mark.parametrize(
    ("signing", "sending"),
    [
        ("path: '/a%20b', params: { b: 'x y/z', a: [1, 2] }", "get(signed[:url]).headers(signed[:headers])"),
        (
            "path: '/q', method: 'POST', headers: { 'X-Own' => ' a  b ' }, payload: '{\"a\":1}'",
            "post(signed[:url]).headers(signed[:headers]).request_body('{\"a\":1}')",
        ),
    ],
)
def test_what_is_sent_as_it_was_signed_does_not_part(service: str, signing: str, sending: str) -> None:
    assert parted(signing, sending, service) is None


@pytest.mark.parametrize(
    ("sending", "line", "signed", "sent"),
    [
        ("post(signed[:url]).headers(signed[:headers])", 1, "GET", "POST"),
        ("get(signed[:url].gsub('/a', '/b')).headers(signed[:headers])", 2, "/a", "/b"),
        ("get(signed[:url]).params(page: 2).headers(signed[:headers])", 3, "q=1", "page=2&q=1"),
        (
            "get(signed[:url].gsub('sqs.eu', 'sqs.us')).headers(signed[:headers].except('Host'))",
            4,
            "host:sqs.eu-west-1.amazonaws.com",
            "host:sqs.us-west-1.amazonaws.com",
        ),
        (
            "get(signed[:url]).headers(signed[:headers]).headers('X-Own' => '2')",
            7,
            "x-own:1",
            "x-own:2",
        ),
    ],
)
def test_what_is_sent_otherwise_is_found(sending: str, line: int, signed: str, sent: str) -> None:
    signing = "path: '/a', params: { q: 1 }, headers: { 'X-Own' => '1' }"
    assert parted(signing, sending) == ("canonical request", line, signed, sent)


def test_a_body_that_is_encoded_otherwise_is_found() -> None:
    found = parted("method: 'POST', payload: '{ \"a\": 1 }'", "post(signed[:url], { a: 1 }).headers(signed[:headers])")
    assert found is not None and found[0] == "canonical request" and len(found[2]) == len(found[3]) == 64


BY_HAND = """{
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda do |connection|
        time = '20260102T030405Z'
        text = ['GET', '/things', '%s', "host:sqs.example.com\\nx-amz-date:#{time}\\n", 'host;x-amz-date',
                ''.encode_sha256.encode_hex].join("\\n")
        scope = '20260102/eu-west-1/sqs/aws4_request'
        to_sign = ['AWS4-HMAC-SHA256', time, scope, %s].join("\\n")
        key = ['20260102', 'eu-west-1', 'sqs', 'aws4_request'].inject("AWS4#{connection['aws_secret_key']}") do |k, one|
          one.hmac_sha256(k)
        end
        headers('X-Amz-Date' => time, 'Authorization' => 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/' + scope +
          ', SignedHeaders=host;x-amz-date, Signature=' + to_sign.hmac_sha256(key).encode_hex)
      end
    }
  },
  test: lambda { |_connection| get('https://sqs.example.com/things?a=1') }
}
"""


@pytest.mark.parametrize("hashed", ["text.encode_sha256.encode_hex", "Digest::SHA256.hexdigest(text)"])
def test_a_signature_made_by_hand_is_followed_to_its_canonical_request(hashed: str) -> None:
    request, outcome = ran(BY_HAND % ("a=1", hashed))
    made, computed = signed_by_hand(request, [step.data for step in outcome.steps]), as_computed(request)
    assert made is not None and computed is not None
    assert made.canonical_request.split("\n")[:3] == ["GET", "/things", "a=1"]
    assert made.string_to_sign.split("\n")[2] == made.scope == "20260102/eu-west-1/sqs/aws4_request"
    assert first_difference(made, computed) is None
    request, outcome = ran(BY_HAND % ("", hashed))
    made, computed = signed_by_hand(request, [step.data for step in outcome.steps]), as_computed(request)
    assert made is not None and computed is not None
    found = first_difference(made, computed)
    assert found is not None and (found.line, found.ours, found.theirs) == (3, "", "a=1")


def test_a_canonical_request_that_nobody_hashed_is_not_invented() -> None:
    request, outcome = ran(BY_HAND % ("a=1", "'%064d' % 7"))
    made, computed = signed_by_hand(request, [step.data for step in outcome.steps]), as_computed(request)
    assert made is not None and made.canonical_request == "" and computed is not None
    found = first_difference(made, computed)
    assert found is not None and (found.what, found.line) == ("string to sign", 4)


@pytest.mark.parametrize(
    "value",
    [
        "Bearer t",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=AKID/20260102/sqs, SignedHeaders=host, Signature=ab",
        "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu/sqs/aws4_request, Signature=ab",
    ],
)
def test_what_is_no_signature_of_aws_is_left_alone(value: str) -> None:
    headers = (("Host", "h"), ("X-Amz-Date", "20260102T030405Z"), ("Authorization", value))
    request = WireRequest("GET", "https://h/", "/", headers, b"")
    assert as_computed(request) is None and signed_by_hand(request, [datetime.UTC]) is None


def titles(source: str) -> list[str]:
    request, outcome = ran(source)
    return [one.title for one in sent_sections(request, signed_by_hand(request, [step.data for step in outcome.steps]))]


def test_what_is_told_of_it_depends_on_what_is_known() -> None:
    computed = "Canonical request, as AWS computes it"
    hashed = "text.encode_sha256.encode_hex"
    assert titles(BY_HAND % ("a=1", hashed)) == ["What goes out is what was signed"]
    parting = ["What goes out is not what was signed", "Where they part"]
    assert titles(BY_HAND % ("", hashed)) == parting
    assert titles(BY_HAND % ("a=1", "'%064d' % 7")) == [*parting, computed], "of what was signed nothing else is known"
    # Signed with nothing that the trace knows of.
    assert titles((BY_HAND % ("a=1", hashed)).replace("to_sign.hmac_sha256(key).encode_hex", "'0' * 64")) == [computed]
    assert sent_sections(WireRequest("GET", "https://h/", "/", (("Host", "h"),), b""), None) == ()
