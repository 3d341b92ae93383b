"""Renaming a field shows every line it will write before it writes any, and one undo takes them all back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from designer.ui.pilot import Pilot
from designer.ui.widgets.rows import RowList
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle, text

READ = """\
{
  title: 'Acme CRM',

  connection: {
    fields: [
      { name: 'site', label: 'Site' },
      { name: 'key', label: 'Key', control_type: 'password', ngIf: 'input.site != ""' }
    ],

    authorization: {
      type: 'api_key',

      apply: lambda do |connection|
        headers('X-Key' => connection['key'], 'X-Site' => connection['site'])
      end
    },

    base_uri: lambda do |connection|
      "https://#{connection['site']}.acme.example/"
    end
  },

  test: lambda do |connection|
    get('me', site: connection['site'])
  end,

  actions: {
    list: {
      execute: lambda do |connection, input|
        get("sites/#{connection['site']}/items")
      end
    }
  },

  methods: {
    site_of: lambda do |connection|
      connection['site']
    end
  }
}
"""

RENAMED = (
    READ.replace("name: 'site'", "name: 'region'")
    .replace("connection['site']", "connection['region']")
    .replace("input.site", "input.region")
)


def lines(hand: Pilot) -> list[tuple[str, str]]:
    return [(row.title, row.code) for row in hand.see("field.rename.lines", RowList).rows()]


def name_of(hand: Pilot) -> str:
    return hand.see("field.name", QLineEdit).text()


def begin(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(READ)
    hand.click_row("fields.list", "site")
    settle(window, hand)
    hand.type_into("field.name", "region")
    settle(window, hand)


def test_all_lines_are_shown_before_any_is_written(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    begin(window, open_project, hand)
    assert text(window) == READ
    changed = [
        (number, after.strip())
        for number, (before, after) in enumerate(zip(READ.split("\n"), RENAMED.split("\n"), strict=True), 1)
        if before != after
    ]
    assert len(changed) == 7
    shown = lines(hand)
    assert [(int(title.rpartition(" ")[2]), code) for title, code in shown] == changed
    assert [title.partition(" · ")[0] for title, _ in shown] == [
        "its name",
        "ngIf of key",
        "apply",
        "base_uri",
        "test",
        "actions/list",
        "methods/site_of",
    ]
    hand.click("field.rename.now")
    settle(window, hand)
    assert text(window) == RENAMED
    assert not hand.sees("field.rename")
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window, hand)
    assert text(window) == READ
    assert name_of(hand) == "site"


def test_escape_keeps_the_name(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    begin(window, open_project, hand)
    hand.key(Qt.Key.Key_Escape)
    settle(window, hand)
    assert text(window) == READ
    assert name_of(hand) == "site"
    assert not hand.sees("field.rename")


def test_the_keyboard_goes_through_the_lines_and_decides_there(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    begin(window, open_project, hand)
    hand.key(Qt.Key.Key_Tab)
    while not hand.see("field.rename.lines").hasFocus():
        hand.key(Qt.Key.Key_Tab)
    assert text(window) == READ, "going to look at the lines decides nothing"
    hand.key(Qt.Key.Key_End)
    editor = window.inspector.ruby
    assert editor is not None
    assert editor.textCursor().block().text().strip() == "connection['site']"
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert text(window) == RENAMED


def test_a_name_that_will_not_do_is_said_while_typing(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    begin(window, open_project, hand)
    hand.type_into("field.name", "key")
    settle(window, hand)
    assert "already" in hand.see("field.rename.title").property("text")
    assert not hand.see("field.rename.now").isEnabled()
    hand.click("field.rename.keep")
    assert text(window) == READ
    assert name_of(hand) == "site"


def test_another_field_is_not_given_the_name_that_was_begun(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    begin(window, open_project, hand)
    hand.see("field.rename.lines").setFocus()
    hand.click_row("fields.list", "key")
    settle(window, hand)
    assert text(window) == READ
    assert name_of(hand) == "key"
    assert not hand.sees("field.rename")
