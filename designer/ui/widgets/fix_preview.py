"""What a fix would write, before it is applied: where the pointer rests on its button, or the keyboard comes to it."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPushButton, QToolTip

from designer.errors import UserError
from designer.ruby.change import Change
from designer.ui.linediff import DiffLine, diff_lines
from designer.ui.theme import Theme

__all__ = ["FixPreview"]

_MOST_LINES = 14
_MOST_LETTERS = 96
_AFTER_MS = 300
_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class FixPreview(QObject):
    """Lives on ``button``. ``change`` makes the edit, without applying it, when somebody asks."""

    def __init__(self, button: QPushButton, change: Callable[[], Change]) -> None:
        super().__init__(button)
        self._button = button
        self._change = change
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._button:
            if event.type() == QEvent.Type.ToolTip:
                self._prepare()
            elif isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in _BY_KEYBOARD:
                self._prepare()
                # Qt takes a tip away with every change of the focus, this one included.
                QTimer.singleShot(_AFTER_MS, self, self._show)
        return False

    def _show(self) -> None:
        if self._button.hasFocus():
            below = self._button.mapToGlobal(QPoint(0, self._button.height()))
            QToolTip.showText(below, self._button.toolTip(), self._button)

    def _prepare(self) -> None:
        """Work out what the fix does to the text as it is now."""
        try:
            change = self._change()
        except UserError as error:
            self._button.setToolTip(html.escape(f"{error.message} {error.hint}".strip()))
            self._button.setAccessibleDescription(error.message)
            return
        lines = [each for each in diff_lines(change.before.source, change.document.source, 0) if each.kind in "+-"]
        self._button.setToolTip(_table(lines))
        self._button.setAccessibleDescription(_words(lines))


def _table(lines: list[DiffLine]) -> str:
    theme = Theme.current()
    family = theme.code_font().family()
    rows = []
    indent = min((len(each.text) - len(each.text.lstrip()) for each in lines if each.text.strip()), default=0)
    for each in lines[:_MOST_LINES]:
        ground = theme.colour("diff_added" if each.kind == "+" else "diff_removed").name()
        sign = "+" if each.kind == "+" else "−"
        text = html.escape(_short(each.text[indent:])).replace(" ", "&nbsp;")
        rows.append(f'<tr><td style="background:{ground}">&nbsp;{sign}&nbsp;{text}&nbsp;</td></tr>')
    more = f"<p>and {len(lines) - _MOST_LINES} lines more</p>" if len(lines) > _MOST_LINES else ""
    return f'<table cellspacing="0" cellpadding="1" style="font-family:\'{family}\'">{"".join(rows)}</table>{more}'


def _words(lines: list[DiffLine]) -> str:
    """For a screen reader."""
    parts = [
        f"{'Adds' if each.kind == '+' else 'Removes'} line {each.new or each.old}: {_short(each.text.strip())}."
        for each in lines[:_MOST_LINES]
    ]
    return " ".join(parts) or "Changes nothing."


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
