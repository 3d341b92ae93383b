"""Tables are filled by typing, pasted into, ordered and thinned out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from designer.ui.theme import Theme
from designer.ui.widgets.table import TableColumn, TableEdit
from designer.ui.widgets.template import TemplateEdit

COLUMNS = (
    TableColumn("name", "Name", suggestions=("Accept", "Authorization")),
    TableColumn("value", "Value", template=True),
)


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> Iterator[TableEdit]:  # noqa: ARG001 - widgets ask the theme
    made = TableEdit("headers", COLUMNS)
    made.offer(["token"])
    made.resize(500, 300)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made


def test_a_row_is_added_and_typed_into(table: TableEdit, qtbot: QtBot) -> None:
    told: list[list[list[str]]] = []
    table.edited.connect(told.append)
    qtbot.mouseClick(table.add_button, Qt.MouseButton.LeftButton)
    cell = QApplication.focusWidget()
    assert isinstance(cell, QLineEdit)
    QTest.keyClicks(cell, "X-Key")
    assert told[-1] == [["X-Key", ""]], "every keystroke is told while the cell is open"
    QTest.keyClick(cell, Qt.Key.Key_Tab)
    value = QApplication.focusWidget()
    assert isinstance(value, TemplateEdit)
    QTest.keyClicks(value, "Bearer #{token}")
    assert told[-1] == [["X-Key", "Bearer #{token}"]]
    assert table.rows() == [["X-Key", "Bearer #{token}"]]


def test_tab_walks_through_the_cells_and_out_again(table: TableEdit) -> None:
    table.show_rows([["a", "1"], ["b", "2"]])
    table.table.setFocus()
    table.table.setCurrentCell(1, 0)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert (table.table.currentRow(), table.table.currentColumn()) == (1, 1)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert not table.table.isAncestorOf(QApplication.focusWidget())
    table.table.setCurrentCell(0, 0)
    table.table.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert not table.table.isAncestorOf(QApplication.focusWidget())
    assert table.rows() == [["a", "1"], ["b", "2"]]


def test_showing_the_same_rows_leaves_an_empty_one_alone(table: TableEdit) -> None:
    table.show_rows([["a", "1"]])
    table.add_row()
    table.show_rows([["a", "1"]])
    assert table.table.rowCount() == 2
    table.show_rows([["a", "2"]])
    assert table.table.rowCount() == 1
    assert table.rows() == [["a", "2"]]


def test_rows_change_places_and_go(table: TableEdit) -> None:
    told: list[list[list[str]]] = []
    table.edited.connect(told.append)
    table.show_rows([["a", "1"], ["b", "2"], ["c", "3"]])
    assert told == [], "what the program shows is no edit"
    table.table.setCurrentCell(2, 0)
    table.move_row(-1)
    assert told[-1] == [["a", "1"], ["c", "3"], ["b", "2"]]
    table.remove_row()
    assert told[-1] == [["a", "1"], ["b", "2"]]
    table.move_row(5)
    assert told[-1] == [["a", "1"], ["b", "2"]]


@pytest.mark.parametrize(
    ("copied", "rows"),
    [
        ("Live\tlive\r\nTest\ttest\r\n", [["Live", "live"], ["Test", "test"]]),
        ("Live, live\n\nTest, test, more\n", [["Live", "live"], ["Test", "test, more"]]),
        ("alone", [["alone", ""]]),
    ],
)
def test_cells_of_a_spreadsheet_are_pasted(table: TableEdit, copied: str, rows: list[list[str]]) -> None:
    table.paste(copied)
    assert table.rows() == rows
