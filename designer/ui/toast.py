"""Messages at the window's lower edge: they say what happened and go, errors stay until closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.ui.messages import Message, Messages
from designer.ui.widgets.basics import button, column, label, tool_button
from designer.ui.widgets.card import Icon

__all__ = ["Toasts"]

_ROLES = {"done": "done", "note": "accent", "warning": "warning", "error": "error"}
SHOWN_MS = 6000
MOST = 3
WIDTH = 400


class _Toast(QFrame):
    def __init__(self, message: Message) -> None:
        super().__init__()
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{message.tone}: {message.text}")
        self.message = message
        self.setFixedWidth(WIDTH)
        text = label(message.text, "strong", wrap=True, name="toast.text")
        lines = column(text, spacing=2)
        if message.detail:
            lines.addWidget(label(message.detail, "secondary", wrap=True, name="toast.detail"))
        box = QHBoxLayout(self)
        box.setContentsMargins(14, 10, 8, 10)
        box.setSpacing(10)
        box.addWidget(Icon(message.tone, _ROLES[message.tone], 18), 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(lines, 1)
        if message.action is not None:
            act = button(message.action.title, "toast.action", self._act, dense=True)
            box.addWidget(act, 0, Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(tool_button("close", "toast.close", "Close", self.go), 0, Qt.AlignmentFlag.AlignTop)
        if message.tone != "error":
            QTimer.singleShot(SHOWN_MS, self, self.go)

    def needed_height(self) -> int:
        """Fixes the height to what the text needs at this width, and tells it."""
        layout = self.layout()
        height = layout.totalHeightForWidth(WIDTH) if layout is not None else 0
        self.setFixedHeight(height)
        return height

    def _act(self) -> None:
        self.go()
        if self.message.action is not None:
            self.message.action.run()

    def go(self) -> None:
        self.hide()
        self.deleteLater()


class Toasts(QWidget):
    """Lies over the lower right of ``over`` and lets clicks beside the messages through."""

    def __init__(self, over: QWidget, messages: Messages) -> None:
        super().__init__(over)
        self._over = over
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        over.installEventFilter(self)
        messages.posted.connect(self.show_message)
        self.hide()

    def show_message(self, message: Message) -> None:
        self._forget(lambda toast: toast.message == message)
        toasts = self._toasts()
        while len(toasts) >= MOST:
            toasts.pop(0).go()
        toast = _Toast(message)
        toast.installEventFilter(self)
        self._box.addWidget(toast)
        # A layout shows what is added to it only later; the place is worked out now.
        toast.show()
        self.show()
        self._place()

    def forget(self) -> None:
        """Another connector is open: what was done before, or went wrong, is not its story."""
        self._forget(lambda _toast: True)

    def _toasts(self) -> list[_Toast]:
        # Not by the layout's items: PySide keeps what it hands out of an item beyond the item's end, and mistakes what
        # is made at the same address later for it, until the process crashes.
        toasts = self.findChildren(_Toast, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [toast for toast in toasts if not toast.isHidden()]

    def _forget(self, which: Callable[[_Toast], bool]) -> None:
        for toast in self._toasts():
            if which(toast):
                toast.go()

    def _place(self) -> None:
        toasts = self._toasts()
        if not toasts:
            self.hide()
            return
        heights = [toast.needed_height() for toast in toasts]
        height = sum(heights) + self._box.spacing() * (len(toasts) - 1)
        self.setGeometry(self._over.width() - WIDTH - 20, self._over.height() - height - 44, WIDTH, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible()) or (
            watched is not self._over and event.type() == QEvent.Type.Hide
        ):
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)
