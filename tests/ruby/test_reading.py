from __future__ import annotations

from typing import Any

import pytest

from designer.ruby import DecodeError, Document, Lambda, PointerError, Regex, RubyCode, Symbol
from tests.ruby.examples import ruby


def value(expression: str) -> Any:
    element = Document.parse(f"{{ it: {expression} }}\n".encode()).find("/it")
    assert element is not None
    return element.value


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"'plain'", "plain"),
        (r"'it\'s \n \\ C:\dir'", r"it's \n \ C:\dir"),
        (
            r'"tab\t, quote\", \#{no}, \u00e9, \u{1F511 41}, \x41, \101, \e, \s."',
            'tab\t, quote", #{no}, é, 🔑A, A, A, \x1b,  .',
        ),
        (r'"\C-a\ca\c?"', "\x01\x01\x7f"),
        (r'"\xC3\xA9"', "é"),
        (r"%q(it's (nested) \) \n)", r"it's (nested) ) \n"),
        (r"%Q{a\tb}", "a\tb"),
        (r"%(a\tb)", "a\tb"),
        ("?a", "a"),
        (r"?\n", "\n"),
        ("'one ' \\\n  'two ' \\\n  \"three\\n\"", "one two three\n"),
        ("'a' 'b'", "ab"),
        ("'x'.freeze", "x"),
        ('"a\\\n  b"', "a  b"),
        ("''", ""),
    ],
)
def test_strings_in_every_spelling(written: str, said: str) -> None:
    assert value(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1_000", 1000),
        ("-3", -3),
        ("+3", 3),
        ("0xff", 255),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("1.5e3", 1500.0),
        ("-0.5", -0.5),
        ("true", True),
        ("nil", None),
        (":name", Symbol("name")),
        (':"na me"', Symbol("na me")),
        ("%s(na me)", Symbol("na me")),
        ("/a\\/b/i", Regex("a/b", "i")),
        ("%r{a/b\\}}x", Regex("a/b\\}", "x")),
        ("%w[a b\\ c #{d}]", ["a", "b c", "#{d}"]),
        ("%i[a b]", [Symbol("a"), Symbol("b")]),
        ("[1, 'a', [], {}]", [1, "a", [], {}]),
    ],
)
def test_other_literals(written: str, said: Any) -> None:
    read = value(written)
    assert read == said
    assert type(read) is type(said)


@pytest.mark.parametrize(
    "written",
    [
        '"Bearer #{token}"',
        '"a" "b#{c}"',
        '"#@name"',
        "foo(1)",
        "CONSTANT",
        "1r",
        "a ? b : c",
        "'a' + 'b'",
        '"\\xff"',
        "`ls`",
        "['a'].first",
    ],
)
def test_what_only_ruby_can_tell_is_code(written: str) -> None:
    assert value(written) == RubyCode(written)


def test_here_documents() -> None:
    document = ruby(
        """
        {
          squiggly: <<~HINT,
            Go to
              <b>Settings</b> #{'#'}
          HINT
          plain: <<~'RAW'.strip,
            no #{interpolation} \\n
          RAW
          first: <<-A, second: <<B,
            a
            A
        b\\tb
        B
          squished: <<~X.squish
            one
              two
          X
        }
        """
    )
    assert not document.issues
    values = {entry.key: entry.element.value for entry in document.root.entries}  # type: ignore[union-attr]
    assert isinstance(values.pop("squiggly"), RubyCode)
    assert values == {
        "plain": "no #{interpolation} \\n",
        "first": "    a\n",
        "second": "b\tb\n",
        "squished": "one two",
    }


def test_keys_in_every_spelling_have_one_name() -> None:
    document = Document.parse(
        b"""{ a: 1, "b c": 2, 'd': 3, :e => 4, 'f' => 5, "g/h" => 6, :"i~j" => 7, if: 8, ok?: 9, 10 => 10,
              **more, K => 0 }"""
    )
    assert document.root is not None
    names = ["a", "b c", "d", "e", "f", "g/h", "i~j", "if", "ok?", "10"]
    assert [entry.key for entry in document.root.entries] == names
    assert [entry.element.value for entry in document.root.entries] == list(range(1, 11))
    found = document.find("/g~1h"), document.find("/i~0j")
    assert [element.value for element in found if element] == [6, 7]
    assert found[0] is not None
    assert found[0].pointer == "/g~1h"


def test_of_a_key_written_twice_the_last_wins() -> None:
    document = Document.parse(b"{ a: 1, 'a' => 2 }")
    assert document.find("/a").value == 2  # type: ignore[union-attr]
    assert len(document.root.entries) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "parameters", "body"),
    [
        ("lambda do |a, b|\n    x(a)\n      .y\n\n    z\n  end", ("a", "b"), "x(a)\n  .y\n\nz"),
        ("lambda { |a| get(a) }", ("a",), "get(a)"),
        ("->(a, b = 1, *c, d:, &e) { a }", ("a", "b = 1", "*c", "d:", "&e"), "a"),
        ("->() {\n}", (), ""),
        ("-> x, y do x end", ("x", "y"), "x"),
        ("proc { |a; local| 1 }", ("a",), "1"),
        ("Proc.new { }", (), ""),
        ("lambda do |a|\n    if a\n      <<~X\n    b\n      X\n    end\n  end", ("a",), "if a\n  <<~X\nb\n  X\nend"),
    ],
)
def test_lambdas(written: str, parameters: tuple[str, ...], body: str) -> None:
    read = value(written)
    assert isinstance(read, Lambda)
    assert (read.parameters, read.body, read.text) == (parameters, body, written)
    assert (read.line, read.end_line) == (1, 1 + written.count("\n"))


def test_the_connector_is_the_last_hash_at_the_top() -> None:
    document = ruby(
        """
        # frozen_string_literal: true
        require 'json'
        LIMITS = { title: 'not me' }
        { title: 'nor me' }
        {
          title: 'me'
        }
        # the end
        __END__
        { title: 'data' }
        """
    )
    assert document.find("/title").value == "me"  # type: ignore[union-attr]
    assert document.find("/nothing") is None
    assert document.find("/title/deeper") is None


@pytest.mark.parametrize("source", [b"", b"# nothing\n", b"foo\n", b"[1]\n", b"x = {}\n"])
def test_a_file_without_a_connector(source: bytes) -> None:
    document = Document.parse(source)
    assert document.root is None
    assert document.find("") is None
    assert document.find("/title") is None
    assert document.issues == ()


def test_places_count_lines_from_one_and_columns_in_characters() -> None:
    document = Document.parse("{\n  größe: '日本', key: 1,\n  last: lambda do\n  end\n}\n".encode())
    key, last = document.find("/key"), document.find("/last")
    assert key is not None and last is not None
    assert (key.line, key.text) == (2, "1")
    at = document.position(key.start)
    assert (at.line, at.column) == (2, 21)
    assert (last.line, last.end_line) == (3, 4)
    end = document.position(len(document.source))
    assert (end.line, end.column) == (6, 1)
    assert document.position(10**9) == end
    entry = document.root.entries[1]  # type: ignore[union-attr]
    assert document.source[entry.key_start : entry.key_end] == b"key:"
    assert document.source[entry.start : entry.end] == b"key: 1"


def test_newline_and_encoding_are_told() -> None:
    assert Document.parse(b"{\r\n}\r\n").newline == "\r\n"
    assert Document.parse(b"{}").newline == "\n"
    marked = Document.parse(b"\xef\xbb\xbf{ title: 'x' }")
    assert marked.encoding == "utf-8-sig"
    assert marked.find("/title").value == "x"  # type: ignore[union-attr]
    assert marked.position(3).column == 2


@pytest.mark.parametrize(
    "source", [b"{ a: '\xe9' }", b"\xff\xfe{\x00}\x00", b"PK\x03\x04\x00", b"{ a: '\xed\xa0\x80' }"]
)
def test_what_is_no_text_is_refused(source: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        Document.parse(source)
    assert caught.value.hint


@pytest.mark.parametrize("pointer", ["title", "/a~2", "/a~"])
def test_what_is_no_pointer_is_refused(pointer: str) -> None:
    with pytest.raises(PointerError):
        Document.parse(b"{}").find(pointer)


def test_a_file_cannot_exhaust_the_stack() -> None:
    deep = 20_000
    document = Document.parse(b"{ a: " + b"[" * deep + b"]" * deep + b", b: 2 }")
    assert document.root is not None
    assert isinstance(document.root.value, dict)
    assert document.set("/b", 3).document.find("/b").value == 3  # type: ignore[union-attr]
