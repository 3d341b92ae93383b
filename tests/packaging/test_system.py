"""System packages: installed where that is allowed, otherwise the exact command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="apt is for Debian and its relatives")


class Machine:
    """Stand-ins on the PATH that write down how they were called; libraries in ``missing`` do not load."""

    def __init__(self, folder: Path, system: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.log = folder, folder / "log"
        self.missing = {"libnss3.so", "libasound.so.2"}
        folder.mkdir()
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setattr(system, "_loads", lambda soname: soname not in self.missing)
        self.command("env", 'while case "$1" in *=*) true;; *) false;; esac; do shift; done; exec "$@"')
        self.command("apt-cache", "echo '  Candidate: (none)'")

    def command(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.log}"\n{script}\n', encoding="utf-8")
        path.chmod(0o755)

    def calls(self, name: str) -> list[str]:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(f"{name} ")]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripts: Any) -> Machine:
    return Machine(tmp_path / "bin", scripts.system, monkeypatch)


def test_root_installs_what_is_missing(machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", "exit 0")
    scripts.system.ensure_system(screen=False)
    update, install = machine.calls("apt-get")
    assert update.endswith(" update")
    assert install.endswith(" install --no-install-recommends libnss3 libasound2")


def test_newer_releases_name_some_packages_differently(
    machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", "exit 0")
    machine.command("apt-cache", "echo '  Candidate: 1.2'")
    scripts.system.ensure_system(screen=False)
    assert machine.calls("apt-get")[1].endswith(" libnss3 libasound2t64")


def test_sudo_without_a_password_is_used(machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.command("apt-get", "exit 0")
    machine.command("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    scripts.system.ensure_system(screen=False)
    assert [line for line in machine.calls("sudo") if " install " in line]


def test_without_rights_the_exact_command(machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.command("apt-get", "exit 0")
    machine.command("sudo", "exit 1")
    with pytest.raises(scripts.system.SetupError) as refused:
        scripts.system.ensure_system(screen=False)
    command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libnss3 libasound2"
    assert command in str(refused.value)
    assert not machine.calls("apt-get")


def test_an_installation_that_was_cut_off_is_finished_first(
    machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", f'case "$*" in *install*) [ -e "{machine.folder}/configured" ];; esac')
    machine.command("dpkg", f': > "{machine.folder}/configured"')
    scripts.system.ensure_system(screen=False)
    assert machine.calls("dpkg") == ["dpkg --configure -a"]


def test_apt_that_fails_leaves_the_command(machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", "exit 100")
    machine.command("dpkg", "exit 0")
    with pytest.raises(scripts.system.SetupError, match="apt-get update && apt-get install"):
        scripts.system.ensure_system(screen=False)


def test_an_optional_command_that_cannot_be_had_is_no_error(
    machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.missing.clear()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.command("apt-get", "exit 0")
    scripts.system.ensure_system(screen=False, optional=("ruby",))
    assert not machine.calls("apt-get")


@pytest.mark.usefixtures("machine")
def test_no_apt_names_the_libraries(scripts: Any) -> None:
    with pytest.raises(scripts.system.SetupError, match=r"libnss3\.so"):
        scripts.system.ensure_system(screen=False)


def test_a_screen_needs_more(machine: Machine, scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.missing = {"libxcb-cursor.so.0"}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", "exit 0")
    scripts.system.ensure_system(screen=False)
    assert not machine.calls("apt-get")
    scripts.system.ensure_system(screen=True)
    assert machine.calls("apt-get")[1].endswith(" libxcb-cursor0")


@pytest.mark.parametrize(
    ("environment", "screen"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, True),
    ],
)
def test_where_there_is_a_screen(
    environment: dict[str, str], screen: bool, scripts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert scripts.system.has_screen() is screen
