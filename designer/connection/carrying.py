"""What a switch of kind takes along from what stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.connection.form import row
from designer.connection.kinds import KINDS, Carry, Kind
from designer.connection.model import Shape
from designer.connection.reading import authorization_at, read
from designer.connection.template import parts
from designer.ruby import Document

__all__ = ["carry_for", "field_names", "starting_params"]

_TOKEN_KINDS = frozenset(
    {"oauth2_code", "oauth2_pkce", "client_credentials", "password_grant", "jwt_bearer", "session"}
)
_TAKEN_ALONG = (
    "authorize_url",
    "authorize_params",
    "scopes",
    "client_id",
    "client_secret",
    "client_auth",
    "exchange",
    "token_url",
    "request_headers",
    "username",
    "password",
    "headers",
    "params",
    "payload",
    "refresh_on",
    "detect_on",
)


def field_names(doc: Document, pointer: str) -> tuple[str, ...]:
    """Names of the fields an authorization at ``pointer`` can read."""
    design = read(doc)
    own = next((each.fields for each in design.authorizations() if each.pointer == pointer), ())
    return tuple(field.name for field in (*design.fields, *own))


def carry_for(doc: Document, pointer: str) -> Carry:
    """What a switch at ``pointer`` can take along."""
    design = read(doc)
    return Carry(_origin(design.base_uri.shape if design.base_uri else None), field_names(doc, pointer))


def _origin(shape: Shape | None) -> str:
    """Scheme and host of a base URI template, ``""`` where they are not in one place."""
    if shape is None or shape.name != "url_template":
        return ""
    template = str(shape.parameters["url"])
    scheme, separator, rest = template.partition("://")
    if not separator:
        pieces = parts(template)
        starts_with_setting = bool(pieces) and not isinstance(pieces[0], str)
        return template.split("/", 1)[0] if starts_with_setting else ""
    return f"{scheme}://{rest.split('/', 1)[0]}"


def starting_params(doc: Document, pointer: str, kind: Kind) -> Mapping[str, Any]:
    """The new kind's defaults with what the old one's form values have in common with them."""
    carry = carry_for(doc, pointer)
    params = kind.defaults(carry)
    auth = authorization_at(doc, pointer)
    if auth is None or auth.parameters is None:
        return params
    old = dict(auth.parameters)
    if auth.kind == kind.name:
        return params | old
    if {auth.kind, kind.name} <= _TOKEN_KINDS:
        params |= {key: old[key] for key in _TAKEN_ALONG if key in params and old.get(key)}
        params["headers"] = _renamed(params["headers"], KINDS[auth.kind].brought(old), _token_chip(params))
    elif {auth.kind, kind.name} <= {"basic", "digest"}:
        params |= {key: value for key, value in old.items() if key in params}
    return params


def _token_chip(params: Mapping[str, Any]) -> str:
    keep = params.get("keep") or [{"name": "access_token"}]
    return f"#{{{keep[0]['name']}}}"


def _renamed(rows: list[dict[str, str]], tokens: frozenset[str], chip: str) -> list[dict[str, str]]:
    out = []
    for item in rows:
        value = item["value"]
        for name in tokens:
            value = value.replace(f"#{{{name}}}", chip)
        out.append(row(item["name"], value))
    return out
