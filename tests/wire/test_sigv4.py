"""SigV4 against AWS's own test suite (aws4_testsuite, with its licence) and against botocore's whole signer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from designer.wire.sigv4 import AwsCredentials, Explanation, explain

SUITE = Path(__file__).parent / "aws4_testsuite"
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE_TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


def read_request(text: str) -> tuple[str, str, list[tuple[str, str]], bytes]:
    head, _, body = text.partition("\n\n")
    request_line, *lines = head.split("\n")
    method, target = request_line.removesuffix(" HTTP/1.1").split(" ", 1)
    headers: list[tuple[str, str]] = []
    for line in filter(None, lines):
        if line[0].isspace():
            headers[-1] = (headers[-1][0], f"{headers[-1][1]}\n{line}")
        else:
            name, _, value = line.partition(":")
            headers.append((name, value))
    return method, target, headers, body.encode()


@pytest.mark.parametrize("file", sorted(SUITE.rglob("*.req")), ids=lambda file: file.stem)
def test_the_suite_of_aws(file: Path) -> None:
    def expected(suffix: str) -> str:
        return file.with_suffix(suffix).read_text(encoding="utf-8")

    method, target, headers, body = read_request(file.read_text(encoding="utf-8"))
    token = SUITE_TOKEN if SUITE_TOKEN in expected(".creq") else None
    made = explain(
        method,
        f"https://example.amazonaws.com{target}",
        headers,
        body,
        AwsCredentials(KEY, SECRET, token),
        service="service",
        region="us-east-1",
        at=AT,
    )
    assert made.canonical_request == expected(".creq")
    assert made.string_to_sign == expected(".sts")
    assert made.authorization == expected(".authz")


def test_the_suite_is_there() -> None:
    assert len(list(SUITE.rglob("*.req"))) == 34
    assert {"LICENSE", "NOTICE"} <= {file.name for file in SUITE.iterdir()}


@pytest.mark.parametrize("service", ["s3", "execute-api", "dynamodb"])
@pytest.mark.parametrize("token", [None, "tok/en+=="])
@pytest.mark.parametrize(
    "url",
    [
        "https://h.amazonaws.com/",
        "https://h.amazonaws.com:8443/a%20b//c/../d?b=2&a=1&a=0&c",
        "http://h.amazonaws.com/a:b@c,d;e=f*?x=%2F&y=a+b~",
    ],
)
def test_botocore_signs_alike(service: str, token: str | None, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: AT)
    signer = {"s3": botocore.auth.S3SigV4Auth}.get(service, botocore.auth.SigV4Auth)
    request = AWSRequest(method="PUT", url=url, data=b"body", headers={"X-B": " a  b ", "User-Agent": "x"})
    signer(Credentials(KEY, SECRET, token), service, "eu-west-1").add_auth(request)
    made = explain(
        "PUT",
        url,
        [("X-B", " a  b "), ("User-Agent", "x")],
        b"body",
        AwsCredentials(KEY, SECRET, token),
        service=service,
        region="eu-west-1",
        at=AT,
    )
    assert made.authorization == request.headers["Authorization"]
    added = {name for name, _ in made.headers} - {"Host"}
    assert added == {name.replace("SHA256", "Sha256") for name in request.headers if name not in ("X-B", "User-Agent")}


def explained(**changes: object) -> Explanation:
    settings: dict[str, object] = {"service": "execute-api", "region": "us-east-1", "at": AT} | changes
    credentials = AwsCredentials(KEY, SECRET, "s3ssion")
    return explain("GET", "https://h/a/../b", [], b"", credentials, **settings)  # type: ignore[arg-type]


def test_paths_are_normalised_except_for_s3() -> None:
    assert explained().canonical_request.split("\n")[1] == "/b"
    assert explained(service="s3").canonical_request.split("\n")[1] == "/a/../b"
    assert explained(path_rule="escape").canonical_request.split("\n")[1] == "/a/../b"


def test_an_empty_path_is_the_one_of_the_request_line() -> None:
    for service in ("s3", "execute-api"):
        made = explain("GET", "https://h", [], b"", AwsCredentials(KEY, SECRET), service=service, region="r", at=AT)
        assert made.canonical_request.split("\n")[1] == "/"


def test_the_date_follows_the_given_moment_in_utc() -> None:
    tokyo = datetime.fromisoformat("2026-01-02T03:04:05+09:00")
    assert dict(explained(at=tokyo).headers)["X-Amz-Date"] == "20260101T180405Z"
    assert explained(at=tokyo).scope == "20260101/us-east-1/execute-api/aws4_request"


def test_an_explanation_holds_no_secret() -> None:
    made = explained()
    assert SECRET not in repr(made)
    titles = [title for title, _ in made.steps]
    assert len(titles) == 6
    assert made.steps[2][1] == made.string_to_sign
    assert SECRET not in repr(AwsCredentials(KEY, SECRET, "s3ssion"))
    assert "s3ssion" not in repr(AwsCredentials(KEY, SECRET, "s3ssion"))
