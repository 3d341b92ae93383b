"""A reply as a picture or a page. The page is drawn without scripts; nothing is loaded and no link is followed."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QStackedWidget, QTextBrowser, QWidget

from designer.ui.widgets.basics import column, label

__all__ = ["Preview", "picture"]

_HEIGHT = 380
_PAGE = 48_000
"""Characters of a page that are drawn."""
_TAGS = 800
"""Tags of a page that are drawn: Qt sets a page out in one go, and each cell of a table takes a moment."""
_ABOUT = "Drawn without scripts; nothing is loaded and no link is followed."
_PIXELS = 40_000_000


def picture(body: bytes) -> QImage | None:
    """The picture in ``body``, None where it is none or would fill the memory. For a thread beside the window's."""
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.setData(QByteArray(body))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > _PIXELS:
        return None
    image = reader.read()
    return None if image.isNull() else image


def _beginning(html: str) -> str:
    at = -1
    for _ in range(_TAGS):
        at = html.find("<", at + 1, _PAGE)
        if at < 0:
            return html[:_PAGE]
    return html[:at]


class _Page(QTextBrowser):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview.page")
        self.setAccessibleName("The reply as a page")
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFixedHeight(_HEIGHT)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is loaded: no picture, no style, no file of this machine."""
        return QByteArray()


class Preview(QStackedWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview")
        self.page = _Page()
        self._picture = QLabel()
        self._picture.setObjectName("preview.picture")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setFixedHeight(_HEIGHT)
        self._about = label(_ABOUT, "secondary", wrap=True, name="preview.about")
        held = QWidget()
        held.setLayout(column(self._about, self.page, spacing=6, margins=(16, 0, 16, 12)))
        self.addWidget(held)
        self.addWidget(self._picture)

    def show_page(self, html: str) -> None:
        self._picture.clear()
        """Draw a page, or the beginning of a long one."""
        shown = _beginning(html)
        self._about.setText(
            _ABOUT if len(shown) == len(html) else f"{_ABOUT} This is its beginning; Raw has all of it."
        )
        self.page.setHtml(shown)
        self.setCurrentIndex(0)

    def show_picture(self, image: QImage | None) -> None:
        self.setCurrentIndex(1)
        if image is None:
            self._picture.setText("This picture cannot be shown; save it to look at it.")
            return
        room = max(200, self.width() - 40)
        pixels = QPixmap.fromImage(image)
        if pixels.width() > room or pixels.height() > _HEIGHT - 20:
            pixels = pixels.scaled(
                room, _HEIGHT - 20, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        self._picture.setPixmap(pixels)
        self._picture.setAccessibleName(f"Picture, {image.width()} by {image.height()} pixels")
