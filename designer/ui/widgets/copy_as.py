"""The menu that takes a request out of the window: as cURL, raw HTTP, Ruby, HAR or a report."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from designer import __version__
from designer.ui.runner import Run, redirects_of, transport_options
from designer.ui.widgets.basics import bound
from designer.wire import WireRequest
from designer.wire.outgoing import (
    AS_SENT,
    Masked,
    Variables,
    Way,
    curl,
    curl_with_notes,
    har,
    raw,
    ruby,
    ticket,
    way_of,
)
from designer.wire.run_secrets import met_secrets

__all__ = ["CopyAs", "base_of"]

_TO_RUN = "cURL, with $VARIABLES for secrets"
_AS_SENT = "cURL, as sent, with secrets"
_Form = Callable[[WireRequest, Run], str]


class CopyAs(QObject):
    """``menu`` offers the forms."""

    copied = Signal(str, str)
    """What was copied, and what to know of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._request: WireRequest | None = None
        self._run: Run | None = None
        self._typed = ""
        self.menu = QMenu(parent)
        self.menu.setObjectName("copyAs.menu")
        self._entry(_TO_RUN, _curl_to_run)
        self._entry(_AS_SENT, _curl_as_sent)
        self._entry("cURL, with dots for secrets, to be shown", _curl_masked)
        self._entry("cURL for the Windows prompt, with dots for secrets", partial(_curl_masked, windows=True))
        self._entry("cURL for the Windows prompt, as sent, with secrets", partial(_curl_as_sent, windows=True))
        self.menu.addSeparator()
        self._entry("Raw HTTP, without secrets", lambda request, run: raw(request, Masked(run.masks)))
        self._entry("Raw HTTP, as sent, with secrets", lambda request, _run: raw(request, AS_SENT))
        self._entry("Ruby, secrets read from the connection", self._ruby)
        self.menu.addSeparator()
        self._entry("HAR of the whole run, without secrets", _har).setObjectName("copyAs.har")
        self._entry("HAR of the whole run, as sent, with secrets", _har_as_sent).setObjectName("copyAs.harAsSent")
        self._entry("Report for a ticket, without secrets", _ticket)

    def show_request(self, request: WireRequest, run: Run, typed: str = "") -> None:
        """``typed`` is the URL as it was asked for; where it is relative, the Ruby call stays relative."""
        self._request, self._run, self._typed = request, run, typed
        # Looked up each time: PySide may drop the wrapper of an action that a menu owns.
        for action in self.menu.actions():
            if action.objectName().startswith("copyAs.har"):
                action.setEnabled(bool(run.outcome.exchanges))

    def forget(self) -> None:
        self._request, self._run, self._typed = None, None, ""

    def copy_curl(self, *, whole: bool) -> None:
        """To the clipboard as cURL that can be run: with variables for secrets, or where it is ``whole`` with them."""
        if whole:
            self._copy(_AS_SENT, _curl_as_sent)
        else:
            self._copy(_TO_RUN, _curl_to_run)

    def _entry(self, title: str, form: _Form) -> QAction:
        action = self.menu.addAction(title)
        action.triggered.connect(bound(self._copy, title, form))
        return action

    def _copy(self, title: str, form: _Form) -> None:
        if self._request is None or self._run is None:
            return
        QGuiApplication.clipboard().setText(form(self._request, self._run))
        notes = _notes(self._request, self._run) if title == _TO_RUN else []
        self.copied.emit(f"Copied: {title}.", "".join(f"{note}.\n" for note in notes).rstrip())

    def _ruby(self, request: WireRequest, run: Run) -> str:
        return ruby(request, _variables(request, run), base_uri=base_of(request.url, self._typed))


def base_of(url: str, typed: str) -> str | None:
    """The base URI that turned the relative URL ``typed`` into ``url``; None where there was none, or none is seen."""
    if not typed or urlsplit(typed).scheme:
        return None
    path, whole = typed.partition("?")[0].lstrip("/"), url.partition("?")[0]
    return whole.removesuffix(path) if path and whole.endswith(f"/{path}") else None


def _variables(request: WireRequest, run: Run) -> Variables:
    settings = {**run.settings, **(run.outcome.settings_after or {})}
    return Variables(request, settings, run.source, met_secrets(run.outcome, run.args))


def _way(request: WireRequest, run: Run) -> Way:
    options, redirects = transport_options(run.travel), redirects_of(run.travel)
    return way_of(request, run.outcome.exchanges, options, redirects, os.environ)


def _curl_masked(request: WireRequest, run: Run, *, windows: bool = False) -> str:
    return curl(request, Masked(run.masks), windows=windows, way=_way(request, run))


def _curl_as_sent(request: WireRequest, run: Run, *, windows: bool = False) -> str:
    return curl(request, windows=windows, way=_way(request, run))


def _notes(request: WireRequest, run: Run) -> list[str]:
    return curl_with_notes(request, _variables(request, run), way=_way(request, run))[0]


def _curl_to_run(request: WireRequest, run: Run) -> str:
    return curl(request, _variables(request, run), way=_way(request, run))


def _har(_request: WireRequest, run: Run) -> str:
    hide = Masked(run.masks)
    return har(run.outcome.exchanges, lambda _one: hide, started=run.started, version=__version__)


def _har_as_sent(_request: WireRequest, run: Run) -> str:
    return har(run.outcome.exchanges, started=run.started, version=__version__)


def _ticket(_request: WireRequest, run: Run) -> str:
    return ticket(run.outcome, run.masks, title=run.title, started=run.started, source=run.source, version=__version__)
