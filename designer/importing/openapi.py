"""The security schemes of an OpenAPI 3 or Swagger 2 description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from designer.importing.model import ImportFailed, Proposal, header_key, query_key

_FLOWS = {
    "authorizationCode": "oauth2_code", "accessCode": "oauth2_code", "clientCredentials": "client_credentials",
    "application": "client_credentials", "password": "password_grant",
}  # fmt: skip


def from_openapi(document: object) -> tuple[Proposal, ...]:
    """Proposals for every security scheme, those the description requires everywhere first.

    Raises ``ImportFailed`` where ``document`` is no OpenAPI description.
    """
    if not isinstance(document, Mapping) or not ({"openapi", "swagger"} & document.keys()):
        raise ImportFailed(
            "This is not an OpenAPI description.", 'It should have "openapi" or "swagger" at its top level.'
        )
    base = _base_uri(document)
    test = _harmless_path(document)
    components = _mapping(document.get("components"))
    schemes = _mapping(components.get("securitySchemes") or document.get("securityDefinitions"))
    required = [name for entry in _list(document.get("security")) for name in _mapping(entry)]
    ordered = sorted(schemes, key=lambda name: required.index(name) if name in required else len(required))
    found = [
        Proposal(name, kind, parameters, base, test, notes)
        for name in ordered
        for kind, parameters, notes in _scheme(_mapping(schemes[name]), base or "")
    ]
    return tuple(found) or (Proposal("no security", "none", {}, base, test),)


def _scheme(scheme: Mapping[str, Any], base: str) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    kind = scheme.get("type")
    if kind == "basic" or (kind == "http" and str(scheme.get("scheme")).lower() == "basic"):
        yield "basic", {}, ()
    elif kind == "http" and str(scheme.get("scheme")).lower() == "digest":
        yield "digest", {}, ()
    elif kind == "http":
        yield "api_key", header_key("Authorization", f"{str(scheme.get('scheme', '')).capitalize()} "), ()
    elif kind == "apiKey" and scheme.get("in") == "query":
        yield "api_key", query_key(str(scheme.get("name", "api_key"))), ()
    elif kind == "apiKey":
        note = ("The key travels as a cookie: it is set as a Cookie header.",) if scheme.get("in") == "cookie" else ()
        header = "Cookie" if note else str(scheme.get("name", "X-API-Key"))
        yield "api_key", header_key(header, f"{scheme.get('name')}=" if note else ""), note
    elif kind == "mutualTLS":
        yield "mtls", {}, ()
    elif kind == "oauth2":
        flows = _mapping(scheme.get("flows")) or {str(scheme.get("flow")): scheme}
        for name, flow in flows.items():
            if name in _FLOWS:
                yield _FLOWS[name], _flow(_mapping(flow), base), ()
    elif kind == "openIdConnect":
        address = scheme.get("openIdConnectUrl", "")
        yield "oauth2_code", {}, (f"Read the addresses from the provider's metadata: {address}",)


def _flow(flow: Mapping[str, Any], base: str) -> dict[str, Any]:
    found = {
        "authorize_url": urljoin(base, str(flow.get("authorizationUrl", ""))),
        "token_url": urljoin(base, str(flow.get("tokenUrl", ""))),
        "scopes": list(_mapping(flow.get("scopes"))),
    }
    return {key: value for key, value in found.items() if value and value != base}


def _base_uri(document: Mapping[str, Any]) -> str | None:
    servers = [_mapping(server) for server in _list(document.get("servers"))]
    if servers and servers[0].get("url"):
        url = str(servers[0]["url"])
        for name, variable in _mapping(servers[0].get("variables")).items():
            url = url.replace(f"{{{name}}}", str(_mapping(variable).get("default", name)))
        return url
    if document.get("host"):
        scheme = next(iter(_list(document.get("schemes"))), "https")
        return f"{scheme}://{document['host']}{document.get('basePath', '')}"
    return None


def _harmless_path(document: Mapping[str, Any]) -> str | None:
    """The shortest GET without a path parameter, one that speaks of the caller first."""
    candidates = [
        str(path)
        for path, item in _mapping(document.get("paths")).items()
        if "get" in _mapping(item) and "{" not in str(path)
    ]
    own = ("me", "whoami", "user", "account", "profile")
    return min(candidates, key=lambda p: (p.rstrip("/").rpartition("/")[2] not in own, len(p), p), default=None)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
