"""How long the window stands still while a long reply arrives, is shown and is looked at: a watchdog in its thread.

Run with ``pytest tests/benchmarks/test_reply_speed.py --benchmark-only -s``; ``-k text`` for some kinds alone. The
aim is 50 ms for every step of every kind. What counts between two ticks of the watchdog is the wall clock or the
processor time of all threads of this process, whichever is less: the window cannot have stood still for longer than
either. The clock shows too much where other programs run, the processor time where threads run beside the window's
without holding it up. The server is a process of its own. Each step is done twice and its better time counts: once
something else of the machine is in the way, which is not what is asked here; what is slow is slow both times. What a
step costs the very first time, widgets and imports included, is told beside it.
"""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QTreeWidget

from designer.ui.warmup import warm_up
from tests.benchmarks.long_bodies import KINDS, Kind
from tests.benchmarks.measuring import tell
from tests.ui.conftest import Open, bare_window, hand, open_project, qapp, theme  # noqa: F401 - fixtures

AIM = 50.0
CONNECTOR = """{
  title: 'Big',
  connection: {
    authorization: { type: 'custom_auth', acquire: lambda { |_connection| {} }, detect_on: [/gone for good/] },
    base_uri: lambda { |_connection| '%s' }
  }
}
"""
_SERVER = """
import pathlib, socket, sys
body = pathlib.Path(sys.argv[1]).read_bytes()
head = "HTTP/1.1 200 OK\\r\\nContent-Type: %s\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n"
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    accepted, _ = listener.accept()
    with accepted:
        accepted.recv(65536)
        accepted.sendall((head % (sys.argv[2], len(body))).encode() + body)
"""


@contextmanager
def serving(body: Path, media: str) -> Iterator[str]:
    """The origin of a server that answers with ``body``, as fast as it is read."""
    command = [sys.executable, "-c", _SERVER, str(body), media]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


@pytest.fixture
def window(bare_window: Any) -> Any:  # noqa: F811
    """The window as it runs."""
    return bare_window


class Watchdog:
    """Ticks in the UI thread every 5 ms and keeps the longest time between two ticks since ``begin``."""

    def __init__(self) -> None:
        self._longest = self._clock = self._used = 0.0
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        self._longest, self._clock, self._used = 0.0, time.perf_counter(), time.process_time()
        self._timer.start()

    def _tick(self) -> None:
        clock, used = time.perf_counter(), time.process_time()
        self._longest = max(self._longest, min(clock - self._clock, used - self._used))
        self._clock, self._used = clock, used

    def end(self) -> float:
        """Milliseconds."""
        self._tick()
        self._timer.stop()
        return self._longest * 1000


@contextmanager
def as_the_window_runs() -> Iterator[None]:
    """The settings of the interpreter that ``python -m designer`` makes."""
    switch, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(0.0005)
    gc.set_threshold(20_000, 20, 50)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        sys.setswitchinterval(switch)
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def memory() -> float:
    """MB of this process that are in use, 0 where the system does not tell."""
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1000 if found is not None else 0.0


class Person:
    """Does what a person does with a reply, and notes how long the window stood still over each."""

    def __init__(self, window: Any, hand: Any, kind: Kind) -> None:  # noqa: F811
        self._window, self._hand, self._kind = window, hand, kind
        self._dog = Watchdog()
        self.first: dict[str, float] = {}
        """How long it stood the first time, by the step."""
        self.stood: dict[str, float] = {}

    def note(self, step: str, act: Callable[[], object]) -> None:
        self._dog.begin()
        act()
        self.wait()
        self._hand.settle(80)
        took = self._dog.end()
        self.first.setdefault(step, took)
        self.stood[step] = min(took, self.stood.get(step, took))

    def wait(self) -> None:
        """Until nothing is under way."""
        self._until(lambda: self._window.context.jobs.idle)

    def _until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < end, "it takes too long"
            QApplication.processEvents()
            time.sleep(0.0005)

    def send(self) -> None:
        runs = len(self._window.store.state.runs)
        self._hand.click("consoleSend")
        self._until(lambda: len(self._window.store.state.runs) > runs)
        self.wait()

    def look(self) -> None:
        hand = self._hand  # noqa: F811
        faces = ["hex", "headers", "raw", "cookies", "route", "detect"]
        for face in [*faces, *(["tree"] if self._kind.folds else []), *(["preview"] if self._kind.page else [])]:
            self.note(face, lambda face=face: hand.click(f"replyFace.{face}"))  # type: ignore[misc]
            if face == "raw" and hand.sees("replyParts"):
                self.note("next part", lambda: hand.click("replyParts.on"))
            if face == "tree":
                self._climb()
        self.note("body", lambda: hand.click("replyFace.body"))

    def _climb(self) -> None:
        hand = self._hand  # noqa: F811
        tree = hand.see("replyTree.view", QTreeWidget)
        top = tree.topLevelItem(0)
        children = [top.child(at) for at in range(top.childCount())]
        branch = next((one for one in children if one.text(1) in ("{…}", "[…]", "<…>")), top)
        self.note("open", lambda: branch.setExpanded(True))
        for parent in (top, branch):
            last = parent.child(parent.childCount() - 1)
            if last is not None and last.text(0).startswith("… more than"):
                self.note("more", lambda last=last: tree.itemActivated.emit(last, 0))  # type: ignore[misc]
        for wanted in ("nowhere in it", self._kind.find):
            hand.type_into("replyTree.search", wanted)
            self.note("find", lambda: hand.key(Qt.Key.Key_Return))
        self.note("find the next", lambda: hand.key(Qt.Key.Key_Return))
        self.note("copy the path", lambda: hand.click("replyPath"))
        self.note("fold", lambda: hand.click("replyTree.fold"))

    def compare(self) -> None:
        hand = self._hand  # noqa: F811
        self.note("timeline", lambda: hand.click("rail.timeline"))
        self.note("choose a run", lambda: hand.click_row("timelineRuns", "GET"))
        other = hand.see("timelineCompare")
        self.note("compare", lambda: hand.choose("timelineCompare", other.itemText(0)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_window_answers_while_a_long_reply_arrives_and_is_looked_at(
    kind: Kind,
    window: Any,
    open_project: Open,  # noqa: F811
    hand: Any,  # noqa: F811
    benchmark: Any,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    body = tmp_path / "body"
    body.write_bytes(kind.make())
    with serving(body, kind.media) as origin:
        open_project(CONNECTOR % origin)
        person = Person(window, hand, kind)
        warm_up(window.context.jobs)
        person.wait()

        def all_of_it() -> None:
            hand.click("rail.console")
            hand.type_into("consoleUrl", "/long")
            hand.settle(400)
            person.note("send", person.send)
            person.look()

        with as_the_window_runs():
            before = memory()
            all_of_it()
            kept = memory() - before
            benchmark.pedantic(all_of_it, rounds=1)
            person.compare()
            person.compare()
    length = len(window.store.state.runs[-1].outcome.exchanges[-1].response.body)
    assert length == body.stat().st_size
    worst = sorted(person.stood, key=lambda step: -person.stood[step])
    told = ", ".join(f"{step} {person.stood[step]:.0f}" for step in worst)
    slow = sorted(person.first, key=lambda step: -person.first[step])[:3]
    first = ", ".join(f"{step} {person.first[step]:.0f}" for step in slow)
    ratio = f"; {kept / (length / 1e6):.1f} times its size in memory" if length > 10_000_000 else ""
    missed = "" if person.stood[worst[0]] <= AIM else " MISSED"
    tell(
        capsys,
        f"{kind.name}, {length / 1e6:.3g} MB: at most {person.stood[worst[0]]:.0f} ms{missed} ({told}); the first time "
        f"{first}{ratio}",
    )
    assert person.stood[worst[0]] <= AIM
