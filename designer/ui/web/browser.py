"""A browser for one sign-in: the consent page, the windows it opens, its session and its questions."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtNetwork import QNetworkCookie
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEngineNewWindowRequest,
    QWebEngineScript,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.web.addresses import encoded, place
from designer.ui.web.choices import agent_name, zoom_after
from designer.ui.web.model import Decide, Navigation
from designer.ui.web.page import ConsentPage, drop_page
from designer.ui.web.profile import add_certificate, make_profile
from designer.ui.web.questions import Questions
from designer.ui.web.scripts import FORM_POST_SCRIPT, LOCATE_SCRIPT
from designer.ui.web.windows import Popups, Tools

__all__ = ["ConsentBrowser"]

_SCHEMES = ("http", "https", "about", "data", "blob")


class ConsentBrowser(QWidget):
    """A browser view without furniture for one sign-in: one profile of its own, popups in the same flow.

    Off the record, unless ``keep_in`` names a folder (of this connection alone) in which cookies and storage stay.
    Raises ``UserError`` where that folder is in use by another window.
    """

    url_changed = Signal(str)
    load_finished = Signal(str, bool, int)
    """Address, whether it loaded, and the HTTP status, 0 for none."""
    title_changed = Signal(str)
    cookie_set = Signal(str, str)
    """Name and domain of a cookie; never its value."""
    refused = Signal(str, str)
    """Where (a URL without query) or what more there is to say, and why it was not opened."""
    crashed = Signal(str)
    loading = Signal(bool)
    certificate_questioned = Signal(object)
    """Carries a ``CertificateQuestion``; the page waits for its answer."""
    identity_asked = Signal(object)
    """Carries a ``CertificateChoice``; the page waits for its answer."""
    login_asked = Signal(object)
    """Carries a ``LoginQuestion``; what asked is loaded again once it is answered."""
    zoomed = Signal(float)

    def __init__(self, decide: Decide, parent: QWidget | None = None, *, keep_in: Path | None = None) -> None:
        super().__init__(parent)
        self._decide = decide
        self._marker = f"form-post-{secrets.token_hex(16)}="
        self.profile = make_profile(keep_in)
        self.profile.downloadRequested.connect(self._refuse_download)
        self.profile.cookieStore().cookieAdded.connect(self._cookie_added)
        self._agent = self.profile.httpUserAgent()
        self._questions = Questions(self)
        self._questions.certificate_questioned.connect(self.certificate_questioned)
        self._questions.identity_asked.connect(self.identity_asked)
        self._questions.login_asked.connect(self.login_asked)
        self._questions.refused.connect(self.refused)
        self.view = QWebEngineView(self)
        self.view.setObjectName("consentView")
        self.view.setAccessibleName("Consent page of the provider")
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.page = self._make_page(self.view)
        self.popups = Popups(self, self._make_page, self.excepted)
        self._tools = Tools(self, self.page)
        # The page's signals, not the view's: a view without a page would make itself a new one to answer.
        self.page.urlChanged.connect(lambda url: self.url_changed.emit(encoded(url)))
        self.page.loadStarted.connect(lambda: self.loading.emit(True))
        self.page.titleChanged.connect(self.title_changed)
        # loadFinished comes before this and does not know the status.
        self.page.loadingChanged.connect(self._loading_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)

    # Pages

    def open(self, url: str, redirect_url: str) -> None:
        """Load ``url``. A form that posts to ``redirect_url`` is read instead of sent (``response_mode=form_post``)."""
        scripts = self.profile.scripts()
        scripts.clear()
        script = QWebEngineScript()
        script.setName("form-post")
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
        script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
        script.setRunsOnSubFrames(True)
        script.setSourceCode(
            FORM_POST_SCRIPT % {"target": json.dumps(redirect_url), "marker": json.dumps(self._marker)}
        )
        scripts.insert(script)
        self.view.load(QUrl(url))

    def close_page(self) -> None:
        """Show nothing any more; the session stays."""
        self.popups.close_all()
        self._tools.close()
        self._questions.drop()
        self.view.stop()
        self.view.load(QUrl("about:blank"))

    def back(self) -> None:
        self.view.back()

    def reload(self) -> None:
        self.view.reload()

    def stop(self) -> None:
        self.view.stop()

    def show_tools(self) -> None:
        """The developer tools of the page, in a window of their own."""
        self._tools.show()

    @property
    def can_go_back(self) -> bool:
        return self.page.history().canGoBack()

    @property
    def address(self) -> str:
        """Where the page in sight is, encoded."""
        return encoded(self.page.url())

    def _make_page(self, view: QWebEngineView) -> ConsentPage:
        page = ConsentPage(self.profile, self._may_go, self._questions, view)
        page.refused.connect(self.refused)
        page.crashed.connect(self.crashed)
        page.newWindowRequested.connect(self._open_popup)
        view.setPage(page)
        return page

    def _open_popup(self, request: QWebEngineNewWindowRequest) -> None:
        self.popups.show(request)

    def _may_go(self, url: str, main_frame: bool, *, form: bool = False) -> bool:
        if url == "about:blank":
            return True
        head, _, fragment = url.partition("#")
        if fragment.startswith(self._marker):
            self._decide(Navigation(head, main_frame, unquote(fragment.removeprefix(self._marker))))
            return False
        allowed = self._decide(Navigation(url, main_frame, form=form))
        scheme = urlsplit(url).scheme.lower()
        if allowed and scheme not in _SCHEMES:
            self.refused.emit(head.partition("?")[0], f"Links of the kind {scheme}: are not opened here.")
            return False
        return allowed

    def _loading_changed(self, info: QWebEngineLoadingInfo) -> None:
        if info.status() == QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus:
            return
        is_http = info.errorDomain() == QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain
        self.loading.emit(False)
        good = info.status() == QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus
        self.load_finished.emit(self.address, good, info.errorCode() if is_http else 0)

    # The person's choices

    @property
    def zoom(self) -> float:
        """1.0 is the page's own size."""
        return self.view.zoomFactor()

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by so many of ``ZOOMS``; 0 is the page's own size again."""
        zoom = zoom_after(self.zoom, steps)
        self.view.setZoomFactor(zoom)
        self.zoomed.emit(zoom)

    def call_itself(self, agent: str) -> None:
        """Use one of ``AGENTS`` from the next request on."""
        self.profile.setHttpUserAgent(agent_name(self._agent, agent))

    def excepted(self, url: str) -> bool:
        """Whether the page's certificate is not trusted and the person went on all the same."""
        return self._questions.excepted(url)

    def add_certificate(self, certificate: str, key: str) -> None:
        """Hold a client certificate and its key (both PEM) for this session. Raises ``UserError``."""
        add_certificate(self.profile, certificate, key)

    # A hand that clicks

    def locate(self, selector: str, answer: Callable[[QPoint | None], object]) -> None:
        """Tell where on the page the first element matching the CSS ``selector`` is, for a hand that clicks there:
        the middle of it in coordinates of ``surface``, None where it is not in sight."""
        script = LOCATE_SCRIPT.replace("SELECTOR", json.dumps(selector))

        def told(found: object) -> None:
            zoom = self.view.zoomFactor()
            parts = found.split() if isinstance(found, str) else []
            answer(QPoint(*(round(float(part) * zoom) for part in parts)) if len(parts) == 2 else None)

        self.page.runJavaScript(script, int(QWebEngineScript.ScriptWorldId.ApplicationWorld.value), told)

    @property
    def surface(self) -> QWidget:
        """The widget that takes real mouse and key events for the page."""
        return self.view.focusProxy() or self.view

    # The session

    def dispose(self, gone: Callable[[], object] | None = None) -> None:
        """Tear down in the order WebEngine needs: pages before the profile they belong to. ``gone`` is called once
        nothing holds the session's files any more."""
        self.popups.close_all()
        self._tools.close()
        self._questions.drop()
        self.view.stop()
        drop_page(self.view)
        if gone is not None:
            self.profile.destroyed.connect(lambda: gone())
        self.profile.deleteLater()
        self.hide()
        self.deleteLater()

    def _cookie_added(self, cookie: QNetworkCookie) -> None:
        self.cookie_set.emit(bytes(cookie.name().data()).decode("utf-8", "replace"), cookie.domain())

    def _refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        self.refused.emit(place(download.url()), "Downloads are refused while signing in.")
