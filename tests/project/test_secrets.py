from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import keyring.backend
import pytest
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from designer.project import KeyringSecrets, ProjectError, Secret, SessionSecrets, choose_memory

PROJECT = Path("project")
SETTINGS: dict[str, Any] = {"token": "s3cret", "nested": {"a": [1, None]}}


class Backend(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError
        del self.entries[service, username]


class Locked(Backend):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked while reading {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"locked while writing {service} {username} {password}")


@pytest.mark.parametrize("memory", [SessionSecrets(), KeyringSecrets(Backend())], ids=["session", "keyring"])
def test_credentials_are_remembered_by_project_and_connection(memory: SessionSecrets | KeyringSecrets) -> None:
    assert memory.load(PROJECT, None) == {}
    memory.keep(PROJECT, None, SETTINGS)
    memory.keep(PROJECT, "dev", {"token": "other"})
    assert memory.load(PROJECT, None) == SETTINGS
    assert memory.load(PROJECT.absolute(), "dev") == {"token": "other"}
    assert memory.load(Path("elsewhere"), None) == {}
    memory.forget(PROJECT, None)
    memory.forget(PROJECT, None)
    assert memory.load(PROJECT, None) == {}
    assert "other" not in repr(memory)


def test_what_is_loaded_may_be_changed_without_changing_what_is_kept() -> None:
    memory = SessionSecrets()
    memory.keep(PROJECT, None, SETTINGS)
    memory.load(PROJECT, None)["token"] = "changed"
    assert memory.load(PROJECT, None) == SETTINGS


def test_a_locked_keyring_is_said_without_quoting_it() -> None:
    memory = KeyringSecrets(Locked())
    with pytest.raises(ProjectError) as caught:
        memory.keep(PROJECT, None, SETTINGS)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "KeyringLocked" in caught.value.message
    with pytest.raises(ProjectError):
        memory.load(PROJECT, None)


def test_a_damaged_entry_is_said() -> None:
    backend = Backend()
    memory = KeyringSecrets(backend)
    memory.keep(PROJECT, None, SETTINGS)
    backend.entries = dict.fromkeys(backend.entries, "[1]")
    with pytest.raises(ProjectError, match="damaged"):
        memory.load(PROJECT, None)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_without_a_keyring_memory_lasts_for_the_session(backend: type[keyring.backend.KeyringBackend]) -> None:
    chosen = choose_memory(backend())
    assert isinstance(chosen.memory, SessionSecrets)
    assert not chosen.memory.lasting
    assert "until the window closes" in chosen.notice


def test_a_keyring_that_only_pretends_is_not_used() -> None:
    pretender = type("PlaintextKeyring", (Backend,), {"__module__": "keyrings.alt.file"})
    assert isinstance(choose_memory(pretender()).memory, SessionSecrets)


def test_a_real_keyring_is_used() -> None:
    chosen = choose_memory(Backend())
    assert isinstance(chosen.memory, KeyringSecrets)
    assert chosen.notice == ""


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("s3cret")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), "%s" % secret):  # noqa: UP031
        assert "s3cret" not in shown
    assert secret.reveal() == "s3cret"
    assert secret == Secret("s3cret")
    assert secret != Secret("other")
    assert len({secret, Secret("s3cret")}) == 1
    assert not Secret("")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
