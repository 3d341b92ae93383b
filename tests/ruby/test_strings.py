"""New text in the spelling that stands there."""

from __future__ import annotations

import pytest

from designer.ruby import Document, quote
from tests.ruby.examples import edited


@pytest.mark.parametrize(
    ("written", "text", "rewritten"),
    [
        ("'a'", r"it's C:\x", r"'it\'s C:\\x'"),
        ("'a'", '#{b} "c"', "'#{b} \"c\"'"),
        ("'a'", "one\ntwo\t", r'"one\ntwo\t"'),
        ('"a"', 'say "#{b}" #@c #d', r'"say \"\#{b}\" \#@c #d"'),
        ('"a"', "bell \x07 nul \x00 é 🔑 \u202e \ufeff", '"bell \\a nul \\u0000 é 🔑 \\u202E \\uFEFF"'),
        ("%q(a)", r"(b) it's \ ", r"%q(\(b\) it's \\ )"),
        ("%q(a)", "bell \x07", r'"bell \a"'),
        ("%Q[a]", "#{b}] \n", r"%Q[\#{b}\] \n]"),
        ("?a", "b", "'b'"),
        ("'one\ntwo'", "three\nfour's", "'three\nfour\\'s'"),
        ("'x'.freeze", "y", "'y'"),
    ],
)
def test_a_string_keeps_its_kind_of_quotes(written: str, text: str, rewritten: str) -> None:
    edited(f"{{ it: {written} }}", lambda document: document.set("/it", text), f"{{ it: {rewritten} }}")


def test_raw_line_breaks_are_the_file_s() -> None:
    document = Document.parse(b"{\r\n  it: 'one\r\ntwo'\r\n}")
    assert document.set("/it", "1\n2").document.source == b"{\r\n  it: '1\r\n2'\r\n}"


def test_new_strings_follow_the_quotes_around_them() -> None:
    edited('{ a: "x", b: 1 }', lambda document: document.set("/b", "it's"), """{ a: "x", b: "it's" }""")
    edited("{ a: 'x', b: 1 }", lambda document: document.set("/b", '"it"'), """{ a: 'x', b: '"it"' }""")


def test_half_a_surrogate_has_no_spelling() -> None:
    with pytest.raises(Exception, match="surrogate"):
        quote("\udc00")


HINT = r"""
    {
      hint: 'Open <b>Settings</b> and ' \
            'choose API keys, then ' \
            'copy the newest one',
      label: 'x'
    }
"""


def test_a_continued_string_is_rewritten_only_where_it_differs() -> None:
    edited(
        HINT,
        lambda document: document.set("/hint", "Open <b>Settings</b> and choose tokens, then copy the newest one"),
        HINT.replace("API keys", "tokens"),
    )


def test_a_longer_text_goes_on_in_further_lines() -> None:
    edited(
        HINT,
        lambda document: document.set(
            "/hint", "Open <b>Settings</b> and choose API keys, then copy the newest one, or ask somebody who can"
        ),
        HINT.replace("'copy the newest one'", "'copy the newest one, or ' \\\n            'ask somebody who can'"),
    )


def test_a_short_text_needs_no_continuation() -> None:
    edited(HINT, lambda document: document.set("/hint", "Ask it"), "{\n  hint: 'Ask it',\n  label: 'x'\n}\n")


def test_a_changed_end_leaves_the_start_alone() -> None:
    edited(
        HINT,
        lambda document: document.set("/hint", "Open <b>Settings</b> and choose API keys, then copy it"),
        HINT.replace("copy the newest one", "copy it"),
    )


HEREDOC = """
    {
      hint: <<~HINT.strip, # told to the user
        Open <b>Settings</b>,
          then copy \\\\ the key
      HINT
      label: 'x'
    }
"""


def test_a_here_document_gets_new_lines() -> None:
    edited(
        HEREDOC,
        lambda document: document.set("/hint", "One\n\nTwo #{2} \\"),
        """
        {
          hint: <<~HINT.strip, # told to the user
            One

            Two \\#{2} \\\\
          HINT
          label: 'x'
        }
        """,
    )


def test_what_a_here_document_cannot_say_becomes_a_string() -> None:
    edited(
        HEREDOC,
        lambda document: document.set("/hint", " kept blanks "),
        """
        {
          hint: ' kept blanks ', # told to the user
          label: 'x'
        }
        """,
    )


def test_a_line_that_would_close_the_here_document_makes_it_a_string() -> None:
    edited(
        HEREDOC,
        lambda document: document.set("/hint", "a\nHINT\nb"),
        """
        {
          hint: "a\\nHINT\\nb", # told to the user
          label: 'x'
        }
        """,
    )


def test_two_here_documents_on_one_line_keep_their_order() -> None:
    before = """
        { a: <<~A.strip, b: <<~B.strip }
          first
        A
          second
        B
    """
    edited(before, lambda document: document.set("/b", "2"), before.replace("second", "2"))
    edited(
        before,
        lambda document: document.set("/a", 1),
        """
        { a: 1, b: <<~B.strip }
          second
        B
        """,
    )
    edited(
        before,
        lambda document: document.remove("/b"),
        """
        { a: <<~A.strip }
          first
        A
        """,
    )
