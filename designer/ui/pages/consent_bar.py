"""The furniture of the embedded browser: back, reload or stop, the address, and what else can be set."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from designer.masking import mask_url
from designer.oauth.redirect import is_loopback
from designer.ui.icons import icon
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import row, tool_button

__all__ = ["Address", "ConsentBar"]

_AGENTS = {
    "embedded": "Call itself an embedded browser",
    "chrome": "Call itself Chrome",
    "firefox": "Call itself Firefox",
}


class Address(QWidget):
    """The page's address, drawn by us alone: the host stands out and is never cut where it matters, at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = ("", "", "")
        self._url = ""
        self.setObjectName("consentAddress")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)

    @property
    def text(self) -> str:
        return self._url

    @property
    def host(self) -> str:
        """Host and port as they stand out."""
        return self._parts[1]

    def show_url(self, url: str) -> None:
        """Show an encoded URL; secrets in it are masked."""
        shown = mask_url(url)
        try:
            parts = urlsplit(shown)
        except ValueError:
            parts = urlsplit("")
        host = parts.netloc.rpartition("@")[2]
        rest = shown.partition(parts.netloc)[2] if parts.netloc else shown.partition(":")[2]
        self._parts = (f"{parts.scheme}:" + ("//" if parts.netloc else "") if parts.scheme else "", host, rest)
        self._url = shown
        self.setToolTip(shown)
        self.setAccessibleName(f"Address of the page shown: {shown}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = Theme.current()
        painter = QPainter(self)
        plain, strong = theme.code_font("secondary"), theme.code_font("secondary")
        strong.setBold(True)
        left, width = 0, self.width()
        styles = (
            (plain, "dim", Qt.TextElideMode.ElideRight),
            (strong, "text", Qt.TextElideMode.ElideLeft),
            (plain, "dim", Qt.TextElideMode.ElideRight),
        )
        scheme, host, rest = self._parts
        if host and QFontMetrics(strong).horizontalAdvance(f"{scheme}{host}") > width:
            # The badge beside names the scheme; the host needs the room.
            scheme = ""
        for text, (font, role, elide) in zip((scheme, host, rest), styles, strict=True):
            room = width - left
            if room <= 0 or not text:
                continue
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            shown = QFontMetrics(font).elidedText(text, elide, room)
            painter.drawText(QRect(left, 0, room, self.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)
            left += QFontMetrics(font).horizontalAdvance(shown)


class ConsentBar(QWidget):
    """``zoom`` carries steps (0: the page's own size), ``agent`` a key of the browser's ``AGENTS``."""

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
        self.security = Badge("")
        self.security.setObjectName("consentSecurity")
        self.address = Address()
        self._menu = QMenu(self)
        self._menu.setObjectName("consentMenu.menu")
        self._fill_menu()
        self._more = tool_button("more", "consentMenu", "Zoom, browser name, session")
        self._more.setMenu(self._menu)
        self.setLayout(row(self._back, self._reload, self.security, self.address, self._more))
        self.show_history(False)

    def show_page(self, url: str, *, arrived: bool, excepted: bool = False) -> None:
        """Address and state as the browser says them, never as the page does. Before a page has ``arrived`` nothing
        is known about its certificate."""
        self.address.show_url(url)
        parts = urlsplit(url)
        if not arrived:
            self._say("opening", "neutral", "The page has not arrived yet.")
        elif parts.scheme == "https" and excepted:
            self._say("https · not trusted", "error", "You went on although the certificate is not trusted.")
        elif parts.scheme == "https":
            self._say("https · certificate valid", "done", "The certificate was verified and is for this host.")
        elif parts.scheme == "http" and is_loopback(url):
            self._say("http · loopback", "accent", "Not encrypted, and does not leave this machine.")
        elif parts.scheme == "http":
            self._say("http · not encrypted", "warning", "Anybody on the way can read and change this page.")
        else:
            self._say(parts.scheme, "neutral", "")

    def show_question(self, url: str) -> None:
        """A certificate is in question: nothing of that page has been opened."""
        self.address.show_url(url)
        self._say("https · not trusted", "error", "The certificate is not trusted; the page waits for your answer.")

    def show_loading(self, loading: bool) -> None:
        self._loading = loading
        self._reload.setIcon(icon("close" if loading else "refresh"))
        self._reload.setToolTip("Stop loading" if loading else "Load again")
        self._reload.setAccessibleName("Stop loading" if loading else "Load again")

    def show_history(self, can_go_back: bool) -> None:
        self._back.setEnabled(can_go_back)

    def show_kept(self, kept: bool, *, possible: bool) -> None:
        """Whether the session stays on disk, and whether it can (the connector has a place there)."""
        self._keep.setEnabled(possible)
        self._keep.setChecked(kept)

    def show_zoom(self, zoom: float) -> None:
        self._natural.setText(f"Natural size (now {zoom:.0%})" if zoom != 1.0 else "Natural size")
        self._natural.setEnabled(zoom != 1.0)

    def _say(self, text: str, tone: str, tip: str) -> None:
        self.security.show_text(text, tone)
        self.security.setToolTip(tip)

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
        for name, text in _AGENTS.items():
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
