"""The resources behind each kind of authorization: the right credentials pass, any other is refused."""

from __future__ import annotations

import json

import httpx
import jwt
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from designer.sandbox import Sandbox
from designer.sandbox.demo import ACCESS_KEY_ID, API_KEY, APP_ID, APP_TOKEN, SECRET_ACCESS_KEY, private_key
from tests.sandbox.conftest import Clock
from tests.sandbox.conversation import me, tokens

JSON = {"Content-Type": "application/json"}


# Basic, key, headers


def test_basic(client: httpx.Client) -> None:
    assert client.get("/api/basic/me", auth=("demo", "demo-password")).json()["username"] == "demo"
    for auth in (("demo", "x"), ("x", "demo-password"), ("demo", ""), None):
        answer = client.get("/api/basic/me", auth=auth)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_api_key_in_header_and_query(client: httpx.Client) -> None:
    assert client.get("/api/key/me", headers={"X-Api-Key": API_KEY}).json()["place"] == "header"
    assert client.get("/api/key/me", params={"api_key": API_KEY}).json()["place"] == "query"
    for given in ({}, {"X-Api-Key": ""}, {"X-Api-Key": API_KEY + "x"}, {"X-Api-Key": "schlüssel".encode()}):
        answer = client.get("/api/key/me", headers=given)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_api_key")


def test_custom_headers(client: httpx.Client) -> None:
    right = {"X-App-Id": APP_ID, "X-App-Token": APP_TOKEN}
    assert client.get("/api/headers/me", headers=right).status_code == 200
    for name in right:
        assert client.get("/api/headers/me", headers=right | {name: "x"}).status_code == 401


# Bearer


def test_bearer_without_and_with_a_wrong_token(client: httpx.Client) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp4"}):
        answer = client.get("/api/bearer/contacts", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_token"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


# Session


def test_a_session_from_login_to_logout(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    answer = client.post("/api/session/login", json={"username": "ada", "password": "ada-password"})
    assert answer.status_code == 200
    with httpx.Client(base_url=sandbox.origin) as other:
        headers = {"X-Session-Token": answer.json()["token"]}
        assert other.get("/api/session/me", headers=headers).json()["username"] == "ada"
        assert other.get("/api/session/me").status_code == 401
        clock.now += answer.json()["expires_in"]
        assert other.get("/api/session/me", headers=headers).json()["error"] == "session_expired"
        again = other.post("/api/session/login", data={"username": "ada", "password": "ada-password"})
        headers = {"X-Session-Token": again.json()["token"]}
        assert other.post("/api/session/logout", headers=headers).status_code == 204
        other.cookies.clear()
        assert other.get("/api/session/me", headers=headers).status_code == 401


def test_a_session_by_cookie(client: httpx.Client) -> None:
    client.post("/api/session/login", json={"username": "demo", "password": "demo-password"})
    assert client.get("/api/session/me").json()["username"] == "demo"


@pytest.mark.parametrize("given", [{"username": "demo", "password": "x"}, {"username": ["demo"], "password": 7}, {}])
def test_a_login_that_is_refused(client: httpx.Client, given: dict[str, object]) -> None:
    answer = client.post("/api/session/login", json=given)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_credentials")


# AWS Signature Version 4, signed by botocore


@pytest.fixture
def real_time(clock: Clock) -> None:
    # botocore signs with the machine's clock.
    import time

    clock.now = time.time()


def signed(
    sandbox: Sandbox,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    service: str = "execute-api",
    secret: str = SECRET_ACCESS_KEY,
    key: str = ACCESS_KEY_ID,
    headers: dict[str, str] | None = None,
) -> httpx.Request:
    request = AWSRequest(method, f"{sandbox.origin}{path}", headers=headers or {}, data=body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(key, secret), service, "eu-central-1").add_auth(request)
    prepared = request.prepare()
    made = httpx.Request(method, sandbox.origin, headers=dict(prepared.headers), content=body)
    made.extensions["target"] = path.encode()
    return made


@pytest.mark.usefixtures("real_time")
@pytest.mark.parametrize("service", ["execute-api", "s3"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/sigv4/me",
        "/api/sigv4/contacts?limit=2&offset=1",
        "/api/sigv4/contacts?q=%C3%A4%20b&limit=1",
        "/api/sigv4/contacts?q=a%2Fb&q=A&Z=1&a=&b",
        "/api/sigv4/contacts/1",
    ],
)
def test_botocores_signatures_hold(client: httpx.Client, sandbox: Sandbox, path: str, service: str) -> None:
    answer = client.send(signed(sandbox, path, service=service))
    assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("real_time")
def test_who_signed(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = client.send(signed(sandbox, "/api/sigv4/me")).json()
    assert (answer["access_key_id"], answer["region"], answer["service"]) == (
        ACCESS_KEY_ID,
        "eu-central-1",
        "execute-api",
    )


@pytest.mark.usefixtures("real_time")
def test_a_signed_body(client: httpx.Client, sandbox: Sandbox) -> None:
    body = json.dumps({"last_name": "Sørensen", "email": "s@harbor.example"}).encode()
    request = signed(sandbox, "/api/sigv4/contacts", method="POST", body=body, headers=JSON)
    assert client.send(request).status_code == 201


@pytest.mark.usefixtures("real_time")
@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"secret": "another"}, "SignatureDoesNotMatch"),
        ({"key": "AKIANOBODY"}, "InvalidClientTokenId"),
    ],
)
def test_another_key_is_refused(client: httpx.Client, sandbox: Sandbox, about: dict[str, str], code: str) -> None:
    answer = client.send(signed(sandbox, "/api/sigv4/me", **about))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]) == (403, code)


@pytest.mark.usefixtures("real_time")
def test_a_mismatch_shows_the_canonical_request(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = client.send(signed(sandbox, "/api/sigv4/me?b=2&a=1", secret="another")).json()
    assert answer["canonical_request"].startswith("GET\n/api/sigv4/me\na=1&b=2\nhost:")
    assert answer["string_to_sign"].startswith("AWS4-HMAC-SHA256\n")
    assert SECRET_ACCESS_KEY not in json.dumps(answer)


@pytest.mark.usefixtures("real_time")
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Authorization", None, "MissingAuthenticationToken"),
        ("Authorization", "Bearer x", "IncompleteSignature"),
        ("Authorization", "AWS4-HMAC-SHA256 Credential=a/b", "IncompleteSignature"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=host,Signature=0",
            "IncompleteSignature",
        ),
        ("X-Amz-Date", None, "IncompleteSignature"),
        ("X-Amz-Date", "yesterday", "IncompleteSignature"),
        ("X-Amz-Extra", "unsigned", "SignatureDoesNotMatch"),
        ("X-Amz-Content-Sha256", "0" * 64, "SignatureDoesNotMatch"),
    ],
)
def test_a_tampered_request_is_refused(
    client: httpx.Client, sandbox: Sandbox, name: str, value: str | None, code: str
) -> None:
    request = signed(sandbox, "/api/sigv4/me")
    if value is None:
        del request.headers[name]
    else:
        request.headers[name] = value
    answer = client.send(request)
    assert (answer.status_code, answer.json()["error"]) == (403, code)


@pytest.mark.usefixtures("real_time")
def test_a_changed_body_or_path_is_refused(client: httpx.Client, sandbox: Sandbox) -> None:
    good = signed(sandbox, "/api/sigv4/contacts", method="POST", body=b'{"last_name":"A"}', headers=JSON)
    changed = httpx.Request("POST", good.url, headers=dict(good.headers), content=b'{"last_name":"B"}')
    changed.extensions["target"] = b"/api/sigv4/contacts"
    assert client.send(changed).json()["error"] == "SignatureDoesNotMatch"
    request = signed(sandbox, "/api/sigv4/contacts?limit=1")
    request.extensions["target"] = b"/api/sigv4/contacts?limit=2"
    assert client.send(request).json()["error"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 403), (-16, 403)])
@pytest.mark.usefixtures("real_time")
def test_old_and_early_signatures(
    client: httpx.Client, sandbox: Sandbox, clock: Clock, minutes: int, status: int
) -> None:
    request = signed(sandbox, "/api/sigv4/me")
    clock.now += minutes * 60
    answer = client.send(request)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["error"] == "RequestExpired"


# Digest, answered by httpx


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256"])
def test_digest(client: httpx.Client, sandbox: Sandbox, algorithm: str) -> None:
    sandbox.quirks.set(digest_algorithm=algorithm)
    auth = httpx.DigestAuth("demo", "demo-password")
    assert client.get("/api/digest/me", auth=auth).json()["username"] == "demo"
    assert client.get("/api/digest/contacts", params={"q": "a b/c"}, auth=auth).status_code == 200
    body = {"last_name": "Ng", "email": "ng@harbor.example"}
    assert client.post("/api/digest/contacts", json=body, auth=auth).status_code == 201


def test_digest_refuses(client: httpx.Client) -> None:
    for auth in (httpx.DigestAuth("demo", "x"), httpx.DigestAuth("nobody", "demo-password"), None):
        answer = client.get("/api/digest/me", auth=auth)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Digest realm="harbor"')


def test_a_digest_of_another_request_is_refused(client: httpx.Client) -> None:
    seen: list[str] = []
    with httpx.Client(
        base_url=client.base_url, event_hooks={"request": [lambda r: seen.append(r.headers.get("Authorization", ""))]}
    ) as other:
        other.get("/api/digest/me", auth=httpx.DigestAuth("demo", "demo-password"))
    headers = {"Authorization": seen[-1]}
    assert client.get("/api/digest/me", headers=headers).status_code == 200
    assert client.get("/api/digest/companies", headers=headers).status_code == 401
    assert client.post("/api/digest/me", headers=headers).status_code in {401, 405}


def test_an_old_nonce_is_called_stale(client: httpx.Client, clock: Clock) -> None:
    auth = httpx.DigestAuth("demo", "demo-password")
    client.get("/api/digest/me", auth=auth)
    clock.now += 301
    answer = client.get(
        "/api/digest/me",
        headers={"Authorization": 'Digest username="demo", realm="harbor", uri="/api/digest/me", nonce="old"'},
    )
    assert "stale=true" in answer.headers["WWW-Authenticate"]
    assert client.get("/api/digest/me", auth=auth).status_code == 200


# A JWT of the client's own


def test_own_jwt(client: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    claims = {"iss": "harbor-service", "aud": sandbox.origin, "exp": int(clock.now) + 60}
    for key, alg in ((private_key("rsa"), "RS256"), (private_key("ec"), "ES256")):
        headers = {"Authorization": f"Bearer {jwt.encode(claims, key, algorithm=alg)}"}
        assert client.get("/api/jwt/me", headers=headers).json()["client_id"] == "harbor-service"
    old = jwt.encode(claims | {"exp": 1}, private_key("ec"), algorithm="ES256")
    for given in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {old}"}):
        assert client.get("/api/jwt/me", headers=given).status_code == 401


# One address for all


def test_v1_takes_whatever_comes(client: httpx.Client) -> None:
    session = client.post("/api/session/login", json={"username": "ada", "password": "ada-password"}).json()["token"]
    client.cookies.clear()
    given: dict[str, dict[str, str]] = {
        "key": {"X-Api-Key": API_KEY},
        "headers": {"X-App-Id": APP_ID, "X-App-Token": APP_TOKEN},
        "bearer": {"Authorization": f"Bearer {tokens(client)['access_token']}"},
        "session": {"X-Session-Token": session},
        "basic": {"Authorization": "Basic ZGVtbzpkZW1vLXBhc3N3b3Jk"},
    }
    for kind, headers in given.items():
        assert client.get("/api/v1/me", headers=headers).json()["authorization"] == kind
        assert client.get("/api/v1/contacts", headers=headers).json()["total"] == 12
    assert client.get("/api/v1/me", params={"api_key": API_KEY}).json()["authorization"] == "key"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Negotiate x"},
        {"X-Api-Key": "x"},
        # A bad token is not made good by a good key beside it.
        {"Authorization": "Bearer x", "X-Api-Key": API_KEY},
    ],
)
def test_v1_refuses_the_rest(client: httpx.Client, headers: dict[str, str]) -> None:
    assert client.get("/api/v1/contacts", headers=headers).status_code == 401


# The data


@pytest.fixture
def keyed(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(base_url=f"{sandbox.origin}/api/key", headers={"X-Api-Key": API_KEY})


def test_contacts_and_companies(keyed: httpx.Client) -> None:
    with keyed:
        everyone = keyed.get("/contacts").json()
        assert everyone["total"] == len(everyone["contacts"]) == 12
        page = keyed.get("/contacts", params={"limit": 2, "offset": 3}).json()
        assert [contact["id"] for contact in page["contacts"]] == [4, 5]
        assert keyed.get("/contacts", params={"q": "WEISS"}).json()["contacts"][0]["last_name"] == "Weiß"
        assert keyed.get("/contacts/4").json()["first_name"] == "Jonas"
        assert keyed.get("/companies").json()["companies"][3]["name"] == "Kōbe Optics 株式会社"


def test_adding_a_contact(keyed: httpx.Client) -> None:
    with keyed:
        made = keyed.post("/contacts", json={"last_name": "Ng", "email": "ng@harbor.example", "company_id": 2})
        assert made.status_code == 201
        assert made.json()["created_at"] == "2026-01-02T03:04:05Z"
        assert keyed.get(f"/contacts/{made.json()['id']}").json() == made.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "last_name"),
        ({"last_name": "Ng"}, "email"),
        ({"last_name": "Ng", "email": "x"}, "email"),
        ({"last_name": "Ng", "email": "a@b", "company_id": 99}, "company_id"),
        ([], ""),
    ],
)
def test_a_contact_that_cannot_be_stored(keyed: httpx.Client, body: object, field: str) -> None:
    with keyed:
        answer = keyed.post("/contacts", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("path", "status"), [("/contacts/99", 404), ("/contacts?limit=x", 422), ("/nothing", 404), ("/contacts/x", 404)]
)
def test_errors_are_json(keyed: httpx.Client, path: str, status: int) -> None:
    with keyed:
        answer = keyed.get(path)
        assert answer.status_code == status
        assert answer.json()["error"]


def test_an_unknown_kind(client: httpx.Client) -> None:
    assert client.get("/api/telepathy/me").status_code == 404


def test_scopes_of_bearer_do_not_touch_other_kinds(client: httpx.Client) -> None:
    given = tokens(client)
    assert me(client, given["access_token"]).json()["scope"] == "contacts.read contacts.write"
