"""What happened during a run: every request with its status, and between them what the SDK made of the replies."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from designer.masking import Masks
from designer.ui.jobs import Jobs
from designer.ui.runner import Run
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, bound, button, label, rule
from designer.ui.widgets.card import Card
from designer.ui.widgets.lead_row import LeadRow
from designer.ui.widgets.line_stack import LineStack
from designer.ui.wiretext import cut, exchange_title, phases, reply_tone
from designer.wire import Step
from designer.wire.failures import ending, hint_of, told_steps

__all__ = ["Happened"]

_QUIET = {"request", "response", "lambda", "hmac", "hash"}
_PURPOSES = {
    "request": "",
    "retry": "retried with the new token",
    "acquire": "acquire",
    "refresh": "refresh",
    "redirect": "followed the redirect",
    "digest": "answered the digest challenge",
}


class _Line(QWidget):
    """A line that only tells."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.setAccessibleName(told)


def _entry(number: str, title: str, detail: str, badge: Badge | None, leads: str) -> LeadRow | _Line:
    """A line of the card, a row to be followed where it ``leads`` somewhere."""
    told = ", ".join(part for part in (number, title, badge.text if badge is not None else "", detail) if part)
    made = LeadRow(told, leads) if leads else _Line(told)
    _lay_out(made, number, title, detail, badge)
    return made


def _lay_out(entry: QWidget, number: str, title: str, detail: str, badge: Badge | None) -> None:
    mark = label(number, "dim")
    mark.setFixedWidth(18)
    mark.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
    lines = QVBoxLayout()
    lines.setSpacing(1)
    heading = ElidedLabel(title, "strong" if number else "", Qt.TextElideMode.ElideMiddle)
    lines.addWidget(heading)
    if detail:
        lines.addWidget(label(detail, "secondary", wrap=True))
    box = QHBoxLayout(entry)
    box.setContentsMargins(16, 7, 14, 7)
    box.setSpacing(10)
    box.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    box.addLayout(lines, 1)
    if badge is not None:
        box.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)


class Happened(Card):
    """``exchange_clicked`` carries the index of the exchange, ``step_clicked`` pointer and line of a step's code."""

    exchange_clicked = Signal(int)
    step_clicked = Signal(str, int)
    test_wanted = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("What happened", name="happened", padding=0)
        self._outer.setContentsMargins(0, 12, 0, 4)
        self._outer.setSpacing(6)
        self.header.setContentsMargins(16, 0, 14, 0)
        self._about = label("", "secondary", name="happened.about")
        self.header.addWidget(self._about)
        self.make_test = button("Make a test…", "happenedTest", self.test_wanted.emit, dense=True, variant="quiet")
        self.header.addWidget(self.make_test)
        self._lines = LineStack(jobs)
        self.body.addWidget(self._lines)

    def show_run(self, run: Run) -> None:
        exchanges = run.outcome.exchanges
        count = len(exchanges)
        self._about.setText(f"{count} request{'' if count == 1 else 's'} · {_milliseconds(run.seconds)}")
        self.make_test.setVisible(any(one.response is not None for one in exchanges))
        self._lines.start(self._entries(run))

    def forget(self) -> None:
        self._lines.clear()
        self._about.setText("")

    def _entries(self, run: Run) -> list[Callable[[], object]]:
        """What makes the lines of the card, one each."""
        masks, exchanges = run.seen.told, run.outcome.exchanges
        made: list[Callable[[], object]] = []
        told: set[int] = set()
        for step in told_steps(run.outcome):
            index = step.exchange
            sent = index is not None and index < len(exchanges)
            if index is not None and sent and index not in told and step.kind in ("request", "retry", "redirect"):
                told.add(index)
                made.append(bound(self._exchange, run, index))
            elif step.kind not in _QUIET and not (step.kind == "error" and sent):  # the line of the exchange tells it
                made.append(bound(self._step, step, masks))
        made += [bound(self._exchange, run, index) for index in range(len(exchanges)) if index not in told]
        error = run.outcome.error
        if error is not None and error["class"] != "Designer::Cancelled":  # that is told above, and of its request
            where = f"line {error['line']}" if error.get("line") else ""
            title = f"{error['class']}: {cut(masks.text(str(error['message'])))}"
            made.append(lambda: self._ending(title, where, ending(run.outcome)))
        return made

    def _step(self, step: Step, masks: Masks) -> None:
        leads = f"show {f'line {step.line}' if step.line else 'its Ruby'}" if step.pointer else ""
        entry = self._add("", masks.text(step.title), masks.text(step.detail), None, f"step.{step.kind}", leads)
        if isinstance(entry, LeadRow):
            entry.clicked.connect(bound(self.step_clicked.emit, step.pointer, step.line or 0))

    def _ending(self, title: str, where: str, step: Step | None) -> None:
        leads = f"show {where or 'its Ruby'}" if step is not None and step.pointer else ""
        entry = self._add("", title, where, Badge("failed", "error"), "step.error", leads)
        if isinstance(entry, LeadRow) and step is not None:
            entry.clicked.connect(bound(self.step_clicked.emit, step.pointer, step.line or 0))

    def _exchange(self, run: Run, index: int) -> None:
        exchange = run.outcome.exchanges[index]
        masks = run.seen.request(exchange)
        response = exchange.response
        unanswered = "no reply" if exchange.partial is None else "cut off"
        status = Badge(str(response.status) if response else unanswered, reply_tone(response))
        took = response.timings.get("total") if response else None
        parts = [_PURPOSES.get(exchange.purpose, exchange.purpose)]
        parts += [masks.text(one) for one in (exchange.failure or "", hint_of(run.outcome, index))]
        parts.append(phases(response.timings) if response is not None and took is not None else "")
        detail = " · ".join(part for part in parts if part)
        leads, name = "show request and reply", f"exchange.{index}"
        entry = self._add(str(index + 1), exchange_title(exchange, masks), detail, status, name, leads)
        assert isinstance(entry, LeadRow)
        entry.clicked.connect(bound(self.exchange_clicked.emit, index))

    def _add(
        self, number: str, title: str, detail: str, badge: Badge | None, name: str, leads: str = ""
    ) -> LeadRow | _Line:
        if self._lines.count:
            self._lines.add(rule(faint=True))
        entry = _entry(number, title, detail, badge, leads)
        entry.setObjectName(name)
        entry.setMinimumHeight(Theme.current().size("row") - 12)
        self._lines.add(entry)
        return entry


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
