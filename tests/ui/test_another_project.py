"""What belongs to one project never gets into another. One project is opened and everything in it is changed by
clicks and keys; then another is opened, and nothing of the first may be left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItemIterator,
    QWidget,
)

from designer.ui.pages.settings import SettingsPage
from designer.ui.pilot import Pilot
from designer.ui.travels import Travel
from designer.ui.widgets.basics import ElidedLabel
from designer.ui.widgets.happened import Happened
from designer.ui.widgets.reply import Reply
from designer.ui.widgets.signed_request import SignedRequest
from designer.ui.window import MainWindow
from tests.ui.conftest import settle
from tests.wire.servers import Connection, serving

MARK = "Zebra"
"""Stands in everything that belongs to the first project, and in nothing else."""

FIRST = """\
{
  title: 'Zebra One',
  connection: {
    fields: [{ name: 'zebra_key', control_type: 'password' }],
    authorization: {
      type: 'multi',
      selected: lambda { |connection| 'zebra' },
      options: {
        zebra: {
          type: 'custom_auth',
          apply: lambda do |connection|
            headers('X-Zebra' => connection['zebra_key'], 'Authorization' => 'Bearer zebra')
          end
        }
      }
    },
    base_uri: lambda { |_connection| '%s/zebra/' }
  },
  test: lambda { |_connection| get('zebra-me') }
}
"""
SECOND = """\
{
  title: 'Two',
  connection: {
    fields: [{ name: 'key' }],
    authorization: {
      type: 'custom_auth',
      apply: lambda { |_connection| headers('X-A' => File.read('/etc/hostname')) }
    },
    base_uri: lambda { |_connection| 'http://127.0.0.1:9/' }
  },
  test: lambda { |_connection| get('me') }
}
"""
REPLY = b'{"zebra": "Zebra reply"}'

OpenIn = Callable[..., Path]


@pytest.fixture
def open_in(window: MainWindow, hand: Pilot, tmp_path: Path) -> OpenIn:
    def opened(name: str, source: str, settings: str = "") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "connector.rb").write_text(source)
        if settings:
            (folder / "settings.yaml").write_text(settings)
        window.opener.open_path(folder)
        hand.wait(lambda: window.store.state.path == folder / "connector.rb", "the project to open")
        settle(window, hand)
        return folder

    return opened


def everything(window: MainWindow) -> Iterator[tuple[str, str]]:
    """Every text of the window, shown or not, with the name of the widget that holds it."""
    yield "title", window.windowTitle()
    for widget in window.findChildren(QWidget):
        texts = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QLabel | ElidedLabel | QLineEdit):
            texts.append(widget.text())
        if isinstance(widget, QLineEdit):
            texts.append(widget.placeholderText())
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            texts.append(widget.toPlainText())
        if isinstance(widget, QComboBox):
            texts += [widget.itemText(index) for index in range(widget.count())]
        if isinstance(widget, QTreeWidget):
            for item in QTreeWidgetItemIterator(widget):
                texts += [item.value().text(column) for column in range(widget.columnCount())]
        elif isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            texts += [str(model.index(row, 0).data(Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())]
        if isinstance(widget, QMenu):
            if widget.objectName().startswith("console"):
                widget.aboutToShow.emit()
            texts += [action.text() for action in widget.actions()]
        name = widget.objectName() or type(widget).__name__
        yield from ((name, text) for text in texts if text)


def left(window: MainWindow) -> list[tuple[str, str]]:
    return [(name, text) for name, text in everything(window) if MARK.lower() in text.lower()]


def play(connection: Connection) -> None:
    while connection.request():
        connection.reply(REPLY, "200 OK", "Content-Type: application/json", "X-Zebra: 1", "Set-Cookie: zebra=1")


def test_nothing_of_a_project_is_left_when_another_is_opened(
    window: MainWindow, open_in: OpenIn, hand: Pilot, tmp_path: Path
) -> None:
    authority = tmp_path / "zebra.pem"
    authority.write_text("")
    with serving(play) as server:
        first = open_in("zebra-one", FIRST % server.origin, "zebra_key: zebra-secret\n")
        hand.wait(lambda: bool(window.store.state.credentials), "the settings to be read")
        compose_everything(hand)
        hand.click("consoleSend")
        hand.wait(lambda: len(window.store.state.runs) == 1, "the run")
        settle(window, hand)
        look_at_everything(window, hand)
        travel_differently(hand, authority)
        assert window.runner.travel == Travel(
            verify=False, client_certificate=str(authority), http2=True, timeout=7.0, redirects="stop"
        )
        hand.click("consoleMatrix")
        hand.wait(lambda: not window.runner.running, "the grid")
        hand.wait(lambda: len(window.store.state.runs) >= 1, "its runs")
        other_pages(window, hand)
        before = {name for name, _text in left(window)}
        kept = {"consoleUrl", "consoleBody", "replyBody", "explainWhich", "timelineRuns", "comparison.about"}
        assert kept <= before, f"{kept - before} show nothing of this project: this test proves nothing about them"

        open_in("two", SECOND)
        assert window.runner.travel == Travel()
        # A page out of sight catches up when it is shown.
        for page in ("timeline", "signin", "settings", "changes", "fields", "authorization", "console"):
            hand.click(f"rail.{page}")
            settle(window, hand)
        assert left(window) == []
        for name in ("consoleUnverified", "status.unverified", "consoleTravel", "matrix", "happened", "reply"):
            assert not hand.sees(name)
        for kind in (SignedRequest, Happened, Reply):
            assert window.findChild(kind) is not None
        assert window.store.state.runs == ()
        # And what is kept, sent or explained from here on is of the second alone.
        saved = save_as(window, hand, "Only mine")
        assert MARK.lower() not in saved.read_text().lower() and "body" not in saved.read_text()
        hand.click("consoleSend")
        hand.wait(lambda: len(window.store.state.runs) == 1, "the run that sends nothing")
        settle(window, hand)
        assert left(window) == []
        assert not hand.sees("explainWhich")

        # Back again: what is the first's is there, but for what is never remembered.
        open_in("zebra-one", FIRST % server.origin)
        travel = window.runner.travel
        assert travel == Travel(client_certificate=str(authority), http2=True, timeout=7.0, redirects="stop")
        assert (first / "settings.yaml").read_text() == "zebra_key: zebra-secret\n"
        assert window.store.state.runs == ()


def test_what_waits_for_the_next_run_is_not_anothers(window: MainWindow, open_in: OpenIn, hand: Pilot) -> None:
    with serving(play) as server:
        open_in("zebra-one", FIRST % server.origin, "access_token: zebra-token\n")
        hand.wait(lambda: bool(window.store.state.credentials), "the settings to be read")
        hand.click("rail.console")
        hand.click("inspector.token")
        hand.click("drillError")
        hand.see("drillWaits")
        open_in("two", FIRST.replace("zebra", "plain").replace("Zebra", "Plain") % server.origin)
        hand.click("rail.console")
        hand.click("consoleSend")
        hand.wait(lambda: len(window.store.state.runs) == 1, "the run")
        (exchange,) = window.store.state.runs[0].outcome.exchanges
        assert exchange.response.body == REPLY, "a drill of the first project answered the second"


def test_what_was_said_of_a_project_goes_with_it(window: MainWindow, open_in: OpenIn) -> None:
    open_in("zebra-one", FIRST % "http://127.0.0.1:9")
    window.context.messages.say("error", "Zebra failed.")
    window.context.messages.done("Zebra done.")
    open_in("two", SECOND)
    shown = [text for name, text in everything(window) if name == "toast.text"]
    assert shown == []


# The steps


def compose_everything(hand: Pilot) -> None:
    hand.click("rail.console")
    hand.choose("consoleVerb", "POST")
    hand.type_into("consoleUrl", "zebra/contacts")
    hand.click("consoleParts.query")
    hand.type_into("consoleQuery.0.name", "zebra_query")
    hand.type_into("consoleQuery.0.value", "zebra")
    hand.click("consoleParts.headers")
    hand.type_into("consoleHeaders.0.name", "X-Zebra-Own")
    hand.type_into("consoleHeaders.0.value", "zebra")
    hand.choose("consoleReply", "Raw text")
    hand.click("consoleParts.body")
    hand.type_into("consoleBody", '{"zebra": "{{zebra_key}}"}')


def travel_differently(hand: Pilot, authority: Path) -> None:
    hand.click("consoleParts.travel")
    hand.type_into("travelClient", str(authority))
    hand.type_into("travelTimeout", "7")
    hand.choose("travelRedirects", "ignore_redirection")
    hand.click("travelHttp2")
    hand.click("travelVerify")
    hand.see("consoleUnverified")


def look_at_everything(window: MainWindow, hand: Pilot) -> None:
    hand.click("wireLine.Authorization")
    hand.click("requestFace.raw")
    hand.click("replyFace.tree")
    hand.type_into("replyTree.search", "zebra")
    hand.click("replyFace.body")
    hand.click("happenedTest")
    hand.click("testNot")
    hand.menu("consoleSaved", "Save this request")
    hand.type_into("consoleSaveName", "Zebra request")
    hand.click("consoleSaveNow")
    settle(window, hand)
    hand.click("requestFace.table")


def other_pages(window: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    before = len(window.store.state.runs)
    hand.click("consoleTest")
    hand.wait(lambda: len(window.store.state.runs) > before, "the test")
    settle(window, hand)
    hand.click("rail.timeline")
    hand.choose("timelineCompare", "zebra")
    hand.see("comparison.first")
    hand.click("rail.settings")
    settle(window, hand)
    assert window.findChild(SettingsPage) is not None
    hand.type_into("settingsNewName", "zebra_not_added")
    hand.click("rail.signin")
    hand.type_into("redirectUrl", "http://127.0.0.1:9/zebra")
    hand.click("rail.fields")
    settle(window, hand)
    hand.click("rail.console")


def save_as(window: MainWindow, hand: Pilot, name: str) -> Path:
    hand.click("rail.console")
    hand.menu("consoleSaved", "Save this request")
    hand.type_into("consoleSaveName", name)
    hand.click("consoleSaveNow")
    settle(window, hand)
    assert window.store.state.path is not None
    return window.store.state.path.parent / "requests" / f"{name}.json"
