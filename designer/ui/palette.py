"""The command palette: everything by name, in one box over the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QLineEdit, QVBoxLayout, QWidget

from designer.ui.theme import Theme
from designer.ui.widgets.basics import label, rule
from designer.ui.widgets.rows import Row, RowList

__all__ = ["Found", "Palette", "rank"]


SCATTERED = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Something the palette leads to. ``group`` heads its rows, ``hint`` stands at the row's end."""

    id: str
    title: str
    group: str
    icon: str
    run: Callable[[], object]
    detail: str = ""
    hint: str = ""


def rank(query: str, title: str) -> int | None:
    """How well ``title`` answers ``query``, smaller is better; None where it does not: word starts before places
    inside words before letters in order."""
    wanted, text = query.casefold().strip(), title.casefold()
    if not wanted:
        return 0
    if text.startswith(wanted):
        return 0
    words = text.replace("_", " ").replace("·", " ").replace(":", " ").split()
    parts = wanted.split()
    if all(any(word.startswith(part) for word in words) for part in parts):
        return 1
    if all(part in text for part in parts):
        return 2
    at = 0
    for letter in wanted.replace(" ", ""):
        at = text.find(letter, at) + 1
        if at == 0:
            return None
    return SCATTERED


class Palette(QFrame):
    """``sources`` is asked anew each time the palette opens."""

    def __init__(self, over: QWidget, sources: Callable[[], Sequence[Found]]) -> None:
        super().__init__(over)
        self.setObjectName("paletteFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._over = over
        self._sources = sources
        self._found: dict[str, Found] = {}
        self._back: QWidget | None = None
        self.line = QLineEdit()
        self.line.setObjectName("palette.search")
        self.line.setPlaceholderText("Search actions, fields, problems")
        self.line.setAccessibleName("Search actions, fields, problems")
        self.line.textEdited.connect(lambda _text: self._search())
        self.line.installEventFilter(self)
        self.rows = RowList(name="palette.results")
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.itemClicked.connect(lambda item: self._run(item.data(Qt.ItemDataRole.UserRole).id))
        self.nothing = label("Nothing found. Try a field, a page or a word of a problem.", "dim")
        self.nothing.setContentsMargins(16, 12, 16, 16)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 6)
        box.setSpacing(0)
        box.addWidget(self.line)
        box.addWidget(rule())
        box.addSpacing(4)
        box.addWidget(self.rows)
        box.addWidget(self.nothing)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 8)
        colour = Theme.current().colour("shadow")
        colour.setAlpha(70)
        shadow.setColor(colour)
        self.setGraphicsEffect(shadow)
        self.hide()

    def open(self) -> None:
        self._back = QApplication.focusWidget()
        self._all = list(self._sources())
        self.line.clear()
        self.show()
        self.raise_()
        self._search()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def close_up(self, *, give_back: bool = True) -> None:
        if self.isHidden():
            return
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.hide()
        if give_back and self._back is not None and self._back.isVisible():
            self._back.setFocus()

    def _search(self) -> None:
        query = self.line.text()
        ranked = [(score, one) for one in self._all if (score := rank(query, f"{one.title} {one.detail}")) is not None]
        if query.strip():
            ranked.sort(key=lambda pair: pair[0])
            if any(score < SCATTERED for score, _ in ranked):
                # Letters scattered over a title are a guess: only worth showing where nothing better was found.
                ranked = [pair for pair in ranked if pair[0] < SCATTERED]
        shown = [one for _, one in ranked][:40]
        self._found = {one.id: one for one in shown}
        rows: list[Row] = []
        for group in dict.fromkeys(one.group for one in shown):
            rows.append(Row(f"group:{group}", group.upper(), header=True))
            for one in (one for one in shown if one.group == group):
                badges = ((one.hint, "neutral"),) if one.hint else ()
                title = f"{one.title}  ·  {one.detail}" if one.detail else one.title
                rows.append(Row(one.id, title, badges=badges, icon=(one.icon, "dim")))
        self.rows.show_rows(rows)
        self.rows.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        if rows:
            self.rows.setCurrentRow(1)
            self.rows.scrollToTop()
        self._place()

    def _place(self) -> None:
        width = min(620, self._over.width() - 48)
        room = self._over.height() - 160
        listed = min(self.rows.content_height(), 420, room) if self.rows.isVisibleTo(self) else 0
        self.rows.setFixedHeight(max(0, listed))
        height = 62 + (listed if listed else self.nothing.sizeHint().height())
        self.setGeometry(QRect((self._over.width() - width) // 2, 8, width, height))

    def sizeHint(self) -> QSize:
        return QSize(620, 420)

    def _run(self, found: str) -> None:
        one = self._found.get(found)
        if one is None:
            return
        self.close_up()
        one.run()

    def _step(self, by: int) -> None:
        rows = self.rows.rows()
        if not rows:
            return
        at = self.rows.currentRow()
        for _ in rows:
            at = (at + by) % len(rows)
            if not rows[at].header:
                break
        self.rows.setCurrentRow(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.rows.current_id)
                return True
            if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab):
                self.close_up()
                return True
        elif (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and isinstance(watched, QWidget)
            and self.isVisible()
            and watched is not self
            and not self.isAncestorOf(watched)
        ):
            self.close_up(give_back=False)
        return super().eventFilter(watched, event)
