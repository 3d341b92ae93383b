"""Every other grant, the life of tokens, revocation, introspection, metadata."""

from __future__ import annotations

import base64
import hmac

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from designer.sandbox import Sandbox
from designer.sandbox.demo import private_key
from tests.sandbox.conftest import Clock
from tests.sandbox.conversation import HARBOR, SERVICE, consent, exchange, me, refresh, token, tokens

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def test_client_credentials(client: httpx.Client) -> None:
    answer = token(client, grant_type="client_credentials", scope="contacts.read", **SERVICE)
    assert answer.status_code == 200
    given = answer.json()
    assert "refresh_token" not in given
    assert me(client, given["access_token"]).json()["name"] == "harbor-service"


@pytest.mark.parametrize(
    "given", [{"client_id": "harbor-public"}, SERVICE | {"client_secret": "x"}, {"client_id": "harbor-service"}]
)
def test_client_credentials_need_the_secret(client: httpx.Client, given: dict[str, str]) -> None:
    answer = token(client, grant_type="client_credentials", **given)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_a_grant_the_client_was_not_given(client: httpx.Client) -> None:
    answer = token(client, grant_type="password", username="demo", password="demo-password", **SERVICE)
    assert answer.json()["error"] == "unauthorized_client"


def test_password_grant(client: httpx.Client) -> None:
    answer = token(client, grant_type="password", username="demo", password="demo-password", **HARBOR)
    assert answer.status_code == 200
    assert me(client, answer.json()["access_token"]).json()["name"] == "Dana Demo"
    assert refresh(client, answer.json()["refresh_token"]).status_code == 200
    wrong = token(client, grant_type="password", username="demo", password="x", **HARBOR)
    assert wrong.json()["error"] == "invalid_grant"


def test_json_is_not_what_a_token_endpoint_takes(client: httpx.Client) -> None:
    answer = client.post("/oauth/token", json={"grant_type": "client_credentials"} | SERVICE)
    assert answer.status_code == 400
    assert "x-www-form-urlencoded" in answer.json()["error_description"]


# Refresh


def test_rotation_spends_the_old_refresh_token(client: httpx.Client) -> None:
    first = tokens(client)
    second = refresh(client, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == first["scope"]
    assert me(client, second["access_token"]).status_code == 200
    assert me(client, first["access_token"]).status_code == 401


def test_reuse_revokes_the_whole_sign_in(client: httpx.Client) -> None:
    first = tokens(client)
    second = refresh(client, first["refresh_token"]).json()
    again = refresh(client, first["refresh_token"])
    assert again.json()["error"] == "invalid_grant"
    assert me(client, second["access_token"]).status_code == 401
    assert refresh(client, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_reuse_without_detection_is_forgiven(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(detect_reuse=False)
    first = tokens(client)
    assert refresh(client, first["refresh_token"]).status_code == 200
    assert refresh(client, first["refresh_token"]).status_code == 200


def test_without_rotation_the_reply_has_no_refresh_token_and_the_old_one_stays(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.quirks.set(rotate_refresh_tokens=False)
    first = tokens(client)
    for _ in range(2):
        answer = refresh(client, first["refresh_token"])
        assert answer.status_code == 200
        assert "refresh_token" not in answer.json()


def test_a_refresh_token_is_the_clients_own(client: httpx.Client) -> None:
    first = tokens(client)
    answer = refresh(client, first["refresh_token"], client_id="harbor-public", client_secret="")
    assert answer.json()["error"] == "invalid_grant"


def test_a_refresh_cannot_widen_the_scope(client: httpx.Client) -> None:
    first = tokens(client, scope="contacts.read")
    answer = refresh(client, first["refresh_token"], scope="contacts.read contacts.write")
    assert answer.json()["error"] == "invalid_scope"


def test_refresh_tokens_that_end(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.quirks.set(refresh_token_expires_in=100)
    first = tokens(client)
    assert first["refresh_token_expires_in"] == 100
    clock.now += 100
    assert "expired" in refresh(client, first["refresh_token"]).json()["error_description"]


# Life of an access token


def test_an_access_token_ends_when_it_said(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.quirks.set(expires_in=30)
    given = tokens(client)
    assert given["expires_in"] == 30
    clock.now += 29
    assert me(client, given["access_token"]).status_code == 200
    clock.now += 1
    answer = me(client, given["access_token"])
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_token"
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_the_drill_that_expires_tokens(client: httpx.Client) -> None:
    given = tokens(client)
    assert client.post("/sandbox/expire-tokens").json() == {"expired": 1}
    assert me(client, given["access_token"]).status_code == 401
    assert me(client, refresh(client, given["refresh_token"]).json()["access_token"]).status_code == 200


def test_the_drill_that_revokes_refresh_tokens(client: httpx.Client) -> None:
    given = tokens(client)
    assert client.post("/sandbox/revoke-refresh-tokens").json() == {"revoked": 1}
    assert refresh(client, given["refresh_token"]).json()["error"] == "invalid_grant"


def test_writing_needs_the_scope(client: httpx.Client) -> None:
    reading, writing = tokens(client, scope="contacts.read"), tokens(client, scope="contacts.write")
    contact = {"last_name": "Ng", "email": "ng@harbor.example"}
    for given, status in ((reading, 403), (writing, 201)):
        headers = {"Authorization": f"Bearer {given['access_token']}"}
        assert client.post("/api/bearer/contacts", json=contact, headers=headers).status_code == status


def test_jwt_access_tokens_verify_against_the_published_keys(
    client: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.quirks.set(access_token="jwt")
    given = tokens(client, scope="contacts.read openid", nonce="n-1")
    key = jwt.PyJWK(client.get("/jwks").json()["keys"][0]).key
    options = {"verify_exp": False, "verify_iat": False}
    access = jwt.decode(given["access_token"], key, ["ES256"], audience=f"{sandbox.origin}/api", options=options)
    assert (access["sub"], access["exp"]) == ("demo", int(clock.now) + 3600)
    identity = jwt.decode(given["id_token"], key, ["ES256"], audience="harbor-crm", options=options)
    assert (identity["iss"], identity["nonce"]) == (sandbox.origin, "n-1")
    assert me(client, given["access_token"]).status_code == 200


def test_revocation(client: httpx.Client) -> None:
    first, second = tokens(client), tokens(client)
    assert client.post("/oauth/revoke", data={"token": first["access_token"]} | HARBOR).status_code == 200
    assert me(client, first["access_token"]).status_code == 401
    assert refresh(client, first["refresh_token"]).status_code == 200
    client.post("/oauth/revoke", data={"token": second["refresh_token"]} | HARBOR)
    assert me(client, second["access_token"]).status_code == 401
    assert refresh(client, second["refresh_token"]).json()["error"] == "invalid_grant"
    # RFC 7009 §2.2: an unknown token is as revoked as any.
    assert client.post("/oauth/revoke", data={"token": "unknown"} | HARBOR).status_code == 200
    assert client.post("/oauth/revoke", data={"token": "x"}).status_code == 401


def test_introspection(client: httpx.Client, clock: Clock) -> None:
    given = tokens(client)

    def ask(text: str, who: dict[str, str] = HARBOR) -> dict[str, object]:
        return dict(client.post("/oauth/introspect", data={"token": text} | who).json())

    answer = ask(given["access_token"])
    assert answer["active"] is True
    assert (answer["username"], answer["exp"]) == ("demo", int(clock.now) + 3600)
    assert ask("unknown") == {"active": False}
    assert ask(given["access_token"], SERVICE) == {"active": False}
    clock.now += 3600
    assert ask(given["access_token"]) == {"active": False}


@pytest.mark.parametrize("path", ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"])
def test_metadata_tells_what_is_there(client: httpx.Client, sandbox: Sandbox, path: str) -> None:
    found = client.get(path).json()
    assert found["issuer"] == sandbox.origin
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert found[name].startswith(sandbox.origin)
    assert found["code_challenge_methods_supported"] == ["S256", "plain"]
    sandbox.quirks.set(pkce_plain=False, iss="off", token_auth="basic")
    changed = client.get(path).json()
    assert changed["code_challenge_methods_supported"] == ["S256"]
    assert changed["authorization_response_iss_parameter_supported"] is False
    assert changed["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "none"]


# JWT bearer, RFC 7523


def assertion(clock: Clock, sandbox: Sandbox, alg: str = "RS256", key: object = None, **changes: object) -> str:
    now = int(clock.now)
    claims: dict[str, object] = {
        "iss": "harbor-service",
        "sub": "harbor-service",
        "aud": f"{sandbox.origin}/oauth/token",
        "iat": now,
        "exp": now + 300,
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    keys = {"RS": private_key("rsa"), "ES": private_key("ec"), "HS": SERVICE["client_secret"]}
    return jwt.encode(claims, key or keys[alg[:2]], algorithm=alg)  # type: ignore[arg-type]


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512", "ES256", "HS256"])
def test_an_assertion_in_every_algorithm(client: httpx.Client, sandbox: Sandbox, clock: Clock, alg: str) -> None:
    answer = token(client, grant_type=JWT_BEARER, assertion=assertion(clock, sandbox, alg))
    assert answer.status_code == 200, answer.text
    assert me(client, answer.json()["access_token"]).json()["client_id"] == "harbor-service"


def test_an_assertion_in_the_name_of_a_person(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    text = assertion(clock, sandbox, sub="demo", aud=[sandbox.origin, "https://other.example"])
    answer = token(client, grant_type=JWT_BEARER, assertion=text, scope="contacts.read")
    assert me(client, answer.json()["access_token"]).json()["name"] == "Dana Demo"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "https://other.example"}, "aud"),
        ({"aud": None}, "aud"),
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": 9_999_999_999}, "more than an hour"),
        ({"iss": "nobody"}, "names no client"),
        ({"iss": None}, "names no client"),
        ({"sub": "nobody"}, "sub"),
        ({"nbf": 9_999_999_998}, ""),
    ],
)
def test_claims_that_do_not_hold(
    client: httpx.Client, sandbox: Sandbox, clock: Clock, changes: dict[str, object], why: str
) -> None:
    answer = token(client, grant_type=JWT_BEARER, assertion=assertion(clock, sandbox, **changes))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert why in answer.json()["error_description"]


def signed_with_the_public_key(good: str) -> str:
    """The oldest trick: the public RSA key as the secret of an HMAC."""
    private = serialization.load_pem_private_key(private_key("rsa").encode(), None)
    kinds = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    secret = private.public_key().public_bytes(*kinds)
    header = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode()
    signed = f"{header}.{good.split('.')[1]}"
    mac = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_signatures_that_do_not_hold(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    good = assertion(clock, sandbox)
    header, claims, signature = good.split(".")
    other_rsa = rsa.generate_private_key(65537, 2048)
    other_ec = ec.generate_private_key(ec.SECP256R1())
    bad = [
        assertion(clock, sandbox, "RS256", other_rsa),
        assertion(clock, sandbox, "ES256", other_ec),
        assertion(clock, sandbox, "HS256", "another-secret-of-at-least-32-bytes"),
        signed_with_the_public_key(assertion(clock, sandbox)),
        jwt.encode({"iss": "harbor-service"}, None, algorithm="none"),
        f"{header}.{claims}.{signature[::-1]}",
        f"{header}.{claims}x.{signature}",
        f"{header}.{claims}",
        "nonsense",
        "a.b.c",
    ]
    for text in bad:
        answer = token(client, grant_type=JWT_BEARER, assertion=text)
        assert answer.status_code == 400, text
        assert answer.json()["error"] == "invalid_grant"


def test_without_an_assertion(client: httpx.Client) -> None:
    assert token(client, grant_type=JWT_BEARER).json()["error"] == "invalid_request"


def test_a_client_without_the_grant(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    answer = token(client, grant_type=JWT_BEARER, assertion=assertion(clock, sandbox, iss="harbor-public"))
    assert answer.json()["error"] == "unauthorized_client"


def test_exchanging_for_another_client_is_refused(client: httpx.Client) -> None:
    answer = exchange(client, consent(client)["code"], **SERVICE)
    assert answer.json()["error"] == "unauthorized_client"
