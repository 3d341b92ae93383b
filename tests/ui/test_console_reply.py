"""The reply's faces: a tree that folds and finds, pictures and pages, where it came over. By clicks and keys."""

from __future__ import annotations

import gzip
import json
import time

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTextBrowser, QTreeWidget, QWidget

from designer.ui.pilot import Pilot
from designer.ui.widgets.code import CodeView
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle
from tests.wire.servers import Connection, serving

SOURCE = """\
{
  title: 'T',
  connection: {
    authorization: { type: 'none' },
    base_uri: lambda { |_connection| '%s/' }
  }
}
"""


def received(window: MainWindow, open_project: Open, hand: Pilot, body: bytes, kind: str, *headers: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(body, "200 OK", f"Content-Type: {kind}", *headers)

    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "x")
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)


def test_a_tree_folds_finds_and_gives_the_way(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    data = {"items": [{"id": n, "name": f"name-{n}", "token": "hidden-token"} for n in range(3000)], "last": True}
    received(window, open_project, hand, json.dumps(data).encode(), "application/json")
    hand.click("replyFace.tree")
    settle(window, hand)
    tree = hand.see("replyTree.view", QTreeWidget)
    top = tree.topLevelItem(0)
    assert top is not None
    assert [top.child(at).text(0) for at in range(top.childCount())] == ["items", "last"]  # type: ignore[union-attr]
    hand.type_into("replyTree.search", "name-2345")
    hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: tree.currentItem() is not None and "name-2345" in tree.currentItem().text(1), "the hit")
    hand.click("replyPath")
    assert QGuiApplication.clipboard().text() == "['items'][2345]['name']"
    siblings = tree.currentItem().parent()
    assert siblings is not None
    shown = {siblings.child(at).text(0): siblings.child(at).text(1) for at in range(3)}  # type: ignore[union-attr]
    assert shown["token"] == '"•••"'
    hand.type_into("replyTree.search", "nowhere")
    hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: hand.see("replyTree.said", QLabel).text() == "not found", "the search to end")


def test_xml_folds_finds_and_gives_the_way(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    items = "".join(f'<item id="i{n}"><name>name-{n}</name><token>hidden-token</token></item>' for n in range(3000))
    page = f"<?xml version='1.0'?><list count='3000'>{items}<last/></list>".encode()
    received(window, open_project, hand, page, "application/xml")
    hand.click("replyFace.tree")
    settle(window, hand)
    tree = hand.see("replyTree.view", QTreeWidget)
    top = tree.topLevelItem(0)
    assert top is not None and top.text(0) == "list"
    assert [top.child(at).text(0) for at in range(2)] == ["@count", "item"]  # type: ignore[union-attr]
    hand.type_into("replyTree.search", "name-2345")
    hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: tree.currentItem() is not None and "name-2345" in tree.currentItem().text(1), "the hit")
    hand.click("replyPath")
    assert QGuiApplication.clipboard().text() == "['list'][0]['item'][2345]['name'][0]['content!']"
    item = tree.currentItem().parent()
    assert item is not None
    assert [item.child(at).text(0) for at in range(3)] == ["@id", "name", "token"]  # type: ignore[union-attr]
    assert item.child(2).text(1) == '"•••"'  # type: ignore[union-attr]
    hand.click("replyTree.fold")
    assert not top.isExpanded()


def test_a_reply_is_asked_for_as_xml(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b"<r><id>1</id></r>", "200 OK", "Content-Type: application/xml")

    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "x")
        hand.click("consoleParts.headers")
        hand.choose("consoleReply", "XML")
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
    outcome = window.store.state.runs[-1].outcome
    assert (outcome.error, outcome.result) == (None, {"r": [{"id": [{"content!": "1"}]}]})
    assert b"Accept: application/xml" in server.received[0]


def test_a_picture_is_drawn(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0x3457D5)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    received(window, open_project, hand, bytes(buffer.data().data()), "image/png")
    hand.click("replyFace.preview")
    settle(window, hand)
    assert hand.see("preview.picture", QLabel).accessibleName() == "Picture, 30 by 20 pixels"


def test_a_page_is_drawn_without_loading_anything(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    asked: list[bytes] = []

    def spy(connection: Connection) -> None:
        asked.append(connection.request())
        connection.reply()

    with serving(spy) as other:
        page = f'<h1>Sorry</h1><img src="{other.origin}/p.png"><script>document.title="ran"</script>'
        page += f'<link rel="stylesheet" href="{other.origin}/s.css"><a href="{other.origin}/a">go</a>'
        received(window, open_project, hand, page.encode(), "text/html")
        hand.click("replyFace.preview")
        settle(window, hand)
        view = hand.see("preview.page", QTextBrowser)
        assert "Sorry" in view.toPlainText() and "ran" not in view.toPlainText()
        hand.settle(200)
    assert asked == []


def test_a_long_reply_is_cut_and_says_so(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    received(window, open_project, hand, b"x" * 300_000, "text/plain")
    text = hand.see("replyBody", CodeView).toPlainText()
    assert "the beginning of 300.0 kB" in text and len(text) < 140_000
    assert max(map(len, text.split("\n"))) <= 1000


def test_a_reply_that_was_cut_off_is_shown_as_far_as_it_came(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(
            b"HTTP/1.1 503 Down\r\nContent-Type: application/json\r\nX-Trace: 7\r\nSet-Cookie: sid=s3cret-cookie\r\n"
            b'Content-Length: 900\r\n\r\n{"why": "maintenance", "access_token": "s3cret-token", "more'
        )

    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "x")
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
        hand.wait(lambda: hand.sees("replyBody"), "what came")
        assert hand.see("reply.about", QLabel).text().startswith("cut off · application/json · ")
        shown = hand.see("replyBody", CodeView).toPlainText()
        assert '"why": "maintenance"' in shown and shown.endswith('"more') and "s3cret" not in shown
        hand.click("replyFace.headers")
        shown = hand.see("replyBody", CodeView).toPlainText()
        assert "X-Trace: 7" in shown and "s3cret" not in shown
        assert not hand.see("replyFace.detect").isEnabled()
        told = [one.accessibleName() for one in window.findChildren(QWidget) if one.objectName() == "step.note"]
        assert told == ["Sent once more: Net::HTTP repeats a GET whose connection broke"]
        hand.type_into("consoleUrl", "y")
        with serving(lambda connection: (connection.request(), connection.reply(b"{}"))) as other:  # type: ignore[arg-type]
            hand.type_into("consoleUrl", f"{other.origin}/y")
            hand.click("consoleSend")
            hand.wait(lambda: len(window.store.state.runs) > 1, "the second run to end")
            settle(window, hand)
        assert not hand.see("reply.about", QLabel).text().startswith("cut off")
        assert hand.see("replyFace.detect").isEnabled()


def test_what_the_reply_came_over_is_told(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    received(window, open_project, hand, b"{}", "application/json")
    hand.click("replyFace.route")
    text = hand.see("replyBody", CodeView).toPlainText()
    assert text.startswith("protocol: HTTP/1.1\nconnection: new\n")
    assert "address: 127.0.0.1:" in text and "DNS: " in text
    assert "first byte after: " in text and "total: " in text


def test_what_detect_on_sees_is_a_face_of_the_reply(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    source = SOURCE.replace(
        "{ type: 'none' }", "{ type: 'custom_auth', acquire: lambda { |_c| {} }, detect_on: [/gone/] }"
    )

    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b'{"ok": true}', "200 OK", "Content-Type: application/json")

    with serving(play) as server:
        open_project(source % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "x")
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
    hand.click("replyFace.detect")
    settle(window, hand)
    text = hand.see("replyBody", CodeView).toPlainText()
    said = " ".join(text.partition("\n\n")[0].split())
    assert said == "The reply counts as a success: no entry of detect_on recognises it."
    assert "detect_on[0]  /gone/  ✗ recognises nothing" in text
    assert '{"ok"=>true}' in text


def test_the_reply_says_what_the_server_said_and_shows_secrets_while_the_eye_is_held(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    said = '{"code":"RATE_LIMITED","key":"customers/123","next_page_token":"CAEQAhoMcGFnZTIwMjY","api_key":"LIVE-1234"}'
    received(window, open_project, hand, said.encode(), "application/json")
    view = hand.see("replyBody", CodeView)
    hidden = said.replace("LIVE-1234", "•••")
    assert json.loads(view.toPlainText()) == json.loads(hidden)
    eye = hand.see("replyReveal")
    hand.reach(eye)
    middle = eye.rect().center()
    QTest.mousePress(eye, Qt.MouseButton.LeftButton, pos=middle)
    assert json.loads(view.toPlainText()) == json.loads(said)
    QTest.mouseRelease(eye, Qt.MouseButton.LeftButton, pos=middle)
    assert json.loads(view.toPlainText()) == json.loads(hidden)
    hand.click("replyFace.tree")
    settle(window, hand)
    top = hand.see("replyTree.view", QTreeWidget).topLevelItem(0)
    assert top is not None
    eye.setFocus()
    QTest.keyPress(eye, Qt.Key.Key_Space)
    assert [top.child(at).text(1) for at in (0, 3)] == ['"RATE_LIMITED"', '"LIVE-1234"']  # type: ignore[union-attr]
    QTest.keyRelease(eye, Qt.Key.Key_Space)
    assert [top.child(at).text(1) for at in (0, 3)] == ['"RATE_LIMITED"', '"•••"']  # type: ignore[union-attr]
    hand.click("replyFace.hex")
    settle(window, hand)
    QTest.mousePress(eye, Qt.MouseButton.LeftButton, pos=middle)
    settle(window, hand)
    assert "LIVE-1234" in "".join(line[-16:] for line in view.toPlainText().split("\n"))
    QTest.mouseRelease(eye, Qt.MouseButton.LeftButton, pos=middle)
    settle(window, hand)
    assert view.toPlainText().startswith("Secrets in the body are masked.") and "LIVE-1" not in view.toPlainText()


def test_what_is_left_out_of_a_branch_is_a_row_that_brings_it(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    received(window, open_project, hand, json.dumps(list(range(100_000, 103_000))).encode(), "application/json")
    hand.click("replyFace.tree")
    settle(window, hand)
    tree = hand.see("replyTree.view", QTreeWidget)
    top = tree.topLevelItem(0)
    assert top is not None

    def rows() -> list[str]:
        return [top.child(at).text(0) for at in range(top.childCount())]

    assert rows() == [*map(str, range(200)), "… more than 200"]
    hand.type_into("replyTree.search", "102345")
    hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: tree.currentItem() is not None and tree.currentItem().text(0) == "2345", "the hit")
    settle(window, hand)
    gap = rows().index("… 2,045 left out")
    assert rows() == [*map(str, range(200)), "… 2,045 left out", *map(str, range(2245, 2445)), "… more than 2,445"]
    tree.setFocus()
    tree.setCurrentItem(top.child(gap))
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert rows()[:401] == [*map(str, range(400)), "… 1,845 left out"]
    tree.setCurrentItem(top.child(top.childCount() - 1))
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert rows()[-2:] == ["2644", "… more than 2,645"]


def test_all_of_a_long_reply_is_there_in_parts(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    lines = "".join(f"{n:07} of a long text, token=secret-token-{n:07}\n" for n in range(5000))
    received(window, open_project, hand, lines.encode(), "text/plain")
    hand.click("replyFace.raw")
    settle(window, hand)
    seen: list[str] = []
    said = hand.see("replyParts.said", QLabel)
    for part in range(4):
        assert f"bytes {part * 64_000:,} to" in said.text() and said.text().startswith("of 4 parts")
        seen.append(hand.see("replyBody", CodeView).toPlainText())
        if part < 3:
            hand.click("replyParts.on")
            settle(window, hand)
    text = "".join(seen)
    assert all(f"{n:07} of a long" in text.replace("\n", "") for n in range(0, 5000, 7))
    assert "secret-token" not in text
    hand.type_into("replyParts.number", "2")
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert hand.see("replyBody", CodeView).toPlainText() == seen[1]
    hand.click("replyFace.hex")
    settle(window, hand)
    assert said.text().startswith(f"of {-(-len(lines) // 8192)} parts · bytes 0 to 8,191")


def test_a_reply_in_another_charset_is_read_as_it_says(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    body = json.dumps({"name": "größer"}, ensure_ascii=False).encode("latin-1")
    received(window, open_project, hand, body, "application/json; charset=ISO-8859-1")
    assert '"größer"' in hand.see("replyBody", CodeView).toPlainText()
    hand.click("replyFace.tree")
    settle(window, hand)
    top = hand.see("replyTree.view", QTreeWidget).topLevelItem(0)
    assert top is not None and top.child(0).text(1) == '"größer"'  # type: ignore[union-attr]


def test_a_reply_that_never_ends_is_cancelled_while_it_comes(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    sent = 0

    def play(connection: Connection) -> None:
        nonlocal sent
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            connection.send(b"x" * 50_000)
            sent += 50_000
            time.sleep(0.01)

    with serving(play) as server:
        open_project(SOURCE % server.origin)
        hand.click("rail.console")
        hand.type_into("consoleUrl", "endless")
        hand.click("consoleSend")
        hand.wait(lambda: sent > 500_000, "the reply to come")
        hand.click("consoleCancel")
        hand.see("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to be kept")
        settle(window, hand)
    (run,) = window.store.state.runs
    assert run.outcome.error is not None and run.outcome.error["class"] == "Designer::Cancelled"
    assert run.outcome.exchanges[0].response is None


def test_a_reply_that_unpacks_beyond_the_limit_says_so(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    bomb = gzip.compress(bytes(70_000_000), 9)
    assert len(bomb) < 80_000

    received(window, open_project, hand, bomb, "text/plain", "Content-Encoding: gzip")
    (run,) = window.store.state.runs
    assert run.outcome.error is not None
    assert run.outcome.error["message"] == "The reply is larger than the limit of 64 MB."
    said = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    assert any("larger than the limit of 64 MB" in text for text in said)


def test_a_hit_a_thousand_levels_deep_is_told_and_its_way_copied(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    received(window, open_project, hand, b"[" * 1000 + b'"hay"' + b"]" * 1000, "application/json")
    hand.click("replyFace.tree")
    settle(window, hand)
    hand.type_into("replyTree.search", "hay")
    hand.key(Qt.Key.Key_Return)
    tree = hand.see("replyTree.view", QTreeWidget)
    hand.wait(lambda: tree.currentItem() is not None, "the way to be opened")
    settle(window, hand)
    assert hand.see("replyTree.said", QLabel).text() == "1,001 levels deep; opened as far as 200"
    hand.click("replyPath")
    assert QGuiApplication.clipboard().text() == "[0]" * 1000
