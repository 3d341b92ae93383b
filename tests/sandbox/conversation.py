"""What a client says to the provider, in few words."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sandbox.person import Person, reply_of

CALLBACK = "https://www.workato.com/oauth/callback"
HARBOR = {"client_id": "harbor-crm", "client_secret": "harbor-demo-secret"}
SERVICE = {"client_id": "harbor-service", "client_secret": "harbor-service-demo-secret-of-32-bytes"}
SCOPE = "contacts.read contacts.write"


def authorization(**changes: str) -> dict[str, str]:
    """Parameters of an authorization request; a change to "" leaves one out."""
    given = {
        "response_type": "code",
        "client_id": HARBOR["client_id"],
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        "state": "xyz",
    } | changes
    return {name: value for name, value in given.items() if value}


def consent(client: httpx.Client, *, answer: str = "allow", **changes: str) -> dict[str, str]:
    """Sign in and answer the consent page; the reply's parameters at the redirect URL."""
    target = changes.get("redirect_uri", CALLBACK)
    person = Person(client, lambda _, url, __: not url.startswith(target), answer=answer)
    url = str(client.build_request("GET", "/oauth/authorize", params=authorization(**changes)).url)
    person.open(url)
    assert person.stopped_at, f"stayed at a page: {person.last.text if person.last else ''}"
    return reply_of(person.stopped_at)


def exchange(client: httpx.Client, code: str, **changes: str) -> httpx.Response:
    """Token request for a code."""
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK} | HARBOR | changes
    return token(client, **given)


def token(client: httpx.Client, **parameters: str) -> httpx.Response:
    """Any token request, form-encoded; a parameter "" is left out."""
    return client.post("/oauth/token", data={name: value for name, value in parameters.items() if value})


def tokens(client: httpx.Client, **changes: str) -> dict[str, Any]:
    """Tokens of a complete sign-in."""
    reply = exchange(client, consent(client, **changes)["code"])
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def refresh(client: httpx.Client, refresh_token: str, **changes: str) -> httpx.Response:
    """Token request with a refresh token."""
    return token(client, grant_type="refresh_token", refresh_token=refresh_token, **(HARBOR | changes))


def me(client: httpx.Client, access_token: str) -> httpx.Response:
    """The protected resource that says who asks."""
    return client.get("/api/bearer/me", headers={"Authorization": f"Bearer {access_token}"})
