"""Wrong use, help, and the failures of the world around a command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from designer import cli
from designer.cli import Windows
from tests.cli.conftest import Shell


def test_help_names_every_command(shell: Shell) -> None:
    answer = shell("--help")
    assert answer.status == 0
    for command in ("check", "show", "set", "remove", "fix", "exec", "request", "batch", "sandbox"):
        assert f"\n    {command} " in answer.out


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
        ["sandbox", "--port", "many"],
    ],
    ids=" ".join,
)
def test_wrong_use(shell: Shell, project: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    answer = shell(*words)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err


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
