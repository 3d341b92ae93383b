"""Work of the UI thread in pieces: in order, one a turn, the newest start wins, and jobs are not idle meanwhile."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from designer.ui.jobs import Jobs
from designer.ui.turns import Turns
from designer.ui.widgets.line_stack import LineStack


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


def labels(stack: LineStack) -> list[str]:
    return [one.text() for one in stack.findChildren(QLabel)]


def stacked(count: int, batch: int = 3, **how: bool) -> tuple[Jobs, LineStack, list[list[str]]]:
    """A stack that was started with so many parts, and what was in it after each turn that added some."""
    jobs = Jobs(QApplication.instance())
    stack = LineStack(jobs, batch=batch)
    seen: list[list[str]] = []
    stack.grew.connect(lambda: seen.append(labels(stack)))
    stack.start([lambda n=n: stack.add(QLabel(str(n))) for n in range(count)], **how)  # type: ignore[misc]
    return jobs, stack, seen


def test_a_stack_makes_a_few_parts_a_turn_all_of_them_in_order(qapp: object, qtbot: Any) -> None:  # noqa: ARG001
    jobs, stack, seen = stacked(7)
    assert seen == [["0", "1", "2"]] and not jobs.idle
    qtbot.waitUntil(lambda: jobs.idle and len(seen) == 3)
    assert seen[-1] == [str(n) for n in range(7)] and stack.count == 7
    holders = {id(one.parentWidget()) for one in stack.findChildren(QLabel)}
    assert len(holders) == 3, "the parts of a turn come into sight together"


def test_a_stack_may_begin_a_turn_later(qapp: object, qtbot: Any) -> None:  # noqa: ARG001
    jobs, _, seen = stacked(2, later=True)
    assert seen == [] and not jobs.idle
    qtbot.waitUntil(lambda: jobs.idle and seen == [["0", "1"]])


def test_what_is_started_anew_stands_alone(qapp: object, qtbot: Any) -> None:  # noqa: ARG001
    jobs, stack, _ = stacked(7)
    stack.start([lambda: stack.add(QLabel("new"))])
    qtbot.waitUntil(lambda: jobs.idle)
    assert labels(stack) == ["new"] and stack.count == 1
    stack.clear()
    assert labels(stack) == [] and stack.count == 0
