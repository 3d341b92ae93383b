"""Code that would run for ever or fill the memory ends soon, with a clear error that Ruby code cannot rescue."""

from __future__ import annotations

import time

import pytest

from designer.evaluator import Cancelled, LimitExceeded, Limits, RubyError
from tests.evaluator.machine import failure, raised, shown

SHORT = Limits(seconds=0.4, regex_seconds=0.2)
SECONDS = 2.0

ENDLESS = [
    "while true; end",
    "loop { }",
    "[1, 2].cycle { }",
    "1.step { }",
    "begin; raise 'x'; rescue; retry; end",
    "begin; while true; end; rescue Exception; 1; end",
    "[1].each { |x| redo }",
    "('a' * 40 + '!').match?(/^(a|aa)+$/)",
    "[3, 1, 2].sort { |a, b| loop { } }",
    "('a'..'zzzzzzzzzz').to_a",
    "h = {}; i = 0; loop { h[i] = i; i += 1 }",
    "a = (1..300000).to_a; a.each { |x| a.delete(x) }",
    "Enumerator.new { |y| loop { y << 1 } }.to_a",
]
HUGE = [
    "'a' * 10**9",
    "'a'.ljust(10**9)",
    "'a'.center(10**9, 'xy')",
    "[0] * 10**9",
    "Array.new(10**9)",
    "(1..10**12).to_a",
    "(1..Float::INFINITY).to_a",
    "'%099999999d' % 1",
    "'%.99999999f' % 1.0",
    "format('%*d', 10**9, 1)",
    "s = 'a'; 100.times { s += s }",
    "s = 'a'; loop { s << s }",
    "x = 'x'; 40.times { x = \"#{x}#{x}\" }",
    "a = [1]; loop { a += a }",
    "a = []; loop { a << 'x' * 1_000_000 }",
    "x = 'ab'; 60.times { x = x.gsub('a', x) }",
    "('a' * 100_000).gsub(/a/, 'b' * 1_000)",
    "1 << 10**12",
    "x = 2; 100.times { x = x * x }",
    "3 ** 300_000",
    "BigDecimal('1e999999999')",
    "Rational('1e99999999')",
    "Regexp.new('a{100000}' * 100)",
    "Regexp.new('((a{900}){900}){900}')",
    "['a'].pack('A999999999')",
    "(1..1000).to_a.product((1..1000).to_a, (1..1000).to_a)",
    "('9' * 3_000_000).to_i",
    "'a'.indent(10**9)",
]


@pytest.mark.parametrize("body", ENDLESS)
def test_what_does_not_end_is_ended(body: str) -> None:
    began = time.process_time()
    error = failure(body, limits=SHORT)
    assert isinstance(error, LimitExceeded)
    assert error.ruby_class_name == "Designer::Limit"
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("body", HUGE)
def test_what_is_too_large_is_not_made(body: str) -> None:
    error = failure(body)
    assert isinstance(error, LimitExceeded), error
    assert error.line == 1


@pytest.mark.parametrize(
    "body",
    [
        "f = ->(n) { f.(n + 1) }; f.(0)",
        "def f(*a, k: 1, &b); f(*a, k: k, &b); end; f(1)",
        "f = ->(x) { [x].map { |y| f.(y) } }; f.(1)",
        "f = ->(x) { 'aa'.gsub(/a/) { f.(x) } }; f.(1)",
        "f = ->(x) { [x, x].sort_by { |y| f.(y) } }; f.(1)",
        "h = Hash.new { |hash, key| hash[key + 1] }; h[0]",
        "x = []; 50_000.times { x = [x] }; x.inspect",
        "x = []; 50_000.times { x = [x] }; x.flatten",
        "x = []; 50_000.times { x = [x] }; { x => 1 }",
        "x = {}; 50_000.times { x = { a: x } }; x.to_json",
        "x = {}; 50_000.times { x = { a: x } }; x.deep_stringify_keys",
        "a = []; a << a; a.to_json",
    ],
)
def test_deep_recursion_is_rubys_own_error(body: str) -> None:
    assert raised(body) == ("SystemStackError", "stack level too deep")


def test_deep_recursion_can_be_rescued() -> None:
    assert (
        shown("f = -> { f.() }; begin; f.(); rescue SystemStackError => e; e.message; end") == '"stack level too deep"'
    )


def test_large_but_sane_work_is_done() -> None:
    assert shown("(1..100_000).map { |x| x * 2 }.select(&:even?).sum") == "10000100000"
    assert shown("('a' * 1_000_000).gsub('a', 'bb').size") == "2000000"
    assert shown("(10**1000).to_s.size") == "1001"
    assert shown("(10**50_000).to_s.size") == "50001"
    assert shown("10**10**9") == "Infinity"


def test_time_that_is_paused_does_not_count() -> None:
    now = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    assert shown("sleep 60; 5000.times { }; :awake", sleep=sleep, elapsed=lambda: now[0]) == ":awake"
    assert slept == [60.0]


def test_the_person_can_stop_a_run() -> None:
    error = failure("loop { }", cancelled=lambda: True)
    assert isinstance(error, Cancelled)
    assert not isinstance(error, RubyError)
