"""An empty credential is told where the request is shown, and one click leads to what fills it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel

from designer.ui.pilot import Pilot
from designer.ui.widgets.code import CodeView
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle

BEARER = ACME.replace("'X-Api-Key' => connection", "'Authorization' => \"Bearer #{connection").replace(
    "['client_secret'])", "['client_secret']}\")"
)
SIGNED_IN = """{
  connection: {
    authorization: {
      type: 'oauth2',
      authorization_url: lambda { |_c| 'https://acme.example/authorize' },
      token_url: lambda { |_c| 'https://acme.example/token' },
      client_id: lambda { |_c| 'id' },
      client_secret: lambda { |_c| 'secret' },
      apply: lambda { |_c, access_token| headers('Authorization' => "Bearer #{access_token}") }
    },
    base_uri: lambda { |_c| 'http://127.0.0.1:9/' }
  }
}
"""


def words(window: MainWindow) -> str:
    return "\n".join(one.text() for one in window.findChildren(QLabel) if one.isVisible())


def prepare(window: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    hand.type_into("consoleUrl", "me")
    hand.click("consolePrepare")
    hand.see("wireLine.Host")
    hand.wait(lambda: window.context.jobs.idle, "the run to end")
    hand.settle(200)


def test_an_empty_token_is_told_and_filled_in(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(BEARER)
    prepare(window, hand)
    notice = hand.see("request.blank")
    assert "Authorization goes out empty: client_secret has no value." in notice.accessibleName()
    assert "Bearer (empty)" in hand.see("wireLine.Authorization").accessibleName()
    hand.click("requestFace.raw")
    assert "Authorization: Bearer (empty)" in hand.see("requestRaw", CodeView).toPlainText()
    hand.click("requestFace.table")
    hand.click("request.blank.fill")
    assert window.current_page == "settings"
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() == "setting.client_secret"
    hand.type("harbor-0123456789")
    prepare(window, hand)
    assert not hand.sees("request.blank")
    assert "(empty)" not in words(window)


def test_the_timeline_tells_of_it_too(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(BEARER.replace("https://api.acme.example/v2/", "http://127.0.0.1:9/"))
    hand.click("rail.console")
    hand.type_into("consoleUrl", "me")
    hand.click("consoleSend")
    hand.wait(lambda: bool(window.store.state.runs), "the run to end")
    hand.click("rail.timeline")
    hand.wait(lambda: hand.sees("request.blank"), "the notice")
    codes = [one.toPlainText() for one in window.findChildren(CodeView, "timelineCode") if one.isVisible()]
    assert any("Authorization: Bearer (empty)" in code for code in codes)
    hand.click("request.blank.fill")
    assert window.current_page == "settings"


def test_a_token_of_a_sign_in_leads_there(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SIGNED_IN)
    settle(window, hand)
    prepare(window, hand)
    notice = hand.see("request.blank")
    assert "Authorization goes out empty" in notice.accessibleName()
    hand.click("request.blank.fill")
    assert window.current_page == "signin"
