"""Reading and writing the settings in use, in jobs: files and key rings never on the UI thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from designer.ui.jobs import Task
from designer.ui.page import Context

__all__ = ["CredentialsLoader"]


class CredentialsLoader(QObject):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    @property
    def file(self) -> Path | None:
        """The settings file of the project in sight; where there is none yet, the one that saving makes."""
        project = self._context.store.state.project
        if project is None:
            return None
        return project.settings_file or Path(project.root) / "settings.yaml"

    def load(self, name: str) -> None:
        """Use the settings called ``name``."""
        project = self._context.store.state.project
        if project is None:
            return

        def work(_task: Task) -> tuple[dict[str, Any], tuple[str, ...], str]:
            file = project.settings_file
            values = dict(project.settings().read(name or None))
            if "access_token" in values:
                # The rail says when it ends. Imported here, that is no wait for the window.
                import designer.ui.pages.expiry  # noqa: F401
            return values, tuple(project.settings_names), "" if file is None else file.name

        def done(answer: tuple[dict[str, Any], tuple[str, ...], str]) -> None:
            values, names, file = answer
            if self._context.store.state.project is project:
                self._context.store.show_credentials(name or None, values, names, file)

        self._context.jobs.start("Reading settings", work, done=done, key="settings", quiet=True)

    def save(self) -> None:
        """Write the values in use to the settings file, under the name they were read from."""
        state = self._context.store.state
        project, name, values, file = state.project, state.settings_name, dict(state.credentials), self.file
        if project is None or file is None:
            return

        def done(_answer: object) -> None:
            now = self._context.store.state
            if now.project is project and dict(now.credentials) == values:
                self._context.store.show_credentials(name, values, file=file.name)
            self._context.messages.done(f"Saved to {file.name}.", str(file))

        self._context.jobs.start("Saving settings", lambda _task: project.settings().update(name, values), done=done)
