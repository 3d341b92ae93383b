"""Saving the connector, knowing of changes from outside, and keeping what was not exported: all file work, in jobs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from designer.project import OutsideChange, Recovery
from designer.project.recovery import Copy
from designer.ui.banner import Banner
from designer.ui.drafts import Drafts
from designer.ui.page import Context

__all__ = ["Saving"]

SETTLED_MS = 200
"""Editors write a file in several steps; what is read in between is nobody's text."""


class Saving(QObject):
    """Looks after the file of the connector in sight. ``banner`` is where it says that the file changed outside, or
    that there is unsaved work of an earlier time; ``folder`` is where that is kept."""

    def __init__(self, context: Context, banner: Banner, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._banner = banner
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._look_again)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _path: self._settle.start())
        self._drafts = Drafts(context, Recovery(folder), self._offer, self)

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
            self._banner.clear()
            self.watch()

        def failed(error: Exception) -> None:
            self.watch()
            if isinstance(error, OutsideChange):
                self._banner.say(
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
                self._banner.say("warning", f"{path.name} was moved or deleted outside.", "Exporting writes it anew.")
            elif not now.edited:
                self._take(found)
                self._context.messages.note(f"{path.name} changed outside and was read again.")
            else:
                self._banner.say(
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
        self._banner.clear()
        project = self._context.store.state.project
        if project is not None:
            self._context.jobs.start("Noting", lambda _task: project.accept_outside(), key="accept", quiet=True)

    # Unsaved work of an earlier time

    def _offer(self, copy: Copy) -> None:
        at = copy.saved_at.astimezone().strftime("%d %b, %H:%M")
        detail = "" if copy.based_on_disk else "The file has changed since then: restoring undoes those changes."
        self._banner.say(
            "note",
            f"There are edits from {at} that were not exported.",
            detail or "Restoring them is one edit and can be undone.",
            [
                ("Forget them", "banner.forget", self._forget),
                ("Restore", "banner.restore", lambda: self._restore(copy.content)),
            ],
        )

    def _restore(self, content: bytes) -> None:
        self._banner.clear()
        self._context.store.edit("Restore unsaved edits", lambda doc: doc.replace(0, len(doc.source), content))

    def _forget(self) -> None:
        self._banner.clear()
        self._drafts.forget()

    def keep_draft(self) -> None:
        """Leave unexported edits where the next start finds them."""
        self._drafts.keep_now()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
