"""Requests kept beside the connector, as plain files fit for git, and what was sent from here, masked.

Saved requests live in the project's folder ``requests/``, one JSON file each. The history is the person's own and lives
in the program's state folder; both hold compositions without secrets (``Composition.without_secrets``).
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import threading
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from designer.project.encrypted import KEY_FILE
from designer.project.errors import ProjectError
from designer.project.files import save_atomically, unwritable
from designer.project.names import is_device, same_elsewhere
from designer.project.recovery import state_folder
from designer.wire.composing import ComposeError, Composition, from_json

FOLDER = "requests"
KEPT = 100
"""Entries of the history of one connector."""
_NAME = re.compile(r"[^\W_](?:[\w .()-]{0,78}[\w)])?")
_SECRET_FILES = frozenset({KEY_FILE, "settings.yaml", "settings.yaml.enc"})
_locks: defaultdict[Path, threading.RLock] = defaultdict(threading.RLock)
"""One for each history in use: requests are noted in jobs, and a note reads what it adds to."""


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


def save_request(root: Path, name: str, composition: Composition, *, overwrite: bool = False) -> Path:
    """Keep ``composition`` as ``requests/NAME.json``; its files by their place in the project, or by name alone where
    they lie outside. Raises ``ProjectError``, also where there is one of that name already (unless ``overwrite``)."""
    name = name.strip()
    if not _NAME.fullmatch(name) or is_device(name):
        raise ProjectError(
            f"{name!r} cannot be the name of a request.", "Use letters, digits, spaces, dots and dashes, up to 80."
        )
    file = root / FOLDER / f"{name}.json"
    try:
        file.parent.mkdir(exist_ok=True)
        known = [one.stem for one in file.parent.glob("*.json")]
    except OSError as error:
        raise unwritable(file, error) from error
    if (other := same_elsewhere(name, known)) is not None:
        raise ProjectError(
            f"There is a request {other!r} already; on Windows and macOS {name!r} would be the same file.",
            f"Write it as {other!r}, or choose another name.",
        )
    if name in known and not overwrite:
        raise ProjectError(f"There is a request {name!r} already.", "Choose another name, or replace it.")
    composition = replace(
        composition, parts=tuple(replace(p, file=_kept_name(root, p.file)) for p in composition.parts)
    )
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
            return tuple(_entry(e) for e in kept)
        except (OSError, ValueError, KeyError, TypeError, RecursionError, ComposeError):
            return ()

    def add(self, entry: HistoryEntry) -> tuple[HistoryEntry, ...]:
        """Note ``entry``, which must hold no secret; the same request sent before moves up. Raises ``ProjectError``."""
        with _locks[self._file]:
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
            with _locks[self._file]:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self._file, error) from error


def read_part(root: Path | None, name: str, chosen: Collection[str] = ()) -> bytes:
    """The file of a multipart body; a relative name starts from the project at ``root``.

    A saved request may come from anybody, so it names files of the project alone, and none that holds secrets or is
    hidden; any other has to be one of ``chosen``, the files the person picked. Raises ``ComposeError``.
    """
    try:
        file = Path(name) if root is None else root / name
        if name not in chosen and not (root is not None and _may_be_sent(file.resolve(), root.resolve())):
            raise ComposeError(
                "body",
                f"The file {name} is not one that a kept request may send.",
                "Choose the file anew to send it. Without being asked only files of the project go out, and none of "
                "its settings, keys or hidden files.",
            )
        return file.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL; RuntimeError: links in a circle
        reason = (getattr(error, "strerror", None) or "it cannot be read").lower()
        shown = name if name.isprintable() else ascii(name)
        raise ComposeError("body", f"The file {shown} cannot be sent: {reason}.", "Choose another file.") from None


def _may_be_sent(file: Path, root: Path) -> bool:
    """Of resolved paths: whether ``file`` lies in the project and is neither hidden nor made to hold secrets."""
    if not file.is_relative_to(root):
        return False
    inside = file.relative_to(root).parts
    return not any(part.startswith(".") or part.casefold() in _SECRET_FILES for part in inside)


def _kept_name(root: Path, name: str) -> str:
    """A file's name as others may see it: from the project on, with ``/``, or without its folder."""
    if not name:
        return ""
    try:
        file, home = (root / name).resolve(), root.resolve()
    except (OSError, ValueError, RuntimeError):
        return re.split(r"[/\\]", name)[-1]
    return file.relative_to(home).as_posix() if file.is_relative_to(home) else re.split(r"[/\\]", name)[-1]


def _entry(data: dict[str, Any]) -> HistoryEntry:
    at = str(data["at"])
    datetime.datetime.fromisoformat(at)
    return HistoryEntry(at, from_json(data["request"]), int(data["status"]))


def _read(file: Path) -> SavedRequest:
    try:
        return SavedRequest(file.stem, file, from_json(json.loads(file.read_bytes())))
    except ComposeError as error:
        return SavedRequest(file.stem, file, Composition(), f"{error.message} {error.hint}".strip())
    except RecursionError:
        return SavedRequest(file.stem, file, Composition(), "It is nested too deeply to be a request.")
    except (OSError, ValueError) as error:
        return SavedRequest(file.stem, file, Composition(), f"It cannot be read: {error}.")
