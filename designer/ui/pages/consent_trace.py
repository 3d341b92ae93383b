"""Every hop of the consent, and for each URL that looked like the callback why it was or was not taken for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from designer.oauth import Hop
from designer.ui.signin import SignIn
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, clear_layout, column, label, row, rule
from designer.ui.widgets.scroll import scrolling

__all__ = ["ConsentTrace"]

_STATE_WIDTH = 66
"""Pixels for the longest state, so that the addresses stand below each other."""


class ConsentTrace(QWidget):
    def __init__(self, sign_in: SignIn) -> None:
        super().__init__()
        self.setObjectName("consentTrace")
        self._sign_in = sign_in
        content = QWidget()
        self._lines = QVBoxLayout(content)
        self._lines.setContentsMargins(0, 4, 0, 12)
        self._lines.setSpacing(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content, "Consent trace"))
        sign_in.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        clear_layout(self._lines)
        flow = self._sign_in.flow
        trace = flow.trace if flow is not None else ()
        if not trace:
            text = "Each page on the way is listed here, and why it was or was not the callback."
            empty = label(text, "dim", wrap=True)
            empty.setContentsMargins(16, 12, 16, 12)
            self._lines.addWidget(empty)
        for index, hop in enumerate(trace):
            if index:
                self._lines.addWidget(rule(faint=True))
            self._lines.addWidget(_line(hop))
        self._lines.addStretch(1)


def _line(hop: Hop) -> QWidget:
    made = QWidget()
    parts = urlsplit(hop.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = ElidedLabel(path, "code")
    target.setFont(Theme.current().code_font("secondary"))
    target.setToolTip(hop.url)
    facts = [f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.scheme]
    if hop.frame == "frame":
        facts.append("in a frame")
    if hop.carried:
        facts.append(hop.carried)
    if hop.cookies:
        count = len(hop.cookies)
        facts.append(f"{count} cookie{'s' if count > 1 else ''} set: {', '.join(hop.cookies)}")
    lines = column(target, label(" · ".join(facts), "secondary", wrap=True), spacing=2)
    why = hop.failure or (hop.verdict.reason if hop.verdict.resembles or hop.verdict.matches else "")
    if why:
        lines.addWidget(label(why, "secondary", wrap=True))
    box = QHBoxLayout(made)
    box.setContentsMargins(16, 9, 14, 9)
    box.setSpacing(12)
    state = QWidget()
    state.setLayout(row(Badge(*_state(hop)), None))
    state.setFixedWidth(_STATE_WIDTH)
    box.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
    box.addLayout(lines, 1)
    return made


def _state(hop: Hop) -> tuple[str, str]:
    if hop.verdict.matches and not hop.failure:
        return "caught", "done"
    if hop.failure:
        return ("failed", "warning") if hop.allowed else ("refused", "error")
    if hop.verdict.resembles:
        return "not ours", "warning"
    if hop.status:
        return str(hop.status), "done" if hop.status < 400 else "warning"
    return hop.method, "neutral"
