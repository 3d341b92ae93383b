"""Ruby text → the tree of ``syntax``."""

from __future__ import annotations

import dataclasses

import pytest

from designer.ruby import syntax as s
from designer.ruby.lower import lower_source


def lowered(text: str) -> s.Node:
    return lower_source(text.encode()).connector


def plain(node: object) -> object:
    """A node as a tuple: its kind, its line, its parts."""
    if isinstance(node, tuple):
        return tuple(plain(part) for part in node)
    if not dataclasses.is_dataclass(node):
        return node
    return (type(node).__name__, *(plain(getattr(node, f.name)) for f in dataclasses.fields(node)))


def test_a_local_variable_is_known_from_its_assignment_on() -> None:
    code = lower_source(b"x\nx = 1\nx")
    call, assign = code.before
    assert isinstance(call, s.Call)
    assert call.variable
    assert isinstance(assign, s.Assign)
    assert isinstance(code.connector, s.Local)
    assert (code.connector.depth, code.connector.index) == (0, 0)


def test_a_block_sees_the_variables_around_it() -> None:
    call = lower_source(b"x = 1\n[2].map { |y| x + y }").connector
    assert isinstance(call, s.Call)
    assert call.block is not None
    body = call.block.body
    assert isinstance(body, s.Call)
    assert plain(body.receiver) == ("Local", 2, "x", 1, 0)
    assert plain(body.arguments) == (("Local", 2, "y", 0, 0),)


def test_lambdas_of_the_connector_are_lowered_when_needed() -> None:
    hash_ = lowered("{ a: lambda { |x| x }, b: { c: ->(y) { y } } }")
    assert isinstance(hash_, s.Hash)
    for pair in hash_.pairs:
        assert isinstance(pair.value, s.Deferred)
        assert pair.value.later.made is None
    deferred = hash_.pairs[0].value
    assert isinstance(deferred, s.Deferred)
    found = deferred.later.get()
    assert isinstance(found, s.Lambda)
    assert isinstance(found.code, s.Later)
    assert found.code.made is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'a\'b\\c\n'", "a'b\\c\\n"),
        (r'"a\tb\u00e9\x41\101\e\s"', "a\tbéAA\x1b "),
        (r'"\u{1F600 41}"', "\U0001f600A"),
        ("%q(a (b) c)", "a (b) c"),
        (r"%(a \) b)", "a ) b"),
        ("'a' \\\n  'b'", "ab"),
        ('"a" "b" \'c\'', "abc"),
        ("?a", "a"),
        ("<<~X\n    a\n      b\n\n    c\nX\n", "a\n  b\n\nc\n"),
        ("<<-X\n  a\n  X\n", "  a\n"),
        ("<<~'X'\n  a\\n\nX\n", "a\\n\n"),
        ("<<~X\r\n  a\r\n  b\r\nX\r\n", "a\nb\n"),
    ],
)
def test_strings(text: str, value: str) -> None:
    node = lowered(text)
    assert isinstance(node, s.Str)
    assert node.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x1f", 31), ("0b11", 3), ("017", 15), ("0o17", 15), ("1_000", 1000), ("-5", -5), ("1.5e3", 1500.0)],
)
def test_numbers(text: str, value: float) -> None:
    assert plain(lowered(text)) == ("Literal", 1, value)


def test_two_heredocs_on_one_line() -> None:
    array = lowered("[<<~A, <<~B]\n  one\nA\n  two\nB\n")
    assert isinstance(array, s.Array)
    assert [i.value for i in array.items if isinstance(i, s.Str)] == ["one\n", "two\n"]


def test_a_local_before_a_bracket_is_indexed() -> None:
    indexed = lower_source(b"x = [1]\nx [0]").connector
    assert isinstance(indexed, s.Call)
    assert (indexed.name, plain(indexed.receiver)) == ("[]", ("Local", 2, "x", 0, 0))
    called = lowered("y [0]")
    assert isinstance(called, s.Call)
    assert called.name == "y"


def test_every_node_knows_its_line() -> None:
    hash_ = lowered("{\n  a: 1,\n  b:\n    [\n      foo\n    ]\n}")
    assert isinstance(hash_, s.Hash)
    array = hash_.pairs[1].value
    assert isinstance(array, s.Array)
    assert (hash_.line, hash_.pairs[1].line, array.line, array.items[0].line) == (1, 3, 4, 5)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("`ls`", "backticks"),
        ("class A; end", "class"),
        ("@@a", "class variables"),
        ("super", "super"),
        ("2i", "complex numbers"),
    ],
)
def test_what_is_not_run_is_named(text: str, name: str) -> None:
    node = lowered(text)
    assert isinstance(node, s.Unsupported)
    assert node.name == name
