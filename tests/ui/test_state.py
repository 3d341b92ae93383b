"""What an edit, an undo and a run make of the window's state. No window is needed to know."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from designer import connection
from designer.ruby import Document
from designer.ui.state import State, Step

MEGA = 1024 * 1024


def state(**changes: Any) -> State:
    empty = Document.parse(b"")
    return State(document=empty, design=connection.read(empty), **changes)


def text_of(size: int) -> Any:
    return SimpleNamespace(source=bytes(size))


def step(number: int, *, merge: str | None = None, at: float = 0.0, before: Any = None) -> Step:
    return Step(f"{number}", before or text_of(number), text_of(number + 1), f"/{number}", f"/{number + 1}", merge, at)


def titles(steps: tuple[Step, ...]) -> list[str]:
    return [one.title for one in steps]


def test_more_of_the_same_typed_soon_is_one_step() -> None:
    now = state().with_step(step(1, merge="set /title", at=10.0)).with_step(step(2, merge="set /title", at=11.4))
    (only,) = now.undo
    assert (len(only.before.source), len(only.after.source)) == (1, 3)
    assert (only.focus_before, only.focus_after) == ("/1", "/3")


def test_what_is_typed_late_elsewhere_or_once_is_a_step_of_its_own() -> None:
    begun = state().with_step(step(1, merge="set /title", at=10.0))
    assert titles(begun.with_step(step(2, merge="set /title", at=11.6)).undo) == ["1", "2"]
    assert titles(begun.with_step(step(2, merge="set /other", at=10.1)).undo) == ["1", "2"]
    once = state().with_step(step(1, at=10.0))
    assert titles(once.with_step(step(2, at=10.0)).undo) == ["1", "2"]


def test_undo_and_redo_walk_the_same_steps_and_an_edit_ends_redoing() -> None:
    now = state().with_step(step(1)).with_step(step(2, merge="set /title", at=1.0))
    back = now.step_back()
    assert (titles(back.undo), titles(back.redo)) == (["1"], ["2"])
    forth = back.step_forth()
    assert (titles(forth.undo), titles(forth.redo)) == (["1", "2"], [])
    # What is typed after a redo does not flow into what was redone.
    assert titles(forth.with_step(step(3, merge="set /title", at=1.1)).undo) == ["1", "2", "3"]
    assert back.with_step(step(4)).redo == ()


def test_the_oldest_steps_go_where_their_texts_are_too_large_and_the_last_stays() -> None:
    large = text_of(30 * MEGA)
    now = state()
    for number in range(4):
        now = now.with_step(step(number, before=large))
    assert titles(now.undo) == ["2", "3"]
    assert titles(now.with_step(step(9, before=text_of(65 * MEGA))).undo) == ["9"]


def run(number: int, body: bytes = b"", reply: bytes | None = b"") -> Any:
    response = None if reply is None else SimpleNamespace(body=reply)
    exchange = SimpleNamespace(request=SimpleNamespace(body=body), response=response)
    return SimpleNamespace(number=number, outcome=SimpleNamespace(exchanges=(exchange,)))


def test_the_oldest_runs_go_where_there_are_too_many_or_their_bodies_too_large() -> None:
    now = state()
    for number in range(205):
        now = now.with_run(run(number))
    assert [one.number for one in now.runs] == list(range(5, 205))
    large = bytes(100 * MEGA)
    for number, made in enumerate((run(1, large), run(2, b"", large), run(3, large, None))):
        now = now.with_run(made) if number else state().with_run(made)
    assert [one.number for one in now.runs] == [2, 3]
    assert [one.number for one in now.with_run(run(4, bytes(200 * MEGA), large)).runs] == [4]
