"""Inputs that a form row holds: line, secret, text, choice, chips. Each tells of what the person typed, never of what
was shown by the program: ``edited`` fires on edits alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
)

from designer.ui.icons import icon
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import bound, clear_layout, is_undo
from designer.ui.widgets.flow import FlowLayout

__all__ = ["CheckBox", "ChipsEdit", "Choice", "LineEdit", "SecretEdit", "TextArea"]


_ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Up)


class LineEdit(QLineEdit):
    """One line. ``edited`` carries the text on every keystroke of the person."""

    edited = Signal(str)

    def __init__(self, name: str, placeholder: str = "", *, code: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if code:
            self.setFont(Theme.current().code_font())
        self.textEdited.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show what the document says, leaving the cursor alone where it already does."""
        if text != self.text():
            place = self.cursorPosition()
            self.setText(text)
            if self.hasFocus():
                self.setCursorPosition(min(place, len(text)))
            else:
                self.setCursorPosition(0)

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def suggest(self, words: Sequence[str]) -> None:
        completer = QCompleter(list(words), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self.edited)
        self.setCompleter(completer)


class SecretEdit(LineEdit):
    """A line shown as dots; pressing and holding the eye shows it for as long as it is held."""

    def __init__(self, name: str, placeholder: str = "") -> None:
        super().__init__(name, placeholder)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setTextMargins(0, 0, 28, 0)
        self._eye = QToolButton(self)
        self._eye.setObjectName(f"{name}.eye")
        self._eye.setIcon(icon("eye"))
        self._eye.setIconSize(QSize(16, 16))
        self._eye.setFixedSize(26, 26)
        self._eye.setCursor(Qt.CursorShape.ArrowCursor)
        self._eye.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._eye.setAccessibleName("Show while held")
        self._eye.setToolTip("Hold to show")
        self._eye.pressed.connect(lambda: self.setEchoMode(QLineEdit.EchoMode.Normal))
        self._eye.released.connect(lambda: self.setEchoMode(QLineEdit.EchoMode.Password))

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._eye.move(self.width() - 30, (self.height() - 26) // 2)


class TextArea(QPlainTextEdit):
    """Several lines, as high as its text between ``lines`` and ``most`` lines. Tab leaves it; ``left`` says so."""

    edited = Signal(str)
    left = Signal()

    def __init__(self, name: str, placeholder: str = "", *, lines: int = 2, most: int = 8, code: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if code:
            self.setFont(Theme.current().code_font())
        self._lines, self._most = lines, most
        self._told = ""
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def show_text(self, text: str) -> None:
        if text == self.toPlainText():
            return
        self._told = text
        place = self.textCursor().position()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def _changed(self) -> None:
        text = self.toPlainText()
        if text != self._told:
            self._told = text
            self.edited.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        needed = int(self.document().size().height())
        shown = min(max(self._lines, needed), self._most)
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if needed > self._most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setFixedHeight(max(Theme.current().size("control"), shown * line + 18))


class Choice(QComboBox):
    """A combo box of (value, title). ``edited`` carries the value. The wheel scrolls the page, not the value."""

    edited = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]] = (), *, editable: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(14)
        self.setEditable(editable)
        self.view().setFrameShape(QFrame.Shape.NoFrame)
        self.set_choices(choices)
        self.activated.connect(lambda index: self.edited.emit(str(self.itemData(index))))
        if editable:
            line = self.lineEdit()
            assert line is not None
            line.setObjectName(f"{name}.text")
            line.textEdited.connect(self.edited)
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

    def setAccessibleName(self, name: str) -> None:
        """What is chosen here. On Linux Qt tells a combo box's value as its name: there the description says it."""
        super().setAccessibleName(name)
        self.setAccessibleDescription(name)
        if (line := self.lineEdit()) is not None:
            line.setAccessibleName(name)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        if [(self.itemData(i), self.itemText(i)) for i in range(self.count())] == list(choices):
            return
        kept = self.value
        blocked = self.blockSignals(True)
        self.clear()
        for value, title in choices:
            self.addItem(title, value)
        self.show_value(kept)
        self.blockSignals(blocked)

    @property
    def value(self) -> str:
        if self.isEditable():
            index = self.findText(self.currentText())
            return str(self.itemData(index)) if index >= 0 else self.currentText()
        data = self.currentData()
        return "" if data is None else str(data)

    def show_value(self, value: str) -> None:
        """Show ``value``; one that is not among the choices is added as written, never silently replaced."""
        blocked = self.blockSignals(True)
        index = self.findData(value)
        if index < 0 and self.isEditable():
            if self.currentText() != value:
                self.setEditText(value)
        elif index < 0 and value:
            self.addItem(value, value)
            self.setCurrentIndex(self.count() - 1)
        elif index >= 0 and (
            index != self.currentIndex() or (self.isEditable() and self.currentText() != self.itemText(index))
        ):
            self.setCurrentIndex(index)
        elif index < 0:
            self.setCurrentIndex(-1)
        self.blockSignals(blocked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows open the list where nothing is chosen yet: choosing acts at once, and not on what is unseen."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if self.currentIndex() < 0 and not self.isEditable() and plain and event.key() in _ARROWS:
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CheckBox(QCheckBox):
    """``edited`` carries the new state on a person's click alone."""

    edited = Signal(bool)

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: self.edited.emit(self.isChecked()))

    def show_state(self, checked: bool) -> None:
        self.setChecked(checked)


class ChipsEdit(QFrame):
    """A list of short texts as chips with a line at their end: Enter, comma or space adds, Backspace takes the last
    one out. ``edited`` carries the whole list."""

    edited = Signal(list)

    def __init__(self, name: str, placeholder: str = "", *, split_on_space: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("chips", "true")
        self._name = name
        self._items: list[str] = []
        self._placeholder = placeholder
        self._space = split_on_space
        self._flow = FlowLayout(spacing=4)
        self._flow.setContentsMargins(6, 4, 6, 4)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._line = QLineEdit()
        self._line.setObjectName(f"{name}.add")
        self._line.setProperty("bare", "true")
        self._line.setMinimumWidth(120)
        self._line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._line.installEventFilter(self)
        self.setFocusProxy(self._line)
        self._flow.addWidget(self._line)
        self._describe()

    @property
    def items(self) -> list[str]:
        return list(self._items)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._line.setAccessibleName(name)

    def suggest(self, words: Sequence[str]) -> None:
        completer = QCompleter(list(words), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._line.setCompleter(completer)

    def show_items(self, items: Sequence[str]) -> None:
        if list(items) == self._items:
            return
        self._items = list(items)
        self._flow.removeWidget(self._line)
        clear_layout(self._flow)
        for index, text in enumerate(self._items):
            chip = Chip(text, removable=True)
            chip.setObjectName(f"{self._name}.{index}")
            chip.removed.connect(bound(self._remove, index))
            chip.clicked.connect(bound(self._edit, index))
            self._flow.addWidget(chip)
        self._flow.addWidget(self._line)
        self._describe()
        self.updateGeometry()

    def _describe(self) -> None:
        self._line.setPlaceholderText("" if self._items else self._placeholder)

    def _change(self, items: list[str]) -> None:
        self.show_items(items)
        self.edited.emit(items)

    def _add(self) -> None:
        text = self._line.text().strip().strip(",")
        if not text:
            return
        words = text.replace(",", " ").split() if self._space else [text]
        self._line.clear()
        self._change([*self._items, *(word for word in words if word not in self._items)])

    def _remove(self, index: int) -> None:
        self._change([text for at, text in enumerate(self._items) if at != index])
        self._line.setFocus()

    def _edit(self, index: int) -> None:
        text = self._items[index]
        self._remove(index)
        self._line.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                ends = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Comma} | (
                    {Qt.Key.Key_Space} if self._space else set()
                )
                if event.key() in ends:
                    self._add()
                    return True
                if event.key() == Qt.Key.Key_Backspace and not self._line.text() and self._items:
                    self._remove(len(self._items) - 1)
                    return True
            elif isinstance(event, QFocusEvent):
                if event.type() == QEvent.Type.FocusOut and event.reason() != Qt.FocusReason.PopupFocusReason:
                    self._add()
                self.setProperty("focused", "true" if event.type() == QEvent.Type.FocusIn else "false")
                self.style().unpolish(self)
                self.style().polish(self)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QEvent) -> None:
        self._line.setFocus()
