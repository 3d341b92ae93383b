"""The author's connector project on disk: the connector, settings and keys, saved without ever losing anything.

Also here, in modules of their own names: ``diff.diff`` and ``scaffold.scaffold``.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.project.diff import Diff, Hunk, Line
    from designer.project.errors import OutsideChange, ProjectError, SettingsError
    from designer.project.files import LARGEST, save_atomically
    from designer.project.operations import run_settings_operation
    from designer.project.project import Project, find_connector, read_connector
    from designer.project.properties import account_properties
    from designer.project.recovery import Copy, Recovery, state_folder
    from designer.project.secrets import CredentialMemory, KeyringSecrets, Secret, SessionSecrets, choose_memory
    from designer.project.settings import PendingSettings, SettingsStore, encrypt_settings

__all__ = [
    "LARGEST",
    "Copy",
    "CredentialMemory",
    "Diff",
    "Hunk",
    "KeyringSecrets",
    "Line",
    "OutsideChange",
    "PendingSettings",
    "Project",
    "ProjectError",
    "Recovery",
    "Secret",
    "SessionSecrets",
    "SettingsError",
    "SettingsStore",
    "account_properties",
    "choose_memory",
    "encrypt_settings",
    "find_connector",
    "read_connector",
    "run_settings_operation",
    "save_atomically",
    "state_folder",
]

# Each name is loaded when it is first asked for: a command needs few of them.
_HOMES = {
    "Copy": "recovery",
    "CredentialMemory": "secrets",
    "Diff": "diff",
    "Hunk": "diff",
    "KeyringSecrets": "secrets",
    "LARGEST": "files",
    "Line": "diff",
    "OutsideChange": "errors",
    "PendingSettings": "settings",
    "Project": "project",
    "ProjectError": "errors",
    "Recovery": "recovery",
    "Secret": "secrets",
    "SessionSecrets": "secrets",
    "SettingsError": "errors",
    "SettingsStore": "settings",
    "account_properties": "properties",
    "choose_memory": "secrets",
    "encrypt_settings": "settings",
    "find_connector": "project",
    "read_connector": "project",
    "run_settings_operation": "operations",
    "save_atomically": "files",
    "state_folder": "recovery",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    return value
