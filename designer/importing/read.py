"""Tells what a source is and hands it to its importer."""

from __future__ import annotations

import json

from designer.importing.curl import from_curl
from designer.importing.model import ImportFailed, Proposal
from designer.importing.openapi import from_openapi
from designer.importing.postman import from_postman
from designer.oauth import discovery

__all__ = ["read_source"]


def read_source(text: str, name: str = "") -> tuple[Proposal, ...]:
    """Proposals found in ``text``: a curl command, an OpenAPI description (JSON), a Postman collection or the
    provider's OAuth metadata (RFC 8414). ``name`` is the source's file name or address.

    Raises ``ImportFailed`` where it is none of these.
    """
    if text.lstrip().startswith("curl"):
        return (from_curl(text),)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportFailed(
            "The source is neither a curl command nor JSON.",
            "An OpenAPI description in YAML has to be converted to JSON first.",
        ) from error
    if isinstance(document, dict) and "item" in document:
        return (from_postman(document),)
    if isinstance(document, dict) and "issuer" in document:
        return (_from_metadata(text, name),)
    return from_openapi(document)


def _from_metadata(text: str, name: str) -> Proposal:
    found = discovery.parse(text, name)
    urls = {"authorize_url": found.authorization_endpoint, "token_url": found.token_endpoint}
    parameters = {key: value for key, value in urls.items() if value}
    kind = "oauth2_pkce" if "S256" in found.pkce_methods else "oauth2_code"
    return Proposal(found.issuer, kind, parameters, notes=tuple(found.warnings))
