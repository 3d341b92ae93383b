"""Name and value pairs, one a line; an empty line waits at the end. What was copied from elsewhere is taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from designer.ui.widgets.basics import allow, tool_button
from designer.ui.widgets.inputs import CheckBox, LineEdit

__all__ = ["PairsEdit"]

Split = Callable[[str], Sequence[tuple[str, str]] | None]
_KEYSTROKES = 2
"""Characters that come at once when somebody types: what is more was pasted."""


class _Pair(QWidget):
    def __init__(self, owner: PairsEdit, index: int, name_hint: str, value_hint: str) -> None:
        super().__init__()
        self.on = CheckBox(f"{owner.objectName()}.{index}.on", "")
        self.on.setParent(self)
        self.on.setAccessibleName(f"Send line {index + 1}")
        self.on.setToolTip("Sent with the request; without the tick it only stands here")
        self.on.show_state(True)
        self.on.edited.connect(lambda _on: owner.typed())
        self.name = LineEdit(f"{owner.objectName()}.{index}.name", name_hint, code=True)
        self.value = LineEdit(f"{owner.objectName()}.{index}.value", value_hint, code=True)
        self.name.setAccessibleName(f"{name_hint} {index + 1}")
        self.value.setAccessibleName(f"{value_hint} {index + 1}")
        self.remove = tool_button("close", f"{owner.objectName()}.{index}.remove", "Remove this line")
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        if owner.off:
            box.addWidget(self.on)
        else:
            self.on.hide()
        box.addWidget(self.name, 2)
        box.addWidget(self.value, 3)
        box.addWidget(self.remove)
        self._length = 0
        """Of the name, until this keystroke."""
        self.name.edited.connect(lambda text: self._named(owner, text))
        self.name.textChanged.connect(self._measure)
        self.value.edited.connect(lambda _text: owner.typed())
        self.remove.clicked.connect(lambda: owner.drop(self))

    def _named(self, owner: PairsEdit, text: str) -> None:
        came = len(text) - self._length
        if came <= _KEYSTROKES or self.value.text() or not owner.pasted(self, text):
            owner.typed()

    def _measure(self, text: str) -> None:
        self._length = len(text)


class PairsEdit(QWidget):
    """``edited`` fires on every keystroke; ``pairs`` are the lines that have a name. ``split`` takes apart what is
    pasted for a name: the pairs in it, None where it is just a name. With ``off`` a line can be switched off, and has
    that before its name among the pairs."""

    edited = Signal()

    def __init__(
        self,
        name: str,
        name_hint: str = "Name",
        value_hint: str = "Value",
        *,
        split: Split = lambda _text: None,
        off: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._hints = (name_hint, value_hint)
        self._split = split
        self.off = off
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self._pairs: list[_Pair] = []
        self._made = 0
        self._append()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(self._name(pair), pair.value.text()) for pair in self._pairs if pair.name.text().strip()]

    def _name(self, pair: _Pair) -> str:
        return f"{'' if pair.on.isChecked() else self.off}{pair.name.text().strip()}"

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these pairs instead of what stands here."""
        for pair in list(self._pairs):
            self._discard(pair)
        for name, value in pairs:
            made = self._append()
            made.on.show_state(not (self.off and name.startswith(self.off)))
            made.name.setText(name if made.on.isChecked() else name.removeprefix(self.off))
            made.value.setText(value)
        self._append()

    def pasted(self, line: _Pair, text: str) -> bool:
        """Put the pairs that stand in ``text`` in the place of ``line``; False where there are none."""
        # A line edit makes one line of many.
        copied = QGuiApplication.clipboard().text()
        found = self._split(copied if copied.split() == text.split() else text)
        if not found:
            return False
        at = self._pairs.index(line)
        lines = [(self._name(pair), pair.value.text()) for pair in self._pairs if pair.name.text() or pair.value.text()]
        lines[at : at + 1] = found
        self.show_pairs(lines)
        self._pairs[at + len(found) - 1].value.setFocus()
        self.edited.emit()
        return True

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
