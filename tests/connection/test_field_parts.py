"""What lies within a field and around it: options, nested fields, an alternative, the fields its condition may ask."""

from __future__ import annotations

import pytest

from designer import connection
from designer.connection.field_parts import (
    AskedField,
    Options,
    add_alternative,
    add_nested,
    asked_fields,
    innermost,
    nested_fields,
    options_of,
    text_of,
)
from designer.connection.model import Field
from designer.ruby import Document, RubyCode, RubyValue, Symbol

SOURCE = """\
{
  connection: {
    fields: [
      { name: 'environment', control_type: 'select', options: [['Live', 'live'], ['Test', 'test']] },
      { name: 'self_signed', control_type: 'checkbox' },
      {
        name: 'proxy', # how it is reached
        type: 'object',
        properties: [{ name: 'host' }, { name: 'port', properties: [{ name: 'range' }] }],
        toggle_field: { name: 'proxy_url' }
      },
      { control_type: 'text' }
    ],
    authorization: {
      type: 'multi',
      selected: lambda { |connection| connection['auth'] },
      options: {
        key: { type: 'custom_auth', fields: [{ name: 'api_key' }] },
        basic: { type: 'basic_auth', fields: [{ name: 'user' }, { name: 'password' }] }
      }
    }
  }
}
"""
FIELDS = "/connection/fields"
PROXY = f"{FIELDS}/2"


def read(source: str = SOURCE) -> tuple[Document, connection.Design]:
    document = Document.parse(source.encode())
    return document, connection.read(document)


def field_at(pointer: str) -> Field:
    return next(one for one in read()[1].all_fields() if one.pointer == pointer)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3, "3"),
        ("as it is", "as it is"),
        (Symbol("any_name"), "any_name"),
        (RubyCode("a_call(1)"), "a_call(1)"),
    ],
)
def test_a_literal_as_the_person_wrote_it(value: RubyValue, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("focus", "pointer", "name"),
    [
        (PROXY, PROXY, "proxy"),
        (f"{PROXY}/name", PROXY, "proxy"),
        (f"{PROXY}/properties/1", f"{PROXY}/properties/1", "port"),
        (f"{PROXY}/properties/1/properties/0/name", f"{PROXY}/properties/1/properties/0", "range"),
        (f"{PROXY}/properties", PROXY, "proxy"),
        (f"{PROXY}/properties/9", PROXY, "proxy"),
        (f"{PROXY}/toggle_field/label", f"{PROXY}/toggle_field", "proxy_url"),
        (f"{FIELDS}/20", PROXY, "proxy"),
    ],
)
def test_the_focus_leads_to_the_innermost_field(focus: str, pointer: str, name: str) -> None:
    document, _design = read()
    found = innermost(document, field_at(PROXY), focus)
    assert (found.pointer, found.name) == (pointer, name)


def test_nested_fields_by_name_and_place() -> None:
    assert nested_fields(field_at(PROXY)) == (("host", f"{PROXY}/properties/0"), ("port", f"{PROXY}/properties/1"))
    assert nested_fields(Field("/x", {"properties": [RubyCode("made_elsewhere")]})) == (("?", "/x/properties/0"),)
    assert nested_fields(Field("/x", {"properties": RubyCode("made_elsewhere")})) == ()


@pytest.mark.parametrize(
    ("attributes", "options"),
    [
        ({"control_type": "text"}, None),
        ({"control_type": "select"}, Options("options", (), True)),
        (
            {"options": [["Live", "live"], ["Test", True, "more"]]},
            Options("options", (("Live", "live"), ("Test", "true")), True),
        ),
        ({"options": ["a", ["Half"], []]}, Options("options", (("a", "a"), ("Half", ""), ("", "")), True)),
        ({"control_type": "select", "pick_list": [["A", 1]]}, Options("pick_list", (("A", "1"),), True)),
        ({"pick_list": [["A", 1]], "options": [["B", 2]]}, Options("options", (("B", "2"),), True)),
        ({"options": RubyCode("regions")}, Options("options", (), False)),
    ],
)
def test_options_are_told_whatever_they_are_written_as(
    attributes: dict[str, RubyValue], options: Options | None
) -> None:
    assert options_of(attributes) == options


def test_a_condition_may_ask_neighbours_and_what_all_options_share() -> None:
    _document, design = read()
    environment = AskedField("environment", {"live": "Live", "test": "Test"})
    signed = AskedField("self_signed", {"true": "true", "false": "false"}, truth=True)
    assert asked_fields(design, field_at(PROXY)) == (environment, signed)
    user = field_at("/connection/authorization/options/basic/fields/0")
    assert [one.name for one in asked_fields(design, user)] == ["environment", "self_signed", "proxy", "password"]


def test_nested_fields_are_added_last_and_the_rest_stays() -> None:
    document, _design = read()
    after = add_nested(document, field_at(PROXY)).document
    assert after.find(f"{PROXY}/properties/2/name").value == "field_3"  # type: ignore[union-attr]
    assert "# how it is reached" in after.source.decode()
    first = add_nested(document, field_at(f"{FIELDS}/1")).document
    assert first.find(f"{FIELDS}/1/properties/0/name").value == "field_1"  # type: ignore[union-attr]


def test_an_alternative_comes_with_a_word_on_the_switch() -> None:
    document, _design = read()
    after = add_alternative(document, field_at(f"{FIELDS}/0")).document
    toggle = after.find(f"{FIELDS}/0/toggle_field")
    assert toggle is not None
    assert {entry.key: entry.element.value for entry in toggle.entries} == {
        "name": "environment",
        "label": "Environment",
        "type": "string",
        "control_type": "text",
    }
    assert after.find(f"{FIELDS}/0/toggle_hint").value == "Enter a value of your own"  # type: ignore[union-attr]
