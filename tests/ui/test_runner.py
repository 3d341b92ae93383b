"""Runs that were cancelled: whatever was sent is told, however soon the next one follows."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from designer.ui.pilot import Pilot
from designer.ui.runner import Run, Runner
from designer.ui.travels import Travel
from designer.ui.window import MainWindow
from designer.wire import Cancel, Transport, TransportError, WireRequest, WireResponse
from tests.ui.conftest import Open, settle


class Held:
    """A server that has every request and answers none; it lets go of them when told, cancelled or not."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()

    def made(self, _travel: Travel | None) -> Transport:
        return self

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:  # noqa: ARG002
        self.asked.release()
        self.let_go.wait(20)
        if cancel.cancelled:
            raise TransportError("cancelled", "The request was cancelled.", arrived=True)
        return WireResponse(200, "OK", (), b"{}")


@pytest.mark.parametrize("cancels", [True, False], ids=["by hand", "by the next"])
def test_every_cancelled_run_tells_what_it_sent(
    window: MainWindow, open_project: Open, hand: Pilot, cancels: bool
) -> None:
    open_project()
    server = Held()
    store = window.store
    runner = Runner(store, window.context.jobs, window.context.messages, server.made, window)
    told: list[str] = []

    def listening(name: str) -> Callable[[Run], object]:
        return lambda run: told.append(f"{name} {run.title}")

    for number in range(4):
        title = f"GET /{number}"
        args = {"verb": "get", "url": f"https://example.com/{number}"}
        runner.start("request", args, title=title, done=listening("done"), cancelled=listening("cancelled"))
        hand.wait(lambda: server.asked.acquire(blocking=False), "the request to be sent")
        if cancels and number < 3:
            runner.cancel()
    server.let_go.set()
    hand.wait(lambda: len(store.state.runs) == 4, "all runs")
    settle(window, hand)
    by_title = {run.title: run for run in store.state.runs}
    assert sorted(by_title) == ["GET /0", "GET /1", "GET /2", "GET /3"]
    assert [by_title[f"GET /{n}"].failed for n in range(4)] == [True, True, True, False]
    assert all(len(run.outcome.exchanges) == 1 for run in store.state.runs)
    assert told == ["done GET /3"], "only the newest is shown"
    assert not runner.running


def test_nothing_of_another_connector_is_told(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    server = Held()
    runner = Runner(window.store, window.context.jobs, window.context.messages, server.made, window)
    for number in range(2):
        runner.start("request", {"verb": "get", "url": f"https://example.com/{number}"}, title=f"GET /{number}")
        hand.wait(lambda: server.asked.acquire(blocking=False), "the request to be sent")
    window.store.opened.emit()
    server.let_go.set()
    settle(window, hand)
    assert window.store.state.runs == ()
