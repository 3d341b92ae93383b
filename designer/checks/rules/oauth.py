"""What the rules for OAuth 2.0 share: which authorizations they are about, and words for their examples."""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.context import Context, is_oauth2
from designer.connection import Authorization
from designer.connection.kinds.common import template_of

__all__ = ["CODE", "DOC", "REST", "URL", "WITH_TOKEN_URL", "authorization_url_of", "code_flows", "insecure"]

DOC = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code.html"
URL = "https://x.example/authorize?response_type=code"
CODE = f"authorization: {{ type: 'oauth2', authorization_url: lambda {{ '{URL}' }}"
WITH_TOKEN_URL = f"{CODE}, token_url: lambda {{ 'https://x.example' }}"
REST = "client_id: 'a', apply: lambda { |_c, t| headers('Authorization' => t) }"
_LOOPBACK = ("localhost", "127.", "::1", "[::1]")


def code_flows(context: Context) -> Iterator[Authorization]:
    """OAuth authorizations in which a user signs in."""
    for auth in context.authorizations:
        machine = (
            context.grant(auth.pointer) in ("client_credentials", "password") and "authorization_url" not in auth.slots
        )
        if is_oauth2(auth) and not machine and auth.kind != "client_credentials":
            yield auth


def authorization_url_of(context: Context, auth: Authorization) -> str | None:
    sketch = context.slot_sketch(auth, "authorization_url")
    return template_of(sketch.single) if sketch else None


def insecure(url: str | None) -> bool:
    """Whether a URL is plain HTTP to anything but this machine."""
    return url is not None and url.startswith("http://") and not url.removeprefix("http://").startswith(_LOOPBACK)
