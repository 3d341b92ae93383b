"""Where the file breaks off, said above what may be missing because of it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ruby import SyntaxIssue
from designer.ui.page import Context
from designer.ui.widgets.basics import bound, clear_layout, show_if
from designer.ui.widgets.card import Notice

__all__ = ["BrokenOff"]


class BrokenOff(QWidget):
    """Hidden while the text closes all that it opens."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._told: SyntaxIssue | None = None
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        context.store.document_changed.connect(lambda _span: self.refresh())
        context.store.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        issue = self._context.store.state.document.broken_off
        show_if(self, issue is not None)
        if issue == self._told:
            return
        self._told = issue
        clear_layout(self._lines)
        if issue is not None:
            text = "The file is broken there: what follows may not be read, and look missing though it is written."
            show = (f"Show line {issue.line}", "broken.show", bound(self._context.shell.show_line, issue.line))
            self._lines.addWidget(Notice("error", issue.message, text, [show], name="broken"))
