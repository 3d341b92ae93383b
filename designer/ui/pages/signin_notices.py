"""What the sign-in says and asks in place, above the provider's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.widgets.basics import button, clear_layout, row
from designer.ui.widgets.card import Notice

__all__ = ["SignInNotices"]

_WIDE = 560
"""Pixels from which the buttons of a notice stand beside its text."""


class SignInNotices(QVBoxLayout):
    """Notices and questions below each other."""

    def say(
        self, tone: str, title: str, text: str = "", actions: Iterable[tuple[str, str, Callable[[], object]]] = ()
    ) -> None:
        """As a ``Notice`` says it; in a narrow window its buttons go below the text."""
        around = self.parentWidget()
        beside = around is not None and around.width() >= _WIDE
        self.addWidget(Notice(tone, title, text, actions if beside else (), name="signInNotice"))
        if not beside and (below := [button(what, name, act, dense=True) for what, name, act in actions]):
            self.addLayout(row(*below, None))

    def ask(self, question: QWidget) -> None:
        """Put a question in place of what was said."""
        self.clear()
        self.addWidget(question)

    def asks(self, kind: type[QWidget]) -> bool:
        """Whether a question of this kind stands."""
        around = self.parentWidget()
        return around is not None and any(self.indexOf(one) >= 0 for one in around.findChildren(kind))

    def clear(self) -> None:
        clear_layout(self)
