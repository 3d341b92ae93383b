"""How requests travel, for each project by itself: what one connector may do is never another's to inherit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from designer.ui.state import State
from designer.ui.store import Store
from designer.wire.proxy import ProxyError, read_proxy

__all__ = ["REDIRECTS", "Travel", "Travels", "seconds_of"]

REDIRECTS = {"": "as the SDK does", "follow": "as with follow_redirection", "stop": "as with ignore_redirection"}
_EVERYWHERE = "travel/system_proxy"
"""The system's proxy is a fact about the computer: alone of all this it holds for every project."""


@dataclass(frozen=True, slots=True)
class Travel:
    """The person's choices for the real transport. ``redirects`` is "follow", "stop", or "" for the SDK's own rule;
    the code's word comes first. ``timeout`` in seconds, None for the platform's own. ``proxy`` is a
    URL; its password, if it has one, and ``client_passphrase`` are never kept beyond the session."""

    proxy: str = field(default="", repr=False)
    system_proxy: bool = False
    verify: bool = True
    ca_file: str = ""
    client_certificate: str = ""
    http2: bool = False
    timeout: float | None = None
    redirects: str = ""
    client_passphrase: str = field(default="", repr=False)
    client_key: str = ""

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
            said.append(f"redirects {REDIRECTS[self.redirects]}")
        return " · ".join(said)


class Travels(QObject):
    """``now`` holds for the project in sight; ``changed`` tells of it, also when another project is opened.

    A project's choices are kept under its folder (under the connector's file where that is not called connector.rb).
    An exception from verification is kept nowhere: it ends when another project is opened, or with the window.
    """

    changed = Signal(object)

    def __init__(self, settings: QSettings, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._store = store
        self._session: dict[str, Travel] = {}
        """What was chosen in this window: a proxy's password and a key's passphrase are here alone."""
        # Earlier versions kept one set of choices for whatever was opened next.
        for name in (one.name for one in fields(Travel) if one.name != "system_proxy"):
            settings.remove(f"travel/{name}")
        self.now = self._of(store.state)
        store.opened.connect(self._opened)

    def choose(self, travel: Travel) -> None:
        """Use ``travel`` for the project in sight, and keep of it what may be kept."""
        key = _key_of(self._store.state.path)
        self._settings.setValue(_EVERYWHERE, str(travel.system_proxy))
        if key:
            self._session[key] = travel
            for name, text in _kept(travel).items():
                place = f"projects/{key}/travel/{name}"
                if text:
                    self._settings.setValue(place, text)
                else:
                    self._settings.remove(place)
        self.now = travel
        self.changed.emit(travel)

    def carry(self, source: Path | None, target: Path) -> None:
        """Let the choices for the connector at ``source`` hold for the copy of it at ``target`` too, before that is
        opened. What it already has of its own stays its own."""
        old, new = _key_of(source), _key_of(target)
        if not old or old == new or self._kept_of(new) or new in self._session:
            return
        for name, text in self._kept_of(old).items():
            self._settings.setValue(f"projects/{new}/travel/{name}", text)
        if old in self._session:
            self._session[new] = self._session[old]

    def _kept_of(self, key: str) -> dict[str, str]:
        """What is on disk for a project, by name."""
        found = {name: str(self._settings.value(f"projects/{key}/travel/{name}", "")) for name in _kept(Travel())}
        return {name: text for name, text in found.items() if text}

    def _opened(self) -> None:
        self.now = self._of(self._store.state)
        self.changed.emit(self.now)

    def _of(self, state: State) -> Travel:
        key = _key_of(state.path)
        system = str(self._settings.value(_EVERYWHERE, "False")) == "True"
        if key in self._session:
            return replace(self._session[key], verify=True, system_proxy=system)
        if not key:
            return Travel(system_proxy=system)

        known = self._kept_of(key)

        def kept(name: str) -> str:
            return known.get(name, "")

        return Travel(
            proxy=proxy if _usable(proxy := kept("proxy")) else "",
            system_proxy=system,
            ca_file=kept("ca_file"),
            client_certificate=kept("client_certificate"),
            client_key=kept("client_key"),
            http2=kept("http2") == "True",
            timeout=seconds_of(kept("timeout")),
            redirects=redirects if (redirects := kept("redirects")) in REDIRECTS else "",
        )


def seconds_of(text: str) -> float | None:
    """A time-out as it is typed; None for what is none."""
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        return None
    return seconds if 0 < seconds <= 3600 else None


def _kept(travel: Travel) -> Mapping[str, str]:
    """What goes on disk, "" for what is as usual."""
    return {
        "proxy": travel.proxy if _usable(travel.proxy) and "@" not in travel.proxy else "",
        "ca_file": travel.ca_file,
        "client_certificate": travel.client_certificate,
        "client_key": travel.client_key,
        "http2": "True" if travel.http2 else "",
        "timeout": "" if travel.timeout is None else f"{travel.timeout:g}",
        "redirects": travel.redirects,
    }


def _key_of(path: Path | None) -> str:
    """Names a connector's project among the settings, "" for one that has no place yet. A path itself would be read as
    groups."""
    if path is None:
        return ""
    path = path.resolve()
    named = path.parent if path.name == "connector.rb" else path
    return hashlib.sha256(str(named).encode("utf-8", "surrogateescape")).hexdigest()[:20]


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
