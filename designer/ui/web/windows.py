"""The windows beside the consent page: those its pages open, and the developer tools."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEngineNewWindowRequest, QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from designer.ui.web.addresses import encoded, place
from designer.ui.web.page import ConsentPage, drop_page
from designer.ui.widgets.address import AddressLine

__all__ = ["Popups", "Tools"]


class Popups(QObject):
    """Windows that pages opened: in the same profile, with the same question before each navigation, each under the
    address of what it shows."""

    def __init__(
        self, over: QWidget, make_page: Callable[[QWebEngineView], ConsentPage], excepted: Callable[[str], bool]
    ) -> None:
        super().__init__(over)
        self._over = over
        self._make_page = make_page
        self._excepted = excepted
        self.open: list[tuple[QDialog, QWebEngineView]] = []

    def show(self, request: QWebEngineNewWindowRequest) -> None:
        dialog = QDialog(self._over)
        dialog.setWindowTitle("Sign-in")
        dialog.resize(720, 720)
        view = QWebEngineView(dialog)
        page = self._make_page(view)
        line = AddressLine("popup")
        line.setContentsMargins(12, 6, 12, 6)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line)
        layout.addWidget(view, 1)

        def moved(url: QUrl) -> None:
            dialog.setWindowTitle(f"{place(url)} · Sign-in")
            text = encoded(url)
            line.show_page(text, arrived=line.arrived, excepted=self._excepted(text))

        def loaded(info: QWebEngineLoadingInfo) -> None:
            ended = info.status() != QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus
            line.show_page(line.url, arrived=ended, excepted=self._excepted(line.url))

        page.windowCloseRequested.connect(dialog.close)
        page.urlChanged.connect(moved)
        page.loadingChanged.connect(loaded)
        # What its opener writes into an empty window has no address, and that is said.
        line.show_page("about:blank", arrived=True)
        self.open.append((dialog, view))
        # Later: the page itself may have asked for it, and cannot go while it speaks.
        dialog.finished.connect(lambda _result: QTimer.singleShot(0, self, lambda: self._end(dialog)))
        dialog.show()
        request.openIn(page)

    def close_all(self) -> None:
        while self.open:
            self._end(self.open[-1][0])

    def _end(self, dialog: QDialog) -> None:
        for one in self.open:
            if one[0] is dialog:
                self.open.remove(one)
                drop_page(one[1])
                dialog.close()
                dialog.deleteLater()
                return


class Tools(QObject):
    """The developer tools of ``page``, in a window of their own."""

    def __init__(self, over: QWidget, page: QWebEnginePage) -> None:
        super().__init__(over)
        self._over = over
        self._page = page
        self._open: tuple[QDialog, QWebEngineView] | None = None

    def show(self) -> None:
        if self._open is not None:
            self._open[0].raise_()
            return
        dialog = QDialog(self._over)
        dialog.setObjectName("consentTools")
        dialog.setWindowTitle("Developer tools · Sign-in")
        dialog.resize(1000, 640)
        view = QWebEngineView(dialog)
        page = QWebEnginePage(self._page.profile(), view)
        view.setPage(page)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        self._page.setDevToolsPage(page)
        dialog.finished.connect(lambda _result: self.close())
        self._open = (dialog, view)
        dialog.show()

    def close(self) -> None:
        tools, self._open = self._open, None
        if tools is not None:
            dialog, view = tools
            self._page.setDevToolsPage(None)  # type: ignore[arg-type]
            drop_page(view)
            dialog.close()
            dialog.deleteLater()
