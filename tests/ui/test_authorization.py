"""Authorization is chosen, edited in forms, switched, split into several ways: by clicks and keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.connection import KINDS
from designer.ui.pilot import Pilot
from designer.ui.widgets.inputs import LineEdit
from designer.ui.widgets.slot_editor import SlotEditor
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text

CTRL = Qt.KeyboardModifier.ControlModifier
BLANK = "{\n  title: 'Blank',\n\n  connection: {\n    fields: [\n    ]\n  }\n}\n"


def kind(window: MainWindow) -> str | None:
    authorization = window.store.state.design.authorization
    return authorization.kind if authorization is not None else None


@pytest.mark.parametrize("name", [name for name in KINDS if name != "custom"])
def test_every_kind_starts_from_a_blank_connector(
    window: MainWindow, open_project: Open, hand: Pilot, name: str
) -> None:
    open_project(BLANK)
    hand.click("rail.authorization")
    hand.click(f"authorization.choose.{name}")
    settle(window, hand)
    assert kind(window) == name
    assert not window.store.state.document.issues
    assert hand.sees("authorization.kind")
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == BLANK


def test_switching_says_first_what_it_does(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.choose("authorization.kind", "OAuth 2.0 authorization code with PKCE")
    assert text(window) == ACME
    assert kind(window) == "api_key"
    hand.click("authorization.switch-cancel")
    assert text(window) == ACME
    hand.choose("authorization.kind", "OAuth 2.0 authorization code with PKCE")
    hand.click("authorization.switch")
    settle(window, hand)
    assert kind(window) == "oauth2_pkce"
    assert "'https://api.acme.example/v2/'" in text(window)
    assert hand.sees("authorization.authorize_url")
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == ACME
    assert kind(window) == "api_key"


@pytest.mark.parametrize("tidy", [True, False])
def test_a_switch_offers_to_take_out_what_nothing_would_read(
    window: MainWindow, open_project: Open, hand: Pilot, tidy: bool
) -> None:
    source = ACME.replace("name: 'client_secret'", "name: 'api_key'").replace("['client_secret']", "['api_key']")
    open_project(source)
    hand.click("rail.authorization")
    hand.choose("authorization.kind", "OAuth 2.0 authorization code with PKCE")
    if not tidy:
        hand.click("authorization.drop-unread")
    hand.click("authorization.switch")
    settle(window, hand)
    names = [one.name for one in window.store.state.design.all_fields()]
    assert ("api_key" in names) is not tidy
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == source


def test_a_form_edit_touches_only_its_words(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.type_into("authorization.name", "X-Acme-Token")
    assert text(window) == ACME.replace("'X-Api-Key'", "'X-Acme-Token'")
    value = hand.see("authorization.value")
    hand.type_into("authorization.value", "Bearer ")
    QTest.keyClicks(value, "#{client_s")
    hand.key(Qt.Key.Key_Return)
    assert "connection['client_secret']" in text(window)
    assert "Bearer #{" in text(window)


def test_usual_values_are_offered_beside_the_name_of_a_header(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.click("authorization.apply.more")
    hand.click("authorization.headers.add")
    hand.type("accept")
    hand.key(Qt.Key.Key_Tab)
    hand.type("app")
    popup = QApplication.activePopupWidget()
    assert popup is not None and popup.isVisible()
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert "'accept' => 'application/json'" in text(window)
    # Bearer with a setting of that name is offered only where there is one.
    hand.type_into("authorization.value", "")
    hand.type("Bear")
    assert QApplication.activePopupWidget() is None


def test_what_is_not_complete_waits_in_the_form(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.click("authorization.name")
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_Delete)
    assert text(window) == ACME
    assert hand.see("authorization.name").property("warned") == "true"
    hand.click("authorization.value")
    assert hand.see("authorization.name", LineEdit).text() == "X-Api-Key"
    assert hand.see("authorization.name").property("warned") is None


def test_scopes_are_chips(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.choose("authorization.kind", "OAuth 2.0 authorization code with PKCE")
    hand.click("authorization.switch")
    settle(window, hand)
    hand.click("authorization.scopes.add")
    line = QApplication.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "contacts.read contacts.write")
    hand.key(Qt.Key.Key_Return)
    authorization = window.store.state.design.authorization
    assert authorization is not None
    assert authorization.parameters is not None
    assert authorization.parameters["scopes"] == ["contacts.read", "contacts.write"]
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    authorization = window.store.state.design.authorization
    assert authorization is not None
    assert authorization.parameters is not None
    assert authorization.parameters["scopes"] == ["contacts.read"]


def test_a_lambda_has_two_faces(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.click("slot.apply.face.ruby")
    editor = hand.see("slot.apply.ruby.apply", SlotEditor)
    assert editor.toPlainText() == (
        "lambda do |connection|\n  headers('X-Api-Key' => connection['client_secret'])\nend"
    )
    cursor = editor.textCursor()
    cursor.setPosition(editor.toPlainText().index("headers"))
    editor.setTextCursor(cursor)
    editor.setFocus()
    QTest.keyClicks(editor, "puts 'signing'")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(window, hand)
    assert text(window) == ACME.replace("        headers(", "        puts 'signing'\n        headers(")
    assert kind(window) in KINDS
    assert "headers('X-Api-Key'" in editor.toPlainText()


def test_code_the_form_cannot_say_opens_as_code(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    source = ACME.replace(
        "headers('X-Api-Key' => connection['client_secret'])",
        "if connection['client_id'].present?\n"
        "          headers('X-Api-Key' => connection['client_secret'].strip.upcase)\n"
        "        end",
    )
    open_project(source)
    hand.click("rail.authorization")
    editor = hand.see("slot.apply.ruby.apply", SlotEditor)
    assert "strip.upcase" in editor.toPlainText()
    assert not hand.see("slot.apply.face.form").isEnabled()
    assert text(window) == source


def test_a_broken_lambda_can_be_mended_where_it_broke(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.click("slot.apply.face.ruby")
    editor = hand.see("slot.apply.ruby.apply", SlotEditor)
    cursor = editor.textCursor()
    cursor.setPosition(editor.toPlainText().index("headers"))
    editor.setTextCursor(cursor)
    editor.setFocus()
    QTest.keyClicks(editor, "foo(")
    settle(window, hand)
    QTest.keyClicks(editor, "1);")
    settle(window, hand)
    assert "foo(1);headers(" in text(window)
    assert not window.store.state.document.issues


def test_one_way_becomes_several(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.choose("authorization.kind", "Several ways")
    hand.click("authorization.switch")
    settle(window, hand)
    assert kind(window) == "multi"
    authorization = window.store.state.design.authorization
    assert authorization is not None
    assert list(authorization.options) == ["api_key"]
    assert hand.sees("rail./connection/authorization/options/api_key")
    hand.menu("authorization.add-option", "Basic")
    settle(window, hand)
    authorization = window.store.state.design.authorization
    assert authorization is not None
    assert list(authorization.options) == ["api_key", "basic"]
    assert [one.name for one in authorization.options["basic"].fields] == ["username", "password"]
    hand.click("authorization.field.username")
    assert window.current_page == "fields"
    assert window.store.state.focus == "/connection/authorization/options/basic/fields/0"
    hand.click("rail./connection/authorization/options/basic")
    hand.click("authorization.remove-option")
    settle(window, hand)
    authorization = window.store.state.design.authorization
    assert authorization is not None
    assert list(authorization.options) == ["api_key"]


def test_parts_the_sdk_knows_are_added_by_name(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.menu("authorization.add-key", "detect_on")
    settle(window, hand)
    assert "detect_on: [401]" in text(window)
    hand.menu("authorization.add-key", "identity")
    settle(window, hand)
    assert "identity: lambda do |connection|" in text(window)
    assert not window.store.state.document.issues


def test_an_agent_is_a_tick(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.authorization")
    hand.click("authorization.secure_tunnel", at=QPoint(8, 12))
    assert "secure_tunnel: true" in text(window)
    hand.click("authorization.secure_tunnel", at=QPoint(8, 12))
    assert text(window) == ACME
