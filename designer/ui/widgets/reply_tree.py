"""A reply as a tree that folds: children are found when a branch opens, off the UI thread, a page at a time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.masking import Masks
from designer.ui.jobs import Jobs
from designer.ui.replytext import tree_value
from designer.ui.theme import Theme
from designer.ui.widgets.basics import label, row, tool_button
from designer.ui.widgets.inputs import LineEdit
from designer.wire import jsontext, xmltext

__all__ = ["ReplyTree"]

Node = jsontext.Node | xmltext.XmlNode
_NODE = Qt.ItemDataRole.UserRole
_PAGE = 200
_AT_ONCE = 20
_PAUSE = 0.05
"""Seconds between two deliveries of children, after the first ``_AT_ONCE``."""
_FOLDED = {"object": "{…}", "array": "[…]", "element": "<…>"}
_HOLLOW = {"object": "{}", "array": "[]", "element": ""}


class ReplyTree(QWidget):
    """``show_text`` takes the whole body, JSON or, with ``xml``, XML; ``path`` is the way to the chosen value, as Ruby
    reads it."""

    chosen = Signal()
    _came = Signal(object, object, object)
    """Text, item and children found so far, out of the thread that looks for more."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("replyTree")
        self._jobs = jobs
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._text = ""
        self._reader: Any = jsontext
        self._masks = Masks()
        self._hit = -1
        self._search = LineEdit("replyTree.search", "Find a name or a value")
        self._search.setAccessibleName("Find in the reply")
        self._search.returnPressed.connect(self._next)
        self._search.edited.connect(lambda _text: self._forget_hit())
        self._said = label("", "secondary", name="replyTree.said")
        find = tool_button("search", "replyTree.next", "Find the next", self._next)
        fold = tool_button("minus", "replyTree.fold", "Fold everything", self._fold)
        self.view = QTreeWidget()
        self.view.setObjectName("replyTree.view")
        self.view.setAccessibleName("Reply as a tree")
        self.view.setColumnCount(2)
        self.view.setHeaderHidden(True)
        self.view.setUniformRowHeights(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.view.header().resizeSection(0, 260)
        self.view.setFont(Theme.current().code_font("secondary"))
        self.view.setFixedHeight(380)
        self.view.itemExpanded.connect(self._expanded)
        self.view.itemActivated.connect(self._activated)
        self.view.itemSelectionChanged.connect(self.chosen)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(row(self._search, find, fold, self._said, margins=(16, 0, 12, 0)))
        box.addWidget(self.view)

    def show_text(self, text: str, masks: Masks, *, xml: bool = False) -> None:
        self._text, self._masks = text, masks
        self._reader = xmltext if xml else jsontext
        self._hit = -1
        self._said.setText("")
        self.view.clear()
        whole = self._reader.root(text)
        if whole is None:
            self._said.setText("not XML" if xml else "not JSON")
            return
        item = self._item(whole, None)
        self.view.addTopLevelItem(item)
        item.setExpanded(True)

    def forget(self) -> None:
        """Show nothing, and look for nothing."""
        self._text, self._masks, self._hit = "", Masks(), -1
        self._search.show_text("")
        self._said.setText("")
        self.view.clear()

    def show_with(self, masks: Masks) -> None:
        """Show the values again, with other secrets hidden; what is open stays open."""
        self._masks = masks
        waiting = [self.view.topLevelItem(0)]
        while waiting:
            item = waiting.pop()
            if item is None:
                continue
            node = item.data(0, _NODE)
            if node is not None and node.kind == "value":
                self._set_value(item, node, item.parent())
            waiting += [item.child(at) for at in range(item.childCount())]

    @property
    def path(self) -> str:
        steps: list[str] = []
        item = self.view.currentItem()
        while item is not None:
            node = item.data(0, _NODE)
            if isinstance(node, jsontext.Node | xmltext.XmlNode):
                steps.append(node.step)
            item = item.parent()
        return "".join(reversed(steps))

    # Inside

    def _item(self, node: Node, parent: QTreeWidgetItem | None) -> QTreeWidgetItem:
        name = "reply" if node.name is None else str(node.name)
        if node.kind == "value":
            made = QTreeWidgetItem([name])
            self._set_value(made, node, parent)
        else:
            made = QTreeWidgetItem([name, _FOLDED[node.kind]])
            made.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        made.setData(0, _NODE, node)
        return made

    def _set_value(self, item: QTreeWidgetItem, node: Node, parent: QTreeWidgetItem | None) -> None:
        shown = tree_value(node.value, _named(node, parent), self._masks)
        empty = "" if isinstance(node, xmltext.XmlNode) else json.dumps(shown)
        item.setText(1, f'"{shown}"' if isinstance(shown, str) else empty)
        item.setToolTip(1, item.text(1))

    def _expanded(self, item: QTreeWidgetItem) -> None:
        node = item.data(0, _NODE)
        # The key * opens all there is, values too.
        if item.childCount() == 0 and node is not None and node.kind != "value":
            self._page(item, 0)

    def _page(self, item: QTreeWidgetItem, skip: int, then: list[Node] | None = None) -> None:
        """Find the next children of ``item`` in a job; ``then`` is the rest of a path to open."""
        text, node, reader = self._text, item.data(0, _NODE), self._reader
        tell = _Teller(lambda found: self._came.emit(text, item, found))

        def done(answer: tuple[list[Node], bool]) -> None:
            if text is not self._text:
                return
            found, more = answer
            last = item.child(item.childCount() - 1)
            if last is not None and last.data(0, _NODE) is None:
                item.removeChild(last)
            self._take(text, item, found)
            if more:
                item.addChild(QTreeWidgetItem([f"… more than {item.childCount()}", "press Enter for the next"]))
            if not item.childCount():
                item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.DontShowIndicator)
                item.setText(1, _HOLLOW[node.kind])
            if then:
                self._open(item, then)

        self._jobs.start(
            "Reading the reply",
            lambda _task: reader.children(text, node, skip=skip, limit=_PAGE, tell=tell),
            done=done,
            quiet=True,
        )

    def _take(self, text: str, item: QTreeWidgetItem, found: list[Node]) -> None:
        """Show what is new among ``found``; a line that offers more stays the last."""
        if text is not self._text:
            return
        there = [one for at in range(item.childCount()) if (one := item.child(at)) is not None]
        last = len(there) - 1 if there and there[-1].data(0, _NODE) is None else len(there)
        known = {one.data(0, _NODE).start for one in there[:last]}
        item.insertChildren(last, [self._item(one, item) for one in found if one.start not in known])

    def _activated(self, item: QTreeWidgetItem) -> None:
        parent = item.parent()
        if item.data(0, _NODE) is None and parent is not None:
            last = parent.child(parent.childCount() - 2)
            self._page(parent, 0 if last is None else last.data(0, _NODE).place + 1)

    def _fold(self) -> None:
        self.view.collapseAll()

    def _forget_hit(self) -> None:
        self._hit = -1
        self._said.setText("")

    def _next(self) -> None:
        wanted = self._search.text()
        if not wanted or not self._text:
            return
        text, after, reader = self._text, self._hit + 1, self._reader
        pattern = re.compile(re.escape(wanted), re.IGNORECASE)

        def find() -> tuple[int, list[Node]]:
            match = pattern.search(text, after) or pattern.search(text)
            return (-1, []) if match is None else (match.start(), reader.path_to(text, match.start()))

        def done(answer: tuple[int, list[Node]]) -> None:
            if text is not self._text:
                return
            self._hit, path = answer
            if self._hit < 0:
                self._said.setText("not found")
                return
            self._said.setText("" if self._hit >= after else "from the start again")
            top = self.view.topLevelItem(0)
            if top is not None:
                self._open(top, path[1:])

        self._jobs.start("Searching the reply", lambda _task: find(), done=done, key="reply-search", quiet=True)

    def _open(self, item: QTreeWidgetItem, path: list[Node]) -> None:
        """Open the branches of ``path`` below ``item`` one after the other, and choose its end."""
        if not path:
            self.view.setCurrentItem(item)
            self.view.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtCenter)
            return
        wanted = path[0]
        for at in range(item.childCount()):
            child = item.child(at)
            if child is not None and child.data(0, _NODE) == wanted:
                item.setExpanded(True)
                self._open(child, path[1:])
                return
        blocked = self.view.blockSignals(True)
        item.setExpanded(True)
        self.view.blockSignals(blocked)
        # A far entry is shown with its neighbours, without those between.
        skip = max(0, wanted.place - _PAGE // 2) if wanted.place >= _PAGE else 0
        known = item.childCount()
        if known and item.data(1, _NODE) == wanted:
            return  # asked for already, and not found
        item.setData(1, _NODE, wanted)
        self._page(item, skip, path)


class _Teller:
    """Hands on children as they are found: each of the first, later a few at a time."""

    def __init__(self, tell: Callable[[list[Node]], object]) -> None:
        self._tell = tell
        self._waiting: list[Node] = []
        self._count = 0
        self._last = time.monotonic()

    def __call__(self, node: Node) -> None:
        self._waiting.append(node)
        self._count += 1
        if self._count <= _AT_ONCE or time.monotonic() - self._last > _PAUSE:
            self._tell(self._waiting)
            self._waiting, self._last = [], time.monotonic()


def _named(node: Node, parent: QTreeWidgetItem | None) -> str:
    """The name a value stands under: its own, else that of the list or the element that holds it."""
    while not isinstance(node.name, str) or (isinstance(node, xmltext.XmlNode) and node.step == "['content!']"):
        above = parent.data(0, _NODE) if parent is not None else None
        if parent is None or above is None:
            return ""
        node, parent = above, parent.parent()
    return node.name.lstrip("@")
