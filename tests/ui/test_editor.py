"""The Ruby view and the document are the same text, whoever edits."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from designer import facts
from designer.evaluator import catalogue
from designer.ui.pilot import Pilot
from designer.ui.textmap import shown_text, utf16_length
from designer.ui.theme import Theme
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.completion import offers_at
from designer.ui.widgets.ruby_editor import RubyEditor
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text


def editor_of(window: MainWindow) -> RubyEditor:
    found = window.inspector.ruby
    assert found is not None
    return found


def put_cursor(editor: RubyEditor, before: str, *, select: int = 0) -> None:
    """Put the cursor in front of ``before`` in the text shown."""
    at = editor.toPlainText().index(before)
    cursor = editor.textCursor()
    units = len(editor.toPlainText()[:at].encode("utf-16-le")) // 2
    cursor.setPosition(units)
    cursor.setPosition(units + select, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    editor.setFocus()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_typing_is_an_edit_of_the_file(window: MainWindow, open_project: Open, newline: str) -> None:
    before = ACME.replace("Acme CRM'", "Acme € 😀 CRM'").replace("\n", newline)
    open_project(before)
    editor = editor_of(window)
    put_cursor(editor, "CRM',")
    QTest.keyClicks(editor, "Big ")
    assert text(window) == before.replace("😀 CRM'", "😀 Big CRM'")
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert text(window) == before.replace("😀 CRM'", f"😀 Big{newline}  CRM'")
    assert editor.toPlainText() == shown_text(window.store.state.document.source)


def test_a_line_opened_is_indented_as_ruby_is(window: MainWindow, open_project: Open) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "\n    get('me')")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "puts 1")
    assert "test: lambda do |_connection|\n    puts 1\n    get('me')" in text(window)


def test_replacing_a_selection_is_one_edit(window: MainWindow, open_project: Open) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "api_key'", select=len("api_key"))
    editor.insertPlainText("basic_auth")
    assert "type: 'basic_auth'" in text(window)
    window.store.undo()
    assert text(window) == ACME
    assert editor.toPlainText() == ACME


def test_words_are_undone_one_by_one_not_letter_by_letter(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "CRM',")
    QTest.keyClicks(editor, "Big")
    QTest.keyClicks(editor, " Red ")
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert text(window) != ACME
    while window.store.state.undo:
        hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert text(window) == ACME
    assert editor.toPlainText() == ACME
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert text(window) != ACME


def test_the_view_follows_any_edit(window: MainWindow, open_project: Open) -> None:
    """Random replacements from outside and from the keyboard, on text that is awkward for both."""
    source = ACME.replace("\n", "\r\n", 9).replace("Acme CRM'", "Acme \u2028 € 😀 CRM'")
    open_project(source)
    editor = editor_of(window)
    chance = random.Random(7)
    pieces = ["", "x", "é", "😀", "\n", "\r\n", "'", "{ a: 1 }", "# \u2029", "\t", "\r"]
    for _ in range(150):
        current = text(window)
        start = chance.randrange(len(current) + 1)
        end = min(len(current), start + chance.choice([0, 0, 1, 5, 40]))
        piece = chance.choice(pieces)
        first, last = len(current[:start].encode()), len(current[:end].encode())
        if current[start - 1 : start + 1] == "\r\n" or current[end - 1 : end + 1] == "\r\n":
            continue
        window.store.replace_text(first, last, piece.encode())
        assert editor.toPlainText().replace("\n", "\u2029") == shown(window)
        cursor = editor.textCursor()
        before = editor.toPlainText()
        cursor.setPosition(utf16_length(before[: chance.randrange(len(before) + 1)]))
        editor.setTextCursor(cursor)
        editor.insertPlainText(chance.choice(["y", "ü😀", "z\nz"]))
        assert editor.toPlainText().replace("\n", "\u2029") == shown(window)


def shown(window: MainWindow) -> str:
    return shown_text(window.store.state.document.source).replace("\n", "\u2029")


def test_the_element_in_sight_has_a_ground_and_problems_are_marked(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    window.go_to("/connection/fields/2")
    settle(window, hand)
    editor = editor_of(window)
    lines = ACME.splitlines()
    first = next(n for n, line in enumerate(lines) if "client_secret" in line) - 1
    assert editor._ground == (first, first + 4)
    assert "warning" in editor._mark_lines.values()


def test_clicking_a_line_shows_what_it_is_about(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "'https://api")
    place = editor.cursorRect().center()
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=place)
    hand.settle()
    assert window.current_page == "base_uri"


def test_a_broken_file_can_be_edited_and_says_where_it_breaks(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "get('me')")
    QTest.keyClicks(editor, "if (")
    settle(window, hand)
    assert "if (get('me')" in text(window)
    assert any(problem.severity.value == "error" for problem in window.store.state.problems)
    while window.store.state.undo:
        window.store.undo()
    settle(window, hand)
    assert text(window) == ACME


def test_text_that_is_no_text_is_refused_and_taken_back(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "CRM',")
    editor.insertPlainText("\0")
    hand.settle(50)
    assert text(window) == ACME
    assert editor.toPlainText() == ACME
    assert window.context.messages.last is not None


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("  headers('X' => connection['cli", ["client_id", "client_secret"]),
        ('  "Bearer #{connection["', ["client_id", "client_secret"]),
        ("  |c| c[:client_s", ["client_secret"]),
        ("  abc['cli", []),
        ("  headers('X-Api", ["X-Api-Key", "X-Api-Version"]),
        ("  request_format_w", ["request_format_www_form_urlencoded"]),
        ("  workato.jwt_e", ["workato.jwt_encode", "workato.jwt_encode_rs256"]),
        ("  workato.csv.pa", ["workato.csv.parse"]),
        ("  aws.work", ["aws.workato_account_id"]),
        ("  'x'.hmac_sha1", []),
        ("  'x'.hmac_sha", ["hmac_sha1", "hmac_sha256", "hmac_sha512"]),
        ("  connection['k'].decode_h", ["decode_hex"]),
        ("  workato.", []),
        ("  text.encode_b", ["encode_base64"]),
        ("  'get", []),
        ("  call(:", ["sign", "signed_url"]),
        ("  x = call('sign", ["signed_url"]),
        ('  call "si', ["sign", "signed_url"]),
        ("  recall(:", []),
        ("  call(:sign, connection['cli", ["client_id", "client_secret"]),
        ("  g", []),
    ],
)
def test_what_could_come_next(before: str, offered: list[str]) -> None:
    own = {"sign": "method · line 3", "signed_url": "method · line 9"}
    found = offers_at(before, ["client_id", "client_secret"], own=lambda: own)
    assert [one.text for one in found] == offered
    # A name of one's own that is typed to its end offers only what goes on from it.
    assert all(one.text.startswith(before[len(before) - one.typed :]) for one in found if one.typed)


def test_all_that_runs_of_the_sdk_packages_is_offered() -> None:
    offered = facts.table("sdk_methods")["methods"]
    sdk = catalogue.sdk()
    for owner in ("workato", "workato.csv", "aws"):
        for name in sdk[owner] - {"csv"}:
            assert f"{owner}.{name}" in offered
    for name, spec in offered.items():
        assert name in spec["signature"], name
        assert spec["help"].endswith("."), name


def test_a_method_of_the_connector_is_completed_where_it_is_called(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    methods = "  methods: {\n    whoami: lambda do |id|\n      get('me')\n    end\n  },\n"
    open_project(ACME.replace("  test: lambda", f"{methods}\n  test: lambda"))
    editor = editor_of(window)
    put_cursor(editor, "get('me')\n  end\n}")
    QTest.keyClicks(editor, "call(:")
    assert hand.sees("completion")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, ", 1); ")
    settle(window, hand)
    assert "    call(:whoami, 1); get('me')\n  end\n}" in text(window)


def test_a_setting_is_completed_while_it_is_typed(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    editor = editor_of(window)
    put_cursor(editor, "get('me')")
    QTest.keyClicks(editor, "puts connection['environ")
    assert hand.sees("completion")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert not hand.sees("completion")
    assert "puts connection['environmentget('me')" in text(window)
    QTest.keyClicks(editor, "']; ")
    QTest.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert hand.sees("completion")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not hand.sees("completion")
    assert editor.hasFocus()
    put_cursor(editor, "contacts and deals")
    QTest.keyClicks(editor, "post")
    assert not hand.sees("completion"), "nobody wants Ruby in a comment"


def test_every_line_number_stands_beside_its_line(theme: Theme) -> None:
    assert theme.mode is not None
    view = CodeView("numbers")
    view.show_plain("one\ntwo\nsix\nten")
    view.resize(300, 200)
    picture = view.grab().toImage()
    ground = picture.pixelColor(1, picture.height() - 4)
    tops = []
    for line in range(4):
        cursor = QTextCursor(view.document().findBlockByNumber(line))
        top = view.viewport().mapTo(view, view.cursorRect(cursor).topLeft()).y()
        inked = (
            y
            for y in range(top, picture.height())
            if any(picture.pixelColor(x, y) != ground for x in range(12, view.gutter_width() - 12))
        )
        tops.append(next(inked) - top)
    assert len(set(tops)) == 1, tops
