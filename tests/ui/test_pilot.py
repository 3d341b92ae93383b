"""The hand types what a person types."""

from __future__ import annotations

from designer.ui.pilot import Pilot
from designer.ui.widgets.inputs import LineEdit
from designer.ui.window import MainWindow
from tests.ui.conftest import Open


def test_it_types_what_is_no_ascii(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.console")
    hand.type_into("consoleUrl", "büro/€?q=日本&n=🙂")
    assert hand.see("consoleUrl", LineEdit).text() == "büro/€?q=日本&n=🙂"
    assert window.isVisible()
