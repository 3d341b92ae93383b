"""What can go wrong around a sign-in, as the author reads it."""

from __future__ import annotations

from designer.errors import UserError


class OAuthError(UserError):
    """The sign-in cannot begin or go on; ``message`` and ``hint`` never hold a code, a token or a secret."""


class RedirectError(OAuthError):
    """The redirect URL is none (RFC 6749 §3.1.2): relative, with a fragment, or not a URL at all."""


class PkceError(OAuthError):
    """A code verifier or challenge method that RFC 7636 does not allow."""


class PortBusy(OAuthError):
    """The loopback port that the redirect URL names is taken. ``port`` tells which."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on this machine is in use.",
            "Close the program that uses it (often an `oauth2` command of the official CLI that still waits), "
            "or choose a loopback redirect URL with a free port.",
        )
        self.port = port


class DiscoveryError(OAuthError):
    """A metadata document that is not one (RFC 8414, OpenID Connect Discovery 1.0)."""
