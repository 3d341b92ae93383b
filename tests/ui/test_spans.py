"""Stretches of a text by kind, and where they are on its lines in the units that Qt counts."""

from __future__ import annotations

from designer.ui.spans import json_spans, no_spans, on_lines, ruby_spans


def lines(source: str, kinds: str = "ruby") -> list[list[tuple[str, str]]]:
    """What stands on each line, cut out of it by UTF-16 units."""
    data = source.encode()
    spans = {"ruby": ruby_spans, "json": json_spans}[kinds](data)
    found = []
    for text, line in zip(source.split("\n"), on_lines(data, spans, 0, len(data)), strict=True):
        units = text.encode("utf-16-le")
        found.append([(units[2 * a : 2 * (a + n)].decode("utf-16-le"), kind) for a, n, kind in line])
    return found


def test_units_are_those_of_qt_behind_letters_of_any_width() -> None:
    assert lines("a = '\U0001f600é' # ü\n:x") == [[("'\U0001f600é'", "string"), ("# ü", "comment")], [(":x", "symbol")]]


def test_what_spans_several_lines_is_on_each_of_them() -> None:
    assert lines("x = 'one\ntwo\nthree' + 1") == [
        [("'one", "string")],
        [("two", "string")],
        [("three'", "string"), ("1", "number")],
    ]


def test_a_stretch_begins_and_ends_where_it_was_asked_for() -> None:
    source = b"1\n2\n3\n4"
    assert list(on_lines(source, ruby_spans(source), 2, 4)) == [[(0, 1, "number")], []]
    assert list(on_lines(source, no_spans, 0, len(source))) == [[], [], [], []]


def test_the_keys_of_json_are_told_from_its_texts() -> None:
    assert lines('{"a": "b:c",\n "d" : [true, null, -1.5e3]}', "json") == [
        [('"a":', "symbol"), ('"b:c"', "string")],
        [('"d" :', "symbol"), ("true", "keyword"), ("null", "keyword"), ("-1.5e3", "number")],
    ]
