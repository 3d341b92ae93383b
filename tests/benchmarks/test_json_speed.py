"""What long JSON costs in the evaluator beside Python's own parser, and what a block costs an element.

Run with ``pytest tests/benchmarks/test_json_speed.py --benchmark-only -s``. The aim is three times ``json.loads``
for reading, and ten times for a whole run of ``test`` that does something with it.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from typing import Any

import pytest

from designer.evaluator import Interpreter, Limits, Program, RString, lookup
from designer.wire import Call, ScriptedTransport, WireResponse, run
from tests.benchmarks.measuring import in_turn, tell

ITEM = {"id": 1234567, "name": "Zoë Example", "tags": ["one", "two"], "deep": {"a": None, "b": True}, "score": 0.25}
UNLIMITED = Limits(seconds=1000, total=10**10, steps=10**9)
CONNECTOR = """{
  connection: {
    authorization: { type: 'custom_auth', acquire: lambda { |_connection| {} }, detect_on: [/gone for good/] },
    base_uri: lambda { |_connection| 'https://api.example' }
  },
  test: lambda { |_connection| %s }
}
"""
ELEMENTS = 100_000
BLOCKS = {
    "map": ("numbers.map { |n| n + 1 }", lambda numbers, _rows: [n + 1 for n in numbers], 120),
    "select": ("rows.select { |r| r['ok'] }", lambda _numbers, rows: list(filter(lambda r: r["ok"], rows)), 60),
    "sort_by": ("rows.sort_by { |r| r['name'] }", lambda _numbers, rows: sorted(rows, key=lambda r: r["name"]), 40),
    "to_json": ("rows.to_json", lambda _numbers, rows: json.dumps(rows), 8),
}


@pytest.fixture(autouse=True)
def collecting_seldom() -> Iterator[None]:
    """As the program itself has it."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 50)
    yield
    gc.set_threshold(*before)


def text(megabytes: int) -> str:
    item = json.dumps(ITEM, ensure_ascii=False)
    return '{"items": [' + ",".join([item] * (megabytes * 1_000_000 // len(item))) + "]}"


@pytest.mark.parametrize("megabytes", [5, 15])
def test_parsing(megabytes: int, benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    source = text(megabytes)
    vm, given = Interpreter(limits=UNLIMITED), RString(source)
    ours, alone = in_turn(lambda: vm.send(lookup("JSON"), "parse", [given]), lambda: json.loads(source), 7)
    benchmark.pedantic(lambda: vm.send(lookup("JSON"), "parse", [given]), rounds=2)
    tell(capsys, f"JSON.parse of {megabytes} MB: {ours:.2f} s, json.loads {alone:.2f} s: {ours / alone:.2f} (aim 3)")
    assert ours <= 3 * alone


@pytest.mark.parametrize(
    "code", ["get('/x')", "get('/x').after_response { |_code, body, _headers| body['items'].size }"]
)
def test_a_reply_of_15_megabytes(code: str, benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    body = text(15).encode()
    reply = WireResponse(200, "OK", (("Content-Type", "application/json"),), body)
    call = Call(connector=(CONNECTOR % code).encode(), operation="test", settings={})

    def ours() -> Any:
        outcome = run(call, ScriptedTransport(lambda _request: reply))
        assert outcome.error is None, outcome.error
        return outcome

    taken, alone = in_turn(ours, lambda: json.loads(body), 3)
    benchmark.pedantic(ours, rounds=2)
    tell(capsys, f"{code}: {taken:.2f} s, json.loads {alone:.2f} s: {taken / alone:.2f} (aim 3)")
    assert taken <= 10 * alone


@pytest.mark.parametrize("name", BLOCKS)
def test_what_a_block_costs_an_element(name: str, benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, by_hand, held = BLOCKS[name]
    source = f"{{ methods: {{ m: lambda do |numbers, rows| {code} end }} }}"
    vm = Interpreter(Program.of(source.encode()), limits=UNLIMITED)
    numbers = list(range(ELEMENTS))
    rows = [{"id": n, "name": f"name {n % 977}", "ok": n % 3 == 0} for n in numbers]
    given = [vm.send(lookup("JSON"), "parse", [RString(json.dumps(each))]) for each in (numbers, rows)]
    body = vm.connector.dig("methods", "m")
    ours, alone = in_turn(lambda: vm.call_proc(body, given), lambda: by_hand(numbers, rows), 5)
    benchmark.pedantic(lambda: vm.call_proc(body, given), rounds=2)
    each, by_python = ours / ELEMENTS * 1e6, alone / ELEMENTS * 1e6
    tell(capsys, f"{name}: {each:.2f} µs an element, in Python {by_python:.3f} µs: {ours / alone:.0f}")
    assert ours <= held * alone
