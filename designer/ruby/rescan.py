"""Scans of a whole text, continued after an edit: what stands outside the edit is not looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from designer.ruby.parser import Tree

if TYPE_CHECKING:
    from designer.ruby.change import Replacement
    from designer.ruby.document import Document

_NEAR = 512
"""What is looked for may reach this many bytes beyond an edit; more than blanks and line breaks ever fill."""


class Item(Protocol):
    """What a scan found, at byte offsets, and can be carried along when text before it changes."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    def moved(self, by: int) -> Any:
        """The same, ``by`` bytes further on."""
        ...


_Item = TypeVar("_Item", bound=Item)


@dataclass(frozen=True, slots=True)
class Scan:
    """``items`` in the order of a text that had ``length`` bytes. Since then its first ``head`` and its last ``tail``
    bytes have stayed as they were, in structure too."""

    items: tuple[Any, ...]
    length: int
    head: int
    tail: int


def carried(
    scans: Mapping[str, Scan], made: Iterable[Replacement], edited: Tree, tree: Tree, length: int
) -> dict[str, Scan]:
    """The scans of a document for the one that replacements make of it, whose text has ``length`` bytes. ``edited``
    is the former tree told of them, ``tree`` the new one."""
    if not scans:
        return {}
    starts, ends, shift = [], [], 0
    for each in made:
        starts.append(each.start + shift)
        shift += len(each.new) - (each.end - each.start)
        ends.append(each.end + shift)
    for changed in edited.changed_ranges(tree):
        starts.append(changed.start_byte)
        ends.append(changed.end_byte)
    first, last = min(starts), max(ends)
    return {
        name: Scan(scan.items, scan.length, min(scan.head, first), max(min(scan.tail, length - last), 0))
        for name, scan in scans.items()
    }


def scanned(document: Document, name: str, look: Callable[[int, int], Iterable[_Item]]) -> tuple[_Item, ...]:
    """Everything that ``look(start, end)`` finds in the text, in its order. Offsets are bytes; ``look`` is asked for
    whole lines, and may find what reaches into them from outside."""
    source = document.source
    length = len(source)
    before = document.scans.get(name)
    if before is None:
        items = tuple(look(0, length))
    elif before.head >= length and before.length == length:
        return before.items
    else:
        start = source.rfind(b"\n", 0, max(before.head - _NEAR, 0)) + 1
        end = source.find(b"\n", min(length - before.tail + _NEAR, length))
        end = length if end < 0 else end
        shift = length - before.length

        def is_head(each: _Item) -> bool:
            return each.start < start and each.end <= before.head

        def is_tail(each: _Item) -> bool:
            return each.end > end and each.start >= length - before.tail

        later = (each.moved(shift) if shift else each for each in before.items if each.end + shift > end)
        items = (
            *(each for each in before.items if is_head(each)),
            *(each for each in look(start, end) if not is_head(each) and not is_tail(each)),
            *(each for each in later if is_tail(each)),
        )
    document.scans[name] = Scan(items, length, length, length)
    return items
