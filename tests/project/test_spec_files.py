"""From a run to a test: scrubbed tape, RSpec file, cassette. Golden files stand in ``specs/``; Ruby reads what is
written where there is one."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from designer.project import ProjectError
from designer.project.spec_files import spec_files, write_spec
from designer.wire import Call, ScriptedTransport, WireResponse, run
from designer.wire.taping import CannotTape, Tape, tape

GOLDEN = Path(__file__).parent / "specs"
AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
CONNECTOR = b"""{
  connection: {
    authorization: {
      type: 'custom_auth',
      acquire: lambda do |connection|
        { access_token: post('/token', client_secret: connection['client_secret'])['access_token'] }
      end,
      refresh_on: [401],
      apply: lambda do |connection|
        headers(Authorization: "Bearer #{connection['access_token']}",
                'X-Signature': 'me'.hmac_sha256(connection['client_secret']).encode_hex)
      end
    },
    base_uri: lambda { |_connection| 'https://api.example.com' }
  },
  test: lambda { |_connection| get('/me', b: 2, a: 'x y') },
  methods: {
    stamped: lambda { |_x| get('/me').headers('X-Time': now.to_i.to_s) },
    chancy: lambda { |_x| get('/me').headers('X-Nonce': SecureRandom.hex(8)) }
  },
  actions: { add: { execute: lambda { |_c, input| post('/things', input) } } }
}
"""
SETTINGS = {"client_secret": "hush-hush-secret", "access_token": "old-access-token", "region": "eu"}
NEW = '{"access_token": "new-access-token", "expires_in": 60}'
SECRETS = ("hush-hush-secret", "old-access-token", "new-access-token", "cookie-value-1")


REASONS = {200: "OK", 401: "Unauthorized", 500: "Internal Server Error"}
BODY = '{"id": 7, "name": "Ann \\u2028 \\u00e9"}'


def reply(body: str = BODY, status: int = 200, *headers: tuple[str, str]) -> WireResponse:
    data = body.encode()
    fixed = (("Content-Type", "application/json"), ("Content-Length", str(len(data))))
    return WireResponse(status, REASONS[status], (*fixed, *headers), data)


def taped(
    *replies: WireResponse, operation: str = "test", args: Any = None, source: bytes = CONNECTOR, **settings: Any
) -> Tape:
    waiting = list(replies)
    call = Call(source, operation, args or {}, {**SETTINGS, **settings})
    outcome = run(call, ScriptedTransport(lambda _: waiting.pop(0)))
    return tape(call, outcome, at=AT)


REQUEST = {
    "verb": "post",
    "url": "/x?q=1",
    "payload": {"a": "it's"},
    "chain": [["headers", {"X-A": "1"}], ["request_format_json"]],
}
CASES: dict[str, Callable[[], Tape]] = {
    "test_ok": lambda: taped(reply("{}", 200, ("Set-Cookie", "sid=cookie-value-1; Path=/"))),
    "test_after_refresh": lambda: taped(reply("{}", 401), reply(NEW), reply()),
    "test_failing": lambda: taped(reply('{"error": "boom"}', 500)),
    "acquire": lambda: taped(reply(NEW), operation="acquire"),
    "refresh": lambda: taped(reply(NEW), operation="refresh"),
    "action_add": lambda: taped(reply(), operation="action", args={"name": "add", "input": {"n": [1, None, True]}}),
    "console": lambda: taped(reply(), operation="request", args=REQUEST),
    "method_at_a_time": lambda: taped(reply(), operation="method", args={"name": "stamped", "args": ["x"]}),
    "method_by_chance": lambda: taped(reply(), operation="method", args={"name": "chancy", "args": [1]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_files_are_the_golden_ones_and_hold_no_secret(name: str, tmp_path: Path) -> None:
    made = spec_files(tmp_path, CASES[name](), name)
    for path, text in made.files.items():
        golden = GOLDEN / Path(path).name
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8"), f"{golden} differs; UPDATE_GOLDEN=1 writes it anew"
        assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("name", CASES)
def test_a_cassette_has_the_structure_of_vcrs_own(name: str, tmp_path: Path) -> None:
    made = spec_files(tmp_path, CASES[name](), name)
    kept = YAML(typ="safe", pure=True).load(made.files[made.cassette])
    assert set(kept) == {"http_interactions", "recorded_with"}
    for interaction in kept["http_interactions"]:
        assert set(interaction) == {"request", "response", "recorded_at"}
        request, answered = interaction["request"], interaction["response"]
        assert set(request) == {"method", "uri", "body", "headers"}
        assert set(answered) == {"status", "headers", "body"}
        assert isinstance(answered["status"]["code"], int)
        for headers in (request["headers"], answered["headers"]):
            assert all(isinstance(value, str) for values in headers.values() for value in values)
        body = answered["body"]["string"]
        assert answered["headers"]["Content-Length"] == [str(len(body.encode()))]
        json.loads(body)


def test_the_signature_on_tape_is_the_one_the_connector_makes_with_the_replaced_secret() -> None:
    made = CASES["test_ok"]()
    waiting = [one.response for one in made.exchanges]
    again = run(made.call, ScriptedTransport(lambda _: waiting.pop(0)))  # type: ignore[arg-type, return-value]
    assert [e.request.headers for e in again.exchanges] == [e.request.headers for e in made.exchanges]
    assert made.call.settings["region"] == "eu" and made.call.settings["client_secret"] == "scrubbed-client_secret"


def test_the_clock_is_frozen_only_where_something_depends_on_it() -> None:
    assert CASES["test_ok"]().frozen is None
    assert CASES["method_at_a_time"]().frozen == "2026-01-02T03:04:05Z"
    assert "x-nonce" not in CASES["method_by_chance"]().headers


def test_a_private_key_is_replaced_by_one_of_nobodys() -> None:
    from tests.wire.certificates import issue

    pem = issue("k", use_rsa=True).key_pem()
    source = CONNECTOR.replace(
        b"'me'.hmac_sha256(connection['client_secret']).encode_hex",
        b"workato.jwt_encode({ 'a' => 1 }, connection['pem'], 'RS256')",
    )
    made = taped(reply("{}"), source=source, pem=pem)
    assert "PRIVATE KEY" in made.call.settings["pem"] and made.call.settings["pem"] != pem


@pytest.mark.parametrize(
    ("replies", "operation", "words"),
    [
        ((), "base_uri", "no run that a test could repeat"),
        ((), "method", "sent no request"),
    ],
)
def test_what_cannot_be_a_test_says_why(replies: tuple[WireResponse, ...], operation: str, words: str) -> None:
    source = b"{ connection: { base_uri: lambda { |_c| 'https://x.example' } }, methods: { none: lambda { 1 } } }"
    with pytest.raises(CannotTape, match=words):
        taped(*replies, operation=operation, args={"name": "none"}, source=source)


def test_a_run_that_failed_before_its_first_request_says_how() -> None:
    source = b"{ test: lambda { |c| error('there is ' + c['api_key']) } }"
    with pytest.raises(CannotTape, match="sent no request") as caught:
        taped(operation="test", source=source, api_key="k-0123456789")
    assert caught.value.hint == "It ended in Workato::Connector::Sdk::RuntimeError: there is •••."


def test_a_connector_that_reads_its_secrets_is_told_so() -> None:
    source = b"""{ connection: { authorization: { type: 'custom_auth', apply: lambda { |c|
      error('no region in the key') unless c['api_key'].end_with?('-us1') } } },
      test: lambda { |_c| get('https://x.example/') } }"""
    with pytest.raises(CannotTape, match="no region in the key"):
        taped(reply("{}"), source=source, api_key="0123456789-us1")


def test_files_that_are_there_are_left_alone(tmp_path: Path) -> None:
    made = spec_files(tmp_path, CASES["test_ok"](), "test_ok")
    write_spec(tmp_path, made)
    assert (tmp_path / "spec/vcr_helper.rb").exists()
    with pytest.raises(ProjectError, match="is there already"):
        write_spec(tmp_path, made)
    write_spec(tmp_path, made, overwrite=True)
    (tmp_path / "spec/spec_helper.rb").write_text("VCR.configure { |c| c }\n")
    assert "vcr_helper" not in spec_files(tmp_path, CASES["test_ok"](), "other").files["spec/connection/other_spec.rb"]


@pytest.mark.parametrize("name", ["", "Up", "a b", "../x", "a/b", "nul", "con", "com1"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be the name"):
        spec_files(tmp_path, CASES["test_ok"](), name)


@pytest.mark.skipif(shutil.which("ruby") is None, reason="there is no Ruby here")
@pytest.mark.parametrize("name", CASES)
def test_ruby_reads_specs_and_cassettes(name: str, tmp_path: Path) -> None:
    made = spec_files(tmp_path, CASES[name](), name)
    assert write_spec(tmp_path, made) == "Ruby reads it without complaint."
    read = "puts YAML.load_file(ARGV[0])['http_interactions'].map { |i| i['response']['body']['string'] }.to_json"
    command = ["ruby", "-ryaml", "-rjson", "-e", read, made.cassette]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=60)
    bodies = [one.response.body.decode() for one in CASES[name]().exchanges if one.response is not None]
    assert json.loads(done.stdout) == bodies
