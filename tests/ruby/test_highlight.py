"""What is coloured, and that colours never overlap."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from designer.ruby import Document
from designer.ruby.highlight import highlights

SOURCE = b"""\
{ title: 'A', # caf\xc3\xa9
  connection: { apply: lambda do |c|
    headers("X": "a #{c['b']} \\n z", :y => 3, 'q' => nil)
  end, refresh_on: [401, /x.*/i] } }
"""


def coloured(source: bytes) -> list[tuple[str, str]]:
    document = Document.parse(source)
    return [(h.kind, source[h.start : h.end].decode()) for h in highlights(document, 0, len(source))]


def test_the_kinds_of_words() -> None:
    found = coloured(SOURCE)
    for expected in (
        ("symbol", "title"),
        ("string", "'A'"),
        ("comment", "# café"),
        ("keyword", "lambda"),
        ("keyword", "do"),
        ("keyword", "end"),
        ("keyword", "nil"),
        ("number", "401"),
        ("string", "/x.*/i"),
        ("symbol", ":y"),
    ):
        assert expected in found


def test_what_is_interpolated_is_code_again() -> None:
    inside = coloured(b"\"before #{connection['key']} after\"")
    assert inside == [
        ("string", '"before '),
        ("symbol", "#{"),
        ("string", "'key'"),
        ("symbol", "}"),
        ("string", ' after"'),
    ]


@given(st.integers(0, len(SOURCE)), st.integers(0, len(SOURCE)))
def test_any_stretch_has_the_colours_of_the_whole(one: int, other: int) -> None:
    document = Document.parse(SOURCE)
    start, end = min(one, other), max(one, other)
    whole = highlights(document, 0, len(SOURCE))
    part = highlights(document, start, end)
    assert all(a.end <= b.start for a, b in itertools.pairwise(part))
    by_byte = {byte: h.kind for h in whole for byte in range(h.start, h.end)}
    assert {byte: h.kind for h in part for byte in range(h.start, h.end)} == {
        byte: kind for byte, kind in by_byte.items() if start <= byte < end
    }
