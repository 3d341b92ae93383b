"""What a person meets in the first minutes: which credentials are in use, where a request goes, what is missing."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from designer.ui.pilot import Pilot
from designer.ui.rail import fitting
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text


def test_the_top_bar_names_the_settings_file(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    shown = hand.see("credentials", QComboBox)
    assert shown.currentText() == "Not saved"
    hand.click("rail.settings")
    hand.type_into("setting.client_id", "ours")
    hand.click("settingsSave")
    hand.wait(lambda: shown.currentText() == "settings.yaml", "the file's name after saving")
    settle(window, hand)
    window.opener.open_path(path.parent)
    settle(window, hand)
    assert shown.currentText() == "settings.yaml"


def test_a_path_that_leaves_the_base_path_behind_is_told(open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.console")
    assert not hand.see("consoleUrl", QLineEdit).placeholderText().startswith("/")
    hand.type_into("consoleUrl", "/me")
    assert "without the slash" in hand.see("consolePathLost", QLabel).text()
    assert hand.see("consoleResolved", QLabel).text() == "resolves to https://api.acme.example/me"
    hand.type_into("consoleUrl", "me")
    hand.wait(lambda: not hand.sees("consolePathLost"), "the warning to go")
    assert hand.see("consoleResolved", QLabel).text() == "resolves to https://api.acme.example/v2/me"


def test_a_missing_test_leads_to_its_page(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(ACME.partition(",\n\n  test:")[0] + "\n}\n")
    hand.click("rail.console")
    hand.click("consoleTest")
    hand.click("console.go-test")
    assert window.current_page == "test"


@pytest.mark.parametrize(
    ("words", "room", "shown"),
    [
        ("OAuth 2.0 · PKCE", 16, "OAuth 2.0 · PKCE"),
        ("OAuth 2.0 · PKCE", 15, "PKCE"),
        ("OAuth 2.0 · client", 8, "client"),
        ("API key", 3, "API key"),
    ],
)
def test_the_rail_keeps_what_tells_kinds_apart(words: str, room: int, shown: str) -> None:
    assert fitting(words, len, room) == shown


def test_a_choice_takes_nothing_away_from_a_broken_file(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(ACME.replace("{\n  title:", "{{{{\n  title:", 1))
    before = text(window)
    hand.click("rail.authorization")
    hand.click("authorization.choose.api_key")
    settle(window, hand)
    assert text(window) == before
    posted = window.context.messages.last
    assert posted is not None and "cannot be read" in posted.text
