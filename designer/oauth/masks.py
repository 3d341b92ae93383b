"""How secrets of a sign-in are shown: never whole, always recognisable."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "assertion",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "id_token_hint",
        "key",
        "logout_token",
        "nonce",
        "passwd",
        "password",
        "refresh_token",
        "relaystate",
        "request",
        "samlrequest",
        "samlresponse",
        "secret",
        "session_state",
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

DOTS = "•••"

_SECRET_NAME = re.compile(r"(secret|passw|token|api[_-]?key|credential)", re.IGNORECASE)


def is_secret_parameter(name: str) -> bool:
    """Whether the value of a parameter of this name is hidden in traces."""
    return name.lower() in SECRET_PARAMETERS or _SECRET_NAME.search(name) is not None


def mask(secret: str | None) -> str:
    """A secret as a person may see it: ``eyJh…9Qk1 (812 characters)``, only dots where it is short, "" for none."""
    if not secret:
        return ""
    if len(secret) < 20:
        return DOTS
    return f"{secret[:4]}…{secret[-4:]} ({len(secret)} characters)"


def mask_url(url: str) -> str:
    """The URL with the values of secret parameters, in query and fragment, and any password replaced by dots.

    Names, order and everything else stay, so that the trace shows where the code appeared.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.split("?", 1)[0].split("#", 1)[0]
    if parts.scheme in {"javascript", "data", "blob"}:
        return f"{parts.scheme}:…"
    netloc = parts.netloc
    if "@" in netloc:
        user, _, host = netloc.rpartition("@")
        netloc = f"{user.split(':', 1)[0]}:{DOTS}@{host}" if ":" in user else netloc
    return urlunsplit(parts._replace(netloc=netloc, query=mask_pairs(parts.query), fragment=mask_pairs(parts.fragment)))


def mask_pairs(text: str) -> str:
    """``a=1&code=xyz`` with secret values replaced by dots; text without ``=`` (a page anchor) stays as it is."""
    if "=" not in text:
        return text
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return DOTS
    if not any(value and is_secret_parameter(name) for name, value in pairs):
        return text
    shown = []
    for name, value in pairs:
        hidden = value and is_secret_parameter(name)
        shown.append(f"{quote_plus(name)}={DOTS if hidden else quote(value, safe='/:~')}")
    return "&".join(shown)
