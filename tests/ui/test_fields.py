"""Fields are added, edited, ordered, renamed, removed by clicks and keys; the text follows, and nothing else of it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.ui.pilot import Pilot
from designer.ui.widgets.rows import RowList
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def names(window: MainWindow) -> list[str]:
    return [one.name for one in window.store.state.design.fields]


def test_adding_a_field_puts_the_cursor_into_its_name(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("fields.add")
    settle(window, hand)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "field.name"
    QTest.keyClicks(focused, "region")
    settle(window, hand)
    assert names(window) == ["environment", "client_id", "client_secret", "region"]
    added = text(window).replace(
        "},\n      {\n        name: 'region',\n        label: 'Region',\n        optional: false\n      }", "}"
    )
    assert added == ACME
    hand.type_into("field.label", "Where it runs")
    hand.type_into("field.name", "zone")
    assert "name: 'zone',\n        label: 'Where it runs'" in text(window), "a label of its own stays"


def test_a_label_is_edited_letter_by_letter_and_undone_at_once(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    hand.click_row("fields.list", "client_id")
    hand.type_into("field.label", "Key of the app")
    assert text(window) == ACME.replace("'Client ID'", "'Key of the app'")
    hand.key(Qt.Key.Key_Z, CTRL)
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == ACME
    hand.key(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert text(window) != ACME


def test_attributes_come_and_go(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_secret")
    hand.choose("field.control_type", "Password")
    hand.click("field.optional")
    hand.type_into("field.hint", "Below the <b>ID</b>")
    assert (
        "label: 'Client secret', # from the same page\n"
        "        optional: false,\n"
        "        control_type: 'password',\n"
        "        hint: 'Below the <b>ID</b>'\n" in text(window)
    )
    hand.type_into("field.hint", "x")
    hand.key(Qt.Key.Key_Backspace)
    hand.choose("field.control_type", "Text")
    assert "hint: 'Below" not in text(window)
    assert "control_type: 'password'" not in text(window)


def test_fields_are_ordered_by_keyboard_and_by_drop(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_secret")
    hand.key(Qt.Key.Key_Up, ALT)
    hand.key(Qt.Key.Key_Up, ALT)
    assert names(window) == ["client_secret", "environment", "client_id"]
    hand.see("fields.list", RowList).moved.emit("/connection/fields/0", 2)
    assert names(window) == ["environment", "client_id", "client_secret"]
    assert "label: 'Client secret', # from the same page" in text(window)
    window.store.undo()
    window.store.undo()
    window.store.undo()
    assert text(window) == ACME


def test_a_dropped_row_lands_between_the_rows_it_is_dropped_on(open_project: Open, hand: Pilot) -> None:
    open_project()
    rows = hand.see("fields.list", RowList)
    upper = [rows.visualItemRect(rows.item(index)).center() - QPoint(0, 8) for index in range(3)]
    lower = [rows.visualItemRect(rows.item(index)).center() + QPoint(0, 8) for index in range(3)]
    assert [rows.target_of(0, at) for at in upper] == [0, 0, 1]
    assert [rows.target_of(0, at) for at in lower] == [0, 1, 2]
    assert [rows.target_of(2, at) for at in upper] == [0, 1, 2]
    assert rows.target_of(0, QPoint(10, 2000)) == 2


def test_removing_says_so_and_offers_the_way_back(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_id")
    hand.click("field.remove")
    assert names(window) == ["environment", "client_secret"]
    hand.click("toast.action")
    assert text(window) == ACME


def test_renaming_a_field_that_is_read_renames_its_uses(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_secret")
    settle(window, hand)
    hand.type_into("field.name", "api_token")
    assert "name: 'client_secret'" in text(window), "only when the name is complete"
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert text(window) == ACME.replace("'client_secret'", "'api_token'")
    window.store.undo()
    assert text(window) == ACME


def test_a_name_that_is_taken_is_refused_in_place(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_secret")
    settle(window, hand)
    hand.type_into("field.name", "client_id")
    hand.key(Qt.Key.Key_Return)
    assert text(window) == ACME
    assert window.context.messages.last is not None
    assert "client_id" in window.context.messages.last.text


def test_a_click_on_a_row_shows_what_is_wrong_with_it(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    window.resize(1100, 700)
    hand.click_row("fields.list", "client_secret")
    settle(window, hand)
    hand.click("field.more")
    notice = hand.see("problem.secret-not-masked")
    assert notice.visibleRegion().isEmpty(), "scrolled away, or this shows nothing"
    hand.click_row("fields.list", "client_secret")
    assert notice.visibleRegion().boundingRect() == notice.rect()


def test_options_are_filled_from_a_spreadsheet(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "environment")
    QApplication.clipboard().setText("Live\tlive\nTest\ttest\nLocal\tlocal\n")
    table = hand.see("field.options.table")
    table.setFocus()
    hand.key(Qt.Key.Key_V, CTRL)
    assert window.store.state.design.fields[0].attributes["options"] == [
        ["Live", "live"],
        ["Test", "test"],
        ["Local", "local"],
    ]
    hand.click("field.options.remove")
    options = window.store.state.design.fields[0].attributes["options"]
    assert isinstance(options, list)
    assert len(options) == 2


def test_a_condition_is_built_from_the_other_fields(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_id")
    hand.type_into("field.ngIf", 'input.environment == "live"')
    settle(window, hand)
    assert window.store.state.design.fields[1].attributes["ngIf"] == 'input.environment == "live"'
    assert hand.sees("preview-below.client_id")
    hand.choose("preview-below.environment", "Sandbox")
    settle(window, hand)
    assert not hand.sees("preview-below.client_id")
    hand.type_into("field.ngIf", "input.environment ==")
    settle(window, hand)
    assert hand.see("field.ngIf").property("invalid") == "true"


def test_the_fix_of_a_problem_is_a_button_beside_it(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_secret")
    settle(window, hand)
    hand.click("fix.secret-not-masked")
    settle(window, hand)
    assert window.store.state.design.fields[2].attributes["control_type"] == "password"
    assert not hand.sees("problem.secret-not-masked")
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == ACME


def test_presets_bring_only_what_is_missing(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.menu("fields.presets", "User name and password")
    settle(window, hand)
    assert names(window)[-2:] == ["username", "password"]
    before = text(window)
    hand.menu("fields.presets", "User name and password")
    assert text(window) == before


def test_typed_credentials_never_enter_the_file(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.type_into("preview-below.client_id", "acme-7f3a")
    assert window.store.state.credentials["client_id"] == "acme-7f3a"
    assert text(window) == ACME


def test_a_field_inside_a_field_opens_and_leads_back(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_id")
    hand.click("field.more")
    hand.click("field.add-toggle")
    settle(window, hand)
    assert window.store.state.focus == "/connection/fields/1/toggle_field"
    hand.type_into("field.label", "By hand")
    toggle = window.store.state.document.find("/connection/fields/1/toggle_field/label")
    assert toggle is not None
    assert toggle.value == "By hand"
    hand.click("field.back")
    assert window.store.state.focus == "/connection/fields/1"


def test_a_connector_without_fields_says_what_to_do(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project("{\n  title: 'Bare',\n  connection: {\n  }\n}\n")
    hand.click("fields.add-first")
    settle(window, hand)
    assert names(window) == ["new_field"]


def test_a_hint_is_rendered_beside_what_is_typed(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_secret")
    assert not hand.sees("field.hint.preview.text")
    hand.type_into("field.hint", "See <b>Apps</b>, <a href='https://acme.example'>here</a><img src='x'>")
    settle(window, hand)
    shown = hand.see("field.hint.preview.text")
    rendered = QTextDocument()
    rendered.setHtml(shown.property("text"))
    assert rendered.toPlainText() == "See Apps, here"
    assert "<img>" in hand.see("field.hint.preview.left-out").property("text")
    beside = hand.see("field.hint").mapTo(window, QPoint(0, 0)), shown.mapTo(window, QPoint(0, 0))
    assert beside[1].x() > beside[0].x() + hand.see("field.hint").width()
    hand.click_row("fields.list", "client_id")
    assert "OAuth apps" in hand.see("field.hint.preview.text").property("text")
    assert not hand.sees("field.hint.preview.left-out")
