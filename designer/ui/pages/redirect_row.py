"""Which redirect URL the sign-in uses: those of the platform, of this machine, or one that is written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from designer.oauth.redirect import RedirectChoice, choice_of, choices
from designer.ui.messages import Messages
from designer.ui.widgets.basics import button, label, row
from designer.ui.widgets.inputs import Choice

__all__ = ["RedirectRow"]


class RedirectRow(QWidget):
    """``note`` says what to register with the provider; who lays the page out gives it a place."""

    changed = Signal()

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        known = [(c.name, c.url or c.title) for c in choices() if c.name != "other"]
        self._url = Choice("redirectUrl", known, editable=True)
        self._url.setAccessibleName("Redirect URL")
        self._first = known[0][0]
        self._url.show_value(self._first)
        self._url.activated.connect(lambda _index: self._chosen())
        self._url.edited.connect(lambda _text: self._say())
        self.note = label("", "secondary", wrap=True, name="redirectNote")
        copy = button("Copy", "redirectCopy", self._copy)
        box = row(label("Redirect URL", "secondary"), self._url, copy)
        box.setContentsMargins(0, 0, 0, 0)
        self.setLayout(box)
        self.show_host()
        self._say()

    @property
    def choice(self) -> RedirectChoice:
        return choice_of(self._url.value)

    def forget(self) -> None:
        """Another connector: the platform's first, as at the start."""
        self._url.show_value(self._first)
        self._chosen()

    def show_host(self) -> None:
        """The host is what tells redirect URLs apart, so that end stays in sight."""
        if (line := self._url.lineEdit()) is not None:
            line.setCursorPosition(0)

    def _chosen(self) -> None:
        self.show_host()
        self._say()

    def _say(self) -> None:
        choice = self.choice
        caught = " Here it is caught before it leaves your machine." if choice.kind in ("platform", "cli") else ""
        self.note.setText(choice.note + caught)
        self.changed.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.choice.redirect_uri)
        self._messages.done("Redirect URL copied.")
