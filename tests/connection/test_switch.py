"""Switching kinds and editing forms: before, after, and everything else as it was."""

from __future__ import annotations

import difflib
import functools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.checks import run
from designer.connection import KINDS, Shape, read, set_shape, switch_kind, switch_preview, update_form
from designer.connection.form import row
from designer.ruby import Document, EditError, Element
from tests.connection.corpus import connector
from tests.connection.drawing import PARAMS

AUTH = "/connection/authorization"

API_KEY = connector(
    """\
    fields: [
      { name: 'api_key', control_type: 'password' }, # from the profile page
      { name: 'region' }
    ],

    authorization: {
      type: 'api_key',

      # Acme calls this a token.
      credentials: lambda do |connection|
        headers('Authorization' => "Bearer #{connection['api_key']}")
      end,

      identity: lambda do |connection|
        connection['region']
      end
    },

    base_uri: lambda do |connection|
      "https://#{connection['region']}.acme.example/v2/"
    end"""
)


def parsed(text: str) -> Document:
    return Document.parse(text.encode())


def changed_lines(before: Document, after: Document) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came, without indentation."""
    diff = difflib.ndiff(before.source.decode().splitlines(), after.source.decode().splitlines())
    lines = [line for line in diff if line[:2] in ("- ", "+ ")]
    return [x[2:].strip() for x in lines if x[0] == "-"], [x[2:].strip() for x in lines if x[0] == "+"]


def test_an_api_key_becomes_oauth_with_pkce() -> None:
    doc = parsed(API_KEY)
    change = switch_kind(doc, AUTH, "oauth2_pkce")
    expected = API_KEY.replace(
        """\
      { name: 'region' }
""",
        """\
      { name: 'region' },
      { name: 'client_id', label: 'Client ID', optional: false },
      { name: 'client_secret', label: 'Client secret', optional: true, control_type: 'password' }
""",
    )
    expected = expected.replace(
        """\
      type: 'api_key',

      # Acme calls this a token.
      credentials: lambda do |connection|
        headers('Authorization' => "Bearer #{connection['api_key']}")
      end,
""",
        """\
      type: 'oauth2',

      client_id: lambda do |connection|
        connection['client_id']
      end,

      client_secret: lambda do |connection|
        connection['client_secret']
      end,

      authorization_url: lambda do |connection|
        "https://#{connection['region']}.acme.example/oauth/authorize?response_type=code"
      end,

      pkce: lambda do |verifier, challenge|
        {
          verifier: verifier,
          challenge: challenge,
          challenge_method: 'S256'
        }
      end,

      token_url: lambda do |connection|
        "https://#{connection['region']}.acme.example/oauth/token"
      end,

      refresh_on: [401],

      # Acme calls this a token.
      apply: lambda do |_connection, access_token|
        headers('Authorization' => "Bearer #{access_token}")
      end,
""",
    )
    assert change.document.source.decode() == expected
    design = read(change.document)
    assert design.authorization is not None
    assert (design.authorization.kind, design.authorization.opaque) == ("oauth2_pkce", frozenset())
    assert change.document.apply(change.inverse).document.source == doc.source


def test_a_switch_says_beforehand_what_it_does() -> None:
    doc = parsed(API_KEY)
    plan = switch_preview(doc, AUTH, "client_credentials")
    assert plan.drops == ()
    assert plan.adds == ("acquire", "refresh_on", "field client_id", "field client_secret")
    assert plan.rewrites == ("apply",)
    assert plan.keeps == ("identity",)
    assert plan.unused_fields == ("api_key",)
    after = switch_kind(doc, AUTH, "client_credentials").document
    back = switch_preview(after, AUTH, "basic")
    assert set(back.drops) == {"acquire", "refresh_on"}
    assert "field username" in back.adds
    assert back.rewrites == ("apply",)


def test_a_field_that_nobody_reads_any_more_goes_where_that_is_wanted() -> None:
    doc = parsed(API_KEY)
    kept = switch_kind(doc, AUTH, "oauth2_pkce").document
    assert "api_key" in [field.name for field in read(kept).all_fields()]
    change = switch_kind(doc, AUTH, "oauth2_pkce", drop=("api_key",))
    names = [field.name for field in read(change.document).all_fields()]
    assert "api_key" not in names and "client_id" in names
    assert change.document.apply(change.inverse).document.source == doc.source
    # What is read elsewhere stays, whatever is asked for.
    assert switch_kind(doc, AUTH, "oauth2_pkce", drop=("client_id",)).document.source == kept.source


def test_turning_into_multi_says_that_nothing_goes() -> None:
    plan = switch_preview(parsed(API_KEY), AUTH, "multi")
    assert (plan.drops, plan.rewrites, plan.unused_fields) == ((), (), ())
    assert plan.adds == ("selected", "options", "field auth_type")
    assert plan.notes == (
        "What stands here becomes the first option, api_key, and takes along the fields that only it reads.",
    )


def test_fields_that_come_with_the_switch_are_not_called_unread() -> None:
    plan = switch_preview(parsed(API_KEY), AUTH, "aws_sigv4")
    assert "field aws_region" in plan.adds
    assert plan.unused_fields == ("api_key",)


def test_what_a_switch_leaves_as_it_is_counts_as_kept() -> None:
    code = switch_kind(parsed(API_KEY), AUTH, "oauth2_code").document
    plan = switch_preview(code, AUTH, "oauth2_pkce")
    assert plan.rewrites == ()
    assert {"authorization_url", "token_url", "apply", "client_id", "identity"} <= set(plan.keeps)
    assert plan.adds == ("pkce",)


def test_comments_and_identity_stay_while_the_old_keys_go() -> None:
    doc = parsed(API_KEY)
    tokens = switch_kind(doc, AUTH, "client_credentials").document
    basic = switch_kind(tokens, AUTH, "basic").document
    text = basic.source.decode()
    assert "# Acme calls this a token." in text
    assert "# from the profile page" in text
    assert "identity: lambda do |connection|" in text
    assert "acquire" not in text
    assert "refresh_on" not in text


def test_the_files_own_manner_is_kept() -> None:
    source = (
        '{\r\n\t"title": "Tabs",\r\n\t"connection": {\r\n\t\t"fields": [{ "name": "api_key", "control_type": '
        '"password" }],'
        '\r\n\t\t"authorization": {\r\n\t\t\t"type": "api_key",\r\n\t\t\t"apply": ->(connection) {'
        '\r\n\t\t\t\theaders("X-Key" => connection["api_key"])\r\n\t\t\t}\r\n\t\t}\r\n\t}\r\n}'
    )
    change = switch_kind(parsed(source), AUTH, "session")
    text = change.document.source.decode()
    assert text.count("\n") == text.count("\r\n")
    assert '"acquire": ->(connection) {\r\n\t\t\t\tresponse = post(' in text
    assert '\r\n\t\t\t\t\t.payload(\r\n\t\t\t\t\t\tusername: connection["username"],' in text
    assert not text.endswith("\n")


def test_an_option_gets_fields_of_its_own() -> None:
    doc = parsed(
        connector(
            """\
    fields: [{ name: 'auth_type' }],
    authorization: {
      type: 'multi',
      selected: lambda { |connection| connection['auth_type'] },
      options: {
        key: { type: 'api_key', fields: [{ name: 'k' }], apply: lambda { |c| headers('X' => c['k']) } },
        open: { type: 'none' }
      }
    }"""
        )
    )
    option = f"{AUTH}/options/open"
    after = switch_kind(doc, option, "basic").document
    design = read(after)
    assert design.authorization is not None
    assert [field.name for field in design.authorization.options["open"].fields] == ["username", "password"]
    assert [field.name for field in design.fields] == ["auth_type"]
    key = doc.find(f"{AUTH}/options/key")
    assert key is not None and key.text in after.source.decode()


def test_a_connection_without_authorization_gets_one() -> None:
    doc = parsed("{\n  title: 'New',\n  connection: {\n  }\n}\n")
    after = switch_kind(doc, AUTH, "api_key").document
    design = read(after)
    assert design.authorization is not None
    assert design.authorization.kind == "api_key"
    assert [field.name for field in design.fields] == ["api_key"]


@pytest.mark.parametrize(
    "source",
    [
        "{\n  connection: {\n    fields: [],\n    authorization: {'\n      type: 'api_key'\n    }\n  }\n}\n",
        "{\n  connection: {{{\n    fields: [],\n    base_uri: 1\n  }\n}\n",
    ],
    ids=["an authorization", "a connection"],
)
def test_what_cannot_be_read_is_not_replaced(source: str) -> None:
    with pytest.raises(EditError):
        switch_kind(parsed(source), AUTH, "api_key")


def test_a_new_authorization_stands_where_the_sdk_has_it_spaced_as_the_rest() -> None:
    source = """\
{
  connection: {
    fields: [
      { name: 'key', control_type: 'password' }
    ],

    base_uri: lambda do |_connection|
      'https://a.example'
    end
  }
}
"""
    made = switch_kind(parsed(source), AUTH, "none").document.source.decode()
    assert made == source.replace("    base_uri:", "    authorization: {\n      type: 'none'\n    },\n\n    base_uri:")


def test_tokens_are_taken_along_between_token_kinds() -> None:
    doc = parsed(API_KEY)
    tokens = switch_kind(doc, AUTH, "client_credentials").document
    params = read(tokens).authorization
    assert params is not None and params.parameters is not None
    given = {**params.parameters, "token_url": "https://id.acme.example/t", "scopes": ["a"], "refresh_on": ["403"]}
    edited = update_form(tokens, AUTH, given).document
    code = read(switch_kind(edited, AUTH, "oauth2_code").document).authorization
    assert code is not None and code.parameters is not None
    assert code.parameters["token_url"] == "https://id.acme.example/t"
    assert (code.parameters["scopes"], code.parameters["refresh_on"]) == (["a"], ["403"])


# --- forms ------------------------------------------------------------------------------------------------------------

BY_HAND = connector(
    """\
    authorization: {
      type: 'custom_auth',

      acquire: lambda do |connection|
        # Acme wants the audience, whatever its documentation says.
        response = post("https://id.acme.example/oauth/token").
                   payload(grant_type: "client_credentials",
                           client_id: connection["client_id"], # from the console
                           client_secret: connection["client_secret"],
                           audience: "https://api.acme.example").
                   request_format_www_form_urlencoded
        { access_token: response["access_token"] }
      end,

      refresh_on: [401, /expired/],

      apply: lambda do |connection|
        headers("Authorization": "Bearer #{connection['access_token']}",
                "X-Version": "2")
      end
    }"""
)


@pytest.mark.parametrize(
    ("changes", "gone", "came"),
    [
        (
            {"token_url": "https://id.acme.example/v2/token"},
            ['response = post("https://id.acme.example/oauth/token").'],
            ['response = post("https://id.acme.example/v2/token").'],
        ),
        (
            {"extras": [{"name": "audience", "value": "https://api.acme.example/v2"}]},
            ['audience: "https://api.acme.example").'],
            ['audience: "https://api.acme.example/v2").'],
        ),
        (
            {"refresh_on": ["401", "/expired/", "403"]},
            ["refresh_on: [401, /expired/],"],
            ["refresh_on: [401, /expired/, 403],"],
        ),
        (
            {
                "headers": [
                    {"name": "Authorization", "value": "Bearer #{access_token}"},
                    {"name": "X-Version", "value": "3"},
                ]
            },
            ['"X-Version": "2")'],
            ['"X-Version": "3")'],
        ),
        ({}, [], []),
    ],
)
def test_only_the_words_that_differ_are_written(changes: dict[str, Any], gone: list[str], came: list[str]) -> None:
    doc = parsed(BY_HAND)
    auth = read(doc).authorization
    assert auth is not None and auth.parameters is not None
    change = update_form(doc, AUTH, {**auth.parameters, **changes})
    found = changed_lines(doc, change.document)
    assert (found[0], [line.replace("'", '"') for line in found[1]]) == (gone, came)


TRADED = connector(
    """\
    authorization: {
      type: 'oauth2',
      client_id: lambda { |connection| connection['client_id'] },
      client_secret: lambda { |connection| connection['client_secret'] },
      authorization_url: lambda { |_connection| 'https://id.acme.example/authorize?response_type=code' },

      acquire: lambda do |connection, auth_code|
        # Acme does not want to be told where the code came from.
        response = post('https://id.acme.example/token',
                        grant_type: 'authorization_code', code: auth_code,
                        client_id: connection['client_id'], client_secret: connection['client_secret'])
        [response, nil, { account: response.dig('account', 'id') }]
      end,

      apply: lambda { |_connection, access_token| headers('Authorization' => "Bearer #{access_token}") }
    }"""
)


def test_an_exchange_gets_a_renewal_when_asked_for_and_not_before() -> None:
    doc = parsed(TRADED)
    auth = read(doc).authorization
    assert auth is not None and auth.parameters is not None
    moved = update_form(doc, AUTH, {**auth.parameters, "token_url": "https://id.acme.example/v2/token"}).document
    gone, came = changed_lines(doc, moved)
    assert (len(gone), [line.strip() for line in came]) == (
        1,
        ["response = post('https://id.acme.example/v2/token',"],
    )
    renewing = {**auth.parameters, "renewal": "own", "refresh_url": "https://id.acme.example/renew"}
    after = update_form(doc, AUTH, renewing).document
    assert changed_lines(doc, after)[0] == []
    assert "post('https://id.acme.example/renew')" in after.source.decode()
    found = read(after).authorization
    assert found is not None and found.parameters == renewing
    assert read(update_form(after, AUTH, {**renewing, "renewal": "none"}).document).authorization == auth
    keeping = update_form(after, AUTH, {**renewing, "refresh_keep": [row("access_token", "token")]}).document
    assert changed_lines(after, keeping) == (
        ["post('https://id.acme.example/renew')"],
        ["response = post('https://id.acme.example/renew')", "{ access_token: response['token'] }"],
    )


def test_a_form_that_reaches_deep_still_says_what_it_should() -> None:
    doc = parsed(BY_HAND)
    auth = read(doc).authorization
    assert auth is not None and auth.parameters is not None
    wanted = {**auth.parameters, "client_auth": "basic", "format": "json", "scopes": ["read", "write"], "keep": []}
    after = read(update_form(doc, AUTH, wanted).document).authorization
    assert after is not None
    assert after.parameters == wanted


def test_code_beyond_the_form_is_left_alone() -> None:
    doc = parsed(
        connector(
            """\
    authorization: {
      type: 'oauth2',
      authorization_url: lambda { 'https://x.example/a?response_type=code' },
      acquire: lambda do |connection, auth_code, redirect_uri|
        [post('https://x.example/t').payload(grant_type: 'authorization_code', code: auth_code,
          redirect_uri: redirect_uri, client_id: connection['client_id'], client_secret: connection['client_secret']
        ).request_format_www_form_urlencoded, nil, {}]
      end,
      refresh: lambda do |connection, refresh_token|
        call('renew', connection, refresh_token) # a story of its own
      end,
      apply: lambda { |_connection, access_token| headers('X' => access_token) if access_token.present? }
    }"""
        )
    )
    auth = read(doc).authorization
    assert auth is not None and auth.parameters is not None
    assert auth.opaque == {"refresh", "apply"}
    change = update_form(doc, AUTH, {**auth.parameters, "token_url": "https://x.example/new"})
    gone, came = changed_lines(doc, change.document)
    assert len(gone) == len(came) == 1
    assert "https://x.example/new" in came[0]


def test_a_row_that_is_still_being_typed_does_not_close_the_form() -> None:
    """On the way to X-Version-Check a new header bears the name of another for a moment."""
    doc = parsed(BY_HAND)
    auth = read(doc).authorization
    assert auth is not None and auth.parameters is not None
    rows = auth.parameters["headers"]
    for name in ("", "X", "X-Version", "X-Version-Check"):
        given = {**auth.parameters, "headers": [*rows, {"name": name, "value": "1"}]}
        after = read(update_form(doc, AUTH, given).document).authorization
        assert after is not None and after.parameters is not None
        assert after.opaque == frozenset()
        expected = rows if name in ("", "X-Version") else given["headers"]
        assert after.parameters["headers"] == expected


def test_a_form_has_no_hold_on_ruby() -> None:
    doc = parsed(connector("    authorization: { type: 'custom_auth', apply: lambda { |c| call('sign', c) } }"))
    with pytest.raises(EditError):
        update_form(doc, AUTH, {})


@pytest.mark.parametrize("name", PARAMS)
@settings(max_examples=15)
@given(data=st.data())
def test_any_form_values_can_follow_any_others(name: str, data: st.DataObject) -> None:
    """Typing in a form is a chain of edits; each must land exactly, whatever stood there before."""
    first, second = data.draw(PARAMS[name]), data.draw(PARAMS[name])
    doc = switch_kind(parsed(connector("    fields: []")), AUTH, name, first).document
    if name == "multi":
        doc = doc.set(f"{AUTH}/options", {"only": {"type": "none"}}).document
    change = update_form(doc, AUTH, second)
    after = read(change.document).authorization
    assert after is not None
    assert KINDS[name].render(after.parameters or {}) == KINDS[name].render(second)
    assert change.document.issues == ()
    assert change.document.apply(change.inverse).document.source == doc.source


# --- shapes -----------------------------------------------------------------------------------------------------------


def test_a_base_uri_becomes_a_switch_between_environments() -> None:
    doc = parsed(API_KEY)
    pointer = "/connection/base_uri"
    cases = [
        {"name": "live", "value": "https://acme.example/"},
        {"name": "test", "value": "https://test.acme.example/"},
    ]
    shape = Shape(
        "environment_switch", {"field": "region", "cases": cases, "otherwise": "https://#{region}.acme.example/"}
    )
    after = set_shape(doc, pointer, shape).document
    slot = read(after).base_uri
    assert slot is not None and slot.shape == shape
    assert "when 'live' then 'https://acme.example/'" in after.source.decode()


def test_a_url_template_changes_in_place() -> None:
    doc = parsed(API_KEY)
    after = set_shape(doc, "/connection/base_uri", Shape("url_template", {"url": "https://#{region}.acme.example/v3/"}))
    gone, came = changed_lines(doc, after.document)
    assert gone == ["\"https://#{connection['region']}.acme.example/v2/\""]
    assert came == ["\"https://#{connection['region']}.acme.example/v3/\""]


def test_a_test_request_is_written_where_there_was_none() -> None:
    doc = parsed("{\n  title: 'New',\n  connection: {}\n}\n")
    shape = Shape(
        "test_request",
        {
            "verb": "get",
            "url": "/users",
            "params": [{"name": "limit", "value": "1"}],
            "payload": [],
            "headers": [{"name": "X-Probe", "value": "#{region}"}],
            "pick": "data.0.name",
        },
    )
    after = set_shape(doc, "/test", shape).document
    slot = read(after).test
    assert slot is not None and slot.shape == shape


def test_switching_leaves_no_graver_problem_than_an_unused_field() -> None:
    doc = parsed(API_KEY)
    for name in KINDS:
        if name in ("custom", "multi"):
            continue
        after = switch_kind(doc, AUTH, name).document
        codes = {problem.code for problem in run(after)}
        assert codes <= {"field-never-read", "setting-undeclared", "aws-block", "test-unsigned"}, name


HOLDERS = ("", "/connection", "/connection/fields")


@functools.cache
def authorizations() -> list[Path]:
    """Connectors at hand with an authorization, one of each text of it."""
    here = Path(__file__).parents[1]
    found: dict[str, Path] = {}
    for path in sorted([*here.glob("vectors/**/*.rb"), *here.glob("ruby/samples/*.rb")]):
        element = Document.parse(path.read_bytes()).find(AUTH)
        if element is not None:
            found.setdefault(element.text, path)
    return list(found.values())


def texts(element: Element) -> dict[str, str]:
    found = {element.pointer: element.text}
    for child in [*(entry.element for entry in element.entries), *element.items]:
        found |= texts(child)
    return found


@pytest.mark.parametrize("turn", range(len(KINDS)), ids=list(KINDS))
def test_a_switch_leaves_all_but_the_authorization_as_it_is(turn: int) -> None:
    """Fields may come, none changes, and undo restores the bytes. Each connector is switched to three kinds."""
    paths = authorizations()
    assert len(paths) > 200
    kind = list(KINDS)[turn]
    for at, path in enumerate(paths):
        if (at - turn) % len(KINDS) < 3:
            switched(path, kind)


def switched(path: Path, kind: str) -> None:
    document = Document.parse(path.read_bytes())
    assert document.root is not None
    before = texts(document.root)
    try:
        change = switch_kind(document, AUTH, kind)
    except EditError as error:
        assert error.message
        return
    assert change.document.apply(change.inverse).document.source == document.source
    assert not change.document.issues
    assert change.document.root is not None
    after = texts(change.document.root)
    # What holds the authorization changes with it. The fields of what becomes one option of several go there.
    moved = ("/connection/authorization", *(["/connection/fields/"] if kind == "multi" else []))
    apart = {p: text for p, text in before.items() if p not in HOLDERS and not p.startswith(moved)}
    assert {p: after.get(p) for p in apart} == apart, path
    names = {text for p, text in before.items() if p.startswith("/connection/fields/") and p.endswith("/name")}
    assert names <= set(after.values()), path
