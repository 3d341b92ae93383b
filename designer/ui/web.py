"""The embedded browser of the consent step. The only module that imports QtWebEngine, and only on first need.

The hook is ``acceptNavigationRequest``: it sees every navigation (typed, clicked, 302, script, meta refresh, fragment)
before a request leaves, and refusing there means that the callback's host never hears of the code.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

if sys.platform.startswith("linux") and os.geteuid() == 0:
    # Chromium refuses its sandbox to root and ends the whole process; must be set before the first profile.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtNetwork import QNetworkCookie
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
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
    """A page wants to go to ``url``. ``form_body`` is the urlencoded body where a form would have posted it."""

    url: str
    main_frame: bool
    form_body: str | None = None


_WITHOUT_QUERY = cast(QUrl.ComponentFormattingOption, QUrl.UrlFormattingOption.RemoveQuery)

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
        self.certificateError.connect(self._certificate_error)
        self.permissionRequested.connect(self._permission)
        self.newWindowRequested.connect(self._new_window)
        self.renderProcessTerminated.connect(self._crashed)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        del kind
        text = url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if isinstance(url, QUrl) else url
        return self._browser.asked(text, is_main_frame)

    def javaScriptConsoleMessage(self, *_: Any) -> None:
        """A stranger's console may hold tokens: it is not repeated anywhere."""

    def _certificate_error(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self._browser.refused.emit(
            error.url().toString(_WITHOUT_QUERY),
            f"The certificate of {error.url().host()} is not trusted: {error.description()}",
        )

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
    """URL (without query) and why it was not opened."""
    crashed = Signal(str)

    def __init__(self, decide: Decide, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decide = decide
        self._marker = f"form-post-{secrets.token_hex(16)}="
        self._popups: list[tuple[QDialog, QWebEngineView]] = []
        self.profile = QWebEngineProfile()
        self.profile.downloadRequested.connect(self._refuse_download)
        self.profile.cookieStore().cookieAdded.connect(self._cookie_added)
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
        self.page.urlChanged.connect(lambda url: self.url_changed.emit(url.toString()))
        self.page.titleChanged.connect(self.title_changed)
        self.page.loadFinished.connect(lambda ok: self.load_finished.emit(self.page.url().toString(), ok))
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

    def back(self) -> None:
        self.view.back()

    def reload(self) -> None:
        self.view.reload()

    def stop(self) -> None:
        self.view.stop()

    def forget(self) -> None:
        """Sign out of the browser session: cookies, cache and visited links go."""
        self.profile.cookieStore().deleteAllCookies()
        self.profile.clearHttpCache()
        self.profile.clearAllVisitedLinks()

    def asked(self, url: str, main_frame: bool) -> bool:
        """The page's question before each navigation; see ``Decide``."""
        head, _, fragment = url.partition("#")
        if fragment.startswith(self._marker):
            self._decide(Navigation(head, main_frame, unquote(fragment.removeprefix(self._marker))))
            return False
        allowed = self._decide(Navigation(url, main_frame))
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
        view.urlChanged.connect(lambda url: dialog.setWindowTitle(f"{url.scheme()}://{url.authority()}"))
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
        self.view.stop()
        _drop_page(self.view)
        self.profile.deleteLater()
        self.hide()
        self.deleteLater()

    def _cookie_added(self, cookie: QNetworkCookie) -> None:
        self.cookie_set.emit(bytes(cookie.name().data()).decode("utf-8", "replace"), cookie.domain())

    def _refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        self.refused.emit(download.url().toString(_WITHOUT_QUERY), "Downloads are refused while signing in.")


def _drop_page(view: QWebEngineView) -> None:
    page = view.page()
    view.setPage(None)  # type: ignore[arg-type]
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
