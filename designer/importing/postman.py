"""The ``auth`` of a Postman collection (format 2.0 and 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from designer.importing.model import ImportFailed, Proposal, header_key, query_key

_GRANTS = {
    "authorization_code": "oauth2_code", "authorization_code_with_pkce": "oauth2_pkce",
    "client_credentials": "client_credentials", "password_credentials": "password_grant",
}  # fmt: skip


def from_postman(document: object) -> Proposal:
    """The collection's authorization, or that of its first request that has one. Secrets are left behind.

    Raises ``ImportFailed`` where ``document`` is no collection.
    """
    if not isinstance(document, Mapping) or "info" not in document or "item" not in document:
        raise ImportFailed("This is not a Postman collection.", "Export the collection as version 2.1 and try again.")
    requests = list(_requests(document))
    auth = next((a for a in [document.get("auth"), *(r.get("auth") for r in requests)] if isinstance(a, Mapping)), {})
    variables = {v.get("key"): str(v.get("value", "")) for v in _list(document.get("variable"))}
    urls = [url for url in (_url(r, variables) for r in requests) if url.startswith("http")]
    base = "{0.scheme}://{0.netloc}".format(urlsplit(urls[0])) if urls else None
    kind = str(auth.get("type", "noauth"))
    values = _values(auth.get(kind))
    name = str(document["info"].get("name", "Postman collection")) if isinstance(document["info"], Mapping) else ""
    for found, parameters in _kinds(kind, values):
        return Proposal(name, found, parameters, base)
    return Proposal(name, "none", {}, base, notes=(f'The authorization "{kind}" of Postman has no counterpart.',))


def _kinds(kind: str, values: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if kind == "noauth":
        return [("none", {})]
    if kind in ("basic", "digest"):
        return [(kind, {})]
    if kind == "bearer":
        return [("api_key", header_key("Authorization", "Bearer "))]
    if kind == "apikey":
        key = str(values.get("key") or "X-API-Key")
        return [("api_key", query_key(key) if values.get("in") == "query" else header_key(key))]
    if kind == "awsv4":
        return [("aws_sigv4", {k: str(values[k]) for k in ("service", "region") if values.get(k)})]
    if kind == "jwt":
        return [("jwt_bearer", {"algorithm": str(values["algorithm"])} if values.get("algorithm") else {})]
    if kind == "oauth2":
        grant = _GRANTS.get(str(values.get("grant_type", "authorization_code")))
        found = {
            "authorize_url": values.get("authUrl"),
            "token_url": values.get("accessTokenUrl"),
            "scopes": str(values.get("scope", "")).split(),
        }
        return [(grant, {k: v for k, v in found.items() if v and "{{" not in str(v)})] if grant else []
    return []


def _values(entries: object) -> dict[str, Any]:
    if isinstance(entries, Mapping):  # format 2.0
        return dict(entries)
    return {str(e.get("key")): e.get("value") for e in _list(entries)}


def _requests(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    pending = _list(item.get("item"))[::-1]
    while pending:
        entry = pending.pop()
        if isinstance(entry.get("request"), Mapping):
            found.append(entry["request"])
        pending += _list(entry.get("item"))[::-1]
    return found


def _url(request: Mapping[str, Any], variables: Mapping[Any, str]) -> str:
    url = request.get("url", "")
    text = str(url.get("raw", "")) if isinstance(url, Mapping) else str(url)
    for name, value in variables.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def _list(value: object) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []
