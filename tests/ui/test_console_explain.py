"""What signs a request, explained beside it: where it stands, and of every run. By clicks and keys."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from designer.ui.pilot import Pilot
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.inputs import Choice
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle

SIGNED = """\
{
  connection: {
    fields: [{ name: 'key', control_type: 'password' }, { name: 'tenant' }],
    authorization: {
      type: 'custom_auth',
      apply: lambda do |connection|
        %s
      end
    },
    base_uri: lambda { |_connection| 'https://api.example.com/' }
  }
}
"""


def prepare(window: MainWindow, hand: Pilot, url: str = "things") -> None:
    hand.click("rail.console")
    hand.type_into("consoleUrl", url)
    hand.click("consolePrepare")
    hand.see("signedRequest")
    settle(window, hand)
    hand.settle(60)


def explained(hand: Pilot) -> str:
    """All that the panel says."""
    hand.settle(60)
    panel = hand.see("explainPanel")
    texts = [one.text() for one in panel.findChildren(QLabel)]
    return "\n".join([*texts, *(one.toPlainText() for one in panel.findChildren(CodeView))])


def test_an_hmac_in_the_query_is_explained_at_once_and_at_a_click(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SIGNED % """params(sig: "GET\\n/things".hmac_sha256(connection['key']).encode_base64, tenant: 't')""")
    window.store.show_credentials(None, {"key": "k-0123456789"})
    prepare(window, hand)
    assert hand.see("explainWhich", Choice).value == "?sig", "nothing else here signs"
    told = explained(hand)
    assert "HMAC-SHA256" in told and "GET⏎\n/things" in told and "setting key, 12 bytes" in told
    hand.click("wireLine.?tenant")
    told = explained(hand)
    assert "Says: t" in told and "HMAC" not in told
    hand.click("wireLine.?sig")
    assert "GET⏎\n/things" in explained(hand)


def test_a_field_of_the_body_names_the_settings_it_is_made_of(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SIGNED % "payload(who: connection['tenant'])")
    window.store.show_credentials(None, {"key": "k-0123456789", "tenant": "acme"})
    hand.click("rail.console")
    hand.choose("consoleVerb", "POST")
    prepare(window, hand)
    hand.click("wireLine.body who")
    told = explained(hand).split("\n")
    assert "Says: acme" in told and told[told.index("SETTINGS READ") + 1] == "tenant"
