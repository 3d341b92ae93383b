"""AWS Signature Version 4, with every intermediate value in sight. The computation is botocore's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"
TIMESTAMP = "%Y%m%dT%H%M%SZ"
UNSIGNED_BY_AWS = frozenset({"authorization", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"})
UNSIGNED_BY_SDK = frozenset({"authorization", "x-amzn-trace-id", "expect"})
S3 = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})

PathRule = Literal["normalise", "escape", "as_is"]
"""How the path enters the canonical request: dot segments resolved and escaped again (AWS, every service but S3),
escaped again only (the official SDK), or as it stands (S3)."""


@dataclass(frozen=True, slots=True)
class AwsCredentials:
    """What signs (IAM), and the token of a session where they are for a time only (STS)."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Explanation(NamedTuple):
    """A signature and how it came about. ``headers`` are those to add to the request, Authorization last. Holds no
    secret: the keys derived on the way are named, not shown."""

    canonical_request: str
    string_to_sign: str
    signature: str
    scope: str
    signed_headers: str
    authorization: str
    content_sha256: str
    headers: tuple[tuple[str, str], ...]

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """(title, text) in the order of the specification, of what is known."""
        known = (
            ("Hash the body (SHA-256)", self.content_sha256),
            ("Write the canonical request", self.canonical_request),
            ("Write the string to sign", self.string_to_sign),
            ("Derive the signing key", f"AWS4 + secret access key → {' → '.join(self.scope.split('/'))}"),
            ("Sign (HMAC-SHA256)", self.signature),
            ("Add the Authorization header", self.authorization),
        )
        return tuple((title, text) for title, text in known if text)


def explain(
    method: str,
    url: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    credentials: AwsCredentials,
    *,
    service: str,
    region: str,
    at: datetime,
    path_rule: PathRule | None = None,
    checksum_header: bool | None = None,
) -> Explanation:
    """Sign as AWS documents it: normalised paths except for S3, which also carries ``x-amz-content-sha256``.

    ``url`` is absolute, with the path and query of the request line. An ``X-Amz-Date`` in ``headers`` wins over
    ``at``. ``path_rule`` and ``checksum_header`` override what ``service`` implies.
    """
    s3 = service in S3
    return sign(
        method,
        url,
        headers,
        body,
        credentials,
        service=service,
        region=region,
        at=at,
        path_rule=path_rule or ("as_is" if s3 else "normalise"),
        checksum_header=s3 if checksum_header is None else checksum_header,
        unsigned=UNSIGNED_BY_AWS,
    )


def sign(
    method: str,
    url: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    credentials: AwsCredentials,
    *,
    service: str,
    region: str,
    at: datetime,
    path_rule: PathRule,
    checksum_header: bool,
    unsigned: frozenset[str],
) -> Explanation:
    """The computation behind ``explain``, with every choice given. ``unsigned`` are lower-case header names."""
    given = {name.lower(): value for name, value in headers}
    timestamp = given.get("x-amz-date") or at.astimezone(UTC).strftime(TIMESTAMP)
    added: dict[str, str] = {}
    if "host" not in given:
        added["Host"] = urlsplit(url).netloc.rpartition("@")[2]
    if "x-amz-date" not in given:
        added["X-Amz-Date"] = timestamp
    if credentials.session_token is not None and "x-amz-security-token" not in given:
        added["X-Amz-Security-Token"] = credentials.session_token

    signer = _signer(path_rule, unsigned)(
        Credentials(credentials.access_key_id, credentials.secret_access_key, credentials.session_token),
        service,
        region,
    )
    request = AWSRequest(method=method, url=_encoded_query(url), data=body)
    request.context["timestamp"] = timestamp
    request.headers = HTTPHeaders()
    for name, value in [*headers, *added.items()]:
        if (lower := name.lower()) not in unsigned:
            request.headers[lower] = value  # appends: repeated names stay
    content_sha256 = given.get("x-amz-content-sha256") or str(signer.payload(request))
    if checksum_header and "x-amz-content-sha256" not in given:
        added["X-Amz-Content-Sha256"] = content_sha256
        request.headers["x-amz-content-sha256"] = content_sha256

    canonical_request = str(signer.canonical_request(request))
    string_to_sign = str(signer.string_to_sign(request, canonical_request))
    signature = str(signer.signature(string_to_sign, request))
    scope = str(signer.credential_scope(request))
    signed_headers = canonical_request.rsplit("\n", 2)[1]  # the last line but one, by definition
    authorization = (
        f"{ALGORITHM} Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={signed_headers}, Signature={signature}"
    )
    return Explanation(
        canonical_request,
        string_to_sign,
        signature,
        scope,
        signed_headers,
        authorization,
        content_sha256,
        (*added.items(), ("Authorization", authorization)),
    )


def _signer(path_rule: PathRule, unsigned: frozenset[str]) -> Any:
    if path_rule == "escape":
        return _EscapingAuth
    if path_rule == "as_is":
        return _UnnormalisedAuth
    return SigV4Auth if unsigned == UNSIGNED_BY_AWS else _PlainAuth


def _encoded_query(url: str) -> str:
    """``url`` with what may not stand in a request line percent-encoded in its query; the path is the signer's."""
    head, mark, query = url.partition("?")
    return head + mark + quote(query, safe="!\"#$%&'()*+,/:;<=>?@[\\]^_`{|}~-.")


class _PlainAuth(SigV4Auth):  # type: ignore[misc]
    """Signs every header it is given, in lower case: which ones to leave out was decided before."""

    def headers_to_sign(self, request: Any) -> Any:
        return request.headers


class _EscapingAuth(_PlainAuth):
    def _normalize_url_path(self, path: str) -> str:
        return quote(path or "/", safe="/~")


class _UnnormalisedAuth(_PlainAuth):
    def _normalize_url_path(self, path: str) -> str:
        return path or "/"
