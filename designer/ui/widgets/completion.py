"""What could come next while Ruby is typed: settings, methods of the SDK and of the connector, names of headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from designer.facts import table
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.rows import Row, RowList

__all__ = ["Completion", "Offer", "offers_at"]

_SETTING = re.compile(r"""(?<![\w.])(?:connection|conn|c|input|settings?)\[\s*(['":])(\w*)$""")
_HEADER = re.compile(r"""(?:headers|case_sensitive_headers)\b[^)]*?(?:\(|,|\{)\s*(['"])([\w-]*)$""")
_CALL = re.compile(r"""(?<![\w.@$])call\(?\s*(:|['"])([a-z_]\w*[?!]?)?$""")
_WORD = re.compile(r"(?<![\w@$:'\".])((?:[a-z_]\w*\.){0,2}[a-z_]\w*[?!]?)$")
_METHOD = re.compile(r"\.([a-z_]\w*)?$")
LEAST = 2
MOST = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """``text`` replaces the ``typed`` letters before the cursor; ``about`` stands beside it."""

    text: str
    title: str
    about: str
    typed: int


def offers_at(
    before: str,
    settings: Sequence[str],
    *,
    asked: bool = False,
    inside: str = "",
    own: Callable[[], Mapping[str, str]] = dict,
) -> list[Offer]:
    """What could come after the text ``before`` (of the line) of the cursor. ``asked``: the person wants to see all;
    ``inside`` is "string" or "comment" where the cursor is in one; ``own`` gives the connector's own methods, each with
    what to say of it."""
    if inside == "comment":
        return []
    if match := _SETTING.search(before):
        typed = match[2]
        return [
            Offer(name, name, "setting", len(typed)) for name in settings if name.startswith(typed) and name != typed
        ]
    if match := _CALL.search(before):
        typed = match[2] or ""
        return [
            Offer(name, name, about, len(typed))
            for name, about in own().items()
            if name.startswith(typed) and name != typed
        ]
    if match := _HEADER.search(before):
        typed = match[2]
        names = [str(name) for name in table("sdk_methods")["headers"]]
        found = [name for name in names if name.lower().startswith(typed.lower()) and name != typed]
        return [Offer(name, name, "header", len(typed)) for name in found] if typed or asked else []
    if inside == "string":
        return []
    methods = table("sdk_methods")["methods"]
    if match := _METHOD.search(before):
        typed = match[1] or ""
        if len(typed) < LEAST and not asked:
            return []
        return [
            Offer(str(spec.get("insert", name)), str(spec["signature"]), str(spec["help"]), len(typed))
            for name, spec in methods.items()
            if spec["signature"].startswith(".") and name.startswith(typed) and name != typed
        ] + _dotted(before, methods)
    match = _WORD.search(before)
    typed = match[1] if match else ""
    if len(typed) < LEAST and not asked:
        return []
    return [
        Offer(str(spec.get("insert", name)), str(spec["signature"]), str(spec["help"]), len(typed))
        for name, spec in methods.items()
        if not spec["signature"].startswith(".") and name.startswith(typed) and name != typed
    ]


def _dotted(before: str, methods: object) -> list[Offer]:
    """Methods with an owner: ``workato.jwt_encode``."""
    match = _WORD.search(before) or re.search(r"((?:[a-z_]\w*\.){1,2})$", before)
    typed = match[1] if match else ""
    assert isinstance(methods, dict)
    return [
        Offer(name, str(spec["signature"]), str(spec["help"]), len(typed))
        for name, spec in methods.items()
        if typed and "." in name and name.startswith(typed) and name != typed
    ]


class Completion(QObject):
    """Shows offers below the cursor of ``editor``; Enter or Tab takes one, Escape sends the list away, Ctrl+Space asks
    for it. The list never takes the focus."""

    def __init__(
        self, editor: CodeView, settings: Callable[[], Sequence[str]], own: Callable[[], Mapping[str, str]]
    ) -> None:
        super().__init__(editor)
        self._editor = editor
        self._settings = settings
        self._own = own
        self._offers: list[Offer] = []
        self._list = RowList(name=f"{editor.objectName()}.completion", parent=editor.window())
        self._list.setObjectName("completion")
        self._list.setAccessibleName("Completions")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.itemClicked.connect(lambda _item: self._take())
        self._list.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Whether the list took the key; to be asked before the editor does."""
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.suggest(asked=True)
            return True
        if not self._list.isVisible():
            return False
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % max(1, self._list.count()))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self._list.hide()
            return True
        return False

    def suggest(self, *, asked: bool = False) -> None:
        """Show what could come next, to be called after a key was typed."""
        cursor = self._editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        inside = self._editor.kind_at(cursor.position())
        offers = offers_at(before, self._settings(), asked=asked, inside=inside, own=self._own)
        self._offers = [] if cursor.hasSelection() else offers[:40]
        if not self._offers:
            self._list.hide()
            return
        rows = [Row(str(index), one.title, one.about) for index, one in enumerate(self._offers)]
        self._list.setParent(self._editor.window())
        self._list.show_rows(rows)
        self._list.setCurrentRow(0)
        self._place()
        self._list.show()
        self._list.raise_()

    def hide(self) -> None:
        self._list.hide()

    def _place(self) -> None:
        window = self._editor.window()
        under = self._editor.viewport().mapTo(window, self._editor.cursorRect().bottomLeft())
        height = min(self._list.content_height(), MOST * 40) + 2
        width = min(420, window.width() - 16)
        left = min(under.x(), window.width() - width - 8)
        top = under.y() + 4
        if top + height > window.height() - 8:
            top = under.y() - self._editor.cursorRect().height() - height - 4
        self._list.setGeometry(QRect(QPoint(max(8, left), max(8, top)), QPoint(left + width, top + height)))

    def _take(self) -> None:
        chosen = self._list.currentRow()
        self._list.hide()
        if 0 <= chosen < len(self._offers):
            offer = self._offers[chosen]
            cursor = self._editor.textCursor()
            left, keep = QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor
            cursor.movePosition(left, keep, offer.typed)
            cursor.insertText(offer.text)
            self._editor.setTextCursor(cursor)

    def _focus_moved(self) -> None:
        if not self._editor.hasFocus():
            self._list.hide()
