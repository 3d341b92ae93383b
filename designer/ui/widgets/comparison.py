"""Two sends side by side, the first difference marked and in sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from designer.ui.jobs import Jobs
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, column, label, row, rule
from designer.ui.widgets.inputs import CheckBox
from designer.ui.widgets.line_stack import LineStack
from designer.ui.widgets.scroll import make_room, scrolling
from designer.wire.compare import Comparison, Line

__all__ = ["ComparisonView"]

_BATCH = 8
"""Lines that are made in one turn."""
_SHOWN = 400
"""Lines that are drawn; the differences come first to be counted."""


class ComparisonView(QWidget):
    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("comparison")
        self._found: Comparison | None = None
        self._verdict = Badge()
        self._about = label("", "secondary", wrap=True, name="comparison.about")
        self._all = CheckBox("comparisonAll", "Also what is the same")
        self._all.edited.connect(lambda _state: self._show())
        content = QWidget()
        self._lines = LineStack(jobs, batch=_BATCH)
        content.setLayout(column(self._lines, None, margins=(14, 0, 14, 12)))
        area = scrolling(content, "Comparison")
        self._lines.grew.connect(lambda: make_room(area))
        head = row(self._verdict, self._about, self._all, margins=(14, 8, 14, 4))
        head.setStretchFactor(self._about, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(head)
        box.addWidget(area, 1)

    def show_comparison(self, found: Comparison) -> None:
        self._found = found
        self._show()

    def forget(self) -> None:
        self._found = None
        self._lines.clear()
        self._about.setText("")
        self._verdict.show_text("")

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        differing = sum(1 for line in found.lines if not line.same)
        if found.first is None:
            self._verdict.show_text("same", "done")
        else:
            self._verdict.show_text(f"{differing} differ", "warning")
        self._about.setText(f"{found.left} beside {found.right} · {len(found.lines)} elements")
        chosen = [(at, line) for at, line in enumerate(found.lines) if self._all.isChecked() or not line.same]
        shown = chosen[:_SHOWN]
        before = ["", *(line.part for _, line in shown)]
        steps: list[Callable[[], object]] = [
            partial(self._add, line, part, first=at == found.first)
            for (at, line), part in zip(shown, before, strict=False)
        ]
        self._lines.start([*steps, partial(self._end, len(chosen))])

    def _add(self, line: Line, part: str, *, first: bool) -> None:
        """``part`` is that of the line before it."""
        if line.part == part:
            self._lines.add(rule(faint=True))
        else:
            heading = label(line.part.upper(), "group")
            heading.setContentsMargins(0, 10, 0, 4)
            self._lines.add(heading)
        self._lines.add(_LineView(line, first=first))

    def _end(self, count: int) -> None:
        if count > _SHOWN:
            self._lines.add(label(f"… {count - _SHOWN} more", "dim"))
        if not count:
            self._lines.add(label("Nothing differs.", "dim"))


class _LineView(QWidget):
    def __init__(self, line: Line, *, first: bool) -> None:
        super().__init__()
        theme = Theme.current()
        self.setObjectName("comparison.first" if first else f"comparison.{line.part}.{line.name}")
        name = ElidedLabel(line.name, "code", Qt.TextElideMode.ElideLeft)
        name.setFont(theme.code_font("secondary"))
        lines = column(name, spacing=4)
        if first:
            mark = Badge()
            mark.show_text("first difference", "warning")
            lines.addLayout(row(mark, None))
        named = QWidget()
        named.setFixedWidth(180)
        named.setLayout(lines)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 5, 0, 5)
        box.setSpacing(10)
        box.addWidget(named, 0, Qt.AlignmentFlag.AlignTop)
        hidden = not line.same and line.left == line.right
        for side, text in (("left", line.left), ("right", line.right)):
            shown = _around(text, line.column)
            if text is not None and hidden and side == "right":
                shown += " (another one)"
            made = label(shown, "code" if text is not None else "dim", wrap=True, selectable=True)
            made.setObjectName(f"comparison.{side}")
            made.setFont(theme.code_font("secondary"))
            box.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
        sides = [_around(text, line.column) or "not there" for text in (line.left, line.right)]
        words = f"{line.part} {line.name}: {' beside '.join(sides)}"
        if first:
            words = f"First difference: {words}"
        self.setAccessibleName(words)


def _around(text: str | None, column: int | None) -> str:
    """A value with what is around the place where it parts from the other; long ones are cut."""
    if text is None:
        return "(not there)"
    if column is None or len(text) <= 160:
        return text if len(text) <= 300 else f"{text[:300]}…"
    start = max(0, column - 60)
    return f"{'…' if start else ''}{text[start : column + 100]}{'…' if column + 100 < len(text) else ''}"
