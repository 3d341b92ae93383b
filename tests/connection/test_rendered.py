"""What the kinds write, run over real HTTP against the built-in provider: the requests are those the forms promise."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from designer import facts
from designer.connection import read, switch_kind, update_form
from designer.connection.form import row
from designer.ruby import Document
from designer.sandbox import Sandbox
from designer.sandbox.demo import API_KEY, APP_ID, APP_TOKEN, private_key
from designer.wire import Call, HttpTransport, Outcome, TransportOptions, run
from designer.wire.model import WireResponse
from designer.wire.transport import ScriptedTransport
from tests.sandbox.conversation import consent

AUTH = "/connection/authorization"
CALLBACK = "http://localhost:45555/oauth/callback"
EMPTY = """{
  title: 'Harbor',

  connection: {
    fields: [
      { name: 'host' }
    ],

    base_uri: lambda do |connection|
      "#{connection['host']}/api/KIND/"
    end
  },

  test: lambda do |_connection|
    get('me')
  end
}
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=time.time) as running:
        yield running


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport(TransportOptions())
    yield transport
    transport.close()


def designed(path: str, kind: str, **changes: Any) -> Document:
    """An empty connector switched to ``kind``, its form filled in."""
    doc = switch_kind(Document.parse(EMPTY.replace("KIND", path).encode()), AUTH, kind).document
    auth = read(doc).authorization
    assert auth is not None and auth.parameters is not None
    return update_form(doc, AUTH, {**auth.parameters, **changes}).document


def asked(doc: Document, transport: HttpTransport, operation: str = "test", **settings: Any) -> Outcome:
    args = settings.pop("args", {})
    outcome = run(Call(doc.source, operation, args=args, settings=settings), transport)
    assert outcome.error is None, outcome.error
    return outcome


def agreeable() -> ScriptedTransport:
    """A server that takes any request."""
    return ScriptedTransport(lambda _request: WireResponse(200, "OK", (("Content-Type", "application/json"),), b"{}"))


def statuses(outcome: Outcome) -> list[int]:
    return [exchange.response.status for exchange in outcome.exchanges if exchange.response is not None]


@pytest.mark.parametrize(
    ("path", "kind", "changes", "settings"),
    [
        ("basic", "basic", {}, {"username": "demo", "password": "demo-password"}),
        ("digest", "digest", {}, {"username": "demo", "password": "demo-password"}),
        ("key", "api_key", {"name": "X-Api-Key", "value": "#{api_key}"}, {"api_key": API_KEY}),
        ("key", "api_key", {"place": "query", "name": "api_key", "value": "#{api_key}"}, {"api_key": API_KEY}),
        (
            "headers",
            "custom_headers",
            {"headers": [row("X-App-Id", APP_ID), row("X-App-Token", "#{app_token}")]},
            {"app_token": APP_TOKEN},
        ),
        ("key", "api_key", {"place": "exact", "name": "x-API-key", "value": "#{api_key}"}, {"api_key": API_KEY}),
        (
            "headers",
            "api_key",
            {"name": "X-App-Id", "value": APP_ID, "headers": [row("X-App-Token", "#{app_token}")]},
            {"app_token": APP_TOKEN},
        ),
        (
            "headers",
            "custom_headers",
            {
                "headers": [row("X-App-Id", APP_ID)],
                "conditional": [row("X-App-Token", "#{app_token}") | {"verb": "GET", "url": "/headers/"}],
            },
            {"app_token": APP_TOKEN},
        ),
    ],
)
def test_credentials_on_every_request(
    sandbox: Sandbox, transport: HttpTransport, path: str, kind: str, changes: dict[str, Any], settings: dict[str, Any]
) -> None:
    outcome = asked(designed(path, kind, **changes), transport, host=sandbox.origin, **settings)
    assert outcome.result["name"]
    assert statuses(outcome)[-1] == 200


SERVICE = {"client_id": "harbor-service", "client_secret": "harbor-service-demo-secret-of-32-bytes"}


@pytest.mark.parametrize("client_auth", ["body", "basic"])
def test_client_credentials(sandbox: Sandbox, transport: HttpTransport, client_auth: str) -> None:
    doc = designed("bearer", "client_credentials", client_auth=client_auth, scopes=["contacts.read"])
    outcome = asked(doc, transport, host=sandbox.origin, **SERVICE)
    assert statuses(outcome) == [401, 200, 200]
    assert outcome.result["scope"] == "contacts.read"
    form = outcome.exchanges[1].request
    assert ("client_secret=" in form.body.decode()) == (client_auth == "body")


def test_password_grant(sandbox: Sandbox, transport: HttpTransport) -> None:
    doc = designed("bearer", "password_grant")
    user = {"username": "ada", "password": "ada-password"}
    client = {"client_id": "harbor-crm", "client_secret": "harbor-demo-secret"}
    outcome = asked(doc, transport, host=sandbox.origin, **user, **client)
    assert (statuses(outcome), outcome.result["name"]) == ([401, 200, 200], "Ada Admin")


def test_session(sandbox: Sandbox, transport: HttpTransport) -> None:
    doc = designed(
        "session",
        "session",
        login_url="#{host}/api/session/login",
        headers=[row("X-Session-Token", "#{session_token}")],
    )
    outcome = asked(doc, transport, host=sandbox.origin, username="demo", password="demo-password")
    assert (statuses(outcome), outcome.result["username"]) == ([401, 200, 200], "demo")


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", "rsa"), ("ES256", "ec")])
def test_jwt_bearer(sandbox: Sandbox, transport: HttpTransport, algorithm: str, key: str) -> None:
    claims = [row("iss", "#{client_id}"), row("sub", "demo"), row("aud", "#{host}/oauth/token")]
    doc = designed("bearer", "jwt_bearer", claims=claims, algorithm=algorithm, lifetime=300, key_id="1")
    given = {"client_id": "harbor-service", "private_key": private_key(key)}
    outcome = asked(doc, transport, host=sandbox.origin, **given)
    assert (statuses(outcome), outcome.result["name"]) == ([401, 200, 200], "Dana Demo")


@pytest.mark.parametrize(("since", "status"), [("-60", 200), ("3000", 400)])
def test_a_statement_that_says_from_when_it_holds(
    sandbox: Sandbox, transport: HttpTransport, since: str, status: int
) -> None:
    claims = [row("iss", "#{client_id}"), row("sub", "demo"), row("aud", "#{host}/oauth/token")]
    doc = designed("bearer", "jwt_bearer", claims=claims, times=[row("nbf", since)], key_id="1")
    given = {"host": sandbox.origin, "client_id": "harbor-service", "private_key": private_key("rsa")}
    outcome = run(Call(doc.source, "test", settings=given), transport)
    assert statuses(outcome)[:2] == [401, status]
    assert (outcome.error is None) == (status == 200)


def test_basic_in_a_header_of_another_name() -> None:
    server = agreeable()
    doc = designed("basic", "basic", header="X-Authorization", headers=[row("X-Version", "2")])
    run(Call(doc.source, "test", settings={"host": "https://x.example", "username": "a", "password": "ü:b"}), server)
    sent = dict(server.requests[0].headers)
    assert base64.b64decode(sent["X-Authorization"].removeprefix("Basic ")).decode() == "a:ü:b"
    assert (sent["X-Version"], "Authorization" in sent) == ("2", False)


@pytest.mark.parametrize("filled", [True, False])
def test_a_header_goes_along_where_its_setting_is_filled_in(filled: bool) -> None:
    server = agreeable()
    only = row("X-Api-Version", "#{version}") | {"verb": "", "url": "", "setting": "version"}
    doc = designed("key", "custom_headers", conditional=[only])
    given = {"host": "https://x.example", "api_key": "k", "version": "2" if filled else ""}
    run(Call(doc.source, "test", settings=given), server)
    assert ("X-Api-Version" in dict(server.requests[0].headers)) == filled


def test_a_key_whose_line_breaks_are_written_out(sandbox: Sandbox, transport: HttpTransport) -> None:
    claims = [row("iss", "#{client_id}"), row("sub", "demo"), row("aud", "#{host}/oauth/token")]
    doc = designed("bearer", "jwt_bearer", claims=claims, lifetime=300, key_id="1", repair=True)
    pasted = private_key("rsa").replace("\n", "\\n")
    outcome = asked(doc, transport, host=sandbox.origin, client_id="harbor-service", private_key=pasted)
    assert (statuses(outcome), outcome.result["name"]) == ([401, 200, 200], "Dana Demo")


def test_a_statement_sent_with_every_request(sandbox: Sandbox, transport: HttpTransport) -> None:
    claims = [row("iss", "#{client_id}"), row("sub", "demo"), row("aud", "#{host}/api")]
    doc = designed("jwt", "jwt_bearer", use="self", claims=claims, lifetime=300, key_id="1")
    given = {"client_id": "harbor-service", "private_key": private_key("rsa")}
    outcome = asked(doc, transport, host=sandbox.origin, **given)
    assert (statuses(outcome), outcome.result["name"]) == ([200], "Harbor service account")


@pytest.mark.parametrize("exchange", ["token_url", "acquire"])
@pytest.mark.parametrize(("kind", "length"), [("oauth2_code", 0), ("oauth2_pkce", 0), ("oauth2_pkce", 50)])
def test_authorization_code(sandbox: Sandbox, transport: HttpTransport, kind: str, length: int, exchange: str) -> None:
    own = {"verifier_length": length} if length else {}
    doc = designed("bearer", kind, exchange=exchange, scopes=["contacts.read", "offline_access"], **own)
    settings: dict[str, Any] = {
        "host": sandbox.origin,
        "client_id": "harbor-crm",
        "client_secret": "harbor-demo-secret",
    }
    verifier = {"verifier": "v" * 64} if kind == "oauth2_pkce" else {}
    call = Call(doc.source, "authorization_url", settings=settings, random={"state": "abc", **verifier})
    opened = run(call, transport)
    assert opened.error is None
    query = dict(parse_qsl(urlsplit(opened.result["browser_url"]).query))
    assert (query["response_type"], query["scope"]) == ("code", "contacts.read offline_access")
    assert ("code_challenge" in query) == (kind == "oauth2_pkce")
    query.pop("state")
    with httpx.Client(base_url=sandbox.origin) as client:
        code = consent(client, **query)["code"]
    traded = run(
        Call(doc.source, "token_exchange", args={"auth_code": code}, settings=settings, random=verifier), transport
    )
    assert traded.error is None, traded.error
    if kind == "oauth2_pkce":
        sent = dict(parse_qsl(traded.exchanges[0].request.body.decode()))
        assert sent["code_verifier"] == "v" * (length or 64)
    signed_in = settings | dict(traded.settings_after or {})
    assert asked(doc, transport, **signed_in).result["name"] == "Dana Demo"
    sandbox.world.expire_access_tokens()
    assert statuses(asked(doc, transport, **signed_in)) == [401, 200, 200]


def test_the_sample_signs_in_three_ways(sandbox: Sandbox, transport: HttpTransport) -> None:
    doc = Document.parse(facts.resource("samples", "harbor-crm", "connector.rb").read_bytes())
    ways = {
        "personal": {"api_key": API_KEY},
        "service": SERVICE,
        "legacy": {"username": "demo", "password": "demo-password"},
    }
    seen = {}
    for name, given in ways.items():
        settings = {"auth_type": name, "host": sandbox.origin, **given}
        seen[name] = asked(doc, transport, **settings).result["authorization"]
        search = {"name": "search_contacts", "input": {"query": "ingrid"}}
        found = asked(doc, transport, "action", args=search, **settings).result
        assert [contact["last_name"] for contact in found["contacts"]] == ["Solberg"]
    assert seen == {"personal": "key", "service": "bearer", "legacy": "basic"}
    made = {"name": "create_contact", "input": {"last_name": "Ek", "email": "e@harbor.example", "title": ""}}
    settings = {"auth_type": "personal", "host": sandbox.origin, **ways["personal"]}
    assert asked(doc, transport, "action", args=made, **settings).result["last_name"] == "Ek"
    companies = asked(
        doc, transport, "action", args={"name": "list_companies", "input": {"industry": "food"}}, **settings
    )
    assert [company["city"] for company in companies.result["companies"]] == ["Santa Fe"]
    refused = {"name": "create_contact", "input": {"last_name": "Ek", "email": "no address"}}
    outcome = run(Call(doc.source, "action", args=refused, settings=settings), transport)
    assert outcome.error is not None
    assert "email is not an address. (email)" in outcome.error["message"]
