"""How long the window stands still while a reply of 50 MB arrives and is shown: a watchdog in the UI thread.

Run with ``pytest tests/benchmarks --benchmark-only -s``. The aim is 50 ms. What is held is the processor time of all
threads between two ticks of the watchdog: it is what the wall clock shows on a machine that does nothing else, and
other programs do not change it. ``HELD`` is what a change may not make worse.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.measuring import tell
from tests.ui.conftest import Open, hand, open_project, qapp, theme, window  # noqa: F401 - fixtures

SIZE = 50_000_000
HELD = 70.0
CONNECTOR = """{
  title: 'Big',
  connection: {
    authorization: { type: 'none' },
    base_uri: lambda { |_connection| '%s' }
  }
}
"""


def long_json() -> bytes:
    item = json.dumps({"id": 1234567, "name": "Ann Example", "tags": ["one", "two"], "deep": {"a": None, "b": True}})
    count = SIZE // (len(item) + 2)
    return f'{{"items": [{", ".join([item] * count)}]}}'.encode()


def long_text() -> bytes:
    line = b"2026-01-02T03:04:05Z INFO harbor.api request 1234567 served in 12 ms to 192.0.2.7\n"
    return line * (SIZE // len(line))


def long_xml() -> bytes:
    item = "<item id='1234567'><name>Ann Example</name><tags><tag>one</tag><tag>two</tag></tags></item>"
    return f"<?xml version='1.0'?><items>{item * (SIZE // len(item))}</items>".encode()


def short_json() -> bytes:
    return json.dumps({f"field_{n}": f"value {n}" for n in range(200)}).encode()


@contextmanager
def serving(body: bytes, kind: str) -> Iterator[str]:
    """One reply after another, in the pace of the reader."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

        def serve() -> None:
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                with accepted:
                    accepted.recv(65536)
                    accepted.sendall(head)
                    accepted.sendall(body)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


class Watchdog:
    """Ticks in the UI thread every 5 ms and keeps the longest time between two ticks, in milliseconds: ``wall`` by the
    clock, ``busy`` by what this process used of the processor."""

    def __init__(self) -> None:
        self.wall = self.busy = 0.0
        self._last = (time.monotonic(), time.process_time())
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = (time.monotonic(), time.process_time())
        self.wall = max(self.wall, (now[0] - self._last[0]) * 1000)
        self.busy = max(self.busy, (now[1] - self._last[1]) * 1000)
        self._last = now

    def stop(self) -> tuple[float, float]:
        self._timer.stop()
        return self.busy, self.wall


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        QApplication.processEvents()
        time.sleep(0.0005)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("text/plain", long_text),
        ("application/json", long_json),
        ("application/xml", long_xml),
        ("application/json", short_json),
    ],
    ids=["text", "JSON", "XML", "5 kB"],
)
def test_the_window_answers_while_a_long_reply_arrives(
    kind: str,
    make: Callable[[], bytes],
    window: Any,  # noqa: F811
    open_project: Open,  # noqa: F811
    hand: Any,  # noqa: F811
    benchmark: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # as the window itself runs
    try:
        with serving(make(), kind) as origin:
            path: Path = open_project(CONNECTOR % origin)
            assert path.exists()
            hand.click("rail.console")
            hand.type_into("consoleUrl", "/long")
            hand.settle(400)
            dog = Watchdog()

            def send() -> None:
                runs = len(window.store.state.runs)
                window.show_page("console").send()
                until(lambda: len(window.store.state.runs) > runs)
                until(lambda: window.context.jobs.idle)
                hand.settle(300)

            benchmark.pedantic(send, rounds=1)
            busy, wall = dog.stop()
            # The faces of the reply are shown as quickly.
            dog = Watchdog()
            folds = ["tree"] if make in (long_json, long_xml) else []
            for face in ("hex", "headers", *folds, "detect", "body"):
                hand.click(f"replyFace.{face}")
                until(lambda: window.context.jobs.idle)
            faces, _ = dog.stop()
    finally:
        sys.setswitchinterval(before)
    outcome = window.store.state.runs[-1].outcome
    length = len(outcome.exchanges[0].response.body)
    assert length > SIZE * 0.99 or make is short_json
    tell(
        capsys,
        f"{length / 1e6:.3g} MB of {kind}: the window stood still {busy:.0f} ms at most (aim 50; {wall:.0f} ms by the "
        f"clock), its faces {faces:.0f} ms",
    )
    assert busy <= HELD
