"""The JWT bearer grant (RFC 7523 §2.1): authlib's endpoint, verification in :mod:`designer.sandbox.jose`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError
from authlib.oauth2.rfc7523 import JWTBearerGrant

from designer.sandbox import jose
from designer.sandbox.models import Client, User
from designer.sandbox.world import World


def jwt_bearer_grant(world: World, audiences: Callable[[], tuple[str, ...]]) -> type:
    """Grant class for ``world``; ``audiences`` names the provider within a request."""

    class JwtBearer(JWTBearerGrant):  # type: ignore[misc]
        def process_assertion_claims(self, assertion: str) -> dict[str, Any]:
            # authlib's own would take only three algorithms and the machine's clock.
            client = self.resolve_issuer_client(jose.unverified_issuer(assertion))
            if client is None:
                raise InvalidGrantError("The claim iss names no client of this provider.")
            try:
                return jose.verify(assertion, client, audiences=audiences(), now=world.clock())
            except jose.BadToken as error:
                raise InvalidGrantError(str(error)) from error

        def resolve_issuer_client(self, issuer: str | None) -> Client | None:
            return world.clients.get(issuer or "")

        def authenticate_user(self, subject: str) -> User | Client | None:
            return world.users.get(subject) or world.clients.get(subject)

        def has_granted_permission(self, client: Client, user: User | Client) -> bool:
            return isinstance(user, User) or user.client_id == client.client_id

    return JwtBearer
