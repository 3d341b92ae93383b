"""Clients, users, codes and tokens, in the shape authlib's server works with."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin

from designer.sandbox.quirks import Quirks

SCOPES = ("contacts.read", "contacts.write", "companies.read", "offline_access", "openid", "profile", "email")
"""Every scope there is."""

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(slots=True)
class User:
    """A person who can sign in. The password is throw-away and shown on the home page."""

    username: str
    password: str = field(repr=False)
    name: str
    email: str


@dataclass
class Client(ClientMixin):  # type: ignore[misc]
    """A registered client. ``client_secret`` None makes it public (RFC 6749 §2.1)."""

    client_id: str
    client_secret: str | None = field(repr=False)
    title: str
    note: str
    grant_types: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    quirks: Quirks = field(repr=False)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        # A request must name its redirect URL: guessing one would hide a mistake in the author's connector.
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        asked = (scope or "").split()
        if self.quirks.choice("unexpected_scope") != "ignore" and set(asked) - set(SCOPES):
            return None
        return " ".join(name for name in asked if name in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        if self.quirks.choice("redirect_uris") == "any":
            return "://" in redirect_uri and "#" not in redirect_uri
        return any(_registered(known, redirect_uri) for known in self.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        return self.client_secret is not None and hmac.compare_digest(
            self.client_secret.encode(), client_secret.encode()
        )

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint
        if self.client_secret is None:
            return method == "none"
        wanted = self.quirks.choice("token_auth")
        return method in {"client_secret_basic", "client_secret_post"} and wanted in {"any", method.rpartition("_")[2]}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and "authorization_code" in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grant_types


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code: good once, for a minute."""

    code: str = field(repr=False)
    client_id: str
    username: str
    redirect_uri: str
    scope: str
    expires_at: float
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    family: str = ""
    used: bool = False

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass
class Token(TokenMixin):  # type: ignore[misc]
    """An access token with the refresh token issued beside it. ``family`` joins all tokens of one sign-in."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    client_id: str
    username: str | None
    scope: str
    issued_at: float
    expires_at: float
    family: str
    clock: Callable[[], float] = field(repr=False)
    refresh_expires_at: float | None = None
    revoked: bool = False
    refresh_spent: bool = False
    refresh_revoked: bool = False

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return int(self.expires_at - self.issued_at)

    def is_expired(self) -> bool:
        return self.clock() >= self.expires_at

    def is_revoked(self) -> bool:
        return self.revoked

    def refresh_is_good(self) -> bool:
        """Whether the refresh token would still be taken, reuse aside."""
        over = self.refresh_expires_at is not None and self.clock() >= self.refresh_expires_at
        return not (self.refresh_revoked or over)


def _registered(known: str, given: str) -> bool:
    """RFC 8252 §7.3: a loopback redirect URL is registered without its port."""
    if known == given:
        return True
    try:
        wanted, asked = urlsplit(known), urlsplit(given)
        port = asked.port
    except ValueError:
        return False
    loopback = wanted.hostname in {"127.0.0.1", "::1", "localhost"} and wanted.port is None
    same = (wanted.scheme, wanted.hostname, wanted.path, wanted.query) == (
        asked.scheme,
        asked.hostname,
        asked.path,
        asked.query,
    )
    return loopback and same and port is not None and not asked.fragment and "@" not in asked.netloc
