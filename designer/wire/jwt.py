"""JSON Web Tokens as ``workato.jwt_encode`` and ``workato.jwt_decode`` make and read them (RFC 7515, RFC 7519).

The envelope is ours, because the SDK accepts what pyjwt refuses and keeps orders that pyjwt does not; the signature
primitives are those of pyjwt and cryptography.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from designer.wire.jwt_keys import load_key
from designer.wire.sdk_error import SdkError

ALGORITHMS = ("RS256", "RS384", "RS512", "HS256", "HS384", "HS512", "ES256", "ES384", "ES512")
_ARGUMENT_ERROR = "Workato::Connector::Sdk::ArgumentError"
_TIME_CLAIMS = ("exp", "iat", "nbf")
_URL_SAFE = str.maketrans("-_", "+/")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_INTEGER = re.compile(r"\s*[-+]?\d+", re.ASCII)
_DIGITS = 40
_CLASS_NAMES: dict[type, str] = {
    type(None): "NilClass",
    str: "String",
    bytes: "String",
    dict: "Hash",
    list: "Array",
    int: "Integer",
    float: "Float",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart, nothing verified. ``header`` and ``claims`` are JSON values in the order they stand,
    ``signing_input`` is what the signature covers."""

    header: Any
    claims: Any
    signature: bytes
    signing_input: str


def encode(
    payload: Any,
    key: str | bytes | int | None,
    algorithm: str,
    header_fields: Mapping[str, Any] | None = None,
    *,
    payload_json: str | None = None,
    class_name: Callable[[Any], str] | None = None,
) -> str:
    """The compact token ``header.claims.signature``.

    ``payload`` is any JSON value (dicts keep their order); ``payload_json`` replaces its JSON text for values that
    Python cannot hold, such as a hash with both ``:a`` and ``"a"``; ``class_name`` names the Ruby class of a value in
    messages. ``key`` is PEM or DER text for RS and ES, the secret for HS. ``algorithm`` in any case;
    ``header_fields`` follow ``typ`` and ``alg``, which they cannot override.

    Raises ``SdkError`` with the SDK's class and words: unsupported algorithm, unreadable, short or wrong key,
    ``exp``, ``iat`` or ``nbf`` that is no number.
    """
    algorithm = _supported(algorithm, "Unsupported signing method.")
    loaded = load_key(key, algorithm)
    extra = {name: value for name, value in (header_fields or {}).items() if name not in ("typ", "alg")}
    header = generate_json({"typ": "JWT", "alg": algorithm, **extra})
    if isinstance(payload, Mapping):
        _check_time_claims(payload, class_name or ruby_class_name)
    signing_input = f"{_encode(header)}.{_encode(generate_json(payload) if payload_json is None else payload_json)}"
    return f"{signing_input}.{_base64url(loaded.sign(signing_input.encode()))}"


def decode(token: Any, key: str | bytes | int | None, algorithm: str, *, now: float) -> Token:
    """``token`` verified with ``key`` and ``algorithm``; ``exp`` and ``nbf`` are held against ``now`` (Unix seconds).

    Raises ``SdkError`` with the SDK's class and words.
    """
    algorithm = _supported(algorithm, "Unsupported verification algorithm.")
    loaded = load_key(key, algorithm, for_signing=False)
    if token is None:
        raise SdkError("JWT::DecodeError", "Nil JSON web token")
    parsed = parse(token)
    if not isinstance(parsed.header, dict) or parsed.header.get("alg") != algorithm:
        raise SdkError(_ARGUMENT_ERROR, "Mismatched algorithm and key")
    if not loaded.verifies(parsed.signing_input.encode(), parsed.signature):
        raise SdkError(_ARGUMENT_ERROR, "Invalid signature")
    _check_validity(parsed.claims, now)
    return parsed


def parse(token: str) -> Token:
    """``token`` taken apart without verifying anything, for explaining it. Raises ``SdkError`` (JWT::DecodeError)."""
    segments = token.rstrip(".").split(".")
    try:
        # The header of two segments is read to see whether they are all: an unsigned token.
        header = json.loads(_decode(segments[0])) if len(segments) in (2, 3) else None
        if len(segments) != 3:
            raise SdkError("JWT::DecodeError", "Not enough or too many segments")
        claims, signature = json.loads(_decode(segments[1])), _decode(segments[2])
    except (ValueError, RecursionError) as error:
        raise SdkError("JWT::DecodeError", "Invalid segment encoding") from error
    return Token(header, claims, signature, f"{segments[0]}.{segments[1]}")


def generate_json(value: Any) -> str:
    """JSON as Ruby's ``JSON.generate`` writes it: no spaces, nothing escaped that need not be, ``1.0e-07``."""
    match value:
        case Mapping():
            return "{" + ",".join(f"{_string(str(k))}:{generate_json(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(generate_json, value)) + "]"
        case str():
            return _string(value)
        case float():
            return _float(value)
        case None | bool() | int():
            return json.dumps(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def ruby_class_name(value: Any) -> str:
    """The Ruby class of a Python value, for messages."""
    if isinstance(value, bool):
        return "TrueClass" if value else "FalseClass"
    return _CLASS_NAMES.get(type(value), type(value).__name__)


def _supported(algorithm: str, complaint: str) -> str:
    upper = algorithm.upper()
    if upper not in ALGORITHMS:
        raise SdkError(_ARGUMENT_ERROR, f"{complaint} Supports only {', '.join(ALGORITHMS)}. Got: '{upper}'")
    return upper


def _check_time_claims(claims: Mapping[Any, Any], class_name: Callable[[Any], str]) -> None:
    for claim in _TIME_CLAIMS:
        if claim in claims and (isinstance(claims[claim], bool) or not isinstance(claims[claim], int | float)):
            raise SdkError(
                "JWT::InvalidPayload",
                f"{claim} claim must be a Numeric value but it is a {class_name(claims[claim])}",
                "Give the time as a number of seconds: now.to_i + 3600.",
            )


def _check_validity(claims: Any, now: float) -> None:
    if not isinstance(claims, dict):
        return
    if claims.get("exp") is not None and _to_i(claims["exp"]) <= now:
        raise SdkError("JWT::ExpiredSignature", "Signature has expired")
    if claims.get("nbf") is not None and _to_i(claims["nbf"]) > now:
        raise SdkError("JWT::ImmatureSignature", "Signature nbf has not been reached")


def _to_i(claim: Any) -> int:
    """``to_i`` of a claim as JSON gave it: what a provider puts there is not always a number."""
    match claim:
        case bool() | list() | dict():
            kind = "Array" if isinstance(claim, list) else "Hash" if isinstance(claim, dict) else f"{claim}Class"
            raise SdkError("NoMethodError", f"undefined method `to_i' for {generate_json(claim)}:{kind}")
        case str():
            # No time has more digits than these; Python refuses to read some thousands of them.
            digits = _INTEGER.match(claim)
            return int(digits[0][:_DIGITS]) if digits is not None else 0
        case float() if not math.isfinite(claim):
            raise SdkError("FloatDomainError", "NaN" if math.isnan(claim) else f"{'-' * (claim < 0)}Infinity")
    return int(claim)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _float(number: float) -> str:
    if number != number or number in (float("inf"), float("-inf")):
        raise SdkError("JSON::GeneratorError", f"920: {number} not allowed in JSON")
    mantissa, e, exponent = repr(number).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{e}{exponent}"


def _encode(text: str) -> str:
    return _base64url(text.encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(segment: str) -> bytes:
    """As lenient as the SDK's reader: what is not base64 is skipped, a lone last character dropped."""
    kept = _NOT_BASE64.sub("", segment.translate(_URL_SAFE))
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + "=" * (-len(kept) % 4))


__all__ = [
    "ALGORITHMS",
    "Token",
    "decode",
    "encode",
    "generate_json",
    "parse",
    "ruby_class_name",
]
