"""The virtual environment: made from nothing, found again, and made anew where a set-up was cut off.

A real environment from a lock of one tiny wheel in a folder, in a project on a path with spaces.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

Scripts = Any


def wheel(folder: Path, version: str) -> str:
    """Write a wheel of the package ``pebble``; returns its line for a lock."""
    source = f"VERSION = {version!r}\n".encode()
    info = f"pebble-{version}.dist-info"
    digest = base64.urlsafe_b64encode(hashlib.sha256(source).digest()).rstrip(b"=").decode()
    path = folder / f"pebble-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pebble.py", source)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: pebble\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"pebble.py,sha256={digest},{len(source)}\n{info}/RECORD,,\n")
    return f"pebble=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripts: Scripts) -> Path:
    """A project folder whose locks ask for ``pebble`` alone; no network, no system packages."""
    root = tmp_path / "a project"
    (root / "packaging").mkdir(parents=True)
    (root / "designer").mkdir()
    (root / "designer" / "__init__.py").write_text("", encoding="utf-8")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    line = wheel(wheels, "1.0")
    for lock in ("requirements.lock", "requirements-test.lock"):
        (root / "packaging" / lock).write_text(line, encoding="utf-8")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", wheels.as_uri())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(scripts.environment, "PROJECT", root)
    monkeypatch.setattr(scripts.environment, "PROOF", "import pebble")
    monkeypatch.setattr(scripts.environment, "ensure_system", lambda **_: None)
    return root


def run_in(python: Path, code: str) -> str:
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.strip()


def test_from_nothing_to_ready_and_on(
    project: Path, scripts: Scripts, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = scripts.environment
    lock = project / "packaging" / "requirements.lock"

    # What does not match its hash is refused, and the next start goes on.
    right = lock.read_text(encoding="utf-8")
    lock.write_text(right[:-5] + "0000\n", encoding="utf-8")
    with pytest.raises(scripts.system.SetupError, match="could not be installed"):
        environment.prepare()
    assert "HASHES" in capfd.readouterr().err
    lock.write_text(right, encoding="utf-8")

    python = environment.prepare()
    assert python.is_relative_to(project / ".venv")
    assert run_in(python, "import pebble, designer; print(pebble.VERSION, designer.__file__)") == (
        f"1.0 {project / 'designer' / '__init__.py'}"
    )
    assert "Setting up" in capfd.readouterr().err

    # A second start does nothing, not even where installing is impossible.
    with monkeypatch.context() as offline:
        offline.setenv("PIP_FIND_LINKS", "/nowhere")
        assert environment.prepare() == python
    assert capfd.readouterr().err == ""

    # A new lock is installed into what is there.
    lock.write_text(wheel(project.parent / "wheels", "1.1"), encoding="utf-8")
    assert run_in(environment.prepare(), "import pebble; print(pebble.VERSION)") == "1.1"

    # A set-up that was cut off is not trusted, whatever it looks like.
    site = Path(run_in(python, "import pebble; print(pebble.__file__)"))
    site.write_text("VERSION = 'half'\n", encoding="utf-8")
    (project / ".venv" / ".set-up-begun").touch()
    (project / ".venv" / ".set-up.json").unlink()
    assert run_in(environment.prepare(), "import pebble; print(pebble.VERSION)") == "1.1"


def test_two_starts_at_once_set_up_once(
    project: Path, scripts: Scripts, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    environment = scripts.environment
    made: list[Path] = []
    set_up = environment._set_up
    monkeypatch.setattr(environment, "_set_up", lambda place, test: (made.append(place), set_up(place, test)))
    found: list[Path] = []
    starts = [threading.Thread(target=lambda: found.append(environment.prepare())) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(made) == 1
    assert found == [project / ".venv" / "bin" / "python"] * 2
    assert "waiting" in capfd.readouterr().err


def test_a_folder_that_cannot_be_written_uses_the_cache(
    project: Path, scripts: Scripts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # As root every folder can be written, so the refusal is played.
    made: list[Path] = []
    monkeypatch.setattr(scripts.environment, "_set_up", lambda place, _test: made.append(place))
    writable = scripts.environment._writable
    monkeypatch.setattr(scripts.environment, "_writable", lambda place: place != project / ".venv" and writable(place))
    python = scripts.environment.prepare()
    assert python.is_relative_to(tmp_path / "cache" / "connection-designer")
    assert [python] == [place / "bin" / "python" for place in made]
