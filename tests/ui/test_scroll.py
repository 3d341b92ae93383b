"""The area of a page: its bar comes and goes without end where what wraps has another height for every width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from designer.ui.theme import Theme
from designer.ui.widgets.scroll import PageScroll


class Wrapping(QWidget):
    """As high as ``height`` says for a width."""

    def __init__(self, height: Callable[[int], int]) -> None:
        super().__init__()
        self._height = height
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._height(width)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 10)


@pytest.mark.parametrize(
    "height",
    [
        lambda width: 500 if width < 385 else 200,
        lambda width: 200 if width < 385 else 500,
        lambda width: 500 if width > 395 else 200,
        lambda width: 200 if width > 395 else 500,
    ],
    ids=["higher where bar and strip are there", "lower there", "higher where neither is", "lower there, too"],
)
def test_a_bar_that_changes_what_wraps_comes_to_rest(
    qapp: QApplication, theme: Theme, height: Callable[[int], int]
) -> None:
    content = QWidget()
    box = QVBoxLayout(content)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(Wrapping(height))
    area = PageScroll(content)
    area.resize(400, 300)
    area.show()
    for width in (400, 380, 400, 420, 390, 400):
        area.resize(width, 300)
        qapp.processEvents()
    assert area.isVisible() and theme.size("scroll_bar") > 0
    assert content.height() >= height(content.width())
    area.close()
