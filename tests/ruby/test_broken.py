"""A file with a syntax error: what is whole stays readable and editable, and the error is named."""

from __future__ import annotations

import re

import pytest

from designer.ruby import Document, EditError
from tests.ruby.examples import edited, ruby

CONNECTOR = """
    {
      title: 'Northwind',

      methods: {
        find: lambda do |input|
          if input
            get('/x')
          end
        end
      },

      connection: {
        fields: [
          { name: 'key', label: 'Key' },
          {
            name: 'region'
          }
        ],

        authorization: {
          type: 'api_key',

          apply: lambda do |connection|
            headers('X-Key': connection['key'])
          end
        }
      },

      test: lambda do |_connection|
        get('/me')
      end
    }
"""

OPENED = "`{}` opened here, line {}, is never closed."
STRING = "The string opened here, line {}, is never closed."
BREAKS = [
    ("          end\n        end\n", "          end\n", OPENED.format("lambda do", 5)),
    ("            get('/x')\n          end\n", "            get('/x')\n", OPENED.format("if", 6)),
    ("        end\n      },\n\n      con", "        end\n\n      con", OPENED.format("methods: {", 4)),
    ("get('/x')", "get('/x)", STRING.format(7)),
    ("get('/x')", "get('/x'", OPENED.format("(", 7)),
    ("get('/x')", "get('/x') }", "`}` here, line 7, closes nothing."),
    ("'Northwind',", "'Northwind'", "A comma is missing at the end of line 2."),
    ("'Northwind'", "'Northwind", STRING.format(2)),
    ("if input", "if input &&& 1", None),
    ("get('/me')\n      end", "get('/me')", OPENED.format("lambda do", 29)),
    ("label: 'Key' },", "label: 'Key },", STRING.format(14)),
    ("'region'\n          }", "'region'", OPENED.format("{", 15)),
    ("        ],\n\n        auth", "\n        auth", OPENED.format("fields: [", 13)),
    ("        }\n      },\n\n      test", "        },\n\n      test", OPENED.format("connection: {", 12)),
    ("['key'])\n          end", "['key'])", OPENED.format("lambda do", 23)),
    ("        get('/me')\n      end\n    }\n", "        get('/me')\n      end\n", OPENED.format("{", 1)),
]


@pytest.mark.parametrize(("whole", "broken", "said"), BREAKS, ids=[str(each[2]) for each in BREAKS])
def test_editing_goes_on_around_the_error_which_is_named(whole: str, broken: str, said: str | None) -> None:
    before = CONNECTOR.replace(whole, broken, 1)
    assert before != CONNECTOR
    issues = ruby(before).issues
    assert issues
    if said is not None:
        assert [issue.message for issue in issues] == [said]
        assert issues[0].line == int(re.findall(r"line (\d+)", said)[-1])
    edited(
        before,
        lambda document: document.set("/connection/authorization/type", "custom_auth"),
        before.replace("'api_key',", "'custom_auth',"),
    )
    edited(
        before,
        lambda document: document.insert("/connection/authorization/detect_on", [401], before="apply"),
        before.replace("apply: lambda", "detect_on: [401],\n          apply: lambda"),
    )
    assert ruby(before).find("/test") is not None


def test_a_broken_member_is_an_error_and_can_be_replaced() -> None:
    before = CONNECTOR.replace("['key'])\n          end", "['key'])")
    element = ruby(before).find("/connection/authorization/apply")
    assert element is not None
    assert element.kind == "error"
    assert element.text.startswith("lambda do") and element.text.endswith("['key'])")
    change = ruby(before).set("/connection/authorization/apply", None)
    assert not change.document.issues
    assert change.document.find("/connection/authorization/apply").value is None  # type: ignore[union-attr]


def test_a_broken_field_is_one_error_beside_whole_ones() -> None:
    document = ruby(CONNECTOR.replace("label: 'Key' },", "label: 'Key },"))
    fields = document.find("/connection/fields")
    assert fields is not None
    assert [item.kind for item in fields.items] == ["error", "hash"]
    assert fields.items[1].value == {"name": "region"}
    change = document.set("/connection/fields/0", {"name": "key"})
    assert not change.document.issues
    change = document.remove("/connection/fields/0")
    assert not change.document.issues


def test_nothing_is_inserted_into_a_broken_value() -> None:
    document = ruby(CONNECTOR.replace("label: 'Key' },", "label: 'Key },"))
    with pytest.raises(EditError) as caught:
        document.set("/connection/fields/0/hint", "x")
    assert "syntax error" in caught.value.message


def test_where_indentation_tells_nothing_the_parser_s_reading_stands() -> None:
    document = ruby(
        """
        {
        title: 'x',
        connection: {
        fields: [
        { name: 'key' }
        ]
        },
        test: lambda do
        get('/x'
        end
        }
        """
    )
    assert document.issues
    assert document.find("/connection/fields/0/name").value == "key"  # type: ignore[union-attr]


def test_a_file_broken_on_one_line_keeps_its_whole_pairs() -> None:
    document = Document.parse(b"  { title: 'x', connection: { fields: [] }, test: [ foo( }\n")
    assert document.issues
    assert document.find("/title").value == "x"  # type: ignore[union-attr]


def test_mending_the_file_by_typing_clears_the_issue() -> None:
    whole = ruby(CONNECTOR)
    at = whole.source.index(b"'Northwind'") + len(b"'Northwind")
    broken = whole.replace(at, at + 1, b"").document
    assert broken.issues
    mended = broken.replace(at, at, b"'").document
    assert mended.source == whole.source
    assert not mended.issues
    assert mended.find("").value == whole.find("").value  # type: ignore[union-attr]


def test_a_ruled_comment_costs_no_time() -> None:
    rule = "# " * 2_000
    document = ruby(f"{{\n  title: 'x',\n  {rule}\n  connection: {{ fields: [] }}\n  test: lambda do\n}}\n")
    assert document.find("/connection/fields") is not None
    assert document.find("/title").value == "x"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "source",
    [b"{{{{\n  title: 'T',\n  connection: { fields: [] }\n}\n", b"{(\n  title: 'T'\n}\n"],
    ids=["braces", "a bracket"],
)
def test_nothing_is_put_in_the_place_of_what_cannot_be_read(source: bytes) -> None:
    document = Document.parse(source)
    for edit in (document.insert, document.set):
        with pytest.raises(EditError):
            edit("/connection", {"fields": []})


def test_a_comment_alone_is_no_reason_not_to_insert() -> None:
    for source in (b"{\n  # nothing yet\n}\n", b"{\n}\n", b"{}\n"):
        made = Document.parse(source).insert("/title", "T").document
        found = made.find("/title")
        assert found is not None and found.value == "T"
        assert b"# nothing yet" not in source or b"# nothing yet" in made.source
