"""The author's connector project on disk: the connector, settings and keys, saved without ever losing anything."""

from designer.project.errors import OutsideChange, ProjectError, SettingsError
from designer.project.files import LARGEST, save_atomically
from designer.project.operations import run_settings_operation
from designer.project.properties import account_properties
from designer.project.settings import PendingSettings, SettingsStore

__all__ = [
    "LARGEST",
    "OutsideChange",
    "PendingSettings",
    "ProjectError",
    "SettingsError",
    "SettingsStore",
    "account_properties",
    "run_settings_operation",
    "save_atomically",
]
