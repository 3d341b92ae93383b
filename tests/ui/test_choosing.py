"""What the person chooses in the system's file dialogs, and what leaving one does."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, answer, settle
from tests.wire.servers import Connection, serving


def test_a_folder_and_a_file_are_opened(window: MainWindow, hand: Pilot, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        (folder / "connector.rb").write_text(ACME, encoding="utf-8")
    window.show_start()
    hand.click("start.open")
    answer(hand, "openFolder", first)
    hand.wait(lambda: window.store.state.path == first / "connector.rb", "the folder to open")
    settle(window, hand)
    hand.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    answer(hand, "openFile", second / "connector.rb")
    hand.wait(lambda: window.store.state.path == second / "connector.rb", "the file to open")
    settle(window, hand)


def test_the_window_goes_on_beneath_a_dialog_and_leaving_it_changes_nothing(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    path = open_project()
    hand.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    hand.see("openFolder")
    window.store.set_value("/title", "While it is open")
    settle(window, hand)
    assert window.store.state.design.title == "While it is open"
    hand.key(Qt.Key.Key_Escape)
    hand.wait(lambda: not hand.sees("openFolder"), "the dialog to close")
    assert window.store.state.path == path


def test_the_folder_of_a_new_connector_is_written_into_its_form(
    window: MainWindow, hand: Pilot, tmp_path: Path
) -> None:
    folder = tmp_path / "harbor-crm"
    folder.mkdir()
    window.show_start()
    hand.click("start.new")
    hand.click("start.new.choose")
    answer(hand, "newFolder", folder)
    assert hand.see("start.new.folder", QLineEdit).text() == str(folder)
    assert hand.see("start.new.title", QLineEdit).text() == "Harbor Crm"


def test_a_reply_is_saved_as_the_bytes_that_came(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path
) -> None:
    body = b'{"name" :  "Bj\xc3\xb6rn"}\n'

    def play(connection: Connection) -> None:
        while connection.request():
            connection.reply(body, "200 OK", "Content-Type: application/json")

    with serving(play) as server:
        open_project(ACME.replace("https://api.acme.example/v2/", f"{server.origin}/"))
        hand.click("rail.console")
        hand.type_into("consoleUrl", "me")
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the reply")
        settle(window, hand)
    file = tmp_path / "reply.json"
    hand.click("replySave")
    answer(hand, "replyFile", file)
    hand.wait(file.exists, "the file")
    settle(window, hand)
    assert file.read_bytes() == body
