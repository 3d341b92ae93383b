"""Authorization kinds, one file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from designer.connection.kinds.api_key import ApiKey
from designer.connection.kinds.aws_sigv4 import AwsSigV4
from designer.connection.kinds.base import Carry, Kind, Params, Recognition, field_attributes
from designer.connection.kinds.basic import Basic
from designer.connection.kinds.client_credentials import ClientCredentials
from designer.connection.kinds.custom import Custom
from designer.connection.kinds.custom_headers import CustomHeaders
from designer.connection.kinds.digest import Digest
from designer.connection.kinds.jwt_bearer import JwtBearer
from designer.connection.kinds.mtls import Mtls
from designer.connection.kinds.multi import Multi
from designer.connection.kinds.none import NoAuthorization
from designer.connection.kinds.oauth2_code import OAuth2Code
from designer.connection.kinds.oauth2_pkce import OAuth2Pkce
from designer.connection.kinds.password_grant import PasswordGrant
from designer.connection.kinds.session import Session
from designer.connection.sketch import AuthorizationSketch

__all__ = ["KINDS", "Carry", "Kind", "Params", "Recognition", "field_attributes", "kind_of"]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            OAuth2Code(),
            OAuth2Pkce(),
            ClientCredentials(),
            PasswordGrant(),
            JwtBearer(),
            ApiKey(),
            Basic(),
            CustomHeaders(),
            Session(),
            AwsSigV4(),
            Digest(),
            Mtls(),
            NoAuthorization(),
            Multi(),
            Custom(),
        )
    }
)
"""Every kind by name, in the order in which a new design is offered them."""

_CLAIM_ORDER = (
    "multi",
    "jwt_bearer",
    "client_credentials",
    "password_grant",
    "oauth2_pkce",
    "oauth2_code",
    "aws_sigv4",
    "digest",
    "mtls",
    "session",
    "basic",
    "api_key",
    "custom_headers",
    "none",
)


def kind_of(sketch: AuthorizationSketch) -> Kind:
    """The first kind, from the most particular to the least, that claims the hash; ``custom`` where none does."""
    return next((KINDS[name] for name in _CLAIM_ORDER if KINDS[name].claims(sketch)), KINDS["custom"])
