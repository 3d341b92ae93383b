"""A connector project as the author has it on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from designer.project import settings as settings_files
from designer.project.diff import Diff, diff
from designer.project.errors import ProjectError
from designer.project.files import (
    LARGEST,
    Stamp,
    changed_since,
    read_bytes,
    save_atomically,
    stamp_of,
    too_large,
    unreadable,
)
from designer.project.settings import SettingsStore

CONNECTOR = "connector.rb"
Encoding = Literal["utf-8", "utf-8-sig"]
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class Project:
    """The connector of a project folder, or a ``.rb`` file by itself, as it was when it was read or saved last.

    Only ``save`` and ``accept_outside`` move that moment.
    """

    def __init__(self, path: Path, connector: bytes, stamp: Stamp | None) -> None:
        self._path = path
        self._connector = connector
        self._stamp = stamp

    @classmethod
    def open(cls, path: Path | str) -> Project:
        """The project at ``path``: a folder that holds ``connector.rb`` (or one ``.rb`` file), or a ``.rb`` file.

        Raises ``ProjectError`` for what is missing, unreadable, larger than 10 MB, binary, or not UTF-8 text.
        """
        file = find_connector(Path(path))
        connector = read_connector(file)
        return cls(file, connector, stamp_of(file, connector))

    @property
    def path(self) -> Path:
        """The connector's file."""
        return self._path

    @property
    def root(self) -> Path:
        """The folder the connector is in, with its settings and specs."""
        return self._path.parent

    @property
    def name(self) -> str:
        """What the author calls it: the folder's name, or the file's where it is not a ``connector.rb``."""
        return self.root.resolve().name if self._path.name == CONNECTOR else self._path.stem

    @property
    def connector(self) -> bytes:
        """The connector's bytes as on disk, byte order mark included."""
        return self._connector

    @property
    def encoding(self) -> Encoding:
        return "utf-8-sig" if self._connector.startswith(b"\xef\xbb\xbf") else "utf-8"

    @property
    def writable(self) -> bool:
        """Whether saving in place can work: the folder takes a new file and the old one is not write-protected."""
        return os.access(self._path, os.W_OK) and os.access(self.root, os.W_OK)

    @property
    def settings_file(self) -> Path | None:
        """The settings file the official tools would use, if there is one."""
        for name in (settings_files.ENCRYPTED, settings_files.PLAIN):
            if (self.root / name).is_file():
                return self.root / name
        return None

    def settings(self, key: Path | str | None = None) -> SettingsStore:
        """The project's settings; a store without a file writes ``settings.yaml`` at its first update."""
        return SettingsStore.open(self.settings_file or self.root, key=key)

    @property
    def settings_names(self) -> tuple[str, ...]:
        """Names of the connections in the settings file; () for flat settings, and for a file that cannot be read
        (``settings().read()`` says why)."""
        if self.settings_file is None:
            return ()
        try:
            return self.settings().names()
        except ProjectError:
            return ()

    @property
    def changed_outside(self) -> bool:
        """Whether another program changed, made or removed the file since it was read or saved. Fit for a timer."""
        if self._stamp is None:
            return self._path.exists()
        return changed_since(self._path, self._stamp)

    def accept_outside(self) -> None:
        """Take note of the file as it is on disk now, gone or not, so that the next ``save`` may replace it.
        Raises ``ProjectError``."""
        try:
            connector = read_bytes(self._path) if self._path.exists() else b""
            self._stamp = stamp_of(self._path, connector) if self._path.exists() else None
        except OSError as error:
            raise unreadable(self._path, error) from error
        self._connector = connector

    def save(self, connector: bytes, *, overwrite: bool = False) -> None:
        """Write ``connector`` in one step.

        Raises ``OutsideChange`` where the file on disk is not the one that was read, unless ``overwrite``;
        ``ProjectError`` where it cannot be written or is larger than the platform takes. Nothing is lost then.
        """
        if len(connector) > LARGEST:
            raise too_large(self._path, len(connector))
        self._stamp = save_atomically(self._path, connector, unless_changed=None if overwrite else self._stamp)
        self._connector = connector

    def save_as(self, path: Path, connector: bytes) -> Project:
        """Write ``connector`` to another file, which may exist, and return the project there."""
        if len(connector) > LARGEST:
            raise too_large(path, len(connector))
        return Project(path, connector, save_atomically(path, connector))

    def diff(self, connector: bytes) -> Diff:
        """What saving ``connector`` would change in the file as it was read."""
        return diff(self._connector, connector, self._path.name)


def find_connector(path: Path) -> Path:
    """The connector file that ``path`` means. Raises ``ProjectError``."""
    try:
        if not path.exists():
            raise ProjectError(f"{path} does not exist.", "Check the path; a relative one starts from this folder.")
        if not path.is_dir():
            return path
        if (path / CONNECTOR).is_file():
            return path / CONNECTOR
        found = sorted(file.name for file in path.glob("*.rb") if file.is_file())
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path} cannot be opened: {error}.", "Check the path and its permissions.") from error
    if len(found) == 1:
        return path / found[0]
    if found:
        raise ProjectError(f"There is no {CONNECTOR} in {path}.", f"Open one of its files: {', '.join(found[:5])}.")
    raise ProjectError(
        f"There is no {CONNECTOR} in {path}.", "Choose the project folder that holds it, or the .rb file itself."
    )


def read_connector(file: Path) -> bytes:
    """The bytes of a connector file: at most 10 MB of UTF-8 text. Raises ``ProjectError``."""
    content = read_bytes(file)
    for bom, name in _BOMS.items():
        if content.startswith(bom):
            raise ProjectError(f"{file.name} is {name} text.", "The platform takes UTF-8: save it as UTF-8.")
    if b"\x00" in content:
        raise ProjectError(f"{file.name} is not Ruby: it is a binary file.", "Choose the connector's .rb file.")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProjectError(
            f"{file.name} is not UTF-8 text: line {line} has bytes that cannot be.",
            "The platform takes UTF-8: convert the file, it may be Latin-1 or Windows-1252.",
        ) from error
    return content
