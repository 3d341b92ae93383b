"""Medians and ratios, told on the terminal as they are found."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest


def median(work: Callable[[], Any], rounds: int = 15) -> float:
    """Seconds of the middle one of ``rounds`` runs, after one that does not count."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        kept = work()
        times.append(time.perf_counter() - start)
        del kept
    return statistics.median(times)


def in_turn(first: Callable[[], Any], second: Callable[[], Any], rounds: int = 15) -> tuple[float, float]:
    """Medians of two works done in turn, so that a machine that slows down slows both."""
    first(), second()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, taken in zip((first, second), times, strict=True):
            start = time.perf_counter()
            kept = work()
            taken.append(time.perf_counter() - start)
            del kept
    return statistics.median(times[0]), statistics.median(times[1])


def tell(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{text}")
