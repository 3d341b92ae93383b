"""The built-in provider: a real OAuth 2.0 and API server on loopback, for the tour, for tests and for trying out.

authlib's server side does the OAuth work, through its Flask integration. It is an implementation of the server's rules
by other people, so the client here and the provider cannot agree on the same mistake; and of authlib's two doors the
Flask integration is the maintained and documented one (for Starlette it has clients only), so that no adapter of ours
stands between. SigV4, digest and assertions are verified by code of this room or by joserfc, never by what signs them:
the room imports no other room but the base of errors.

Importing this package does not import Flask; starting a provider does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from designer.sandbox.errors import SandboxError

if TYPE_CHECKING:
    from designer.sandbox.provider import Sandbox, serve

__all__ = ["Sandbox", "SandboxError", "serve"]


def __getattr__(name: str) -> Any:
    # Flask and authlib take a quarter of a second: a window without a sandbox does not pay for them.
    if name in {"Sandbox", "serve"}:
        from designer.sandbox import provider

        return getattr(provider, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
