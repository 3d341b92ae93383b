"""Opening projects and making new ones: all file work, in jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from designer.errors import UserError
from designer.facts import resource
from designer.project import Project, save_atomically
from designer.project.samples import own_sample
from designer.project.scaffold import scaffold, starter
from designer.ruby import DecodeError, Document
from designer.ui.banner import Banner
from designer.ui.choosing import choose_file, choose_folder, choose_new_file
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.saving import Saving

__all__ = ["Opener"]

MOST_RECENT = 8


def _parsed(project: Project) -> Document:
    """The connector's text, read away from the window's thread. Raises ``UserError`` for what is nothing like Ruby."""
    try:
        return Document.parse(project.connector, time.thread_time)
    except DecodeError as error:
        raise UserError(f"{project.path.name}: {error.message}", error.hint) from error


class Opener(QObject):
    """Opens what the person names, and remembers it. ``folder`` is the program's own, where the sample's copy lives.

    What the window is to show comes as a wish: the start page, the work in sight, or one page of it.
    """

    start_wanted = Signal()
    work_wanted = Signal()
    page_wanted = Signal(str)
    new_wanted = Signal(object)
    """A new connector is to be made, in this folder or (None) in one yet to be named."""
    new_refused = Signal(object)
    """Why it could not be made (a ``UserError``): the person can put it right."""

    def __init__(self, context: Context, banner: Banner, saving: Saving, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._banner = banner
        self._saving = saving
        self._window = parent
        self._folder = folder
        self._failure: UserError | None = None
        self._empty: Path | None = None

    @property
    def failure(self) -> UserError | None:
        """Why the last attempt to open something came to nothing."""
        return self._failure

    @property
    def empty_folder(self) -> Path | None:
        """The folder opened last, where it came to nothing because no connector is in it: one may be made there."""
        return self._empty

    @property
    def recent(self) -> list[Path]:
        stored = self._context.settings.value("recent", [])
        texts = [stored] if isinstance(stored, str) else list(stored) if isinstance(stored, list) else []
        return [Path(str(text)) for text in texts if text]

    # Opening

    def ask(self) -> None:
        choose_folder(self._window, "openFolder", "Open a connector project", self.open_path)

    def ask_file(self) -> None:
        kinds = "Ruby files (*.rb);;All files (*)"
        choose_file(self._window, "openFile", "Open a connector", self.open_path, kinds=kinds)

    def open_sample(self, *, afresh: bool = False) -> None:
        """Open the person's copy of the sample, with the built-in provider running for it."""
        provider, folder = self._context.provider, self._folder / "samples"
        self._open("the sample", lambda: own_sample(folder, provider.start(), afresh=afresh))

    def open_last(self) -> None:
        """Open what was open last, where it is still there; else the sample."""
        last = str(self._context.settings.value("last", "") or "")
        if last and Path(last).exists():
            self.open_path(Path(last))
        else:
            self.open_sample()

    def open_path(self, path: Path) -> None:
        """Open a project folder or a connector file; what cannot be opened leaves everything as it was."""
        self._open(path.name, lambda: path)

    def ask_save_as(self) -> None:
        """Ask where a copy of the connector in sight is to go."""
        name = self._context.store.state.file_name
        choose_new_file(self._window, "saveAs", "Save a copy of the connector", self.save_as, suggested=name)

    def save_as(self, path: Path) -> None:
        """Write the text in sight to ``path`` and go on there: how requests travel is as it was, credentials stay
        behind with the old file."""
        state = self._context.store.state
        if not path.suffix:
            path = path.with_suffix(".rb")
        if path == state.path:
            self._saving.save()
            return
        source, before = state.document.source, state.path

        def find() -> Path:
            save_atomically(path, source)
            return path

        self._open(path.name, find, before=before)

    def ask_new(self, folder: Path | None = None) -> None:
        """Ask what a new connector is to be, for ``folder`` or one yet to be named."""
        self.new_wanted.emit(folder)

    def leave_start(self) -> None:
        """Go back to the connector in sight, or to the start page as it was."""
        self._failure = self._empty = None
        if self._context.store.state.path is None:
            self.start_wanted.emit()
        else:
            self.work_wanted.emit()

    def make(self, folder: Path, title: str, kind: str | None) -> None:
        """Make a connector project in ``folder`` and open it; ``kind`` None leaves its authorization to be decided."""

        def find() -> Path:
            scaffold(folder, title, starter(title, kind))
            return folder

        self._open(folder.name, find, self.new_refused.emit, page="authorization")

    def _open(
        self,
        name: str,
        find: Callable[[], Path],
        refused: Callable[[UserError], object] | None = None,
        *,
        page: str = "",
        before: Path | None = None,
    ) -> None:
        """``refused`` takes what a person can put right; ``page`` is shown once it is open. ``before`` is the file that
        this one is a copy of."""
        empty: list[Path] = []

        def work(_task: Task) -> tuple[Project, tuple[str, ...], Document]:
            path = find()
            try:
                project = Project.open(path)
            except UserError:
                if path.is_dir() and not (path / "connector.rb").exists() and len([*path.glob("*.rb")]) != 1:
                    empty.append(path)
                raise
            return project, project.settings_names, _parsed(project)

        def show(opened: tuple[Project, tuple[str, ...], Document]) -> None:
            if before is not None:
                self._context.travels.carry(before, opened[0].path)
            self._show(opened)
            if page:
                self.page_wanted.emit(page)

        def failed(error: Exception) -> None:
            self._empty = empty[0] if empty else None
            if refused is not None and isinstance(error, UserError):
                refused(error)
            else:
                self._failed(error)

        if self._context.store.state.edited:
            self._saving.keep_draft()
        self._context.jobs.start(f"Opening {name}", work, done=show, failed=failed, key="open")

    def _show(self, opened: tuple[Project, tuple[str, ...], Document]) -> None:
        project, names, document = opened
        self._banner.clear()
        self._context.store.open_text(
            project.connector, path=project.path, project=project, settings_names=names, document=document
        )
        self._failure = self._empty = None
        self._remember(project)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._context.messages.fail(error)
            error = UserError("This project could not be opened.", "Choose another folder, or open the sample.")
        self._failure = error
        if self._context.store.state.path is None:
            self.start_wanted.emit()
        elif (folder := self._empty) is not None:
            self._banner.say(
                "error",
                error.message,
                error.hint,
                [
                    ("Dismiss", "banner.dismiss", self._banner.clear),
                    ("Make one here", "banner.make", lambda: self.ask_new(folder)),
                ],
            )
        else:
            self._context.messages.fail(error)

    def _remember(self, project: Project) -> None:
        path = project.root if project.path.name == "connector.rb" else project.path
        own = path.is_relative_to(resource()) or path.is_relative_to(self._folder)
        self._context.settings.setValue("last", "" if own else str(path))
        if own:
            return
        kept = [path, *(one for one in self.recent if one != path)][:MOST_RECENT]
        self._context.settings.setValue("recent", [str(one) for one in kept])
