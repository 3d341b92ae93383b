"""The authorization code grant, with and without PKCE, and what the provider refuses."""

from __future__ import annotations

import base64
import hashlib

import httpx
import pytest

from designer.sandbox import Sandbox
from tests.sandbox.conftest import Clock
from tests.sandbox.conversation import CALLBACK, authorization, consent, exchange, me, tokens

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
# RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PUBLIC = {"client_id": "harbor-public", "client_secret": ""}


def test_consent_code_tokens_resource(client: httpx.Client, sandbox: Sandbox) -> None:
    reply = consent(client)
    assert reply.keys() == {"code", "state", "iss"}
    assert (reply["state"], reply["iss"]) == ("xyz", sandbox.origin)
    answer = exchange(client, reply["code"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    given = answer.json()
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 3600
    assert given["scope"] == "contacts.read contacts.write"
    assert me(client, given["access_token"]).json()["name"] == "Dana Demo"


def test_a_refused_consent(client: httpx.Client) -> None:
    reply = consent(client, answer="refuse")
    assert reply["error"] == "access_denied"
    assert reply["state"] == "xyz"
    assert "code" not in reply


def test_a_code_used_twice_takes_its_tokens_with_it(client: httpx.Client) -> None:
    code = consent(client)["code"]
    first = exchange(client, code).json()
    again = exchange(client, code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert me(client, first["access_token"]).status_code == 401


def test_a_code_expires(client: httpx.Client, clock: Clock) -> None:
    code = consent(client)["code"]
    clock.now += 60
    answer = exchange(client, code)
    assert answer.json()["error"] == "invalid_grant"
    assert "expired" in answer.json()["error_description"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://app.workato.com/oauth/callback"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": "harbor-public", "client_secret": ""}, "invalid_grant"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
        ({"grant_type": "made-up"}, "unsupported_grant_type"),
    ],
)
def test_exchanges_that_are_refused(client: httpx.Client, changes: dict[str, str], error: str) -> None:
    code = consent(client)["code"]
    given = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "client_id": "harbor-crm"}
    given |= {"client_secret": "harbor-demo-secret", "code": code} | changes
    answer = client.post("/oauth/token", data={name: value for name, value in given.items() if value})
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] == error


def test_the_secret_in_a_basic_header(client: httpx.Client) -> None:
    code = consent(client)["code"]
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    right, wrong = ("harbor-crm", "harbor-demo-secret"), ("harbor-crm", "x")
    assert client.post("/oauth/token", data=data, auth=wrong).status_code == 401
    assert client.post("/oauth/token", data=data, auth=right).status_code == 200


@pytest.mark.parametrize(("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), ("", VERIFIER)])
def test_pkce_of_a_public_client(client: httpx.Client, method: str, challenge: str) -> None:
    asked = {"client_id": "harbor-public", "code_challenge": challenge, "code_challenge_method": method}
    code = consent(client, **asked)["code"]
    assert exchange(client, code, **PUBLIC, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    ("verifier", "error"),
    [("a" * 43, "invalid_grant"), ("short", "invalid_request"), ("", "invalid_request"), (CHALLENGE, "invalid_grant")],
)
def test_another_verifier_is_refused(client: httpx.Client, verifier: str, error: str) -> None:
    code = consent(client, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]
    answer = exchange(client, code, code_verifier=verifier)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_a_verifier_nobody_announced_is_refused(client: httpx.Client) -> None:
    # RFC 9700 §4.8.2: a downgrade, otherwise.
    answer = exchange(client, consent(client)["code"], code_verifier=VERIFIER)
    assert answer.json()["error"] == "invalid_request"


def test_a_verifier_of_128_characters(client: httpx.Client) -> None:
    verifier = "v" * 128
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    code = consent(client, code_challenge=challenge, code_challenge_method="S256")["code"]
    assert exchange(client, code, code_verifier=verifier).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/oauth/callback"}, "invalid_request"),
        ({"redirect_uri": f"{CALLBACK}-evil"}, "invalid_request"),
        ({"redirect_uri": f"{CALLBACK}?x=1"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:1@evil.example/oauth/callback"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:1/oauth/callback#x"}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
    ],
)
def test_what_is_never_sent_back(client: httpx.Client, changes: dict[str, str], error: str) -> None:
    answer = client.get("/oauth/authorize", params=authorization(**changes))
    assert answer.status_code == 400
    assert error in answer.text
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://localhost:45555/oauth/callback",
        "http://127.0.0.1:1/oauth/callback",
        "http://127.0.0.1:65535/oauth/callback",
        "http://[::1]:8080/oauth/callback",
    ],
)
def test_loopback_redirect_urls_are_good_with_any_port(client: httpx.Client, redirect_uri: str) -> None:
    code = consent(client, redirect_uri=redirect_uri)["code"]
    assert exchange(client, code, redirect_uri=redirect_uri).status_code == 200


def test_errors_of_the_request_travel_back_with_state(client: httpx.Client) -> None:
    answer = client.get("/oauth/authorize", params=authorization(response_type="token"))
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith(CALLBACK)
    assert "error=unsupported_response_type" in location
    assert "state=xyz" in location


def test_a_request_without_response_type(client: httpx.Client) -> None:
    answer = client.get("/oauth/authorize", params=authorization(response_type=""))
    assert "error=invalid_request" in answer.headers["Location"]
    assert "response_type" in answer.headers["Location"]


def test_the_consent_form_cannot_be_posted_from_outside(client: httpx.Client) -> None:
    consent(client)  # signed in now
    forged = client.post("/oauth/authorize", params=authorization(), data={"decision": "allow", "consent": "guess"})
    assert forged.status_code == 400
    assert "Location" not in forged.headers


def test_login_with_a_wrong_password_stays(client: httpx.Client) -> None:
    answer = client.post("/login", data={"username": "demo", "password": "x", "next": "/oauth/authorize?a=1"})
    assert answer.status_code == 401
    assert "wrong" in answer.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example", ""])
def test_login_goes_nowhere_else(client: httpx.Client, target: str) -> None:
    answer = client.post("/login", data={"username": "demo", "password": "demo-password", "next": target})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_two_browsers_do_not_share_a_sign_in(client: httpx.Client, sandbox: Sandbox) -> None:
    consent(client)
    with httpx.Client(base_url=sandbox.origin) as other:
        answer = other.get("/oauth/authorize", params=authorization())
    assert answer.headers["Location"].startswith("/login")


def test_signing_out(client: httpx.Client) -> None:
    consent(client)
    assert client.get("/oauth/authorize", params=authorization()).status_code == 200
    client.post("/logout")
    assert client.get("/oauth/authorize", params=authorization()).status_code == 302


def test_markup_in_parameters_stays_text(client: httpx.Client) -> None:
    consent(client)
    nasty = '"><script>alert(1)</script>'
    page = client.get("/oauth/authorize", params=authorization(state=nasty, scope="contacts.read"))
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_openid_gives_an_id_token(client: httpx.Client) -> None:
    given = tokens(client, scope="openid email", nonce="n-1")
    assert given["id_token"].count(".") == 2
