"""Name and value pairs, one a line; an empty line waits at the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from designer.ui.widgets.basics import allow, tool_button
from designer.ui.widgets.inputs import LineEdit

__all__ = ["PairsEdit"]


class _Pair(QWidget):
    def __init__(self, owner: PairsEdit, index: int, name_hint: str, value_hint: str) -> None:
        super().__init__()
        self.name = LineEdit(f"{owner.objectName()}.{index}.name", name_hint, code=True)
        self.value = LineEdit(f"{owner.objectName()}.{index}.value", value_hint, code=True)
        self.name.setAccessibleName(f"{name_hint} {index + 1}")
        self.value.setAccessibleName(f"{value_hint} {index + 1}")
        self.remove = tool_button("close", f"{owner.objectName()}.{index}.remove", "Remove this line")
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.name, 2)
        box.addWidget(self.value, 3)
        box.addWidget(self.remove)
        self.name.edited.connect(lambda _text: owner.typed())
        self.value.edited.connect(lambda _text: owner.typed())
        self.remove.clicked.connect(lambda: owner.drop(self))


class PairsEdit(QWidget):
    """``edited`` fires on every keystroke; ``pairs`` are the lines that have a name."""

    edited = Signal()

    def __init__(self, name: str, name_hint: str = "Name", value_hint: str = "Value") -> None:
        super().__init__()
        self.setObjectName(name)
        self._hints = (name_hint, value_hint)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self._pairs: list[_Pair] = []
        self._made = 0
        self._append()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(pair.name.text().strip(), pair.value.text()) for pair in self._pairs if pair.name.text().strip()]

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these pairs instead of what stands here."""
        for pair in list(self._pairs):
            self._discard(pair)
        for name, value in pairs:
            made = self._append()
            made.name.setText(name)
            made.value.setText(value)
        self._append()

    def typed(self) -> None:
        last = self._pairs[-1]
        if last.name.text() or last.value.text():
            self._append()
        self.edited.emit()

    def drop(self, pair: _Pair) -> None:
        self._discard(pair)
        if not self._pairs or self._pairs[-1].name.text():
            self._append()
        self.edited.emit()

    def _append(self) -> _Pair:
        made = _Pair(self, self._made, *self._hints)
        self._made += 1
        self._pairs.append(made)
        self._lines.addWidget(made)
        for pair in self._pairs:
            allow(pair.remove, "" if pair is not made else "This line is empty: it is where the next one begins.")
        return made

    def _discard(self, pair: _Pair) -> None:
        self._pairs.remove(pair)
        self._lines.removeWidget(pair)
        pair.hide()
        pair.deleteLater()
