"""The bottom line: problem counts, what is running, where the cursor is, the sandbox."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from designer.ui.jobs import Job, Jobs
from designer.ui.store import Store
from designer.ui.travels import Travel
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import button, label, tool_button

__all__ = ["StatusLine"]


class StatusLine(QFrame):
    problems = Signal()
    toggle_inspector = Signal()
    provider = Signal()
    """The built-in provider's own page is wanted."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setFixedHeight(28)
        self._store = store
        self._jobs = jobs
        self.counts = button("", "status.problems", self.problems.emit)
        self.work = label("", name="status.work")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedWidth(80)
        self.bar.setTextVisible(False)
        self.stop = button("Cancel", "status.cancel", self._cancel)
        self.unverified = Badge("TLS not verified", "warning")
        self.unverified.setObjectName("status.unverified")
        self.unverified.setToolTip("What this window sends goes to whoever answers: the certificate is not verified.")
        self.layout_words = label("", name="status.layout")
        self.place = label("", name="status.place")
        self.sandbox = button("Sandbox provider", "status.sandbox", self.provider.emit)
        self.sandbox.hide()
        self.sandbox.setToolTip("Its page lists clients, users, keys and endpoints.")
        self.fold = tool_button("panel", "status.inspector", "Show or hide the inspector", self.toggle_inspector.emit)
        self.fold.setFixedSize(24, 22)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 8, 0)
        line.setSpacing(14)
        line.addWidget(self.counts)
        line.addWidget(self.bar)
        line.addWidget(self.work)
        line.addWidget(self.stop)
        line.addStretch(1)
        for widget in (self.unverified, self.layout_words, self.place, self.sandbox, self.fold):
            line.addWidget(widget)
        store.problems_changed.connect(self._show_problems)
        store.opened.connect(self._show_problems)
        store.document_changed.connect(lambda _span: self._show_layout())
        jobs.changed.connect(self._show_jobs)
        self._show_problems()
        self._show_layout()
        self._show_jobs()

    def show_place(self, line: int, column: int) -> None:
        self.place.setText(f"Ln {line}, Col {column}")

    def show_travel(self, travel: Travel) -> None:
        """Say on every page that requests go out without verification: the sign-in and the test send them, too."""
        self.unverified.setVisible(not travel.verify)

    def show_provider(self, origin: str) -> None:
        """Say where the built-in provider listens; "" for not at all."""
        words = f"Sandbox provider at {origin.removeprefix('http://')}" if origin else ""
        self.sandbox.setText(words)
        self.sandbox.setAccessibleName(f"{words}, show its page")
        self.sandbox.setVisible(bool(words))

    def _show_problems(self) -> None:
        words = self._store.state.tally().words
        self.counts.setText(words)
        self.counts.setAccessibleName(f"{words}, show problems")

    def _show_layout(self) -> None:
        document = self._store.state.document
        breaks = "CRLF" if document.newline == "\r\n" else "LF"
        self.layout_words.setText(f"UTF-8 · {breaks}")

    def _show_jobs(self) -> None:
        running = self._jobs.running
        shown = bool(running)
        for widget in (self.work, self.bar, self.stop):
            widget.setVisible(shown)
        if running:
            self._follow(running[-1])

    def _follow(self, job: Job) -> None:
        self.work.setText(job.title)
        self.bar.setRange(0, 0)
        job.progressed.connect(self._progress)

    def _progress(self, text: str, share: float | None) -> None:
        self.work.setText(text)
        self.bar.setRange(0, 0 if share is None else 100)
        if share is not None:
            self.bar.setValue(round(share * 100))

    def _cancel(self) -> None:
        if running := self._jobs.running:
            running[-1].cancel()
