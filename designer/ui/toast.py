"""Messages at the window's lower edge: they say what happened and go, errors stay until closed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.messages import Message, Messages
from designer.ui.widgets.basics import button, column, label, tool_button
from designer.ui.widgets.card import Icon

__all__ = ["Toasts"]

_ROLES = {"done": "done", "note": "accent", "warning": "warning", "error": "error"}
SHOWN_MS = 6000
MOST = 3


class _Toast(QFrame):
    def __init__(self, message: Message) -> None:
        super().__init__()
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{message.tone}: {message.text}")
        self.setFixedWidth(400)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
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
            run = message.action.run
            act = button(message.action.title, "toast.action", lambda: (self.go(), run()), dense=True)
            box.addWidget(act, 0, Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(tool_button("close", "toast.close", "Close", self.go), 0, Qt.AlignmentFlag.AlignTop)
        if message.tone != "error":
            QTimer.singleShot(SHOWN_MS, self, self.go)

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
        while self._box.count() >= MOST:
            item = self._box.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        toast = _Toast(message)
        toast.installEventFilter(self)
        self._box.addWidget(toast)
        self.show()
        self._place()

    def _place(self) -> None:
        visible = [self._box.itemAt(i).widget() for i in range(self._box.count())]
        if not any(toast is not None and not toast.isHidden() for toast in visible):
            self.hide()
            return
        self._box.activate()
        size = self.sizeHint().expandedTo(self.minimumSizeHint())
        width = size.width()
        height = self._box.totalHeightForWidth(width) if self._box.hasHeightForWidth() else size.height()
        self.setGeometry(self._over.width() - width - 20, self._over.height() - height - 44, width, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible()) or (
            watched is not self._over and event.type() == QEvent.Type.Hide
        ):
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)
