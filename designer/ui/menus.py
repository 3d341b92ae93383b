"""The menus of the window: in the system's bar where it has one, else behind one button."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QMenu

from designer.ui.commands import Commands

__all__ = ["Menus"]

_TITLES = ("File", "Edit", "View", "Go", "Run", "Help")


class Menus(QObject):
    """Shows the commands of ``window`` by group. ``behind_button`` is the menu for a button of the window's, None where
    the system has a bar for it."""

    def __init__(self, window: QMainWindow, commands: Commands) -> None:
        super().__init__(window)
        self._window = window
        self._commands = commands
        bar = window.menuBar()
        native = bar.isNativeMenuBar()
        bar.setVisible(native)
        self.behind_button: QMenu | None = None
        if not native:
            self.behind_button = QMenu(window)
            self.behind_button.setObjectName("menu.popup")
        self._menus = {title: QMenu(title, window) for title in _TITLES}
        for menu in self._menus.values():
            (self.behind_button or bar).addMenu(menu)
            menu.aboutToShow.connect(commands.refresh)

    def follow(self) -> None:
        """Show the commands there are, and those that come or change later."""
        self._commands.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        for title, menu in self._menus.items():
            menu.clear()
            for command in self._commands.of(title):
                if command.separated:
                    menu.addSeparator()
                menu.addAction(self._commands.action(command.id))
        for command in self._commands.all():
            # Their keys work only as actions of the window itself.
            action = self._commands.action(command.id)
            if action not in self._window.actions():
                self._window.addAction(action)
