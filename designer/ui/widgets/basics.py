"""Small builders, so that pages read as their content."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.ui.icons import icon
from designer.ui.theme import Theme

__all__ = [
    "ElidedLabel",
    "allow",
    "bound",
    "button",
    "clear_layout",
    "column",
    "is_undo",
    "label",
    "row",
    "rule",
    "set_flag",
    "show_if",
    "tool_button",
]


def label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "", selectable: bool = False) -> QLabel:
    """Plain text in one of the roles of the style sheet: title, heading, strong, dim, secondary, group, error."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if role == "code":
        made.setFont(Theme.current().code_font())
    if name:
        made.setObjectName(name)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def button(
    text: str,
    name: str,
    clicked: Callable[[], object] | None = None,
    *,
    variant: str = "",
    icon_name: str = "",
    menu: QMenu | None = None,
    dense: bool = False,
    tip: str = "",
) -> QPushButton:
    """A push button: ``variant`` is primary, quiet, link, danger or empty. Mouse clicks leave the focus where it is."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text.replace("&", ""))
    made.setCursor(Qt.CursorShape.ArrowCursor)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if variant:
        made.setProperty("variant", variant)
    if dense:
        made.setProperty("dense", "true")
    if icon_name:
        made.setIcon(icon(icon_name, "on_accent" if variant == "primary" else "dim"))
        made.setIconSize(QSize(16, 16))
    if menu is not None:
        made.setProperty("menu", "true")
        made.setMenu(menu)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    if tip:
        made.setToolTip(tip)
    return made


def tool_button(icon_name: str, name: str, tip: str, clicked: Callable[[], object] | None = None) -> QToolButton:
    """An icon alone; ``tip`` is also its accessible name."""
    made = QToolButton()
    made.setObjectName(name)
    made.setAccessibleName(tip)
    made.setToolTip(tip)
    made.setIcon(icon(icon_name))
    made.setIconSize(QSize(16, 16))
    made.setFixedSize(28, 28)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def _fill(
    layout: QBoxLayout,
    items: tuple[QWidget | QLayout | int | None, ...],
    spacing: int,
    margins: int | tuple[int, int, int, int],
) -> None:
    layout.setSpacing(spacing)
    if isinstance(margins, int):
        margins = (margins,) * 4
    layout.setContentsMargins(*margins)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def row(
    *items: QWidget | QLayout | int | None, spacing: int = 8, margins: int | tuple[int, int, int, int] = 0
) -> QHBoxLayout:
    """Widgets side by side; an int is a gap in pixels, None takes up what is left."""
    layout = QHBoxLayout()
    _fill(layout, items, spacing, margins)
    return layout


def column(
    *items: QWidget | QLayout | int | None, spacing: int = 8, margins: int | tuple[int, int, int, int] = 0
) -> QVBoxLayout:
    """Widgets below each other; an int is a gap in pixels, None takes up what is left."""
    layout = QVBoxLayout()
    _fill(layout, items, spacing, margins)
    return layout


def rule(faint: bool = False) -> QFrame:
    line = QFrame()
    line.setProperty("rule", "faint" if faint else "true")
    return line


def show_if(widget: QWidget, shown: bool) -> None:
    """Show or hide; a widget that has no parent yet would open as a window of its own and is only ever hidden."""
    if not shown or widget.parent() is not None:
        widget.setVisible(shown)


def allow(widget: QWidget, reason: str = "") -> None:
    """Let ``widget`` be used, or with a ``reason`` not: the tip says it, and it is told to screen readers."""
    if widget.property("ownTip") is None:
        widget.setProperty("ownTip", widget.toolTip())
        widget.setProperty("ownDescription", widget.accessibleDescription())
    widget.setEnabled(not reason)
    widget.setToolTip(reason or widget.property("ownTip"))
    widget.setAccessibleDescription(reason or widget.property("ownDescription"))


def bound(function: Callable[..., object], *arguments: object) -> Callable[[], None]:
    """``function`` with its arguments, to be called without any: what a button or a menu entry does."""

    def call() -> None:
        function(*arguments)

    return call


def is_undo(event: QEvent) -> bool:
    """Whether a widget is asked if it wants Undo or Redo for itself. What edits the document declines: undo is the
    document's, so that it is the same everywhere."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def set_flag(widget: QWidget, name: str, value: str | None) -> None:
    """Set a property the style sheet selects on, and restyle the widget where it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear_layout(inner)
            inner.deleteLater()


class ElidedLabel(QLabel):
    """One line that shortens itself with an ellipsis and shows the whole text as a tool tip."""

    def __init__(self, text: str = "", role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._full = ""
        self._wanted: QSize | None = None
        """The size hint since text or font changed: layouts ask for it dozens of times."""
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._full = text
        self._wanted = None
        super().setText(text)
        self.setToolTip("")
        self.updateGeometry()

    def text(self) -> str:
        return self._full

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._wanted = None
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        if self._wanted is None:
            metrics = self.fontMetrics()
            self._wanted = QSize(metrics.horizontalAdvance(self._full) + 2, metrics.height() + 2)
        return QSize(self._wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._full, self._mode, self.contentsRect().width())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = self.fontMetrics().horizontalAdvance(self._full) <= self.contentsRect().width()
        self.setToolTip("" if fits else self._full)


class KeyFilter(QObject):
    """Calls a function on one key of a widget, without subclassing the widget."""

    def __init__(self, widget: QWidget, key: Qt.Key, action: Callable[[], object]) -> None:
        super().__init__(widget)
        self._key = key
        self._action = action
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and getattr(event, "key", lambda: None)() == self._key:
            self._action()
            return True
        return super().eventFilter(watched, event)
