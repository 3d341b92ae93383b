"""What another name for a field would change, line by line, before it does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from designer import connection
from designer.connection import RenamedLine
from designer.errors import UserError
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.widgets.basics import KeyFilter, allow, button, column, label, row, set_flag
from designer.ui.widgets.rows import Row, RowList

__all__ = ["RenamePreview"]

_MOST_ROWS = 8
"""Lines in sight at once; the list scrolls to the rest."""


class RenamePreview(QFrame):
    """Hidden until ``show_rename``. ``agreed``: rename now. ``left``: keep the old name."""

    agreed = Signal()
    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._wanted = ("", "", "")
        self.setObjectName("field.rename")
        self.setProperty("notice", "note")
        self._title = label("", "strong", wrap=True, name="field.rename.title")
        self._detail = label("", "secondary", wrap=True, name="field.rename.detail")
        self.list = RowList(name="field.rename.lines")
        self.list.setAccessibleName("Lines the new name changes")
        self.list.setAccessibleDescription("Up and Down show a line in the Ruby, Enter renames, Escape keeps the name")
        self.list.chosen.connect(lambda line: context.shell.show_line(int(line)))
        self.list.activated_row.connect(lambda _line: self.agreed.emit())
        KeyFilter(self.list, Qt.Key.Key_Escape, self.left.emit)
        self._now = button("Rename", "field.rename.now", self.agreed.emit, variant="primary", dense=True)
        keep = button("Keep the name", "field.rename.keep", self.left.emit, variant="quiet", dense=True)
        self.setLayout(
            column(
                self._title, self.list, self._detail, row(self._now, keep, None), spacing=8, margins=(12, 10, 12, 10)
            )
        )
        self.hide()

    def show_rename(self, pointer: str, old: str, new: str) -> None:
        """Work out, beside the window's thread, what renaming the field at ``pointer`` to ``new`` changes."""
        self._wanted = wanted = (pointer, old, new)
        if not new or new == old:
            self.hide()
            return
        document = self._context.store.state.document

        def work(_task: Task) -> tuple[RenamedLine, ...] | UserError:
            try:
                return connection.renamed_lines(document, pointer, new)
            except UserError as error:
                return error

        def done(found: tuple[RenamedLine, ...] | UserError) -> None:
            if self._wanted == wanted:
                self._show(old, new, found)

        self._context.jobs.start(
            "rename preview", work, done=done, failed=self._context.messages.fail, key="rename", quiet=True
        )

    def end(self) -> None:
        self._wanted = ("", "", "")
        self.hide()

    def _show(self, old: str, new: str, found: tuple[RenamedLine, ...] | UserError) -> None:
        refused = isinstance(found, UserError)
        set_flag(self, "notice", "error" if refused else "note")
        allow(self._now, found.message if isinstance(found, UserError) else "")
        self.list.setVisible(not refused)
        if isinstance(found, UserError):
            self._title.setText(found.message)
            self._detail.setText(found.hint)
            self._detail.setVisible(bool(found.hint))
        else:
            lines = "this line" if len(found) == 1 else f"these {len(found)} lines"
            self._title.setText(f"{old} becomes {new} in {lines}:")
            self._detail.setText("Enter renames, Escape keeps the name. One undo takes all of it back.")
            self._detail.show()
            self.list.show_rows([_row(each) for each in found])
            shown = min(len(found), _MOST_ROWS)
            self.list.setFixedHeight(sum(self.list.sizeHintForRow(index) for index in range(shown)) + 2)
        self.show()


def _row(each: RenamedLine) -> Row:
    place = ", ".join(each.places) or "elsewhere"
    return Row(str(each.line), f"{place} · line {each.line}", inner=True, code=each.after.strip())
