"""Addresses as they are shown and compared: encoded, with the host as DNS knows it, so that letters that look like
others, or turn the text around, do not show."""

from __future__ import annotations

from PySide6.QtCore import QUrl

__all__ = ["encoded", "host", "place"]

_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded


def encoded(url: QUrl) -> str:
    return url.toString(_ENCODED)


def host(url: QUrl) -> str:
    return url.host(_ENCODED)


def place(url: QUrl) -> str:
    """Scheme, host and port alone."""
    port = f":{url.port()}" if url.port() != -1 else ""
    return f"{url.scheme()}://{host(url)}{port}"
