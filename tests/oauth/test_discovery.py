"""Provider metadata: where to look and what the document says."""

from __future__ import annotations

import json

import pytest

from designer.oauth import DiscoveryError, discovery

DOCUMENT = {
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "revocation_endpoint": "https://login.example.com/revoke",
    "scopes_supported": ["read", "write"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
    "authorization_response_iss_parameter_supported": True,
}
WHERE = "https://login.example.com/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("login.example.com", WHERE, "https://login.example.com/.well-known/oauth-authorization-server"),
        ("https://login.example.com/", WHERE, "https://login.example.com/.well-known/oauth-authorization-server"),
        (
            "https://example.com/tenant",
            "https://example.com/tenant/.well-known/openid-configuration",
            "https://example.com/.well-known/oauth-authorization-server/tenant",
        ),
        (
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/.well-known/openid-configuration",
            "http://127.0.0.1:8080/.well-known/oauth-authorization-server",
        ),
    ],
)
def test_where_the_metadata_may_stand(text: str, first: str, second: str) -> None:
    assert discovery.candidates(text)[:2] == (first, second)


def test_a_well_known_url_is_taken_as_it_is() -> None:
    assert discovery.candidates(WHERE) == (WHERE,)


@pytest.mark.parametrize("text", ["", "ftp://a.example", "a b", "https://", "https://[a"])
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(DiscoveryError):
        discovery.candidates(text)


def test_what_the_document_says() -> None:
    found = discovery.parse(json.dumps(DOCUMENT), WHERE)
    assert found.authorization_endpoint == "https://login.example.com/authorize"
    assert found.revocation_endpoint == "https://login.example.com/revoke"
    assert found.introspection_endpoint is None
    assert found.scopes == ("read", "write")
    assert found.pkce_methods == ("S256",)
    assert found.token_auth_methods == ("client_secret_post",)
    assert found.issuer_in_reply
    assert found.warnings == ()


def test_what_a_document_leaves_out_has_the_specifications_default() -> None:
    found = discovery.parse(b'{"issuer": "https://login.example.com"}', WHERE)
    assert found.token_auth_methods == ("client_secret_basic",)
    assert found.response_modes == ("query", "fragment")
    assert not found.issuer_in_reply
    assert [warning for warning in found.warnings if "token_endpoint" in warning]


def test_another_issuer_is_a_warning() -> None:
    found = discovery.parse(json.dumps(DOCUMENT), "https://other.example/.well-known/openid-configuration")
    assert "fetched from https://other.example" in found.warnings[0]
    assert not found.issuer_confirmed
    assert discovery.parse(json.dumps(DOCUMENT), WHERE).issuer_confirmed
    nonsense = discovery.parse(json.dumps(DOCUMENT | {"issuer": "not a url"}), WHERE)
    assert not nonsense.issuer_confirmed


def test_a_plain_http_token_endpoint_is_a_warning_but_on_loopback() -> None:
    plain = DOCUMENT | {"token_endpoint": "http://login.example.com/token"}
    assert discovery.parse(json.dumps(plain), WHERE).warnings == ("token_endpoint is not https.",)
    local = DOCUMENT | {"token_endpoint": "http://127.0.0.1:1/token"}
    assert discovery.parse(json.dumps(local), WHERE).warnings == ()


@pytest.mark.parametrize("document", [b"", b"<html>", b"[]", b"{}", b'{"issuer": 7}', b"\xff"])
def test_what_is_no_metadata(document: bytes) -> None:
    with pytest.raises(DiscoveryError):
        discovery.parse(document, WHERE)


@pytest.mark.parametrize("url", ["http://[", "https://[zz]/", "https://h:abc/", "https:///x"])
def test_an_endpoint_that_is_no_url_is_none(url: str) -> None:
    document = {**DOCUMENT, "token_endpoint": url, "revocation_endpoint": url}
    found = discovery.parse(json.dumps(document), WHERE)
    assert found.token_endpoint is None and found.revocation_endpoint is None
    assert "The document has no token_endpoint." in found.warnings


def test_a_document_that_is_nested_too_deeply_is_none() -> None:
    with pytest.raises(DiscoveryError, match="is not JSON"):
        discovery.parse("[" * 200_000, WHERE)
