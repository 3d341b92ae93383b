"""A line over the page that says what happened to the connector's file, with the ways on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.widgets.basics import clear_layout
from designer.ui.widgets.card import Notice

__all__ = ["Banner"]


class Banner(QWidget):
    """Hidden until it has something to say; the next thing takes the place of the last."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bannerLine")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(12, 8, 12, 8)
        self.hide()

    def say(
        self, tone: str, title: str, text: str, actions: Sequence[tuple[str, str, Callable[[], object]]] = ()
    ) -> None:
        """As a ``Notice`` says it."""
        clear_layout(self._box)
        self._box.addWidget(Notice(tone, title, text, actions, name="banner"))
        self.show()

    def clear(self) -> None:
        clear_layout(self._box)
        self.hide()
