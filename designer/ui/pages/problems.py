"""Everything that validation found, the worst first, each with its place and its fix."""

from __future__ import annotations

from collections import Counter
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.checks.model import Problem, Severity
from designer.ui.page import Context, Page
from designer.ui.pages import page_for
from designer.ui.widgets.badge import Badge, Chip
from designer.ui.widgets.basics import bound, button, clear_layout, column, label, row, rule
from designer.ui.widgets.card import Card, EmptyState, Icon
from designer.ui.widgets.fix_preview import FixPreview
from designer.ui.widgets.flow import HeadLayout
from designer.ui.widgets.segmented import Segmented

__all__ = ["ProblemsPage"]

TITLES = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}
FILTERS = (("all", "All"), ("error", "Errors"), ("warning", "Warnings"), ("note", "Notes"))
ICONS = {
    Severity.ERROR: ("error", "error"),
    Severity.WARNING: ("warning", "warning"),
    Severity.NOTE: ("note", "accent"),
}
MOST = 200
_WORDS_WIDTH = 260
"""Pixels that what is wrong needs beside its fixes; with less, they stand below."""


class ProblemsPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Problems", "What would go wrong, and why. Each line leads to its place.")
        self._shown: tuple[object, ...] | None = None
        self.filter = Segmented(FILTERS, name="problems.filter")
        self.filter.changed.connect(lambda _choice: self._rebuild())
        self.header.addWidget(self.filter)
        self.groups = QVBoxLayout()
        self.groups.setSpacing(16)
        self.body.addLayout(self.groups)
        self.body.addStretch(1)
        self.refresh_on(self.store.problems_changed)

    def _say_counts(self) -> None:
        """Behind each choice, how many there are of it."""
        tally = self.store.state.tally()
        counts = {"all": len(self.store.state.problems), "error": tally.errors, "warning": tally.warnings}
        counts["note"] = tally.notes
        self.filter.set_choices([(one, f"{title} {counts[one]}" if counts[one] else title) for one, title in FILTERS])

    def _rebuild(self) -> None:
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        self._say_counts()
        wanted = self.filter.current
        problems = [p for p in self.store.state.problems if wanted in ("all", p.severity.value)]
        key = tuple(problems)
        if key == self._shown:
            return
        self._shown = key
        clear_layout(self.groups)
        if not problems:
            card = Card()
            card.body.addWidget(
                EmptyState(
                    "done",
                    "Nothing to complain about",
                    "Checks run while you type; what they find appears here and at its place.",
                )
            )
            self.groups.addWidget(card)
            return
        for severity, title in TITLES.items():
            found = [p for p in problems if p.severity is severity]
            if found:
                self.groups.addWidget(self._group(title, found))

    def _group(self, title: str, problems: list[Problem]) -> QWidget:
        card = Card(padding=0, name=f"problems.{problems[0].severity.value}")
        head = row(
            label(title, "heading"),
            Badge(str(len(problems)), problems[0].severity.value),
            None,
            margins=(16, 14, 16, 10),
        )
        card.body.setSpacing(0)
        card.body.addLayout(head)
        same = Counter(p.code for p in problems if p.fixes)
        for problem in problems[:MOST]:
            card.body.addWidget(rule(faint=True))
            card.body.addWidget(_Line(self.context, problem, same[problem.code]))
        if len(problems) > MOST:
            more = label(f"… {len(problems) - MOST} more, once some of these are gone.", "dim", name="problems.more")
            more.setContentsMargins(16, 8, 16, 12)
            card.body.addWidget(more)
        return card


class _Line(QFrame):
    """One problem. A click anywhere on it leads to its place."""

    def __init__(self, context: Context, problem: Problem, same: int) -> None:
        super().__init__()
        self.setObjectName(f"problem-line.{problem.code}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{problem.severity.value}: {problem.message}")
        self._context = context
        self._problem = problem
        place = Chip(f"line {problem.line}", tone="neutral", code=True)
        place.setObjectName(f"problem-line.{problem.code}.place")
        place.clicked.connect(self._go_to_line)
        message = label(problem.message, "strong", wrap=True)
        why = label(problem.why, "secondary", wrap=True)
        code = label(problem.code, "secondary")
        words = column(message, spacing=3)
        if problem.why:
            words.addWidget(why)
        silent = button("Silence", f"problems.silence.{problem.code}", self._silence, variant="link", dense=True)
        silent.setAccessibleName(f"Silence {problem.code} here with a comment")
        FixPreview(silent, partial(context.store.preview_silence, problem))
        words.addLayout(row(code, silent, None, spacing=8))
        texts = QWidget()
        texts.setLayout(words)
        content = HeadLayout(spacing=8, least=_WORDS_WIDTH)
        content.addWidget(texts)
        for fix in problem.fixes[:2]:
            repair = button(fix.title, f"problems.fix.{problem.code}", bound(context.store.apply_fix, fix), dense=True)
            FixPreview(repair, partial(context.store.preview_fix, fix))
            content.addWidget(repair)
        if same > 1 and problem.fixes:
            every = button(
                f"Fix all {same}", f"problems.fix-all.{problem.code}", self._fix_all, variant="quiet", dense=True
            )
            FixPreview(every, partial(context.store.preview_all, problem.code))
            content.addWidget(every)
        content.addWidget(place)
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(12)
        box.addWidget(Icon(*ICONS[problem.severity], 18), 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(content, 1)

    def _go(self) -> None:
        """To the form of the element, or to the Ruby where no form shows it."""
        if page_for(self._problem.pointer):
            self._context.shell.go_to(self._problem.pointer)
        else:
            self._context.shell.show_line(self._problem.line)

    def _go_to_line(self) -> None:
        self._go()
        self._context.shell.show_line(self._problem.line)

    def _silence(self) -> None:
        self._context.store.silence(self._problem)

    def _fix_all(self) -> None:
        self._context.store.fix_all(self._problem.code)

    def mouseReleaseEvent(self, event: object) -> None:
        self._go()

    def keyPressEvent(self, event: object) -> None:
        if getattr(event, "key", lambda: None)() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._go()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]
