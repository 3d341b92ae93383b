"""Carrying a change over to code in the author's own wording."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from designer.connection.meaning import meaning
from designer.connection.merge import candidates, merged
from designer.connection.spacing import insert_spaced
from designer.ruby import Document

BASE = "lambda do |connection|\n  headers('A' => connection['a'])\nend"
MINE = 'lambda { |connection|\n  # as agreed\n  headers("A" => connection["a"]) # for ever\n}'


def applied(base: str, actual: str, wanted: str) -> str | None:
    """The first guess."""
    edits = next(candidates(base, actual, wanted), None)
    return None if edits is None else merged(actual, edits)


def test_a_changed_word() -> None:
    wanted = BASE.replace("'A'", "'B'")
    assert applied(BASE, MINE, wanted) == MINE.replace('"A"', "'B'")


def test_an_added_argument() -> None:
    wanted = BASE.replace("connection['a']", "connection['a'], 'C' => 'c'")
    assert applied(BASE, MINE, wanted) == MINE.replace('connection["a"]', "connection[\"a\"], 'C' => 'c'")


def test_a_removed_line() -> None:
    base = "post('u')\n  .user('a')\n  .payload(b: 1)"
    actual = 'post("u").\n  user("a"). # who\n  payload(b: 1)'
    assert applied(base, base, "post('u')\n  .payload(b: 1)") == "post('u')\n  .payload(b: 1)"
    found = applied(base, actual, "post('u')\n  .payload(b: 1)")
    assert found is None or "user" not in found


def test_another_order_of_the_same_words() -> None:
    base = "post('u').payload(grant_type: 'x', client_id: connection['client_id'], scope: 'a')"
    actual = "post('u').payload(client_id: connection['client_id'], scope: 'a', grant_type: 'x')"
    wanted = base.replace("scope: 'a'", "scope: 'a b', audience: 'c'")
    found = [merged(actual, edits) for edits in candidates(base, actual, wanted)]
    assert (
        "post('u').payload(client_id: connection['client_id'], scope: 'a b', audience: 'c', grant_type: 'x')" in found
    )


def test_hints_reach_what_is_built_on_the_way() -> None:
    actual = "scopes = ['read',\n  'write'].join(' ')\n'https://x.example/a?scope=' + scopes"
    hints = [("https://x.example/a", "https://y.example/b"), (["read", "write"], ["read", "write", "admin"])]
    found = [merged(actual, edits) for edits in candidates("'a'", actual, "'b'", hints)]
    assert found[-1] == "scopes = ['read',\n  'write',\n  'admin'].join(' ')\n'https://y.example/b?scope=' + scopes"
    words = "%w[read write]"
    assert merged(words, next(candidates("'a'", words, "'b'", [(["read", "write"], ["write", "x"])]))) == "%w[write x]"


def test_meaning_is_free_of_order_and_spelling() -> None:
    one = "lambda { |c| headers('A' => c['a'], B: \"x#{c['b']}\") }"
    two = "->(connection) do\n  headers(B: 'x' + connection[:b], 'A' => connection['a'])\nend"
    assert meaning(one, "apply") == meaning(two, "apply") is not None
    assert meaning(one, "apply") != meaning(one.replace("'a'", "'z'"), "apply")
    url = "lambda { 'https://x.example/a?%s' }"
    assert meaning(url % "scope=a&response_type=code&b=1", "authorization_url") == meaning(
        url % "b=1&response_type=code&scope=a", "authorization_url"
    )
    assert meaning("lambda {", "apply") is None


def test_code_too_different_is_not_touched() -> None:
    assert applied(BASE, "lambda { |c| call('headers', c) }", BASE.replace("'A'", "'B'")) is None


@given(st.text(alphabet="ab'\" \n#{}()=>,.x1", max_size=40), st.text(alphabet="ab'\" \n#{}()=>,.x1", max_size=40))
def test_the_authors_own_base_becomes_what_is_wanted(base: str, wanted: str) -> None:
    """Where the file holds the very base, merging is exact but for space and comments between words."""
    found = applied(base, base, wanted)
    if found is not None and "#" not in base + wanted and "\n" not in base + wanted:
        assert found.split() == wanted.split() or "".join(found.split()) == "".join(wanted.split())


def test_a_new_key_gets_the_blank_line_its_neighbours_have() -> None:
    airy = "{\n  a: 1,\n\n  b: 2\n}\n"
    dense = "{\n  a: 1,\n  b: 2\n}\n"
    for source, before, expected in (
        (airy, "b", "{\n  a: 1,\n\n  n: 3,\n\n  b: 2\n}\n"),
        (airy, None, "{\n  a: 1,\n\n  b: 2,\n\n  n: 3\n}\n"),
        (airy, "a", "{\n  n: 3,\n\n  a: 1,\n\n  b: 2\n}\n"),
        (dense, "b", "{\n  a: 1,\n  n: 3,\n  b: 2\n}\n"),
        (airy.replace("\n", "\r\n"), "b", "{\r\n  a: 1,\r\n\r\n  n: 3,\r\n\r\n  b: 2\r\n}\r\n"),
    ):
        doc = Document.parse(source.encode())
        assert insert_spaced(doc, "/n", 3, before=before).document.source.decode() == expected
