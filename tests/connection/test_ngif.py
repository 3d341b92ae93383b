"""The condition language of ngIf."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.connection import NgIfError, parse_condition, visible


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('input.a == "x"', {"a": "x"}, True),
        ("input.a == 'x'", {"a": "y"}, False),
        ("input['a'] != \"x\"", {}, True),
        ("input.a", {"a": ""}, False),
        ("input.a", {"a": "false"}, True),
        ("!input.a", {}, True),
        ("input.a == true", {"a": "true"}, True),
        ("input.a == true", {"a": True}, True),
        ("input.a == 'false'", {"a": False}, True),
        ("input.count == 3", {"count": "3"}, True),
        ("input.count > 2 && input.count <= 3", {"count": 3}, True),
        ("input.count > 2", {"count": "many"}, False),
        ("input.a == null", {}, True),
        ("input.a === 'x' || input.b !== 'y'", {"a": "z", "b": "y"}, False),
        ("!(input.a == 'x') && input.b == 'y'", {"a": "z", "b": "y"}, True),
        ("input.a == 'x' ||\n  input.a == 'y'", {"a": "y"}, True),
        ("input.address.city == 'Wien'", {"address": {"city": "Wien"}}, True),
        (r"input.a == 'it\'s'", {"a": "it's"}, True),
        ("input.a == 'x' || input.b == 'y' && input.c == 'z'", {"a": "x"}, True),
    ],
)
def test_a_condition_holds(text: str, values: dict[str, Any], expected: bool) -> None:
    assert parse_condition(text).holds(values) is expected
    assert visible(text, values) is expected


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("input.a = 'x'", 8, "Unexpected ="),
        ("input.a == 'x", 11, "Unexpected '"),
        ("input.a ==", 10, "ends too early"),
        ("(input.a", 8, "closing parenthesis"),
        ("input['a' == 'x'", 10, "closing bracket"),
        ("input[a] == 'x'", 6, "name of a field is missing"),
        ("auth_type == 'x'", 0, "auth_type is not known"),
        ("input == 'x'", 0, "missing after input"),
        ("input.a == 'x' input.b", 15, "Unexpected input"),
        ("input.a & input.b", 8, "Unexpected &"),
        ("", 0, "ends too early"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, offset: int, message: str) -> None:
    with pytest.raises(NgIfError) as caught:
        parse_condition(text)
    assert caught.value.offset == offset
    assert message in caught.value.message


def test_a_field_without_a_readable_condition_is_shown() -> None:
    assert visible(None, {})
    assert visible("  ", {})
    assert visible("input.a = 'x'", {})


def test_the_fields_a_condition_reads() -> None:
    condition = parse_condition("input.a == 'x' && (input['b'] || input.a)")
    assert condition.names == ("a", "b")
    assert [condition.text[r.offset : r.offset + 5] for r in condition.references] == ["input"] * 3


@given(st.text(alphabet="inputa.[]'\"=!&|() x1", max_size=30))
def test_any_text_is_a_condition_or_a_located_error(text: str) -> None:
    try:
        condition = parse_condition(text)
    except NgIfError as error:
        assert 0 <= error.offset <= len(text)
    else:
        assert condition.holds({}) in (True, False)
