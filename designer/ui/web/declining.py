"""The one thing Qt lets C++ do here and PySide does not: to give no credentials.

Qt takes an authenticator that is null for "none"; any other is sent, an untouched one as an empty name and password,
and ``clear()`` leaves it not null. C++ writes ``*authenticator = QAuthenticator()``; PySide has no counterpart to that
assignment. So what it would do is done by hand: the authenticator's one member, a pointer to its data (``d``, shared
with nobody at this moment), becomes null. The data is not freed; that is a realm's length a question.
"""

from __future__ import annotations

import ctypes

import shiboken6
from PySide6.QtNetwork import QAuthenticator

__all__ = ["decline"]


def decline(authenticator: QAuthenticator) -> None:
    """Make it null, so that no credentials are given."""
    (address,) = shiboken6.getCppPointer(authenticator)
    ctypes.c_void_p.from_address(address).value = None
    assert authenticator.isNull(), "Qt keeps its authenticator's data elsewhere than it did"
