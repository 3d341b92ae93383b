from __future__ import annotations

from typing import Any

import pytest

from designer.ruby import Document, JsonValueError, Lambda, Regex, RubyCode, Symbol, from_json, to_json


def test_a_connector_in_json() -> None:
    document = Document.parse(
        b"{ a: [1, nil, :b], c: /d/i, e: foo(1), f: lambda do |g|\n  g\nend, 'h' => { 'i' => 0.5 } }"
    )
    assert document.root is not None
    assert to_json(document.root.value) == {
        "a": [1, None, {"symbol": "b"}],
        "c": {"regex": "d", "flags": "i"},
        "e": {"ruby": "foo(1)"},
        "f": {"lambda": {"parameters": ["g"], "body": "g", "line": 1, "end_line": 3}},
        "h": {"i": 0.5},
    }


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"symbol": "a"}, Symbol("a")),
        ({"regex": "a"}, Regex("a")),
        ({"regex": "a", "flags": "im"}, Regex("a", "im")),
        ({"ruby": "foo"}, RubyCode("foo")),
        ({"symbol": "a", "more": 1}, {"symbol": "a", "more": 1}),
        ({"regex": 1}, {"regex": 1}),
        ([{"a": [True]}], [{"a": [True]}]),
    ],
)
def test_markers(data: Any, value: Any) -> None:
    assert from_json(data) == value


def test_a_lambda_needs_no_lines() -> None:
    value = from_json({"lambda": {"parameters": ["a"], "body": "a\nb"}})
    assert isinstance(value, Lambda)
    assert value.text == "lambda do |a|\n  a\n  b\nend"
    document = Document.parse(b"{\n  test: 1\n}\n").set("/test", value).document
    assert document.source == b"{\n  test: lambda do |a|\n    a\n    b\n  end\n}\n"


def test_what_a_document_tells_it_takes_back_unchanged() -> None:
    document = Document.parse(b"{\n  test: ->(a) {\n    b\n  },\n  x: [/y/, { z: foo }]\n}\n")
    assert document.root is not None
    assert document.set("", from_json(to_json(document.root.value))).document is document


@pytest.mark.parametrize(
    "data",
    [{"ruby": 1}, {"lambda": {"parameters": "a"}}, {"lambda": {"body": 1}}, {"lambda": {"parameters": [1]}}, b"x", {1}],
)
def test_malformed_json_is_refused(data: Any) -> None:
    with pytest.raises(JsonValueError):
        from_json(data)
