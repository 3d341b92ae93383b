"""Rings of widgets are taken apart in the window's thread alone."""

from __future__ import annotations

import gc
import threading

from PySide6.QtWidgets import QApplication, QWidget

from designer.ui.collecting import Collector
from designer.ui.pilot import Pilot


class Ring(QWidget):
    """Garbage that refers to itself, and tells in which thread it goes."""

    gone: list[threading.Thread]

    def __init__(self, gone: list[threading.Thread]) -> None:
        super().__init__()
        self.gone = gone
        self.itself = self

    def __del__(self) -> None:
        self.gone.append(threading.current_thread())


def test_no_other_thread_collects_widgets(qapp: QApplication) -> None:
    gone: list[threading.Thread] = []
    for _ in range(20):
        Ring(gone)
    busy = threading.Thread(target=lambda: [[] for _ in range(200_000)] and [{"a": [n]} for n in range(200_000)])
    busy.start()
    busy.join()
    assert gone == [], "another thread collected widgets"
    assert not gc.isenabled()
    collector = qapp.findChild(Collector)
    assert collector is not None
    for _ in range(30):
        kept = [[n] for n in range(5000)]
        collector.collect()
        del kept
    Pilot(QWidget()).settle(300)
    assert len(gone) == 20
    assert set(gone) == {threading.main_thread()}
