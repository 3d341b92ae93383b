"""What is a secret by its name, and which values under such a name are none."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

__all__ = [
    "COOKIE_PAIR",
    "QUOTED_PAIR",
    "SCHEME",
    "SECRET_PARAMETERS",
    "SHORTEST",
    "basic_pair",
    "is_hollow",
    "is_secret",
    "is_secret_header",
    "is_secret_parameter",
    "is_telling",
    "is_token_like",
    "names_scheme",
    "starts_with_scheme",
]

SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "assertion",
        "auth_code",
        "authorization",
        "authorization_code",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "cookie",
        "device_code",
        "id_token",
        "id_token_hint",
        "jwt",
        "key",
        "logout_token",
        "nonce",
        "passphrase",
        "passwd",
        "password",
        "private_key",
        "proxy-authorization",
        "pwd",
        "refresh_token",
        "relaystate",
        "request",
        "samlrequest",
        "samlresponse",
        "secret",
        "jsessionid",
        "oauth_verifier",
        "otp",
        "phpsessid",
        "session",
        "session_id",
        "session_key",
        "session_state",
        "sessionid",
        "sessionkey",
        "set-cookie",
        "sid",
        "sig",
        "signature",
        "state",
        "ticket",
        "token",
        "x-amz-security-token",
        "x-amz-signature",
    }
)
"""Names of query, fragment and form parameters whose values are not shown, lower case."""

SHORTEST = 4
"""Characters; hiding every "a" because a password is "a" would hide the text, not the secret."""

_SECRET_NAME = re.compile(
    r"secret|passw|token|api[\W_]?key|credential|private[\W_]?key|(^|[_-])pass(code|phrase)?$|(^|[_-])pin$"
    r"|(access|account|admin|deploy|encryption|function|hmac|host|license|master|primary|secondary|shared|signing|storage"
    r"|subscription)[\W_]?key$|(backup|device|one[\W_]?time|recovery|verification)[\W_]?codes?$|connection[\W_]?string$",
    re.IGNORECASE,
)
_ABOUT_A_SECRET = re.compile(r"[_-](type|ur[il]|endpoint|expires_in|expires_at)$|[_-]key[_-]id$", re.IGNORECASE)
_COUNTED = re.compile(r"expir|count|limit|max|min|length|size|usage|total|lifetime|ttl|version|tokens$", re.IGNORECASE)
_SECRET_HEADER = re.compile(
    r"auth(?!or(?!iz))|cookie|token|secret|key|signature|passw|credential|session", re.IGNORECASE
)
_OPEN_HEADER = re.compile(r"(www-|proxy-)?authenticate|authentication-info|access-control-.*", re.IGNORECASE)
# Authentication schemes registered with IANA, and those that APIs made up; AWS's and Digest's carry parameters.
_SCHEME_ALONE = re.compile(
    r"api-?key|basic|bearer|concealed|digest|dpop|genie(?:key)?|gnap|hmac|hoba|jwt|key|mutual|negotiate|ntlm|oauth|"
    r"privatetoken|session|ssws|token|vapid|zoho-oauthtoken",
    re.IGNORECASE,
)
SCHEME = re.compile(r"([A-Za-z][\w-]*) +(?=\S)")
"""A scheme, and what parts it from its credentials (RFC 9110, 11.4)."""
_NAMED_NOTHING = re.compile(r"(?:[A-Za-z][\w-]*\s+)?([A-Za-z][\w-]*)=(?:\"\"|'')?")


COOKIE_PAIR = re.compile(r"((?:^|;)\s*(?:[^=;]*=)?)([^;]*)")
"""What leads to the value of a cookie in Cookie, and the value; in Set-Cookie only the first is one. A cookie without
a name is all value (RFC 6265, 4 and 5.2)."""
QUOTED_PAIR = re.compile(r"\w\s*:\s*\"")
"""What a text has that may be a query of GraphQL, in which names stand beside values."""


def is_secret_parameter(name: str) -> bool:
    """Whether the value of a parameter of this name is hidden in traces: ``token``, but not ``token_type``."""
    if name.lower() in SECRET_PARAMETERS:
        return True
    if name.endswith("]"):  # user[password], as Rails nests
        return is_secret_parameter(name[:-1].rpartition("[")[2] or name.partition("[")[0])
    return _SECRET_NAME.search(name) is not None and _ABOUT_A_SECRET.search(name) is None


def is_secret_header(name: str) -> bool:
    """Whether the value of a header of this name is hidden: ``X-Auth``, but not the challenge ``WWW-Authenticate``."""
    return _SECRET_HEADER.search(name) is not None and _OPEN_HEADER.fullmatch(name) is None


def is_hollow(value: str) -> bool:
    """Whether what a header that carries credentials says holds none: nothing, a scheme alone (``Bearer``), a
    parameter without a value (``Token token=``), Basic of no user and no password."""
    words = value.strip()
    if not words or _SCHEME_ALONE.fullmatch(words) is not None:
        return True
    named = _NAMED_NOTHING.fullmatch(words)
    if named is not None and named[1].lower() in SECRET_PARAMETERS:  # and not a token that ends with "="
        return True
    return basic_pair(words) == ("", "")


def is_secret(name: str, value: Any) -> bool:
    """Whether ``value`` is hidden under this name. A number is where the name can mean nothing else: ``password``,
    not ``code`` (404) or ``max_tokens``."""
    if isinstance(value, str):
        return bool(value) and is_secret_parameter(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    strong = _SECRET_NAME.search(name) is not None or name.lower() in ("pwd", "sid")
    return strong and len(str(value)) >= SHORTEST and not _COUNTED.search(name) and is_secret_parameter(name)


def is_telling(name: str, secret: str) -> bool:
    """Whether it is worth looking for ``secret`` wherever else it may stand: not for ``open`` because a parameter is
    called ``state``."""
    if len(secret) < SHORTEST:
        return False
    if _SECRET_NAME.search(name) or is_secret_header(name):
        return True
    return len(secret) >= 16 or (len(secret) >= 8 and re.search(r"\d", secret) is not None)


def is_token_like(user: str) -> bool:
    """Whether what stands for a user is rather a token, as in ``https://ghp_…@host`` and ``https://sk_live_…:@host``."""
    return len(user) >= 16 and re.search(r"\d", user) is not None


def starts_with_scheme(value: str) -> bool:
    """Whether a text is an authentication scheme and what follows it: ``Bearer abc``, not ``basic`` alone."""
    scheme, _, rest = value.strip().partition(" ")
    return bool(rest.strip()) and _SCHEME_ALONE.fullmatch(scheme) is not None


def names_scheme(name: str, value: str) -> bool:
    """Whether the first word of a header that carries credentials is a scheme: always so where HTTP says it is
    (RFC 9110, 11), else only where it is a known one."""
    return name.lower() in ("authorization", "proxy-authorization") or starts_with_scheme(value)


def basic_pair(value: str) -> tuple[str, str] | None:
    """User name and password of an ``Authorization: Basic`` value (RFC 7617), None where it is none."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None
