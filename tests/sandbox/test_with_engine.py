"""Connectors of every kind, run by the project's own engine over real HTTP: what it signs, the provider verifies.

Between the two, every byte is noted: what was prepared, what was reported and what arrived are the same.
"""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization as s

from designer.sandbox import Sandbox
from designer.sandbox.certificates import server_context
from designer.sandbox.demo import ACCESS_KEY_ID, API_KEY, SECRET_ACCESS_KEY, private_key
from designer.wire import Call, HttpTransport, Outcome, TransportOptions, WireRequest, run
from tests.sandbox.conftest import Clock
from tests.sandbox.conversation import HARBOR, SERVICE, consent
from tests.wire.servers import Connection as Incoming
from tests.wire.servers import Server, serving

CONNECTOR = """{
  title: 'Harbor',
  connection: {
    authorization: { %(authorization)s },
    base_uri: lambda { |connection| "#{connection['origin']}/api/%(kind)s/" }
  },
  test: lambda { |_connection| get('me') },
  actions: {
    add: { execute: lambda { |_connection, input| post('contacts', input) } },
    find: { execute: lambda { |_connection, input| get('contacts', q: input['q'], limit: 2) } }
  }
}
"""

BEARER = (
    "refresh_on: [401], apply: lambda { |connection| headers('Authorization' => \"Bearer #{connection['token']}\") }"
)


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport(TransportOptions())
    yield transport
    transport.close()


class Tap:
    """Stands before the provider and notes what comes in."""

    def __init__(self, provider: str, server: Server, tls: ssl.SSLContext | None = None) -> None:
        self.origin = server.origin
        self.provider = provider
        self.received = b""
        self.peers: list[object] = []
        """Whose certificates clients showed, a connection each."""
        self._tls = tls

    def play(self, connection: Incoming) -> None:
        address = urlsplit(self.provider)
        self.peers.append(connection.peer_certificate())
        with socket.create_connection((address.hostname, address.port)) as plain, self._secured(plain) as onward:
            connection.relay(onward, self._note)

    def _note(self, data: bytes) -> None:
        self.received += data

    def _secured(self, plain: socket.socket) -> socket.socket:
        return plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname="127.0.0.1")


@pytest.fixture
def tap(sandbox: Sandbox) -> Iterator[Tap]:
    waiting: list[Tap] = []
    with serving(lambda connection: waiting[0].play(connection)) as server:
        waiting.append(Tap(sandbox.origin, server))
        yield waiting[0]


@pytest.fixture
def secured_tap(sandbox: Sandbox, tmp_path: Path) -> Iterator[Tap]:
    """The same before the https side: it ends TLS, asks for a client certificate, and begins TLS anew with that."""
    held = sandbox.world.certificates
    assert held is not None
    demanding = server_context(held)
    demanding.verify_mode = ssl.CERT_REQUIRED
    onward = ssl.create_default_context(cadata=held.authority)
    (tmp_path / "client.pem").write_text(held.client + held.client_key, encoding="ascii")
    onward.load_cert_chain(tmp_path / "client.pem")
    waiting: list[Tap] = []
    with serving(lambda connection: waiting[0].play(connection), demanding) as server:
        waiting.append(Tap(sandbox.secured_origin, server, onward))
        yield waiting[0]


def as_bytes(request: WireRequest) -> bytes:
    lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    return "\r\n".join([*lines, "", ""]).encode() + request.body


class Connection:
    """One connection of a connector; settings stay as a run left them."""

    def __init__(self, transport: HttpTransport, tap: Tap, kind: str, authorization: str, **settings: Any) -> None:
        self.source = (CONNECTOR % {"kind": kind, "authorization": authorization}).encode()
        self.settings: dict[str, Any] = settings
        self._transport = transport
        self._tap = tap
        self._runs = 0

    def run(self, operation: str, **args: Any) -> Outcome:
        self._runs += 1
        at = datetime.datetime.now(datetime.UTC).isoformat()
        call = Call(self.source, operation, args=args, settings=self.settings, at=at, random={"seed": str(self._runs)})
        prepared = run(replace(call, dry_run=True), self._transport).prepared
        self._tap.received = b""
        outcome = run(call, self._transport)
        sent = [exchange.request for exchange in outcome.exchanges]
        assert prepared is not None and as_bytes(prepared) == as_bytes(sent[0])
        assert self._tap.received == b"".join(map(as_bytes, sent))
        if outcome.settings_after is not None:
            self.settings = dict(outcome.settings_after)
        return outcome

    def asked(self, operation: str, **args: Any) -> Any:
        outcome = self.run(operation, **args)
        assert outcome.error is None, outcome.error
        return outcome.result


@pytest.fixture
def connect(tap: Tap, transport: HttpTransport, clock: Clock) -> Any:
    # What the engine signs is stamped by the machine's clock.
    clock.now = time.time()
    return lambda kind, authorization, **settings: Connection(
        transport, tap, kind, authorization, origin=tap.origin, **settings
    )


def test_basic(connect: Any) -> None:
    apply = "type: 'basic_auth', apply: lambda { |connection| user(connection['user']); password(connection['pass']) }"
    good = connect("basic", apply, user="ada", **{"pass": "ada-password"})
    assert good.asked("test")["username"] == "ada"
    bad = connect("basic", apply, user="ada", **{"pass": "x"})
    assert bad.run("test").error["http_code"] == 401


@pytest.mark.parametrize(
    "apply",
    ["headers('X-Api-Key' => connection['key'])", "params(api_key: connection['key'])"],
    ids=["header", "query"],
)
def test_api_key(connect: Any, apply: str) -> None:
    key = connect("key", f"type: 'api_key', apply: lambda {{ |connection| {apply} }}", key=API_KEY)
    assert key.asked("test")["authorization"] == "key"
    made = key.asked("action", name="add", input={"last_name": "Øre", "email": "o@harbor.example"})
    assert made["last_name"] == "Øre"
    assert key.asked("action", name="find", input={"q": "øre"})["total"] == 1


def test_client_credentials_from_the_first_401_on(connect: Any, sandbox: Sandbox) -> None:
    acquire = """acquire: lambda do |connection|
      reply = post("#{connection['origin']}/oauth/token").
              payload(grant_type: 'client_credentials',
                      client_id: connection['id'], client_secret: connection['secret']).
              request_format_www_form_urlencoded
      { token: reply['access_token'] }
    end"""
    service = connect(
        "bearer",
        f"type: 'custom_auth', {acquire}, {BEARER}",
        id=SERVICE["client_id"],
        secret=SERVICE["client_secret"],
    )
    outcome = service.run("test")
    assert outcome.result["client_id"] == "harbor-service"
    assert [exchange.response.status for exchange in outcome.exchanges] == [401, 200, 200]
    assert len(service.run("test").exchanges) == 1
    sandbox.world.expire_access_tokens()
    assert len(service.run("test").exchanges) == 3


def test_jwt_bearer(connect: Any) -> None:
    acquire = """acquire: lambda do |connection|
      claims = { iss: 'harbor-service', sub: 'demo', aud: "#{connection['origin']}/oauth/token",
                 iat: now.to_i, exp: now.to_i + 300 }
      assertion = workato.jwt_encode(claims, connection['key'], 'RS256', kid: '1')
      reply = post("#{connection['origin']}/oauth/token").
              payload(grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion).
              request_format_www_form_urlencoded
      { token: reply['access_token'] }
    end"""
    service = connect("bearer", f"type: 'custom_auth', {acquire}, {BEARER}", key=private_key("rsa"))
    assert service.asked("test")["name"] == "Dana Demo"


OAUTH = """type: 'oauth2',
  client_id: lambda { |_c| 'harbor-crm' },
  client_secret: lambda { |_c| 'harbor-demo-secret' },
  authorization_url: lambda { |c| "#{c['origin']}/oauth/authorize?response_type=code&scope=contacts.read" },
  token_url: lambda { |c| "#{c['origin']}/oauth/token" },
  refresh_on: [401],
  apply: lambda { |_c, access_token| headers('Authorization' => "Bearer #{access_token}") }"""


def test_code_expiry_refresh_and_rotation(connect: Any, sandbox: Sandbox, client: Any) -> None:
    redirect_uri = "http://localhost:45555/oauth/callback"
    code = consent(client, redirect_uri=redirect_uri, scope="contacts.read")["code"]
    harbor = connect("bearer", OAUTH)
    tokens = harbor.asked("token_exchange", auth_code=code)
    harbor.settings |= tokens
    assert harbor.asked("test")["name"] == "Dana Demo"
    for _ in range(2):
        sandbox.world.expire_access_tokens()
        before = harbor.settings["refresh_token"]
        outcome = harbor.run("test")
        assert [exchange.response.status for exchange in outcome.exchanges] == [401, 200, 200]
        assert outcome.result["name"] == "Dana Demo"
        # Rotated: were the old one kept, the next refresh would revoke everything.
        assert harbor.settings["refresh_token"] != before


def test_a_revoked_refresh_token(connect: Any, sandbox: Sandbox, client: Any) -> None:
    code = consent(client, redirect_uri="http://localhost:45555/oauth/callback")["code"]
    harbor = connect("bearer", OAUTH)
    harbor.settings |= harbor.asked("token_exchange", auth_code=code)
    sandbox.world.expire_access_tokens()
    sandbox.world.revoke_refresh_tokens()
    error = harbor.run("test").error
    assert error["http_code"] == 400
    assert json.loads(error["http_body"])["error"] == "invalid_grant"


@pytest.mark.parametrize("service", ["execute-api", "s3", "lambda", "ec2"])
def test_aws_signature(connect: Any, service: str) -> None:
    # The SDK returns Host among the headers: what is signed is what is sent.
    authorization = "type: 'custom_auth', apply: lambda { |_c| headers('X-Sent-By' => 'apply') }"
    signing = f"""lambda do |connection|
      signature = aws.generate_signature(connection: connection, service: '{service}', region: 'eu-central-1',
                                         host: '127.0.0.1', path: '/api/sigv4/contacts', method: 'GET',
                                         params: {{ q: 'a b', limit: 2 }})
      query = signature[:url].split('?').last
      get("#{{connection['origin']}}/api/sigv4/contacts?#{{query}}").headers(signature[:headers])
    end"""
    keys = {"aws_api_key": ACCESS_KEY_ID, "aws_secret_key": SECRET_ACCESS_KEY}
    signer = connect("sigv4", authorization, **keys)
    signer.source = signer.source.replace(b"lambda { |_connection| get('me') }", signing.encode())
    assert signer.asked("test")["contacts"] == []
    signer.settings["aws_secret_key"] = "another"
    error = signer.run("test").error
    assert error["http_code"] == 403
    assert json.loads(error["http_body"])["error"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess"])
def test_digest(connect: Any, sandbox: Sandbox, algorithm: str) -> None:
    sandbox.quirks.set(digest_algorithm=algorithm)
    apply = "digest_auth; user(connection['user']); password(connection['pass'])"
    digest = connect(
        "digest",
        f"type: 'custom_auth', apply: lambda {{ |connection| {apply} }}",
        user="demo",
        **{"pass": "demo-password"},
    )
    assert digest.asked("test")["username"] == "demo"
    assert digest.asked("action", name="find", input={"q": "a b"})["total"] == 0


def test_a_session(connect: Any, sandbox: Sandbox) -> None:
    acquire = """acquire: lambda do |connection|
      given = { username: 'demo', password: connection['pass'] }
      { token: post("#{connection['origin']}/api/session/login", given)['token'] }
    end"""
    apply = "apply: lambda { |connection| headers('X-Session-Token' => connection['token']) }"
    session = connect(
        "session", f"type: 'custom_auth', {acquire}, refresh_on: [401], {apply}", **{"pass": "demo-password"}
    )
    assert session.asked("test")["username"] == "demo"
    sandbox.world.expire_access_tokens()
    assert session.asked("test")["username"] == "demo"


def test_public_client_with_pkce(connect: Any, client: Any) -> None:
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    redirect_uri = "http://localhost:45555/oauth/callback"
    asked = {"client_id": "harbor-public", "code_challenge": challenge, "code_challenge_method": "S256"}
    code = consent(client, redirect_uri=redirect_uri, **asked)["code"]
    pkce = "pkce: lambda { |v, c| { verifier: v, challenge: c, challenge_method: 'S256' } }, "
    public = OAUTH.replace("'harbor-crm'", "'harbor-public'").replace("'harbor-demo-secret'", "''")
    harbor = connect("bearer", pkce + public)
    tokens = harbor.asked("token_exchange", auth_code=code, verifier=verifier)
    harbor.settings |= tokens
    assert harbor.asked("test")["client_id"] == "harbor-public"


def test_the_password_grant(connect: Any) -> None:
    acquire = """acquire: lambda do |connection|
      reply = post("#{connection['origin']}/oauth/token").
              payload(grant_type: 'password', username: 'ada', password: connection['pass'],
                      client_id: connection['id'], client_secret: connection['secret']).
              request_format_www_form_urlencoded
      { token: reply['access_token'] }
    end"""
    person = connect(
        "bearer",
        f"type: 'custom_auth', {acquire}, {BEARER}",
        id=HARBOR["client_id"],
        secret=HARBOR["client_secret"],
        **{"pass": "ada-password"},
    )
    assert person.asked("test")["name"] == "Ada Admin"


def test_the_block_form_of_aws(connect: Any) -> None:
    block = """type: 'aws_auth', credentials: lambda do |connection|
      access_key_id(connection['aws_api_key'])
      secret_access_key(connection['aws_secret_key'])
      service('execute-api')
      region('eu-central-1')
    end"""
    signer = connect("sigv4", block, aws_api_key=ACCESS_KEY_ID, aws_secret_key=SECRET_ACCESS_KEY)
    assert signer.asked("action", name="find", input={"q": "a b+c"})["total"] == 0


@pytest.mark.parametrize("passphrase", ["", "päss phrase"])
def test_mutual_tls(
    secured_tap: Tap, sandbox: Sandbox, transport: HttpTransport, clock: Clock, passphrase: str
) -> None:
    """Over real TLS to the provider, which names the client after its certificate; the bytes inside are the same."""
    clock.now = time.time()
    held = sandbox.world.certificates
    assert held is not None
    closed = s.BestAvailableEncryption(passphrase.encode()) if passphrase else s.NoEncryption()
    key = s.load_pem_private_key(held.client_key.encode(), None)
    pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, closed).decode()
    protected = "passphrase: connection['phrase']" if passphrase else "passphrase: nil"
    apply = f"""type: 'custom_auth', apply: lambda {{ |connection|
      tls_client_cert(certificate: connection['certificate'], key: connection['key'], {protected})
      tls_server_certs(certificates: [connection['authority']])
    }}"""
    mutual = Connection(
        transport, secured_tap, "mtls", apply, origin=secured_tap.origin, certificate=held.client, key=pem,
        phrase=passphrase, authority=held.authority,
    )  # fmt: skip
    assert mutual.asked("test")["name"] == "harbor-demo-client"
    assert mutual.asked("action", name="find", input={"q": "a b+Ø"})["total"] == 0
    made = mutual.run("action", name="add", input={"last_name": "Øre", "email": "o@harbor.example"})
    assert made.result["last_name"] == "Øre"
    assert all("harbor-demo-client" in str(peer) for peer in secured_tap.peers) and secured_tap.peers
    facts = made.exchanges[0].response.connection
    assert facts["client certificate"].startswith("harbor-demo-client, issued by Harbor sandbox authority")
    assert facts["certificate"].startswith("127.0.0.1, issued by Harbor sandbox authority")
    # Without one nothing arrives.
    secured_tap.received = b""
    stranger = mutual.source.replace(b"tls_client_cert(", b"nil && tls_client_cert(")
    outcome = run(Call(stranger, "test", settings=mutual.settings), transport)
    assert outcome.exchanges[0].reason == "client_certificate" and not outcome.exchanges[0].arrived
    assert secured_tap.received == b""


@pytest.mark.parametrize(
    "args",
    [
        {"payload": {"a": {"b": "Ø"}, "l": [1, "x y"]}, "chain": [["request_format_www_form_urlencoded"]]},
        {"payload": {"a": "Ø", "f": [b"\xff\x00\r\n--", "image/png", "ü.png"]},
         "chain": [["request_format_multipart_form"]]},
        {"payload": {"a": {"b": "Ø & <"}, "l": [1, 2]}, "chain": [["format_xml", "root"]]},
        {"chain": [["request_body", "r\u00f8w \u2028"], ["headers", {"Content-Type": "text/plain"}]]},
        {"payload": {"a": "Ø"}, "chain": [["params", {"q": "a b", "l": ["1", "2"]}],
                                         ["case_sensitive_headers", {"x-own": "1"}]]},
    ],
)  # fmt: skip
def test_every_format_arrives_as_it_was_prepared(connect: Any, args: dict[str, Any]) -> None:
    apply = "apply: lambda { |connection| headers('X-Api-Key' => connection['key']) }"
    key = connect("key", f"type: 'api_key', {apply}", key=API_KEY)
    key.run("request", verb="post", url="contacts", **args)  # what the provider makes of it is not the matter here
