"""The condition of a field in rows: built by clicks and keys, its text beside it, and text where rows cannot say it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text

FIELDS = ACME.replace(
    "        name: 'client_id',",
    "        name: 'legacy',\n        control_type: 'checkbox'\n      },\n      {\n        name: 'client_id',",
)


def condition(window: MainWindow, name: str = "client_secret") -> object:
    return next(one for one in window.store.state.design.fields if one.name == name).attributes.get("ngIf")


def test_a_compound_condition_is_built_by_clicks(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(FIELDS)
    hand.click_row("fields.list", "client_secret")
    assert not hand.sees("field.condition")
    hand.click("field.ngIf.build")
    hand.click("field.condition.add")
    assert condition(window) == 'input.environment == "live"'
    hand.choose("field.condition.1.value", "Sandbox")
    hand.click("field.condition.add")
    assert condition(window) == 'input.environment == "sandbox" && input.legacy == "true"'
    hand.choose("field.condition.2.join", "or")
    hand.click("field.condition.add")
    hand.choose("field.condition.3.test", "is not")
    hand.type_into("field.condition.3.value", 'a "b"')
    written = 'input.environment == "sandbox" || input.legacy == "true" && input.client_id != "a \\"b\\""'
    assert condition(window) == written
    assert hand.see("field.ngIf", QLineEdit).text() == written
    settle(window, hand)
    assert hand.sees("preview-below.client_secret") is False
    hand.choose("preview-below.environment", "Sandbox")
    settle(window, hand)
    assert hand.sees("preview-below.client_secret")
    hand.click("field.condition.2.remove")
    assert condition(window) == 'input.environment == "sandbox" && input.client_id != "a \\"b\\""'
    hand.click("field.condition.clear")
    assert condition(window) is None


def test_one_undo_takes_a_row_back(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(FIELDS)
    hand.click_row("fields.list", "client_secret")
    hand.click("field.ngIf.build")
    hand.click("field.condition.add")
    settle(window, hand)
    window.store.undo()
    settle(window, hand)
    assert text(window) == FIELDS
    assert not hand.sees("field.condition.1.field")
    assert hand.sees("field.condition.word")


def test_the_keyboard_keeps_its_place_in_the_rows(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(FIELDS)
    hand.click_row("fields.list", "client_secret")
    hand.click("field.ngIf.build")
    hand.see("field.condition.add").setFocus()
    hand.key(Qt.Key.Key_Space)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "field.condition.1.field"
    hand.key(Qt.Key.Key_Down)
    assert condition(window) == 'input.legacy == "true"'
    hand.key(Qt.Key.Key_Tab)
    hand.key(Qt.Key.Key_Down)
    assert condition(window) == 'input.legacy != "true"'
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "field.condition.1.test"


def test_a_condition_opens_in_rows_and_stays_as_written_until_one_is_changed(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    written = "input['environment']=='live'||input.client_id"
    source = ACME.replace("label: 'Client secret',", f"label: 'Client secret', ngIf: \"{written}\",")
    open_project(source)
    hand.click_row("fields.list", "client_secret")
    settle(window, hand)
    assert hand.see("field.condition.2.join").property("currentText") == "or"
    assert hand.see("field.condition.2.test").property("currentText") == "is true"
    assert text(window) == source
    hand.choose("field.condition.2.test", "is filled in")
    assert condition(window) == 'input.environment == "live" || input.client_id != ""'


def test_what_rows_cannot_say_opens_as_text(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    grouped = "(input.environment == 'live' || input.client_id) && input.client_id != 'x'"
    source = ACME.replace("label: 'Client secret',", f"label: 'Client secret', ngIf: \"{grouped}\",")
    open_project(source)
    hand.click_row("fields.list", "client_secret")
    settle(window, hand)
    assert not hand.sees("field.condition")
    assert hand.see("field.ngIf", QLineEdit).text() == grouped
    hand.click("field.ngIf.build")
    assert "parentheses" in hand.see("field.condition.word").property("text")
    assert not hand.see("field.condition.add").isEnabled()
    assert text(window) == source
    hand.type_into("field.ngIf", "input.environment ==")
    assert "too early" in hand.see("field.condition.word").property("text")
    assert not hand.sees("field.condition.1.field")
    hand.type(' "live"')
    assert hand.see("field.condition.1.value").property("currentText") == "Production"
