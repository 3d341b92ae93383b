"""The other face of the Fields page: every setting with the lines that read it, by clicks and keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from designer.ui.pilot import Pilot
from designer.ui.widgets.rows import RowList
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle

SESSION = """\
{
  title: 'Acme CRM',

  connection: {
    fields: [
      { name: 'host', label: 'Host' },
      { name: 'password', label: 'Password' },
      { name: 'pin', label: 'PIN', control_type: 'password' },
      { name: 'forgotten', label: 'Forgotten' }
    ],

    authorization: {
      type: 'custom_auth',

      acquire: lambda do |connection|
        login = post('https://acme.example/login', p: connection['password'], q: connection['pin'])
        { session: login['session'] }
      end,

      refresh_on: [401],

      apply: lambda do |connection|
        headers('X-Session' => connection['session'])
      end
    },

    base_uri: lambda do |connection|
      "https://#{connection['host']}/"
    end
  },

  test: lambda do |connection|
    get('me', host: connection['host'])
  end
}
"""


def rows(hand: Pilot) -> list[str]:
    return [row.title for row in hand.see("uses.list", RowList).rows()]


def line_in_sight(window: MainWindow) -> int:
    editor = window.inspector.ruby
    assert editor is not None
    return editor.textCursor().blockNumber() + 1


def line_of(part: str) -> int:
    return next(number for number, line in enumerate(SESSION.split("\n"), 1) if part in line)


def test_every_setting_is_there_with_its_readers(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SESSION)
    hand.click("fields.face.uses")
    settle(window, hand)
    assert rows(hand) == [
        "host",
        f"base_uri · line {line_of('https://#{')}",
        f"test · line {line_of('get(')}",
        "password",
        f"acquire · line {line_of('post(')}",
        "pin",
        f"acquire · line {line_of('post(')}",
        "forgotten",
        "session",
        f"apply · line {line_of('X-Session')}",
    ]
    badges = {row.title: [text for text, _ in row.badges] for row in hand.see("uses.list", RowList).rows()}
    assert badges["password"] == ["secret, shown in clear", "field"]
    assert badges["pin"] == ["secret", "field"]
    assert badges["forgotten"] == ["unused", "field"]
    assert badges["session"] == ["from acquire"]
    assert not hand.sees("fields.add")


def test_a_click_on_a_reading_shows_its_line(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SESSION)
    hand.click("fields.face.uses")
    hand.click_row("uses.list", "test · line")
    assert line_in_sight(window) == line_of("get(")
    hand.click_row("uses.list", "apply · line")
    assert line_in_sight(window) == line_of("X-Session")
    hand.click_row("uses.list", "session")
    assert line_in_sight(window) == line_of("acquire: lambda")


def test_the_keyboard_walks_through_the_readings_and_opens_the_field(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SESSION)
    hand.see("fields.face.form").setFocus()
    hand.key(Qt.Key.Key_Right)
    settle(window, hand)
    hand.see("uses.list").setFocus()
    hand.key(Qt.Key.Key_Home)
    hand.key(Qt.Key.Key_Down)
    assert line_in_sight(window) == line_of("https://#{")
    assert hand.see("uses.list").hasFocus(), "looking at a line leaves the keyboard where it is"
    for _ in range(2):
        hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Return)
    settle(window, hand)
    assert hand.see("field.name").property("text") == "password"
    assert hand.sees("fields.add")


def test_unused_and_secret_settings_are_told_apart(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SESSION)
    hand.click("fields.face.uses")
    settle(window, hand)
    hand.click("uses.show.unused")
    assert rows(hand) == ["forgotten"]
    hand.click("uses.show.secret")
    assert [title for title in rows(hand) if "line" not in title] == ["password", "pin"]
    hand.click("uses.show.replies")
    assert rows(hand)[0] == "session"
    hand.click("fields.face.form")
    hand.click_row("fields.list", "forgotten")
    hand.click("field.remove")
    settle(window, hand)
    hand.click("fields.face.uses")
    hand.click("uses.show.unused")
    settle(window, hand)
    assert hand.sees("uses.nothing")
    assert not hand.sees("uses.list")


def test_the_readings_follow_the_text(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SESSION)
    hand.click("fields.face.uses")
    settle(window, hand)
    at = window.store.state.document.source.index(b"'me', host")
    window.store.replace_text(at, at + 4, b"'me', forgotten: connection['forgotten']")
    settle(window, hand)
    assert rows(hand)[rows(hand).index("forgotten") + 1].startswith("test · line")


def test_a_field_leads_to_all_that_reads_it(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    twice = SESSION.replace(
        "get('me', host: connection['host'])", "get('me')\n    get(connection['host'] + connection['host'])"
    )
    open_project(twice)
    hand.click("fields.face.uses")
    settle(window, hand)
    hand.click("uses.show.secret")
    hand.click("fields.face.form")
    hand.click_row("fields.list", "host")
    settle(window, hand)
    hand.click("field.uses.all")
    assert hand.see("uses.list", RowList).current_id == "setting host"
    assert len([title for title in rows(hand) if title.startswith("test")]) == 2
