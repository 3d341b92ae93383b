"""A label above an input, with help or what is wrong below it; rows pair up in a grid of two columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.theme import Theme
from designer.ui.widgets.basics import label, set_flag, show_if

__all__ = ["FormGrid", "FormRow"]


class FormRow(QWidget):
    """``control`` under its label. ``complain`` marks it, ``help`` explains it."""

    def __init__(
        self, title: str, control: QWidget, *, help: str = "", required: bool = False, action: QWidget | None = None
    ) -> None:
        super().__init__()
        self.control = control
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.title.setBuddy(control)
        self._plain = title
        self._required = required
        self._help = help
        self.foot = label(help, "secondary", wrap=True)
        show_if(self.foot, bool(help))
        if not control.accessibleName():
            control.setAccessibleName(title)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        height = QFontMetrics(Theme.current().font("body", 500)).height() + 2
        self.title.setFixedHeight(height)
        if action is not None:
            # As high as the title, so that inputs side by side stay level.
            action.setFixedHeight(height)
            head.addWidget(action)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(5)
        box.addLayout(head)
        box.addWidget(control)
        box.addWidget(self.foot)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        Theme.current().changed.connect(self._retitle)
        self._retitle()

    def complain(self, message: str | None, severity: str = "error") -> None:
        """Show ``message`` under the control and mark it, or with None take the mark away."""
        set_flag(self.control, "invalid", "true" if message is not None and severity == "error" else None)
        set_flag(self.control, "warned", "true" if message is not None and severity != "error" else None)
        set_flag(self.foot, "role", "secondary" if message is None else "error" if severity == "error" else "warning")
        text = self._help if message is None else message
        self.foot.setText(text)
        show_if(self.foot, bool(text))

    def explain(self, help: str) -> None:
        """Show other ``help`` under the control, as long as nothing is wrong with it."""
        self._help = help
        self.complain(None)

    def mark(self, severity: str | None) -> None:
        """Mark the control as the place of a problem that is said elsewhere; None takes the mark away."""
        self.complain(None)
        set_flag(self.control, "invalid", "true" if severity == "error" else None)
        set_flag(self.control, "warned", "true" if severity == "warning" else None)

    def _retitle(self) -> None:
        star = f' <span style="color:{Theme.current().value("error")}">*</span>' if self._required else ""
        plain = self._plain.replace("&", "&amp;").replace("<", "&lt;")
        self.title.setText(plain + star)


class FormGrid(QWidget):
    """Rows in one or two columns: ``add`` fills half a line, ``add_wide`` a whole one. Inputs of a line align."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._next = (0, 0)
        # No maximum: how high it is with text that wraps is known for a width alone.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def add(self, widget: QWidget) -> None:
        line, place = self._next
        self._grid.addWidget(widget, line, place, Qt.AlignmentFlag.AlignTop)
        self._next = (line, 1) if place == 0 else (line + 1, 0)

    def add_wide(self, widget: QWidget) -> None:
        line, place = self._next
        line += 1 if place else 0
        self._grid.addWidget(widget, line, 0, 1, 2)
        self._next = (line + 1, 0)
