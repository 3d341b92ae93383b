"""A reply as a tree that folds: children are found when a branch opens, off the UI thread, a page at a time."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.masking import Masks
from designer.ui.jobs import Jobs, Task
from designer.ui.replytext import tree_value
from designer.ui.theme import Theme
from designer.ui.widgets.basics import label, row, tool_button
from designer.ui.widgets.branches import Branch, put_rows
from designer.ui.widgets.inputs import LineEdit
from designer.wire.jsontext import JsonText, Node
from designer.wire.paging import find
from designer.wire.xmltext import XmlNode, XmlText

__all__ = ["ReplyTree"]

AnyNode = Node | XmlNode
Shown = tuple[AnyNode, str]
"""A node and what stands beside its name."""

_NODE = Qt.ItemDataRole.UserRole
_PAGE = 200
_AT_ONCE = 20
_PAUSE = 0.05
"""Seconds between two deliveries of children, after the first ``_AT_ONCE``."""
_READERS = 3
"""Branches that are read at the same time."""
_DEEPEST = 200
"""Levels that are opened on the way to a hit: more would be indented out of sight, and Qt draws them by recursion."""
_FOLDED = {"object": "{…}", "array": "[…]", "element": "<…>"}
_HOLLOW = {"object": "{}", "array": "[]", "element": ""}


class ReplyTree(QWidget):
    """``path`` is the way to the chosen value, as Ruby reads it."""

    chosen = Signal()
    _came = Signal(object, object, object)
    """Reader and masks, item and children found so far, out of the thread that looks for more."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("replyTree")
        self._jobs = jobs
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._reader: JsonText | XmlText | None = None
        self._masks = Masks()
        self._waiting: deque[Callable[[], object]] = deque()
        self._reading = 0
        self._hit = -1
        self._wanted_path = ""
        self._deep: tuple[QTreeWidgetItem, str] | None = None
        """The item that stands for a hit deeper than is opened, and the way to the hit."""
        self._search = LineEdit("replyTree.search", "Find a name or a value")
        self._search.setAccessibleName("Find in the reply")
        self._search.returnPressed.connect(self._next)
        self._search.edited.connect(lambda _text: self._forget_hit())
        self._said = label("", "secondary", name="replyTree.said")
        find_next = tool_button("search", "replyTree.next", "Find the next", self._next)
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
        box.addLayout(row(self._search, find_next, fold, self._said, margins=(16, 0, 12, 0)))
        box.addWidget(self.view)

    def show_text(self, text: bytes, masks: Masks, *, xml: bool = False) -> None:
        """Show a whole body, which is JSON or, with ``xml``, XML, in UTF-8."""
        reader = XmlText(text) if xml else JsonText(text)
        self.clear()
        self._reader, self._masks = reader, masks
        top = reader.root()
        if top is None:
            self._said.setText("not XML" if xml else "not JSON")
            return
        item = self._item((top, _beside(top, "", masks)))
        self.view.addTopLevelItem(item)
        item.setExpanded(True)

    def clear(self) -> None:
        """Let go of the body."""
        self._reader = self._deep = None
        self._hit = -1
        self._waiting.clear()
        self._said.setText("")
        self.view.clear()

    def forget(self) -> None:
        """Show nothing, and look for nothing."""
        self.clear()
        self._masks = Masks()
        self._search.show_text("")

    def show_with(self, masks: Masks) -> None:
        """Show the values again, with other secrets hidden; what is open stays open."""
        self._masks = masks
        waiting = [self.view.topLevelItem(0)]
        while waiting:
            item = waiting.pop()
            if item is None:
                continue
            node = item.data(0, _NODE)
            parent = item.parent()
            if node is not None and node.kind == "value" and parent is not None:
                beside = _beside(node, _name_above(parent), masks)
                item.setText(1, beside)
                item.setToolTip(1, beside)
            waiting += [item.child(at) for at in range(item.childCount())]

    @property
    def path(self) -> str:
        item = self.view.currentItem()
        if self._deep is not None and item is self._deep[0]:
            return self._deep[1]
        steps: list[str] = []
        while item is not None:
            node = item.data(0, _NODE)
            if isinstance(node, Node | XmlNode):
                steps.append(node.step)
            item = item.parent()
        return "".join(reversed(steps))

    # Inside

    def _item(self, shown: Shown) -> QTreeWidgetItem:
        node, beside = shown
        made = QTreeWidgetItem(["reply" if node.name is None else str(node.name), beside])
        if node.kind != "value":
            made.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        made.setData(0, _NODE, node)
        made.setToolTip(1, beside)
        return made

    def _expanded(self, item: QTreeWidgetItem) -> None:
        node = item.data(0, _NODE)
        # The key * opens all there is, values too.
        if item.childCount() == 0 and node is not None and node.kind != "value":
            self._page(item, 0)

    def _page(self, item: QTreeWidgetItem, skip: int, limit: int = _PAGE, then: Sequence[AnyNode] = ()) -> None:
        """Find children of ``item`` in a job; ``then`` is the rest of a path to open."""
        reader, node = self._reader, item.data(0, _NODE)
        branch = Branch.of(item)
        if reader is None or not branch.ask(skip, then):
            return
        masks, under = self._masks, _name_above(item)
        asked = (reader, masks)

        def work(task: Task) -> tuple[list[Shown], bool]:
            tell = _Teller(partial(_shown, under=under, masks=masks), lambda found: self._came.emit(asked, item, found))

            def stop() -> bool:
                return task.cancelled or self._reader is not reader

            _, more = reader.children(node, skip=skip, limit=limit, tell=tell, stop=stop)
            return tell.rest(), more

        def done(answer: tuple[list[Shown], bool]) -> None:
            self._reading -= 1
            if reader is self._reader:
                found, more = answer
                self._take(asked, item, found)
                rest = branch.end(skip, more)
                if not item.childCount():
                    item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.DontShowIndicator)
                    item.setText(1, _HOLLOW[node.kind])
                if rest and branch.row(rest[0].place) is not None:
                    self._open(item, rest)
            self._read_next()

        def failed(error: Exception) -> None:
            self._reading -= 1
            self._jobs.failure.emit(error)
            self._read_next()

        self._waiting.append(lambda: self._jobs.start("Reading the reply", work, done=done, failed=failed, quiet=True))
        self._read_next()

    def _read_next(self) -> None:
        if self._waiting and self._reading < _READERS:
            self._reading += 1
            self._waiting.pop()()  # what was asked for last is what the person waits for

    def _take(self, asked: tuple[object, Masks], item: QTreeWidgetItem, found: list[Shown]) -> None:
        """Show what was found among the children that are there, in their order. ``asked`` is what was read, and with
        which secrets hidden."""
        reader, masks = asked
        if reader is self._reader and found:
            if masks is not self._masks:  # they were shown for a moment, and are not any more
                under = _name_above(item)
                found = [_shown(node, under, self._masks) for node, _ in found]
            put_rows(item, [(node.place, partial(self._item, (node, beside))) for node, beside in found])

    def _activated(self, item: QTreeWidgetItem) -> None:
        parent = item.parent()
        if item.data(0, _NODE) is None and parent is not None:
            self._page(parent, *Branch.of(parent).next_page(item, _PAGE))

    def _fold(self) -> None:
        self.view.collapseAll()

    def _forget_hit(self) -> None:
        self._hit = -1
        self._said.setText("")

    def _next(self) -> None:
        wanted, reader = self._search.text(), self._reader
        if not wanted or reader is None:
            return
        after = self._hit + 1

        def work(task: Task) -> tuple[int, list[AnyNode]]:
            def stop() -> bool:
                return task.cancelled or self._reader is not reader

            at = find(reader.text, wanted, after, stop)
            if at < 0 < after:
                at = find(reader.text, wanted, 0, stop)
            return at, [] if at < 0 else list(reader.path_to(at, stop))

        def done(answer: tuple[int, list[AnyNode]]) -> None:
            if reader is not self._reader:
                return
            self._hit, path = answer
            if self._hit < 0:
                self._said.setText("not found")
                return
            said = "" if self._hit >= after else "from the start again"
            if len(path) > _DEEPEST:
                said = f"{len(path):,} levels deep; opened as far as {_DEEPEST}"
            self._said.setText(said)
            top = self.view.topLevelItem(0)
            if top is not None and path:
                self._deep = None
                self._wanted_path = "".join(node.step for node in path) if len(path) > _DEEPEST else ""
                self._open(top, path[1:_DEEPEST])

        self._said.setText("searching…")
        self._jobs.start("Searching the reply", work, done=done, key="reply-search", quiet=True)

    def _open(self, item: QTreeWidgetItem, path: Sequence[AnyNode]) -> None:
        """Open the branches of ``path`` below ``item`` one after the other, and choose its end."""
        for at, wanted in enumerate(path):
            child = Branch.of(item).row(wanted.place)
            if child is None:
                self._open_far(item, path[at:])
                return
            item.setExpanded(True)
            item = child
        self.view.setCurrentItem(item)
        self.view.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtCenter)
        if self._wanted_path:
            self._deep, self._wanted_path = (item, self._wanted_path), ""

    def _open_far(self, item: QTreeWidgetItem, path: Sequence[AnyNode]) -> None:
        """A far entry is shown with its neighbours, without those between."""
        blocked = self.view.blockSignals(True)
        item.setExpanded(True)
        self.view.blockSignals(blocked)
        place = path[0].place
        skip = max(0, place - _PAGE // 2) if place >= _PAGE else 0
        self._page(item, skip, then=path)


class _Teller:
    """Makes children ready to be shown and hands them on: each of the first, later a few at a time."""

    def __init__(self, ready: Callable[[AnyNode], Shown], tell: Callable[[list[Shown]], object]) -> None:
        self._ready, self._tell = ready, tell
        self._waiting: list[Shown] = []
        self._count = 0
        self._last = time.monotonic()

    def __call__(self, node: AnyNode) -> None:
        self._waiting.append(self._ready(node))
        self._count += 1
        if self._count <= _AT_ONCE or time.monotonic() - self._last > _PAUSE:
            self._tell(self.rest())
            self._last = time.monotonic()

    def rest(self) -> list[Shown]:
        """What was not handed on yet."""
        rest, self._waiting = self._waiting, []
        return rest


def _shown(node: AnyNode, under: str, masks: Masks) -> Shown:
    """For the thread that reads: a long text is looked through for secrets there."""
    return node, _beside(node, under, masks)


def _beside(node: AnyNode, under: str, masks: Masks) -> str:
    """What stands beside a name; ``under`` is the name of the list or the element that holds it."""
    if node.kind != "value":
        return _FOLDED[node.kind]
    shown = tree_value(node.value, _own_name(node) or under, masks)
    if isinstance(shown, str):
        return f'"{shown}"'
    return "" if isinstance(node, XmlNode) else json.dumps(shown)


def _own_name(node: AnyNode) -> str:
    """The name a value stands under by itself; an item of a list and the text of an element have none."""
    if not isinstance(node.name, str) or (isinstance(node, XmlNode) and node.step == "['content!']"):
        return ""
    return node.name.lstrip("@")


def _name_above(item: QTreeWidgetItem) -> str:
    """The name that children of ``item`` without one of their own stand under."""
    above: QTreeWidgetItem | None = item
    while above is not None:
        if name := _own_name(above.data(0, _NODE)):
            return name
        above = above.parent()
    return ""
