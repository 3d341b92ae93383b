"""A hand on mouse and keyboard: finds what a person sees and clicks or types there, nothing else.

The tour and the GUI tests drive the window with it. It never calls a method of the window: a widget that is hidden,
disabled, covered or scrolled out of reach cannot be used here either.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, overload

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QListView,
    QMenu,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)

PATIENCE_MS = 20_000
"""How long a person would wait for something to appear before calling it broken."""

_GLANCES = 10


class NotThere(AssertionError):
    """What the hand was to use is not on the screen, or never came about."""


class Pilot:
    """Drives the window ``window`` by events alone."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    # Looking

    @overload
    def see(self, name: str) -> QWidget: ...

    @overload
    def see(self, name: str, kind: type[W]) -> W: ...

    def see(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """The visible widget called ``name`` (its objectName), waiting for it to appear.

        Raises ``NotThere`` where none appears in time.
        """
        found: list[QWidget] = []

        def look() -> bool:
            found[:] = [w for top in self._windows() for w in _named(top, name, kind) if w.isVisible()]
            return bool(found)

        self.wait(look, f"a visible {kind.__name__} called {name}")
        return found[0]

    def sees(self, name: str) -> bool:
        """Whether a visible widget called ``name`` is there right now."""
        return any(w.isVisible() for top in self._windows() for w in _named(top, name, QWidget))

    def wait(self, condition: Callable[[], bool], what: str, patience_ms: int = PATIENCE_MS) -> None:
        """Let events run until ``condition`` holds; raises ``NotThere`` naming ``what`` when it never does."""
        clock = QElapsedTimer()
        clock.start()
        while not condition():
            if clock.elapsed() > patience_ms:
                raise NotThere(f"waited {patience_ms / 1000:.0f} s for {what}")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)

    def settle(self, milliseconds: int = 60) -> None:
        """Let pending layout, paint and queued signals run, as the eye does between two clicks."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    # Acting

    def click(self, name: str, *, double: bool = False, at: QPoint | None = None) -> None:
        """Click the middle of the visible, enabled widget ``name``, or ``at`` in its coordinates."""
        widget = self.see(name)
        self.wait(lambda: widget.isEnabled(), f"{name} to be enabled")
        self.reach(widget)
        self._press(widget, at or widget.rect().center(), double)

    def click_row(self, name: str, text: str) -> None:
        """Click the row of the list ``name`` that shows ``text``."""
        view = self.see(name, QListView)

        def find() -> QRect | None:
            model = view.model()
            for row in range(model.rowCount()):
                index = model.index(row, 0)
                if text in str(index.data(Qt.ItemDataRole.DisplayRole)):
                    return view.visualRect(index)
            return None

        self.wait(lambda: find() is not None, f"a row with {text!r} in {name}")
        rect = find()
        assert rect is not None
        if not view.viewport().rect().contains(rect.center()):
            raise NotThere(f"the row {text!r} of {name} is scrolled out of sight")
        self._press(view.viewport(), rect.center(), False)

    def type(self, text: str) -> None:
        """Type where the keyboard focus is."""
        self._attend()
        target = QApplication.focusWidget()
        if target is None:
            raise NotThere("nothing has the keyboard focus")
        _type(target, text)
        self.settle(20)

    def type_into(self, name: str, text: str, *, replace: bool = True) -> None:
        """Click the field ``name``, select what is there, type ``text``."""
        self.click(name)
        target = QApplication.focusWidget()
        if target is None:
            raise NotThere(f"{name} does not take the keyboard focus when clicked")
        if replace:
            self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            self.key(Qt.Key.Key_Delete)
        _type(target, text)
        self.settle(20)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard focus is."""
        self._attend()
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)
        self.settle(20)

    def choose(self, name: str, text: str) -> None:
        """Open the combo box ``name`` and click the entry ``text``."""
        combo = self.see(name, QComboBox)
        self.click(name)
        view = combo.view()
        self.wait(lambda: view.isVisible(), f"the list of {name}")
        row = combo.findText(text, Qt.MatchFlag.MatchContains)
        if row < 0:
            raise NotThere(f"{name} does not offer {text!r}")
        index = combo.model().index(row, combo.modelColumn())
        view.scrollTo(index)
        # Qt passes over a click that comes as fast as the second half of a double click.
        self.settle(QApplication.doubleClickInterval() + 50)
        QTest.mouseMove(view.viewport(), view.visualRect(index).center())
        self._press(view.viewport(), view.visualRect(index).center(), False)
        # A choice may lay the page out anew, and take the list away with it.
        self.wait(lambda: not isValid(view) or not view.isVisible(), f"the list of {name} to close")

    def menu(self, button: str, text: str) -> None:
        """Click ``button`` and, in the menu it opens, the entry ``text``."""
        target = self.see(button)
        self.reach(target)
        # A menu may run its own event loop: the second click is placed before the first opens it.
        failure: list[str] = []
        picked: list[str] = []
        clock = QElapsedTimer()
        clock.start()

        def pick() -> None:
            popup = QApplication.activePopupWidget()
            if not isinstance(popup, QMenu) and clock.elapsed() < PATIENCE_MS:
                # On a busy machine it opens late; left open, its loop would never end.
                QTimer.singleShot(50, pick)
                return
            if not isinstance(popup, QMenu):
                failure.append(f"{button} opened no menu")
                return
            entry = next((a for a in popup.actions() if text in a.text().replace("&", "") and a.isEnabled()), None)
            if entry is None:
                failure.append(f"the menu of {button} does not offer {text!r}")
                popup.close()
                return
            picked.append(text)
            QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=popup.actionGeometry(entry).center())

        QTimer.singleShot(150, pick)
        self._press(target, target.rect().center(), False)
        self.wait(lambda: bool(picked or failure), f"the menu of {button}", 2 * PATIENCE_MS)
        self.settle(100)
        if failure:
            raise NotThere(failure[0])

    def reach(self, widget: QWidget) -> None:
        """Scroll with the wheel's effect until ``widget`` is in sight, as a person would before clicking it."""
        # A page that has just changed lays itself out once more and moves what was in sight.
        for _ in range(_GLANCES):
            parent = widget.parentWidget()
            while parent is not None:
                if isinstance(parent, QScrollArea):
                    parent.ensureWidgetVisible(widget)
                parent = parent.parentWidget()
            self.settle(20)
            if widget.visibleRegion().contains(widget.rect().center()):
                return
        if widget.visibleRegion().isEmpty():
            raise NotThere(f"{widget.objectName()} cannot be scrolled into sight")

    def picture(self, path: Path) -> Path:
        """Save what the window shows as a PNG, with popups and dialogs that lie over it."""
        self.settle(120)
        shot: QPixmap = self.window.grab()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not shot.save(str(path), "PNG"):
            raise OSError(f"cannot write {path}")
        return path

    def _press(self, widget: QWidget, at: QPoint, double: bool) -> None:
        if not widget.rect().contains(at):
            raise NotThere(f"{widget.objectName()} has no room at {at.x()}, {at.y()}")
        top = widget.window()
        hit = top.childAt(widget.mapTo(top, at))
        if hit is not None and hit is not widget and not widget.isAncestorOf(hit):
            raise NotThere(f"{widget.objectName()} is covered by {hit.objectName() or type(hit).__name__}")
        # The innermost widget takes the click, as it would from a real mouse.
        target = hit if hit is not None and widget.isAncestorOf(hit) else widget
        act = QTest.mouseDClick if double else QTest.mouseClick
        popup = QApplication.activePopupWidget()
        if popup is not None and popup is not top:
            # A press beside a popup closes it; a press that goes to a widget by itself does not reach the popup.
            popup.close()
            self.settle(10)
        self._attend()
        act(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(top, widget.mapTo(top, at)))
        self.settle(30)

    def _attend(self) -> None:
        """A window manager gives the focus back when a popup closes; the offscreen platform has none."""
        active = QApplication.activeWindow()
        if active is None or not active.isVisible():
            (QApplication.activeModalWidget() or self.window).activateWindow()
            self.settle(10)

    def _windows(self) -> list[QWidget]:
        others = [w for w in QApplication.topLevelWidgets() if w is not self.window and w.isVisible()]
        return [*others[::-1], self.window]


def _type(target: QWidget, text: str) -> None:
    """Key by key. ``QTest`` knows the keys of ASCII alone and ends the process at any other."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(target, letter)
            continue
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(target, event)


def _named(top: QWidget, name: str, kind: type[W]) -> list[W]:
    own = [top] if top.objectName() == name and isinstance(top, kind) else []
    return [*own, *top.findChildren(kind, name)]
