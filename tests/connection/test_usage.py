"""Where the settings of a connection come from, who reads them, which are secret, which nobody needs."""

from __future__ import annotations

from designer.connection import SettingUse, setting_uses
from designer.ruby import Document
from tests.connection.corpus import connector

SESSION = connector(
    """\
    fields: [
      { name: 'host' },
      { name: 'password' },
      { name: 'pin', control_type: 'password', toggle_field: { name: 'pin_file' } },
      { name: 'forgotten' },
      { name: 'handed_on' }
    ],
    authorization: {
      type: 'custom_auth',
      acquire: lambda do |connection|
        {
          session: post('https://x.example/login', p: connection['password'], q: connection['pin'])['s'],
          spare: 1
        }
      end,
      refresh_on: [401],
      apply: lambda { |connection| headers('X-Session' => connection['session'], 'X-Who' => connection['who']) }
    },
    base_uri: lambda { |connection| "https://#{connection['host']}/#{call('tail', 'handed_on')}" }"""
)


def settings(text: str) -> dict[str, SettingUse]:
    return {one.name: one for one in setting_uses(Document.parse(text.encode()))}


def test_every_setting_says_where_it_comes_from() -> None:
    found = settings(SESSION)
    assert [(one.name, one.origin, one.where) for one in found.values()] == [
        ("host", "field", "field"),
        ("password", "field", "field"),
        ("pin", "field", "field"),
        ("pin_file", "field", "alternative of pin"),
        ("forgotten", "field", "field"),
        ("handed_on", "field", "field"),
        ("session", "reply", "acquire"),
        ("spare", "reply", "acquire"),
        ("who", "undeclared", "no field"),
    ]
    lines = SESSION.split("\n")
    assert "name: 'password'" in lines[found["password"].line - 1]
    assert "acquire: lambda" in lines[found["session"].line - 1]
    assert found["who"].line == 0


def test_every_reading_has_its_place_and_line() -> None:
    found = settings(SESSION)
    lines = SESSION.split("\n")
    assert [use.place for use in found["session"].uses] == ["apply"]
    assert [use.place for use in found["password"].uses] == ["acquire"]
    for one in found.values():
        assert all(one.name in lines[use.line - 1] for use in (*one.uses, *one.mentions))


def test_unused_is_said_only_where_it_is_certain() -> None:
    found = settings(SESSION)
    assert {name for name, one in found.items() if one.unused} == {"forgotten", "spare"}
    assert [use.place for use in found["handed_on"].mentions] == ["base_uri"]
    wholesale = SESSION.replace("'X-Who' => connection['who']", "'X-Who' => connection.to_json")
    assert not settings(wholesale)["forgotten"].unused


def test_secrets_are_told_with_whether_they_are_masked() -> None:
    found = settings(SESSION)
    told = {name: one.masked for name, one in found.items() if one.secret}
    assert told == {"password": False, "pin": True}


def test_the_settings_of_an_option_say_so() -> None:
    found = settings(
        connector(
            """\
    authorization: { type: 'multi', selected: lambda { |c| c['auth_type'] }, options: {
      key: { type: 'api_key', fields: [{ name: 'k' }], apply: lambda { |c| headers(k: c['k']) } },
      login: { type: 'oauth2', acquire: lambda { |c| [{ access_token: 'a' }, 'owner', { site: 's' }] },
        apply: lambda { |connection, token| headers(t: token, s: connection['site']) } } } }"""
        )
    )
    assert found["k"].where == "field of key"
    assert [use.place for use in found["k"].uses] == ["apply of key"]
    assert (found["site"].where, found["site"].unused) == ("acquire of login", False)
    assert (found["access_token"].origin, found["access_token"].unused) == ("reply", False)
