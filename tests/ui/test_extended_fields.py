"""The form preview shows what ``extended_fields`` adds for the values typed, and says why where it cannot."""

from __future__ import annotations

from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle, text

EXTENDED = """\
{
  title: 'Acme CRM',

  connection: {
    fields: [
      {
        name: 'environment',
        control_type: 'select',
        options: [['Production', 'live'], ['Sandbox', 'sandbox']],
        default: 'live',
        extends_schema: true
      },
      { name: 'key', label: 'Key', control_type: 'password' }
    ],

    extended_fields: lambda do |connection|
      call('more', connection)
    end,

    authorization: {
      type: 'api_key',

      apply: lambda do |connection|
        headers('X-Key' => connection['key'])
      end
    },

    base_uri: lambda do |_connection|
      'https://api.acme.example/'
    end
  },

  methods: {
    more: lambda do |connection|
      case connection['environment']
      when 'live'
        [{ name: 'region', control_type: :select, options: [%w[Europe eu], %w[America us]] }]
      when 'sandbox'
        [{ name: 'tenant', label: "Tenant of #{connection['environment']}", hint: 'Any <b>word</b>' },
         { name: 'note', optional: true, ngIf: 'input.tenant == "x"' }]
      end
    end
  },

  test: lambda { |_connection| get('me') }
}
"""


def test_the_added_fields_follow_the_values(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(EXTENDED)
    hand.choose("preview-below.region", "Europe")
    assert window.store.state.credentials["region"] == "eu"
    hand.choose("preview-below.environment", "Sandbox")
    hand.type_into("preview-below.tenant", "x")
    settle(window, hand)
    assert not hand.sees("preview-below.region")
    assert hand.sees("preview-below.note"), "its ngIf reads an added field"
    assert not hand.sees("preview-below.extended-note")
    assert text(window) == EXTENDED


def test_an_edit_of_the_lambda_shows_at_once(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(EXTENDED)
    hand.see("preview-below.region")
    at = window.store.state.document.source.index(b"'region'")
    window.store.replace_text(at, at + 8, b"'zone'")
    hand.see("preview-below.zone")
    assert not hand.sees("preview-below.region")
    window.store.remove("/connection/extended_fields")
    settle(window, hand)
    assert not hand.sees("preview-below.zone")


def test_a_failure_is_said_in_place_without_the_secret(open_project: Open, hand: Pilot) -> None:
    source = EXTENDED.replace("call('more', connection)", "error('no ' + connection['key'].to_s)")
    open_project(source)
    hand.type_into("preview-below.key", "s3cret-value-1")
    hand.wait(
        lambda: "no •" in str(hand.see("preview-below.extended-note").property("text")),
        "the failure, with the secret masked",
    )
    assert "s3cret" not in str(hand.see("preview-below.extended-note").property("text"))


def test_no_request_is_sent_for_the_preview(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(EXTENDED.replace("call('more', connection)", "get('https://127.0.0.1:1/fields?k=v')['fields']"))
    note = hand.see("preview-below.extended-note")
    assert "https://127.0.0.1:1/fields for its fields" in note.property("text")
    settle(window, hand)


def test_what_is_no_list_is_said(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(EXTENDED.replace("call('more', connection)", "'fields'"))
    assert "no list of fields" in hand.see("preview-below.extended-note").property("text")
    settle(window, hand)
