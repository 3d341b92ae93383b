"""The window around the pages: opening, themes, palette, folding, keyboard, names for everything."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLayoutItem,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QWidget,
    QWidgetItem,
)
from shiboken6 import Shiboken

from designer.ui.linediff import count
from designer.ui.palette import Palette
from designer.ui.pilot import Pilot
from designer.ui.theme import Mode
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text

CTRL = Qt.KeyboardModifier.ControlModifier
PAGES = (
    "fields",
    "authorization",
    "base_uri",
    "test",
    "signin",
    "console",
    "timeline",
    "settings",
    "changes",
    "problems",
)


def test_a_project_opens_with_its_name_and_its_problems(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    assert hand.see("project", QLabel).text() == "acme-crm"
    assert hand.see("file", QLabel).text() == "connector.rb"
    assert not hand.sees("edited")
    assert "warning" in hand.see("status.problems", QAbstractButton).text()
    hand.click("fields.add")
    assert hand.sees("edited")
    hand.click("status.problems")
    assert window.current_page == "problems"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no connector.rb"),
        (b"\x00\x01\x02binary", "binary"),
        ("Grün".encode("utf-16"), "UTF-16"),
        (b"caf\xe9 = 1\n", "UTF-8"),
        (b'a: b\n- c: "d"\n  e: [1, 2\n' * 60_000, "nothing like Ruby"),
    ],
    ids=["missing", "binary", "UTF-16", "Latin-1", "megabytes of something else"],
)
def test_what_cannot_be_opened_is_explained_with_ways_on(
    window: MainWindow, hand: Pilot, tmp_path: Path, content: bytes | None, words: str
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    if content is not None:
        (folder / "connector.rb").write_bytes(content)
    window.opener.open_path(folder)
    notice = hand.see("start.failure")
    said = " ".join(one.text() for one in notice.findChildren(QLabel))
    assert words in said
    assert "Traceback" not in said
    assert hand.sees("start.open")
    assert hand.sees("start.sample")


@pytest.mark.parametrize(
    "content",
    [b"", b"puts 'hello'\n", b"{ title: 'x', connection: {", b"x" * 200_000, b"\xef\xbb\xbf{ title: 'BOM' }\n"],
)
def test_any_text_can_be_worked_on(window: MainWindow, open_project: Open, hand: Pilot, content: bytes) -> None:
    open_project(content)
    for page in PAGES:
        if page not in ("signin",):
            hand.click(f"rail.{page}")
            settle(window, hand)
    assert window.store.state.document.source == content


def test_the_sample_is_the_persons_own_copy(window: MainWindow, hand: Pilot, tmp_path: Path) -> None:
    window.show_start()
    hand.click("start.sample")
    hand.wait(lambda: window.store.state.path is not None, "the sample to open")
    settle(window, hand)
    path = window.store.state.path
    assert path is not None
    assert path.is_relative_to(tmp_path / "state")
    assert window.opener.recent == []


def test_the_provider_is_started_for_a_connector_of_ones_own_and_shows_its_page(
    window: MainWindow, open_project: Open, hand: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsed: list[object] = []
    monkeypatch.setattr("designer.ui.window._browse", browsed.append)
    window.context.provider.changed.connect(window.status.show_provider)
    open_project()
    assert not hand.sees("status.sandbox")
    hand.click("search")
    hand.type_into("palette.search", "sandbox")
    hand.key(Qt.Key.Key_Return)
    hand.wait(lambda: bool(browsed), "the provider to start")
    origin = window.context.provider.start()
    assert browsed == [origin]
    page = urllib.request.urlopen(origin).read().decode()
    assert "Clients" in page and "Endpoints" in page
    assert hand.see("status.sandbox", QAbstractButton).text() == f"Sandbox provider at {origin.removeprefix('http://')}"
    hand.click("status.sandbox")
    hand.wait(lambda: browsed == [origin, origin], "its page again")
    window.context.provider.stop()
    hand.settle()
    assert not hand.sees("status.sandbox")


def test_recent_projects_are_offered(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    assert window.opener.recent == [path.parent]
    window.show_start()
    hand.settle()
    hand.click_row("start.recent", "acme-crm")
    hand.wait(lambda: window.sheets.currentIndex() == 1, "the project to open again")


def test_a_start_without_a_name_goes_on_with_what_was_open_last(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    def start() -> Path:
        window.store.open_text(b"{}")
        window.opener.open_last()
        hand.wait(lambda: window.store.state.path is not None, "something to open")
        settle(window, hand)
        assert window.store.state.path is not None
        return window.store.state.path

    sample = start()
    assert sample.is_relative_to(window.state_folder)
    mine = open_project()
    assert start() == mine
    window.opener.open_sample()
    hand.wait(lambda: window.store.state.path == sample, "the sample")
    settle(window, hand)
    assert start() == sample
    open_project()
    mine.unlink()
    mine.parent.rmdir()
    assert start() == sample, "what is gone cannot be gone on with"
    window.context.provider.stop()


def test_the_theme_is_switched_by_command_and_remembered(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    before = window.grab().toImage().pixelColor(4, window.height() // 2).lightness()
    hand.click("search")
    hand.type_into("palette.search", "theme dark")
    hand.key(Qt.Key.Key_Return)
    hand.settle()
    after = window.grab().toImage().pixelColor(4, window.height() // 2).lightness()
    assert (before > 200, after < 60) == (True, True)
    assert window.context.settings.value("window/theme") == "dark"
    window.set_theme(Mode.LIGHT)


def test_the_palette_finds_fields_pages_problems_and_actions(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    for typed, where in (("client_sec", "fields"), ("base uri", "base_uri"), ("looks like a secret", "fields")):
        hand.key(Qt.Key.Key_K, CTRL)
        assert hand.see("paletteFrame", Palette).isVisible()
        hand.type_into("palette.search", typed)
        hand.key(Qt.Key.Key_Return)
        hand.settle()
        assert window.current_page == where
        assert not hand.sees("paletteFrame")
    assert window.store.state.focus.startswith("/connection/fields/2")
    hand.key(Qt.Key.Key_K, CTRL)
    hand.type_into("palette.search", "qqqq")
    assert hand.see("paletteFrame", Palette).nothing.isVisible()
    hand.key(Qt.Key.Key_Escape)
    assert not hand.sees("paletteFrame")
    hand.key(Qt.Key.Key_K, CTRL)
    hand.click("rail.test")
    assert not hand.sees("paletteFrame")


def test_pages_have_shortcuts(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    for key, page in (
        (Qt.Key.Key_2, "authorization"),
        (Qt.Key.Key_3, "base_uri"),
        (Qt.Key.Key_9, "changes"),
        (Qt.Key.Key_1, "fields"),
    ):
        hand.key(key, CTRL)
        assert window.current_page == page


def test_a_page_seen_for_the_first_time_has_the_focus_itself(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    hand.type_into("field.label", "Key")
    for page, title in (("settings", "Settings"), ("problems", "Problems")):
        hand.click(f"rail.{page}")
        focused = QApplication.focusWidget()
        assert focused is not None and focused.accessibleName() == title, page
    hand.key(Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None and window.show_page("problems").isAncestorOf(focused), "Tab leads into the page"


def test_saving_shows_the_difference(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    hand.click("fields.add")
    hand.key(Qt.Key.Key_S, CTRL)
    assert window.current_page == "changes"
    hand.key(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    settle(window, hand)
    assert path.read_text(encoding="utf-8") == text(window)
    assert count(ACME.encode(), path.read_bytes()) != (0, 0)


def test_the_inspector_folds_away_where_there_is_no_room(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    assert hand.sees("inspector.ruby")
    window.resize(1100, 700)
    hand.settle()
    assert not hand.sees("inspector.ruby")
    hand.click("status.inspector")
    assert hand.sees("inspector.ruby")
    window.resize(1440, 900)
    hand.settle()
    assert hand.sees("inspector.ruby")


def test_tabs_of_the_inspector_are_walked_by_arrow_keys(open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("inspector.form")
    assert hand.sees("preview")
    hand.see("inspector.form").setFocus()
    hand.key(Qt.Key.Key_Right)
    assert hand.sees("inspector.diff")
    hand.key(Qt.Key.Key_Right)
    assert hand.sees("ruby")


def test_closing_keeps_what_was_not_exported(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path
) -> None:
    open_project()
    hand.click("fields.add")
    window.close()
    kept = list((tmp_path / "state" / "recovery").glob("*.json"))
    assert len(kept) == 1


@pytest.mark.parametrize("page", PAGES)
def test_everything_one_can_use_has_a_name(window: MainWindow, open_project: Open, hand: Pilot, page: str) -> None:
    """Tests, the tour and screen readers find what they use by its name."""
    open_project()
    hand.click(f"rail.{page}")
    settle(window, hand)
    used = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QListView, QTableView)
    nameless = []
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parent(), QComboBox | QTableView) or "qt_" in widget.objectName()
        if not isinstance(widget, used) or not widget.isVisible() or inner or isinstance(widget, QScrollBar):
            continue
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if not widget.objectName() or not (
            widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
        ):
            nameless.append(f"{type(widget).__name__} {widget.objectName()!r} below {widget.parent()}")
    assert not nameless, "\n".join(nameless)


@pytest.mark.parametrize("page", ["fields", "authorization", "base_uri", "test", "problems", "changes"])
@pytest.mark.parametrize("size", [(1440, 900), (1000, 640)])
def test_no_text_is_cut_and_nothing_overlaps(
    window: MainWindow, open_project: Open, hand: Pilot, page: str, size: tuple[int, int]
) -> None:
    open_project()
    window.resize(*size)
    hand.click(f"rail.{page}")
    settle(window, hand)
    cut = []
    for one in window.findChildren(QLabel):
        if not one.isVisible() or not one.text() or type(one) is not QLabel:
            continue
        needed = one.heightForWidth(one.width()) if one.wordWrap() else one.sizeHint().height()
        too_narrow = not one.wordWrap() and one.sizeHint().width() > one.width() + 1
        if one.height() + 1 < needed or too_narrow:
            cut.append(f"{one.text()[:40]!r} has {one.width()}x{one.height()}, needs {one.sizeHint().width()}x{needed}")
    for one in window.findChildren(QAbstractButton):
        if (
            one.isVisible()
            and one.text()
            and one.sizeHint().width() > one.width() + 1
            and "rail" not in one.objectName()
            and one.objectName() != "search"
        ):
            cut.append(f"{one.text()!r} has {one.width()}, needs {one.sizeHint().width()}")
    assert not cut, "\n".join(cut)


def test_the_whole_page_is_reached_by_tab(open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click_row("fields.list", "client_id")
    seen: list[str] = []
    for _ in range(60):
        hand.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is not None:
            seen.append(focused.objectName())
            if isinstance(focused, QPlainTextEdit) and not focused.tabChangesFocus():
                QTest.keyClick(focused, Qt.Key.Key_Escape)
    wanted = [
        "field.name",
        "field.label",
        "field.control_type",
        "field.ngIf",
        "field.hint",
        "field.optional",
        "field.default",
        "field.more",
    ]
    assert [name for name in seen if name in wanted][: len(wanted)] == wanted
    assert "export" in seen or "inspector.ruby" in seen


def test_clicks_land_where_they_look(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    """The rail's entries do not overlap: each can be clicked at its edges."""
    open_project()
    for page in PAGES:
        if page == "signin":
            continue
        entry = hand.see(f"rail.{page}")
        hand.click(f"rail.{page}", at=QPoint(3, entry.height() - 3))
        assert window.current_page == page


def test_two_messages_stand_above_each_other_in_full(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    window.context.messages.note("The first message.", "With a second line that says more about it.")
    window.context.messages.done("The second message.", "/a/path/that/is/long/and/has/no/place/to/break/connector.rb")
    settle(window, hand)
    first, second = window.findChildren(QFrame, "toast")
    for toast in (first, second):
        assert toast.height() >= toast.layout().totalHeightForWidth(toast.width())
    assert first.mapTo(window, first.rect().bottomLeft()).y() < second.mapTo(window, second.rect().topLeft()).y()
    assert window.rect().contains(second.mapTo(window, second.rect().bottomRight()))


def test_messages_leave_no_item_of_their_layout_in_python(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    """What is held of an item outlives it, and what is made at its address later crashes the process when it goes."""

    def items() -> list[object]:
        return [one for one in Shiboken.getAllValidWrappers() if type(one) in (QWidgetItem, QLayoutItem)]

    open_project()
    before = len(items())
    for number in range(2):
        window.context.messages.note(f"Message {number}.")
        settle(window, hand)
    for _ in range(2):
        hand.click("toast.close")
    settle(window, hand)
    assert len(items()) == before
