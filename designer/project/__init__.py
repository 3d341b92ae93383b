"""The author's connector project on disk: the connector, settings and keys, saved without ever losing anything."""

from designer.project.diff import Diff, Hunk, Line, diff
from designer.project.errors import OutsideChange, ProjectError, SettingsError
from designer.project.files import LARGEST, save_atomically
from designer.project.operations import run_settings_operation
from designer.project.project import Project, find_connector, read_connector
from designer.project.properties import account_properties
from designer.project.recovery import Copy, Recovery, state_folder
from designer.project.scaffold import scaffold
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
    "diff",
    "encrypt_settings",
    "find_connector",
    "read_connector",
    "run_settings_operation",
    "save_atomically",
    "scaffold",
    "state_folder",
]
