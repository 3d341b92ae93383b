"""How requests travel: proxy, TLS, HTTP version and time-out, in sight and at hand beside the request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.ui.choosing import choose_file
from designer.ui.widgets.basics import bound, column, label, row, tool_button
from designer.ui.widgets.inputs import CheckBox, Choice, LineEdit
from designer.wire.proxy import ProxyError, read_proxy

__all__ = ["Travel", "TravelEdit", "load_travel"]

_REDIRECTS = {"": "as the SDK does", "follow": "as with follow_redirection", "stop": "as with ignore_redirection"}
_PEM = "PEM files (*.pem *.crt *.cer);;All files (*)"


@dataclass(frozen=True, slots=True)
class Travel:
    """The person's choices for the real transport. ``redirects`` is "follow", "stop", or "" for the SDK's own rule;
    the code's word comes first. ``timeout`` in seconds, None for the platform's own; ``proxy`` is a
    URL whose password, if it has one, is never kept beyond the session."""

    proxy: str = ""
    system_proxy: bool = False
    verify: bool = True
    ca_file: str = ""
    client_certificate: str = ""
    http2: bool = False
    timeout: float | None = None
    redirects: str = ""

    @property
    def words(self) -> str:
        """What differs from the usual, "" where nothing does."""
        said = []
        if self.proxy:
            said.append(_proxy_words(self.proxy))
        elif self.system_proxy:
            said.append("system proxy")
        if not self.verify:
            said.append("TLS not verified")
        if self.ca_file:
            said.append(f"trusts {Path(self.ca_file).name}")
        if self.client_certificate:
            said.append(f"shows {Path(self.client_certificate).name}")
        if self.http2:
            said.append("HTTP/2")
        if self.timeout is not None:
            said.append(f"gives up after {self.timeout:g} s")
        if self.redirects:
            said.append(f"redirects {_REDIRECTS[self.redirects]}")
        return " · ".join(said)


def load_travel(settings: QSettings) -> Travel:
    """The choices as they were kept."""

    def flag(name: str, usual: bool) -> bool:
        return str(settings.value(f"travel/{name}", str(usual))).lower() == "true"

    proxy = str(settings.value("travel/proxy", ""))
    return Travel(
        proxy if _usable(proxy) else "",
        flag("system_proxy", False),
        True,  # an exception from verification ends with the session
        str(settings.value("travel/ca_file", "")),
        str(settings.value("travel/client_certificate", "")),
        flag("http2", False),
        _seconds(str(settings.value("travel/timeout", ""))),
        redirects if (redirects := str(settings.value("travel/redirects", ""))) in _REDIRECTS else "",
    )


class TravelEdit(QWidget):
    """``changed`` carries the ``Travel`` of the form, which is kept at once."""

    changed = Signal(object)

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("travel")
        self._settings = settings
        self.travel = load_travel(settings)
        self._proxy = LineEdit("travelProxy", "http://host:port, empty for none", code=True)
        self._system = CheckBox("travelSystemProxy", "Use the system's proxy where none is given")
        self._verify = CheckBox("travelVerify", "Verify the server's certificate")
        self._ca = LineEdit("travelCa", "PEM file of a private authority", code=True)
        self._client = LineEdit("travelClient", "PEM file with certificate and key, for servers that ask", code=True)
        self._http2 = CheckBox("travelHttp2", "Offer HTTP/2 (the platform speaks HTTP/1.1)")
        self._timeout = LineEdit("travelTimeout", "40 for requests, 30 for tokens", code=True)
        self._redirects = Choice(
            "travelRedirects", [(value, f"{words[0].upper()}{words[1:]}") for value, words in _REDIRECTS.items()]
        )
        self._redirects.setAccessibleName("Redirects")
        self._redirects.setFixedWidth(240)
        self._redirects.edited.connect(lambda _value: self._edited())
        lines = (
            ("Proxy", self._proxy, None),
            ("Extra authority", self._ca, "travelCaFile"),
            ("Client certificate", self._client, "travelClientFile"),
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
        name = label("Redirects", "secondary")
        name.setFixedWidth(130)
        box.addLayout(row(name, self._redirects, None))
        for check in (self._system, self._verify, self._http2):
            check.edited.connect(lambda _state: self._edited())
            box.addWidget(check)
        about = (
            "The SDK follows GET and HEAD for 301, 302 and 307, turns anything into GET for 303, ten hops at most. "
            "What the code says of redirects comes first. Nothing set here goes into the connector."
        )
        box.addWidget(label(about, "secondary", wrap=True))
        self.setLayout(box)
        self._show()

    def _show(self) -> None:
        now = self.travel
        self._proxy.show_text(now.proxy)
        self._system.show_state(now.system_proxy)
        self._verify.show_state(now.verify)
        self._ca.show_text(now.ca_file)
        self._client.show_text(now.client_certificate)
        self._http2.show_state(now.http2)
        self._redirects.show_value(now.redirects)
        self._timeout.show_text("" if now.timeout is None else f"{now.timeout:g}")

    def _choose(self, line: LineEdit) -> None:
        def chosen(file: Path) -> None:
            line.setText(str(file))
            self._edited()

        choose_file(self, "travelFile", "Choose a PEM file", chosen, kinds=_PEM)

    def _edited(self) -> None:
        self.travel = Travel(
            self._proxy.text().strip(),
            self._system.isChecked(),
            self._verify.isChecked(),
            self._ca.text().strip(),
            self._client.text().strip(),
            self._http2.isChecked(),
            _seconds(self._timeout.text()),
            self._redirects.value,
        )
        kept = {
            "proxy": self.travel.proxy if _usable(self.travel.proxy) and "@" not in self.travel.proxy else "",
            "system_proxy": str(self.travel.system_proxy),
            "ca_file": self.travel.ca_file,
            "client_certificate": self.travel.client_certificate,
            "http2": str(self.travel.http2),
            "redirects": self.travel.redirects,
            "timeout": "" if self.travel.timeout is None else f"{self.travel.timeout:g}",
        }
        for name, value in kept.items():
            self._settings.setValue(f"travel/{name}", value)
        self.changed.emit(self.travel)


def _usable(proxy: str) -> bool:
    try:
        read_proxy(proxy)
    except ProxyError:
        return False
    return True


def _proxy_words(proxy: str) -> str:
    try:
        return f"proxy {read_proxy(proxy).address}"
    except ProxyError as error:
        # It stays in use as it is, so that nothing goes out past a proxy somebody wanted.
        return f"no request goes out: {str(error).rstrip('.')[0].lower()}{str(error).rstrip('.')[1:]}"


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        return None
    return seconds if 0 < seconds <= 3600 else None
