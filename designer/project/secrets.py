"""Where test credentials live between two clicks: in memory for the session, or in the system's keyring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from designer.project.errors import ProjectError

SERVICE = "connection-designer"
_NO_KEYRING = (
    "This system has no keyring that can be used. Credentials are remembered until the window closes; "
    "an encrypted settings file keeps them longer."
)


class Secret:
    """A text that does not show itself: not in ``repr``, ``str``, formats, or tracebacks. ``reveal`` is deliberate."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a secret is not pickled")


class CredentialMemory(Protocol):
    """Remembers the settings typed for a project's connection (``name`` None: flat settings)."""

    def load(self, project: Path, name: str | None) -> dict[str, Any]: ...

    def keep(self, project: Path, name: str | None, settings: Mapping[str, Any]) -> None: ...

    def forget(self, project: Path, name: str | None) -> None: ...


class SessionSecrets:
    """Credentials in memory, gone with the program. Never shows what it holds."""

    lasting = False

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, str | None], dict[str, Any]] = {}

    def load(self, project: Path, name: str | None) -> dict[str, Any]:
        return dict(self._kept.get((project.absolute(), name), {}))

    def keep(self, project: Path, name: str | None, settings: Mapping[str, Any]) -> None:
        self._kept[project.absolute(), name] = dict(settings)

    def forget(self, project: Path, name: str | None) -> None:
        self._kept.pop((project.absolute(), name), None)

    def __repr__(self) -> str:
        return f"SessionSecrets({len(self._kept)} kept)"


class KeyringSecrets:
    """Credentials in the system's keyring, one entry a connection. Raises ``ProjectError`` where it refuses."""

    lasting = True

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def load(self, project: Path, name: str | None) -> dict[str, Any]:
        found = self._call("read from", self._backend.get_password, SERVICE, _entry(project, name))
        if found is None:
            return {}
        try:
            settings = json.loads(found)
        except ValueError:
            settings = None
        if not isinstance(settings, dict):
            raise ProjectError("The keyring's entry for this connection is damaged.", "Type the credentials anew.")
        return settings

    def keep(self, project: Path, name: str | None, settings: Mapping[str, Any]) -> None:
        text = json.dumps(dict(settings), ensure_ascii=False)
        self._call("write to", self._backend.set_password, SERVICE, _entry(project, name), text)

    def forget(self, project: Path, name: str | None) -> None:
        if self._call("read from", self._backend.get_password, SERVICE, _entry(project, name)) is not None:
            self._call("write to", self._backend.delete_password, SERVICE, _entry(project, name))

    @staticmethod
    def _call(action: str, function: Any, *arguments: str) -> Any:
        from keyring.errors import KeyringError

        try:
            return function(*arguments)
        except (KeyringError, OSError, ValueError) as error:
            # Windows bounds an entry to 2560 bytes. The error's text may quote the entry, so it is not shown.
            hint = "Unlock it and try again, or keep the credentials in an encrypted settings file."
            raise ProjectError(f"The keyring could not be used ({action} it: {type(error).__name__}).", hint) from None


@dataclass(frozen=True, slots=True)
class Chosen:
    """``notice`` is for the person: "" where a keyring remembers credentials."""

    memory: SessionSecrets | KeyringSecrets
    notice: str


def choose_memory(backend: Any = None) -> Chosen:
    """The system's keyring where it has a safe one, else memory for this session. ``backend`` replaces the search."""
    import keyring

    found = keyring.get_keyring() if backend is None else backend
    if _usable(found):
        return Chosen(KeyringSecrets(found), "")
    return Chosen(SessionSecrets(), _NO_KEYRING)


def _usable(backend: Any) -> bool:
    from keyring.backends import chainer, fail, null

    if isinstance(backend, fail.Keyring | null.Keyring):
        return False
    # These store base64 in a plain file, or ask for a password on a terminal that is not there.
    if type(backend).__module__.startswith("keyrings."):
        return False
    if isinstance(backend, chainer.ChainerBackend):
        return any(_usable(member) for member in backend.backends)
    return True


def _entry(project: Path, name: str | None) -> str:
    return f"{project.absolute()}#{name or ''}"
