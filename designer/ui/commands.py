"""Everything a person can do by name: menus, shortcuts and the command palette show the same list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from designer.ui.icons import icon

__all__ = ["Command", "Commands"]


@dataclass(frozen=True, slots=True)
class Command:
    """``group`` is the menu: File, Edit, View, Go, Run or Help. ``shortcut`` is a portable key sequence or a standard
    key; ``checked`` makes it a switch."""

    id: str
    title: str
    group: str
    run: Callable[[], object]
    shortcut: str | QKeySequence.StandardKey = ""
    icon: str = ""
    enabled: Callable[[], bool] = lambda: True
    checked: Callable[[], bool] | None = None
    separated: bool = False


class Commands(QObject):
    """The commands of one window, each with its action."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}

    def add(self, command: Command) -> QAction:
        """Add a command, or replace the one of the same id."""
        action = self._actions.get(command.id)
        if action is None:
            action = QAction(command.title, self)
            action.setObjectName(f"command.{command.id}")
            action.triggered.connect(lambda _checked=False, key=command.id: self.run(key))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            self._actions[command.id] = action
        action.setText(command.title)
        if isinstance(command.shortcut, QKeySequence.StandardKey):
            action.setShortcuts(QKeySequence.keyBindings(command.shortcut))
        elif command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        if command.icon:
            action.setIcon(icon(command.icon))
            action.setIconVisibleInMenu(False)
        action.setCheckable(command.checked is not None)
        self._commands[command.id] = command
        self.changed.emit()
        return action

    def run(self, command: str) -> None:
        found = self._commands[command]
        if found.enabled():
            found.run()
            self.refresh()

    def action(self, command: str) -> QAction:
        return self._actions[command]

    def all(self) -> list[Command]:
        return list(self._commands.values())

    def of(self, group: str) -> list[Command]:
        return [command for command in self._commands.values() if command.group == group]

    def refresh(self) -> None:
        """Let actions show whether they can be used now."""
        for key, command in self._commands.items():
            self._actions[key].setEnabled(command.enabled())
            if command.checked is not None:
                self._actions[key].setChecked(command.checked())
