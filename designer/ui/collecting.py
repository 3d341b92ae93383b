"""Python's garbage collector in the window's thread alone.

Left to itself it runs in whichever thread happens to allocate, and takes widgets that are part of a ring of references
apart there, while Qt may be deleting the same ones in its own: the process crashes. So it is switched off, and the
window's thread collects by the same thresholds between two events.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

__all__ = ["Collector"]

EVERY_MS = 250
FULL_AFTER_SECONDS = 10.0
"""A full collection looks at everything there is: not more often than this."""


class Collector(QObject):
    """Collects for as long as it lives; afterwards Python does so by itself again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._full = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(EVERY_MS)
        self.destroyed.connect(gc.enable)

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        counts, limits = gc.get_count(), gc.get_threshold()
        now = time.monotonic()
        if counts[2] > limits[2] and now - self._full > FULL_AFTER_SECONDS:
            self._full = now
            gc.collect(2)
        elif counts[1] > limits[1]:
            gc.collect(1)
        elif counts[0] > limits[0]:
            gc.collect(0)
