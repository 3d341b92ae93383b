"""The embedded browser of the consent step. The only module that imports QtWebEngine, and only on first need.

The hook is ``acceptNavigationRequest``: it sees every navigation (typed, clicked, 302, script, meta refresh, fragment)
before a request leaves, and refusing there means that the callback's host never hears of the code.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

if sys.platform == "linux" and os.geteuid() == 0:
    # Chromium refuses its sandbox to root and ends the whole process; must be set before the first profile.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtNetwork import QAuthenticator, QNetworkCookie
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineDownloadRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineSettings,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from designer.oauth.redirect import is_loopback

__all__ = ["AGENTS", "CertificateQuestion", "ConsentBrowser", "Navigation"]

AGENTS = {
    "embedded": "As it is",
    "chrome": "Chrome, without the embedded browser's name",
    "firefox": "Firefox on a desktop",
}
"""How the browser may call itself: some providers refuse what says that it is embedded."""

ZOOMS = (0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)

_LOCATE_SCRIPT = """
(() => {
  const found = document.querySelector(SELECTOR);
  if (!found) return null;
  found.scrollIntoView({block: 'nearest'});
  const box = found.getBoundingClientRect();
  return box.width && box.height ? `${box.left + box.width / 2} ${box.top + box.height / 2}` : null;
})();
"""


@dataclass(frozen=True, slots=True)
class Navigation:
    """A page wants to go to ``url``. ``form_body`` is the urlencoded body where a form would have posted it to the
    callback; ``form``: a form was sent, by GET or POST."""

    url: str
    main_frame: bool
    form_body: str | None = None
    form: bool = False


@dataclass(frozen=True, slots=True)
class CertificateQuestion:
    """A certificate that is not trusted, of a host where the person may go on all the same, this once.

    ``answer(True)`` goes on to the page that waits; ``answer(False)`` leaves it.
    """

    url: str
    host: str
    why: str
    answer: Callable[[bool], None]


Login = Callable[[str, str, bool], "tuple[str, str] | None"]
"""Asked for user name and password with host, realm and whether a proxy asks; None to go on without."""

_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded
Decide = Callable[[Navigation], bool]
"""Answers whether a navigation may go on; called before any request leaves."""

_FORM_POST_SCRIPT = """
(() => {
  const target = %(target)s, marker = %(marker)s;
  const ours = (form) => {
    try {
      const action = new URL(form.action, document.baseURI);
      action.hash = '';
      return (form.method || '').toLowerCase() === 'post' && action.href === new URL(target).href ? action.href : null;
    } catch (error) { return null; }
  };
  const take = (form, submitter) => {
    const url = ours(form);
    if (!url) return false;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form, submitter || undefined)) {
      if (typeof value === 'string') body.append(name, value);
    }
    window.location.assign(url + '#' + marker + encodeURIComponent(body.toString()));
    return true;
  };
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () { if (!take(this)) submit.call(this); };
  document.addEventListener('submit', (event) => {
    if (!event.defaultPrevented && take(event.target, event.submitter)) event.preventDefault();
  });
})();
"""


class _Page(QWebEnginePage):
    """A page that asks before it navigates."""

    def __init__(self, browser: ConsentBrowser, parent: QObject) -> None:
        super().__init__(browser.profile, parent)
        self._browser = browser
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
        port = f":{url.port()}" if url.port() != -1 else ""
        self._log_in(f"{url.scheme()}://{url.host(_ENCODED)}{port}", authenticator, proxy=False)

    def _proxy_login_asked(self, _url: QUrl, authenticator: QAuthenticator, host: str) -> None:
        self._log_in(host, authenticator, proxy=True)

    def _log_in(self, place: str, authenticator: QAuthenticator, *, proxy: bool) -> None:
        given = self._browser.ask_login(place, authenticator.realm(), proxy)
        if given is not None:
            authenticator.setUser(given[0])
            authenticator.setPassword(given[1])

    def _client_certificate(self, selection: QWebEngineClientCertificateSelection) -> None:
        """Without a word no certificate goes out: it would tell the page who the person is."""
        selection.selectNone()
        host = selection.host().host(_ENCODED)
        self._browser.refused.emit(host, f"{host} asked for a client certificate; it was sent none.")

    def _permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()

    def _new_window(self, request: QWebEngineNewWindowRequest) -> None:
        self._browser.open_popup(request)

    def _crashed(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status != QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            self._browser.crashed.emit(f"The page's process ended unexpectedly (code {code}).")


class ConsentBrowser(QWidget):
    """A browser view without furniture for one sign-in: off the record, one profile, popups in the same flow."""

    url_changed = Signal(str)
    load_finished = Signal(str, bool)
    title_changed = Signal(str)
    cookie_set = Signal(str, str)
    """Name and domain of a cookie; never its value."""
    refused = Signal(str, str)
    """Where (a URL without query) or what more there is to say, and why it was not opened."""
    crashed = Signal(str)
    loading = Signal(bool)
    certificate_questioned = Signal(object)
    """Carries a ``CertificateQuestion``; the page waits for its answer."""
    zoomed = Signal(float)

    def __init__(self, decide: Decide, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decide = decide
        self._marker = f"form-post-{secrets.token_hex(16)}="
        self._popups: list[tuple[QDialog, QWebEngineView]] = []
        self.ask_login: Login = lambda _place, _realm, _proxy: None
        self._questions: list[QWebEngineCertificateError] = []
        self._excepted: set[str] = set()
        self.profile = QWebEngineProfile()
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
        self.page.loadFinished.connect(self._loaded)
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
            _FORM_POST_SCRIPT % {"target": json.dumps(redirect_url), "marker": json.dumps(self._marker)}
        )
        scripts.insert(script)
        self.view.load(QUrl(url))

    def close_page(self) -> None:
        """Show nothing any more; the session stays."""
        self.close_popups()
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
        self.profile.setHttpUserAgent(_agent(self._agent, agent))

    def excepted(self, url: str) -> bool:
        """Whether the page's certificate is not trusted and the person went on all the same."""
        return urlsplit(url).netloc in self._excepted

    def question_certificate(self, error: QWebEngineCertificateError) -> None:
        """Ask about a certificate of this machine's or of a test host; refuse every other that is not trusted."""
        url = error.url()
        host = url.host(_ENCODED)
        why = f"{error.description().rstrip('.')}."
        if not error.isOverridable() or not _for_tests(url.toString(_ENCODED)):
            error.rejectCertificate()
            self.refused.emit(f"{why} {_ADVICE}", f"The certificate of {host} is not trusted, so it was not opened.")
            return
        error.defer()
        held = QWebEngineCertificateError(error)
        self._questions.append(held)

        def answer(go_on: bool) -> None:
            if held not in self._questions:
                return
            self._questions.remove(held)
            if go_on:
                self._excepted.add(urlsplit(url.toString(_ENCODED)).netloc)
                held.acceptCertificate()
            else:
                held.rejectCertificate()

        self.certificate_questioned.emit(CertificateQuestion(url.toString(_ENCODED), host, why, answer))

    def forget(self) -> None:
        """Sign out of the browser session: cookies, cache, visited links and where it has been go."""
        self.page.history().clear()
        self._excepted.clear()
        self.profile.cookieStore().deleteAllCookies()
        self.profile.clearHttpCache()
        self.profile.clearAllVisitedLinks()

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
        script = _LOCATE_SCRIPT.replace("SELECTOR", json.dumps(selector))

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
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        page.windowCloseRequested.connect(dialog.close)
        page.urlChanged.connect(lambda url: dialog.setWindowTitle(f"{_place(url)} · Sign-in"))
        self._popups.append((dialog, view))
        dialog.show()
        request.openIn(page)

    def close_popups(self) -> None:
        for dialog, view in self._popups:
            _drop_page(view)
            dialog.close()
            dialog.deleteLater()
        self._popups.clear()

    def dispose(self) -> None:
        """Tear down in the order WebEngine needs: pages before the profile they belong to."""
        self.close_popups()
        self._drop_questions()
        self.view.stop()
        _drop_page(self.view)
        self.profile.deleteLater()
        self.hide()
        self.deleteLater()

    def _drop_questions(self) -> None:
        questions, self._questions = self._questions, []
        for question in questions:
            question.rejectCertificate()

    def _loaded(self, good: bool) -> None:
        self.loading.emit(False)
        self.load_finished.emit(self.page.url().toString(_ENCODED), good)

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


def _for_tests(url: str) -> bool:
    """This machine, or a name that never leads anywhere else (RFC 6761)."""
    host = urlsplit(url).hostname or ""
    return is_loopback(url) or host.endswith((".test", ".localhost"))


def _agent(own: str, choice: str) -> str:
    if choice == "chrome":
        return re.sub(r"QtWebEngine/\S+ ", "", own)
    if choice == "firefox":
        system = re.search(r"\(([^)]*)\)", own)
        return f"Mozilla/5.0 ({system[1] if system else 'X11'}; rv:140.0) Gecko/20100101 Firefox/140.0"
    return own


def _drop_page(view: QWebEngineView) -> None:
    page = view.page()
    view.setPage(None)  # type: ignore[arg-type]
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
