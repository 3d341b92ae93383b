"""How requests travel: proxy, TLS, HTTP version and time-out, in sight and at hand beside the request."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.ui.choosing import choose_file
from designer.ui.travels import REDIRECTS, Travel, Travels, seconds_of
from designer.ui.widgets.basics import bound, column, label, row, show_if, tool_button
from designer.ui.widgets.inputs import CheckBox, Choice, LineEdit, SecretEdit
from designer.wire.proxy import apart, together

__all__ = ["TravelEdit"]

_NO_TIME = "That is no number of seconds up to 3,600: requests wait as usual."
_PEM = "Certificates and keys (*.pem *.crt *.cer *.key *.p12 *.pfx);;All files (*)"


class TravelEdit(QWidget):
    """Shows the choices for the project in sight; each change holds at once."""

    def __init__(self, travels: Travels) -> None:
        super().__init__()
        self.setObjectName("travel")
        self._travels = travels
        self._typing = False
        self._proxy = LineEdit("travelProxy", "http://host:port, empty for none", code=True)
        self._login = SecretEdit("travelProxyLogin", "user:password, where it wants them; kept until the window closes")
        self._proxy.editingFinished.connect(self._hide_login)
        everywhere = "Use the system's proxy where none is given (on this computer, for every project)"
        self._system = CheckBox("travelSystemProxy", everywhere)
        self._verify = CheckBox("travelVerify", "Verify the server's certificate")
        self._ca = LineEdit("travelCa", "PEM file of a private authority", code=True)
        self._client = LineEdit(
            "travelClient", "PEM file with certificate and key, or .p12, for servers that ask", code=True
        )
        self._key = LineEdit("travelKey", "PEM file of its key, where that stands apart", code=True)
        self._phrase = SecretEdit("travelPassphrase", "Where the key has one; kept until the window closes")
        self._http2 = CheckBox("travelHttp2", "Offer HTTP/2 (the platform speaks HTTP/1.1)")
        self._timeout = LineEdit("travelTimeout", "40 for requests, 30 for tokens", code=True)
        self._redirects = Choice(
            "travelRedirects", [(value, f"{words[0].upper()}{words[1:]}") for value, words in REDIRECTS.items()]
        )
        self._redirects.setAccessibleName("Redirects")
        self._redirects.setFixedWidth(240)
        self._redirects.edited.connect(lambda _value: self._edited())
        lines = (
            ("Proxy", self._proxy, None),
            ("Its login", self._login, None),
            ("Extra authority", self._ca, "travelCaFile"),
            ("Client certificate", self._client, "travelClientFile"),
            ("Its key", self._key, "travelKeyFile"),
            ("Key's passphrase", self._phrase, None),
            ("Seconds to wait", self._timeout, None),
        )
        box = column(spacing=6)
        for title, line, chooser in lines:
            line.setAccessibleName(title)
            name = label(title, "secondary")
            name.setFixedWidth(130)
            held: QHBoxLayout = row(name, line)
            if chooser is not None:
                held.addWidget(tool_button("file", chooser, f"Choose the file: {title}…", bound(self._choose, line)))
            box.addLayout(held)
            line.edited.connect(lambda _text: self._edited())
        self._no_time = label(_NO_TIME, "warning", wrap=True, name="travelNoTime")
        self._no_time.setContentsMargins(138, 0, 0, 0)
        self._no_time.hide()
        box.addWidget(self._no_time)
        name = label("Redirects", "secondary")
        name.setFixedWidth(130)
        box.addLayout(row(name, self._redirects, None))
        for check in (self._system, self._verify, self._http2):
            check.edited.connect(lambda _state: self._edited())
            box.addWidget(check)
        about = (
            "The SDK follows GET and HEAD for 301, 302 and 307, turns anything into GET for 303, ten hops at most. "
            "What the code says of redirects comes first. All of this holds for this project alone, and nothing of it "
            "goes into the connector."
        )
        box.addWidget(label(about, "secondary", wrap=True))
        self.setLayout(box)
        travels.changed.connect(self._show)
        self._show(travels.now)

    def choose_authority(self) -> None:
        """Ask for the file of an authority to trust."""
        self._choose(self._ca)

    def choose_client_certificate(self) -> None:
        """Ask for the file with the certificate and its key."""
        self._choose(self._client)

    def ask_passphrase(self) -> None:
        """Have the passphrase typed."""
        self._phrase.setFocus()
        self._phrase.selectAll()

    def _show(self, now: Travel) -> None:
        if self._typing:
            return
        address, login = apart(now.proxy)
        self._proxy.show_text(address)
        self._login.show_text(login)
        self._system.show_state(now.system_proxy)
        self._verify.show_state(now.verify)
        self._ca.show_text(now.ca_file)
        self._client.show_text(now.client_certificate)
        self._key.show_text(now.client_key)
        self._phrase.show_text(now.client_passphrase)
        self._http2.show_state(now.http2)
        self._redirects.show_value(now.redirects)
        self._timeout.show_text("" if now.timeout is None else f"{now.timeout:g}")
        self._no_time.hide()

    def _hide_login(self) -> None:
        """User and password that were typed into the address go where they are shown as dots."""
        address, login = apart(self._proxy.text().strip())
        if login:
            self._proxy.setText(address)
            self._login.setText(login)

    def _choose(self, line: LineEdit) -> None:
        def chosen(file: Path) -> None:
            line.setText(str(file))
            self._edited()

        choose_file(self, "travelFile", "Choose a file", chosen, kinds=_PEM)

    def _edited(self) -> None:
        seconds = seconds_of(self._timeout.text())
        show_if(self._no_time, seconds is None and bool(self._timeout.text().strip()))
        made = Travel(
            together(self._proxy.text().strip(), self._login.text()),
            self._system.isChecked(),
            self._verify.isChecked(),
            self._ca.text().strip(),
            self._client.text().strip(),
            self._http2.isChecked(),
            seconds,
            self._redirects.value,
            self._phrase.text(),
            self._key.text().strip(),
        )
        self._typing = True
        try:
            self._travels.choose(made)
        finally:
            self._typing = False
