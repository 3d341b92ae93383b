"""Snippets and what Ruby 3.1 with ActiveSupport 6.1 and the SDK's extensions answered (``recorded/*.jsonl``).

The clock stood at 2026-01-02T03:04:05Z, ``TZ`` was UTC, ``Time.zone`` Pacific. Rows marked ``core`` need neither
ActiveSupport nor the SDK; ``test_against_ruby`` asks this machine's Ruby for them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evaluator.machine import raised, shown

RECORDED = Path(__file__).parent / "recorded"


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(RECORDED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.stem, json.loads(line)


@pytest.mark.parametrize("topic", sorted(p.stem for p in RECORDED.glob("*.jsonl")))
def test_as_recorded(topic: str) -> None:
    wrong = []
    for name, row in rows():
        if name != topic:
            continue
        if "gives" in row:
            found: Any = shown(row["ruby"])
            wanted: Any = row["gives"]
        else:
            found, wanted = raised(row["ruby"]), (row["raises"], row["message"])
        if found != wanted:
            wrong.append(f"{row['ruby']}\n    gives {found}\n    not   {wanted}")
    assert not wrong, "\n".join(wrong)


def test_there_is_something_to_compare() -> None:
    assert sum(1 for _ in rows()) > 1_500
