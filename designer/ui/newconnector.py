"""The card that makes a new connector: where, what it is called, and how it signs in."""

from __future__ import annotations

from pathlib import Path

from designer.connection import KINDS
from designer.project.scaffold import STARTING_KINDS, title_for
from designer.ui.choosing import choose_folder
from designer.ui.opening import Opener
from designer.ui.widgets.basics import allow, button, row
from designer.ui.widgets.card import Card
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import Choice, LineEdit

__all__ = ["NewConnector"]

LATER = "later"


class NewConnector(Card):
    """Hidden until ``begin``. The title follows the folder's name until the person writes one."""

    def __init__(self, opener: Opener) -> None:
        super().__init__("New connector", name="start.new.card")
        self._opener = opener
        self._own_title = False
        self.folder = LineEdit("start.new.folder", "A new or empty folder")
        self.folder.edited.connect(self._folder_edited)
        self.title_line = LineEdit("start.new.title", "Acme CRM")
        self.title_line.edited.connect(self._title_edited)
        kinds = [(name, KINDS[name].title) for name in STARTING_KINDS]
        self.kind = Choice("start.new.kind", [(LATER, "Decide later"), *kinds])
        browse = button("Choose…", "start.new.choose", self.browse, variant="link")
        self._folder_row = FormRow("Folder", self.folder, required=True, action=browse)
        self.body.addWidget(self._folder_row)
        self.body.addWidget(FormRow("Title", self.title_line, help="What its users see."))
        self.body.addWidget(
            FormRow("Authorization", self.kind, help="It can be changed at any time on the Authorization page.")
        )
        self._make = button("Make it", "start.new.make", self.make, variant="primary")
        self.body.addLayout(row(None, button("Cancel", "start.new.cancel", opener.leave_start), self._make))
        for line in (self.folder, self.title_line):
            line.returnPressed.connect(self.make)
        self.hide()

    def begin(self, folder: Path | None) -> None:
        """Show the card, for ``folder`` or for one that is yet to be named."""
        self._own_title = False
        self.kind.show_value(LATER)
        self.folder.show_text("" if folder is None else str(folder))
        self._folder_edited(self.folder.text())
        self.show()
        (self.folder if folder is None else self.title_line).setFocus()

    def complain(self, message: str, hint: str) -> None:
        self._folder_row.complain(f"{message} {hint}".strip())

    def browse(self) -> None:
        title = "Where should the connector go?"
        choose_folder(self, "newFolder", title, self._folder_chosen, start=self.folder.text())

    def _folder_chosen(self, folder: Path) -> None:
        self.folder.show_text(str(folder))
        self._folder_edited(str(folder))

    def make(self) -> None:
        if not self._make.isEnabled():
            return
        folder = self._path()
        kind = None if self.kind.value == LATER else self.kind.value
        self._opener.make(folder, self.title_line.text().strip() or title_for(folder), kind)

    def _path(self) -> Path:
        text = self.folder.text().strip()
        # What is no whole path goes where people keep their things, not to where the program was started.
        return Path.home() / (text[2:] if text.startswith("~/") else text)

    def _folder_edited(self, text: str) -> None:
        self._folder_row.complain(None)
        named = text.strip()
        self._folder_row.explain(f"Becomes {self._path()}" if named and not Path(named).is_absolute() else "")
        allow(self._make, "" if named else "Name a folder for it first.")
        if not self._own_title:
            self.title_line.show_text(title_for(self._path()) if named else "")

    def _title_edited(self, text: str) -> None:
        self._own_title = bool(text)
