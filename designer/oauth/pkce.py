"""Proof Key for Code Exchange, RFC 7636.

Randomness comes from the caller: :func:`verifier` turns random bytes into a code verifier.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

from designer.oauth.errors import PkceError

PLATFORM_LENGTH = 128
"""Characters of the verifier that the platform hands to the ``pkce`` lambda."""

PLATFORM_BYTES = PLATFORM_LENGTH * 3 // 4
"""Random bytes that :func:`verifier` needs for a verifier of :data:`PLATFORM_LENGTH` characters."""

METHODS = ("S256", "plain")

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


@dataclass(frozen=True, slots=True)
class Pkce:
    """What the authorization request carries (``challenge``, ``method``) and what the token request proves
    (``verifier``). The SDK's ``pkce`` lambda returns the same three as
    ``{verifier, challenge, challenge_method}``."""

    verifier: str = field(repr=False)
    challenge: str
    method: str = "S256"


def verifier(random: bytes) -> str:
    """Code verifier from random bytes: base64url without padding, RFC 7636 §4.1.

    32 bytes give 43 characters, the least that is allowed; :data:`PLATFORM_BYTES` give the platform's 128.
    Raises :class:`PkceError` where the result would be shorter than 43 or longer than 128 characters.
    """
    return check_verifier(_base64url(random))


def check_verifier(text: str) -> str:
    """``text`` if RFC 7636 §4.1 allows it as a verifier; raises :class:`PkceError` saying what is wrong."""
    if _VERIFIER.fullmatch(text):
        return text
    if not 43 <= len(text) <= 128:
        raise PkceError(
            f"The code verifier has {len(text)} characters.", "RFC 7636 §4.1 asks for at least 43 and at most 128."
        )
    raise PkceError(
        "The code verifier holds a character that is not allowed.",
        "RFC 7636 §4.1 allows letters, digits and - . _ ~ only.",
    )


def challenge(verifier: str, method: str = "S256") -> str:
    """Code challenge of a verifier, RFC 7636 §4.2. Raises :class:`PkceError` for any other method."""
    check_verifier(verifier)
    if method == "S256":
        return _base64url(hashlib.sha256(verifier.encode("ascii")).digest())
    if method == "plain":
        return verifier
    raise PkceError(f"There is no code challenge method “{method}”.", "RFC 7636 §4.2 knows S256 and plain.")


def pair(random: bytes, method: str = "S256") -> Pkce:
    """Verifier and challenge from random bytes, as the platform makes them when there is no ``pkce`` lambda's say."""
    code_verifier = verifier(random)
    return Pkce(code_verifier, challenge(code_verifier, method), method)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
