"""What exporting would write: the difference to the file on disk, and the button that writes it."""

from __future__ import annotations

from designer.ui.page import Context, Page
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import allow, button, label, row, show_if
from designer.ui.widgets.card import Card, EmptyState, Notice
from designer.ui.widgets.diff import DiffView

__all__ = ["ChangesPage"]


class ChangesPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Changes", "", scroll=False)
        self.discard = button("Discard all", "changes.discard", self._discard)
        self.write = button("Export", "changes.write", self._write, variant="primary", icon_name="export")
        self.header.addWidget(self.discard)
        self.header.addWidget(self.write)
        self.warning = Notice(
            "warning",
            "There are errors in this connection.",
            "It can be exported as it is; Problems says what would go wrong.",
            [("Show problems", "changes.problems", lambda: context.shell.show_page("problems"))],
            name="changes.warning",
        )
        self.body.addWidget(self.warning)
        self.card = Card(padding=0, name="changes.card")
        self.path = label("", "strong")
        self.added = Badge("", "done")
        self.removed = Badge("", "error")
        self.card.body.setSpacing(0)
        self.card.body.addLayout(row(self.path, self.added, self.removed, None, margins=(16, 10, 16, 10)))
        self.view = DiffView("changes.diff")
        self.card.body.addWidget(self.view)
        self.card.body.setContentsMargins(1, 0, 1, 8)
        self.body.addWidget(self.card, 1)
        self.empty = Card(name="changes.empty")
        self.empty.body.addWidget(
            EmptyState(
                "done",
                "Nothing to export",
                "The file on disk holds exactly what you see. Edits appear here line by line.",
            )
        )
        self.body.addWidget(self.empty, 1)
        self.refresh_on(self.store.document_changed, self.store.saved_changed, self.store.problems_changed)

    def entered(self) -> None:
        self.refresh()
        if self.store.state.edited:
            self.write.setFocus()

    def refresh(self) -> None:
        state = self.store.state
        edited = state.edited
        if not edited and self.write.hasFocus():
            # A button that is closed hands the focus to whatever comes next: the menu, far from here.
            self.setFocus()
        show_if(self.card, edited)
        show_if(self.empty, not edited)
        homeless = "" if state.project is not None else "This text has no project folder to be written into."
        allow(self.write, homeless if edited else "The file on disk says the same.")
        self.write.setText(f"Export to {state.file_name}")
        self.discard.setVisible(edited)
        self.warning.setVisible(edited and state.tally().errors > 0)
        self.path.setText(state.file_name)
        added, removed = state.difference
        self.added.show_text(f"+{added}" if added else "")
        self.removed.show_text(f"\u2212{removed}" if removed else "")
        self.say_subtitle("The file on disk beside the text here. Only lines you touched differ." if edited else "")
        if edited:
            self.view.show_difference(state.saved, state.document.source)

    def _write(self) -> None:
        self.context.commands.run("file.write")

    def _discard(self) -> None:
        saved = self.store.state.saved
        self.store.edit("Discard all changes", lambda doc: doc.replace(0, len(doc.source), saved))
