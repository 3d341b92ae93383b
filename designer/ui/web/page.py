"""A page of the consent step, and how one ends.

The hook is ``acceptNavigationRequest``: it sees every navigation (typed, clicked, 302, script, meta refresh, fragment)
before a request leaves, and refusing there means that the callback's host never hears of the code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl, Signal
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from designer.ui.web.addresses import encoded, place
from designer.ui.web.questions import Questions

__all__ = ["ConsentPage", "MayGo", "drop_page"]


class MayGo(Protocol):
    """Answers whether the page may go to ``url``; called before any request leaves."""

    def __call__(self, url: str, main_frame: bool, *, form: bool = False) -> bool: ...


class ConsentPage(QWebEnginePage):
    """A page that asks before it navigates, hands out no file, grants no permission, and leaves its questions to
    ``questions``."""

    refused = Signal(str, str)
    crashed = Signal(str)

    def __init__(self, profile: QWebEngineProfile, may_go: MayGo, questions: Questions, parent: QObject) -> None:
        super().__init__(profile, parent)
        self._may_go = may_go
        self._questions = questions
        self._heading = ""
        """Where it wanted to go last, without fragment."""
        self.certificateError.connect(self._certificate_questioned)
        self.authenticationRequired.connect(self._login_asked)
        self.proxyAuthenticationRequired.connect(self._proxy_login_asked)
        self.selectClientCertificate.connect(self._identity_asked)
        self.permissionRequested.connect(self._permission_asked)
        self.renderProcessTerminated.connect(self._terminated)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        text = encoded(url) if isinstance(url, QUrl) else url
        if is_main_frame:
            self._heading = text.partition("#")[0]
        form = kind == QWebEnginePage.NavigationType.NavigationTypeFormSubmitted
        return self._may_go(text, is_main_frame, form=form)

    def javaScriptConsoleMessage(self, *_: Any) -> None:
        """A stranger's console may hold tokens: it is not repeated anywhere."""

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], types: Sequence[str]
    ) -> list[str]:
        """A sign-in needs no file of the person's."""
        del mode, old, types
        self.refused.emit(place(self.url()), "The page asked for a file; files are not handed out here.")
        return []

    def _certificate_questioned(self, error: QWebEngineCertificateError) -> None:
        self._questions.certificate(error)

    def _identity_asked(self, selection: QWebEngineClientCertificateSelection) -> None:
        self._questions.identity(selection)

    def _login_asked(self, url: QUrl, authenticator: QAuthenticator) -> None:
        self._questions.login(place(url), authenticator, self._loading_again(url), proxy=False)

    def _proxy_login_asked(self, url: QUrl, authenticator: QAuthenticator, host: str) -> None:
        self._questions.login(host, authenticator, self._loading_again(url), proxy=True)

    def _loading_again(self, url: QUrl) -> Callable[[], None]:
        """What loads once more what asked: the page itself, or a part of it."""
        whole_page = self._heading == encoded(url).partition("#")[0]

        def load_again() -> None:
            if not shiboken6.isValid(self):
                return  # the page has gone while the question stood
            if whole_page:
                self.load(url)
            else:
                self.triggerAction(QWebEnginePage.WebAction.Reload)

        return load_again

    def _permission_asked(self, permission: QWebEnginePermission) -> None:
        permission.deny()

    def _terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status != QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            self.crashed.emit(f"The page's process ended unexpectedly (code {code}).")


def drop_page(view: QWebEngineView) -> None:
    """Take the page out of ``view`` and end it at once: before its profile, and before anybody hears of it."""
    page = view.page()
    # Nobody is to hear a page tell of the loads that end with it: its address cannot be asked for any more.
    page.blockSignals(True)
    view.setPage(None)  # type: ignore[arg-type]
    page.deleteLater()
    # This one alone: whatever else is to go may have its click or its signal still under way.
    QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
