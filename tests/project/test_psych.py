"""YAML as Ruby reads and writes it."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.project.errors import SettingsError
from designer.project.psych import load, tokenize
from designer.project.psych_dump import dump
from designer.ruby.values import Symbol


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("yes", True),
        ("ON", True),
        ("no", False),
        ("off", False),
        ("y", "y"),
        ("nope", "nope"),
        ("12", 12),
        ("-1_000", -1000),
        ("1,000", 1000),
        ("0123", 83),
        ("08", "08"),
        ("0x1F", 31),
        ("0b101", 5),
        ("0o17", "0o17"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.0e+3", 1000.0),
        ("1e3", "1e3"),
        (".", "."),
        ("-.inf", -math.inf),
        ("1.2.3", "1.2.3"),
        (":sym", Symbol("sym")),
        (':"a b"', Symbol("a b")),
        (":", ":"),
        ("a: b", "a: b"),
        ("12:30", 45000),
        ("2026-01-02", datetime.date(2026, 1, 2)),
        ("2026-13-02", "2026-13-02"),
        ("a1", "a1"),
        ("k-123", "k-123"),
        ("1 word", "1 word"),
    ],
)
def test_plain_scalars(text: str, value: Any) -> None:
    found = tokenize(text)
    assert (found, type(found)) == (value, type(value))


def test_not_a_number() -> None:
    assert math.isnan(tokenize(".NaN"))


def test_quoted_and_tagged_scalars_are_what_they_say() -> None:
    assert load("a: 'yes'\nb: \"12\"\nc: !!str 5\nd: !binary aGk=\ne: |\n  1\nf: !binary /w==\n") == {
        "a": "yes",
        "b": "12",
        "c": "5",
        "d": "hi",
        "e": "1\n",
        "f": b"\xff",
    }


def test_an_inline_merge_and_repeated_keys() -> None:
    assert load("<<: {a: 1, b: 2}\nb: 3\nc: 4\nc: 5\n") == {"a": 1, "b": 3, "c": 5}


def test_only_the_first_document_counts() -> None:
    assert load("a: 1\n---\nb: 2\n") == {"a": 1}
    assert load("") is None


@pytest.mark.parametrize(
    ("text", "ruby_class", "message"),
    [
        ("a: [1\n", "Psych::SyntaxError", "expected"),
        ("a: 2026-01-02\n", "Psych::DisallowedClass", "Tried to load unspecified class: Date"),
        ("a: 2026-01-02 03:04:05 Z\n", "Psych::DisallowedClass", "Tried to load unspecified class: Time"),
        ("a: !ruby/object:Foo {}\n", "Psych::DisallowedClass", "Tried to load unspecified class: Foo"),
        ("a: &x 1\nb: *x\n", "Psych::BadAlias", "Unknown alias: x"),
    ],
)
def test_what_safe_loading_refuses(text: str, ruby_class: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert caught.value.ruby_class == ruby_class
    assert message in caught.value.ruby_message
    assert caught.value.hint


def test_encrypted_files_are_loaded_without_restraint() -> None:
    assert load("a: 2026-01-02\nb: &x [1]\nc: *x\n", safe=False) == {
        "a": datetime.date(2026, 1, 2),
        "b": [1],
        "c": [1],
    }


def test_what_ruby_writes() -> None:
    value = {
        "plain": "k-123",
        "number": 8080,
        "float": 1e20,
        "yes": True,
        "nothing": None,
        "empty": "",
        "word": "yes",
        "digits": "0123",
        "sign": "#x",
        "letter": "y",
        "date": "2026-01-02",
        "symbol": Symbol("s"),
        "list": [1, None, {"three": 3}],
        "none": [],
        "nested": {"é": "漢", "deep": {}},
        "lines": "a\nb\n",
        "cut": "a\nb",
    }
    assert dump(value) == (
        "---\nplain: k-123\nnumber: 8080\nfloat: 1.0e+20\n'yes': true\nnothing:\nempty: ''\nword: 'yes'\n"
        "digits: '0123'\nsign: \"#x\"\nletter: \"y\"\ndate: '2026-01-02'\nsymbol: :s\nlist:\n- 1\n- \n- three: 3\n"
        "none: []\nnested:\n  é: 漢\n  deep: {}\nlines: |\n  a\n  b\ncut: |-\n  a\n  b\n"
    )


def test_an_empty_item_ends_without_a_space_where_no_text_could_be_meant() -> None:
    assert dump({"a": [None, [None]]}) == "---\na:\n-\n- -\n"


_texts = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.lists(st.sampled_from(["word", " ", "'", '"', "#", ": ", "- ", "\n", "\t", "é"]), max_size=60).map("".join),
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _texts
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4), max_leaves=12
)


@given(_values)
def test_what_is_written_reads_back(value: Any) -> None:
    back = load(dump(value))
    assert back == value
    assert repr(back) == repr(value)


def test_a_set_is_an_object_to_the_sdk() -> None:
    with pytest.raises(SettingsError) as refused:
        load("a: !set {x, y}")
    assert refused.value.ruby_message == "Tried to load unspecified class: Psych::Set"
