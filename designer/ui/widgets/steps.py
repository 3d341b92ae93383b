"""The five steps of a sign-in in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.oauth import StepState
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import label

__all__ = ["StepBar"]

_WORDS = {"pending": "", "now": "now", "done": "done", "failed": "failed"}
_TONES = {"now": "accent", "done": "done", "failed": "error"}


class StepBar(QWidget):
    """Where the titles do not fit, only that of the step under way or failed is written out."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("signInSteps")
        self._layout = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._numbers = []
        self._badges = []
        self._dashes = []
        self._titles = tuple(titles)
        self._statuses = ["pending"] * len(self._titles)
        for index, title in enumerate(titles):
            number = label(f"{index + 1}  {title}", "dim")
            badge = Badge()
            badge.setObjectName(f"signInStep.{title.lower()}")
            badge.hide()
            layout.addWidget(number)
            layout.addWidget(badge)
            if index + 1 < len(titles):
                self._dashes.append(label("—", "dim"))
                layout.addWidget(self._dashes[-1])
            self._numbers.append(number)
            self._badges.append(badge)
        layout.addStretch(1)

    def show_steps(self, steps: Sequence[StepState]) -> None:
        for step, number in zip(steps, self._numbers, strict=True):
            number.setProperty("role", "dim" if step.status == "pending" else "strong")
            number.style().unpolish(number)
            number.style().polish(number)
            number.setToolTip(f"{step.title}: {step.detail}" if step.detail else step.title)
        self.setAccessibleName(", ".join(f"{step.title}: {step.status}" for step in steps))
        self._statuses = [step.status for step in steps]
        self._fit()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._write(short=False)
        if self._layout.sizeHint().width() > self.width():
            self._write(short=True)

    def _write(self, *, short: bool) -> None:
        for dash in self._dashes:
            dash.setVisible(not short)
        for index, (number, badge) in enumerate(zip(self._numbers, self._badges, strict=True)):
            status = self._statuses[index]
            whole = not short or status in ("now", "failed")
            number.setText(f"{index + 1}  {self._titles[index]}" if whole else str(index + 1))
            badge.show_text("✓" if short and status == "done" else _WORDS[status], _TONES.get(status, "neutral"))
