"""A window on a project of its own, driven by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget

from designer import app as composition
from designer.ui.pilot import Pilot
from designer.ui.theme import Mode, Theme
from designer.ui.window import MainWindow

ACME = """\
# Acme CRM: contacts and deals.
{
  title: 'Acme CRM',

  connection: {
    fields: [
      {
        name: 'environment',
        control_type: 'select',
        options: [['Production', 'live'], ['Sandbox', 'sandbox']],
        default: 'live',
        optional: false
      },
      {
        name: 'client_id',
        label: 'Client ID',
        hint: 'Settings > API > <b>OAuth apps</b>',
        optional: false
      },
      {
        name: 'client_secret',
        label: 'Client secret', # from the same page
        optional: true
      }
    ],

    authorization: {
      type: 'api_key',

      apply: lambda do |connection|
        headers('X-Api-Key' => connection['client_secret'])
      end
    },

    base_uri: lambda do |connection|
      'https://api.acme.example/v2/'
    end
  },

  test: lambda do |_connection|
    get('me')
  end
}
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning out of Qt fails the test it appears in; what the offscreen platform says of itself does not count."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return composition.make_application(["tests"])


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Mode.LIGHT)


@pytest.fixture
def bare_window(qapp: QApplication, theme: Theme, tmp_path: Path) -> Iterator[MainWindow]:
    """An empty window; its state, copies and settings live in this test's own folder."""
    theme.set_mode(Mode.LIGHT)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = composition.build(qapp, settings, theme=theme, state_folder=tmp_path / "state")
    made.resize(1440, 900)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    qapp.processEvents()


@pytest.fixture
def window(qapp: QApplication, bare_window: MainWindow) -> Iterator[MainWindow]:
    """The same, watched for what opens as a window of its own by mistake. The watcher sees each event of Qt, which
    costs time: benchmarks take the bare one."""
    strays = _Strays(bare_window)
    qapp.installEventFilter(strays)
    yield bare_window
    qapp.removeEventFilter(strays)
    assert not strays.seen, f"opened as windows of their own: {strays.seen}"


class _Strays(QObject):
    """Widgets that flash up as windows of their own because they were shown before they had a parent."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched is not self._window:
            plain = watched.windowType() in (Qt.WindowType.Window, Qt.WindowType.Widget)
            if watched.isWindow() and plain:
                self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def hand(window: MainWindow) -> Pilot:
    return Pilot(window)


Open = Callable[..., Path]


@pytest.fixture
def open_project(window: MainWindow, hand: Pilot, tmp_path: Path) -> Open:
    """Open a project with this text, wait until it is in sight and checked, and give back its connector file."""

    def opened(source: str | bytes = ACME) -> Path:
        folder = tmp_path / "acme-crm"
        folder.mkdir(exist_ok=True)
        path = folder / "connector.rb"
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        window.opener.open_path(folder)
        hand.wait(lambda: window.store.state.path == path, "the project to open")
        settle(window, hand)
        return path

    return opened


def answer(hand: Pilot, dialog: str, path: Path) -> None:
    """Type a path into the file dialog called ``dialog`` and press Enter."""
    hand.see(dialog)
    hand.type_into("fileNameEdit", str(path))
    hand.key(Qt.Key.Key_Return)
    # A completer's list may take the first.
    if hand.sees(dialog):
        hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: not hand.sees(dialog), "the dialog to close")


def settle(window: MainWindow, hand: Pilot) -> None:
    """Wait until checks have caught up with the text and nothing runs."""
    hand.settle(20)
    hand.wait(
        lambda: window.store.state.checked is window.store.state.document and window.context.jobs.idle,
        "checks and jobs to end",
    )
    hand.settle(20)


def text(window: MainWindow) -> str:
    return window.store.state.document.source.decode()
