from __future__ import annotations

from typing import Any

import pytest

from designer.ruby import Document, EditError, PointerError, RubyCode, Symbol, compose
from tests.ruby.examples import edited, ruby

CONNECTOR = """
    {
      title: 'Northwind', # as listed

      connection: {
        fields: [
          # made in the settings
          {
            name: 'api_key', # never shown
            label: 'API key'
          },
          { name: 'region', optional: true },
        ],
        authorization: {
          'type' => 'api_key',
          apply: ->(connection) { headers('X-Key': connection['api_key']) },
        }
      }
    }
"""


def test_setting_a_string_keeps_its_quotes_and_its_comment() -> None:
    change = edited(
        CONNECTOR,
        lambda document: document.set("/title", "Süd'wind"),
        CONNECTOR.replace("'Northwind', # as listed", r"'Süd\'wind', # as listed"),
    )
    assert change.lines_changed == ((2, 2),)


def test_setting_what_is_there_changes_nothing() -> None:
    document = ruby(CONNECTOR)
    root = document.root
    assert root is not None
    assert document.set("", root.value).replacements == ()
    assert document.set("/title", "Northwind").document is document


def test_a_new_key_is_written_like_its_siblings() -> None:
    change = edited(
        CONNECTOR,
        lambda document: document.set("/connection/fields/0/optional", False),
        CONNECTOR.replace("label: 'API key'\n", "label: 'API key',\n            optional: false\n"),
    )
    assert change.lines_changed == ((9, 10),)
    edited(
        CONNECTOR,
        lambda document: document.set("/connection/fields/1/hint", "EU or US"),
        CONNECTOR.replace("optional: true }", "optional: true, hint: 'EU or US' }"),
    )


def test_a_trailing_comma_habit_is_kept() -> None:
    edited(
        CONNECTOR,
        lambda document: document.set("/connection/authorization/detect_on", [401, "expired"]),
        CONNECTOR.replace(
            "connection['api_key']) },\n", "connection['api_key']) },\n          detect_on: [401, 'expired'],\n"
        ),
    )
    edited(
        CONNECTOR,
        lambda document: document.insert("/connection/fields/-", {"name": "plan", "optional": True}),
        CONNECTOR.replace("optional: true },\n", "optional: true },\n          { name: 'plan', optional: true },\n"),
    )


def test_inserting_in_front_leaves_the_comment_with_its_field() -> None:
    edited(
        CONNECTOR,
        lambda document: document.insert("/connection/fields/0", {"name": "plan"}),
        CONNECTOR.replace("fields: [\n", "fields: [\n          { name: 'plan' },\n"),
    )


def test_a_key_can_be_put_in_front_of_another() -> None:
    edited(
        CONNECTOR,
        lambda document: document.insert("/connection/authorization/client_id", "x", before="apply"),
        CONNECTOR.replace("apply: ->", "client_id: 'x',\n          apply: ->"),
    )


def test_code_takes_the_place_s_indentation() -> None:
    code = "lambda do |connection|\n  params(q: <<~TEXT)\nas it is\n  TEXT\n\n  if true\n    1\n  end\nend"
    edited(
        """
        {
        \ttest: nil
        }
        """,
        lambda document: document.set("/test", RubyCode(code)),
        """
        {
        \ttest: lambda do |connection|
        \t\tparams(q: <<~TEXT)
        as it is
          TEXT

        \t\tif true
        \t\t\t1
        \t\tend
        \tend
        }
        """,
    )


def test_code_from_a_deeper_place_is_moved_out() -> None:
    edited(
        """
        {
            base_uri: 'x'
        }
        """,
        lambda document: document.set("/base_uri", RubyCode("lambda do\n              'y'\n          end")),
        """
        {
            base_uri: lambda do
                'y'
            end
        }
        """,
    )


def test_a_here_document_stands_behind_the_comma() -> None:
    edited(
        """
        {
          hint: 'x',
          title: 'y'
        }
        """,
        lambda document: document.set("/hint", RubyCode("<<~HINT.strip\n  some\n  text\nHINT")),
        """
        {
          hint: <<~HINT.strip,
          some
          text
        HINT
          title: 'y'
        }
        """,
    )


def test_code_is_read_with_its_here_document_and_can_be_put_elsewhere() -> None:
    before = """
        {
          hint: <<~HINT.gsub('a', 'b'),
            some text
          HINT
          title: 'y'
        }
    """
    element = ruby(before).find("/hint")
    assert element is not None
    assert element.value == RubyCode("<<~HINT.gsub('a', 'b')\n    some text\n  HINT")
    edited(
        before,
        lambda document: document.set("/title", element.value),
        """
        {
          hint: <<~HINT.gsub('a', 'b'),
            some text
          HINT
          title: <<~HINT.gsub('a', 'b')
            some text
          HINT
        }
        """,
    )


def test_what_replaces_a_here_document_takes_its_lines_away() -> None:
    edited(
        """
        {
          hint: <<~HINT.strip, # told
            some text
          HINT
          title: 'y'
        }
        """,
        lambda document: document.set("/hint", Symbol("none")),
        """
        {
          hint: :none, # told
          title: 'y'
        }
        """,
    )


@pytest.mark.parametrize(
    ("before", "pointer", "value", "after"),
    [
        ("{ a: [] }", "/a/-", "x", "{ a: ['x'] }"),
        ("{ a: {} }", "/a/b", 1, "{ a: { b: 1 } }"),
        ("{a: {b: 1}}", "/a/c", 2, "{a: {b: 1, c: 2}}"),
        ("{ a: [1, 2, ] }", "/a/-", 3, "{ a: [1, 2, 3, ] }"),
        ("{ :a => 1 }", "/b c", 2, '{ :a => 1, :"b c" => 2 }'),
        ('{ "a": "x" }', "/b", "y", '{ "a": "x", "b": "y" }'),
        ("{ 'a' => 'x' }", "/b", [], "{ 'a' => 'x', 'b' => [] }"),
        ('{ a: "x" }', "/b-c", "y", '{ a: "x", "b-c": "y" }'),
        ("{ a: %w[x y] }", "/a/1", "z", "{ a: %w[x z] }"),
        ("{ a: %w[x y] }", "/a/-", "z", "{ a: %w[x y z] }"),
        ("{ a: %w[x y] }", "/a/0", "w", "{ a: %w[w y] }"),
        ("{ a: %w[x y] }", "/a/1", "two words", "{ a: ['x', 'two words'] }"),
        ("{ a: %i[x y] }", "/a/-", Symbol("z"), "{ a: %i[x y z] }"),
        ("{ a: %i[x y] }", "/a/-", 1, "{ a: [:x, :y, 1] }"),
        ("{ a: }", "/a", 1, "{ a: 1 }"),
        ("{ a: 1, 'a' => 2 }", "/a", 3, "{ a: 1, 'a' => 3 }"),
    ],
)
def test_on_one_line(before: str, pointer: str, value: Any, after: str) -> None:
    edited(before, lambda document: document.set(pointer, value), after)


def test_an_empty_array_opens_for_a_hash_and_an_empty_hash_for_a_key() -> None:
    edited(
        """
        {
          connection: {
            fields: [],
            authorization: {}
          }
        }
        """,
        lambda document: compose(
            document,
            lambda current: current.insert("/connection/fields/-", {"name": "a", "label": "A", "optional": True}),
            lambda current: current.set("/connection/authorization/type", "none"),
        ),
        """
        {
          connection: {
            fields: [
              {
                name: 'a',
                label: 'A',
                optional: true
              }
            ],
            authorization: {
              type: 'none'
            }
          }
        }
        """,
    )


def test_a_hanging_hash_goes_on_hanging() -> None:
    edited(
        """
        { fields: [{ name: 'a',
                     label: 'A' },
                   { name: 'b' }] }
        """,
        lambda document: compose(
            document,
            lambda current: current.set("/fields/0/hint", "x"),
            lambda current: current.insert("/fields/-", {"name": "c"}),
        ),
        """
        { fields: [{ name: 'a',
                     label: 'A',
                     hint: 'x' },
                   { name: 'b' },
                   { name: 'c' }] }
        """,
    )


def test_crlf_stays_crlf_and_no_last_newline_stays_none() -> None:
    document = Document.parse(b"{\r\n  a: 1\r\n}")
    change = document.set("/b", {"c": RubyCode("lambda do\n  1\nend")})
    assert change.document.source == (b"{\r\n  a: 1,\r\n  b: {\r\n    c: lambda do\r\n      1\r\n    end\r\n  }\r\n}")


def test_a_hash_set_over_a_hash_changes_what_differs() -> None:
    edited(
        CONNECTOR,
        lambda document: document.set("/connection/fields/0", {"name": "token", "hint": "x"}),
        CONNECTOR.replace("name: 'api_key', #", "name: 'token', #").replace("label: 'API key'", "hint: 'x'"),
    )


def test_an_array_set_over_an_array_keeps_head_and_tail() -> None:
    edited("{ a: [1, 0x2, 3_0] }", lambda document: document.set("/a", [1, 9, 30]), "{ a: [1, 9, 3_0] }")
    edited("{ a: [0x1, 2, 3_0] }", lambda document: document.set("/a", [1, 30]), "{ a: [0x1, 3_0] }")
    edited("{ a: [0x1, 3_0] }", lambda document: document.set("/a", [1, 7, 8, 30]), "{ a: [0x1, 7, 8, 3_0] }")
    edited("{ a: [1, 2] }", lambda document: document.set("/a", []), "{ a: [] }")


def test_renaming_keeps_the_key_s_spelling() -> None:
    edited("{ a: 1, b: 2 }", lambda document: document.rename_key("/a", "c"), "{ c: 1, b: 2 }")
    edited("{ a: 1 }", lambda document: document.rename_key("/a", "x-y"), "{ 'x-y': 1 }")
    edited('{ "a"=> 1 }', lambda document: document.rename_key("/a", "c"), '{ "c"=> 1 }')
    edited("{ :a   => 1 }", lambda document: document.rename_key("/a", "c"), "{ :c   => 1 }")
    edited("{ 'a': 1 }", lambda document: document.rename_key("/a", "it's"), r"{ 'it\'s': 1 }")
    edited("{ a: }", lambda document: document.rename_key("/a", "c"), "{ c: a }")


def test_typing_is_an_edit_too() -> None:
    document = Document.parse(b"{ a: 'x' }")
    change = document.replace(6, 7, "ü".encode())
    assert change.document.find("/a").value == "ü"  # type: ignore[union-attr]
    broken = document.replace(9, 10, b"")
    assert broken.document.issues
    assert broken.document.apply(broken.inverse).document.source == document.source


def test_bytes_that_would_cut_a_character_are_refused() -> None:
    document = Document.parse("{ a: 'ü' }".encode())
    with pytest.raises(EditError):
        document.replace(7, 8, b"x")
    with pytest.raises(EditError):
        document.replace(5, 999, b"x")


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        ("/code/x", 1, "expression"),
        ("/apply/x", 1, "lambda"),
        ("/title/x", 1, "string"),
        ("/nowhere/x", 1, "no /nowhere"),
        ("/list/5", 1, "no place"),
        ("/list/x", 1, "no place"),
        ("/title", RubyCode("lambda do"), "not valid Ruby"),
        ("/title", RubyCode("1; 2"), "one expression"),
        ("/title", RubyCode(""), "one expression"),
        ("/title", RubyCode("'\ud800'"), "surrogate"),
        ("/title", RubyCode("'\0'"), "NUL"),
        ("/title", float("nan"), "no literal"),
        ("/title", "\ud800", "surrogate"),
        ("", 1, "hash"),
    ],
)
def test_what_cannot_be_set_is_said(pointer: str, value: Any, said: str) -> None:
    document = Document.parse(b"{ title: 'x', code: foo(1), apply: lambda { }, list: [1] }")
    with pytest.raises(EditError) as caught:
        document.set(pointer, value)
    assert said in caught.value.message


def test_other_edits_that_cannot_be_made() -> None:
    document = Document.parse(b"{ a: 1, b: [1, 2] }")
    for attempt in (
        lambda: document.insert("/a", 1),
        lambda: document.insert("/c", 1, before="nothing"),
        lambda: document.remove("/c"),
        lambda: document.remove("/b/2"),
        lambda: document.remove("/b/-"),
        lambda: document.move("/b/0", 2),
        lambda: document.rename_key("/a", "b"),
        lambda: document.rename_key("/b/0", "b"),
        lambda: Document.parse(b"# none\n").set("/a", 1),
    ):
        with pytest.raises(EditError):
            attempt()
    with pytest.raises(PointerError):
        document.remove("")


def test_several_edits_are_one_change_with_one_way_back() -> None:
    change = edited(
        CONNECTOR,
        lambda document: compose(
            document,
            lambda current: current.set("/title", "A"),
            lambda current: current.remove("/connection/fields/1"),
            lambda current: current.set("/title", "B"),
            lambda current: current.set("/connection/fields/0/name", "c"),
        ),
        CONNECTOR.replace("'Northwind'", "'B'")
        .replace("          { name: 'region', optional: true },\n", "")
        .replace("name: 'api_key', #", "name: 'c', #"),
    )
    assert change.lines_changed == ((2, 2), (8, 8), (11, 11))
