"""What the hands of an author do in the forms of a connection: tables, templates, chips."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableWidget

from designer.ui.pilot import Pilot

CTRL = Qt.KeyboardModifier.ControlModifier
BLANK = "{\n  title: 'Blank',\n\n  connection: {\n  }\n}\n"
PERSON = {"username": "demo", "password": "demo-password"}
CLIENT = {"client_id": "harbor-crm", "client_secret": "harbor-demo-secret"}
SERVICE = {"client_id": "harbor-service", "client_secret": "harbor-service-demo-secret-of-32-bytes"}
RENEWED = (401, 200, 200)
"""Statuses of a request without a token, of the token request, and of the request again."""


def write(hand: Pilot, words: str) -> None:
    """Type where the focus is."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, words)
    hand.settle(20)
    # A list of offers may lie over the next thing to click.
    if QApplication.activePopupWidget() is not None:
        hand.key(Qt.Key.Key_Escape)


def template(hand: Pilot, name: str, words: str) -> None:
    """Replace what a line with setting chips says."""
    hand.type_into(name, "")
    write(hand, words)
    hand.key(Qt.Key.Key_Tab)


def cell(hand: Pilot, table: str, row: int, column: int, words: str) -> None:
    """Double click a cell of a table and type over what is there."""
    view = hand.see(f"{table}.table", QTableWidget)
    hand.reach(view)
    place = view.visualRect(view.model().index(row, column)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    hand.settle(30)
    editor = QApplication.focusWidget()
    assert editor is not None and editor.objectName() == f"{table}.cell"
    hand.key(Qt.Key.Key_A, CTRL)
    write(hand, words)
    hand.key(Qt.Key.Key_Return)


def add_row(hand: Pilot, table: str, *words: str) -> None:
    """A new row at the end of a table, its cells filled from the left."""
    hand.click(f"{table}.add")
    for each in words:
        write(hand, each)
        hand.key(Qt.Key.Key_Tab)


def add_chips(hand: Pilot, name: str, words: str) -> None:
    """Short texts at the end of a list of chips, with spaces between them."""
    hand.click(f"{name}.add")
    write(hand, words)
    hand.key(Qt.Key.Key_Return)
