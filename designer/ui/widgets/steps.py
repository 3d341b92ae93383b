"""The five steps of a sign-in in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.oauth import StepState
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import label

__all__ = ["StepBar"]

_WORDS = {"pending": "", "now": "now", "done": "done", "failed": "failed"}
_TONES = {"now": "accent", "done": "done", "failed": "error"}


class StepBar(QWidget):
    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("signInSteps")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._numbers = []
        self._badges = []
        for index, title in enumerate(titles):
            number = label(f"{index + 1}  {title}", "dim")
            badge = Badge()
            badge.setObjectName(f"signInStep.{title.lower()}")
            badge.hide()
            layout.addWidget(number)
            layout.addWidget(badge)
            if index + 1 < len(titles):
                layout.addWidget(label("—", "dim"))
            self._numbers.append(number)
            self._badges.append(badge)
        layout.addStretch(1)

    def show_steps(self, steps: Sequence[StepState]) -> None:
        for step, number, badge in zip(steps, self._numbers, self._badges, strict=True):
            badge.show_text(_WORDS[step.status], _TONES.get(step.status, "neutral"))
            number.setProperty("role", "dim" if step.status == "pending" else "strong")
            number.style().unpolish(number)
            number.style().polish(number)
            number.setToolTip(step.detail)
        self.setAccessibleName(", ".join(f"{step.title}: {step.status}" for step in steps))
        self.updateGeometry()
