"""The virtual environment of the project: made once, from the lock with hashes, and found again at once.

Standard library only. ``python3 packaging/environment.py [--test]`` sets it up and prints the path of its Python.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from system import SetupError, ensure_system, has_screen

PROJECT = Path(__file__).resolve().parent.parent
RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"

PROOF = "import PySide6.QtWidgets, PySide6.QtWebEngineCore, tree_sitter_ruby, httpx, cryptography"
"""What has to work in a complete environment."""

_STAMP = ".set-up.json"
_BEGUN = ".set-up-begun"
_LOCK = ".set-up-lock"


def prepare(*, test: bool = False) -> Path:
    """The Python of a complete environment, set up first where it is not. Raises ``SetupError``.

    The environment is ``.venv`` in the project folder, or lies in the user's cache where that cannot be written.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by whatever python3 is at hand
        raise SetupError(f"Connection Designer needs Python 3.11 or newer; this is Python {_version()}.")
    screen = has_screen() and not test
    ensure_system(screen=screen, optional=("ruby", "patch") if test else ())
    places = [PROJECT / ".venv", _cache() / hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:12]]
    for place in places:
        if _ready(place, test):
            return _python(place)
    for place in places:
        if not _writable(place):
            continue
        with _alone(place):
            if not _ready(place, test):  # another start may have finished it while this one waited
                _set_up(place, test)
        return _python(place)
    raise SetupError(f"Neither {places[0]} nor {places[1]} can be written, so there is no place for the environment.")


def _set_up(place: Path, test: bool) -> None:
    print(f"Setting up in {place} (once; about 300 MB to fetch) …", file=sys.stderr, flush=True)
    stamp, begun = place / _STAMP, place / _BEGUN
    # Whether a set-up was cut off cannot be told from the packages: such an environment is made anew.
    if begun.exists() or not _works(place):
        _clear(place)
    begun.touch()
    stamp.unlink(missing_ok=True)
    if not _works(place):
        base = getattr(sys, "_base_executable", None) or sys.executable
        _run([base, "-I", "-m", "venv", os.fspath(place)], "The virtual environment could not be made")
    python = os.fspath(_python(place))
    lock = PROJECT / "packaging" / (TEST_LOCK if test else RUN_LOCK)
    options = ["--require-hashes", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    options += [] if sys.stderr.isatty() else ["--quiet"]
    _run(
        [python, "-I", "-m", "pip", "install", *options, "-r", os.fspath(lock)],
        "The dependencies could not be installed (is there a network, and room on the disk?)",
    )
    _link_project(python)
    _run([python, "-I", "-c", PROOF], "What was installed cannot be loaded")
    # The test lock holds all of the run lock, in the same versions.
    locks = {name: _digest(name) for name in ((RUN_LOCK, TEST_LOCK) if test else (RUN_LOCK,))}
    facts = {"python": _version(), "project": os.fspath(PROJECT), "place": os.fspath(place), "locks": locks}
    fresh = stamp.with_suffix(".new")
    fresh.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    fresh.replace(stamp)
    begun.unlink()


def _ready(place: Path, test: bool) -> bool:
    """Whether a set-up was finished there, for this project folder, these locks and a Python that still runs."""
    try:
        facts = json.loads((place / _STAMP).read_text(encoding="utf-8"))
        fits = facts["project"] == os.fspath(PROJECT) and facts["place"] == os.fspath(place)
        name = TEST_LOCK if test else RUN_LOCK
        return bool(fits and facts["locks"].get(name) == _digest(name) and _probe(place) == facts["python"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _works(place: Path) -> bool:
    """Whether an environment stands there that this Python's packages can be installed into."""
    return _probe(place) == _version()


def _probe(place: Path) -> str | None:
    """``3.11`` of the environment's interpreter, or None where it does not start or is not at home there."""
    code = "import sys; print('%d.%d' % sys.version_info[:2] if sys.prefix != sys.base_prefix else '')"
    try:
        shown = subprocess.run([_python(place), "-I", "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return shown.stdout.strip() if shown.returncode == 0 else None


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _python(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _digest(lock: str) -> str:
    return hashlib.sha256((PROJECT / "packaging" / lock).read_bytes()).hexdigest()


def _cache() -> Path:
    if os.name == "nt":
        root = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local"
    elif sys.platform == "darwin":
        root = Path.home() / "Library/Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "connection-designer"


def _writable(place: Path) -> bool:
    """Asks by writing: rights, read-only mounts and full disks all answer. Makes the folder."""
    if os.pathsep in os.fspath(place):  # the venv module refuses such a path
        return False
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _clear(place: Path) -> None:
    for entry in place.iterdir():
        if entry.name == _LOCK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _link_project(python: str) -> None:
    """Make ``designer`` importable from any folder, as an editable installation would."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    shown = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True)
    Path(shown.stdout.strip(), "connection_designer.pth").write_text(f"{PROJECT}\n", encoding="utf-8")


def _run(command: list[str], failure: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")}
    # stdout belongs to whoever called us: ``environment.py`` prints one path there and nothing else.
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env={**kept, "PIP_USER": "0"},
        close_fds=os.name == "nt",
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(f"{failure}: see above. Starting again goes on from here.")


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Holds the place against a second set-up at the same time; the system lets go when this process ends."""
    with (place / _LOCK).open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt
            import time

            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    break
                except OSError:
                    time.sleep(0.5)
        else:
            import fcntl

            # pip shares the lock: a start that was killed leaves it running, and the next one waits for it.
            os.set_inheritable(file.fileno(), True)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another start is setting up; waiting for it …", file=sys.stderr, flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        print(prepare(test="--test" in sys.argv[1:]))
    except SetupError as error:
        sys.exit(str(error))
