"""Opening projects, knowing of outside changes, and saving: all file work, in jobs."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.errors import UserError
from designer.facts import resource
from designer.project import OutsideChange, Project, Recovery, state_folder
from designer.project.recovery import Copy
from designer.project.scaffold import scaffold, starter
from designer.ruby import DecodeError, Document
from designer.ui.choosing import choose_file, choose_folder
from designer.ui.drafts import Drafts
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.provider import SAMPLE_ORIGIN
from designer.ui.widgets.basics import clear_layout
from designer.ui.widgets.card import Notice

if TYPE_CHECKING:
    from designer.ui.window import MainWindow

__all__ = ["Opener", "own_sample", "sample_project"]

MOST_RECENT = 8
SETTLED_MS = 200
"""Editors write a file in several steps; what is read in between is nobody's text."""


def sample_project() -> Path:
    """The project that comes with the application."""
    folders = sorted(path.parent for path in resource("samples").glob("*/connector.rb"))
    if not folders:
        raise UserError("The sample project is missing from this installation.", "Open a project folder of your own.")
    return folders[0]


def own_sample(folder: Path, *, afresh: bool = False, origin: str = SAMPLE_ORIGIN) -> Path:
    """The person's own copy of the sample project below ``folder``, made on first need: the one that came with the
    application stays as it is, and may not be writable at all. ``origin`` is where the provider listens now."""
    original = sample_project()
    copy = folder / original.name
    try:
        if afresh and copy.exists():
            shutil.rmtree(copy)
        if not (copy / "connector.rb").exists():
            shutil.copytree(original, copy, dirs_exist_ok=True)
        settings = copy / "settings.yaml"
        text = settings.read_text(encoding="utf-8")
        pointed = re.sub(r"http://127\.0\.0\.1:\d+", origin, text)
        if pointed != text:
            settings.write_text(pointed, encoding="utf-8")
    except OSError:
        return original
    return copy


def _parsed(project: Project) -> Document:
    """The connector's text, read away from the window's thread. Raises ``UserError`` for what is nothing like Ruby."""
    try:
        return Document.parse(project.connector, time.thread_time)
    except DecodeError as error:
        raise UserError(f"{project.path.name}: {error.message}", error.hint) from error


class Opener(QObject):
    """``banner`` is where it says that the file changed outside, or that there is unsaved work."""

    def __init__(self, context: Context, window: MainWindow, folder: Path | None = None) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._folder = folder or state_folder()
        self._failure: UserError | None = None
        self._empty: Path | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._look_again)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _path: self._settle.start())
        self._drafts = Drafts(context, Recovery(self._folder / "recovery"), self._offer, self)
        self.banner = QWidget()
        self.banner.setObjectName("bannerLine")
        self._banner_box = QVBoxLayout(self.banner)
        self._banner_box.setContentsMargins(12, 8, 12, 8)
        self.banner.hide()

    @property
    def state_folder(self) -> Path:
        return self._folder

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
        self._open("the sample", lambda: own_sample(folder, afresh=afresh, origin=provider.start()))

    def open_path(self, path: Path) -> None:
        """Open a project folder or a connector file; what cannot be opened leaves everything as it was."""
        self._open(path.name, lambda: path)

    def ask_new(self, folder: Path | None = None) -> None:
        """Ask what a new connector is to be, for ``folder`` or one yet to be named."""
        self._window.show_start()
        self._window.start.begin_new(folder)

    def leave_start(self) -> None:
        """Go back to the connector in sight, or to the start page as it was."""
        self._failure = self._empty = None
        if self._context.store.state.path is None:
            self._window.show_start()
        else:
            self._window.show_work()

    def make(self, folder: Path, title: str, kind: str | None) -> None:
        """Make a connector project in ``folder`` and open it; ``kind`` None leaves its authorization to be decided."""

        def find() -> Path:
            scaffold(folder, title, starter(title, kind))
            return folder

        self._open(folder.name, find, self._window.start.refuse_new, page="authorization")

    def _open(
        self,
        name: str,
        find: Callable[[], Path],
        refused: Callable[[UserError], object] | None = None,
        *,
        page: str = "",
    ) -> None:
        """``refused`` takes what a person can put right; ``page`` is shown once it is open."""
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
            self._show(opened)
            if page:
                self._window.show_page(page)

        def failed(error: Exception) -> None:
            self._empty = empty[0] if empty else None
            if refused is not None and isinstance(error, UserError):
                refused(error)
            else:
                self._failed(error)

        if self._context.store.state.edited:
            self._drafts.keep_now()
        self._context.jobs.start(f"Opening {name}", work, done=show, failed=failed, key="open")

    def _show(self, opened: tuple[Project, tuple[str, ...], Document]) -> None:
        project, names, document = opened
        self.hide_banner()
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
            self._window.show_start()
        elif (folder := self._empty) is not None:
            self._say(
                "error",
                error.message,
                error.hint,
                [
                    ("Dismiss", "banner.dismiss", self.hide_banner),
                    ("Make one here", "banner.make", lambda: self.ask_new(folder)),
                ],
            )
        else:
            self._context.messages.fail(error)

    def _remember(self, project: Project) -> None:
        path = project.root if project.path.name == "connector.rb" else project.path
        if path.is_relative_to(resource()) or path.is_relative_to(self._folder):
            return
        kept = [path, *(one for one in self.recent if one != path)][:MOST_RECENT]
        self._context.settings.setValue("recent", [str(one) for one in kept])

    # Saving

    def save(self, *, overwrite: bool = False) -> None:
        """Write the connector's text into its file, in a job; the text stays edited where that fails."""
        state = self._context.store.state
        source, project = state.document.source, state.project
        if project is None:
            self._context.messages.warn("This connector has no file yet.", "Open a project folder to export into.")
            return

        def done(_answer: object) -> None:
            if self._context.store.state.project is project:
                self._context.store.mark_saved(source)
            self._context.messages.done(f"Exported to {state.file_name}.", str(state.path))
            self.hide_banner()
            self.watch()

        def failed(error: Exception) -> None:
            self.watch()
            if isinstance(error, OutsideChange):
                self._say(
                    "warning",
                    error.message,
                    error.hint,
                    [
                        ("Look at it", "banner.look", self._look_again),
                        ("Overwrite it", "banner.overwrite", lambda: self.save(overwrite=True)),
                    ],
                )
            else:
                self._context.messages.fail(error)

        self._unwatch()
        self._context.jobs.start(
            "Exporting", lambda _task: project.save(source, overwrite=overwrite), done=done, failed=failed, key="save"
        )

    # Outside changes

    def watch(self) -> None:
        self._unwatch()
        path = self._context.store.state.path
        if path is not None and path.exists():
            self._watcher.addPath(str(path))

    def _unwatch(self) -> None:
        if files := self._watcher.files():
            self._watcher.removePaths(files)

    def _look_again(self) -> None:
        state = self._context.store.state
        path, project = state.path, state.project
        if path is None or project is None:
            return

        def done(found: bytes | None) -> None:
            now = self._context.store.state
            if now.path != path or found == now.saved:
                return
            if found is None:
                self._say("warning", f"{path.name} was moved or deleted outside.", "Exporting writes it anew.", [])
            elif not now.edited:
                self._take(found)
                self._context.messages.note(f"{path.name} changed outside and was read again.")
            else:
                self._say(
                    "warning",
                    f"{path.name} changed outside while there are edits here.",
                    "Keep yours and see the difference under Changes, or take the file's text; undo brings yours back.",
                    [
                        ("Keep mine", "banner.keep", lambda: self._keep(found)),
                        ("Take the file's", "banner.take", lambda: self._take(found)),
                    ],
                )
            self.watch()

        self._context.jobs.start("Looking at the file", lambda _t: _read(path), done=done, key="outside", quiet=True)

    def _take(self, found: bytes) -> None:
        self._accept()
        store = self._context.store
        if store.edit("Take the file's text", lambda doc: doc.replace(0, len(doc.source), found)):
            store.mark_saved(found)

    def _keep(self, found: bytes) -> None:
        self._accept()
        self._context.store.mark_saved(found)

    def _accept(self) -> None:
        self.hide_banner()
        project = self._context.store.state.project
        if project is not None:
            self._context.jobs.start("Noting", lambda _task: project.accept_outside(), key="accept", quiet=True)

    # Unsaved work of an earlier time

    def _offer(self, copy: Copy) -> None:
        at = copy.saved_at.astimezone().strftime("%d %b, %H:%M")
        detail = "" if copy.based_on_disk else "The file has changed since then: restoring undoes those changes."
        self._say(
            "note",
            f"There are edits from {at} that were not exported.",
            detail or "Restoring them is one edit and can be undone.",
            [
                ("Forget them", "banner.forget", self._forget),
                ("Restore", "banner.restore", lambda: self._restore(copy.content)),
            ],
        )

    def _restore(self, content: bytes) -> None:
        self.hide_banner()
        self._context.store.edit("Restore unsaved edits", lambda doc: doc.replace(0, len(doc.source), content))

    def _forget(self) -> None:
        self.hide_banner()
        self._drafts.forget()

    def _say(self, tone: str, title: str, text: str, actions: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        self.hide_banner()
        self._banner_box.addWidget(Notice(tone, title, text, actions, name="banner"))
        self.banner.show()

    def hide_banner(self) -> None:
        clear_layout(self._banner_box)
        self.banner.hide()

    def keep_draft(self) -> None:
        """Leave unexported edits where the next start finds them."""
        self._drafts.keep_now()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
