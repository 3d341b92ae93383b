"""The console's memory: requests saved in the project, and what was sent before. Files are read and written in jobs."""

from __future__ import annotations

import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from designer.errors import UserError
from designer.project.requests import (
    FOLDER,
    History,
    HistoryEntry,
    SavedRequest,
    delete_request,
    save_request,
    saved_requests,
)
from designer.ui.page import Context
from designer.ui.runner import Run
from designer.ui.widgets.basics import bound, button, column, label, row
from designer.ui.widgets.inputs import CheckBox, LineEdit
from designer.wire.composing import Composition
from designer.wire.declared import secret_settings, secret_settings_of

__all__ = ["Kept"]

_SHOWN = 20
"""Entries of the history in its menu."""


class Kept(QObject):
    """``chosen`` carries a composition to show. ``saved`` and ``history`` are buttons with menus, ``naming`` the line
    that asks for a name."""

    chosen = Signal(object)
    wanted = Signal()
    """The person wants to keep the request as it stands: answer with ``ask_name``."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._composition = Composition()
        self._saved: tuple[SavedRequest, ...] = ()
        self._entries: tuple[HistoryEntry, ...] = ()
        self._opened: tuple[Path | None, str] = (None, "")
        """Project and name of the saved request that was opened or saved last."""
        self._saved_menu = QMenu(parent)
        self._saved_menu.setObjectName("consoleSaved.menu")
        self._history_menu = QMenu(parent)
        self._history_menu.setObjectName("consoleHistory.menu")
        self._saved_menu.aboutToShow.connect(self._fill_saved)
        self._history_menu.aboutToShow.connect(self._fill_history)
        self.saved = button("Saved", "consoleSaved", menu=self._saved_menu, tip=f"Requests kept in {FOLDER}/")
        self.history = button("History", "consoleHistory", menu=self._history_menu, tip="What was sent before")
        self.naming = QWidget()
        self.naming.setObjectName("consoleNaming")
        self._name = LineEdit("consoleSaveName", "Name, such as List contacts")
        self._name.setAccessibleName("Name of the saved request")
        self._name.returnPressed.connect(self._save)
        said = label(f"Goes into {FOLDER}/ of the project; secrets become {{{{settings}}}}.", "secondary", wrap=True)
        keep = button("Save", "consoleSaveNow", self._save, variant="primary")
        leave = button("Not now", "consoleSaveNot", self.naming.hide)
        self._again = CheckBox("consoleSaveReplace", "Replace")
        self._again.setToolTip("Write over a request that has this name already")
        self._refused = label("", "error", wrap=True, name="consoleSaveRefused")
        self._refused.hide()
        self._name.edited.connect(lambda _text: self._refused.hide())
        self.naming.setLayout(column(row(self._name, self._again, keep, leave), self._refused, said))
        self.naming.hide()
        context.store.opened.connect(self._leave)
        context.store.opened.connect(self.read)
        context.store.saved_changed.connect(self.read)

    def _leave(self) -> None:
        """Another connector is open: its requests and its history are yet to be read."""
        self.naming.hide()
        self._name.show_text("")
        self._composition, self._saved, self._entries, self._opened = Composition(), (), (), (None, "")

    def read(self) -> None:
        """Read both from disk, beside the UI thread."""
        path, root, history = self._path, self._root, self._kept_history

        def done(found: tuple[tuple[SavedRequest, ...], tuple[HistoryEntry, ...]]) -> None:
            if self._path == path:
                self._saved, self._entries = found

        self._context.jobs.start(
            "Reading requests",
            lambda _task: (saved_requests(root) if root is not None else (), history.entries()),
            done=done,
            key="kept",
            quiet=True,
        )

    def note(self, composition: Composition, status: int, run: Run) -> None:
        """``composition`` was sent by ``run`` and came back with ``status``. The settings in use may be others by now:
        a token that was refreshed on the way is still one in what was composed."""
        path, history = self._path, self._kept_history
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")

        def done(entries: tuple[HistoryEntry, ...]) -> None:
            if self._path == path:
                self._entries = entries

        self._context.jobs.start(
            "Noting the request",
            lambda _task: history.add(
                HistoryEntry(at, composition.without_secrets(run.settings, secret_settings(run.source)), status)
            ),
            done=done,
            failed=self._context.messages.fail,
            quiet=True,
        )

    def ask_name(self, composition: Composition) -> None:
        """Ask under which name to keep ``composition``."""
        self._composition = composition
        self._again.show_state(False)
        self._refused.hide()
        self.naming.show()
        self._name.setFocus()
        self._name.selectAll()

    @property
    def _path(self) -> Path | None:
        return self._context.store.state.path

    @property
    def _root(self) -> Path | None:
        return self._path.parent if self._path is not None else None

    @property
    def _kept_history(self) -> History:
        return History(self._path, self._context.shell.state_folder / "history")

    def _save(self) -> None:
        root, name = self._root, self._name.text().strip()
        if root is None:
            self._context.messages.warn("The connector has no folder yet.", "Save it, then keep requests beside it.")
            return
        state = self._context.store.state
        clean = self._composition.without_secrets(state.credentials, secret_settings_of(state.document))

        # What was opened under this name is what the person means to change.
        again = self._again.isChecked() or self._opened == (root, name)

        def done(file: Path) -> None:
            self.naming.hide()
            self._opened = (root, name)
            gone = "Secrets that are no settings were left out of it." if clean.incomplete else str(file)
            self._context.messages.done(f"Saved as {FOLDER}/{file.name}.", gone)
            self.read()

        self._context.jobs.start(
            "Saving the request",
            lambda _task: save_request(root, name, clean, overwrite=again),
            done=done,
            failed=self._save_failed,
        )

    def _save_failed(self, error: Exception) -> None:
        """What is wrong with the name is said beside it, until it is another one."""
        if not isinstance(error, UserError) or self.naming.isHidden():
            self._context.messages.fail(error)
            return
        self._refused.setText(f"{error.message} {error.hint}".strip())
        self._refused.show()

    def _delete(self, name: str) -> None:
        root = self._root
        if root is None:
            return
        self._context.jobs.start(
            "Deleting the request",
            lambda _task: delete_request(root, name),
            done=lambda _none: self.read(),
            failed=self._context.messages.fail,
        )

    def _fill_saved(self) -> None:
        menu = self._saved_menu
        _empty(menu)
        menu.addAction("Save this request…").triggered.connect(bound(self.wanted.emit))
        menu.addSeparator()
        for one in self._saved:
            if one.problem:
                entry = menu.addAction(_plain(f"{one.name}: {one.problem}"))
                entry.setEnabled(False)
                continue
            entry = menu.addAction(_plain(f"{one.name} · {one.composition.title}"))
            entry.triggered.connect(bound(self._open, one))
        if any((self._root, one.name) == self._opened for one in self._saved):
            name = self._opened[1]
            menu.addSeparator()
            menu.addAction(f"Delete “{name}”").triggered.connect(bound(self._delete, name))
        if not self._saved:
            menu.addAction("Nothing saved yet").setEnabled(False)

    def _open(self, one: SavedRequest) -> None:
        self._opened = (self._root, one.name)
        self._name.setText(one.name)
        self.chosen.emit(one.composition)

    def _fill_history(self) -> None:
        menu = self._history_menu
        _empty(menu)
        for one in self._entries[:_SHOWN]:
            when = datetime.datetime.fromisoformat(one.at).astimezone()
            title = f"{one.composition.title} · {one.status or 'no reply'} · {when:%d %b %H:%M}"
            entry = menu.addAction(_plain(title))
            entry.triggered.connect(bound(self.chosen.emit, one.composition))
        if not self._entries:
            menu.addAction("Nothing sent yet").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Forget everything").triggered.connect(bound(self._forget))

    def _forget(self) -> None:
        path, history = self._path, self._kept_history

        def done(_none: object) -> None:
            if self._path == path:
                self._entries = ()

        self._context.jobs.start(
            "Clearing the history", lambda _task: history.clear(), done=done, failed=self._context.messages.fail
        )


def _plain(text: str) -> str:
    """As the words of a menu's entry, in which a lone & would underline what follows."""
    return text.replace("&", "&&")


def _empty(menu: QMenu) -> None:
    for action in menu.actions():
        menu.removeAction(action)
        action.deleteLater()
