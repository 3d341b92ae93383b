"""What a screen reader gets: a name for everything that can be used, the text of every cell, and what changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QTreeView, QWidget

from designer.ui.pages import PAGES
from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle
from tests.ui.test_walk import MANY


def spoken(one: QWidget) -> str:
    """The name a screen reader says of a widget."""
    interface = QAccessible.queryAccessibleInterface(one)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def usable(root: QWidget) -> Iterator[QWidget]:
    for one in root.findChildren(QWidget):
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None:
            yield one


@pytest.mark.parametrize("source", [ACME, MANY], ids=["one way", "several ways"])
@pytest.mark.parametrize("page", [spec.id for spec in PAGES])
def test_everything_that_takes_the_focus_has_a_name(
    window: MainWindow, open_project: Open, hand: Pilot, page: str, source: str
) -> None:
    open_project(source)
    hand.click(f"rail.{page}")
    settle(window, hand)
    for tab in window.inspector.tabs.ids:
        hand.click(f"inspector.{tab}")
        hand.settle(60)
        nameless = [
            f"{type(one).__name__} {one.objectName()!r} in {tab}" for one in usable(window) if not spoken(one).strip()
        ]
        assert not nameless, "\n".join(nameless)


@pytest.mark.parametrize("page", ["fields", "test"])
def test_rows_and_cells_say_what_they_show(window: MainWindow, open_project: Open, hand: Pilot, page: str) -> None:
    open_project()
    hand.click(f"rail.{page}")
    settle(window, hand)
    views = [
        one
        for one in window.findChildren(QAbstractItemView)
        if one.isVisible() and one.model() is not None and not isinstance(one, QHeaderView)
    ]
    assert views or page != "fields"
    for view in views:
        interface = QAccessible.queryAccessibleInterface(view)
        shown = [
            str(view.model().index(row, column).data(Qt.ItemDataRole.DisplayRole) or "")
            for row in range(view.model().rowCount())
            for column in range(view.model().columnCount() if isinstance(view, QTableView | QTreeView) else 1)
        ]
        told = [
            child.text(QAccessible.Text.Name)
            for child in (interface.child(index) for index in range(interface.childCount()))
            if child is not None
        ]
        for text in shown:
            assert any(text in one for one in told), f"{view.objectName()} does not say {text!r}"


def test_what_changes_by_itself_is_announced(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    heard: list[str] = []
    window.announcer.said.connect(heard.append)
    open_project(ACME.replace("https://api.acme.example/v2/", "http://127.0.0.1:9/"))
    assert "Acme CRM is open." in heard or "acme-crm is open." in heard
    hand.wait(lambda: "2 warnings · 1 note" in heard or any("warning" in one for one in heard), "the problems")
    told = len([one for one in heard if "warning" in one])
    hand.click("rail.test")
    hand.click("test.remove")
    hand.wait(lambda: len([one for one in heard if "warning" in one]) > told, "the new count")
    hand.click("rail.console")
    hand.type_into("consoleUrl", "me")
    hand.click("consoleSend")
    hand.wait(lambda: bool(window.store.state.runs), "the run to end")
    assert any(one.startswith("GET me: failed") for one in heard), heard
    window.context.messages.warn("The disk is full.", "Nothing was written.")
    assert heard[-1] == "The disk is full. Nothing was written."
    assert hand.see("toast.text", QLabel).text() == "The disk is full."


def test_the_rail_tells_buttons_and_where_one_is(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.test")
    roles, there = {}, []
    for entry in (one for one in window.findChildren(QWidget) if one.objectName().startswith("rail.")):
        told = QAccessible.queryAccessibleInterface(entry)
        roles[entry.objectName()] = told.role()
        if told.text(QAccessible.Text.Description):
            there.append(entry.objectName())
    assert set(roles.values()) == {QAccessible.Role.Button}
    assert there == ["rail.test"]


def test_buttons_and_texts_of_a_run_say_which_they_are(window: MainWindow, hand: Pilot) -> None:
    window.opener.open_sample()
    hand.wait(lambda: bool(window.store.state.credentials), "the settings to be read")
    settle(window, hand)
    hand.click("rail.console")
    hand.click("consoleMatrix")
    hand.wait(lambda: hand.see("matrix.about", QLabel).text() == "3 of 3 passed", "the grid to be full")
    assert spoken(hand.see("matrixShow.2")) == "Show the run of service with service"
    hand.click("rail.timeline")
    settle(window, hand)
    values = [spoken(one) for one in window.findChildren(QWidget, "timelineValues") if one.isVisible()]
    assert values and len(set(values)) == len(values), values
    codes = [one for one in window.findChildren(QWidget, "timelineCode") if one.isVisible()]
    assert codes and all(spoken(one).startswith("GET ") for one in codes)
    window.context.provider.stop()
