"""Where a page of the embedded browser is, as the browser says it and never as the page does."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.masking import mask_url
from designer.oauth.redirect import is_loopback
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import row

__all__ = ["Address", "AddressLine"]


class Address(QWidget):
    """The page's address, drawn by us alone: the host stands out and is never cut where it matters, at its end."""

    def __init__(self, name: str = "consentAddress") -> None:
        super().__init__()
        self._parts = ("", "", "")
        self._url = ""
        self.setObjectName(name)
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


class AddressLine(QWidget):
    """Certificate state and address of one page; the parts are called ``{of}Security`` and ``{of}Address``."""

    def __init__(self, of: str) -> None:
        super().__init__()
        self.security = Badge("")
        self.security.setObjectName(f"{of}Security")
        self.address = Address(f"{of}Address")
        self.url = ""
        """The page's, encoded and with all that is in it."""
        self.arrived = False
        self.setLayout(row(self.security, self.address))

    def show_page(self, url: str, *, arrived: bool, excepted: bool = False, failed: bool = False) -> None:
        """Address and state as the browser says them, never as the page does. Before a page has ``arrived``, and of one
        that ``failed`` to, nothing is known about its certificate."""
        self.url, self.arrived = url, arrived
        self.address.show_url(url)
        parts = urlsplit(url)
        if failed:
            self._say("did not load", "warning", "The page did not arrive.")
        elif not arrived:
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
        self.url, self.arrived = url, False
        self.address.show_url(url)
        self._say("https · not trusted", "error", "The certificate is not trusted; the page waits for your answer.")

    def _say(self, text: str, tone: str, tip: str) -> None:
        self.security.show_text(text, tone)
        self.security.setToolTip(tip)
