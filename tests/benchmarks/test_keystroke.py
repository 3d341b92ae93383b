"""What one keystroke in a form costs until problems, uses and the difference to the file are known again: in 20,000
lines at most one and a half times what it costs in 200. Nothing on the way may walk the whole file.

Run with ``pytest tests/benchmarks --benchmark-only -s``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from designer import checks, connection
from designer.ruby import Document
from designer.ui import linediff
from tests.benchmarks.measuring import in_turn, tell
from tests.benchmarks.test_ruby_speed import connector


def typing_in(source: bytes) -> Callable[[], Any]:
    """A function that does what the window does for the next letter typed into a label."""
    opened = Document.parse(source)
    now = [opened]
    letters = itertools.count()

    def keystroke() -> Any:
        former = now[0]
        document = former.set("/connection/fields/0/label", f"Key {next(letters) % 10}").document
        span = linediff.changed_span(former.source, document.source)
        design = connection.read(document)
        problems = checks.run(document, design)
        uses = connection.field_uses(document, design)
        difference = linediff.count(opened.source, document.source)
        assert span is not None
        assert difference == (1, 1)
        now[0] = document
        return problems, uses

    return keystroke


def test_a_keystroke_costs_the_same_in_a_long_file(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    in_short, in_long = typing_in(connector(200)), typing_in(connector(20_000))
    low, high = in_turn(in_short, in_long, 40)
    benchmark.pedantic(in_long, rounds=10)
    tell(
        capsys,
        f"keystroke: {high * 1e3:.2f} ms in 20,000 lines, {low * 1e3:.2f} ms in 200: {high / low:.2f} (at most 1.5)",
    )
    assert high <= 1.5 * low
