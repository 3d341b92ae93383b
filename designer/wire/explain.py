"""What a signed request means: Basic decoded, a bearer token's claims, the parts of an AWS or digest signature."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from designer.masking import Masks, is_secret_header, mask
from designer.wire import jwt
from designer.wire.digest import fields as digest_fields
from designer.wire.model import WireRequest
from designer.wire.places import Place
from designer.wire.sdk_error import SdkError

__all__ = ["Section", "explain_header", "explain_place", "explained_header", "jwt_in"]

_SHOWN = 2000
"""Characters of a value that are shown."""

_TIMES = {"iat": "issued", "nbf": "valid from", "exp": "expires", "auth_time": "signed in"}
_PLAIN = {
    "accept": "The formats the caller reads: application/json unless a response format says otherwise.",
    "content-type": "What the body is written in; it follows the request format.",
    "host": "Taken from the URL by the HTTP client; HTTP/1.1 requires it (RFC 9112 §3.2).",
    "user-agent": "Names the program that sends.",
    "accept-encoding": "Compressions the HTTP client can undo.",
    "content-length": "Length of the body in bytes, counted by the HTTP client.",
    "connection": "Whether the connection stays open; set by the HTTP client.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One piece of an explanation. ``kind``: "text" for sentences, "json" and "code" for what is set in the code face,
    "facts" for lines of ``name: value``, "warning" for what will be refused. Secrets are masked."""

    title: str
    text: str
    kind: str = "text"


def explained_header(request: WireRequest) -> str:
    """The header worth explaining first: the one that carries the credentials, "" where there is none."""
    names = [name for name, _ in request.headers]
    signed = [name for name in names if name.lower() == "authorization"]
    added = [
        key.partition(":")[2] for key, o in request.origins.items() if key.startswith("header:") and o.source == "apply"
    ]
    return next((name for name in [*signed, *added] if name in names), "")


def explain_header(request: WireRequest, name: str, *, now: datetime.datetime) -> tuple[Section, ...]:
    """What the header ``name`` says. Never fails: what cannot be read is said to be opaque."""
    value = next((value for given, value in request.headers if given == name), None)
    if value is None:
        place = urlsplit(request.url).netloc.rpartition("@")[2]
        asked = request.target.partition("?")[0]
        return (Section("Request line", f"{request.method} asks for {asked} of {place}."),)
    if name.lower() in _PLAIN:
        return (Section(name, _PLAIN[name.lower()]),)
    scheme, _, rest = value.partition(" ")
    known = {"basic": _basic, "bearer": _bearer, "digest": _digest, "aws4-hmac-sha256": _sigv4}.get(scheme.lower())
    if name.lower() == "authorization" and known is not None:
        return known(rest.strip(), now)
    if _looks_like_jwt(value):
        return _bearer(value, now)
    return (Section(name, f"Sent as it is: {mask(value) if is_secret_header(name) else value}"),)


def _basic(credentials: str, _now: datetime.datetime) -> tuple[Section, ...]:
    try:
        user, colon, password = base64.b64decode(credentials, validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return (Section("Basic", "This is not Base64, so a server cannot read a user name out of it."),)
    if not colon:
        return (Section("Basic", "There is no colon between user name and password: servers will refuse it."),)
    secret = f"{len(password)} characters" if password else "empty"
    facts = f"user name: {user or '(empty)'}\npassword: {secret}\nencoding: Base64 of user:password, UTF-8"
    return (
        Section("Basic credentials", facts, "facts"),
        Section(
            "What it means",
            "Basic hides nothing: whoever sees the header has the password (RFC 7617). Send it over https only.",
        ),
    )


def _bearer(token: str, now: datetime.datetime) -> tuple[Section, ...]:
    if not _looks_like_jwt(token):
        text = (
            f"An opaque token of {len(token)} characters. Only the server that issued it can say what it allows."
            if token
            else "The token is empty: a setting has no value, or nobody has signed in yet."
        )
        return (Section("Bearer token", text),)
    try:
        parsed = jwt.parse(token)
    except SdkError as error:
        return (Section("Bearer token", f"It looks like a JWT but cannot be read: {error.message}"),)
    sections = [
        Section("JWT header", json.dumps(parsed.header, indent=2, ensure_ascii=False), "json"),
        Section("JWT claims", json.dumps(parsed.claims, indent=2, ensure_ascii=False), "json"),
    ]
    times = _times(parsed.claims, now)
    if times:
        sections.append(Section("Times", times, "facts"))
    if wrong := _no_times(parsed.claims):
        sections.append(Section("Times that are none", wrong, "warning"))
    if late := _out_of_time(parsed.claims, now):
        sections.append(Section("Not valid now", late, "warning"))
    sections.append(Section("Signature", "Nobody verified it yet: that takes the issuer's key."))
    return tuple(sections)


def _out_of_time(claims: Any, now: datetime.datetime) -> str:
    """Why a server that looks at its clock refuses the token, "" where it need not."""
    for claim, sign, words in (("exp", -1, "expired"), ("nbf", 1, "is valid only")):
        value = claims.get(claim) if isinstance(claims, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _SECONDS:
            seconds = value - now.timestamp()
            if seconds * sign > 0:
                return (
                    f"The token {words} {_relative(seconds)} ({claim}): servers refuse it, give or take their leeway."
                )
    return ""


_SECONDS = 1e11
"""The year 5138: what is more counts milliseconds."""


def _no_times(claims: Any) -> str:
    """Claims that ought to be a moment and cannot be taken for one (NumericDate, RFC 7519 §2), "" where there is
    none."""
    said = []
    for claim in _TIMES:
        value = claims.get(claim) if isinstance(claims, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _SECONDS:
            said.append(f"{claim} counts milliseconds: it has to count seconds, as now.to_i does.")
        elif value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            kind = "a text" if isinstance(value, str) else "no number"
            said.append(f"{claim} is {kind}: it has to be a number of seconds, as now.to_i gives it (RFC 7519 §2).")
    return "\n".join(said)


def _times(claims: Any, now: datetime.datetime) -> str:
    lines, known = [], {}
    for claim, word in _TIMES.items():
        value = claims.get(claim) if isinstance(claims, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _SECONDS:
            moment = datetime.datetime.fromtimestamp(value, datetime.UTC)
            lines.append(f"{word}: {moment:%Y-%m-%d %H:%M:%S} UTC ({_relative((moment - now).total_seconds())})")
            known[claim] = value
    if "iat" in known and "exp" in known and known["exp"] > known["iat"]:
        lines.append(f"lives: {_relative(known['exp'] - known['iat']).removeprefix('in ')}")
    return "\n".join(lines)


def _relative(seconds: float) -> str:
    minutes, rest = divmod(int(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")) if n][:2] or [
        "0 s"
    ]
    return f"in {' '.join(parts)}" if seconds >= 0 else f"{' '.join(parts)} ago"


def _digest(fields: str, _now: datetime.datetime) -> tuple[Section, ...]:
    facts = "\n".join(f"{name}: {value}" for name, value in digest_fields(f"Digest {fields}").items())
    return (
        Section("Digest answer", facts, "facts"),
        Section(
            "What it means",
            "response hashes user, realm, password, nonce, verb and URI (RFC 7616 §3.4). The password is not sent.",
        ),
    )


def _sigv4(fields: str, _now: datetime.datetime) -> tuple[Section, ...]:
    pairs = dict(part.strip().split("=", 1) for part in fields.split(",") if "=" in part)
    scope = pairs.get("Credential", "").split("/")
    named = zip(("access key", "date", "region", "service", "ending"), scope, strict=False)
    facts = "\n".join(f"{name}: {value}" for name, value in named)
    signed = pairs.get("SignedHeaders", "").replace(";", ", ")
    return (
        Section("Signature scope", facts, "facts"),
        Section(
            "Signed headers", f"{signed}. Changing one of them, the path, the query or the body breaks the signature."
        ),
    )


def explain_place(name: str, place: Place, masks: Masks, *, now: datetime.datetime) -> tuple[Section, ...]:
    """What a parameter or a field of the body says: a JWT is read wherever it stands (RFC 7523 puts one there)."""
    if _looks_like_jwt(place.value):
        return _bearer(place.value, now)
    if not place.value:
        return (Section(name, "It is empty."),)
    shown = str(masks.value(place.value, place.name))[:_SHOWN]
    return (Section(name, f"Says: {shown}"),)


def jwt_in(value: str) -> str:
    """The JWT that a header carries, with or without a scheme before it; "" where there is none."""
    token = value.rpartition(" ")[2]
    return token if _looks_like_jwt(token) else ""


def _looks_like_jwt(token: str) -> bool:
    return re.fullmatch(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", token.strip()) is not None
