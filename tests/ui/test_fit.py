"""Every page holds its text, whatever the size of the window and of the letters: nothing is cut, nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from designer import app as composition
from designer.ui.pages import PAGES
from designer.ui.pilot import Pilot
from designer.ui.rail import Rail
from designer.ui.theme import TEXT_SCALES, Mode, Theme
from designer.ui.topbar import TopBar
from designer.ui.widgets.basics import ElidedLabel
from designer.ui.window import MainWindow
from tests.ui.conftest import settle

_GLANCES = 12
_THREE_PANES = 760
SIZES = ((1100, 700), (1200, 800))


@pytest.fixture(params=TEXT_SCALES, ids=[f"text {scale:.0%}" for scale in TEXT_SCALES])
def filled(
    request: pytest.FixtureRequest, qapp: QApplication, theme: Theme, tmp_path: Path
) -> Iterator[tuple[MainWindow, Pilot]]:
    """The sample, with a run, an edit and a problem, so that no page is empty; texts in one of their sizes."""
    theme.set_mode(Mode.LIGHT)
    theme.set_text_scale(request.param)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = composition.build(qapp, settings, theme=theme, state_folder=tmp_path / "state")
    window.resize(1440, 900)
    window.show()
    hand = Pilot(window)
    window.opener.open_sample()
    hand.wait(lambda: window.store.state.path is not None, "the sample to open")
    settle(window, hand)
    hand.wait(lambda: bool(window.store.state.credentials), "the settings to be read")
    hand.click("test-connection")
    hand.wait(lambda: bool(window.store.state.runs), "the test to end")
    hand.click("rail.fields")
    hand.click("fields.add")
    hand.type_into("field.name", "second_token")
    settle(window, hand)
    yield window, hand
    window.context.provider.stop()
    window.close()
    window.deleteLater()
    qapp.processEvents()
    theme.set_text_scale(1.0)


def faults(root: QWidget) -> list[str]:
    """Texts without the room they need, areas that must be scrolled sideways, and neighbours that overlap."""
    found = []
    for one in root.findChildren(QWidget):
        if not one.isVisible():
            continue
        if isinstance(one, QLabel | QAbstractButton) and one.text() and not _gives_way(one):
            found += _cut(one)
        elif isinstance(one, QScrollArea) and one.horizontalScrollBar().maximum() > 0:
            found.append(f"{_name(one.widget())} is {one.horizontalScrollBar().maximum()} wider than what shows it")
        if one.layout() is not None:
            found += _overlaps(one)
    return found


def _gives_way(one: QWidget) -> bool:
    """What shortens itself with an ellipsis, or paints its text into the room it has."""
    parent = one.parentWidget()
    while parent is not None and not isinstance(parent, Rail | TopBar):
        parent = parent.parentWidget()
    return isinstance(one, ElidedLabel) or parent is not None


def _cut(one: QLabel | QAbstractButton) -> list[str]:
    # A button may give up some of the room around its text.
    hint = one.minimumSizeHint() if isinstance(one, QAbstractButton) else one.sizeHint()
    wraps = isinstance(one, QLabel) and one.wordWrap()
    high = one.heightForWidth(one.width()) if wraps else hint.height()
    narrow = not wraps and hint.width() > one.width() + 1
    if narrow or high > one.height() + 2:
        return [f"{_name(one)} has {one.width()}x{one.height()}, needs {hint.width()}x{high}"]
    return []


def _overlaps(holder: QWidget) -> list[str]:
    """Children of one layout that lie over each other."""
    layout = holder.layout()
    assert layout is not None
    own = holder.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    shown = [one for one in own if one.isVisible() and layout.indexOf(one) >= 0]
    found = []
    for index, one in enumerate(shown):
        for other in shown[index + 1 :]:
            common: QRect = one.geometry().intersected(other.geometry())
            if common.width() > 1 and common.height() > 1:
                found.append(f"{_name(one)} and {_name(other)} overlap by {common.width()}x{common.height()}")
    return found


def _name(one: QWidget) -> str:
    text = one.text()[:40] if isinstance(one, QLabel | QAbstractButton) else ""
    return f"{type(one).__name__} {one.objectName()!r} {text!r}"


def _lasting(window: MainWindow, hand: Pilot) -> list[str]:
    """Faults that are still there when the page has laid itself out."""
    for _ in range(_GLANCES):
        hand.settle(60)
        if not (found := faults(window)):
            return []
    return found


def looked_at(window: MainWindow, hand: Pilot) -> list[str]:
    found = []
    for width, height in SIZES:
        window.resize(width, height)
        # Large text leaves no room for three panes in the smallest window: there the inspector lies folded away.
        for inspector in (True, False)[width < Theme.current().grown(_THREE_PANES) :]:
            window.inspector.setVisible(inspector)
            for page in (spec.id for spec in PAGES):
                window.show_page(page)
                where = f"{page} at {width}x{height}{' with the inspector' if inspector else ''}"
                found += [f"{where}: {fault}" for fault in _lasting(window, hand)]
    return sorted(set(found))


def test_every_page_holds_its_text(filled: tuple[MainWindow, Pilot]) -> None:
    found = looked_at(*filled)
    assert not found, "\n".join(found)


def test_the_size_of_text_is_chosen_in_the_menu(window: MainWindow, hand: Pilot) -> None:
    window.commands.run("view.text.150%")
    assert "150%" in hand.see("toast.text").accessibleName() or hand.sees("toast.text")
    assert Theme.current().tokens.type["body"] == 13, "what is in sight stays as it was measured"
    from designer.ui.theme import text_scale

    assert text_scale(window.context.settings) == 1.5
    assert window.commands.action("view.text.150%").isChecked()
    window.context.settings.setValue("window/text", "99 %")
    assert text_scale(window.context.settings) == 1.0
