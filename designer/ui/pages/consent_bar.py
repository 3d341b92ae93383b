"""The furniture of the embedded browser: back, reload or stop, the address, and what else can be set."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from designer.ui.icons import icon
from designer.ui.web.choices import AGENTS
from designer.ui.widgets.address import AddressLine
from designer.ui.widgets.basics import allow, row, tool_button

__all__ = ["ConsentBar"]


class ConsentBar(QWidget):
    """``zoom`` carries steps (0: the page's own size), ``agent`` a key of ``AGENTS``."""

    back = Signal()
    reload = Signal()
    stop = Signal()
    zoom = Signal(int)
    agent = Signal(str)
    forget = Signal()
    tools = Signal()
    certificate = Signal()
    keep = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._loading = False
        self._back = tool_button("chevron-left", "consentBack", "Back", self.back.emit)
        self._reload = tool_button("refresh", "consentReload", "Load again", self._reload_or_stop)
        self.line = AddressLine("consent")
        self._menu = QMenu(self)
        self._menu.setObjectName("consentMenu.menu")
        self._fill_menu()
        self._more = tool_button("more", "consentMenu", "Zoom, browser name, session")
        self._more.setMenu(self._menu)
        self.setLayout(row(self._back, self._reload, self.line, self._more))
        self.show_history(False)

    def show_loading(self, loading: bool) -> None:
        self._loading = loading
        self._reload.setIcon(icon("close" if loading else "refresh"))
        self._reload.setToolTip("Stop loading" if loading else "Load again")
        self._reload.setAccessibleName("Stop loading" if loading else "Load again")

    def show_history(self, can_go_back: bool) -> None:
        allow(self._back, "" if can_go_back else "This is the first page.")

    def show_kept(self, kept: bool, *, possible: bool) -> None:
        """Whether the session stays on disk, and whether it can (the connector has a place there)."""
        self._keep.setEnabled(possible)
        self._keep.setChecked(kept)

    def show_zoom(self, zoom: float) -> None:
        self._natural.setText(f"Natural size (now {zoom:.0%})" if zoom != 1.0 else "Natural size")
        self._natural.setEnabled(zoom != 1.0)

    def _reload_or_stop(self) -> None:
        (self.stop if self._loading else self.reload).emit()

    def _fill_menu(self) -> None:
        for text, steps, key in (
            ("Zoom in", 1, QKeySequence.StandardKey.ZoomIn),
            ("Zoom out", -1, QKeySequence.StandardKey.ZoomOut),
            ("Natural size", 0, QKeySequence("Ctrl+0")),
        ):
            action = self._menu.addAction(text)
            action.triggered.connect(lambda _checked=False, by=steps: self.zoom.emit(by))
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._natural = self._menu.actions()[-1]
        self.zoom_actions = list(self._menu.actions())
        self._menu.addSeparator()
        group = QActionGroup(self._menu)
        for name, text in AGENTS.items():
            action = self._menu.addAction(text)
            action.triggered.connect(lambda _checked=False, to=name: self.agent.emit(to))
            action.setCheckable(True)
            action.setChecked(name == "embedded")
            group.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction("Developer tools", self.tools.emit)
        self._menu.addAction("Add a client certificate…", self.certificate.emit)
        self._menu.addSeparator()
        self._keep = QAction("Keep the session of this connection", self)
        self._menu.addAction(self._keep)
        self._keep.setCheckable(True)
        self._keep.setToolTip("Cookies stay on this disk, for this connection alone, until you clear them.")
        self._keep.triggered.connect(lambda checked: self.keep.emit(checked))
        self._menu.addAction("Clear the browser session", self.forget.emit)
        self._menu.setToolTipsVisible(True)
