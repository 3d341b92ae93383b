"""Readings of keys, and syntax newer than the platform's."""

from __future__ import annotations

from designer.ruby import Document
from designer.ruby.modern import modern_syntax
from designer.ruby.reads import key_reads

SOURCE = """\
{
  connection: {
    authorization: {
      apply: lambda do |conn, token|
        # connection['in_a_comment']
        headers('A' => conn['a'], 'B' => "x#{conn["b"]}#{conn[:c]}", 'C' => "conn['in_a_text']")
        other['d']; token['e']
        conn&.dig('f', 'g'); conn.fetch(:h) { 1 }; conn[:"i j"]; conn['k' + 'l']; conn["m#{1}"]
      end
    }
  },
  methods: {
    m: lambda { |connection, conn| connection['n'] + conn['o'] + connection.dig( 'p' ) }
  }
}
"""


def test_readings_stand_where_they_say() -> None:
    doc = Document.parse(SOURCE.encode())
    found = key_reads(doc)
    assert [each.key for each in found] == ["a", "b", "c", "f", "h", "n", "p"]
    assert [SOURCE.encode()[each.start : each.end].decode() for each in found] == [each.key for each in found]
    assert [each.line for each in found] == [6, 6, 6, 8, 8, 13, 13]


def test_offsets_are_bytes() -> None:
    source = "{ connection: { base_uri: lambda { |c| \"ü#{c['ä']}#{c['b']}\" } } }"
    found = key_reads(Document.parse(source.encode()))
    assert [(each.key, source.encode()[each.start : each.end].decode()) for each in found] == [("b", "b")]


def test_syntax_after_2_7() -> None:
    source = "{ a: lambda { |x| y = 1\n { x:, y: y } }, b: lambda { |h| h => { k: }\n k } }\n"
    found = modern_syntax(Document.parse(source.encode()))
    assert [(each.since, source[each.start : each.end]) for each in found] == [("3.1", "x:"), ("3.0", "h => { k: }")]


def test_half_typed_code_is_not_modern() -> None:
    assert modern_syntax(Document.parse(b"{ a: { b: }\n")) == ()
    assert modern_syntax(Document.parse(b"{ a: lambda { |x| [*x, **y] }, 'b': 1, c => 2 }")) == ()
