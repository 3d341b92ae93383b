"""Copies of unsaved work, kept beside the author's files and offered when the program opens them again."""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from designer.project.errors import ProjectError
from designer.project.files import save_atomically, unwritable

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Copy:
    """Unsaved work on ``file`` (None: never saved anywhere). ``based_on_disk`` is False where the file has changed
    since the copy began, so that taking it would undo those changes."""

    file: Path | None
    content: bytes
    saved_at: datetime.datetime
    based_on_disk: bool


class Recovery:
    """Keeps one copy a file in ``folder``, readable by its owner alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or state_folder() / "recovery"

    def keep(self, file: Path | None, content: bytes, base: bytes, at: datetime.datetime) -> None:
        """Keep ``content``, unsaved work on ``file`` that began from ``base``. Raises ``ProjectError``."""
        record = {
            "format": _FORMAT,
            "file": None if file is None else str(file.absolute()),
            "saved_at": at.isoformat(),
            "base": hashlib.sha256(base).hexdigest(),
            "content": base64.b64encode(content).decode("ascii"),
        }
        path = self._path(file)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(path, error) from error
        save_atomically(path, json.dumps(record).encode(), private=True)

    def offered(self, file: Path | None, on_disk: bytes | None = None) -> Copy | None:
        """The copy kept for ``file``, or None: there is none, or it says what ``on_disk`` says already.

        A copy that cannot be read is no copy: it is left for a newer version of the program.
        """
        try:
            record = json.loads(self._path(file).read_bytes())
            if record["format"] != _FORMAT:
                return None
            content = base64.b64decode(record["content"], validate=True)
            at = datetime.datetime.fromisoformat(record["saved_at"])
            base = str(record["base"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if content == on_disk:
            return None
        return Copy(file, content, at, on_disk is not None and hashlib.sha256(on_disk).hexdigest() == base)

    def discard(self, file: Path | None) -> None:
        """Forget the copy: the work was saved, or given up. Raises ``ProjectError``."""
        path = self._path(file)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ProjectError(f"The recovery copy {path.name} cannot be removed.", "Remove it by hand.") from error

    def files(self) -> tuple[Path, ...]:
        """Files that have a copy, to be offered at start."""
        found = []
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.glob("*.json")):
                with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                    found.append(json.loads(path.read_bytes())["file"])
        return tuple(Path(file) for file in found if file)

    def _path(self, file: Path | None) -> Path:
        real = "" if file is None else os.path.normcase(os.path.realpath(file))
        return self._folder / f"{hashlib.sha256(real.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def state_folder() -> Path:
    """Where this program keeps state for the user, by the platform's custom."""
    if os.name == "nt":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library/Application Support"
    else:
        root = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    return root / "connection-designer"
