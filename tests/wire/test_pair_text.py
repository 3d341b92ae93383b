"""Pairs as people write and copy them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.wire import Call, DryTransport, run
from designer.wire.composing import Composition
from designer.wire.pair_text import form_pairs, form_text, header_pairs, query_pairs

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1)
VALUES = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(NAMES, VALUES)))
def test_what_is_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    text = form_text(pairs)
    if not text.startswith(("{", "[")):
        assert form_pairs(text) == tuple(pairs)


def test_no_more_is_encoded_than_has_to_be() -> None:
    assert form_text([("a[b]", "x y/é"), ("t", "{{token}}=="), ("c", "1&2+3%")]) == (
        "a[b]=x y/é\nt={{token}}==\nc=1%262%2B3%25"
    )


def test_the_table_of_a_form_sends_what_its_text_sends() -> None:
    def body(text: str) -> bytes:
        args = Composition("POST", "https://h/f", format="form", body=text).arguments({"k": "v 1"}, lambda _name: b"")
        made = run(Call(b"{ connection: {} }", "request", args, {"k": "v 1"}), DryTransport()).prepared
        assert made is not None
        return made.body

    for text in ("a=1&b[c]=x+y&d[]=1&d[]=2&e=%26", "a={{k}}\nb="):
        assert body(form_text(form_pairs(text) or ())) == body(text)
    assert body("a={{k}}\nb=") == b"a=v+1&b="


@pytest.mark.parametrize("text", ['{"a": 1}', "[1]", "a", "=b", "a=1&b"])
def test_what_is_no_list_of_fields_stays_a_text(text: str) -> None:
    assert form_pairs(text) is None


@pytest.mark.parametrize(
    "text", ["a=1&b=x+y%2F", "?a=1&b=x+y%2F#top", "https://api.example.com/x?a=1&b=x+y%2F", "a=1\nb=x y/"]
)
def test_a_copied_query_is_taken_apart(text: str) -> None:
    assert query_pairs(text) == (("a", "1"), ("b", "x y/"))


def test_what_is_no_query_is_a_name() -> None:
    assert query_pairs("page") is None and query_pairs("a b?") is None and query_pairs("a=1&b") is None


def test_a_copied_block_of_headers_is_taken_apart() -> None:
    assert header_pairs("X-Own: a: b \r\nAccept:text/csv\n") == (("X-Own", "a: b"), ("Accept", "text/csv"))
    assert header_pairs("X-Own") is None and header_pairs("X-Own: 1\nno header") is None
