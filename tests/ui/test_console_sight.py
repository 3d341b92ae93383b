"""What is in sight of the console during a send and after it, with nobody scrolling."""

from __future__ import annotations

import json
import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from designer.ui.pilot import Pilot
from designer.ui.theme import Mode
from designer.ui.widgets.badge import Badge
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle
from tests.wire.servers import Connection, serving

SOURCE = """\
{
  title: 'T',
  connection: {
    authorization: {
      type: 'api_key',
      apply: lambda { |_connection| headers('X-A' => 'a', 'X-B' => 'b', 'X-C' => 'c', 'X-D' => 'd') }
    },
    base_uri: lambda { |_connection| '%s/' }
  }
}
"""
LONG = json.dumps({"rows": [{"id": number, "name": f"row {number}"} for number in range(60)]}).encode()
SIZES = pytest.mark.parametrize("width, height", [(1200, 800), (1000, 700)])
KEYS = pytest.mark.parametrize("part", ["url", "body"])


def lines(window: MainWindow) -> str:
    label = window.findChild(QLabel, "consoleLine.words")
    assert isinstance(label, QLabel)
    return label.text()


def in_sight(widget: QWidget, pixels: int) -> bool:
    """Whether the first ``pixels`` of ``widget`` can be seen where it is, whole."""
    shown = widget.visibleRegion().boundingRect()
    return shown.top() == 0 and shown.height() >= min(pixels, widget.height())


def play(connection: Connection) -> None:
    connection.request()
    connection.reply(LONG, "200 OK", "Content-Type: application/json", "Connection: close")


def received_rows(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    """After a send from the URL, with a long reply."""
    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "rows")
        hand.key(Qt.Key.Key_Return)
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)


@SIZES
@KEYS
def test_the_reply_is_in_sight_after_a_send_and_the_focus_stays(
    window: MainWindow, open_project: Open, hand: Pilot, width: int, height: int, part: str
) -> None:
    window.resize(width, height)
    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "rows")
        modifier = Qt.KeyboardModifier.NoModifier
        if part == "body":
            hand.choose("consoleVerb", "POST")
            hand.click("consoleParts.body")
            hand.type_into("consoleBody", "{}")
            modifier = Qt.KeyboardModifier.ControlModifier
        focused = QApplication.focusWidget()
        hand.key(Qt.Key.Key_Return, modifier)
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
    assert QApplication.focusWidget() is focused
    reply = hand.see("reply")
    hand.wait(lambda: in_sight(reply.findChild(Badge), 20), "the status to be in sight")
    body = hand.see("replyBody", QPlainTextEdit)
    assert '"rows"' in body.toPlainText()
    hand.wait(lambda: in_sight(body, 200), "the body to be in sight")
    for name in ("consoleUrl", "consoleSend", "consoleLine"):
        assert in_sight(hand.see(name), 34)
    assert hand.see("consoleLine").findChild(Badge).text == "200" and lines(window).startswith("OK · ")
    if part == "body":
        hand.type(" ")
        assert in_sight(hand.see("consoleBody"), 60), "what is typed into is in sight"


def test_a_click_on_send_leaves_the_focus_where_one_types(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "rows")
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
        hand.type("?a=1")
        assert hand.see("consoleUrl", QLineEdit).text() == "rows?a=1"
        hand.key(Qt.Key.Key_Return)
        hand.wait(lambda: len(window.store.state.runs) == 2, "the second run to end")


def test_the_request_is_a_click_away_and_stays_where_one_scrolled_to(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    window.resize(1000, 700)
    received_rows(window, open_project, hand)
    assert not in_sight(hand.see("wireLine.GET"), 30)
    hand.click("consoleTo.request")
    assert in_sight(hand.see("wireLine.GET"), 30)
    hand.click("requestFace.raw")
    settle(window, hand)
    assert in_sight(hand.see("requestRaw"), 60)
    hand.click("consoleTo.reply")
    assert in_sight(hand.see("replyBody"), 200)


def test_why_there_is_no_reply_is_in_sight(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    window.resize(1000, 700)
    with serving(lambda connection: connection.request()) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "rows")
        hand.key(Qt.Key.Key_Return)
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
    hand.wait(lambda: in_sight(hand.see("happened"), 100), "what happened to be in sight")
    assert hand.see("consoleLine").findChild(Badge).text == "no reply"


def test_what_is_no_reply_to_the_request_above_it_says_whose_it_is(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    with serving(play) as server:
        test = "  },\n  test: lambda { |_connection| get('me') }\n}\n"
        open_project((SOURCE % server.origin).removesuffix("  }\n}\n") + test)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "rows")
        hand.click("consoleTest")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
    assert lines(window).startswith("Connected: the test passed · OK · ")


def test_that_a_send_was_cancelled_is_in_sight(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    window.resize(1200, 800)
    asked = threading.Event()

    def silent(connection: Connection) -> None:
        connection.request()
        asked.set()
        connection.until_gone()

    with serving(silent) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "rows")
        hand.key(Qt.Key.Key_Return)
        assert asked.wait(10)
        hand.key(Qt.Key.Key_Escape)
        hand.wait(lambda: bool(window.store.state.runs), "the run to be kept")
        settle(window, hand)
    hand.wait(lambda: in_sight(hand.see("consoleNotice"), 40), "that it was cancelled to be in sight")
    assert hand.see("consoleLine").findChild(Badge).text == "cancelled"


def test_a_long_reply_is_read_and_reached_by_keys(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    """All of its card is in sight; Page Down turns it from the URL; the way there takes the focus along."""
    window.resize(1200, 800)
    received_rows(window, open_project, hand)
    reply, body = hand.see("reply"), hand.see("replyBody", QPlainTextEdit)
    hand.wait(lambda: in_sight(reply, reply.height()), "all of the reply to be in sight")
    assert body.height() >= 200
    hand.key(Qt.Key.Key_PageDown)
    turned = body.verticalScrollBar().value()
    assert turned > 0 and QApplication.focusWidget() is hand.see("consoleUrl")
    hand.key(Qt.Key.Key_PageUp)
    assert body.verticalScrollBar().value() < turned
    for _ in range(20):
        hand.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is not None and focused.objectName() == "consoleTo.request":
            break
    hand.key(Qt.Key.Key_Space)
    focused = QApplication.focusWidget()
    assert focused is not None and hand.see("signedRequest").isAncestorOf(focused)


def test_where_a_request_goes_can_be_read(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    window.resize(1200, 800)
    open_project(SOURCE % "http://127.0.0.1:9")
    hand.click("rail.console")
    hand.type_into("consoleUrl", "contacts/by-name?limit=100")
    resolved = hand.see("consoleResolved", QLabel)
    hand.wait(lambda: resolved.text().endswith("limit=100"), "the URL to be resolved")
    assert resolved.fontMetrics().horizontalAdvance(resolved.text()) <= resolved.width()


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_while_sending_what_has_come_is_said_and_the_former_reply_is_veiled(
    window: MainWindow, open_project: Open, hand: Pilot, mode: Mode
) -> None:
    window.context.theme.set_mode(mode)
    window.resize(1200, 800)
    goes_on = threading.Event()

    def slowly(connection: Connection) -> None:
        connection.request()
        connection.reply(b'{"former":1}', "200 OK", "Content-Type: application/json", "Connection: close")

    def piece_by_piece(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000000\r\n\r\n")
        connection.send(b"x" * 2_000_000)
        goes_on.wait(20)
        connection.send(b"x" * 3_000_000)

    turns = iter((slowly, piece_by_piece))
    with serving(lambda connection: next(turns)(connection)) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "former")
        hand.key(Qt.Key.Key_Return)
        hand.wait(lambda: bool(window.store.state.runs), "the first run to end")
        settle(window, hand)
        before = brightness_range(hand.see("replyBody"))
        hand.key(Qt.Key.Key_Return)
        assert hand.sees("consoleVeil")
        hand.wait(lambda: "2.0 MB of 5.0 MB so far" in lines(window), "what has come to be said")
        assert lines(window).startswith("Sending…")
        assert "200" not in hand.see("consoleLine").findChild(Badge).text or not in_sight(
            hand.see("consoleLine").findChild(Badge), 1
        )
        assert in_sight(hand.see("consoleCancel"), 20)
        assert hand.see("consoleLine").isAncestorOf(hand.see("consoleCancel"))
        assert brightness_range(hand.see("replyBody")) < before / 2
        goes_on.set()
        hand.wait(lambda: len(window.store.state.runs) == 2, "the second run to end")
        settle(window, hand)
    assert not hand.sees("consoleVeil")
    assert not hand.sees("consoleCancel")
    assert "5.0 MB" in lines(window)
    window.context.theme.set_mode(Mode.LIGHT)


def brightness_range(widget: QWidget) -> int:
    """How far the darkest and the brightest pixel of ``widget`` are apart, as the window shows it."""
    window = widget.window()
    corner = widget.mapTo(window, QPoint(0, 0))
    image = window.grab().toImage()
    shown = widget.visibleRegion().boundingRect()
    levels = [
        image.pixelColor(corner.x() + x, corner.y() + y).lightness()
        for x in range(4, min(shown.width(), 200))
        for y in range(4, min(shown.height(), 60))
    ]
    return max(levels) - min(levels)


def test_a_former_reply_is_not_clicked_while_the_next_is_sent(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    """And is gone where the next does not come."""
    asked = threading.Event()

    def first(connection: Connection) -> None:
        connection.request()
        connection.reply(LONG, "200 OK", "Content-Type: application/json", "Connection: close")

    def silent(connection: Connection) -> None:
        connection.request()
        asked.set()
        connection.until_gone()

    turns = iter((first, silent))
    with serving(lambda connection: next(turns)(connection)) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "former")
        hand.key(Qt.Key.Key_Return)
        hand.wait(lambda: bool(window.store.state.runs), "the first run to end")
        settle(window, hand)
        hand.key(Qt.Key.Key_Return)
        assert asked.wait(10)
        face = hand.see("replyFace.raw")
        assert face.window().childAt(face.mapTo(face.window(), face.rect().center())) is hand.see("consoleVeil")
        hand.click("consoleCancel")
        hand.wait(lambda: len(window.store.state.runs) == 2, "the second run to be kept")
        settle(window, hand)
    assert not hand.sees("reply")
    assert not hand.sees("consoleVeil")


def test_opening_a_part_of_the_request_brings_it_into_sight(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    window.resize(1000, 700)
    received_rows(window, open_project, hand)
    area = next(one for one in window.findChildren(QScrollArea) if one.isAncestorOf(hand.see("reply")))
    assert area.verticalScrollBar().value() > 0
    hand.click("consoleParts.headers")
    assert in_sight(hand.see("consoleHeaders"), 30)
