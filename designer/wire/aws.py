"""``aws.generate_signature`` of the SDK: which host, headers and credentials it signs with, and its failures.

The rules a service gets are the SDK's, not AWS's: no path is normalised, EC2, CloudWatch and Lambda carry no checksum
header, S3 without a payload is signed as UNSIGNED-PAYLOAD. ``designer.wire.sigv4.explain`` follows AWS instead.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from designer.wire.sdk_error import SdkError

if TYPE_CHECKING:
    from designer.wire.sigv4 import AwsCredentials, Explanation

T = TypeVar("T")
FORM_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
_WITHOUT_CHECKSUM = frozenset({"ec2", "monitoring", "lambda"})
_WORD_START = re.compile(r"\b[a-z]", re.ASCII)
# What Ruby's URI::HTTPS.build accepts as path and host (RFC 2396 characters).
_PATH = re.compile(r"(?:/(?:[-_.!~*'()a-zA-Z0-9:@&=+$,;/]|%[0-9a-fA-F]{2})*)?", re.ASCII)
_HOST = re.compile(r"(?:[a-zA-Z0-9\-.]++|%[0-9a-fA-F]{2})+|\[[0-9a-fA-F:.]+\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signed:
    """``url`` and ``headers`` as the SDK returns them; ``explanation`` says how the signature came about.
    ``nameless`` is what was signed for no host at all."""

    url: str
    headers: dict[str, str]
    explanation: Explanation
    nameless: bool = False


def generate_signature(
    credentials: AwsCredentials | None,
    *,
    service: str | None,
    region: str | None,
    host: str | None = "",
    own_host: bool = False,
    path: str = "/",
    method: str | None = "GET",
    query: str | None = None,
    headers: Mapping[str, str] | None = None,
    payload: str | bytes = "",
    at: datetime,
) -> Signed:
    """The arguments are those of the SDK but for ``own_host``, whether ``host`` was given, ``query``, which is its
    ``params`` after ``to_param`` (None where they are blank), and ``credentials`` (None where a key or secret is
    missing: see ``credentials.resolve``).

    Raises ``SdkError`` in the SDK's order: URI::InvalidComponentError, ArgumentError, MissingRegionError,
    MissingCredentialsError.
    """
    if not own_host and not host:
        host = f"{service or ''}.{region or ''}.amazonaws.com"
    if host is not None:
        _check_component(_HOST, host, "host component")
    _check_component(_PATH, path, "absolute path component")
    url = ("https:" if host is None else f"https://{host}") + path + (f"?{query.replace('+', '%20')}" if query else "")
    body = payload.encode() if isinstance(payload, str) else payload
    sent = _service_headers(service or "", dict(headers or {}), blank=not body.strip())

    if service is None:
        raise SdkError("ArgumentError", "missing required option :service")
    if region is None:
        raise SdkError("Aws::Sigv4::Errors::MissingRegionError", "missing required option :region")
    if credentials is None:
        raise SdkError(
            "ArgumentError",
            "expected both :access_key_id and :secret_access_key options",
            "The connection has no aws_api_key or no aws_secret_key.",
        )
    if not credentials.access_key_id or not credentials.secret_access_key:
        raise SdkError("Aws::Sigv4::Errors::MissingCredentialsError", "unable to sign request without credentials set")
    if method is None:
        raise SdkError("ArgumentError", "missing required option :http_method")
    from designer.wire.sigv4 import UNSIGNED_BY_SDK, sign

    explanation = sign(
        method.upper(),
        url,
        list(_lower_case(sent).items()),
        body,
        credentials,
        service=service,
        region=region,
        at=at,
        path_rule="as_is" if service == "s3" else "escape",
        checksum_header=service not in _WITHOUT_CHECKSUM,
        unsigned=UNSIGNED_BY_SDK,
    )
    present = {name.lower() for name in sent}
    merged = sent | {name: value for name, value in explanation.headers if name.lower() not in present}
    return Signed(url, respelled(merged), explanation, host is None)


def respelled(headers: Mapping[str, T]) -> dict[str, T]:
    """Headers under capitalised names, as ActiveSupport renames keys: one after the other, in the hash itself."""
    left = dict(headers)
    for name in headers:
        if name in left:
            value = left.pop(name)
            left[capitalise(name)] = value
    return left


def _service_headers(service: str, headers: dict[str, str], *, blank: bool) -> dict[str, str]:
    accept = "Accept" in headers or "accept" in headers
    content_type = "Content-Type" in headers or "content-type" in headers
    if service == "ec2":
        headers.pop("Accept", None)
        headers.pop("Content-Type", None)
        return headers
    if service in ("s3", "monitoring") and not accept:
        headers["Accept"] = "application/xml" if service == "s3" else "application/json"
    if service in ("s3", "monitoring", "lambda") and not content_type:
        headers["Content-Type"] = FORM_CONTENT_TYPE
    if service == "s3" and blank:
        headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    return headers


def _lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    """Of names that differ in case only, the SDK signs the last."""
    return {name.lower(): value for name, value in headers.items()}


@functools.lru_cache(maxsize=256)
def capitalise(name: str) -> str:
    """A header's name as the SDK returns it: every word begins with a capital."""
    return _WORD_START.sub(lambda letter: letter[0].upper(), name)


def _check_component(allowed: re.Pattern[str], text: str, what: str) -> None:
    if not allowed.fullmatch(text):
        raise SdkError(
            "URI::InvalidComponentError",
            f"bad component(expected {what}): {text}",
            "Begin the path with / and percent-encode it." if "path" in what else "",
        )
