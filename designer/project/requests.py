"""Requests kept beside the connector, as plain files fit for git, and what was sent from here, masked.

Saved requests live in the project's folder ``requests/``, one JSON file each. The history is the person's own and lives
in the program's state folder; both hold compositions without secrets (``Composition.without_secrets``).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designer.project.errors import ProjectError
from designer.project.files import save_atomically, unwritable
from designer.project.recovery import state_folder
from designer.wire.composing import ComposeError, Composition, from_json

FOLDER = "requests"
KEPT = 100
"""Entries of the history of one connector."""
_NAME = re.compile(r"[^\W_](?:[\w .()-]{0,78}[\w)])?")


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """``problem`` says what keeps the file from being used; the composition is then empty."""

    name: str
    file: Path
    composition: Composition
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One request that was sent: when (RFC 3339), and the status it came back with (0: no reply)."""

    at: str
    composition: Composition
    status: int


def saved_requests(root: Path) -> tuple[SavedRequest, ...]:
    """The requests in the project at ``root``, by name. A file that is none is listed with its problem."""
    try:
        files = sorted((root / FOLDER).glob("*.json"), key=lambda file: file.stem.casefold())
    except OSError:
        return ()
    return tuple(_read(file) for file in files if file.is_file())


def save_request(root: Path, name: str, composition: Composition) -> Path:
    """Keep ``composition`` as ``requests/NAME.json``, in place of one of that name. Raises ``ProjectError``."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise ProjectError(
            f"{name!r} cannot be the name of a request.", "Use letters, digits, spaces, dots and dashes, up to 80."
        )
    file = root / FOLDER / f"{name}.json"
    try:
        file.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(file, error) from error
    save_atomically(file, (json.dumps(composition.as_json(), indent=2, ensure_ascii=False) + "\n").encode())
    return file


def delete_request(root: Path, name: str) -> None:
    """Remove a saved request. Raises ``ProjectError``."""
    file = root / FOLDER / f"{name}.json"
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(file, error) from error


class History:
    """What was sent with one connector, newest first, in a file readable by its owner alone."""

    def __init__(self, connector: Path | None, folder: Path | None = None) -> None:
        name = hashlib.sha256(str(connector.absolute() if connector else "").encode()).hexdigest()[:24]
        self._file = (folder or state_folder() / "history") / f"{name}.json"

    def entries(self) -> tuple[HistoryEntry, ...]:
        """A history that cannot be read is an empty one: nothing depends on it."""
        try:
            kept: list[dict[str, Any]] = json.loads(self._file.read_bytes())
            return tuple(HistoryEntry(str(e["at"]), from_json(e["request"]), int(e["status"])) for e in kept)
        except (OSError, ValueError, KeyError, TypeError, ComposeError):
            return ()

    def add(self, entry: HistoryEntry) -> tuple[HistoryEntry, ...]:
        """Note ``entry``, which must hold no secret; the same request sent before moves up. Raises ``ProjectError``."""
        rest = [one for one in self.entries() if one.composition != entry.composition]
        entries = (entry, *rest)[:KEPT]
        record = [{"at": e.at, "status": e.status, "request": e.composition.as_json()} for e in entries]
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._file, error) from error
        save_atomically(self._file, json.dumps(record, ensure_ascii=False).encode(), private=True)
        return entries

    def clear(self) -> None:
        """Forget everything. Raises ``ProjectError``."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self._file, error) from error


def read_part(root: Path | None, name: str) -> bytes:
    """The file of a multipart body; a relative name starts from the project. Raises ``ComposeError``."""
    file = Path(name).expanduser()
    if not file.is_absolute() and root is not None:
        file = root / file
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise ComposeError("body", f"The file {name} cannot be sent: {reason}.", "Choose another file.") from None


def _read(file: Path) -> SavedRequest:
    try:
        return SavedRequest(file.stem, file, from_json(json.loads(file.read_bytes())))
    except ComposeError as error:
        return SavedRequest(file.stem, file, Composition(), f"{error.message} {error.hint}".strip())
    except (OSError, ValueError) as error:
        return SavedRequest(file.stem, file, Composition(), f"It cannot be read: {error}.")
