"""The browser session's home: off the record, or in a folder of one connection's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "linux" and os.geteuid() == 0:
    # Chromium refuses its sandbox to root and ends the whole process; must be set before the first profile.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from PySide6.QtNetwork import QSsl, QSslCertificate, QSslKey
from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineProfileBuilder, QWebEngineSettings

from designer.errors import UserError

__all__ = ["add_certificate", "make_profile"]

_DENIED = (
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.JavascriptCanPaste,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
)


def make_profile(keep_in: Path | None) -> QWebEngineProfile:
    """A profile for one sign-in: off the record, unless ``keep_in`` names the folder in which cookies and storage stay.

    Raises ``UserError`` where that folder is in use by another window.
    """
    profile = QWebEngineProfile() if keep_in is None else _kept(keep_in)
    for attribute in _DENIED:
        profile.settings().setAttribute(attribute, False)
    return profile


def add_certificate(profile: QWebEngineProfile, certificate: str, key: str) -> None:
    """Hold a client certificate and its key (both PEM) for this session.

    Raises ``UserError`` where they are none, or where the key needs a passphrase.
    """
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
    profile.clientCertificateStore().add(read, private)


def _kept(folder: Path) -> QWebEngineProfile:
    builder = QWebEngineProfileBuilder()
    builder.setPersistentStoragePath(str(folder))
    builder.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    builder.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.ForcePersistentCookies)
    builder.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.StoreInMemory)
    made = builder.createProfile(folder.name)
    if made is None:
        raise UserError("The kept browser session is in use already.", "Close the other window of this connection.")
    return made
