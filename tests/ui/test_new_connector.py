"""Making a connector in the window: from the start page, the menu, the palette, and where a folder holds none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle, text


def _opened(window: MainWindow, hand: Pilot, connector: Path) -> None:
    hand.wait(lambda: window.store.state.path == connector, "the new connector to open")
    settle(window, hand)


def test_the_start_page_makes_a_connector_of_a_kind(window: MainWindow, hand: Pilot, tmp_path: Path) -> None:
    folder = tmp_path / "harbor-crm"
    window.show_start()
    hand.click("start.new")
    assert not hand.see("start.new.make").isEnabled()
    hand.type_into("start.new.folder", str(folder))
    assert hand.see("start.new.title", QLineEdit).text() == "Harbor Crm"
    hand.type_into("start.new.title", "Harbor's CRM")
    hand.choose("start.new.kind", "with PKCE")
    hand.click("start.new.make")
    _opened(window, hand, folder / "connector.rb")
    state = window.store.state
    assert state.design.authorization is not None
    assert (state.design.authorization.kind, window.current_page) == ("oauth2_pkce", "authorization")
    assert "title: 'Harbor\\'s CRM'" in text(window)
    assert not state.edited
    assert (folder / "spec/connection_spec.rb").is_file()
    assert window.opener.recent == [folder]


def test_half_a_path_begins_at_home_and_is_shown_whole(
    window: MainWindow, hand: Pilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    window.show_start()
    hand.click("start.new")
    card = hand.see("start.new.card")

    def told() -> list[str]:
        return [one.text() for one in card.findChildren(QLabel) if one.text().startswith("Becomes ")]

    for typed in ("work/acme", "~/work/acme"):
        hand.type_into("start.new.folder", typed)
        assert told() == [f"Becomes {tmp_path / 'work/acme'}"]
    hand.type_into("start.new.folder", str(tmp_path / "x"))
    assert told() == []
    hand.type_into("start.new.folder", "work/acme")
    hand.click("start.new.make")
    _opened(window, hand, tmp_path / "work/acme/connector.rb")


def test_an_empty_folder_offers_to_make_one_there(window: MainWindow, hand: Pilot, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "README.md").write_text("mine", encoding="utf-8")
    window.opener.open_path(folder)
    hand.click("start.make")
    assert hand.see("start.new.folder", QLineEdit).text() == str(folder)
    hand.click("start.new.make")
    _opened(window, hand, folder / "connector.rb")
    assert window.store.state.design.authorization is None, "it is decided later, on the page in sight"
    assert hand.sees("authorization.choose.basic")
    assert (folder / "README.md").read_text(encoding="utf-8") == "mine"


def test_beside_an_open_connector_and_never_over_one(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    before = path.read_bytes()
    hand.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    hand.type_into("start.new.folder", str(path.parent))
    hand.click("start.new.make")
    card = hand.see("start.new.card")
    hand.wait(lambda: any("already" in one.text() for one in card.findChildren(QLabel)), "the refusal")
    assert path.read_bytes() == before
    hand.click("start.new.cancel")
    assert hand.sees("project")
    empty = path.parent.parent / "other"
    empty.mkdir()
    window.opener.open_path(empty)
    hand.click("banner.make")
    hand.click("start.new.make")
    _opened(window, hand, empty / "connector.rb")
    assert path.read_bytes() == before


def test_the_palette_offers_it(open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("search")
    hand.type_into("palette.search", "new connector")
    hand.key(Qt.Key.Key_Return)
    assert hand.see("start.new.folder").hasFocus()
