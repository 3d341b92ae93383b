"""What pages ask of the person: whether a certificate is good enough, which client certificate to show, a login."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QAuthenticator, QSslCertificate
from PySide6.QtWebEngineCore import QWebEngineCertificateError, QWebEngineClientCertificateSelection

from designer.ui.web.addresses import encoded, host
from designer.ui.web.declining import decline
from designer.ui.web.model import CertificateChoice, CertificateQuestion, LoginQuestion, for_tests

__all__ = ["Questions"]

_ADVICE = "Somebody may be listening, or the host is set up wrongly. The system browser can show the certificate."

_Asked = tuple[str, str, bool]
"""The place that wants a login, its realm, and whether it is a proxy."""


class Questions(QObject):
    """Holds each question until it is answered, and what was answered for as long as the browser lives."""

    certificate_questioned = Signal(object)
    identity_asked = Signal(object)
    login_asked = Signal(object)
    refused = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # Chromium's questions are held here alone and by number: an answer that held one would keep it alive beyond its
        # page, in a ring that Python may collect late and in any thread.
        self._numbers = itertools.count()
        self._certificates: dict[int, QWebEngineCertificateError] = {}
        self._identities: dict[int, QWebEngineClientCertificateSelection] = {}
        self._excepted: set[str] = set()
        self._logins: dict[_Asked, tuple[str, str]] = {}
        self._tried: set[_Asked] = set()

    def excepted(self, url: str) -> bool:
        """Whether the certificate of this URL's host is not trusted and the person went on all the same."""
        return urlsplit(url).netloc in self._excepted

    def certificate(self, error: QWebEngineCertificateError) -> None:
        """Ask about a certificate of this machine's or of a test host; refuse every other that is not trusted."""
        url = encoded(error.url())
        name = host(error.url())
        why = f"{error.description().rstrip('.')}."
        if not error.isOverridable() or not for_tests(url):
            error.rejectCertificate()
            self.refused.emit(f"{why} {_ADVICE}", f"The certificate of {name} is not trusted, so it was not opened.")
            return
        error.defer()
        number = next(self._numbers)
        self._certificates[number] = QWebEngineCertificateError(error)

        def answer(go_on: bool) -> None:
            held = self._certificates.pop(number, None)
            if held is None:
                return
            if go_on:
                self._excepted.add(urlsplit(url).netloc)
                held.acceptCertificate()
            else:
                held.rejectCertificate()

        self.certificate_questioned.emit(CertificateQuestion(url, name, why, answer))

    def identity(self, selection: QWebEngineClientCertificateSelection) -> None:
        """Ask which client certificate to send. Without a word none goes out: it would tell who the person is."""
        name = host(selection.host())
        names = tuple(_certificate_name(one) for one in selection.certificates())
        if not names:
            selection.selectNone()
            self.refused.emit(
                "One is added with “Add a client certificate” in the browser's menu.",
                f"{name} asked for a client certificate; there is none to send.",
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

        self.identity_asked.emit(CertificateChoice(name, names, answer))

    def login(
        self, place: str, authenticator: QAuthenticator, load_again: Callable[[], object], *, proxy: bool
    ) -> None:
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
        decline(authenticator)
        again = self._logins.pop(asked, None) is not None
        self._tried.discard(asked)

        def answer(user: str, password: str) -> None:
            self._logins[asked] = (user, password)
            load_again()

        self.login_asked.emit(LoginQuestion(place, realm, proxy, again, answer))

    def drop(self) -> None:
        """Answer with no what is still open: nobody will answer it any more."""
        while self._certificates:
            self._certificates.popitem()[1].rejectCertificate()
        while self._identities:
            self._identities.popitem()[1].selectNone()


def _certificate_name(certificate: QSslCertificate) -> str:
    name = QSslCertificate.SubjectInfo.CommonName
    owner, issuer = certificate.subjectInfo(name), certificate.issuerInfo(name)
    return f"{owner[0] if owner else 'no name'}, issued by {issuer[0] if issuer else 'no name'}"
