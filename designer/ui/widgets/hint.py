"""A hint as the end user sees it: its markup rendered, and nothing that could run or load."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

from designer.ui.hints import left_out, sanitised
from designer.ui.theme import Theme
from designer.ui.widgets.basics import column, label, show_if

__all__ = ["HintLabel", "HintPreview"]


class HintLabel(QLabel):
    """Wrapped rich text; its links open in the system's browser."""

    def __init__(self, hint: str = "", name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setProperty("role", "secondary")
        self.setWordWrap(True)
        self.setOpenExternalLinks(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._hint = ""
        self.show_hint(hint)
        # The colour of links is part of the text.
        Theme.current().changed.connect(self._render)

    def show_hint(self, hint: str) -> None:
        if hint != self._hint:
            self._hint = hint
            self._render()

    def _render(self) -> None:
        self.setText(sanitised(self._hint, Theme.current().value("accent")))


class HintPreview(QFrame):
    """What the end user sees of the hint being written, and what of it they never will."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("preview", "true")
        self.setAccessibleName("The hint as the end user sees it")
        self._text = HintLabel(name=f"{name}.text")
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing = label("Nothing to show yet.", "secondary")
        self._left = label("", "warning", wrap=True, name=f"{name}.left-out")
        self.setLayout(column(self._text, self._nothing, self._left, None, spacing=4, margins=(10, 8, 10, 8)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.show_hint("")

    def show_hint(self, hint: str) -> None:
        self._text.show_hint(hint)
        show_if(self._text, bool(hint.strip()))
        show_if(self._nothing, not hint.strip())
        gone = left_out(hint)
        self._left.setText(f"Not shown to anybody: {', '.join(f'<{tag}>' for tag in gone)}")
        show_if(self._left, bool(gone))
        self.setAccessibleDescription(self._text.text() if hint.strip() else "Nothing to show yet.")
