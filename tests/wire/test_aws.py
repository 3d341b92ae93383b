"""``aws.generate_signature``: what it signs and what it refuses. Signatures were recorded from the official SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from designer.wire.aws import Signed, generate_signature
from designer.wire.aws_credentials import Resolved, iam_external_id, resolve, workato_account_id
from designer.wire.model import WireRequest, WireResponse
from designer.wire.sdk_error import SdkError
from designer.wire.sigv4 import AwsCredentials
from designer.wire.transport import TransportError

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CREDENTIALS = AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
FORM = "application/x-www-form-urlencoded; charset=utf-8"
ROLE = {"aws_assume_role": "arn:aws:iam::123:role/r", "access_key_id": "AKID", "secret_access_key": "SECRET"}
STS_REPLY = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIA</AccessKeyId>
<SecretAccessKey>TEMP</SecretAccessKey><SessionToken>tok/en+==</SessionToken>
<Expiration>2026-01-02T04:04:05Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def signed(credentials: AwsCredentials | None = CREDENTIALS, **arguments: Any) -> Signed:
    return generate_signature(credentials, **{"service": "execute-api", "region": "us-east-1", "at": AT, **arguments})


def signature(made: Signed) -> str:
    return made.headers["Authorization"].rpartition("Signature=")[2]


def refused(**arguments: Any) -> tuple[str, str]:
    with pytest.raises(SdkError) as caught:
        signed(**arguments)
    return caught.value.ruby_class, caught.value.message


def test_ec2_has_no_checksum_header_and_loses_accept_and_content_type() -> None:
    made = signed(service="ec2")
    assert made.url == "https://ec2.us-east-1.amazonaws.com/"
    assert list(made.headers) == ["Host", "X-Amz-Date", "Authorization"]
    assert signature(made) == "858a13217460a782ef32f8e1228189b24ed04655cbd1fe70f1fe8922e674a282"
    kept = signed(service="ec2", headers={"Accept": "a/b", "Content-Type": "c/d", "x-k": "k"})
    assert list(kept.headers) == ["X-K", "Host", "X-Amz-Date", "Authorization"]


def test_a_host_and_path_of_ones_own() -> None:
    host = "abc123.execute-api.eu-west-1.amazonaws.com"
    made = signed(region="eu-west-1", host=host, path="/prod/pets")
    assert made.url == f"https://{host}/prod/pets"
    assert list(made.headers) == ["Host", "X-Amz-Date", "X-Amz-Content-Sha256", "Authorization"]
    assert signature(made) == "4073dd900372618720e8cd4793c85dceb62d4648b31eb12c5356dc4ea706b32e"


def test_s3_signs_a_payload_and_paths_as_they_stand() -> None:
    made = signed(service="s3", method="PUT", path="/bucket/key", payload="hello world")
    assert list(made.headers)[:2] == ["Accept", "Content-Type"]
    assert signature(made) == "79643f44fc651d81d91715aa4b78fe97c5d7685de3f3503f6a510f0e670e9dec"
    slashes = signed(service="s3", path="/b//k")
    assert slashes.headers["X-Amz-Content-SHA256"] == "UNSIGNED-PAYLOAD"
    assert signature(slashes) == "03adc926c5bba5e866e212718b60e2e953bf46d9e52fd7ef1842d883265a5a7e"


def test_other_paths_are_escaped_once_more_and_not_normalised() -> None:
    made = signed(path="/a:b@c,d;e=f&g+h$i!j*k")
    assert signature(made) == "28718cfa56367fe4cdbdcbee7f4cf55961b394f43a241bf82f438272d3189d16"
    assert signed(path="/a/../b%20c").explanation.canonical_request.split("\n")[1] == "/a/../b%2520c"


def test_header_names_are_signed_in_lower_case_and_returned_capitalised() -> None:
    made = signed(headers={"content_type": "application/json", "x-custom": "v"})
    assert list(made.headers)[:2] == ["Content_type", "X-Custom"]
    assert signature(made) == "7b01c82c059515dcdcf59db13c676ed165320d8fada97e2fcc033828088a9b20"


def test_given_headers_win_and_are_signed() -> None:
    made = signed(service="s3", headers={"X-Amz-Content-Sha256": "STREAMING"})
    assert (made.headers["X-Amz-Content-Sha256"], made.headers["X-Amz-Content-SHA256"]) == (
        "STREAMING",
        "UNSIGNED-PAYLOAD",
    )
    assert signature(made) == "745d1de2e74f8e00f3561b854fb5f713d372044776371f3473ea714713c07959"
    own = signed(headers={"Host": "other.example.com", "X-Amz-Date": "20200101T000000Z"})
    assert "host:other.example.com" in own.explanation.canonical_request
    assert own.explanation.scope.startswith("20200101/")
    assert list(own.headers) == ["Host", "X-Amz-Date", "X-Amz-Content-Sha256", "Authorization"]


def test_a_session_token_is_signed() -> None:
    made = signed(AwsCredentials("ASIATEMP", "TEMPSECRET", "tok/en+=="), service="s3")
    assert list(made.headers)[-3:] == ["X-Amz-Date", "X-Amz-Security-Token", "Authorization"]
    assert signature(made) == "379c2094b102e3d8196400edc27836321124ffa6ff1bfb064627437a83dd8d82"


@pytest.mark.parametrize(
    ("service", "accept", "content_type"),
    [("monitoring", "application/json", FORM), ("lambda", None, FORM), ("s3", "application/xml", FORM)],
)
def test_services_with_headers_of_their_own(service: str, accept: str | None, content_type: str) -> None:
    made = signed(service=service)
    assert (made.headers.get("Accept"), made.headers["Content-Type"]) == (accept, content_type)
    kept = signed(service=service, headers={"accept": "a/b", "content-type": "c/d"})
    assert (kept.headers["Accept"], kept.headers["Content-Type"]) == ("a/b", "c/d")


def test_a_query_has_percent_twenty_for_spaces() -> None:
    made = signed(path="/a/b", query="Action=List+Things&Version=2010-05-08&z=a%2Bb")
    assert made.url.endswith("/a/b?Action=List%20Things&Version=2010-05-08&z=a%2Bb")


@pytest.mark.parametrize("path", ["prod/x", "/é", "/a b", "/a?b"])
def test_a_path_must_be_absolute_and_encoded(path: str) -> None:
    text = f"bad component(expected absolute path component): {path}"
    assert refused(path=path) == ("URI::InvalidComponentError", text)


def test_what_is_missing_is_refused_as_by_the_sdk() -> None:
    assert refused(region=None)[0] == "Aws::Sigv4::Errors::MissingRegionError"
    assert refused(credentials=None)[1] == "expected both :access_key_id and :secret_access_key options"
    assert refused(credentials=AwsCredentials("", ""))[0] == "Aws::Sigv4::Errors::MissingCredentialsError"
    assert refused(host="no host")[0] == "URI::InvalidComponentError"


class Sts:
    """Answers as STS does, and remembers what it was asked."""

    def __init__(self, *replies: WireResponse | Exception) -> None:
        self.replies = list(replies)
        self.asked: list[dict[str, list[str]]] = []
        self.requests: list[WireRequest] = []

    def __call__(self, request: WireRequest) -> WireResponse:
        self.requests.append(request)
        self.asked.append(parse_qs(urlsplit(request.url).query))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def reply(body: bytes = STS_REPLY, status: int = 200, reason: str = "OK") -> WireResponse:
    return WireResponse(status, reason, (), body)


def resolved(connection: dict[str, Any], settings: dict[str, Any] | None = None, sts: Sts | None = None) -> Resolved:
    given = connection if settings is None else settings
    return resolve(connection, given, env={}, at=AT, send=sts or Sts())


def test_keys_of_the_connection() -> None:
    made = resolved({"aws_api_key": "A", "aws_secret_key": "S"})
    assert made == Resolved(AwsCredentials("A", "S"))
    assert resolved({"aws_api_key": "A"}).credentials is None
    assert resolved({}).credentials is None


def test_the_names_of_the_fallback_keys_and_the_gems_mistake() -> None:
    made = resolved({"access_key_id": "A", "secret_access_key": "S"})
    assert made.credentials == AwsCredentials("A", "S")
    assert "official gem" in made.warnings[0]


def test_a_role_is_assumed_through_sts() -> None:
    sts = Sts(reply())
    made = resolved(ROLE, sts=sts)
    assert made.credentials == AwsCredentials("ASIA", "TEMP", "tok/en+==")
    assert made.temp_credentials == {
        "session_token": "tok/en+==",
        "api_key": "ASIA",
        "secret_key": "TEMP",
        "expiration": "2026-01-02T04:04:05Z",
    }
    assert sts.asked == [
        {
            "Action": ["AssumeRole"],
            "ExternalId": ["dummy-aws-iam-external-id"],
            "RoleArn": ["arn:aws:iam::123:role/r"],
            "RoleSessionName": ["workato"],
            "Version": ["2011-06-15"],
        }
    ]
    request = sts.requests[0]
    assert (request.method, urlsplit(request.url).hostname) == ("GET", "sts.amazonaws.com")
    assert request.target == request.url.removeprefix("https://sts.amazonaws.com")
    assert "Credential=AKID/20260102/us-east-1/sts/aws4_request" in dict(request.headers)["Authorization"]


def test_temporary_credentials_are_kept_until_a_minute_before_they_expire() -> None:
    def settings(seconds: int) -> dict[str, Any]:
        expiration = (AT + timedelta(seconds=seconds)).isoformat()
        kept = {"api_key": "OLD", "secret_key": "S", "session_token": "T", "expiration": expiration}
        return {**ROLE, "temp_credentials": kept}

    assert resolved(settings(61)) == Resolved(AwsCredentials("OLD", "S", "T"))
    renewed = resolved(settings(60), sts=Sts(reply()))
    assert renewed.credentials == AwsCredentials("ASIA", "TEMP", "tok/en+==")


def test_a_refused_external_id_is_left_out_on_the_second_try() -> None:
    sts = Sts(reply(b"", 403, "Forbidden"), reply())
    assert resolved({**ROLE, "aws_external_id": "ext"}, sts=sts).credentials is not None
    assert [asked.get("ExternalId") for asked in sts.asked] == [["ext"], None]


def test_a_refusal_by_sts_says_why() -> None:
    error = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>"
    with pytest.raises(SdkError) as caught:
        resolved(ROLE, sts=Sts(reply(error, 403, "Forbidden"), reply(error, 403, "Forbidden")))
    assert caught.value.message == "403 Forbidden"
    assert "not authorized" in caught.value.hint


def test_a_cancelled_request_is_not_tried_again() -> None:
    sts = Sts(TransportError("cancelled", "The request was cancelled.", arrived=True))
    with pytest.raises(TransportError):
        resolved(ROLE, sts=sts)
    assert len(sts.asked) == 1


@pytest.mark.parametrize("body", [b"not xml", b"<AssumeRoleResponse/>"])
def test_a_reply_without_credentials_is_an_error(body: bytes) -> None:
    with pytest.raises(SdkError, match="STS"):
        resolved(ROLE, sts=Sts(reply(body), reply(body)))


def test_a_role_without_an_account_to_assume_it_says_what_to_do() -> None:
    with pytest.raises(SdkError) as caught:
        resolved({"aws_assume_role": "arn"})
    assert caught.value.ruby_class == "ArgumentError"
    assert "access_key_id" in caught.value.hint


def test_names_for_trust_policies() -> None:
    assert iam_external_id({}) == "dummy-aws-iam-external-id"
    assert iam_external_id({"aws_external_id": "ext"}) == "ext"
    assert workato_account_id({}, {}) == "dummy-aws-workato-account-id"
    assert workato_account_id({}, {"AMAZON_ROLE_CLIENT_ID": "7"}) == "7"
    assert workato_account_id({"aws_workato_account_id": "42"}, {}) == "42"
