"""Whole runs against a function that is the server: order, provenance, steps, secrets, dry runs, cancelling."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.wire import (
    Call,
    Cancel,
    Outcome,
    ScriptedTransport,
    Step,
    UnknownOperation,
    WireRequest,
    WireResponse,
    run,
)
from tests.wire.certificates import issue

BROKEN = b"""{
  title: 'T',
  connection: {
    authorization: {
      type: 'basic_auth',
      credentials: ->(connection) {
        user(connection['api_token'])
        password(
      }
    }
  },
  test: ->(connection) { get('https://api.example/me') }
}
"""

SESSION = b"""{
  title: 'Session',
  connection: {
    authorization: {
      type: 'custom_auth',
      acquire: lambda do |connection|
        { token: post('/session', user: connection['user'], pass: connection['password'])['token'] }
      end,
      refresh_on: [401],
      apply: lambda do |connection|
        headers('X-Token' => "Session #{connection['token']}", 'X-Fixed' => 'yes')
        params(tenant: connection['tenant'])
      end
    },
    base_uri: lambda { |connection| "https://#{connection['host']}/api/" }
  },
  test: lambda { |_connection| get('me') },
  actions: {
    add: {
      execute: lambda do |_connection, input|
        post('things').payload(name: input['name'])
      end
    }
  }
}
"""
SETTINGS = {"user": "u", "password": "pa55-word", "tenant": "t-1", "token": "old-token", "host": "api.example.com"}


def reply(status: int = 200, body: Any = None) -> WireResponse:
    data = b"" if body is None else json.dumps(body).encode()
    return WireResponse(status, "", (("Content-Type", "application/json"),), data)


def serve(*replies: WireResponse) -> ScriptedTransport:
    waiting = list(replies)
    return ScriptedTransport(lambda _: waiting.pop(0))


def perform(
    transport: Any, operation: str = "test", source: bytes = SESSION, settings: Any = None, **call: Any
) -> Outcome:
    given = Call(
        source, operation, settings=SETTINGS if settings is None else settings, at="2026-01-02T03:04:05Z", **call
    )
    return run(given, transport)


def header(request: WireRequest, name: str) -> str | None:
    return next((value for n, value in request.headers if n == name), None)


def test_a_failure_is_refreshed_and_retried_once() -> None:
    transport = serve(reply(401, {}), reply(200, {"token": "new-token"}), reply(200, {"me": 1}))
    outcome = perform(transport)

    assert [(r.method, r.target) for r in transport.requests] == [
        ("GET", "/api/me?tenant=t-1"),
        ("POST", "/session"),
        ("GET", "/api/me?tenant=t-1"),
    ]
    assert [e.purpose for e in outcome.exchanges] == ["request", "acquire", "retry"]
    assert header(transport.requests[2], "X-Token") == "Session new-token"
    assert outcome.result == {"me": 1}
    assert outcome.error is None
    assert outcome.settings_after == {**SETTINGS, "token": "new-token"}


def test_every_part_of_a_request_says_where_it_came_from() -> None:
    transport = serve(reply(200, {}))
    perform(transport, "action", args={"name": "add", "input": {"name": "n"}})
    origins = transport.requests[0].origins

    token = origins["header:X-Token"]
    assert (token.source, token.pointer, token.line) == ("apply", "/connection/authorization/apply", 11)
    assert token.settings == ("token",)
    assert origins["header:X-Fixed"].settings == ()
    base = origins["base_uri"]
    assert (base.source, base.pointer, base.settings) == ("base_uri", "/connection/base_uri", ("host",))
    assert (origins["param:tenant"].source, origins["param:tenant"].settings) == ("apply", ("tenant",))
    name = origins["payload:name"]
    assert (name.source, name.pointer, name.line) == ("code", "/actions/add/execute", 21)
    assert origins["header:Content-Type"].source == "format"
    assert origins["header:Host"].source == "client"
    assert origins["url"].source == "code"


PROVENANCE = b"""{
  connection: {
    authorization: { type: 'basic_auth', apply: lambda do |connection|
      user(connection.fetch('login'))
      password(connection[:secret])
      signature = connection['id'].hmac_sha256(connection['signing']).encode_hex
      headers('X-Sig' => signature, 'X-Id' => connection['id'], 'X-Const' => 'fixed')
      headers('X-Deep' => connection.dig('nest', 'a'))
    end },
    base_uri: lambda { |_c| 'https://h' }
  },
  test: lambda { |c| get('/x', tenant: c['tenant']) }
}"""


def test_settings_are_named_behind_what_they_became() -> None:
    transport = serve(reply(200, {}))
    settings = {"login": "user-1", "secret": "s3cr3t", "id": "id-1", "signing": "k3y", "nest": {"a": "deep"}}
    perform(transport, source=PROVENANCE, settings={**settings, "tenant": "t-1"})
    named = {key: origin.settings for key, origin in transport.requests[0].origins.items()}
    assert named["header:Authorization"] == ("login", "secret")
    assert named["header:X-Sig"] == ("signing", "id")  # hashed: what the code makes it of
    assert named["header:X-Id"] == ("id",)
    assert named["header:X-Const"] == ()
    assert named["header:X-Deep"] == ("nest",)
    assert named["param:tenant"] == ("tenant",)
    assert named["url"] == ()


def test_the_console_is_you() -> None:
    transport = serve(reply(200, {}))
    args = {"verb": "post", "url": "x", "payload": {"a": 1}, "chain": [["headers", {"X-Mine": "1"}]]}
    perform(transport, "request", args=args)
    origins = transport.requests[0].origins
    assert {origins[k].source for k in ("url", "header:X-Mine", "payload:a")} == {"you"}


def test_a_dry_run_signs_and_sends_nothing() -> None:
    transport = serve()
    outcome = perform(transport, dry_run=True)
    assert transport.requests == []
    assert outcome.prepared is not None
    assert header(outcome.prepared, "X-Token") == "Session old-token"
    assert outcome.exchanges == ()
    assert outcome.error is None
    assert outcome.as_json()["requests"][0]["path"] == "/api/me?tenant=t-1"


def test_steps_tell_the_story_as_it_happens() -> None:
    transport = serve(reply(401, {}), reply(200, {"token": "new-token"}), reply(200, {"me": 1}))
    seen: list[Step] = []
    outcome = run(Call(SESSION, "test", settings=SETTINGS), transport, on_step=seen.append)
    assert tuple(seen) == outcome.steps
    assert [step.kind for step in seen] == [
        "lambda",  # test
        "lambda",  # apply
        "lambda",  # base_uri
        "request",
        "response",
        "signal",
        "refresh",
        "lambda",  # acquire
        "lambda",  # base_uri
        "request",
        "response",
        "settings",
        "retry",
        "lambda",  # apply
        "lambda",  # base_uri
        "request",
        "response",
    ]
    located = next(step for step in seen if step.pointer == "/connection/authorization/apply")
    assert located.line == 10


def test_no_secret_reaches_a_step() -> None:
    source = SESSION.replace(
        b"get('me')", b"puts('using ' + _connection['password']); error('bad ' + _connection['token'])"
    )
    outcome = perform(serve(), source=source)
    told = " ".join(f"{step.title} {step.detail}" for step in outcome.steps)
    assert "bad" in told
    assert "using" in told
    assert "pa55-word" not in told
    assert "old-token" not in told
    assert outcome.error is not None
    assert outcome.error["message"] == "bad old-token"  # the report is for machines


def test_a_failed_request_reports_what_the_server_said() -> None:
    outcome = perform(serve(reply(403, {"e": 1})))
    assert outcome.error is not None
    assert outcome.error == {
        "class": "Workato::Connector::Sdk::RequestFailedError",
        "message": "403 Forbidden",
        "http_code": 403,
        "http_body": '{"e": 1}',
        "method": "GET",
    } | ({"line": outcome.error["line"]} if "line" in outcome.error else {})
    assert any(step.title.startswith("No refresh") for step in outcome.steps)


def test_cancelling_ends_the_run() -> None:
    cancel = Cancel()

    def server(_: WireRequest) -> WireResponse:
        cancel.cancel()
        return reply(401, {})

    outcome = run(Call(SESSION, "test", settings=SETTINGS), ScriptedTransport(server), cancel=cancel)
    assert outcome.error is not None
    assert outcome.error["class"] == "Designer::Cancelled"
    assert len(outcome.exchanges) == 1


@pytest.mark.parametrize("operation", ["explode", ""])
def test_unknown_operations_are_refused(operation: str) -> None:
    with pytest.raises(UnknownOperation):
        perform(serve(), operation)


def test_a_test_inside_connection_runs_with_a_warning() -> None:
    source = b"{ title: 'x', connection: { base_uri: lambda { |_c| 'https://h' }, test: lambda { |_c| get('/t') } } }"
    outcome = perform(serve(reply(200, {"ok": True})), source=source)
    assert outcome.result == {"ok": True}
    assert any("beside `connection`" in warning for warning in outcome.warnings)


AWS_BLOCK = b"""{
  title: 'AWS',
  connection: {
    authorization: {
      type: 'aws_auth',
      credentials: lambda do |connection|
        access_key_id(connection['key_id'])
        secret_access_key(connection['secret'])
        session_token(connection['session'])
        region('eu-west-1')
        service('execute-api')
      end
    },
    base_uri: lambda { |_c| 'https://abc.execute-api.eu-west-1.amazonaws.com' }
  },
  test: lambda { |_c| get('/things', q: 'a b') }
}
"""


def test_the_block_form_of_aws_auth_is_signed_as_the_platform_would() -> None:
    transport = serve(reply(200, {}))
    settings = {"key_id": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session": "tok"}
    outcome = perform(transport, source=AWS_BLOCK, settings=settings)
    request = transport.requests[0]
    authorization = header(request, "Authorization") or ""
    assert authorization.startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/execute-api/aws4_request"
    )
    assert header(request, "X-Amz-Date") == "20260102T030405Z"
    assert header(request, "X-Amz-Security-Token") == "tok"
    assert request.target == "/things?q=a%20b"
    assert any("aws_auth" in warning for warning in outcome.warnings)


def test_an_action_is_tried_again_where_it_says_so() -> None:
    source = SESSION.replace(
        b"    add: {", b"    add: {\n      retry_on_response: [503], retry_on_request: ['POST'], max_retries: 2,"
    )
    transport = serve(reply(503), reply(503), reply(200, {"id": 1}))
    outcome = perform(transport, "action", source=source, args={"name": "add", "input": {"name": "n"}})
    assert outcome.result == {"id": 1}
    assert len(transport.requests) == 3

    transport = serve(reply(503), reply(503), reply(503))
    outcome = perform(transport, "action", source=source, args={"name": "add", "input": {}})
    assert outcome.error is not None
    assert outcome.error["message"] == "503 Service Unavailable"


RESCUED = b"""begin
      get('me')REALLY
    rescue RequestFailedError => e
      { code: e.code, text: e.response.to_s, type: e.response.headers[:content_type], status: e.response.code }
    end"""


def test_a_failed_request_can_be_rescued_and_taken_apart() -> None:
    source = SESSION.replace(b"get('me')", RESCUED.replace(b"REALLY", b".response!"))
    outcome = perform(serve(reply(404, {"e": 1})), source=source)
    assert outcome.result == {"code": 404, "text": '{"e": 1}', "type": "application/json", "status": 404}


def test_a_request_is_lazy_so_a_rescue_around_it_catches_nothing() -> None:
    source = SESSION.replace(b"get('me')", RESCUED.replace(b"REALLY", b""))
    outcome = perform(serve(reply(404, {"e": 1})), source=source)
    assert outcome.error is not None
    assert outcome.error["message"] == "404 Not Found"


STS_REPLY = b"""<AssumeRoleResponse><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>TEMP</SecretAccessKey><SessionToken>TOK</SessionToken>
  <Expiration>2026-01-02T04:04:05Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def test_an_assumed_role_is_asked_for_once_and_kept() -> None:
    source = b"""{ connection: { authorization: { type: 'custom_auth', acquire: lambda do |connection|
      2.times { aws.generate_signature(connection: connection, service: 's3', region: 'us-east-1') }
      signed = aws.generate_signature(connection: connection, service: 's3', region: 'us-east-1')
      { token: signed['headers']['X-Amz-Security-Token'] }
    end } } }"""
    transport = serve(WireResponse(200, "", (), STS_REPLY))
    settings = {"aws_assume_role": "arn:aws:iam::1:role/r", "access_key_id": "AKIA", "secret_access_key": "s3cr3t"}
    outcome = perform(transport, "acquire", source=source, settings=settings)
    assert outcome.error is None
    assert outcome.result == {"token": "TOK"}
    assert [r.url.partition("?")[0] for r in transport.requests] == ["https://sts.amazonaws.com/"]
    assert header(transport.requests[0], "Host") == "sts.amazonaws.com"
    assert outcome.settings_after is not None
    assert outcome.settings_after["temp_credentials"]["api_key"] == "ASIA"


def test_client_certificates_reach_the_transport() -> None:
    issued = issue("client", use_rsa=True)
    source = b"""{ connection: {
      authorization: { type: 'custom_auth', apply: lambda do |connection|
        tls_client_cert(certificate: connection['certificate'], key: connection['key'])
        tls_server_certs(certificates: [connection['certificate']], strict: false)
      end },
      base_uri: lambda { |_c| 'https://h' }
    }, test: lambda { |_c| get('/') } }"""
    settings = {"certificate": issued.pem, "key": issued.key_pem()}
    transport = serve(reply(200, {}))
    assert perform(transport, source=source, settings=settings).error is None
    tls = transport.requests[0].tls
    assert tls is not None
    assert (tls.certificate, tls.key, tls.strict) == (settings["certificate"], settings["key"], False)

    outcome = perform(serve(), source=source, settings={**settings, "key": "garbage"})
    assert outcome.error is not None
    assert outcome.error["class"] == "Workato::Connector::Sdk::RequestTLSCertificateFormatError"


def test_credentials_in_a_plain_hash_are_found_by_symbol_only() -> None:
    source = b"""{ connection: { authorization: { type: 'custom_auth', acquire: lambda do |connection|
      aws.generate_signature(connection: { 'aws_api_key' => 'k', 'aws_secret_key' => 's' }, service: 's3', region: 'r')
    end } } }"""
    outcome = perform(serve(), "acquire", source=source)
    assert outcome.error is not None
    assert "access_key_id" in outcome.error["message"]
    symbols = source.replace(b"'aws_api_key' =>", b"aws_api_key:").replace(b"'aws_secret_key' =>", b"aws_secret_key:")
    assert perform(serve(), "acquire", source=symbols).error is None


@pytest.mark.parametrize(
    "charset",
    ["undefined", "\0", "no-such", "unicode_escape", "punycode", "x" * 100_000, "ascii\udce9"],
    ids=["undefined", "nul", "unknown", "escape", "punycode", "long", "broken"],
)
def test_a_charset_that_is_none_leaves_the_body_as_it_came(charset: str) -> None:
    odd = WireResponse(200, "", (("Content-Type", f"application/json; charset={charset}"),), b'{"a": "\xc3\xa9"}')
    outcome = perform(serve(odd))
    assert outcome.error is None
    assert outcome.result == {"a": "é"}
    assert len(outcome.exchanges) == 1


def test_extended_fields_run_with_the_settings_and_may_give_nothing() -> None:
    code = b"""{
      connection: {
        extended_fields: lambda do |connection|
          [{ name: connection['kind'], control_type: :text }] if connection['kind']
        end
      }
    }"""
    given = run(Call(code, "extended_fields", settings={"kind": "region"}), serve())
    assert given.result == [{"name": "region", "control_type": {"$symbol": "text"}}]
    assert run(Call(code, "extended_fields"), serve()).result is None
    assert run(Call(SESSION, "extended_fields"), serve()).result is None


@pytest.mark.parametrize("operation", ["test", "request"])
def test_what_is_no_ruby_is_said_as_the_checks_say_it(operation: str) -> None:
    """It is no method that this preview lacks: the platform refuses the file as well."""
    args = {"verb": "get", "url": "https://api.example/me"} if operation == "request" else {}
    call = Call(connector=BROKEN, operation=operation, args=args, settings={"api_token": "t"})
    outcome = run(call, ScriptedTransport(lambda _request: WireResponse(200, "OK", (), b"")))
    assert outcome.exchanges == ()
    assert outcome.error == {
        "class": "Designer::SyntaxError",
        "message": "The code has a syntax error: `(` opened here, line 8, is never closed.",
        "line": 8,
    }


def test_a_digest_that_the_sdk_cannot_answer_is_told_beside_its_words() -> None:
    source = b"{ title: 'T', connection: { authorization: { type: 'custom_auth', apply: lambda { |c| user('u'); "
    source += (
        b"password('p'); digest_auth } }, base_uri: lambda { 'https://a.example' } }, test: lambda { get('/d') } }"
    )
    challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'
    refused = WireResponse(401, "", (("WWW-Authenticate", challenge),), b"")
    outcome = run(Call(source, "test"), ScriptedTransport(lambda _: refused))
    assert outcome.error is not None and outcome.error["message"] == 'unknown algorithm "SHA-256"'
    (warning,) = outcome.warnings
    assert "SHA-256" in warning and "MD5-sess only" in warning


def test_a_file_that_breaks_off_is_no_ruby_either() -> None:
    source = b"{ title: 'T', connection: { authorization: { type: 'none' }, base_uri: lambda { |_c| url( } } }"
    call = Call(connector=source, operation="request", args={"verb": "get", "url": "x"}, settings={})
    error = run(call, ScriptedTransport(lambda _request: WireResponse(200, "OK", (), b""))).error
    assert error is not None
    assert (error["class"], error.get("name")) == ("Designer::SyntaxError", None)
    assert str(error["message"]).startswith("The code has a syntax error: ")
