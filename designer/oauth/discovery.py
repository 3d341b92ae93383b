"""Provider metadata: where it is published and what it says (RFC 8414, OpenID Connect Discovery 1.0). No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from designer.oauth.errors import DiscoveryError

_RFC8414 = "/.well-known/oauth-authorization-server"
_OPENID = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Endpoints and abilities as the document announces them; what it leaves out is None or empty.

    ``issuer_confirmed`` is False where the document stands at another place than its issuer says (RFC 8414 §3.3: it
    must not be used then). ``warnings`` say what is off about the document, that first of all.
    """

    issuer: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    revocation_endpoint: str | None = None
    introspection_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    jwks_uri: str | None = None
    scopes: tuple[str, ...] = ()
    response_modes: tuple[str, ...] = ("query", "fragment")
    grant_types: tuple[str, ...] = ("authorization_code", "implicit")
    pkce_methods: tuple[str, ...] = ()
    token_auth_methods: tuple[str, ...] = ("client_secret_basic",)
    issuer_in_reply: bool = False
    issuer_confirmed: bool = True
    warnings: tuple[str, ...] = ()


def candidates(text: str) -> tuple[str, ...]:
    """URLs where the metadata of a host name, an issuer or any URL of the provider may stand, likeliest first.

    ``login.example.com`` and ``https://example.com/tenant`` are both good. Raises :class:`DiscoveryError` otherwise.
    """
    given = text.strip()
    if "://" not in given:
        given = f"https://{given}"
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError as error:
        raise DiscoveryError(f"“{text}” is not a host name or an issuer URL.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(char.isspace() for char in given):
        raise DiscoveryError(f"“{text}” is not a host name or an issuer URL.", "For example login.example.com.")
    if parts.path.endswith((_RFC8414, _OPENID)) or parts.path.startswith((_RFC8414, _OPENID)):
        return (given,)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    # RFC 8414 §3.1 puts the well-known part between host and path, OpenID appends it; §5 asks to try both.
    found = [f"{origin}{path}{_OPENID}", f"{origin}{_RFC8414}{path}"]
    if path:
        found += [f"{origin}{_OPENID}{path}", f"{origin}{_OPENID}", f"{origin}{_RFC8414}"]
    return tuple(found)


def parse(document: bytes | str, fetched_from: str) -> Metadata:
    """Metadata document fetched from the URL ``fetched_from``. Raises :class:`DiscoveryError` where it is none."""
    try:
        read = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"What {fetched_from} gives is not JSON.") from error
    if not isinstance(read, dict) or not isinstance(read.get("issuer"), str):
        raise DiscoveryError(f"What {fetched_from} gives names no issuer, so it is no provider metadata.")
    issuer = read["issuer"]
    defaults = Metadata(issuer)
    return Metadata(
        issuer,
        authorization_endpoint=_url(read, "authorization_endpoint"),
        token_endpoint=_url(read, "token_endpoint"),
        revocation_endpoint=_url(read, "revocation_endpoint"),
        introspection_endpoint=_url(read, "introspection_endpoint"),
        userinfo_endpoint=_url(read, "userinfo_endpoint"),
        jwks_uri=_url(read, "jwks_uri"),
        scopes=_texts(read, "scopes_supported", ()),
        response_modes=_texts(read, "response_modes_supported", defaults.response_modes),
        grant_types=_texts(read, "grant_types_supported", defaults.grant_types),
        pkce_methods=_texts(read, "code_challenge_methods_supported", ()),
        token_auth_methods=_texts(read, "token_endpoint_auth_methods_supported", defaults.token_auth_methods),
        issuer_in_reply=read.get("authorization_response_iss_parameter_supported") is True,
        issuer_confirmed=_confirmed(issuer, fetched_from),
        warnings=_warnings(read, issuer, fetched_from),
    )


def _confirmed(issuer: str, fetched_from: str) -> bool:
    try:
        return fetched_from in candidates(issuer)
    except DiscoveryError:
        return False


def _warnings(read: Mapping[str, Any], issuer: str, fetched_from: str) -> tuple[str, ...]:
    warnings = []
    if not _confirmed(issuer, fetched_from):
        warnings.append(f"The document says its issuer is {issuer}, but it was fetched from {fetched_from}.")
    for name in ("authorization_endpoint", "token_endpoint"):
        url = _url(read, name)
        if url is None:
            warnings.append(f"The document has no {name}.")
        elif url.startswith("http://") and urlsplit(url).hostname not in {"localhost", "127.0.0.1", "::1"}:
            warnings.append(f"{name} is not https.")
    return tuple(warnings)


def _url(read: Mapping[str, Any], name: str) -> str | None:
    value = read.get(name)
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return value if parts.hostname else None


def _texts(read: Mapping[str, Any], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = read.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list) else default
