"""What a person sees where no connector could be opened: why, and the ways on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.errors import UserError
from designer.ui.newconnector import NewConnector
from designer.ui.opening import Opener
from designer.ui.page import Context
from designer.ui.widgets.basics import button, clear_layout, label, row
from designer.ui.widgets.card import Card, Icon, Notice
from designer.ui.widgets.rows import Row, RowList

__all__ = ["StartPage"]


class StartPage(QWidget):
    def __init__(self, context: Context, opener: Opener) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._opener = opener
        self._notice = QVBoxLayout()
        self.recent = RowList(name="start.recent")
        self.recent.itemClicked.connect(lambda item: self._open(item.data(Qt.ItemDataRole.UserRole).id))
        self.recent.activated_row.connect(self._open)
        self._recent_card = Card("Recent projects", padding=16)
        self._recent_card.body.addWidget(self.recent)
        centre = QWidget()
        centre.setFixedWidth(680)
        box = QVBoxLayout(centre)
        box.setSpacing(16)
        heading = row(Icon("key", "accent", 28), label("Connection Designer", "title"), None, spacing=10)
        box.addLayout(heading)
        box.addWidget(
            label("Design, sign in to and try out the connection of a Workato custom connector.", "dim", wrap=True)
        )
        box.addLayout(self._notice)
        box.addLayout(
            row(
                button("Open folder…", "start.open", opener.ask, variant="primary", icon_name="folder"),
                button("Open connector file…", "start.file", opener.ask_file),
                button("Open the sample", "start.sample", opener.open_sample),
                button("New connector…", "start.new", opener.ask_new, icon_name="plus"),
                None,
            )
        )
        self.new = NewConnector(opener)
        box.addWidget(self.new)
        box.addWidget(self._recent_card)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(centre, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        self.refresh()

    def begin_new(self, folder: Path | None) -> None:
        """Ask for a new connector in place of what was said before."""
        clear_layout(self._notice)
        self._recent_card.hide()
        self.new.begin(folder)

    def refuse_new(self, error: UserError) -> None:
        self.new.complain(error.message, error.hint)

    def refresh(self) -> None:
        clear_layout(self._notice)
        self.new.hide()
        if (failure := self._opener.failure) is not None:
            folder = self._opener.empty_folder
            here = [] if folder is None else [("Make one here", "start.make", lambda: self._opener.ask_new(folder))]
            self._notice.addWidget(Notice("error", failure.message, failure.hint, here, name="start.failure"))
        recent = self._opener.recent
        self.recent.show_rows([Row(str(path), path.name, str(path), icon=("folder", "dim")) for path in recent])
        self.recent.setFixedHeight(min(5, len(recent)) * self._context.theme.size("row") + 2)
        self._recent_card.setVisible(bool(recent))

    def _open(self, path: str) -> None:
        found = next((one for one in self._opener.recent if str(one) == path), None)
        if found is not None:
            self._opener.open_path(found)
