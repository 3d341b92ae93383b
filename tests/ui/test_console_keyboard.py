"""The console by keys alone, and what it says to who hears it instead of seeing it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from designer.ui.pilot import Pilot
from designer.ui.widgets.badge import Badge, Chip
from designer.ui.widgets.code import CodeView
from designer.ui.window import MainWindow
from tests.ui.conftest import settle
from tests.ui.test_console import sample, send, use

__all__ = ["sample"]

_END = 200


def role(widget: QWidget) -> QAccessible.Role:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found.role()


def name_of(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return str(found.text(QAccessible.Text.Name))


def walk(hand: Pilot, start: str, end: str) -> list[QWidget]:
    """What Tab stops at from ``start`` to ``end``, both named."""
    hand.click(start)
    stops = [hand.see(start)]
    while stops[-1].objectName() != end:
        hand.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None and len(stops) < _END, f"{end} was never reached"
        stops.append(focused)
    return stops


@pytest.fixture
def renewed(sample: MainWindow, hand: Pilot) -> MainWindow:
    """After a request that was refused, renewed and repeated."""
    use(sample, hand, "service")
    send(sample, hand, "contacts?limit=1")
    settle(sample, hand)
    return sample


@pytest.mark.usefixtures("renewed")
def test_tab_goes_through_the_request_then_what_happened_then_the_reply(hand: Pilot) -> None:
    stops = walk(hand, "consoleUrl", "replyBody")
    names = [one.objectName() for one in stops]
    rows = [name for name in names if name.startswith(("wireLine.", "origin."))]
    assert "wireLine.Authorization" in rows and "origin.Authorization" in rows
    assert rows.index("origin.Authorization") == rows.index("wireLine.Authorization") + 1
    order = [names.index(name) for name in (rows[-1], "exchange.0", "exchange.1", "exchange.2", "replyBody")]
    assert order == sorted(order)
    for group in ("consoleParts", "requestFace", "replyFace"):
        assert sum(name.startswith(f"{group}.") for name in names) == 1, f"{group} is one stop"
    nameless = [one.objectName() or type(one).__name__ for one in stops if not name_of(one)]
    assert nameless == []


@pytest.mark.usefixtures("renewed")
def test_return_follows_a_row_and_arrows_go_between_rows(hand: Pilot) -> None:
    walk(hand, "consoleUrl", "exchange.0")
    first = hand.see("exchange.0")
    assert role(first) == QAccessible.Role.Button
    assert name_of(first).startswith("1, GET ") and "401" in name_of(first)
    assert name_of(first).endswith(": show request and reply")
    hand.key(Qt.Key.Key_Return)
    hand.settle(60)
    assert "401" in hand.see("reply").findChild(Badge).text
    hand.key(Qt.Key.Key_Down)
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() != "exchange.0"
    hand.key(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is first
    hand.click("exchange.2")
    hand.settle(60)
    assert "200" in hand.see("reply").findChild(Badge).text


@pytest.mark.usefixtures("renewed")
def test_a_header_is_explained_and_its_line_shown_by_keys(hand: Pilot) -> None:
    walk(hand, "consoleUrl", "wireLine.Authorization")
    row = hand.see("wireLine.Authorization")
    assert name_of(row).startswith("Authorization: ") and name_of(row).endswith(": explain it")
    hand.key(Qt.Key.Key_Space)
    assert hand.see("explainWhich").currentText() == "Authorization"  # type: ignore[attr-defined]
    hand.key(Qt.Key.Key_Tab)
    setting = QApplication.focusWidget()
    assert isinstance(setting, Chip) and role(setting) == QAccessible.Role.Button
    assert name_of(setting) == "Authorization is made of the setting access_token: show it"
    hand.key(Qt.Key.Key_Tab)
    chip = QApplication.focusWidget()
    assert isinstance(chip, Chip) and role(chip) == QAccessible.Role.Button
    assert name_of(chip).startswith("Authorization comes from apply · line ") and name_of(chip).endswith(": show it")
    hand.key(Qt.Key.Key_Return)
    hand.settle(60)
    assert "Authorization" in hand.see("consoleRuby", CodeView).textCursor().block().text()


@pytest.mark.usefixtures("renewed")
def test_what_no_code_made_leads_nowhere_and_does_not_look_as_if(hand: Pilot) -> None:
    told = hand.see("origin.Host")
    assert isinstance(told, Badge) and told.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert told.accessibleName() == "Host comes from: HTTP client"


@pytest.mark.usefixtures("renewed")
def test_arrows_choose_a_face_and_say_which_of_how_many(hand: Pilot) -> None:
    walk(hand, "consoleUrl", "requestFace.table")
    assert role(hand.see("requestFace.table")) == QAccessible.Role.RadioButton
    hand.key(Qt.Key.Key_End)
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() == "requestFace.raw"
    assert hand.sees("requestRaw")
    hand.key(Qt.Key.Key_Right)
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() == "requestFace.table", "round to the first"
    assert focused.accessibleDescription() == "How the request is shown"


@pytest.mark.usefixtures("sample")
def test_a_list_to_choose_from_says_what_for(hand: Pilot) -> None:
    """Qt tells the value of a combo box as its name on Linux."""
    hand.click("rail.console")
    found = QAccessible.queryAccessibleInterface(hand.see("consoleVerb"))
    assert found is not None
    told = {found.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Description)}
    assert "HTTP method" in told


def test_a_request_of_the_code_is_chosen_by_keys_from_a_list_that_is_seen(sample: MainWindow, hand: Pilot) -> None:
    hand.click("rail.console")
    settle(sample, hand)
    before = hand.see("consoleUrl", QLineEdit).text()
    starts = hand.see("consoleStart", QComboBox)
    starts.setFocus()
    hand.key(Qt.Key.Key_Down)
    hand.wait(starts.view().isVisible, "the list to open")
    assert hand.see("consoleUrl", QLineEdit).text() == before, "nothing is chosen unseen"
    for _ in range(3):
        QTest.keyClick(starts.view(), Qt.Key.Key_Down)
    chosen = starts.view().currentIndex().data()
    QTest.keyClick(starts.view(), Qt.Key.Key_Return)
    hand.wait(lambda: not starts.view().isVisible(), "the list to close")
    settle(sample, hand)
    assert hand.see("consoleUrl", QLineEdit).text() != before
    assert hand.see("consoleVerb", QComboBox).currentText() in str(chosen)


def test_search_everything_knows_what_the_console_does(sample: MainWindow, hand: Pilot) -> None:
    def ask(words: str) -> None:
        hand.click("search")
        hand.type_into("palette.search", words)
        hand.key(Qt.Key.Key_Return)
        settle(sample, hand)

    use(sample, hand, "service")
    hand.click("rail.console")
    hand.type_into("consoleUrl", "contacts?limit=1")
    hand.click("rail.fields")
    ask("prepare the console")
    assert sample.current_page == "console" and not sample.store.state.runs
    assert hand.sees("signedRequest") and not hand.sees("reply")
    ask("send the console")
    assert [run.title for run in sample.store.state.runs] == ["GET contacts?limit=1"]
    assert hand.sees("reply")
    ask("test for every option")
    hand.wait(lambda: hand.sees("matrix"), "the grid")
