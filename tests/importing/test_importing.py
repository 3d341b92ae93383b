"""Each source gives the proposal a person would have typed, and no secret of it."""

from __future__ import annotations

import json

import pytest

from designer.connection import read
from designer.importing import ImportFailed, Proposal, apply_proposal, read_source
from designer.ruby import Document

BLANK = (
    b"{\n  title: 'Blank',\n  connection: {\n    fields: [],\n    authorization: {\n      type: 'none'\n    }\n  }\n}\n"
)


def only(text: str) -> Proposal:
    (found,) = read_source(text)
    return found


@pytest.mark.parametrize(
    ("command", "kind", "parameters"),
    [
        ("curl https://api.example.com/v1/me -u ada:s3cret", "basic", {}),
        ("curl -H 'Authorization: Basic YWRhOnMzY3JldA==' https://api.example.com/me", "basic", {}),
        (
            "curl https://api.example.com/me \\\n  -H 'Authorization: Bearer s3cret'",
            "api_key",
            {"place": "header", "name": "Authorization", "value": "Bearer #{api_key}"},
        ),
        (
            "curl -H 'X-Api-Key: s3cret' -H 'Accept: application/json' https://api.example.com/me",
            "api_key",
            {"place": "header", "name": "X-Api-Key", "value": "#{api_key}"},
        ),
        (
            "curl 'https://api.example.com/me?limit=5&api_key=s3cret'",
            "api_key",
            {"place": "query", "name": "api_key", "value": "#{api_key}"},
        ),
        ("curl --digest -u ada:s3cret https://api.example.com/me", "digest", {}),
        ("curl --cert ada.pem --key ada.key https://api.example.com/me", "mtls", {}),
        (
            "curl --aws-sigv4 aws:amz:eu-west-1:sqs -u k:s3cret https://sqs.eu-west-1.amazonaws.com/",
            "aws_sigv4",
            {"service": "sqs"},
        ),
        ("curl api.example.com/status", "none", {}),
    ],
)
def test_curl(command: str, kind: str, parameters: dict[str, str]) -> None:
    found = only(command)
    assert (found.kind, dict(found.parameters)) == (kind, parameters)
    assert "s3cret" not in repr(found)


def test_curl_names_base_and_test() -> None:
    found = only("curl https://api.example.com:8443/v1/me -u ada:x")
    assert (found.base_uri, found.test_path) == ("https://api.example.com:8443", "/v1/me")
    assert only("curl -X DELETE https://api.example.com/v1/me").test_path is None


OPENAPI = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://{region}.example.com/v2", "variables": {"region": {"default": "eu"}}}],
    "security": [{"oauth": []}],
    "paths": {"/contacts/{id}": {"get": {}}, "/contacts": {"get": {}}, "/users/me": {"get": {}}, "/a": {"post": {}}},
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "token"},
            "oauth": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://id.example.com/authorize",
                        "tokenUrl": "/oauth/token",
                        "scopes": {"contacts.read": "Read contacts"},
                    }
                },
            },
        }
    },
}


def test_openapi_puts_what_is_required_first() -> None:
    oauth, key = read_source(json.dumps(OPENAPI))
    assert (oauth.kind, oauth.base_uri, oauth.test_path) == ("oauth2_code", "https://eu.example.com/v2", "/users/me")
    assert oauth.parameters == {
        "authorize_url": "https://id.example.com/authorize",
        "token_url": "https://eu.example.com/oauth/token",
        "scopes": ["contacts.read"],
    }
    assert key.parameters == {"place": "query", "name": "token", "value": "#{api_key}"}


def test_postman_reads_the_collection() -> None:
    collection = {
        "info": {"name": "Acme"},
        "variable": [{"key": "base", "value": "https://api.acme.example"}],
        "item": [{"item": [{"request": {"url": {"raw": "{{base}}/v1/me"}}}]}],
        "auth": {
            "type": "oauth2",
            "oauth2": [
                {"key": "grant_type", "value": "authorization_code_with_pkce"},
                {"key": "authUrl", "value": "https://id.acme.example/authorize"},
                {"key": "accessTokenUrl", "value": "https://id.acme.example/token"},
                {"key": "scope", "value": "read write"},
                {"key": "clientSecret", "value": "s3cret"},
            ],
        },
    }
    found = only(json.dumps(collection))
    assert (found.name, found.kind, found.base_uri) == ("Acme", "oauth2_pkce", "https://api.acme.example")
    assert found.parameters["scopes"] == ["read", "write"]
    assert "s3cret" not in repr(found)


def test_provider_metadata() -> None:
    metadata = {
        "issuer": "https://id.example.com",
        "authorization_endpoint": "https://id.example.com/authorize",
        "token_endpoint": "https://id.example.com/token",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    }
    (found,) = read_source(json.dumps(metadata), "https://id.example.com/.well-known/oauth-authorization-server")
    assert found.kind == "oauth2_pkce"
    assert found.parameters["token_url"] == "https://id.example.com/token"


@pytest.mark.parametrize("text", ["", "hello", "curl", "curl 'https://x", "[]", '{"a": 1}'])
def test_what_is_no_source_says_so(text: str) -> None:
    with pytest.raises(ImportFailed) as caught:
        read_source(text)
    assert caught.value.message and caught.value.hint


@pytest.mark.parametrize(
    "command",
    [
        "curl -H 'X-Api-Key: k' https://api.example.com/v1/me",
        "curl -u a:b https://api.example.com/v1/me",
        "curl --digest -u a:b https://api.example.com/v1/me",
    ],
)
def test_a_proposal_reads_back_as_its_kind(command: str) -> None:
    found = only(command)
    design = read(apply_proposal(Document.parse(BLANK), found).document)
    assert design.authorization is not None
    assert design.authorization.kind == found.kind
    assert {**(design.authorization.parameters or {}), **found.parameters} == design.authorization.parameters
    assert design.base_uri is not None
