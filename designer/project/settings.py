"""``settings.yaml`` and ``settings.yaml.enc`` as the official SDK reads and writes them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from designer.project import encrypted as enc
from designer.project.errors import NotAConnectionError, ProjectError, SettingsError
from designer.project.files import read_bytes, save_atomically
from designer.project.psych import load
from designer.project.psych_dump import dump
from designer.project.ruby_text import inspect, literal
from designer.project.yaml_edit import merged, string_keys, update

PLAIN = "settings.yaml"
ENCRYPTED = "settings.yaml.enc"
_BOM = "\ufeff"


class SettingsStore:
    """One settings file, plain or encrypted, with settings at its top or under connection names.

    ``encrypted`` is None while it is not known: the first read finds out, by the SDK's rule (plain first; whatever
    goes wrong then, but for an unknown name, means encrypted). Nothing is kept in memory between calls.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        key_path: Path | None = None,
        encrypted: bool | None = None,
        folder: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = Path.cwd() if folder is None else folder
        self._path = path
        self._key_path = key_path or Path(enc.KEY_FILE)
        self._encrypted = encrypted
        self._env = os.environ if env is None else env

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        key: Path | str | None = None,
        encrypted: bool | None = None,
        env: Mapping[str, str] | None = None,
    ) -> SettingsStore:
        """The store at ``path``: a settings file, or a folder with ``settings.yaml.enc`` or ``settings.yaml``.

        ``key`` is the key file, ``master.key`` beside the settings by default. A file named ``.enc`` is encrypted,
        one named ``.yaml`` or ``.yml`` plain, unless ``encrypted`` says otherwise. Nothing is read yet.
        """
        given = None if path is None else Path(path)
        folder = given if given is not None and given.is_dir() else (given.parent if given else Path.cwd())
        file = None if given is None or given.is_dir() else given
        if file is not None and encrypted is None:
            encrypted = {".enc": True, ".yaml": False, ".yml": False}.get(file.suffix)
        return cls(
            None if file is None else Path(file.name),
            key_path=None if key is None else Path(key).absolute(),
            encrypted=encrypted,
            folder=folder,
            env=env,
        )

    @property
    def path(self) -> Path | None:
        """The file read or written last, or the one asked for; None before the default was looked for."""
        return None if self._path is None else self._folder / self._path

    @property
    def encrypted(self) -> bool | None:
        return self._encrypted

    def read(self, name: str | None = None) -> dict[str, Any]:
        """The settings, or those of the connection ``name``; symbol keys become strings. {} for a null connection and
        where there is no default file. Raises ``SettingsError``: KeyError for an unknown name, and what the SDK raises
        for unreadable files."""
        if self._path is None:
            if (self._folder / ENCRYPTED).exists():
                self._encrypted, self._path = True, Path(ENCRYPTED)
            elif (self._folder / PLAIN).exists():
                self._encrypted, self._path = False, Path(PLAIN)
            else:
                self._encrypted = False
                return {}
        if self._encrypted is not None:
            return self._pick(self._all(self._encrypted), name)
        self._encrypted = False
        try:
            return self._pick(self._all(False), name)
        except SettingsError as error:
            if error.ruby_class == "KeyError":
                raise
            self._encrypted = True
            return self._pick(self._all(True), name)

    def names(self) -> tuple[str, ...]:
        """Names of connections, if the file is sorted by them: every value at its top is a mapping or null."""
        everything = self.read()
        if everything and all(value is None or isinstance(value, dict) for value in everything.values()):
            return tuple(map(str, everything))
        return ()

    def update(self, name: str | None, values: Mapping[str, Any], *, remove: Collection[str] = ()) -> None:
        """Merge ``values`` into the settings, or into those of the connection ``name`` (made if new), and save.

        ``remove`` names settings that are to go. A missing file is made. Comments and everything not named stay
        as written in a plain file. Raises ``SettingsError`` and ``ProjectError``.
        """
        self.prepare(name, values, remove=remove).write()

    def prepare(self, name: str | None, values: Mapping[str, Any], *, remove: Collection[str] = ()) -> PendingSettings:
        """What ``update`` would write: to be shown, then written."""
        if self._encrypted:
            before_all = string_keys(self._decrypted())
            _demand_connection(before_all, name)
            everything = merged(before_all, name, values, remove)
            return PendingSettings(self._folder / self._encrypted_path(), dump(everything), self._key())
        self._path = self._path or Path(PLAIN)
        file = self._folder / self._path
        before = self._text(file) if file.exists() else "--- {}\n"
        if not isinstance(found := load(before), dict):
            raise self._no_hash(found)
        _demand_connection(string_keys(found), name)
        bom = _BOM if before.startswith(_BOM) else ""
        return PendingSettings(file, bom + update(before.removeprefix(_BOM), name, values, remove), None)

    def _all(self, encrypted: bool) -> dict[Any, Any]:
        if encrypted:
            everything = self._decrypted()
        else:
            everything = load(self._text(self._folder / (self._path or PLAIN)).removeprefix(_BOM))
            if not isinstance(everything, dict):
                raise self._no_hash(everything)
        return dict(string_keys(everything))

    def _decrypted(self) -> dict[Any, Any]:
        everything = load(enc.read(self._folder / self._encrypted_path(), self._key()), safe=False) or {}
        if not isinstance(everything, dict):
            raise self._no_hash(everything, "deep_symbolize_keys")
        return everything

    def _encrypted_path(self) -> Path:
        self._path = self._path or Path(ENCRYPTED)
        return self._path

    def _key(self) -> str:
        return enc.find_key(self._folder / self._key_path, self._env, str(self._key_path))

    def _text(self, file: Path) -> str:
        if not file.exists():
            raise SettingsError(
                "Errno::ENOENT",
                f"No such file or directory @ rb_sysopen - {self._path}",
                f"There is no settings file {self._path}.",
                "Create it, or name another.",
            )
        try:
            return read_bytes(file).decode()
        except UnicodeDecodeError as error:
            raise SettingsError(
                "Psych::SyntaxError",
                "(<unknown>): invalid leading UTF-8 octet",
                f"{file.name} is not UTF-8 text.",
                "Save it as UTF-8; an encrypted file is named settings.yaml.enc.",
            ) from error

    def _no_hash(self, found: Any, method: str = "to_hash") -> SettingsError:
        name = self._path or Path(PLAIN)
        return SettingsError(
            "NoMethodError",
            f"undefined method `{method}' for {inspect(found)}",
            f"{name} holds no settings: it is {'empty' if found is None else 'not a mapping'}.",
            "Write one setting a line, as in  api_key: …",
        )

    @staticmethod
    def _pick(everything: dict[str, Any], name: str | None) -> dict[str, Any]:
        if name is None:
            return everything
        if name not in everything and any(value and not isinstance(value, dict) for value in everything.values()):
            # What stands at the top are settings then, and no names to choose from.
            raise SettingsError(
                "KeyError",
                f"key not found: {literal(name)}",
                f'There is no connection "{name}": the file holds one connection\'s settings, without a name.',
                "Name no connection; or give each its own name at the top level of the file.",
            )
        if name not in everything:
            known = ", ".join(map(str, everything))
            raise SettingsError(
                "KeyError",
                f"key not found: {literal(name)}",
                f'There is no connection "{name}" in the settings.',
                f"There are: {known}." if known else "The settings are empty.",
            )
        _demand_connection(everything, name)
        return everything[name] or {}


def _demand_connection(everything: Mapping[str, Any], name: str | None) -> None:
    """Raises ``NotAConnectionError`` where something else than settings stands under ``name``."""
    found = None if name is None else everything.get(name)
    if found is not None and found is not False and not isinstance(found, dict):
        hint = "Its settings stand at the top of the file: name no connection."
        raise NotAConnectionError(found, f'"{name}" is a setting, not a connection.', hint)


def encrypt_settings(folder: Path | str, *, env: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Write ``settings.yaml.enc`` with what ``settings.yaml`` says, and a new ``master.key`` if there is no key yet.

    Returns the files written. ``settings.yaml`` stays, to be deleted by its owner. Raises ``ProjectError``, also where
    there is an encrypted file already.
    """
    folder = Path(folder)
    known = os.environ if env is None else env
    target, key_file = folder / ENCRYPTED, folder / enc.KEY_FILE
    if target.exists():
        raise ProjectError(f"There is a {ENCRYPTED} already.", "Open the project anew to use it.")
    everything = SettingsStore.open(folder / PLAIN).read() if (folder / PLAIN).exists() else {}
    written = [target]
    if enc.KEY_ENV not in known and not key_file.exists():
        key = enc.new_key()
        save_atomically(key_file, key.encode(), private=True)
        written.append(key_file)
    else:
        key = enc.find_key(key_file, known)
    enc.write(target, key, dump(everything))
    return tuple(written)


class PendingSettings:
    """Settings ready to be written to ``file``; ``text`` is the YAML in it, before encryption."""

    def __init__(self, file: Path, text: str, key: str | None) -> None:
        self.file = file
        self.text = text
        self._key = key

    def write(self) -> None:
        if self._key is None:
            save_atomically(self.file, self.text.encode(), private=True)
        else:
            enc.write(self.file, self._key, self.text)
