"""Where Tab leads: as the eye does, from bar to rail to page to inspector, and on each from top to bottom.

Qt's own order is that of creation; pages are made when they are needed, and rows are made anew while one types.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLayout, QScrollArea, QWidget

__all__ = ["bring_into_sight", "come_after", "next_stop", "reading_order"]

_AFTER = "tabAfter"


def come_after(widget: QWidget, name: str) -> None:
    """Let Tab come to ``widget`` and all it holds from the input called ``name``, wherever it stands: what came about
    by typing there is to be decided before the next input."""
    widget.setProperty(_AFTER, name)


def reading_order(root: QWidget) -> list[QWidget]:
    """What Tab stops at inside ``root``: visible and enabled, in the order in which it is laid out."""
    order: list[QWidget] = []
    moved: dict[str, list[QWidget]] = {}
    for stop, after in _stops(root, root, ""):
        (moved.setdefault(after, []) if after else order).append(stop)
    for name, stops in moved.items():
        at = next((index for index, one in enumerate(order, 1) if one.objectName() == name), len(order))
        order[at:at] = stops
    return order


def next_stop(window: QWidget, regions: Sequence[QWidget], focused: QWidget | None, forward: bool) -> QWidget | None:
    """Where Tab (or Shift+Tab) leads from ``focused``; the regions of ``window`` are walked in their order."""
    walks = [reading_order(region) for region in regions]
    ordered = [one for walk in walks for one in walk]
    if not ordered:
        return None
    step = 1 if forward else -1
    if focused in ordered:
        return ordered[(ordered.index(focused) + step) % len(ordered)]
    here = next((at for at, one in enumerate(regions) if focused is not None and _holds(one, focused)), None)
    if focused is None or here is None:
        return ordered[0 if forward else -1]
    before = sum(len(walk) for walk in walks[:here])
    inside = [one for one in walks[here] if focused.isAncestorOf(one)]
    if inside or not walks[here]:
        # A page has the focus as a whole: its first part is next, or the next region's where it has none; what stands
        # before it was last.
        at = ordered.index(inside[0]) if inside else before
        return ordered[(at if forward else at - 1) % len(ordered)]
    # It was hidden or disabled under the hand: the eye is still there, so an input close by goes on.
    return min(walks[here], key=lambda one: (isinstance(one, QAbstractButton), _distance(window, one, focused)))


def bring_into_sight(widget: QWidget) -> None:
    """Scroll every area around ``widget`` so far that it can be seen."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 0, 24)
        parent = parent.parentWidget()


def _stops(widget: QWidget, root: QWidget, after: str) -> Iterator[tuple[QWidget, str]]:
    """Stops, each with the name of the input it is to come after, or ""."""
    if widget is not root:
        if widget.isHidden() or widget.isWindow():
            return
        after = widget.property(_AFTER) or after
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None:
            yield widget, after
    elif not widget.isVisible():
        return
    for child in _children(widget):
        yield from _stops(child, root, after)


def _children(widget: QWidget) -> list[QWidget]:
    """The children as they are laid out; those that no layout holds come after, by their place."""
    own = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    layout = widget.layout()
    laid_out = [] if layout is None else _laid_out(layout, own)
    placed = set(laid_out)
    others = [child for child in own if child not in placed]
    return laid_out + sorted(others, key=lambda child: (child.y(), child.x()))


def _laid_out(layout: QLayout, widgets: Sequence[QWidget]) -> list[QWidget]:
    """Those of ``widgets`` that ``layout`` holds, in its order.

    It is asked where each stands, and never for its items: PySide keeps the Python object of an item that Qt has
    deleted, and mistakes what is later made at the same address for it.
    """
    places: list[tuple[tuple[int, ...], list[QWidget]]] = []
    for widget in widgets:
        if (at := layout.indexOf(widget)) >= 0:
            places.append((_position(layout, at), [widget]))
    for inner in layout.findChildren(QLayout, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if (at := layout.indexOf(inner)) >= 0:
            places.append((_position(layout, at), _laid_out(inner, widgets)))
    places.sort(key=lambda place: place[0])
    return [widget for _, held in places for widget in held]


def _position(layout: QLayout, index: int) -> tuple[int, ...]:
    if isinstance(layout, QGridLayout):
        position: tuple[int, int, int, int] = layout.getItemPosition(index)  # type: ignore[assignment]
        return position[:2]
    return (index,)


def _holds(region: QWidget, one: QWidget) -> bool:
    return region is one or region.isAncestorOf(one)


def _distance(window: QWidget, one: QWidget, other: QWidget) -> int:
    between = one.mapTo(window, one.rect().center()) - other.mapTo(window, other.rect().center())
    return between.manhattanLength()
