"""What can go wrong with files, in words for the person whose files they are."""

from __future__ import annotations

from designer.errors import UserError


class ProjectError(UserError):
    """A file of the project cannot be read, understood or written."""


class OutsideChange(ProjectError):
    """The file on disk is not the one that was read: another program wrote it, or it is gone."""


class NotAConnectionError(ProjectError):
    """What stands under the name of a connection are no settings but one value, ``found``."""

    def __init__(self, found: object, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.found = found


class SettingsError(ProjectError):
    """Settings cannot be read or written. ``ruby_class`` and ``ruby_message`` are what the official SDK raises."""

    def __init__(self, ruby_class: str, ruby_message: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.ruby_class = ruby_class
        self.ruby_message = ruby_message
