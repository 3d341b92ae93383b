"""Wrong use, help, and the failures of the world around a command."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from designer import cli
from designer.cli import Windows, arguments
from tests.cli.conftest import Shell


def test_help_names_every_command(shell: Shell) -> None:
    answer = shell("--help")
    assert answer.status == 0
    for command in ("check", "show", "set", "remove", "fix", "exec", "request", "batch", "sandbox"):
        assert f"\n    {command} " in answer.out


def test_every_exit_status_is_told(shell: Shell) -> None:
    told = shell("--help").out.partition("exit status:")[2]
    assert [line.split()[0] for line in told.splitlines() if line.strip()] == ["0", "1", "2", "130"]
    assert "where something does" in shell("compare", "--help").out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["show"],
        ["show", "a", "b"],
        ["set", "a", "/x"],
        ["check", "--jso", "x"],
        ["exec", "connection.nothing"],
        ["exec", "methods."],
        ["exec", "test", "--at", "yesterday"],
        ["request", "get", "/x", "--params", "{not json"],
        ["request", "get", "/x", "--chain", '{"a": 1}'],
        ["request", "get", "/x", "--headers", "[]"],
        ["request", "get", "/x", "--params", '"a=b"'],
        ["request", "get", "/x", "--params", "@/nope"],
        ["request", "get", "/x", "--payload", "@/nope"],
        ["request", "get", "/x", "--format", "raw", "--payload", "@/nope"],
        ["request", "get", "/x", "--ca-file", "/nope"],
        ["exec", "test", "--settings", "/nope", "--json"],
        ["exec", "test", "--key", "/nope"],
        ["exec", "actions.find.execute", "--input", "/nope"],
        ["exec", "methods.shout", "--args", "/"],
        ["matrix", "--settings", "/nope"],
        ["compare", "test", "--with", "b", "--settings", "/nope"],
        ["sandbox", "--port", "many"],
    ],
    ids=" ".join,
)
def test_wrong_use(shell: Shell, project: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    answer = shell(*words)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err


READING = {
    "check": ["check", "{}"],
    "show": ["show", "{}"],
    "set": ["set", "{}", "/title", "1"],
    "remove": ["remove", "{}", "/title"],
    "fix": ["fix", "{}"],
    "export": ["export", "{}"],
    "import": ["import", "{}"],
    "exec": ["exec", "test", "-c", "{}"],
    "verify": ["verify", "test", "-c", "{}"],
    "record": ["record", "test", "--name", "x", "-c", "{}"],
    "matrix": ["matrix", "-c", "{}"],
    "compare": ["compare", "test", "-n", "a", "--with", "b", "-c", "{}"],
    "request": ["request", "get", "/x", "-c", "{}"],
    "authorize": ["authorize", "-c", "{}"],
}
"""The commands that read what is at a path."""


def test_every_command_that_reads_a_path_is_tried() -> None:
    parser, _names = arguments._parser(Windows())
    (commands,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    reading = {
        name
        for name, command in commands.choices.items()
        if {one.dest for one in command._actions} & {"path", "paths", "connector", "source"}
    }
    assert reading == set(READING)


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["for a person", "json"])
@pytest.mark.parametrize("command", READING)
def test_a_path_that_is_not_there_is_wrong_use(shell: Shell, tmp_path: Path, command: str, more: list[str]) -> None:
    answer = shell(*(word.format(tmp_path / "nowhere") for word in READING[command]), *more)
    assert (answer.status, answer.out) == (2, "")
    assert "nowhere: no such file or folder." in answer.err and "Check the path" in answer.err


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "github"])
def test_nothing_is_checked_where_one_of_several_paths_is_not_there(
    shell: Shell, project: Path, tmp_path: Path, format_: str
) -> None:
    answer = shell("check", project, tmp_path / "nowhere", "--format", format_)
    assert (answer.status, answer.out) == (2, "")


@pytest.mark.parametrize("command", sorted(set(READING) - {"import", "check"}))
def test_a_folder_that_holds_no_connector_is_a_failure(shell: Shell, tmp_path: Path, command: str) -> None:
    """It is there: what it lacks is another matter."""
    answer = shell(*(word.format(tmp_path) for word in READING[command]))
    assert answer.status == 1
    assert "no connector.rb" in answer.err


def test_a_mistyped_command_is_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    opened: list[Path | None] = []

    def design(path: Path | None) -> int:
        opened.append(path)
        return 0

    windows = Windows(design=design)
    assert cli.main(["chekc"], windows) == 2
    assert "Did you mean 'check'?" in capsys.readouterr().err
    assert opened == []
    assert cli.main([], windows) == 0
    assert cli.main(["some/connector.rb"], windows) == 0
    assert opened == [None, Path("some/connector.rb")]


def test_what_needs_a_window_is_not_offered_without_one(shell: Shell) -> None:
    assert "tour" not in shell("--help").out
    assert shell("tour", "--output", "x").status == 2


def test_a_port_in_use(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = shell("sandbox", "--port", taken.getsockname()[1])
    assert answer.status == 1
    assert "in use" in answer.err and "--port" in answer.err


def test_a_fault_of_the_program_is_written_down_without_its_words(
    shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from designer.cli import files

    def broken(_path: Path) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(files, "document", broken)
    monkeypatch.setattr(os, "name", os.name)
    answer = shell("show", project, "--json")
    assert answer.status == 1
    assert "RuntimeError" in answer.json["error"]["message"]
    logs = list((tmp_path / "state").rglob("*.log"))
    if sys.platform.startswith("linux"):
        assert len(logs) == 1
        written = logs[0].read_text(encoding="utf-8")
        assert "RuntimeError" in written and "broken" in written
        assert "hunter2" not in written + answer.out + answer.err


def test_a_reader_that_goes_away_is_no_fault(project: Path) -> None:
    # The pipe is closed before the first byte is written, so the write is sure to fail.
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "designer", "show", str(project)], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 1


def test_no_command_pays_for_what_it_does_not_use(project: Path) -> None:
    code = (
        "import sys\nfrom designer.__main__ import main\n"
        f"assert main(['show', {str(project)!r}, '--json']) == 0\n"
        "heavy = {'PySide6', 'httpx', 'botocore', 'cryptography', 'flask', 'authlib', 'jwt', 'lxml', 'ruamel.yaml'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a whole console there")
class TestCtrlC:
    @staticmethod
    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "designer", *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_ends_the_sandbox(self) -> None:
        program = self.start("sandbox")
        assert program.stdout is not None
        origin = program.stdout.readline().split()[-1]
        with urlopen(f"{origin}/.well-known/oauth-authorization-server", timeout=20) as reply:
            assert reply.status == 200
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=20)
        assert (program.returncode, err) == (0, "")

    def test_ends_a_request_that_waits(self, project: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            origin = f"http://127.0.0.1:{silent.getsockname()[1]}"
            (project / "settings.yaml").write_text(f"origin: {origin}\napi_key: k\n", encoding="utf-8")
            program = self.start("exec", "test", "-c", str(project), "--json")
            silent.settimeout(20)
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(1000).startswith(b"GET /me ")
                program.send_signal(signal.SIGINT)
                out, err = program.communicate(timeout=20)
        assert (program.returncode, out) == (130, "")
        assert "Traceback" not in err


class TestWrongWords:
    """What is typed wrong is told apart from what went wrong, with a way on."""

    def test_an_unknown_check(self, shell: Shell, project: Path) -> None:
        answer = shell("fix", project, "--code", "type-mising")
        assert (answer.status, answer.out) == (2, "")
        assert "type-missing" in answer.err

    def test_a_kind_nobody_can_ask_for(self, shell: Shell, tmp_path: Path) -> None:
        answer = shell("new", tmp_path / "new", "--kind", "telepathy")
        assert answer.status == 2
        assert "custom," not in answer.err.partition("Known are")[2]
        assert not (tmp_path / "new").exists()

    def test_an_unknown_method(self, shell: Shell, project: Path) -> None:
        answer = shell("request", "BREW", "/tea", "-c", project)
        assert answer.status == 2
        assert "GET" in answer.err

    def test_a_file_that_is_no_text(self, shell: Shell, project: Path, tmp_path: Path) -> None:
        (tmp_path / "body.json").write_bytes(b"\xff\xfe{}")
        answer = shell("request", "POST", "/tea", "-c", project, "--payload", f"@{tmp_path / 'body.json'}")
        assert answer.status == 1
        assert "not UTF-8" in answer.err

    def test_json_without_end(self, shell: Shell, project: Path) -> None:
        answer = shell("set", project, "/title", "[" * 100_000)
        assert answer.status == 2
        assert "too deeply" in answer.err
