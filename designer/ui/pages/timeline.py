"""The timeline: every run since the connector was opened, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget
from shiboken6 import isValid

from designer.masking import Masks
from designer.ui.inspector import RubyPane
from designer.ui.jobs import Jobs, Task
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.blanks import blank_notice
from designer.ui.runner import Run, step_tone
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge, Chip
from designer.ui.widgets.basics import allow, bound, button, column, label, rule
from designer.ui.widgets.card import Card, EmptyState
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.inputs import Choice
from designer.ui.widgets.line_stack import LineStack
from designer.ui.widgets.rows import Row, RowList
from designer.ui.widgets.scroll import scrolling
from designer.ui.wiretext import cut, exchange_title, phases, raw_request, reply_tone, size
from designer.wire import Step, WireRequest
from designer.wire.blanks import Blank, blanks_of
from designer.wire.engine import Evaluation
from designer.wire.failures import told_steps
from designer.wire.route import went
from designer.wire.run_secrets import Seen

if TYPE_CHECKING:
    from designer.ui.widgets.comparison import ComparisonView
    from designer.wire.compare import Comparison

__all__ = ["TimelinePage"]

_CODE_FRAME = 14
"""Pixels around the text: the frame, and the bar below a line that is too long."""

_BATCH = 2
"""Steps that are made in one turn."""
_LONGEST = 64_000
"""Characters that a step shows."""

_WORDS = {
    "lambda": "Ruby", "request": "request", "response": "reply", "signal": "signal", "refresh": "refresh",
    "settings": "settings", "retry": "retry", "redirect": "redirect", "puts": "puts", "hmac": "HMAC", "hash": "hash",
    "note": "note", "error": "error", "browser": "browser", "refused": "refused", "reply": "reply",
}  # fmt: skip

_LEADING = {"request": "request", "retry": "request", "redirect": "request", "response": "reply"}
"""Steps that lead into the console, and to what there."""
_CHIPS = {"request": ("explain", "timelineExplain"), "reply": ("reply", "timelineReply")}

_NOTHING_RAN = "Nothing has run yet."


class TimelinePage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            "Timeline",
            "What was run, newest first: each step, request and change of the settings.",
            scroll=False,
        )
        self._clear = button("Clear", "timelineClear", self.store.clear_runs)
        self._other = Choice("timelineCompare")
        self._other.setPlaceholderText("Compare with…")
        self._other.setAccessibleName("Compare the chosen run with another")
        self._other.setFixedWidth(260)
        self._other.edited.connect(self._compare)
        self.header.addWidget(self._other)
        self.header.addWidget(self._clear)
        self._runs = RowList(name="timelineRuns")
        self._runs.setAccessibleName("Runs")
        self._runs.chosen.connect(self._choose)
        list_card = Card(name="timelineList", padding=1)
        list_card.body.addWidget(self._runs)
        content = QWidget()
        self._steps = LineStack(context.jobs, batch=_BATCH)
        # With room below: no line has to fill what is left over until the last one is there.
        content.setLayout(column(self._steps, None, margins=(0, 4, 0, 12)))
        steps_card = Card(name="timelineSteps", padding=1)
        self._comparison: ComparisonView | None = None
        self._faces = QStackedWidget()
        self._faces.addWidget(scrolling(content, "Steps of the run"))
        steps_card.body.addWidget(self._faces)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setProperty("gap", "true")
        split.setChildrenCollapsible(False)
        split.setHandleWidth(16)
        split.addWidget(list_card)
        split.addWidget(steps_card)
        split.setSizes([220, 460])
        empty = EmptyState(
            "timeline",
            "Nothing has run yet",
            "Requests, tests, sign-ins and refreshes are kept here until the window closes, never on disk.",
            [("Open the console", "timelineToConsole", lambda: context.shell.show_page("console"))],
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(split)
        self.body.addWidget(self._stack, 1)
        self._chosen: Run | None = None
        self.refresh_on(self.store.runs_changed)

    def inspector_tabs(self) -> list[InspectorTab]:
        return [InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "timelineRuby"))]

    def refresh(self) -> None:
        runs = self.store.state.runs
        self._stack.setCurrentIndex(1 if runs else 0)
        allow(self._clear, "" if runs else _NOTHING_RAN)
        self._runs.show_rows([_row(run) for run in reversed(runs)])
        if not runs:
            self._chosen = None
            self._steps.clear()
            if self._comparison is not None:
                self._comparison.forget()
            self._other.clear()
            allow(self._other, _NOTHING_RAN)
        if runs:
            self._runs.select(str(runs[-1].number))
            self._choose(str(runs[-1].number))

    def _choose(self, number: str) -> None:
        run = self._run(number)
        if run is not None:
            self._chosen = run
            self._show_run(run)
            self._faces.setCurrentIndex(0)
            others = [other for other in reversed(self.store.state.runs) if other is not run]
            self._other.set_choices([(str(other.number), _told(other)) for other in others])
            self._other.setCurrentIndex(-1)
            allow(self._other, "" if others else "There is no other run to compare with.")

    def _run(self, number: str) -> Run | None:
        return next((run for run in self.store.state.runs if str(run.number) == number), None)

    def _compare(self, number: str) -> None:
        """The other run on the left where it is the older one."""
        chosen, other = self._chosen, self._run(number)
        if chosen is None or other is None:
            return
        older, newer = sorted((chosen, other), key=lambda run: run.number)

        def work(_task: Task) -> Comparison:
            from designer.wire.compare import Side, compare

            return compare(*(Side(_told(run), run.settings, run.outcome) for run in (older, newer)))

        def done(found: Comparison) -> None:
            # Another run may have been chosen in the meantime.
            if self._chosen is chosen and self._other.value == number:
                self._show_comparison(found)

        self.context.jobs.start(
            "Comparing",
            work,
            done=done,
            failed=self.context.messages.fail,
            key="compare",
            quiet=True,
        )

    def _show_comparison(self, found: Comparison) -> None:
        if self._comparison is None:
            from designer.ui.widgets.comparison import ComparisonView

            self._comparison = ComparisonView(self.context.jobs)
            self._faces.addWidget(self._comparison)
        self._faces.setCurrentWidget(self._comparison)
        self._comparison.show_comparison(found)

    def _show_run(self, run: Run) -> None:
        steps: list[Callable[[], object]] = [bound(self._add_step, run, step) for step in told_steps(run.outcome)]
        steps.append(bound(self._add_end, run))
        # Nothing in the turn in which the page itself comes into sight.
        self._steps.start(steps, later=True)

    def _add_step(self, run: Run, step: Step) -> None:
        self._add(self._step(run, step))

    def _add_end(self, run: Run) -> None:
        error = run.outcome.error
        if error is not None:
            text = f"{error['class']}: {cut(run.seen.told.text(str(error['message'])))}"
            self._add(self._line("error", "error", text, f"line {error['line']}" if error.get("line") else ""))
        elif not run.outcome.steps:
            self._add(self._line("done", "done", "The run gave a result without any step.", ""))
        self._settings_change(run)

    def _step(self, run: Run, step: Step) -> QWidget:
        masks = run.seen.told
        word, tone = _WORDS.get(step.kind, step.kind), step_tone(step)
        title, detail = masks.text(step.title), masks.text(step.detail)
        body: QWidget | None = None
        blanks: tuple[Blank, ...] = ()
        if step.exchange is not None and step.exchange < len(run.outcome.exchanges):
            exchange = run.outcome.exchanges[step.exchange]
            if step.kind in ("response",) and exchange.response is not None:
                word, tone = str(exchange.response.status), reply_tone(exchange.response)
                detail = " · ".join(filter(None, (phases(exchange.response.timings), *went(exchange.response))))
            elif step.kind in ("request", "retry", "redirect"):
                hide = run.seen.request(exchange)
                title = exchange_title(exchange, hide)
                http2 = exchange.response is not None and exchange.response.http_version == "HTTP/2"
                body = _code(_raw(exchange.request, hide, http2=http2))
                blanks = blanks_of(run.outcome, step.exchange)
        if isinstance(step.data, Evaluation):
            body = _Values(step.data, title, run.seen, self.context.jobs)
        line = self._line(word, tone, title, detail, body, [blank_notice(self.context, one) for one in blanks])
        chips: list[Chip] = []
        if step.kind in _LEADING and step.exchange is not None and step.exchange < len(run.outcome.exchanges):
            chips.append(self._way_to_console(run, step.exchange, _LEADING[step.kind]))
        if step.pointer:
            chip = Chip(
                f"{step.pointer.rpartition('/')[2]} · line {step.line}"
                if step.line
                else step.pointer.rpartition("/")[2]
            )
            chip.clicked.connect(lambda: self._follow(step))
            chips.append(chip)
        head = line.layout()
        assert isinstance(head, QHBoxLayout)
        for chip in chips:
            head.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _way_to_console(self, run: Run, exchange: int, part: str) -> Chip:
        words, name = _CHIPS[part]
        chip = Chip(words)
        chip.setObjectName(f"{name}.{exchange}")
        chip.setAccessibleName(f"{words}: request {exchange + 1} of this run in the console")
        chip.clicked.connect(lambda: self.context.shell.show_page("console").look_at(run, exchange, part))
        return chip

    def _line(
        self,
        word: str,
        tone: str,
        title: str,
        detail: str,
        body: QWidget | None = None,
        notices: Sequence[QWidget] = (),
    ) -> QWidget:
        made = QWidget()
        badge = Badge(word, tone)
        place = QWidget()
        place.setFixedWidth(76)
        place.setLayout(column(badge))
        lines = column(label(title, "", wrap=True, selectable=True), spacing=3)
        if detail:
            lines.addWidget(label(detail, "secondary", wrap=True))
        if body is not None:
            body.setAccessibleName(title)
        for one in (*notices, *([body] if body is not None else [])):
            lines.addWidget(one)
        box = QHBoxLayout(made)
        box.setContentsMargins(14, 8, 14, 8)
        box.setSpacing(8)
        box.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(lines, 1)
        return made

    def _settings_change(self, run: Run) -> None:
        after = run.outcome.settings_after
        if after is None:
            return
        changed = {name: value for name, value in after.items() if run.settings.get(name) != value}
        if changed:
            text = json.dumps(run.masks.value(changed), indent=2, ensure_ascii=False)
            self._add(
                self._line(
                    "settings", "accent", f"Settings changed: {', '.join(changed)}", "", _code(text, json_text=True)
                )
            )

    def _add(self, widget: QWidget) -> None:
        if self._steps.count:
            self._steps.add(rule(faint=True))
        self._steps.add(widget)

    def _follow(self, step: Step) -> None:
        if step.pointer:
            self.store.focus(step.pointer)
        if step.line:
            self.context.shell.show_line(step.line)


class _Values(QWidget):
    """What a lambda read and gave, exported when somebody asks."""

    def __init__(self, values: Evaluation, title: str, seen: Seen, jobs: Jobs) -> None:
        super().__init__()
        self._title = f"Values: {title}"
        self._values, self._seen, self._jobs = values, seen, jobs
        self._button = button("Values", "timelineValues", self._toggle, variant="link")
        self._button.setAccessibleName(self._title)
        self._lines = column(self._button)
        self.setLayout(self._lines)
        self._code: CodeView | None = None

    def _toggle(self) -> None:
        if self._code is not None:
            self._code.setVisible(self._code.isHidden())
            return
        values, seen = self._values, self._seen

        def work() -> str:
            told = {
                name: {key: seen.setting(key, read) for key, read in value.items()}
                if name == "reads"
                else seen.told.value(value)
                for name, value in values.values().items()
            }
            text = json.dumps(told, indent=2, ensure_ascii=False, default=str)
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… {len(text) - _LONGEST} characters more"

        def done(text: str) -> None:
            if isValid(self) and self._code is None:
                self._code = _code(text, json_text=True)
                self._code.setAccessibleName(self._title)
                self._lines.addWidget(self._code)

        self._jobs.start("Reading values", lambda _task: work(), done=done, quiet=True)


def _raw(request: WireRequest, masks: Masks, *, http2: bool) -> str:
    if len(request.body) <= _LONGEST:
        return raw_request(request, masks, http2=http2)
    head = raw_request(replace(request, body=b""), masks, http2=http2)
    return f"{head}({size(len(request.body))}; the console shows them)"


def _told(run: Run) -> str:
    return " · ".join(filter(None, (_title(run), run.connection, f"{run.started.astimezone():%H:%M:%S}")))


def _title(run: Run) -> str:
    """As it is named in the list and where two are compared."""
    return f"{run.number} · {run.title}"


def _row(run: Run) -> Row:
    count = len(run.outcome.exchanges)
    requests = f"{count} request{'' if count == 1 else 's'}"
    # A cell of a grid says whose credentials it took already.
    whose = run.connection if not run.title.endswith(f"· {run.connection}") else ""
    facts = (f"{run.started.astimezone():%H:%M:%S}", whose, requests, f"{run.seconds * 1000:.0f} ms")
    detail = " · ".join(filter(None, facts))
    badge = ("failed", "error") if run.failed else ("done", "done")
    return Row(str(run.number), _title(run), detail, (badge,))


def _code(text: str, *, json_text: bool = False) -> CodeView:
    view = CodeView("timelineCode", numbered=False, framed=True)
    if json_text:
        view.show_json(text)
    else:
        view.show_plain(text.rstrip("\n"))
    view.setFont(Theme.current().code_font("secondary"))
    lines = view.blockCount() * view.fontMetrics().lineSpacing()
    view.setFixedHeight(min(260, round(lines + 2 * view.document().documentMargin()) + _CODE_FRAME))
    return view
