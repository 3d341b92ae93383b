"""Conditions as rows: what rows say means what the text meant, and what they cannot say stays text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.connection.condition_rows import TESTS, ConditionRow, condition_rows, condition_text, with_value
from designer.connection.ngif import parse

names = st.one_of(st.sampled_from(["a", "b", "c_d", "$x"]), st.text(min_size=1, max_size=6))
texts = st.text(max_size=8)


@st.composite
def rows(draw: st.DrawFn) -> ConditionRow:
    test = draw(st.sampled_from(sorted(TESTS)))
    path = tuple(draw(st.lists(names, min_size=1, max_size=2)))
    join = draw(st.sampled_from(["&&", "||"]))
    row = ConditionRow(path, test, join=join)
    if not row.compares:
        return row
    kind = draw(st.sampled_from(["text", "number", "word"]))
    value = {
        "text": texts.filter(bool),
        "number": st.one_of(st.integers(-999, 999).map(str), st.sampled_from(["0.5", "-12.25"])),
        "word": st.sampled_from(["true", "false", "null"]),
    }[kind]
    return ConditionRow(path, test, draw(value), kind, join)


@given(st.lists(rows(), min_size=1, max_size=5))
def test_rows_read_back_from_their_text(made: list[ConditionRow]) -> None:
    text = condition_text(made)
    first, *others = made
    assert condition_rows(parse(text)) == (ConditionRow(first.path, first.test, first.value, first.kind), *others)


@pytest.mark.parametrize(
    "text",
    [
        'input.a == "x"',
        "input.a == 'x' && input['b'] != 'y' || !input.c",
        "\"x\" === input.a || (input.b == 'y' && (input.c))",
        'input.a != "" && input.b == ""',
        "!(input.a == 'x') && !!input.b",
        "5 < input.a || input.b >= 2 && input.c == null",
    ],
)
def test_rows_mean_what_the_text_meant(text: str) -> None:
    condition = parse(text)
    found = condition_rows(condition)
    assert found is not None
    again = parse(condition_text(found))
    for values in itertools.product(["", "x", "y", "true", "3", None], repeat=3):
        form = dict(zip("abc", values, strict=True))
        assert again.holds(form) == condition.holds(form), (condition_text(found), form)


@pytest.mark.parametrize(
    "text",
    ["(input.a || input.b) && input.c", "input.a == input.b", "!(input.a && input.b)", "true", "!(input.a < 3)"],
)
def test_what_rows_cannot_say_has_none(text: str) -> None:
    assert condition_rows(parse(text)) is None


def test_a_value_is_written_as_the_former_one_was() -> None:
    number = ConditionRow(("a",), "==", "5", "number")
    assert condition_text([with_value(number, "6")]) == "input.a == 6"
    assert condition_text([with_value(number, "six")]) == 'input.a == "six"'
    assert condition_text([with_value(ConditionRow(("a",), "==", "true", "word"), "false")]) == "input.a == false"
    assert condition_text([with_value(ConditionRow(("a",), "=="), "5")]) == 'input.a == "5"'
    assert condition_text([with_value(ConditionRow(("a",), "<"), "5")]) == "input.a < 5"
