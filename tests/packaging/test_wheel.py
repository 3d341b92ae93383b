"""The wheel as it would be installed: it carries the resources and works on its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = b"""{
  title: 'Tiny',
  connection: {
    fields: [{ name: 'key', control_type: 'password' }],
    authorization: { type: 'api_key', apply: lambda { |connection| headers(Authorization: connection['key']) } }
  },
  test: lambda { |_connection| get('/me') }
}
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy, so that nothing lying about in the working folder gets in and nothing is left in it.
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    for name in ("designer", "resources"):
        shutil.copytree(PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    code = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(folder)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder / built.stdout.split()[-1]


def test_it_carries_every_resource(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    resources = PROJECT / "resources"
    for path in resources.rglob("*"):
        if path.is_file():
            assert f"designer/resources/{path.relative_to(resources).as_posix()}" in inside
    assert not [name for name in inside if name.startswith(("tests/", "packaging/"))]


def test_it_carries_every_module_and_the_script(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        (points,) = [name for name in inside if name.endswith("entry_points.txt")]
        assert "connection-designer = designer.__main__:main" in archive.read(points).decode()
    for path in (PROJECT / "designer").rglob("*.py"):
        assert path.relative_to(PROJECT).as_posix() in inside


def test_it_runs_away_from_the_project(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    (tmp_path / "connector.rb").write_bytes(SAMPLE)
    # -P keeps the working folder off the path; PYTHONPATH comes before the checkout's own entry.
    done = subprocess.run(
        [sys.executable, "-P", "-m", "designer", "show", "connector.rb", "--json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"title": "Tiny"' in done.stdout
    assert '"kind": "api_key"' in done.stdout
