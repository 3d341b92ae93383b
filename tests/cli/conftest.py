"""The command line as a person or a program meets it: arguments in, exit status and streams out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from designer import cli
from tests.loopback import Loopback

CONNECTOR = """\
{
  title: 'Harbor CRM',

  connection: {
    fields: [
      { name: 'account', label: 'Account', hint: 'Before .example.com' },
      { name: 'api_key', control_type: 'password' } # kept
    ],

    authorization: {
      type: 'api_key',

      apply: lambda do |connection|
        headers('X-Api-Key': connection['api_key'])
      end
    },

    base_uri: lambda do |connection|
      connection['origin']
    end
  },

  test: lambda do |_connection|
    get('/me')
  end,

  actions: {
    find: {
      execute: lambda do |_connection, input|
        get('/contacts', q: input['q'])
      end
    }
  },

  methods: {
    shout: lambda do |word|
      "#{word.upcase}!"
    end
  }
}
"""


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """``shell("show", path, "--json")`` runs a command in this process; ``start`` runs it as a program of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Answer:
        self._capsys.readouterr()
        status = cli.main([str(word) for word in words])
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Answer(status, captured.out, captured.err)

    @staticmethod
    def start(*words: object, cwd: Path | None = None, stdin: bytes = b"", **env: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "designer", *map(str, words)],
            input=stdin,
            cwd=cwd,
            env={**os.environ, **env},
            capture_output=True,
            check=False,
            timeout=60,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in out + err
        return Answer(done.returncode, out, err)


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A fault of the program itself must not be written into the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A connector project with one connector of every part the command line runs."""
    folder = tmp_path / "my project"
    folder.mkdir()
    (folder / "connector.rb").write_text(CONNECTOR, encoding="utf-8", newline="")
    return folder


class Server(Loopback):
    """A server on loopback; ``script`` holds (status, body) by path, a text as it is, ``requests`` what arrived."""

    def __init__(self) -> None:
        self.script: dict[str, tuple[int, Any]] = {}
        self.requests: list[dict[str, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.requests.append({"method": self.command, "path": self.path, "headers": headers, "body": body})
                status, reply = server.script.get(self.path.partition("?")[0], (404, {"error": "no such thing"}))
                data = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(Handler)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def settings(project: Path, server: Server) -> Path:
    """The project's settings, pointing at the server."""
    path = project / "settings.yaml"
    path.write_text(f"# mine\napi_key: s3cret-key-value\norigin: {server.origin}\n", encoding="utf-8")
    return path
