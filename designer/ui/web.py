"""The embedded browser of the consent step. The only module that imports QtWebEngine, and only on first need.

The hook is ``acceptNavigationRequest``: it sees every navigation (typed, clicked, 302, script, meta refresh, fragment)
before a request leaves, and refusing there means that the callback's host never hears of the code.
"""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

if sys.platform == "linux" and os.geteuid() == 0:
    # Chromium refuses its sandbox to root and ends the whole process; must be set before the first profile.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtNetwork import QAuthenticator, QNetworkCookie, QSsl, QSslCertificate, QSslKey
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineProfileBuilder,
    QWebEngineScript,
    QWebEngineSettings,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from designer.errors import UserError
from designer.ui.web_parts import (
    FORM_POST_SCRIPT,
    LOCATE_SCRIPT,
    ZOOMS,
    CertificateChoice,
    CertificateQuestion,
    Decide,
    LoginQuestion,
    Navigation,
    agent_name,
    for_tests,
)
from designer.ui.widgets.address import AddressLine

__all__ = ["CertificateQuestion", "ConsentBrowser", "Navigation"]

_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded


class _Page(QWebEnginePage):
    """A page that asks before it navigates."""

    def __init__(self, browser: ConsentBrowser, parent: QObject) -> None:
        super().__init__(browser.profile, parent)
        self._browser = browser
        self.heading = ""
        """Where it wanted to go last, without fragment."""
        self.certificateError.connect(browser.question_certificate)
        self.authenticationRequired.connect(self._login_asked)
        self.proxyAuthenticationRequired.connect(self._proxy_login_asked)
        self.selectClientCertificate.connect(self._client_certificate)
        self.permissionRequested.connect(self._permission)
        self.newWindowRequested.connect(self._new_window)
        self.renderProcessTerminated.connect(self._crashed)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        text = url.toString(_ENCODED) if isinstance(url, QUrl) else url
        if is_main_frame:
            self.heading = text.partition("#")[0]
        form = kind == QWebEnginePage.NavigationType.NavigationTypeFormSubmitted
        return self._browser.asked(text, is_main_frame, form=form)

    def javaScriptConsoleMessage(self, *_: Any) -> None:
        """A stranger's console may hold tokens: it is not repeated anywhere."""

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], types: Sequence[str]
    ) -> list[str]:
        """A sign-in needs no file of the person's."""
        del mode, old, types
        self._browser.refused.emit(_place(self.url()), "The page asked for a file; files are not handed out here.")
        return []

    def _login_asked(self, url: QUrl, authenticator: QAuthenticator) -> None:
        self._browser.log_in(self, url, _place(url), authenticator, proxy=False)

    def _proxy_login_asked(self, url: QUrl, authenticator: QAuthenticator, host: str) -> None:
        self._browser.log_in(self, url, host, authenticator, proxy=True)

    def _client_certificate(self, selection: QWebEngineClientCertificateSelection) -> None:
        self._browser.question_identity(selection)

    def _permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()

    def _new_window(self, request: QWebEngineNewWindowRequest) -> None:
        self._browser.open_popup(request)

    def _crashed(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status != QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            self._browser.crashed.emit(f"The page's process ended unexpectedly (code {code}).")


class ConsentBrowser(QWidget):
    """A browser view without furniture for one sign-in: one profile of its own, popups in the same flow.

    Off the record, unless ``keep_in`` names a folder (of this connection alone) in which cookies and storage stay.
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
        self._popups: list[tuple[QDialog, QWebEngineView]] = []
        self._logins: dict[tuple[str, str, bool], tuple[str, str]] = {}
        self._tried: set[tuple[str, str, bool]] = set()
        # Chromium's questions are held here alone and by number: an answer that held one would keep it alive beyond its
        # page, in a ring that Python may collect late and in any thread.
        self._numbers = itertools.count()
        self._identities: dict[int, QWebEngineClientCertificateSelection] = {}
        self._questions: dict[int, QWebEngineCertificateError] = {}
        self._excepted: set[str] = set()
        self._tools: tuple[QDialog, QWebEngineView] | None = None
        self.profile = _kept_profile(keep_in) if keep_in is not None else QWebEngineProfile()
        self.profile.downloadRequested.connect(self._refuse_download)
        self.profile.cookieStore().cookieAdded.connect(self._cookie_added)
        self._agent = self.profile.httpUserAgent()
        settings = self.profile.settings()
        for attribute in (
            QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
            QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
            QWebEngineSettings.WebAttribute.JavascriptCanPaste,
            QWebEngineSettings.WebAttribute.PdfViewerEnabled,
        ):
            settings.setAttribute(attribute, False)
        self.view = QWebEngineView(self)
        self.view.setObjectName("consentView")
        self.view.setAccessibleName("Consent page of the provider")
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.page = _Page(self, self.view)
        self.view.setPage(self.page)
        # The page's signals, not the view's: a view without a page would make itself a new one to answer.
        # Encoded, with the host as DNS knows it: letters that look like others, or turn the text around, do not show.
        self.page.urlChanged.connect(lambda url: self.url_changed.emit(url.toString(_ENCODED)))
        self.page.loadStarted.connect(lambda: self.loading.emit(True))
        self.page.titleChanged.connect(self.title_changed)
        # loadFinished comes before this and does not know the status.
        self.page.loadingChanged.connect(self._loading_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)

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
        self.close_popups()
        self._close_tools()
        self._drop_questions()
        self.view.stop()
        self.view.load(QUrl("about:blank"))

    def back(self) -> None:
        self.view.back()

    def reload(self) -> None:
        self.view.reload()

    def stop(self) -> None:
        self.view.stop()

    @property
    def can_go_back(self) -> bool:
        return self.page.history().canGoBack()

    @property
    def address(self) -> str:
        """Where the page in sight is, encoded."""
        return self.page.url().toString(_ENCODED)

    @property
    def zoom(self) -> float:
        """1.0 is the page's own size."""
        return self.view.zoomFactor()

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by so many of ``ZOOMS``; 0 is the page's own size again."""
        nearest = min(range(len(ZOOMS)), key=lambda index: abs(ZOOMS[index] - self.zoom))
        index = ZOOMS.index(1.0) if not steps else max(0, min(len(ZOOMS) - 1, nearest + steps))
        self.view.setZoomFactor(ZOOMS[index])
        self.zoomed.emit(ZOOMS[index])

    def call_itself(self, agent: str) -> None:
        """Use one of ``AGENTS`` from the next request on."""
        self.profile.setHttpUserAgent(agent_name(self._agent, agent))

    def excepted(self, url: str) -> bool:
        """Whether the page's certificate is not trusted and the person went on all the same."""
        return urlsplit(url).netloc in self._excepted

    def question_certificate(self, error: QWebEngineCertificateError) -> None:
        """Ask about a certificate of this machine's or of a test host; refuse every other that is not trusted."""
        url = error.url()
        host = url.host(_ENCODED)
        why = f"{error.description().rstrip('.')}."
        if not error.isOverridable() or not for_tests(url.toString(_ENCODED)):
            error.rejectCertificate()
            self.refused.emit(f"{why} {_ADVICE}", f"The certificate of {host} is not trusted, so it was not opened.")
            return
        error.defer()
        number = next(self._numbers)
        self._questions[number] = QWebEngineCertificateError(error)

        def answer(go_on: bool) -> None:
            held = self._questions.pop(number, None)
            if held is None:
                return
            if go_on:
                self._excepted.add(urlsplit(url.toString(_ENCODED)).netloc)
                held.acceptCertificate()
            else:
                held.rejectCertificate()

        self.certificate_questioned.emit(CertificateQuestion(url.toString(_ENCODED), host, why, answer))

    def question_identity(self, selection: QWebEngineClientCertificateSelection) -> None:
        """Ask which client certificate to send. Without a word none goes out: it would tell who the person is."""
        host = selection.host().host(_ENCODED)
        names = tuple(_certificate_name(one) for one in selection.certificates())
        if not names:
            selection.selectNone()
            self.refused.emit(
                "One is added with “Add a client certificate” in the browser's menu.",
                f"{host} asked for a client certificate; there is none to send.",
            )
            return
        number = next(self._numbers)
        self._identities[number] = QWebEngineClientCertificateSelection(selection)

        def answer(chosen: int | None) -> None:
            held = self._identities.pop(number, None)
            if held is None:
                return
            if chosen is None:
                held.selectNone()
            else:
                held.select(held.certificates()[chosen])

        self.identity_asked.emit(CertificateChoice(host, names, answer))

    def add_certificate(self, certificate: str, key: str) -> None:
        """Hold a client certificate and its key (both PEM) for this session. Raises ``UserError``."""
        read = QSslCertificate(certificate.encode())
        private = next(
            (
                found
                for algorithm in (QSsl.KeyAlgorithm.Rsa, QSsl.KeyAlgorithm.Ec)
                if not (found := QSslKey(key.encode(), algorithm)).isNull()
            ),
            None,
        )
        if read.isNull() or private is None:
            raise UserError(
                "The client certificate cannot be used here.",
                "It needs a PEM certificate and an RSA or EC key without passphrase.",
            )
        self.profile.clientCertificateStore().add(read, private)

    def log_in(self, page: _Page, url: QUrl, place: str, authenticator: QAuthenticator, *, proxy: bool) -> None:
        """Answer with what the person gave for this place before, else decline and ask: the page is not kept waiting in
        a loop of its own, what asked is loaded again once there is an answer."""
        realm = authenticator.realm()
        asked = (place, realm, proxy)
        given = self._logins.get(asked)
        if given is not None and asked not in self._tried:
            self._tried.add(asked)
            authenticator.setUser(given[0])
            authenticator.setPassword(given[1])
            return
        _decline(authenticator)
        again = self._logins.pop(asked, None) is not None
        self._tried.discard(asked)
        whole_page = page.heading == url.toString(_ENCODED).partition("#")[0]

        def answer(user: str, password: str) -> None:
            self._logins[asked] = (user, password)
            if not shiboken6.isValid(page):
                return  # the page has gone while the question stood
            if whole_page:
                page.load(url)
            else:
                page.triggerAction(QWebEnginePage.WebAction.Reload)

        self.login_asked.emit(LoginQuestion(place, realm, proxy, again, answer))

    def show_tools(self) -> None:
        """The developer tools of the page, in a window of their own."""
        if self._tools is not None:
            self._tools[0].raise_()
            return
        dialog = QDialog(self)
        dialog.setObjectName("consentTools")
        dialog.setWindowTitle("Developer tools · Sign-in")
        dialog.resize(1000, 640)
        view = QWebEngineView(dialog)
        page = QWebEnginePage(self.profile, view)
        view.setPage(page)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        self.page.setDevToolsPage(page)
        dialog.finished.connect(lambda _result: self._close_tools())
        self._tools = (dialog, view)
        dialog.show()

    def _close_tools(self) -> None:
        tools, self._tools = self._tools, None
        if tools is not None:
            dialog, view = tools
            self.page.setDevToolsPage(None)  # type: ignore[arg-type]
            _drop_page(view)
            dialog.close()
            dialog.deleteLater()

    def asked(self, url: str, main_frame: bool, *, form: bool = False) -> bool:
        """The page's question before each navigation; see ``Decide``."""
        if url == "about:blank":
            return True
        head, _, fragment = url.partition("#")
        if fragment.startswith(self._marker):
            self._decide(Navigation(head, main_frame, unquote(fragment.removeprefix(self._marker))))
            return False
        allowed = self._decide(Navigation(url, main_frame, form=form))
        scheme = urlsplit(url).scheme.lower()
        if allowed and scheme not in ("http", "https", "about", "data", "blob"):
            self.refused.emit(head.partition("?")[0], f"Links of the kind {scheme}: are not opened here.")
            return False
        return allowed

    def locate(self, selector: str, answer: Callable[[QPoint | None], object]) -> None:
        """Tell where on the page the first element matching the CSS ``selector`` is, for a hand that clicks there:
        the middle of it in coordinates of ``surface``, None where it is not in sight."""
        script = LOCATE_SCRIPT.replace("SELECTOR", json.dumps(selector))

        def told(place: object) -> None:
            zoom = self.view.zoomFactor()
            parts = place.split() if isinstance(place, str) else []
            answer(QPoint(*(round(float(part) * zoom) for part in parts)) if len(parts) == 2 else None)

        self.page.runJavaScript(script, int(QWebEngineScript.ScriptWorldId.ApplicationWorld.value), told)

    @property
    def surface(self) -> QWidget:
        """The widget that takes real mouse and key events for the page."""
        return self.view.focusProxy() or self.view

    def open_popup(self, request: QWebEngineNewWindowRequest) -> None:
        """Show a window the page opened: same profile, same question before each navigation."""
        dialog = QDialog(self)
        dialog.setWindowTitle("Sign-in")
        dialog.resize(720, 720)
        view = QWebEngineView(dialog)
        page = _Page(self, view)
        view.setPage(page)
        line = AddressLine("popup")
        line.setContentsMargins(12, 6, 12, 6)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line)
        layout.addWidget(view, 1)

        def moved(url: QUrl) -> None:
            dialog.setWindowTitle(f"{_place(url)} · Sign-in")
            text = url.toString(_ENCODED)
            line.show_page(text, arrived=line.arrived, excepted=self.excepted(text))

        def loaded(info: QWebEngineLoadingInfo) -> None:
            ended = info.status() != QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus
            line.show_page(line.url, arrived=ended, excepted=self.excepted(line.url))

        page.windowCloseRequested.connect(dialog.close)
        page.urlChanged.connect(moved)
        page.loadingChanged.connect(loaded)
        # What its opener writes into an empty window has no address, and that is said.
        line.show_page("about:blank", arrived=True)
        self._popups.append((dialog, view))
        # Later: the page itself may have asked for it, and cannot go while it speaks.
        dialog.finished.connect(lambda _result: QTimer.singleShot(0, self, lambda: self._end_popup(dialog)))
        dialog.show()
        request.openIn(page)

    def close_popups(self) -> None:
        while self._popups:
            self._end_popup(self._popups[-1][0])

    def _end_popup(self, dialog: QDialog) -> None:
        for one in self._popups:
            if one[0] is dialog:
                self._popups.remove(one)
                _drop_page(one[1])
                dialog.close()
                dialog.deleteLater()
                return

    def dispose(self, gone: Callable[[], object] | None = None) -> None:
        """Tear down in the order WebEngine needs: pages before the profile they belong to. ``gone`` is called once
        nothing holds the session's files any more."""
        self.close_popups()
        self._close_tools()
        self._drop_questions()
        self.view.stop()
        _drop_page(self.view)
        if gone is not None:
            self.profile.destroyed.connect(lambda: gone())
        self.profile.deleteLater()
        self.hide()
        self.deleteLater()

    def _drop_questions(self) -> None:
        while self._questions:
            self._questions.popitem()[1].rejectCertificate()
        while self._identities:
            self._identities.popitem()[1].selectNone()

    def _loading_changed(self, info: QWebEngineLoadingInfo) -> None:
        if info.status() == QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus:
            return
        is_http = info.errorDomain() == QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain
        self.loading.emit(False)
        good = info.status() == QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus
        self.load_finished.emit(self.page.url().toString(_ENCODED), good, info.errorCode() if is_http else 0)

    def _cookie_added(self, cookie: QNetworkCookie) -> None:
        self.cookie_set.emit(bytes(cookie.name().data()).decode("utf-8", "replace"), cookie.domain())

    def _refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        self.refused.emit(_place(download.url()), "Downloads are refused while signing in.")


_ADVICE = "Somebody may be listening, or the host is set up wrongly. The system browser can show the certificate."


def _place(url: QUrl) -> str:
    """Scheme, host and port alone."""
    port = f":{url.port()}" if url.port() != -1 else ""
    return f"{url.scheme()}://{url.host(_ENCODED)}{port}"


def _kept_profile(folder: Path) -> QWebEngineProfile:
    builder = QWebEngineProfileBuilder()
    builder.setPersistentStoragePath(str(folder))
    builder.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    builder.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.ForcePersistentCookies)
    builder.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.StoreInMemory)
    made = builder.createProfile(folder.name)
    if made is None:
        raise UserError("The kept browser session is in use already.", "Close the other window of this connection.")
    return made


def _certificate_name(certificate: QSslCertificate) -> str:
    def first(names: Sequence[str]) -> str:
        return names[0] if names else "no name"

    name = QSslCertificate.SubjectInfo.CommonName
    return f"{first(certificate.subjectInfo(name))}, issued by {first(certificate.issuerInfo(name))}"


def _decline(authenticator: QAuthenticator) -> None:
    """Make it null, which is how Qt is told to give no credentials. Left alone it sends an empty name and password, and
    the assignment that C++ writes here (``*authenticator = QAuthenticator()``) has no counterpart in PySide: its one
    member, the pointer to its data, is cleared in place."""
    (address,) = shiboken6.getCppPointer(authenticator)
    ctypes.c_void_p.from_address(address).value = None


def _drop_page(view: QWebEngineView) -> None:
    page = view.page()
    # Nobody is to hear a page tell of the loads that end with it: its address cannot be asked for any more.
    page.blockSignals(True)
    view.setPage(None)  # type: ignore[arg-type]
    page.deleteLater()
    # This one alone: whatever else is to go may have its click or its signal still under way.
    QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
