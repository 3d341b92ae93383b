"""A request with an AWS signature as it goes out, held against what was signed.

The connector may sign one request and send another: a parameter too many, a body encoded otherwise, a header that a
format changed. AWS computes its canonical request from what reaches it; so can be told here, before it is asked.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote_plus

from designer.evaluator.macs import Hashed, Mac
from designer.wire.aws_refusal import Refusal, first_difference, side_by_side
from designer.wire.explain import Section
from designer.wire.model import WireRequest

if TYPE_CHECKING:
    from designer.wire.sigv4 import Explanation

__all__ = ["as_computed", "sent_sections", "signed_by_hand"]

_ALGORITHM = "AWS4-HMAC-SHA256"
_PART = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")
_HASH = re.compile(r"[0-9a-f]{64}")
_UNRESERVED = "-_.~"


class _Authorization(NamedTuple):
    scope: str
    signed_headers: tuple[str, ...]
    signature: str
    value: str

    @property
    def service(self) -> str:
        return self.scope.split("/")[2]

    @property
    def region(self) -> str:
        return self.scope.split("/")[1]


def as_computed(request: WireRequest) -> Refusal | None:
    """The canonical request and the string to sign as AWS computes them from ``request`` as it goes out; None where it
    has no signature of AWS's, or none that can be read."""
    given = _authorization(request)
    headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        headers.setdefault(name.lower(), []).append(value)
    if given is None or "x-amz-date" not in headers or "host" not in headers:
        return None
    from designer.wire import sigv4

    own = {*given.signed_headers, "host", "x-amz-date"}
    date = headers["x-amz-date"][0]
    made = sigv4.sign(
        request.method,
        _queried(request),
        [(name, value) for name in sorted(own) for value in headers.get(name, [""])],
        request.body,
        sigv4.AwsCredentials("-", "-"),
        service=given.service,
        region=given.region,
        at=datetime.datetime.now(datetime.UTC),
        path_rule="as_is" if given.service in sigv4.S3 else "normalise",
        checksum_header=False,
        unsigned=frozenset(own.difference(given.signed_headers)),
    )
    told = headers.get("x-amz-content-sha256", [""])[0]
    # What is no hash says how it was signed: UNSIGNED-PAYLOAD, STREAMING-…
    hashed = told if told and not _HASH.fullmatch(told) else hashlib.sha256(request.body).hexdigest()
    canonical = f"{made.canonical_request.rpartition(chr(10))[0]}\n{hashed}"
    to_sign = [_ALGORITHM, date, given.scope, hashlib.sha256(canonical.encode()).hexdigest()]
    return Refusal(canonical, "\n".join(to_sign))


def sent_sections(request: WireRequest, made: Explanation | None) -> tuple[Section, ...]:
    """Whether AWS will find the signature right that ``made`` tells of, as far as that shows without the key; None
    where nobody knows how it came about."""
    computed = as_computed(request)
    if computed is None or computed.canonical_request is None:
        return ()
    if made is None:
        return (Section("Canonical request, as AWS computes it", computed.canonical_request, "code"),)
    found = first_difference(made, computed)
    if found is None:
        text = "AWS computes the same text from it. What it may refuse yet are the keys, the clock, the region."
        return (Section("What goes out is what was signed", text),)
    text = (
        f"AWS will refuse the signature: from what goes out it computes another {found.what}. Line {found.line}, "
        f"column {found.column}: {found.meaning}."
    )
    told = [
        Section("What goes out is not what was signed", text, "warning"),
        Section("Where they part", side_by_side(found, "sent"), "code"),
    ]
    if not made.canonical_request:
        told.append(Section("Canonical request, as AWS computes it", computed.canonical_request, "code"))
    return tuple(told)


def signed_by_hand(request: WireRequest, told: Iterable[object]) -> Explanation | None:
    """How a signature came about that the code put together with ``hmac_sha256``. ``told`` are the data of a run's
    steps. The canonical request is "" where it was not hashed by itself. None where no HMAC made the signature."""
    given = _authorization(request)
    if given is None:
        return None
    known = list(told)
    macs = {one.digest.hex(): one for one in known if isinstance(one, Mac) and one.algorithm == "sha256"}
    made = macs.get(given.signature.lower())
    if made is None:
        return None
    from designer.wire.sigv4 import Explanation

    to_sign = made.message.decode("utf-8", "replace")
    hashes = {one.digest.hex(): one for one in known if isinstance(one, Hashed) and one.algorithm == "sha256"}
    canonical = hashes.get(to_sign.rpartition("\n")[2].strip().lower())
    text = canonical.message.decode("utf-8", "replace") if canonical is not None else ""
    names = ";".join(given.signed_headers)
    body = text.rpartition("\n")[2]
    return Explanation(text, to_sign, given.signature, given.scope, names, given.value, body, ())


def _authorization(request: WireRequest) -> _Authorization | None:
    value = next((value for name, value in request.headers if name.lower() == "authorization"), "")
    if not value.startswith(_ALGORITHM):
        return None
    parts = dict(_PART.findall(value))
    scope = parts.get("Credential", "").partition("/")[2]
    if scope.count("/") != 3 or "SignedHeaders" not in parts or "Signature" not in parts:
        return None
    return _Authorization(scope, tuple(parts["SignedHeaders"].lower().split(";")), parts["Signature"], value)


def _queried(request: WireRequest) -> str:
    """The URL with its query decoded and encoded again, as a server does that computes the canonical one: a plus is a
    space, and what need not be encoded is not."""
    path, mark, query = request.target.partition("?")
    pairs = [part.partition("=") for part in query.split("&") if part]
    said = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, _, value in pairs)
    origin = request.url.partition("://")
    return f"{origin[0]}://{origin[2].partition('/')[0].partition('?')[0]}{path}{mark}{said}"


def _encoded(text: str) -> str:
    return quote(unquote_plus(text), safe=_UNRESERVED)
