"""Every option at once, and what of a connector stays with it when another is opened. By clicks and keys."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from designer.project import SettingsStore
from designer.sandbox import Sandbox
from designer.sandbox.demo import API_KEY
from designer.ui.pilot import Pilot
from designer.ui.runner import Run
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.grid import MatrixGrid
from designer.ui.widgets.inputs import CheckBox
from designer.ui.window import MainWindow
from tests.sandbox.conversation import SERVICE
from tests.ui.conftest import settle
from tests.ui.test_console_sight import in_sight
from tests.wire.servers import Connection, serving

SOURCE = """\
{
  title: 'T',
  connection: {
    authorization: {
      type: 'multi',
      selected: lambda { |connection| 'key' },
      options: {
        key: {
          type: 'custom_auth',
          acquire: lambda do |connection|
            answer = post('%(origin)s/token').payload(refresh_token: connection['refresh_token'])
            { access_token: answer['access_token'], refresh_token: answer['refresh_token'] }
          end,
          refresh_on: [401],
          apply: lambda do |connection|
            headers('X-Token' => connection['access_token'].to_s)
          end
        }
      }
    },
    base_uri: lambda { |_connection| '%(origin)s/' }
  },
  test: lambda { |_connection| get('me') }
}
"""
SETTINGS = """\
first:
  access_token: token-0
  refresh_token: refresh-0
second:
  access_token: token-0
  refresh_token: refresh-0
"""

FOUR = """\
{
  title: 'Harbor',
  connection: {
    fields: [
      {
        name: 'kind',
        control_type: 'select',
        options: [%w[Basic basic], %w[Key key], %w[Service service], %w[Session session]]
      },
      { name: 'origin' }
    ],
    authorization: {
      type: 'multi',
      selected: lambda { |connection| connection['kind'] },
      options: {
        basic: {
          type: 'basic_auth',
          fields: [{ name: 'user' }, { name: 'password', control_type: 'password' }],
          apply: lambda { |connection| user(connection['user']); password(connection['password']) }
        },
        key: {
          type: 'api_key',
          fields: [{ name: 'api_key', control_type: 'password' }],
          apply: lambda { |connection| headers('X-Api-Key' => connection['api_key']) }
        },
        service: {
          type: 'custom_auth',
          fields: [{ name: 'client_id' }, { name: 'client_secret', control_type: 'password' }],
          acquire: lambda do |connection|
            reply = post("#{connection['origin']}/oauth/token").
                    payload(grant_type: 'client_credentials', client_id: connection['client_id'],
                            client_secret: connection['client_secret']).
                    request_format_www_form_urlencoded
            { access_token: reply['access_token'] }
          end,
          refresh_on: [401],
          apply: lambda { |connection| headers('Authorization' => "Bearer #{connection['access_token']}") }
        },
        session: {
          type: 'custom_auth',
          fields: [{ name: 'password', control_type: 'password' }],
          acquire: lambda do |connection|
            given = { username: 'demo', password: connection['password'] }
            { session_token: post("#{connection['origin']}/api/session/login", given)['token'] }
          end,
          refresh_on: [401],
          apply: lambda { |connection| headers('X-Session-Token' => connection['session_token']) }
        }
      }
    },
    base_uri: lambda { |connection| "#{connection['origin']}/api/" }
  },
  test: lambda { |connection| get("#{{ 'service' => 'bearer' }[connection['kind']] || connection['kind']}/me") }
}
"""
FOUR_SETTINGS = """\
Basic of Ada: { origin: '%(origin)s', kind: basic, user: ada, password: ada-password }
Key of production: { origin: '%(origin)s', kind: key, api_key: '%(key)s' }
Expired key: { origin: '%(origin)s', kind: key, api_key: no-longer-good }
Service: { origin: '%(origin)s', kind: service, client_id: %(id)s, client_secret: %(secret)s }
Session: { origin: '%(origin)s', kind: session, password: demo-password }
Nobody: { origin: '%(origin)s', kind: fax }
"""

OpenIn = Callable[..., Path]


@pytest.fixture
def open_in(window: MainWindow, hand: Pilot, tmp_path: Path) -> OpenIn:
    """Open a project of this name with these settings."""

    def opened(name: str, origin: str, settings: str = SETTINGS) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "connector.rb").write_text(SOURCE % {"origin": origin})
        (folder / "settings.yaml").write_text(settings)
        window.opener.open_path(folder)
        hand.wait(lambda: window.store.state.path == folder / "connector.rb", "the project to open")
        settle(window, hand)
        return folder

    return opened


def fine(connection: Connection) -> None:
    while connection.request():
        connection.reply(b"{}", "200 OK", "Content-Type: application/json")


def kept(folder: Path) -> dict[str, object]:
    return SettingsStore.open(folder).read("first")


def about(hand: Pilot) -> str:
    return hand.see("matrix.about", QLabel).text()


def badges(window: MainWindow) -> list[str]:
    return [one.objectName() for one in window.findChildren(Badge) if one.objectName().startswith("matrix.")]


def test_cells_of_a_cancelled_grid_stay_out_of_the_next(window: MainWindow, open_in: OpenIn, hand: Pilot) -> None:
    held, asked = threading.Event(), threading.Semaphore(0)

    def play(connection: Connection) -> None:
        connection.request()
        asked.release()
        held.wait(20)
        connection.reply(b"{}", "200 OK", "Content-Type: application/json")

    with serving(play) as server:
        open_in("one", server.origin)
        hand.click("rail.console")
        hand.click("consoleMatrix")
        hand.wait(lambda: asked.acquire(blocking=False), "the first request")
        hand.click("consoleCancel")
        assert about(hand) == "stopped, 0 of 0 passed"
        hand.click("consoleMatrix")
        held.set()
        hand.wait(lambda: about(hand) == "2 of 2 passed", "the second grid")
        settle(window, hand)
        assert sorted(badges(window)) == ["matrix.key.first", "matrix.key.second"]


def test_the_grid_comes_into_sight_from_where_a_reply_was_read(
    window: MainWindow, open_in: OpenIn, hand: Pilot
) -> None:
    window.resize(1000, 700)
    with serving(fine) as server:
        open_in("one", server.origin)
        hand.click("rail.console")
        hand.click("consoleTest")
        hand.wait(lambda: hand.sees("reply"), "the reply")
        settle(window, hand)
        assert in_sight(hand.see("reply"), 30)
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "2 of 2 passed", "the grid")
        settle(window, hand)
    assert in_sight(hand.see("matrix"), 60)


def test_settings_that_cannot_be_read_end_the_grid(window: MainWindow, open_in: OpenIn, hand: Pilot) -> None:
    folder = open_in("one", "http://127.0.0.1:9")
    (folder / "settings.yaml").write_text("first: [\n")
    hand.click("rail.console")
    hand.click("consoleMatrix")
    hand.wait(lambda: about(hand) == "stopped, 0 of 0 passed", "the grid to end")
    settle(window, hand)
    assert hand.see("consoleSend").isEnabled()


def test_the_run_of_a_cell_is_the_one_that_was_made(window: MainWindow, open_in: OpenIn, hand: Pilot) -> None:
    with serving(fine) as server:
        open_in("one", server.origin)
        hand.click("rail.console")
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "2 of 2 passed", "the grid")
        ran, before = window.store.state.document.source, datetime.datetime.now(datetime.UTC)
        window.store.set_value("/title", "Another")
        settle(window, hand)
    runs: list[Run] = []
    window.findChild(MatrixGrid).opened.connect(lambda cell: runs.append(window.context.runner.run_of(cell)))
    hand.click("matrixShow.1")
    (run,) = runs
    assert run.source == ran != window.store.state.document.source
    listed = [one for one in window.store.state.runs if one.operation == "test"]
    assert [one.connection for one in listed] == ["first", "second"], "the timeline keeps the runs of the grid"
    assert run is listed[0]
    assert before - datetime.timedelta(minutes=2) < run.started < before


class Provider:
    """Gives each refresh token once (RFC 6749, 6) and takes the token it gave last."""

    def __init__(self) -> None:
        self.number = 0
        self._lock = threading.Lock()

    def __call__(self, connection: Connection) -> None:
        while request := connection.request():
            with self._lock:
                self._answer(connection, request)

    def _answer(self, connection: Connection, request: bytes) -> None:
        if request.startswith(b"POST /token"):
            given = json.loads(request.partition(b"\r\n\r\n")[2])["refresh_token"]
            if given != f"refresh-{self.number}":
                connection.reply(b'{"error": "invalid_grant"}', "400 Bad Request", "Content-Type: application/json")
                return
            self.number += 1
            answer = {"access_token": f"token-{self.number}", "refresh_token": f"refresh-{self.number}"}
            connection.reply(json.dumps(answer).encode(), "200 OK", "Content-Type: application/json")
            return
        good = f"X-Token: token-{self.number}\r\n".lower().encode() in request.lower() and self.number
        connection.reply(b"{}", "200 OK" if good else "401 Unauthorized", "Content-Type: application/json")


def test_new_tokens_of_a_grid_are_kept_where_it_is_asked_for(window: MainWindow, open_in: OpenIn, hand: Pilot) -> None:
    provider = Provider()
    only = "first:\n  # from the team\n  access_token: token-0\n  refresh_token: refresh-0\n"
    with serving(provider) as server:
        folder = open_in("one", server.origin, only)
        hand.click("rail.console")
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "1 of 1 passed", "the first grid")
        assert kept(folder)["refresh_token"] == "refresh-0"
        hand.click("matrixKeep")
        settle(window, hand)
        assert kept(folder) == {"access_token": "token-1", "refresh_token": "refresh-1"}
        assert "# from the team" in (folder / "settings.yaml").read_text()
        assert window.store.state.credentials["refresh_token"] == "refresh-1"
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "1 of 1 passed", "the second grid")
        assert not hand.sees("matrixKeep")
    assert provider.number == 1


def test_nothing_of_a_connector_is_left_when_another_is_opened(open_in: OpenIn, hand: Pilot, tmp_path: Path) -> None:
    with serving(fine) as server:
        open_in("one", server.origin)
        hand.click("rail.console")
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "2 of 2 passed", "the grid")
        hand.click("consoleTest")
        hand.wait(lambda: hand.sees("happenedTest"), "the run")
        assert not hand.sees("matrix"), "the grid stands above what is looked at now"
        hand.click("happenedTest")
        assert hand.sees("testWrite")
        open_in("two", server.origin)
        hand.click("rail.console")
    for name in ("testMaker", "happenedTest", "matrix", "signedRequest"):
        assert not hand.sees(name), f"{name} is of the connector before"
    assert not list(tmp_path.glob("*/spec"))


def test_a_run_that_ends_after_another_connector_was_opened_is_not_its(
    window: MainWindow, open_in: OpenIn, hand: Pilot
) -> None:
    held, asked = threading.Event(), threading.Event()

    def play(connection: Connection) -> None:
        connection.request()
        asked.set()
        held.wait(20)
        connection.reply(b"{}", "200 OK", "Content-Type: application/json")

    with serving(play) as server:
        open_in("one", server.origin)
        hand.click("rail.console")
        hand.click("consoleTest")
        hand.wait(asked.is_set, "the request")
        open_in("two", server.origin)
        held.set()
        settle(window, hand)
    assert window.store.state.runs == ()


@pytest.mark.parametrize("width", [1400, 1000])
def test_four_options_against_the_provider(window: MainWindow, hand: Pilot, tmp_path: Path, width: int) -> None:
    """Basic, an API key, client credentials and a session, each with credentials of its own."""
    window.resize(width, 900)
    with Sandbox() as provider:
        folder = tmp_path / "harbor"
        folder.mkdir()
        (folder / "connector.rb").write_text(FOUR)
        (folder / "settings.yaml").write_text(
            FOUR_SETTINGS
            % {
                "origin": provider.origin,
                "key": API_KEY,
                "id": SERVICE["client_id"],
                "secret": SERVICE["client_secret"],
            }
        )
        window.opener.open_path(folder)
        hand.wait(lambda: window.store.state.path == folder / "connector.rb", "the project to open")
        settle(window, hand)
        hand.click("rail.console")
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "4 of 6 passed", "the grid")
        settle(window, hand)
    found = [one for one in window.findChildren(Badge) if one.objectName().startswith("matrix.")]
    verdicts = {one.objectName().removeprefix("matrix."): one.text for one in found}
    assert verdicts == {
        "basic.Basic of Ada": "passed",
        "key.Key of production": "passed",
        "key.Expired key": "RequestFailedError",
        "service.Service": "passed",
        "session.Session": "passed",
        "-.Nobody": "not run",
    }
    grid = hand.see("matrix")
    for one in grid.findChildren(QLabel):
        if one.isVisible():
            right = one.mapTo(grid, one.rect().topRight()).x()
            assert right <= grid.width() and one.width() >= one.minimumSizeHint().width(), one.text()
    assert "Nothing sent yet" not in [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    hand.click("matrixPick.4")
    hand.click("matrixPick.5")
    hand.wait(lambda: hand.sees("comparison.first"), "the comparison")
    assert not hand.sees("matrix.hint")


def test_two_cells_are_compared_where_they_stand(window: MainWindow, open_in: OpenIn, hand: Pilot) -> None:
    three = SETTINGS + "third:\n  access_token: token-3\n  refresh_token: refresh-3\n"

    def play(connection: Connection) -> None:
        while request := connection.request():
            status = "200 OK" if b"token-0" in request else "403 Forbidden"
            connection.reply(b"{}", status, "Content-Type: application/json")

    with serving(play) as server:
        open_in("one", server.origin, three)
        hand.click("rail.console")
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "2 of 3 passed", "the grid")
        assert hand.sees("matrix.hint")
        hand.click("matrixPick.3")
        settle(window, hand)
        assert not hand.sees("comparison"), "one alone is compared with nothing"
        hand.click("matrixPick.1")
        hand.wait(lambda: hand.sees("comparison.first"), "the comparison")
        settle(window, hand)
        said = hand.see("comparison.about", QLabel).text()
        assert said.startswith("key · first beside key · third · "), "as they stand in the grid"
        shown = " ".join(one.text() for one in hand.see("comparison").findChildren(QLabel))
        assert "200" in shown and "403" in shown and "token-3" not in shown
        hand.click("matrixPick.2")
        hand.wait(lambda: "key · first beside key · second" in hand.see("comparison.about", QLabel).text(), "the next")
        assert not hand.see("matrixPick.3", CheckBox).isChecked(), "the one ticked first makes room"
        hand.click("matrixPick.2")
        assert not hand.sees("comparison")
        hand.click("matrixPick.3")
        hand.wait(lambda: hand.sees("comparison"), "the comparison again")
        hand.click("consoleMatrix")
        hand.wait(lambda: about(hand) == "2 of 3 passed", "the next grid")
        assert not hand.sees("comparison") and not hand.see("matrixPick.1", CheckBox).isChecked()
