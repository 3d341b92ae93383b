"""The one route for long work: threads, progress, cancelling, results in the UI thread, and a clean end.

Work gets a :class:`Task` and returns a value or raises. Its answer reaches ``done`` or ``failed`` through a queued
signal, so in the UI thread. Of several jobs with the same ``key`` only the newest answers; older ones are told to stop
and what they still bring is dropped.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

__all__ = ["Job", "Jobs", "Task"]

T = TypeVar("T")
_log = logging.getLogger("designer.ui.jobs")


class Task:
    """What running work sees. Safe to use from its thread."""

    def __init__(self, report: Callable[[str, float | None], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._cancelled = False
        self._interrupts: list[Callable[[], object]] = []

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def progress(self, text: str, share: float | None = None) -> None:
        """Tell the person how far it is; ``share`` from 0 to 1, None where nobody can know."""
        self._report(text, share)

    def on_cancel(self, interrupt: Callable[[], object]) -> None:
        """Have ``interrupt`` called when the person cancels; at once where that has happened already."""
        with self._lock:
            if not self._cancelled:
                self._interrupts.append(interrupt)
                return
        interrupt()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            interrupts, self._interrupts = self._interrupts, []
        for interrupt in interrupts:
            interrupt()


class Job(QObject):
    """One piece of work under way, for its starter. Lives in the UI thread."""

    progressed = Signal(str, object)
    ended = Signal()

    def __init__(self, number: int, title: str, key: str | None, quiet: bool) -> None:
        super().__init__()
        self.number = number
        self.title = title
        self.key = key
        self.quiet = quiet
        self.running = True
        self.task = Task(self.progressed.emit)
        self.thread_: threading.Thread | None = None
        self.done: Callable[[Any], object] | None = None
        self.failed: Callable[[Exception], object] | None = None
        self.stale = False

    def cancel(self) -> None:
        self.task.cancel()


class Jobs(QObject):
    """Starts jobs and hands out their answers. ``changed`` fires when one starts or ends; ``failure`` carries the
    exception of a job that nobody took care of."""

    changed = Signal()
    failure = Signal(object)
    _answered = Signal(int, bool, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._running: dict[int, Job] = {}
        self._closing = False
        self._turning: set[QObject] = set()
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> list[Job]:
        """Jobs a person should know of, oldest first."""
        return [job for job in self._running.values() if not job.quiet]

    @property
    def idle(self) -> bool:
        """Whether nothing is under way: no job, and nothing that the window does a piece at a time."""
        return not self._running and not self._turning

    def turning(self, who: QObject, busy: bool) -> None:
        """``who`` has work in the UI thread that waits for its turn (``turns.py``), or has none any more."""
        if busy:
            self._turning.add(who)
        else:
            self._turning.discard(who)

    def start(
        self,
        title: str,
        work: Callable[[Task], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        key: str | None = None,
        quiet: bool = False,
    ) -> Job:
        """Run ``work`` in a thread of its own. A cancelled job calls neither ``done`` nor ``failed`` unless the work
        ends by itself with an answer or an error of its own."""
        job = Job(next(self._numbers), title, key, quiet)
        job.done, job.failed = done, failed
        if key is not None:
            for other in self._running.values():
                if other.key == key:
                    other.stale = True
                    other.cancel()
        self._running[job.number] = job
        # Daemon threads: a server that never answers must not keep the process alive.
        job.thread_ = threading.Thread(target=self._work, args=(job, work), name=f"job-{title}", daemon=True)
        job.thread_.start()
        if not quiet:
            self.changed.emit()
        return job

    def close(self, seconds: float = 2.0) -> None:
        """Cancel everything and wait a moment for it to end; nothing answers any more."""
        self._closing = True
        jobs = list(self._running.values())
        for job in jobs:
            job.stale = True
            job.cancel()
        for job in jobs:
            if job.thread_ is not None:
                job.thread_.join(seconds / max(1, len(jobs)))

    def _work(self, job: Job, work: Callable[[Task], Any]) -> None:
        try:
            answer: Any = work(job.task)
            good = True
        except Exception as error:  # noqa: BLE001 - carried to the UI thread and shown there
            answer, good = error, False
        if self._closing:
            return
        try:
            self._answered.emit(job.number, good, answer)
        except RuntimeError:
            # The window went away between the check and the signal.
            _log.debug("a job ended after the window was closed")

    @Slot(int, bool, object)
    def _answer(self, number: int, good: bool, answer: object) -> None:
        job = self._running.pop(number, None)
        if job is None or self._closing:
            return
        job.running = False
        try:
            if not job.stale and good and job.done is not None:
                job.done(answer)
            elif not job.stale and not good and isinstance(answer, Exception):
                if job.failed is not None:
                    job.failed(answer)
                elif not job.task.cancelled:
                    self.failure.emit(answer)
        finally:
            job.ended.emit()
            if not job.quiet:
                self.changed.emit()
            job.deleteLater()
