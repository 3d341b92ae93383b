"""The two commands of the README."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def started(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What ``run.py`` starts, instead of starting it."""
    calls: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(scripts.run, "prepare", lambda: Path(sys.executable))
    monkeypatch.setattr(os, "execv", lambda _file, command: calls.append(command))
    monkeypatch.setattr(subprocess, "run", run)
    return calls


def test_with_a_screen_the_window_opens(
    scripts: Any, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts.run, "has_screen", lambda: True)
    scripts.run.main([])
    scripts.run.main(["some folder"])
    assert [command[1:] for command in started[:1]] == [["-m", "designer"]]
    assert ["-m", "designer", "some folder"] in [command[1:] for command in started]


def test_without_a_screen_the_tour_is_played(
    scripts: Any, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scripts.run, "has_screen", lambda: False)
    assert scripts.run.main([]) == 0
    (command,) = started
    assert command[1:5] == ["-m", "designer", "tour", "--output"]
    said = capsys.readouterr().out
    assert "no screen" in said and f"pictures are in {command[5]}" in said


def test_without_a_screen_commands_run_as_they_are(
    scripts: Any, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts.run, "has_screen", lambda: False)
    scripts.run.main(["check", "connector.rb"])
    assert started[0][1:] == ["-m", "designer", "check", "connector.rb"]


def test_a_set_up_that_cannot_go_on_says_why(
    scripts: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> Path:
        raise scripts.system.SetupError("run this: apt-get …")

    monkeypatch.setattr(scripts.run, "prepare", refuse)
    monkeypatch.setattr(scripts.test, "prepare", refuse)
    assert scripts.run.main([]) == 1
    assert scripts.test.main([]) == 1
    assert capsys.readouterr().err == "run this: apt-get …\n" * 2


def test_an_old_python_is_told_what_it_needs(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = scripts.environment
    monkeypatch.setattr(sys, "version_info", type("Version", (tuple,), {"major": 3, "minor": 9})((3, 9, 2)))
    with pytest.raises(scripts.system.SetupError, match=r"needs Python 3\.11 or newer; this is Python 3\.9\."):
        environment.prepare()


def test_paths_given_to_the_tests_are_meant_from_here(
    scripts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **kwargs: Any) -> subprocess.CompletedProcess[str]:
        assert kwargs["cwd"] == PROJECT
        ran.append(command)
        return subprocess.CompletedProcess(command, 5)

    monkeypatch.setattr(scripts.test, "prepare", lambda **_: Path(sys.executable))
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test_x.py").touch()
    assert scripts.test.main(["test_x.py", "-k", "name"]) == 5
    assert ran[0][1:6] == ["-m", "pytest", str(tmp_path / "test_x.py"), "-k", "name"]
