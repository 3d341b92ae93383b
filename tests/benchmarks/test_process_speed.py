"""Whole processes side by side: ``exec test`` beside a bare script that does the same; the window, opened on a
connector and that connector checked, beside an empty one.

Run with ``pytest tests/benchmarks --benchmark-only -s`` (POSIX: a child's peak memory is asked of the system). Both
sides run from compiled bytecode, as an installation does.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.measuring import tell
from tests.benchmarks.serving import serving
from tests.benchmarks.test_ruby_speed import connector

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="peak memory of a child cannot be asked for here")

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1024 * 1024 if sys.platform == "darwin" else 1024
BARE = """
import httpx, tree_sitter, tree_sitter_ruby
with open("connector.rb", "rb") as file:
    source = file.read()
tree = tree_sitter.Parser(tree_sitter.Language(tree_sitter_ruby.language())).parse(source)
assert not tree.root_node.has_error
with httpx.Client(trust_env=False) as client:
    print(client.get("%s/me", headers={"Authorization": "Bearer s3cret-token"}).json())
"""
EMPTY_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv)
window = QMainWindow()
window.resize(1280, 800)
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
"""
OUR_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from designer import app
from designer.ui.window import MainWindow
application = app.make_application()
def look():
    for window in application.topLevelWidgets():
        if isinstance(window, MainWindow):
            state = window.context.store.state
            if state.path is not None and state.checked is state.document:
                application.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(5)
sys.exit(app.run(Path("connector.rb")))
"""


DRIVER = """
import json, os, sys, time
commands, runs = json.load(sys.stdin)
found = [[] for _ in commands]
for number in range(runs + 1):
    for command, taken in zip(commands, found):
        quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        start = time.perf_counter()
        child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - start
        if status:
            sys.exit(f"{command} failed")
        if number:
            taken.append((used.ru_utime + used.ru_stime, wall, used.ru_maxrss))
print(json.dumps(found))
"""
"""Starts each command in turn and reports processor seconds, wall seconds and peak memory of each run but the first.
A child's peak counts from that of the process that starts it, so a small one does."""


def compare(
    name: str, ours: list[str], bare: list[str], folder: Path, capsys: pytest.CaptureFixture[str], runs: int = 11
) -> tuple[float, float]:
    """Run two scripts of this Python in turn; the ratios of the medians of processor time and of peak memory."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
    told = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps([[[sys.executable, *ours], [sys.executable, *bare]], runs]),
        stdout=subprocess.PIPE,
        check=True,
        cwd=folder,
        env=environment,
        encoding="utf-8",
    ).stdout
    medians = [[statistics.median(column) for column in zip(*each, strict=True)] for each in json.loads(told)]
    (cpu, wall, peak), (bare_cpu, bare_wall, bare_peak) = medians
    tell(
        capsys,
        f"{name}: cpu {cpu * 1e3:.0f} ms beside {bare_cpu * 1e3:.0f}: {cpu / bare_cpu:.2f}, "
        f"wall {wall * 1e3:.0f} ms beside {bare_wall * 1e3:.0f}: {wall / bare_wall:.2f}, "
        f"memory {peak / MEBIBYTE:.1f} MiB beside {bare_peak / MEBIBYTE:.1f}: {peak / bare_peak:.2f}",
    )
    return cpu / bare_cpu, peak / bare_peak


def project(folder: Path, origin: str) -> None:
    source = connector(500).decode()
    source = source.replace(
        "headers('X-Api-Key': connection['api_key'])", "headers(Authorization: \"Bearer #{connection['api_key']}\")"
    )
    source = source.replace("https://#{connection['subdomain']}.northwind.example", origin)
    (folder / "connector.rb").write_text(source, encoding="utf-8")
    (folder / "settings.yaml").write_text("api_key: s3cret-token\n", encoding="utf-8")


def test_exec_test_as_a_whole_process(tmp_path: Path, benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as origin:
        project(tmp_path, origin)
        ours, bare = ["-m", "designer", "exec", "test"], ["-c", BARE % origin]
        seconds, memory = benchmark.pedantic(compare, ("exec test", ours, bare, tmp_path, capsys))
    assert seconds <= 1.5
    assert memory <= 1.5


def test_the_window_beside_an_empty_one(tmp_path: Path, benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, "https://api.example")
    ours, empty = ["-c", OUR_WINDOW], ["-c", EMPTY_WINDOW]
    seconds, memory = benchmark.pedantic(compare, ("window", ours, empty, tmp_path, capsys, 5))
    assert seconds <= 8
    assert memory <= 3
