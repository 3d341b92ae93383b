"""Reading and writing the settings in use, in jobs: files and key rings never on the UI thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from designer.ui.jobs import Task
from designer.ui.page import Context

__all__ = ["CredentialsLoader"]


class CredentialsLoader(QObject):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def load(self, name: str) -> None:
        """Use the settings called ``name``."""
        project = self._context.store.state.project
        if project is None:
            return

        def work(_task: Task) -> dict[str, Any]:
            return dict(project.settings(name or None))

        def done(values: dict[str, Any]) -> None:
            if self._context.store.state.project is project:
                self._context.store.show_credentials(name or None, values)

        self._context.jobs.start("Reading settings", work, done=done, key="settings", quiet=True)
