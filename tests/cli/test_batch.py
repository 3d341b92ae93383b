"""``batch``: one answer a line, whatever comes in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from designer.cli import batch
from designer.wire.model import WireRequest, WireResponse
from designer.wire.transport import ScriptedTransport
from tests.cli.conftest import Shell

CONNECTOR = """\
{
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda { |connection| headers('X-Key': connection['key']) }
    },
    base_uri: lambda { |_connection| 'http://127.0.0.1:9' }
  },
  methods: {
    hang: lambda { |_x| 1 while true },
    deep: lambda { |x| call('deep', x) },
    noisy: lambda { |_x| puts('to nobody') }
  },
  actions: {
    hang: { execute: lambda { |_connection, _input| call('hang', 1) } },
    deep: { execute: lambda { |_connection, _input| call('deep', 1) } },
    noisy: { execute: lambda { |_connection, _input| call('noisy', 1) } },
    regex: { execute: lambda { |_connection, _input| ('a' * 60 + 'b').match?(/^(a|aa)+$/) } },
    read: { execute: lambda { |_connection, _input| File.read('/etc/passwd') } }
  }
}
"""


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    path = tmp_path / "connector.rb"
    path.write_text(CONNECTOR, encoding="utf-8")
    return path


def reply(_request: WireRequest) -> WireResponse:
    return WireResponse(200, "OK", (("Content-Type", "application/json"),), b'{"ok": true}')


def ask(*lines: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    stdin = io.BytesIO(b"".join((x if isinstance(x, bytes) else json.dumps(x).encode()) + b"\n" for x in lines))
    stdout = io.StringIO()
    batch.serve(stdin, stdout, ScriptedTransport(reply))
    return [json.loads(line) for line in stdout.getvalue().splitlines()]


def test_a_request(connector: Path) -> None:
    call = {"id": 7, "connector": str(connector), "operation": "request", "settings": {"key": "k"}}
    (answer,) = ask({**call, "args": {"verb": "get", "url": "/things"}})
    assert (answer["id"], answer["result"], answer["error"]) == (7, {"ok": True}, None)
    (request,) = answer["requests"]
    assert (request["method"], request["path"], request["headers"]["x-key"]) == ("GET", "/things", "k")


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"[1, 2]",
        b'{"id": 1',
        b"\xff\xfe",
        b"[" * 100_000,
        {"operation": "test"},
        {"connector": "/nowhere/connector.rb", "operation": "test"},
        {"connector": "\0", "operation": "test"},
        {"connector": "HERE"},
        {"connector": "HERE", "operation": "dance"},
        {"connector": "HERE", "operation": 5},
        {"connector": "HERE", "operation": "request", "args": []},
        {"connector": "HERE", "operation": "request", "args": {}},
        {"connector": "HERE", "operation": "base_uri", "settings": "x"},
        {"connector": "HERE", "operation": "base_uri", "at": 5},
        {"connector": "HERE", "operation": "base_uri", "at": "yesterday"},
        {"connector": "HERE", "operation": "action", "args": {"name": "nothing"}},
    ],
    ids=lambda line: repr(line)[:60],
)
def test_what_is_no_call_gets_an_answer_and_the_next_line_works(connector: Path, line: Any) -> None:
    if isinstance(line, dict):
        line = {"id": "x", **line}
        if line.get("connector") == "HERE":
            line["connector"] = str(connector)
    bad, good = ask(line, {"id": "y", "connector": str(connector), "operation": "base_uri"})
    assert bad["id"] == ("x" if isinstance(line, dict) else None)
    assert bad["error"]["class"].startswith(("Designer::BadCall", "Workato::", "NoMethodError"))
    assert bad["error"]["message"]
    assert (good["id"], good["result"]) == ("y", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("hang", "Designer::Limit"),
        ("deep", "SystemStackError"),
        ("regex", "Designer::Limit"),
        ("read", "Designer::CannotEvaluate"),
    ],
)
def test_what_would_never_end_or_never_should_begin_ends(connector: Path, action: str, error: str) -> None:
    (answer,) = ask(
        {"id": 1, "connector": str(connector), "operation": "action", "args": {"name": action, "input": {}}}
    )
    assert answer["error"]["class"] == error
    if error == "Designer::CannotEvaluate":
        assert answer["error"]["line"] == 19
        assert answer["error"]["name"]


def test_nothing_else_on_stdout(shell: Shell, connector: Path) -> None:
    calls = [
        {"id": 1, "connector": str(connector), "operation": "action", "args": {"name": "noisy", "input": {}}},
        {"id": 2, "connector": str(connector), "operation": "base_uri"},
    ]
    stdin = "\n\n".join(map(json.dumps, calls)).encode()
    answer = shell.start("batch", stdin=stdin)
    assert answer.status == 0
    assert [json.loads(line)["id"] for line in answer.out.splitlines()] == [1, 2]


def test_the_masters_key_of_the_process_is_not_seen(shell: Shell, tmp_path: Path, connector: Path) -> None:
    (tmp_path / "settings.yaml.enc").write_text("x--y--z", encoding="utf-8")
    call = {
        "id": 1,
        "connector": str(connector),
        "cwd": str(tmp_path),
        "operation": "settings_read",
        "args": {"path": "settings.yaml.enc", "encrypted": True},
    }
    answer = shell.start("batch", stdin=json.dumps(call).encode(), WORKATO_CONNECTOR_MASTER_KEY="0" * 32)
    (given,) = [json.loads(line) for line in answer.out.splitlines()]
    assert given["error"]
    assert "InvalidMessage" not in given["error"]["class"]


def test_each_answer_is_flushed(connector: Path) -> None:
    class Stream(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    stdout = Stream()
    line = json.dumps({"id": 1, "connector": str(connector), "operation": "base_uri"}).encode() + b"\n"
    batch.serve(iter([line, line]), stdout, ScriptedTransport(reply))
    assert stdout.flushed == 2
