from __future__ import annotations

import textwrap
from typing import Any

import pytest

from designer.ruby import EditError, Lambda, Regex, RubyCode, Style, Symbol, lambda_of
from designer.ruby.render import render
from tests.ruby.examples import ruby


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "nil"),
        (True, "true"),
        (-12, "-12"),
        (1.0, "1.0"),
        (1e300, "1.0e+300"),
        (-2.5e-7, "-2.5e-07"),
        ("it's", r"'it\'s'"),
        (Symbol("ok?"), ":ok?"),
        (Symbol("[]="), ':"[]="'),
        (Symbol("two words"), ':"two words"'),
        (Regex("a/b\\/c\n", "im"), r"/a\/b\/c\n/im"),
        (Regex(r"\#{x}"), r"/\#{x}/"),
        ([], "[]"),
        ({}, "{}"),
        ([1, ["a", Symbol("b")]], "[1, ['a', :b]]"),
        ({"a": 1, "b-c": 2}, "{ a: 1, 'b-c': 2 }"),
        (RubyCode("  foo(1)\n"), "foo(1)"),
    ],
)
def test_short_values(value: Any, written: str) -> None:
    assert render(value) == written


def test_long_and_nested_values_are_broken_into_lines() -> None:
    value = {
        "fields": [{"name": "a", "optional": False}, {"name": "b", "label": "B", "hint": "x"}],
        "apply": RubyCode("lambda do |connection|\n  headers(a: 1)\nend"),
        "options": [["A long label for an option", "value_1"], ["Another long label", "value_2"], ["A third", "3"]],
    }
    assert render(value, Style(trailing_comma=True), "  ") == textwrap.dedent(
        """\
        {
            fields: [
              { name: 'a', optional: false },
              {
                name: 'b',
                label: 'B',
                hint: 'x',
              },
            ],
            apply: lambda do |connection|
              headers(a: 1)
            end,
            options: [
              ['A long label for an option', 'value_1'],
              ['Another long label', 'value_2'],
              ['A third', '3'],
            ],
          }"""
    )


def test_a_style_says_how() -> None:
    style = Style(indent="\t", quote='"', key="string_rocket", key_quote="'", brace_pad="", dense_hashes=True)
    assert render({"a": "x", "b": [{"c": None}]}, style) == "{\n\t'a' => \"x\",\n\t'b' => [\n\t\t{'c' => nil}\n\t]\n}"


def test_the_style_of_a_place_is_learnt_from_its_neighbours() -> None:
    document = ruby(
        """
        {
            title: "x",
            connection: {
                fields: [
                    {'name' => 'a', 'label' => 'b'},
                    {'name' => 'c'},
                ],
                authorization: {},
            },
        }
        """
    )
    fields = document.style("/connection/fields/0/name")
    assert (fields.indent, fields.quote, fields.key, fields.brace_pad) == ("    ", "'", "string_rocket", "")
    assert fields.dense_hashes is True
    assert fields.trailing_comma is True
    assert document.style("/connection/authorization").key == "label"
    assert document.style("/nowhere") == Style()


def test_a_new_lambda_is_written_out() -> None:
    value = lambda_of(["connection"], "a\n\nb")
    assert value == Lambda(("connection",), "a\n\nb", "lambda do |connection|\n  a\n\n  b\nend", 1, 5)
    assert lambda_of([], "").text == "lambda do\nend"


@pytest.mark.parametrize(
    "value",
    [
        float("inf"),
        float("nan"),
        "\ud83d",
        Regex("x", "q"),
        Regex("#{x}"),
        RubyCode("1 +"),
        RubyCode("a; b"),
        RubyCode("# only"),
    ],
)
def test_what_has_no_spelling_is_refused(value: Any) -> None:
    with pytest.raises(EditError):
        render(value)


def test_broken_code_says_where() -> None:
    with pytest.raises(EditError) as caught:
        render(RubyCode("lambda do |c|\n  if c\nend"))
    assert caught.value.hint == "Line 2 of the new code: `if` opened here, line 2, is never closed."
