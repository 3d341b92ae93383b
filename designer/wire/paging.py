"""Some of the children of a node at a time: what a long reply's tree shows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

__all__ = ["page"]


class Placed(Protocol):
    @property
    def place(self) -> int:
        """Which child of its parent it is, from 0."""
        ...


N = TypeVar("N", bound=Placed)


def page(nodes: Iterable[N], skip: int, limit: int, tell: Callable[[N], object] | None) -> tuple[list[N], bool]:
    """``limit`` of ``nodes`` after the first ``skip``, and whether there are more. ``tell`` hears of each at once: what
    follows a long one is found only after its end."""
    found: list[N] = []
    for node in nodes:
        if node.place < skip:
            continue
        if len(found) == limit:
            return found, True
        found.append(node)
        if tell is not None:
            tell(node)
    return found, False
