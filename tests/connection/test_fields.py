"""Adding, copying, renaming fields; who reads them; the form the end user sees."""

from __future__ import annotations

import pytest

from designer.connection import (
    PRESETS,
    add_field,
    add_option,
    computed_fields,
    convert_to_multi,
    duplicate_field,
    field_uses,
    form_preview,
    read,
    remove_option,
    rename_field,
    renamed_lines,
    unread_fields,
)
from designer.ruby import Document, EditError
from tests.connection.corpus import connector

FIELDS = "/connection/fields"

CONNECTOR = """\
{
  title: 'Acme',

  connection: {
    fields: [
      {
        name: 'environment',
        control_type: 'select',
        options: [['Live', 'live'], ['Test', 'test']],
        default: 'live'
      },
      { name: 'api_key', control_type: 'password', ngIf: 'input.environment == "live"' }, # secret
      { name: 'sandbox_key', control_type: 'password', ngIf: "input['environment'] == 'test'", optional: true }
    ],

    authorization: {
      type: 'api_key',
      # the environment is no secret
      apply: lambda do |conn|
        key = conn['environment'] == 'live' ? conn['api_key'] : conn["sandbox_key"]
        headers('X-Key' => key, 'X-About' => 'environment')
      end
    },

    base_uri: ->(connection) { "https://#{connection[:environment]}.acme.example" }
  },

  test: ->(connection) { get('/me', env: connection.dig('environment')) },

  actions: {
    list: {
      execute: lambda do |connection, input|
        call('page', connection, input['environment'])
      end
    }
  },

  methods: {
    page: lambda { |connection, name| get("/#{name}/#{connection['environment']}") }
  }
}
"""


def parsed(text: str = CONNECTOR) -> Document:
    return Document.parse(text.encode())


def names(doc: Document) -> list[str]:
    return [field.name for field in read(doc).fields]


def test_who_reads_a_field() -> None:
    uses = field_uses(parsed())
    assert [(use.line, use.place) for use in uses["environment"]] == [
        (20, "apply"),
        (25, "base_uri"),
        (28, "test"),
        (39, "methods/page"),
        (12, "ngIf of api_key"),
        (13, "ngIf of sandbox_key"),
    ]
    source = CONNECTOR.encode()
    assert all(source[use.start : use.end] == b"environment" for use in uses["environment"][:4])


def test_renaming_a_field_renames_every_reading_of_it_and_nothing_else() -> None:
    change = rename_field(parsed(), f"{FIELDS}/0", "stage")
    expected = (
        CONNECTOR.replace("name: 'environment'", "name: 'stage'")
        .replace("conn['environment']", "conn['stage']")
        .replace("connection[:environment]", "connection[:stage]")
        .replace("connection.dig('environment')", "connection.dig('stage')")
        .replace("#{connection['environment']}", "#{connection['stage']}")
        .replace("input.environment ==", "input.stage ==")
        .replace("\"input['environment'] == 'test'\"", "\"input['stage'] == 'test'\"")
    )
    assert change.document.source.decode() == expected
    assert change.document.apply(change.inverse).document.source.decode() == CONNECTOR


def test_the_lines_a_new_name_changes_are_told_beforehand() -> None:
    told = renamed_lines(parsed(), f"{FIELDS}/0", "stage")
    lines = CONNECTOR.split("\n")
    after = rename_field(parsed(), f"{FIELDS}/0", "stage").document.source.decode().split("\n")
    assert [(each.line, each.before, each.after) for each in told] == [
        (number, old, new) for number, (old, new) in enumerate(zip(lines, after, strict=True), 1) if old != new
    ]
    assert [each.places for each in told] == [
        ("its name",),
        ("ngIf of api_key",),
        ("ngIf of sandbox_key",),
        ("apply",),
        ("base_uri",),
        ("test",),
        ("methods/page",),
    ]
    with pytest.raises(EditError, match="already"):
        renamed_lines(parsed(), f"{FIELDS}/0", "api_key")


@pytest.mark.parametrize(
    ("pointer", "name", "message"),
    [
        (f"{FIELDS}/0", "api_key", "already"),
        (f"{FIELDS}/0", "two words", "cannot be the name"),
        (f"{FIELDS}/9", "other", "no field"),
    ],
)
def test_a_name_that_will_not_do(pointer: str, name: str, message: str) -> None:
    with pytest.raises(EditError, match=message):
        rename_field(parsed(), pointer, name)


def test_a_name_that_two_options_share_is_renamed_in_the_field_alone() -> None:
    doc = parsed(
        connector(
            "    authorization: { type: 'multi', selected: lambda { |c| c['auth_type'] }, options: {\n"
            "      a: { type: 'api_key', fields: [{ name: 'key' }], apply: lambda { |c| headers(k: c['key']) } },\n"
            "      b: { type: 'api_key', fields: [{ name: 'key' }], apply: lambda { |c| headers(k: c['key']) } } } }"
        )
    )
    change = rename_field(doc, "/connection/authorization/options/a/fields/0", "token")
    assert change.document.source.decode().count("'token'") == 1


def test_adding_fields() -> None:
    doc = parsed()
    end = add_field(doc, {"name": "region", "optional": True}).document
    assert names(end) == ["environment", "api_key", "sandbox_key", "region"]
    front = add_field(doc, {"name": "region"}, index=0).document
    assert names(front)[0] == "region"
    with pytest.raises(EditError, match="already"):
        add_field(doc, {"name": "api_key"})
    with pytest.raises(EditError, match="needs a name"):
        add_field(doc, {"label": "Nameless"})


def test_the_first_field_makes_the_array() -> None:
    doc = parsed("{\n  connection: {\n    authorization: { type: 'none' }\n  }\n}\n")
    after = add_field(doc, {"name": "region"}).document
    assert [entry.key for entry in getattr(after.find("/connection"), "entries", ())] == ["fields", "authorization"]
    assert read(after).fields[0].name == "region"


def test_copying_a_field_takes_everything_but_the_name() -> None:
    doc = parsed()
    after = duplicate_field(doc, f"{FIELDS}/0").document
    assert names(after) == ["environment", "environment_2", "api_key", "sandbox_key"]
    first, second = read(after).fields[:2]
    assert {**first.attributes, "name": "environment_2"} == second.attributes
    again = duplicate_field(after, f"{FIELDS}/1").document
    assert names(again)[2] == "environment_3"


def test_presets_fit_an_empty_connection() -> None:
    for preset in PRESETS:
        doc = parsed("{ connection: { authorization: { type: 'none' } } }")
        for attributes in preset.fields:
            doc = add_field(doc, attributes).document
        assert [field.name for field in read(doc).fields] == [attributes["name"] for attributes in preset.fields]
        assert doc.issues == ()


def test_fields_nobody_reads() -> None:
    assert unread_fields(parsed()) == ()
    doc = add_field(parsed(), {"name": "forgotten"}).document
    assert unread_fields(doc) == ("forgotten",)
    commented = parsed(doc.source.decode().replace("# the environment", "# forgotten: the environment"))
    assert unread_fields(commented) == ("forgotten",)


# --- the end user's form ----------------------------------------------------------------------------------------------


def test_the_form_as_the_end_user_sees_it() -> None:
    design = read(parsed())
    shown = {field.name: field for field in form_preview(design)}
    assert shown["environment"].label == "Environment"
    assert shown["environment"].choices == (("Live", "live"), ("Test", "test"))
    assert (shown["environment"].value, shown["environment"].preview) == ("live", "choice")
    assert (shown["api_key"].visible, shown["api_key"].required, shown["api_key"].preview) == (True, True, "secret")
    assert (shown["sandbox_key"].visible, shown["sandbox_key"].required) == (False, False)
    test = {field.name: field.visible for field in form_preview(design, {"environment": "test"})}
    assert test == {"environment": True, "api_key": False, "sandbox_key": True}


MULTI = connector(
    """\
    fields: [{ name: 'kind', control_type: 'select', pick_list: [%w[Key key], %w[Login login]] }],
    authorization: {
      type: 'multi',
      selected: lambda { |connection| connection['kind'] || 'login' },
      options: {
        key: { type: 'api_key', fields: [{ name: 'k' }], apply: lambda { |connection| headers(k: connection['k']) } },
        login: { type: 'basic_auth', fields: [{ name: 'u' }], apply: lambda { |c| user(c['u']) \n password('') } }
      }
    }"""
)


def test_the_chosen_option_brings_its_fields() -> None:
    design = read(parsed(MULTI))
    assert [(field.name, field.option) for field in form_preview(design)] == [("kind", None), ("u", "login")]
    assert [field.name for field in form_preview(design, {"kind": "key"})] == ["kind", "k"]
    assert [field.name for field in form_preview(design, {"kind": "nowhere"})] == ["kind"]


# --- several authorizations -------------------------------------------------------------------------------------------


def test_one_authorization_becomes_the_first_of_several() -> None:
    source = connector(
        """\
    fields: [
      { name: 'host' },
      # From the profile page.
      { name: 'api_key', control_type: 'password' } # masked
    ],

    authorization: {
      type: 'api_key', # for ever

      apply: lambda do |connection|
        headers('X-Key' => connection['api_key'])
      end
    },

    base_uri: lambda do |connection|
      connection['host']
    end"""
    )
    change = convert_to_multi(parsed(source), "key")
    design = read(change.document)
    assert design.authorization is not None
    assert design.authorization.kind == "multi"
    assert design.authorization.parameters == {"field": "auth_type", "fallback": "key"}
    assert [field.name for field in design.fields] == ["auth_type", "host"]
    option = design.authorization.options["key"]
    assert (option.kind, [field.name for field in option.fields]) == ("api_key", ["api_key"])
    text = change.document.source.decode()
    assert "type: 'api_key', # for ever" in text
    assert (
        "          fields: [\n"
        "            # From the profile page.\n"
        "            { name: 'api_key', control_type: 'password' } # masked\n"
        "          ],\n"
    ) in text
    assert text.count("# From the profile page.") == text.count("# masked") == 1
    assert change.document.apply(change.inverse).document.source.decode() == source
    with pytest.raises(EditError, match="several"):
        convert_to_multi(change.document)


def test_options_come_and_go_with_their_choice() -> None:
    doc = parsed(MULTI)
    more = add_option(doc, "token", "client_credentials").document
    design = read(more)
    assert design.authorization is not None
    assert design.authorization.options["token"].kind == "client_credentials"
    assert [field.name for field in design.authorization.options["token"].fields] == ["client_id", "client_secret"]
    chooser = design.fields[0].attributes["pick_list"]
    assert chooser == [["Key", "key"], ["Login", "login"], ["Token", "token"]]
    back = remove_option(more, "token").document
    assert read(back).fields[0].attributes["pick_list"] == [["Key", "key"], ["Login", "login"]]
    with pytest.raises(EditError, match="already"):
        add_option(doc, "key", "basic")
    with pytest.raises(EditError, match="no option"):
        remove_option(doc, "nowhere")


def test_the_fields_extended_fields_gives_stand_behind_the_declared_ones() -> None:
    given = [{"name": "region", "control_type": {"$symbol": "select"}, "options": [["Europe", "eu"]], "default": "eu"}]
    extended = computed_fields(given)
    assert extended is not None
    shown = form_preview(read(parsed(MULTI)), {"kind": "key"}, extended)
    assert [field.name for field in shown] == ["kind", "region", "k"]
    assert (shown[1].preview, shown[1].choices, shown[1].value) == ("choice", (("Europe", "eu"),), "eu")
    assert computed_fields(None) == ()
    assert computed_fields("text") is None
    assert computed_fields([{"label": "Nameless"}]) is None
