"""Problems where they are: notices with their fixes as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QBoxLayout

from designer.checks.model import Problem, Severity
from designer.ui.page import Context
from designer.ui.widgets.basics import bound, clear_layout, label
from designer.ui.widgets.card import Notice
from designer.ui.widgets.fix_preview import FixPreview

__all__ = ["show_problems", "tone_of"]

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def tone_of(severity: Severity) -> str:
    return severity.value


def show_problems(context: Context, box: QBoxLayout, problems: Sequence[Problem], most: int = 4) -> None:
    """Show the worst ``most`` problems in ``box``; nothing is touched where they are shown already."""
    ordered = sorted(problems, key=lambda problem: (_RANK[problem.severity], problem.line))
    key = tuple((p.code, p.message, p.pointer, p.fixes) for p in ordered)
    if box.property("shown") == repr(key):
        return
    box.setProperty("shown", repr(key))
    clear_layout(box)
    for problem in ordered[:most]:
        box.addWidget(_notice(context, problem))
    if len(ordered) > most:
        box.addWidget(label(f"and {len(ordered) - most} more in Problems", "secondary"))


def _notice(context: Context, problem: Problem) -> Notice:
    actions = [(fix.title, f"fix.{problem.code}", bound(context.store.apply_fix, fix)) for fix in problem.fixes[:2]]
    notice = Notice(tone_of(problem.severity), problem.message, problem.why, actions, name=f"problem.{problem.code}")
    notice.setToolTip(problem.code)
    for fix, repair in zip(problem.fixes, notice.buttons, strict=False):
        FixPreview(repair, partial(context.store.preview_fix, fix))
    return notice
