"""Verification of AWS Signature Version 4, written from AWS's description of the algorithm.

It shares nothing with the signer of the project (botocore), so that signer and verifier cannot share a mistake.
Source: AWS Identity and Access Management user guide, "Create a signed AWS API request".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote_plus

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW_SECONDS = 15 * 60

_UNSIGNED = "UNSIGNED-PAYLOAD"
_PARTS = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")


class Refused(Exception):
    """The signature does not hold. ``code`` is AWS's name for it; ``canonical_request`` and ``string_to_sign`` are
    the provider's, for comparison, where it came so far. None of it is secret."""

    def __init__(self, code: str, message: str, *, canonical_request: str = "", string_to_sign: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.canonical_request = canonical_request
        self.string_to_sign = string_to_sign


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived. ``target`` is the raw request target, ``headers`` have lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """Credential scope of a good signature."""

    access_key_id: str
    region: str
    service: str


def verify(received: Received, secrets: Mapping[str, str], now: float) -> Scope:
    """Scope of the signature in the Authorization header. ``secrets`` are secret access keys by access key ID, ``now``
    seconds since the epoch. Raises :class:`Refused`."""
    access_key_id, date, region, service, signed, signature = _authorization(received.headers.get("authorization", ""))
    secret = secrets.get(access_key_id)
    if secret is None:
        raise Refused("InvalidClientTokenId", "The access key ID is unknown.")
    moment = _moment(received.headers, date, now)
    if missing := [name for name in _owed(received.headers) if name not in signed]:
        raise Refused("SignatureDoesNotMatch", f"The header {missing[0]} must be signed.")
    if absent := [name for name in signed if name not in received.headers]:
        raise Refused("SignatureDoesNotMatch", f"The signed header {absent[0]} did not arrive.")
    canonical = canonical_request(received, signed, service)
    scope = f"{date}/{region}/{service}/aws4_request"
    to_sign = "\n".join((ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    expected = hmac.new(_key(secret, date, region, service), to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise Refused(
            "SignatureDoesNotMatch",
            "The request signature does not match the one calculated here. Compare the canonical requests.",
            canonical_request=canonical,
            string_to_sign=to_sign,
        )
    return Scope(access_key_id, region, service)


def canonical_request(received: Received, signed: tuple[str, ...], service: str) -> str:
    """The canonical request of what arrived. Every service but s3 encodes the path a second time and resolves dots."""
    path, _, query = received.target.partition("?")
    return "\n".join(
        (
            received.method,
            _canonical_path(path, service),
            _canonical_query(query),
            *(f"{name}:{' '.join(received.headers[name].split())}" for name in signed),
            "",
            ";".join(signed),
            _payload_hash(received),
        )
    )


def _authorization(header: str) -> tuple[str, str, str, str, tuple[str, ...], str]:
    if not header:
        raise Refused("MissingAuthenticationToken", "There is no Authorization header.")
    if not header.startswith(f"{ALGORITHM} "):
        raise Refused("IncompleteSignature", f"The Authorization header does not begin with {ALGORITHM}.")
    parts = dict(_PARTS.findall(header))
    for name in ("Credential", "SignedHeaders", "Signature"):
        if name not in parts:
            raise Refused("IncompleteSignature", f"The Authorization header has no {name}.")
    credential = parts["Credential"].rsplit("/", 4)
    if len(credential) != 5 or credential[4] != "aws4_request":
        raise Refused("IncompleteSignature", "Credential is not KEY/DATE/REGION/SERVICE/aws4_request.")
    signed = tuple(parts["SignedHeaders"].split(";"))
    if list(signed) != sorted({name.lower() for name in signed}):
        raise Refused("IncompleteSignature", "SignedHeaders must be lower case, sorted and without repetition.")
    return credential[0], credential[1], credential[2], credential[3], signed, parts["Signature"]


def _moment(headers: Mapping[str, str], date: str, now: float) -> str:
    moment = headers.get("x-amz-date", "")
    try:
        seconds = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise Refused("IncompleteSignature", "X-Amz-Date is missing or not of the form 20260102T030405Z.") from error
    if not moment.startswith(date):
        raise Refused("SignatureDoesNotMatch", f"The credential's date {date} is not that of X-Amz-Date.")
    if abs(seconds - now) > SKEW_SECONDS:
        word = "old" if seconds < now else "ahead"
        raise Refused("RequestExpired", f"X-Amz-Date is more than 15 minutes {word}.")
    return moment


def _owed(headers: Mapping[str, str]) -> list[str]:
    """Headers that must be signed: Host and every X-Amz-… that arrived."""
    return ["host", *(name for name in headers if name.startswith("x-amz-"))]


def _payload_hash(received: Received) -> str:
    digest = hashlib.sha256(received.body).hexdigest()
    claimed = received.headers.get("x-amz-content-sha256", digest)
    if claimed not in {digest, _UNSIGNED}:
        raise Refused("XAmzContentSHA256Mismatch", "X-Amz-Content-SHA256 is not the digest of the body that arrived.")
    return claimed


def _canonical_path(path: str, service: str) -> str:
    if service == "s3":
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(quote(segment, safe="-_.~"))
    trailing = "/" if kept and segments[-1] in {"", ".", ".."} else ""
    return f"/{'/'.join(kept)}{trailing}"


def _canonical_query(query: str) -> str:
    pairs = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.append((quote(unquote_plus(name), safe="-_.~"), quote(unquote_plus(value), safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
