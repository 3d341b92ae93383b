"""A keystroke in a form costs in a long file what it costs in a short one.

Run with ``pytest tests/benchmarks --benchmark-only -s`` (skipped in ordinary runs): at most one and a half times.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer import app as composition
from designer.ui.theme import Mode, Theme
from designer.ui.widgets.inputs import LineEdit
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME

ACTION = """\
    action_%d: {
      title: 'Action %d',
      execute: lambda do |connection, input|
        get("records/#{input['id']}", page: %d) if connection['client_id']
      end
    },
"""


def connector(lines: int) -> bytes:
    """``ACME`` with as many actions as make it ``lines`` long."""
    head = ACME.rstrip().removesuffix("}").rstrip() + ",\n\n  actions: {\n"
    count = (lines - head.count("\n")) // ACTION.count("\n")
    return (head + "".join(ACTION % (n, n, n) for n in range(count)) + "    last: {}\n  }\n}\n").encode()


@pytest.fixture
def window_on(qapp: QApplication, theme: Theme, tmp_path: Path) -> Iterator[Callable[[bytes], MainWindow]]:
    made: list[MainWindow] = []

    def build(source: bytes) -> MainWindow:
        settings = QSettings(str(tmp_path / f"{len(made)}.ini"), QSettings.Format.IniFormat)
        window = composition.build(qapp, settings, theme=theme, state_folder=tmp_path / str(len(made)))
        window.resize(1440, 900)
        window.show()
        window.store.open_text(source)
        window.store.focus("/connection/fields/1")
        made.append(window)
        return window

    yield build
    for window in made:
        window.close()
        window.deleteLater()
    qapp.processEvents()


def keystroke(qapp: QApplication, window: MainWindow, letter: str) -> float:
    """Seconds from a key into the label to all of the window painted with it; checks run later, beside."""
    line = window.findChild(LineEdit, "field.label")
    assert line is not None
    window.activateWindow()
    line.setFocus()
    line.end(False)
    qapp.processEvents()
    start = time.perf_counter()
    QTest.keyClicks(line, letter)
    qapp.processEvents()
    taken = time.perf_counter() - start
    while not window.context.jobs.idle or window.store.state.checked is not window.store.state.document:
        qapp.processEvents()
    return taken


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return composition.make_application(["benchmarks"])


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Mode.LIGHT)


def test_a_keystroke_is_as_quick_in_a_long_file(
    benchmark: Any, qapp: QApplication, window_on: Callable[[bytes], MainWindow]
) -> None:
    short, long = window_on(connector(200)), window_on(connector(20_000))
    assert long.store.state.document.source.count(b"\n") > 19_000
    times: dict[str, list[float]] = {"short": [], "long": []}

    def both(letter: str) -> None:
        times["short"].append(keystroke(qapp, short, letter))
        times["long"].append(keystroke(qapp, long, letter))

    letters = iter("abcdefg")
    benchmark.pedantic(lambda: both(next(letters)), rounds=7)
    # The quickest of each: what else the machine does can only add.
    ratio = min(times["long"]) / min(times["short"])
    sys.stdout.write(f"\nkeystroke, 20,000 lines against 200: {ratio:.2f} (at most 1.5)\n")
    assert ratio <= 1.5, times
    assert b"label: 'Client IDabcdefg'" in long.store.state.document.source
