"""Whatever the bytes, only the evaluator's own errors come out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.evaluator import EvaluationError, Interpreter, Limits, Ports, Program, RProc, export
from tests.evaluator.machine import AT, Counted
from tests.evaluator.test_recorded import rows

QUICK = Limits(steps=20_000, seconds=0.5, string=200_000, collection=20_000, total=500_000, regex_seconds=0.1)
SNIPPETS = [row["ruby"] for _, row in rows()]
PIECES = st.sampled_from(
    ["{", "}", "(", ")", "[", "]", "|x|", "do", "end", "if", "x", "1", "'a'", ":a", ".map", ".each", "&:to_s", "=", "+",
     "<<", "\n", " ", "lambda", "->", "nil", "*", "**", "&", "?", ":", ",", "/", "#{", '"', "<<~A", "%w[", "rescue",
     "ensure", "return", "break", "next", "yield", "raise", "case", "when", "while", "loop", "..", "=>",
     "\\", "@a", "$1"]
)  # fmt: skip


def go(source: bytes) -> None:
    vm = Interpreter(Program(source), Ports(clock=lambda: AT, random=Counted()), QUICK)
    try:
        value = vm.connector.value
        found = vm.connector.dig("a")
        if isinstance(found, RProc):
            value = vm.call_proc(found, [1, 2][: len(found.parameters)])
        json.dumps(export(value))
    except EvaluationError as error:
        assert error.message is not None
        assert error.ruby_class_name


@given(st.binary(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_bytes(source: bytes) -> None:
    go(source)


@given(st.lists(PIECES, max_size=25))
@settings(max_examples=250, deadline=None)
def test_any_tokens(pieces: list[str]) -> None:
    go(f"{{ a: lambda {{ {' '.join(pieces)} }} }}".encode())


@given(st.sampled_from(SNIPPETS), st.sampled_from(SNIPPETS), st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_snippets_cut_and_joined(first: str, second: str, data: Any) -> None:
    cut, start = data.draw(st.integers(0, len(first))), data.draw(st.integers(0, len(second)))
    go(f"{{ a: lambda {{ {first[:cut]}{second[start:]} }} }}".encode("utf-8", "surrogateescape"))


METHODS = st.sampled_from(
    ["map", "[]", "+", "*", "<<", "fetch", "dig", "merge", "gsub", "split", "join", "first", "sum", "zip", "pack",
     "unpack", "to_h", "sort_by", "each_slice", "center", "tr", "insert", "slice", "strftime", "round", "to_s", "%",
     "step", "inject", "group_by", "encode", "rjust", "combination", "flatten", "take", "where", "pluck", "to_query",
     "to_json", "truncate", "in_groups_of", "in_time_zone", "to_time", "to_date", "advance", "rotate", "cycle", "=~"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["nil", "true", "0", "-1", "2", "1.5", "10**30", "''", "'abc'", "\"\\xff\"", ":a", "[]", "[1, [2]]", "{}",
     "{ a: 1 }",
     "1..3", "(1..)", "/b/", "-> (x) { x }", "Time.at(0)", "Date.new(2026, 1, 2)", "1.hour", "String", "1r", "'é'",
     "Float::NAN", "BigDecimal('1.5')", "Time.zone.now", "[nil, 1].each"]
)  # fmt: skip


@given(VALUES, METHODS, st.lists(VALUES, max_size=3), st.booleans())
@settings(max_examples=600, deadline=None)
def test_any_method_on_any_value(receiver: str, name: str, args: list[str], block: bool) -> None:
    call = f"({receiver}).{name}({', '.join(args)}){' { |*y| y }' if block else ''}"
    go(f"{{ a: lambda {{ {call} }} }}".encode())
