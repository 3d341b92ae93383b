"""``verify``: one operation here and by a stand-in of the official command line that replays what that one wrote."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Server, Shell

SECRET = "s3cret-key-value"
_STAND_IN = """\
import json, pathlib, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
if words == ["version"]:
    print("1.3.15")
    raise SystemExit
with (here / "calls.jsonl").open("a", encoding="utf-8") as calls:
    calls.write(json.dumps({"words": words, "stdin": sys.stdin.read(), "cwd": str(pathlib.Path.cwd())}) + "\\n")
play = json.loads((here / "play.json").read_text(encoding="utf-8"))
sys.stdout.buffer.write(play["out"].encode())
sys.stderr.buffer.write(play["err"].encode())
if play["output"] is not None:
    pathlib.Path(words[words.index("--output") + 1]).write_text(play["output"], encoding="utf-8")
raise SystemExit(play["status"])
"""
# What the official command (1.3.15) wrote for a test of one GET, with another place and key put in.
_LOG = """\
SETTINGS
{{
  "api_key": "{key}"
}}
INPUT
{{
}}


Progress: |
RestClient.get "{origin}/me", "Accept"=>"application/json", "Accept-Encoding"=>"gzip;q=1.0,deflate;q=0.6,\
identity;q=0.3", "User-Agent"=>"rest-client/2.1.0 (linux-gnu x86_64) ruby/3.1.7p261", "X-Api-Key"=>"{key}"
Progress: |
# => 200 OK | application/json 15 bytes, 0.00s
Progress: ||

"""


class Official:
    """The stand-in: ``play`` says what it answers next, ``calls`` how it was called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        script = folder / "stand_in.py"
        script.write_text(_STAND_IN, encoding="utf-8")
        if os.name == "nt":
            (folder / "workato.bat").write_text(f'@"{sys.executable}" "{script}" %*\r\n', encoding="utf-8")
        else:
            program = folder / "workato"
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
            program.chmod(0o755)

    def play(self, out: str = "", err: str = "", output: Any = None, *, status: int = 0) -> None:
        written = None if status else json.dumps(output)
        play = {"out": out, "err": err, "output": written, "status": status}
        (self._folder / "play.json").write_text(json.dumps(play), encoding="utf-8")

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self._folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def official(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Official:
    folder = tmp_path / "official bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder) + os.pathsep + os.environ["PATH"])
    return Official(folder)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


@pytest.mark.usefixtures("settings")
class TestBoth:
    def test_agree(self, shell: Shell, project: Path, server: Server, official: Official) -> None:
        server.script["/me"] = (200, {"name": "Ada"})
        official.play(_LOG.format(origin=server.origin, key=SECRET), output={"name": "Ada"})
        answer = shell("verify", "test", "-c", project)
        assert answer.status == 0
        assert "Both agree." in answer.out
        assert "official SDK 1.3.15" in answer.out
        assert answer.out.count(f"GET {server.origin}/me") == 2
        assert SECRET not in answer.out + answer.err

    def test_the_first_difference_is_marked(
        self, shell: Shell, project: Path, server: Server, official: Official
    ) -> None:
        server.script["/me"] = (200, {"name": "Ada"})
        official.play(_LOG.format(origin=server.origin, key="another-key-12345678"), output={"name": "Grace"})
        answer = shell("verify", "test", "-c", project)
        assert answer.status == 1
        assert "First difference: /requests/0/headers/x-api-key" in answer.out
        assert "also: /result/name" in answer.out
        assert SECRET not in answer.out
        assert "another-key-12345678" not in answer.out

    def test_a_request_that_only_one_sends(
        self, shell: Shell, project: Path, server: Server, official: Official
    ) -> None:
        server.script["/me"] = (200, {})
        official.play(output={})
        told = shell("verify", "test", "-c", project, "--json").json
        assert told["same"] is False
        assert told["differences"] == [
            {"place": "/requests/0", "ours": f"GET {server.origin}/me", "official": None},
        ]

    def test_json_is_one_document_with_both_sides(
        self, shell: Shell, project: Path, server: Server, official: Official
    ) -> None:
        server.script["/me"] = (200, {"name": "Ada"})
        official.play(_LOG.format(origin=server.origin, key=SECRET), output={"name": "Ada"})
        told = shell("verify", "test", "-c", project, "--json").json
        assert told["same"] is True
        assert told["error"] is None
        assert told["ours"]["result"] == told["official"]["result"] == {"name": "Ada"}
        assert told["official"]["requests"][0]["headers"]["X-Api-Key"] == SECRET

    def test_errors_are_compared_by_class_and_message(
        self, shell: Shell, project: Path, server: Server, official: Official
    ) -> None:
        said = "request.rb:54:in `rescue in response!': 404 Not Found (Workato::Connector::Sdk::RequestFailedError)\n"
        official.play(
            _LOG.format(origin=server.origin, key=SECRET),
            f"/gems/{said}\tfrom /gems/request.rb:45:in `response!'\n",
            status=1,
        )
        answer = shell("verify", "test", "-c", project)
        assert answer.status == 0
        assert "RequestFailedError: 404 Not Found" in answer.out

    def test_the_official_command_is_handed_the_same_and_told_to_save_nothing(
        self, shell: Shell, project: Path, official: Official, tmp_path: Path, settings: Path
    ) -> None:
        given = tmp_path / "args.json"
        given.write_text('["hey"]', encoding="utf-8")
        official.play(output="HEY!")
        before = settings.read_bytes()
        assert shell("verify", "methods.shout", "-c", project, "-s", settings, "-a", given).status == 0
        (call,) = official.calls
        assert call["words"][:2] == ["exec", "methods.shout"]
        assert f"--connector={project / 'connector.rb'}" in call["words"]
        assert f"--settings={settings}" in call["words"]
        assert f"--args={given}" in call["words"]
        assert set(call["stdin"].split()) == {"no"}
        assert Path(call["cwd"]) == project
        assert settings.read_bytes() == before


@pytest.mark.usefixtures("settings")
class TestFailures:
    @pytest.mark.usefixtures("nothing_installed")
    def test_not_installed(self, shell: Shell, project: Path, server: Server) -> None:
        answer = shell("verify", "test", "-c", project)
        assert answer.status == 1
        assert "is not installed" in answer.err
        assert "gem install workato-connector-sdk" in answer.err
        assert server.requests == [], "nothing is sent where there is nothing to compare with"

    @pytest.mark.usefixtures("nothing_installed")
    def test_not_installed_as_json(self, shell: Shell, project: Path) -> None:
        answer = shell("verify", "test", "-c", project, "--json")
        assert answer.status == 1
        assert answer.json["same"] is None
        assert "gem install" in answer.json["error"]["hint"]

    def test_no_answer(self, shell: Shell, project: Path, official: Official) -> None:
        official.play(err="killed by something\n", status=9)
        answer = shell("verify", "methods.shout", "-c", project, "-a", _args(project))
        assert answer.status == 1
        assert "gave no answer (exit 9)" in answer.err
        assert "killed by something" in answer.err

    def test_what_the_official_command_cannot_run(self, shell: Shell, project: Path, official: Official) -> None:
        del official
        answer = shell("verify", "reauthorize", "-c", project)
        assert answer.status == 2
        assert "cannot run reauthorize" in answer.err


def _args(project: Path) -> Path:
    path = project / "args.json"
    path.write_text('["hey"]', encoding="utf-8")
    return path
