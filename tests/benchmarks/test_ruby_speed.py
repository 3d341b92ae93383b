"""What a long file costs: run with ``pytest tests/benchmarks --benchmark-only -s`` (skipped in ordinary runs).

Opening 20,000 lines may cost three times what tree-sitter alone costs; an edit near the top one and a half times what
it costs in 500 lines.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from designer.ruby import Document, parser

HEAD = """{
  title: 'Northwind', # how it is listed

  connection: {
    fields: [
      {
        name: 'api_key',
        label: 'API key',
        hint: 'Find it under <b>Settings</b> in your ' \\
          'account',
        control_type: 'password',
        optional: false
      },
      { name: 'subdomain', control_type: 'subdomain', url: '.northwind.example' }
    ],

    authorization: {
      type: 'api_key',

      apply: lambda do |connection|
        headers('X-Api-Key': connection['api_key'])
      end
    },

    base_uri: lambda do |connection|
      "https://#{connection['subdomain']}.northwind.example"
    end
  },

  test: lambda do |_connection|
    get('/me')
  end,

  actions: {
"""
ACTION = """    action_%d: {
      title: 'Find order %d',
      # Größe
      input_fields: lambda do |_object_definitions|
        [
          { name: 'id', label: 'Order', type: 'integer', optional: false },
          { name: 'note', hint: "Anything, even “quotes”" }
        ]
      end,

      execute: lambda do |_connection, input|
        response = get("/orders/#{input['id']}")
        if response['error'].present?
          error("No such order: #{response['error']}")
        else
          { orders: response['orders'].map { |order| order.slice('id', 'note') } }
        end
      end
    },
"""


def connector(lines: int) -> bytes:
    count = (lines - HEAD.count("\n") - 2) // ACTION.count("\n")
    return (HEAD + "".join(ACTION % (n, n) for n in range(count)) + "  }\n}\n").encode()


SHORT, LONG = connector(500), connector(20_000)


def median(work: Callable[[], Any], rounds: int = 15) -> float:
    """Seconds of the middle one of ``rounds`` runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        kept = work()
        times.append(time.perf_counter() - start)
        del kept
    return statistics.median(times)


def opened(source: bytes) -> Document:
    document = Document.parse(source)
    assert document.find("/connection/fields/0/name") is not None
    assert not document.issues
    return document


def test_opening_costs_at_most_three_parses(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    alone = median(lambda: parser.parse(LONG), 7)
    ours = median(lambda: opened(LONG), 7)
    benchmark.pedantic(opened, (LONG,), rounds=5)
    with capsys.disabled():
        sys.stdout.write(
            f"\nopen {len(LONG):,} bytes: {ours * 1e3:.1f} ms, tree-sitter {alone * 1e3:.1f} ms: {ours / alone:.2f}"
        )
    assert ours <= 3 * alone


EDITS: dict[str, Callable[[Document], Any]] = {
    "set": lambda document: document.set("/connection/fields/0/label", "Schlüssel"),
    "add": lambda document: document.set("/connection/fields/0/sticky", True),
    "insert": lambda document: document.insert("/connection/fields/-", {"name": "region", "label": "Region"}),
    "remove": lambda document: document.remove("/connection/fields/1"),
    "move": lambda document: document.move("/connection/fields/0", 1),
    "type": lambda document: document.replace(14, 14, b"x"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_near_the_top_costs_the_same_in_a_long_file(
    name: str, benchmark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = EDITS[name]
    short, long = opened(SHORT), opened(LONG)
    edit(short), edit(long)
    low, high = median(lambda: edit(short), 60), median(lambda: edit(long), 60)
    benchmark.pedantic(edit, (long,), rounds=20)
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {high * 1e3:.3f} ms in 20,000 lines, {low * 1e3:.3f} ms in 500: {high / low:.2f}")
    assert high <= 1.5 * low
