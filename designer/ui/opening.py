"""Opening projects, knowing of outside changes, and saving: all file work, in jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from designer.errors import UserError
from designer.facts import resource
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.widgets.basics import clear_layout
from designer.ui.widgets.card import Notice

if TYPE_CHECKING:
    from designer.ui.window import MainWindow

__all__ = ["Opener", "sample_project"]

MOST_RECENT = 8


def sample_project() -> Path:
    """The project that comes with the application."""
    folders = sorted(path.parent for path in resource("samples").glob("*/connector.rb"))
    if not folders:
        raise UserError("The sample project is missing from this installation.", "Open a project folder of your own.")
    return folders[0]


class Opener(QObject):
    """``banner`` is where it says that the file changed outside."""

    def __init__(self, context: Context, window: MainWindow) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _path: self._settle.start())
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(200)
        self._settle.timeout.connect(self._look_again)
        self._failure: UserError | None = None
        self.banner = QWidget()
        self._banner_box = QVBoxLayout(self.banner)
        self._banner_box.setContentsMargins(12, 8, 12, 8)
        self.banner.hide()

    @property
    def failure(self) -> UserError | None:
        """Why the last attempt to open something came to nothing."""
        return self._failure

    @property
    def recent(self) -> list[Path]:
        stored = self._context.settings.value("recent", [])
        texts = [stored] if isinstance(stored, str) else list(stored) if isinstance(stored, list) else []
        return [Path(str(text)) for text in texts if text]

    # Asking

    def ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, "Open a connector project")
        if folder:
            self.open_path(Path(folder))

    def ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, "Open a connector", "", "Ruby files (*.rb);;All files (*)"
        )
        if chosen:
            self.open_path(Path(chosen))

    def open_sample(self) -> None:
        try:
            self.open_path(sample_project())
        except UserError as error:
            self._failed(error)

    def open_path(self, path: Path) -> None:
        """Open a project folder or a connector file; what cannot be opened leaves everything as it was."""

        def work(_task: Task) -> Any:
            from designer.project import Project

            return Project.open(path)

        def done(project: Any) -> None:
            self._show(project)

        self._context.jobs.start(f"Opening {path.name}", work, done=done, failed=self._failed, key="open")

    def _show(self, project: Any) -> None:
        try:
            self._context.store.open_text(project.connector, path=project.path, project=project)
        except UserError as error:
            self._failed(error)
            return
        self._failure = None
        self.hide_banner()
        self._remember(Path(project.root))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._context.messages.fail(error)
            error = UserError("This project could not be opened.", "Choose another folder, or open the sample.")
        self._failure = error
        if self._context.store.state.path is None:
            self._window.show_start()
        else:
            self._context.messages.fail(error)

    def _remember(self, path: Path) -> None:
        if path.is_relative_to(resource()):
            return
        kept = [path, *(one for one in self.recent if one != path)][:MOST_RECENT]
        self._context.settings.setValue("recent", [str(one) for one in kept])

    # Saving

    def save(self) -> None:
        """Write the connector's text into its file, in a job; the text stays edited where that fails."""
        state = self._context.store.state
        source, project = state.document.source, state.project
        if project is None:
            return

        def done(_answer: object) -> None:
            self._context.store.mark_saved(source)
            self._context.messages.done(f"Exported to {state.file_name}.", str(state.path))
            self.watch()

        self._watcher.removePaths(self._watcher.files() or [""])
        self._context.jobs.start("Exporting", lambda _task: project.save(source), done=done, key="save")

    # Outside changes

    def watch(self) -> None:
        if files := self._watcher.files():
            self._watcher.removePaths(files)
        path = self._context.store.state.path
        if path is not None and path.exists():
            self._watcher.addPath(str(path))

    def _look_again(self) -> None:
        path = self._context.store.state.path
        if path is None:
            return

        def done(found: bytes | None) -> None:
            state = self._context.store.state
            if state.path != path or found == state.saved:
                return
            if found is None:
                self._say("This file was moved or deleted outside.", "Exporting writes it anew.", [])
            elif not state.edited:
                self._reload(found)
            else:
                self._say(
                    f"{path.name} changed outside while you have edits here.",
                    "Taking the file's text can be undone.",
                    [
                        ("Keep mine", "banner.keep", lambda: self._keep(found)),
                        ("Take the file's", "banner.take", lambda: self._take(found)),
                    ],
                )
            self.watch()

        self._context.jobs.start("Looking at the file", lambda _task: _read(path), done=done, key="outside", quiet=True)

    def _reload(self, found: bytes) -> None:
        self._take(found)
        self._context.messages.note("The connector changed outside and was read again.")

    def _take(self, found: bytes) -> None:
        self.hide_banner()
        store = self._context.store
        taken = store.edit("Take the file's text", lambda doc: doc.replace(0, len(doc.source), found))
        if taken:
            store.mark_saved(found)

    def _keep(self, found: bytes) -> None:
        self.hide_banner()
        self._context.store.mark_saved(found)

    def _say(self, title: str, text: str, actions: list[tuple[str, str, Any]]) -> None:
        self.hide_banner()
        self._banner_box.addWidget(Notice("warning", title, text, actions, name="banner"))
        self.banner.show()

    def hide_banner(self) -> None:
        clear_layout(self._banner_box)
        self.banner.hide()

    def keep_draft(self) -> None:
        """Leave unexported edits where the next start finds them."""


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
