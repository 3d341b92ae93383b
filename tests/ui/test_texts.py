"""Between bytes and what Qt counts: spans, positions and differences, for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.ui.hints import left_out, sanitised
from designer.ui.linediff import changed_span, count, diff_lines
from designer.ui.palette import rank
from designer.ui.textmap import LineIndex, shown_text, utf8_length, utf16_length

TEXT = st.text(alphabet="ab é€😀\r\n\t\u2028\u2029{}'", max_size=60)


@given(TEXT, TEXT)
def test_a_span_turns_one_text_into_the_other(old: str, new: str) -> None:
    before, after = old.encode(), new.encode()
    span = changed_span(before, after)
    if span is None:
        assert before == after
        return
    assert before[: span.start] + span.new + before[span.end :] == after
    for part in (before[: span.start], before[span.start : span.end], span.new):
        part.decode()


@given(TEXT, TEXT, TEXT)
def test_a_span_is_no_wider_than_the_edit(head: str, middle: str, tail: str) -> None:
    before = (head + "|" + tail).encode()
    after = (head + middle + "|" + tail).encode()
    span = changed_span(before, after)
    # A line break of two bytes may pull one byte more into the span at either edge.
    assert span is None or len(span.new) <= len(middle.encode()) + 2


@given(TEXT)
def test_lengths_agree_with_the_codecs(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2
    source = text.encode()
    units = utf16_length(shown_text(source))
    assert utf8_length(source, 0, units) == len(source)


@given(TEXT, st.lists(st.integers(0, 80), max_size=6))
def test_lines_are_found_from_wherever_one_looked_last(text: str, asked: list[int]) -> None:
    source = text.encode()
    index = LineIndex(source)
    starts = [0, *(at + 1 for at, byte in enumerate(source) if byte == 10)]
    for line in asked:
        assert index.start(line) == (starts[line] if line < len(starts) else len(source))
        byte = min(line, len(source))
        assert index.line_of(byte) == source.count(b"\n", 0, byte)


@given(TEXT, TEXT)
def test_a_difference_names_exactly_the_lines_that_differ(old: str, new: str) -> None:
    before, after = old.encode(), new.encode()
    lines = diff_lines(before, after, context=1000)
    added, removed = count(before, after)
    assert (added, removed) == (sum(x.kind == "+" for x in lines), sum(x.kind == "-" for x in lines))
    if lines:
        rebuilt = [line.text for line in lines if line.kind in " +"]
        assert rebuilt == [line.removesuffix("\r") for line in new.removesuffix("\n").split("\n")] or not new


def test_a_difference_leaves_out_what_is_far_away() -> None:
    old = "".join(f"line {n}\n" for n in range(100)).encode()
    lines = diff_lines(old, old.replace(b"line 50\n", b"line fifty\n"), context=2)
    assert [(x.kind, x.text, x.old, x.new) for x in lines] == [
        ("@", "48", None, None),
        (" ", "line 48", 49, 49),
        (" ", "line 49", 50, 50),
        ("-", "line 50", 51, None),
        ("+", "line fifty", None, 51),
        (" ", "line 51", 52, 52),
        (" ", "line 52", 53, 53),
        ("@", "47", None, None),
    ]


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("Plain & simple", "Plain &amp; simple"),
        ("<b>Bold</b>, <i>slanted", "<b>Bold</b>, <i>slanted</i>"),
        ("one<br>two", "one<br>two"),
        ("<script>alert(1)</script>after", "after"),
        ("<img src='https://example.com/pixel.png' onerror='x()'>seen", "seen"),
        ("<a href='javascript:x()'>no link</a>", "no link"),
        (
            "<a href='https://example.com/?a=1&b=2' onclick='x()'>link</a>",
            '<a href="https://example.com/?a=1&amp;b=2" style="color:C">link</a>',
        ),
        ("1 < 2 and 3 > 2", "1 &lt; 2 and 3 &gt; 2"),
    ],
)
def test_hints_show_what_the_platform_shows_and_run_nothing(hint: str, shown: str) -> None:
    assert sanitised(hint, "C") == shown


@pytest.mark.parametrize(
    ("hint", "gone"),
    [
        ("<b>plain</b> <a href='https://acme.example'>link</a><br>", ()),
        ("<img src='https://acme.example/x.png'><script>go()</script>", ("img", "script")),
        ("<a href='javascript:go()'>go</a> <a href='file:///etc/passwd'>read</a>", ("a",)),
        ("1 < 2 and a & b", ()),
    ],
)
def test_what_a_hint_loses_is_told(hint: str, gone: tuple[str, ...]) -> None:
    assert left_out(hint) == gone


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("", "Undo", 0),
        ("un", "Undo", 0),
        ("con test", "Test connection", 1),
        ("nnec", "Test connection", 2),
        ("tcn", "Test connection", 3),
        ("xyz", "Undo", None),
    ],
)
def test_the_palette_ranks_starts_before_middles(query: str, title: str, expected: int | None) -> None:
    assert rank(query, title) == expected
