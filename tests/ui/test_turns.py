"""Work of the UI thread in pieces: in order, one a turn, the newest start wins, and jobs are not idle meanwhile."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer

from designer.ui.jobs import Jobs
from designer.ui.turns import Turns, in_batches


def test_events_come_between_the_steps(qapp: object, qtbot: Any) -> None:  # noqa: ARG001
    owner = QObject()
    jobs = Jobs(owner)
    turns = Turns(jobs, owner)
    seen: list[str] = []
    ticks = QTimer(owner)
    ticks.timeout.connect(lambda: seen.append("tick"))
    ticks.start(0)
    turns.start([lambda: seen.append("a"), lambda: seen.append("b"), lambda: seen.append("c")])
    assert seen == ["a"] and not jobs.idle
    qtbot.waitUntil(lambda: jobs.idle and "c" in seen)
    ticks.stop()
    assert [one for one in seen if one != "tick"] == ["a", "b", "c"]
    assert "tick" in seen[seen.index("a") : seen.index("b")] and "tick" in seen[seen.index("b") : seen.index("c")]


def test_a_new_start_takes_the_place_of_what_waits(qapp: object, qtbot: Any) -> None:  # noqa: ARG001
    owner = QObject()
    jobs = Jobs(owner)
    turns = Turns(jobs, owner)
    seen: list[str] = []
    turns.start([lambda: seen.append("old 1"), lambda: seen.append("old 2")])
    turns.start([lambda: seen.append("new 1"), lambda: seen.append("new 2")])
    qtbot.waitUntil(lambda: jobs.idle)
    qtbot.waitUntil(lambda: "new 2" in seen)
    assert seen == ["old 1", "new 1", "new 2"]


def test_a_step_may_start_anew(qapp: object, qtbot: Any) -> None:  # noqa: ARG001
    owner = QObject()
    jobs = Jobs(owner)
    turns = Turns(jobs, owner)
    seen: list[str] = []
    again = [lambda: seen.append("b"), lambda: seen.append("c")]
    turns.start([lambda: seen.append("a"), lambda: turns.start(again), lambda: seen.append("never")])
    qtbot.waitUntil(lambda: "c" in seen)
    assert seen == ["a", "b", "c"] and jobs.idle


def test_batches_hold_every_step_in_order() -> None:
    seen: list[int] = []
    batches = in_batches([lambda n=n: seen.append(n) for n in range(7)], 3)  # type: ignore[misc]
    for batch in batches:
        batch()
    assert len(batches) == 3 and seen == list(range(7))
