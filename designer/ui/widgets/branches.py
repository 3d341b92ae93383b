"""The rows below one item of a tree that shows parts of a long list: those that are there, and what is left out."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem

__all__ = ["Branch", "put_rows"]

_BRANCH = Qt.ItemDataRole.UserRole + 1

Make = Callable[[], QTreeWidgetItem]
Path = Sequence[Any]
"""Nodes, from the next to be opened on."""


class Branch:
    """What is known of the children of an item. Each has a place, from 0; a row that stands for what is left out has
    none, and says how many there are where that is known."""

    def __init__(self, item: QTreeWidgetItem) -> None:
        self._item = item
        self.places: list[int] = []
        """Of the children that are there, in order."""
        self._gaps: list[tuple[int, int | None, QTreeWidgetItem]] = []
        """Each row that stands for children left out, with the place of the first of them and of the next that is
        there, None where nobody knows of any."""
        self._asked: dict[int, Path | None] = {}
        self._ended = False

    @classmethod
    def of(cls, item: QTreeWidgetItem) -> Branch:
        found = item.data(0, _BRANCH)
        if not isinstance(found, cls):
            found = cls(item)
            item.setData(0, _BRANCH, found)
        return found

    def ask(self, skip: int, then: Path | None) -> bool:
        """Whether the page from ``skip`` on is to be read; False where somebody reads it already. ``then`` is the rest
        of a path that is to be opened when it is there."""
        reading = skip in self._asked
        self._asked[skip] = then or self._asked.get(skip)
        return not reading

    def row(self, place: int) -> QTreeWidgetItem | None:
        """The row of a child, None where it is not there."""
        at = bisect_left(self.places, place)
        if at == len(self.places) or self.places[at] != place:
            return None
        return self._item.child(at + self._gaps_before(place))

    def put(self, rows: Sequence[tuple[int, Make]]) -> None:
        """Add children, given in the order of their places; those that are there stay as they are."""
        run: list[QTreeWidgetItem] = []
        start = -1
        for place, make in rows:
            at = bisect_left(self.places, place)
            if at < len(self.places) and self.places[at] == place:
                continue
            if not run:
                start = at + self._gaps_before(place)
            elif at + self._gaps_before(place) != start + len(run):
                self._item.insertChildren(start, run)
                run, start = [], at + self._gaps_before(place)
            insort(self.places, place)
            run.append(make())
        if run:
            self._item.insertChildren(start, run)

    def end(self, skip: int, more: bool) -> Path | None:
        """The page from ``skip`` on was read: ``more`` children follow it, or none. The path that waited for it."""
        self._ended = self._ended or not more
        for _, _, gap in self._gaps:
            self._item.removeChild(gap)
        self._gaps = []
        expected = 0
        for place in list(self.places):
            if place != expected:
                self._add_gap(expected, place)
            expected = place + 1
        if self.places and not self._ended:
            self._add_gap(expected, None)
        return self._asked.pop(skip, None)

    def next_page(self, gap: QTreeWidgetItem, most: int) -> tuple[int, int]:
        """Where the children begin that a row stands for, as many as are read at a time: the last of those before all
        that is there, else the first; and how many they are."""
        first = next(first for first, _, one in self._gaps if one is gap)
        at = bisect_left(self.places, first)
        if at == len(self.places):
            return first, most
        count = self.places[at] - first
        return (first if at else first + max(0, count - most)), min(count, most)

    def _add_gap(self, first: int, until: int | None) -> None:
        if until is None:
            words = f"… more than {first:,}", "press Enter for the next"
        else:
            words = f"… {until - first:,} left out", f"{first:,} to {until - 1:,}; press Enter for the next"
        made = QTreeWidgetItem(list(words))
        self._item.insertChild(bisect_left(self.places, first) + len(self._gaps), made)
        self._gaps.append((first, until, made))

    def _gaps_before(self, place: int) -> int:
        # What is read of a gap comes before its row; of one at the very beginning the end is read first.
        return sum(first == 0 or (until is not None and until <= place) for first, until, _ in self._gaps)


def put_rows(item: QTreeWidgetItem, rows: Sequence[tuple[int, Make]]) -> None:
    """Add children to ``item``, each made only where it is not there yet."""
    Branch.of(item).put(rows)
