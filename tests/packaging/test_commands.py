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
def started(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """What ``run.py`` starts instead of staying, with its environment."""
    calls: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(scripts.run, "prepare", lambda: Path(sys.executable))
    monkeypatch.setattr(os, "execve", lambda _file, command, environment: calls.append((command, environment)))
    monkeypatch.setattr(subprocess, "run", lambda command, **kwargs: calls.append((command, kwargs["env"])))
    return calls


def start(scripts: Any, arguments: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Neither way of starting returns anything to go on with here.
        patch.setattr(os, "name", "posix")
        try:
            scripts.run.main(arguments)
        except AttributeError as error:
            assert "returncode" in str(error)


def test_with_a_screen_the_window_opens(scripts: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts.run, "has_screen", lambda: True)
    start(scripts, ["some folder"])
    assert started[0][0][1:] == ["-m", "designer", "some folder"]


def test_without_a_screen_the_tour_is_played(
    scripts: Any, started: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scripts.run, "has_screen", lambda: False)
    start(scripts, [])
    command, environment = started[0]
    assert command[1:4] == ["-m", "designer", "tour"]
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    said = capsys.readouterr().out
    assert "no screen" in said and command[-1] in said


def test_without_a_screen_commands_run_as_they_are(scripts: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts.run, "has_screen", lambda: False)
    start(scripts, ["check", "connector.rb"])
    assert started[0][0][1:] == ["-m", "designer", "check", "connector.rb"]


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
