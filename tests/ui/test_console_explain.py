"""What signs a request, explained beside it: where it stands, and of every run. By clicks and keys."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from designer.ui.pilot import Pilot
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.card import Notice
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.inputs import Choice, LineEdit
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle
from tests.wire.servers import Connection, serving

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
    assert "Says: acme" in explained(hand)
    assert hand.see("explainSetting.tenant", Chip).text() == "tenant"


def test_the_setting_that_an_element_is_made_of_is_in_sight_and_leads_to_its_value(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SIGNED % "headers('X-Both' => connection['key'] + connection['tenant'], 'X-Own' => '1')")
    window.store.show_credentials(None, {"key": "k-0123456789", "tenant": "acme"})
    prepare(window, hand)
    assert hand.see("reads.X-Both.key", Chip).text() == "key"
    assert not [one for one in window.findChildren(Chip) if one.objectName().startswith("reads.X-Own")]
    hand.click("wireLine.X-Both")
    hand.settle(60)
    hand.click("explainSetting.tenant")
    assert window.current_page == "settings" and hand.see("setting.tenant", LineEdit).hasFocus()
    hand.click("rail.console")
    hand.click("reads.X-Both.key")
    assert window.current_page == "settings" and hand.see("setting.key", LineEdit).hasFocus()


PLAIN = """\
{
  connection: {
    fields: [{ name: 'key', control_type: 'password' }],
    authorization: { type: 'api_key', apply: lambda { |connection| headers('X-Key' => connection['key']) } },
    base_uri: lambda { |_connection| '%s/' }
  }
}
"""


def test_request_and_reply_of_an_earlier_run_are_looked_at_again(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    def play(connection: Connection) -> None:
        while request := connection.request():
            said = b'{"asked": "%s"}' % request.split(b" ")[1]
            connection.reply(said, "200 OK", "Content-Type: application/json")

    with serving(play) as server:
        open_project(PLAIN % server.origin)
        window.store.show_credentials(None, {"key": "k-0123456789"})
        hand.click("rail.console")
        for count, url in enumerate(("first", "second"), 1):
            hand.type_into("consoleUrl", url)
            hand.click("consoleSend")
            hand.wait(lambda count=count: len(window.store.state.runs) == count, "the run to end")  # type: ignore[misc]
            settle(window, hand)
    hand.click("rail.timeline")
    hand.click_row("timelineRuns", "GET first")
    hand.click("timelineReply.0")
    settle(window, hand)
    assert '"/first"' in hand.see("replyBody", CodeView).toPlainText()
    assert "Run 1 of" in hand.see("consoleNotice").accessibleName()
    assert hand.see("consoleUrl", LineEdit).text() == "second", "what is being composed stays"
    hand.click("consoleToTimeline")
    hand.click_row("timelineRuns", "GET second")
    hand.click("timelineExplain.0")
    settle(window, hand)
    assert not hand.see("signedRequest").visibleRegion().isEmpty()
    assert '"/second"' in hand.see("replyBody", CodeView).toPlainText()


PKCE = """\
{
  connection: {
    fields: [{ name: 'client_id' }],
    authorization: {
      type: 'oauth2',
      authorization_url: lambda { |_connection| '%s/authorize' },
      token_url: lambda { |_connection| '%s/token' },
      client_id: lambda { |connection| connection['client_id'] },
      client_secret: lambda { |_connection| 's-0123456789' },
      pkce: lambda { |verifier, challenge| { verifier: verifier, challenge: challenge, challenge_method: 'S256' } },
      apply: lambda { |_connection, token| headers('Authorization' => "Bearer #{token}") }
    }
  }
}
"""


def test_the_pkce_pair_of_a_sign_in_is_explained(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.reply(b'{"access_token": "at-0123456789"}', "200 OK", "Content-Type: application/json")

    # RFC 7636, appendix B.
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    with serving(play) as server:
        open_project(PKCE.replace("%s", server.origin))
        window.store.show_credentials(None, {"client_id": "acme"})
        args = {"auth_code": "c-0123456789", "redirect_uri": "http://127.0.0.1/callback", "verifier": verifier}
        window.context.runner.start("token_exchange", args, title="Exchange the code for tokens")
        hand.wait(lambda: bool(window.store.state.runs), "the exchange")
    assert window.store.state.runs[0].outcome.error is None
    hand.click("rail.timeline")
    hand.click("timelineExplain.0")
    settle(window, hand)
    hand.click("wireLine.body code_verifier")
    told = explained(hand)
    assert challenge in told and verifier not in told and "c-0123456789" not in told
    hand.click("wireLine.body code")
    assert "c-0123456789" not in explained(hand)


AWS = """\
signed = aws.generate_signature(
          connection: { aws_api_key: 'AKID', aws_secret_key: connection['key'] },
          service: 'sqs', region: 'eu-west-1', host: 'api.example.com', path: '/things', params: { page: 1 }
        )
        headers(signed[:headers])"""


def test_a_signature_of_another_request_is_told_before_aws_is_asked(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SIGNED % AWS)
    window.store.show_credentials(None, {"key": "k-0123456789"})
    prepare(window, hand, "things?page=1")
    told = explained(hand)
    assert "WHAT GOES OUT IS WHAT WAS SIGNED" in told and "AKID" in told and "k-0123456789" not in told
    assert "aws_api_key" not in told, "there is no such setting"
    assert not hand.sees("consoleUnlike")
    prepare(window, hand, "things?page=2")
    told = explained(hand)
    assert "AWS will refuse the signature" in told and "the query" in told
    assert "signed: page=1\n  sent: page=2\n             ^" in told
    hand.click("wireLine.Host")
    assert "AWS will refuse" not in explained(hand)
    # Also for who has the explanation folded away.
    assert "the query" in " ".join(one.text() for one in hand.see("consoleUnlike").findChildren(QLabel))
    hand.click("consoleUnlikeShow")
    settle(window, hand)
    assert "AWS will refuse" in explained(hand)
    assert len([one for one in window.findChildren(Notice) if one.objectName() == "consoleUnlike"]) == 1


BY_HAND = """\
text = ['GET', '/things', '', "host:api.example.com\\nx-amz-date:20260102T030405Z\\n", 'host;x-amz-date',
                ''.encode_sha256.encode_hex].join("\\n")
        scope = '20260102/eu-west-1/sqs/aws4_request'
        to_sign = ['AWS4-HMAC-SHA256', '20260102T030405Z', scope, text.encode_sha256.encode_hex].join("\\n")
        secret = scope.split('/').inject("AWS4#{connection['key']}") { |k, one| one.hmac_sha256(k) }
        headers('X-Amz-Date' => '20260102T030405Z', 'Authorization' => "AWS4-HMAC-SHA256 Credential=AKID/#{scope}" +
          ', SignedHeaders=host;x-amz-date, Signature=' + to_sign.hmac_sha256(secret).encode_hex)"""


def test_a_signature_of_aws_made_by_hand_has_its_steps_and_the_box(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(SIGNED % BY_HAND)
    window.store.show_credentials(None, {"key": "k-0123456789"})
    prepare(window, hand)
    told = explained(hand)
    assert "WHAT GOES OUT IS WHAT WAS SIGNED" in told and "WRITE THE CANONICAL REQUEST" in told
    assert "(64 characters)" in told, "the signature, as far as it may be seen"
    assert '"AWS4" + setting key, 16 bytes → 20260102 → eu-west-1 → sqs → aws4_request' in told
    assert "k-0123456789" not in told
    hand.type_into("explainAwsError.box", "<CanonicalRequest>PUT</CanonicalRequest>")
    assert "line 1, column 1: the method" in hand.see("explainAwsError.meaning", QLabel).text()


def test_a_long_body_is_looked_through_beside_the_window(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(SIGNED % "payload(sig: 'm'.hmac_sha256(connection['key']).encode_hex, fill: 'x' * 20_000)")
    window.store.show_credentials(None, {"key": "k-0123456789"})
    hand.click("rail.console")
    hand.choose("consoleVerb", "POST")
    prepare(window, hand)
    assert hand.see("explainWhich", Choice).value == "body sig" and "setting key, 12 bytes" in explained(hand)
    hand.click("wireLine.body sig")
    assert "setting key, 12 bytes" in explained(hand)
