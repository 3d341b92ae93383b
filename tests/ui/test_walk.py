"""Tab and Shift+Tab through every page, as someone without a mouse goes."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QWidget,
)

from designer.ui.pages import PAGES
from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle

MANY = ACME.replace(
    "'https://api.acme.example/v2/'", "\"https://#{connection['environment']}.acme.example/v2\""
).replace(
    """type: 'api_key',

      apply: lambda do |connection|
        headers('X-Api-Key' => connection['client_secret'])
      end""",
    """type: 'multi',

      options: {
        personal: {
          type: 'api_key',
          fields: [{ name: 'api_key', control_type: 'password', optional: false }],
          apply: lambda { |connection| headers('X-Api-Key' => connection['api_key']) }
        },
        people: {
          type: 'basic_auth',
          fields: [{ name: 'user', optional: false }, { name: 'password', control_type: 'password' }],
          apply: lambda { |connection| user(connection['user']); password(connection['password']) }
        }
      },

      selected: lambda { |connection| connection['environment'] }""",
)
MOST = 120


def stops(page: QWidget) -> list[QWidget]:
    """What a person without a mouse has to get at on ``page``."""
    return [
        one
        for one in page.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.isVisible()
        and one.isEnabled()
        and one.focusProxy() is None
    ]


def walk(hand: Pilot, page: QWidget, key: Qt.Key) -> list[QWidget]:
    """Press ``key`` until the focus is off ``page``; what had it in between."""
    seen: list[QWidget] = []
    for _ in range(MOST):
        focused = QApplication.focusWidget()
        typing = isinstance(focused, QPlainTextEdit) and not focused.tabChangesFocus() and not focused.isReadOnly()
        hand.key(Qt.Key.Key_Escape if typing and key == Qt.Key.Key_Tab else key)
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        if not page.isAncestorOf(focused):
            return seen
        # The editor of a cell is gone when the next one opens: it counts for its table.
        table = next((one for one in page.findChildren(QAbstractItemView) if one.isAncestorOf(focused)), focused)
        seen.append(table)
    raise AssertionError(f"the focus never leaves the page: {[one.objectName() for one in seen[-5:]]}")


def place(window: MainWindow, one: QWidget) -> QRect:
    return QRect(one.mapTo(window, QPoint(0, 0)), one.size())


def names(these: list[QWidget]) -> list[str]:
    return [f"{one.objectName()} ({one.accessibleName()})" for one in these]


@pytest.mark.parametrize("source", [ACME, MANY], ids=["one way", "several ways"])
@pytest.mark.parametrize("page", [spec.id for spec in PAGES])
def test_tab_walks_a_page_from_top_to_bottom_and_back(
    window: MainWindow, open_project: Open, hand: Pilot, page: str, source: str
) -> None:
    window.resize(1440, 1100)
    open_project(source)
    hand.click(f"rail.{page}")
    settle(window, hand)
    shown = window.show_page(page)
    shown.setFocus()
    wanted = stops(shown)
    seen = walk(hand, shown, Qt.Key.Key_Tab)
    missed = [one for one in wanted if one not in seen]
    assert not missed, f"Tab passes over {names(missed)}"
    doubled = [one for one in seen if seen.count(one) > 1 and not isinstance(one, QAbstractItemView)]
    assert not doubled, f"Tab comes twice to {names(doubled)}"
    for one, other in itertools.pairwise(seen):
        before, after = place(window, one), place(window, other)
        backwards = after.bottom() < before.top() and after.left() < before.right()
        assert not backwards, f"Tab jumps up and back from {names([one, other])}"
    back = walk(hand, shown, Qt.Key.Key_Backtab)
    missed = [one for one in wanted if one not in back]
    assert not missed, f"Shift+Tab passes over {names(missed)}"


def test_a_page_without_anything_to_stop_at_leads_on(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.changes")
    shown = window.show_page("changes")
    assert not stops(shown)
    shown.setFocus()
    hand.key(Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None and window.inspector.isAncestorOf(focused)


@pytest.mark.parametrize("page", [spec.id for spec in PAGES])
def test_what_cannot_be_used_says_why(window: MainWindow, open_project: Open, hand: Pilot, page: str) -> None:
    open_project()
    hand.click(f"rail.{page}")
    settle(window, hand)
    mute = [
        one
        for kind in (QAbstractButton, QComboBox)
        for one in window.findChildren(kind)
        if one.isVisible() and not one.isEnabled() and not (one.toolTip() and one.accessibleDescription())
    ]
    assert not mute, f"grey without a reason: {names(list(mute))}"


def test_signing_in_elsewhere_names_what_it_needs(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(
        ACME.replace(
            "type: 'api_key',",
            "type: 'oauth2', authorization_url: lambda { |_c| 'https://acme.example/authorize' },",
        )
    )
    hand.click("rail.signin")
    settle(window, hand)
    outside = hand.see("signInSystem")
    assert not outside.isEnabled()
    assert "redirect URL on this machine" in outside.toolTip()
    assert "redirect URL on this machine" in hand.see("signInSystem.why", QLabel).text()
    hand.type_into("redirectUrl", "http://localhost:45555/callback")
    settle(window, hand)
    assert outside.isEnabled() and not hand.sees("signInSystem.why")
    assert "passkeys" in outside.toolTip()
