"""A lambda slot with its two faces, Form and Ruby."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from designer.facts import table
from designer.ui.page import Context
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import clear_layout, label, show_if, tool_button
from designer.ui.widgets.card import Card
from designer.ui.widgets.problems import show_problems
from designer.ui.widgets.segmented import Segmented
from designer.ui.widgets.slot_editor import SlotEditor

__all__ = ["SlotCard", "key_help"]


class SlotCard(Card):
    """One subject made of one or more keys of the connection. The form, where there is one, is put into ``form``.

    Its Ruby face edits each key's text; a slot the form cannot say has that face alone.
    """

    def __init__(self, context: Context, title: str, help: str, name: str, *, removable: bool = False) -> None:
        super().__init__(title, name=name)
        self._context = context
        self._pointers: tuple[str, ...] = ()
        self._has_form = True
        self._face = "form"
        self._chips = QVBoxLayout()
        self.places = QWidget()
        self.places.setLayout(self._chips)
        self._chips.setContentsMargins(0, 0, 0, 0)
        self.place = Chip("", tone="neutral", code=True)
        self.place.setObjectName(f"{name}.place")
        self.place.clicked.connect(self._show_place)
        self.faces = Segmented([("form", "Form"), ("ruby", "Ruby")], name=f"{name}.face", small=True)
        self.faces.changed.connect(self._choose)
        self.remove = tool_button("trash", f"{name}.remove", "Remove from the connection", self._remove)
        self._removable = removable
        show_if(self.remove, removable)
        self.header.addWidget(self.place)
        self.header.addWidget(self.faces)
        self.header.addWidget(self.remove)
        self.help = label(help, "secondary", wrap=True)
        show_if(self.help, bool(help))
        self._outer.setSpacing(10)
        self.body.addWidget(self.help)
        self.notices = QVBoxLayout()
        self.notices.setSpacing(8)
        self.body.addLayout(self.notices)
        self.form = QWidget()
        self.form_box = QVBoxLayout(self.form)
        self.form_box.setContentsMargins(0, 0, 0, 0)
        self.form_box.setSpacing(12)
        self.body.addWidget(self.form)
        self.ruby = QWidget()
        self._ruby_box = QVBoxLayout(self.ruby)
        self._ruby_box.setContentsMargins(0, 0, 0, 0)
        self._ruby_box.setSpacing(8)
        self.body.addWidget(self.ruby)
        self.why = label("This Ruby says more than the form can, so it is edited as it stands.", "secondary", wrap=True)
        self.body.addWidget(self.why)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        context.store.problems_changed.connect(self._show_problems)

    @property
    def pointers(self) -> tuple[str, ...]:
        return self._pointers

    def show_slots(self, pointers: Sequence[str], *, has_form: bool) -> None:
        """The keys this card is about that stand in the document now, and whether its form can say them.

        While its Ruby is being typed nothing changes here: half-written code is neither there nor gone.
        """
        if self.editing:
            return
        present = tuple(p for p in pointers if self._context.store.state.document.find(p) is not None)
        if present != self._pointers:
            self._pointers = present
            clear_layout(self._ruby_box)
            for pointer in present:
                editor = SlotEditor(f"{self.objectName()}.ruby.{pointer.rpartition('/')[2]}", self._context.store)
                editor.setAccessibleName(f"Ruby of {pointer.rpartition('/')[2]}")
                editor.show_pointer(pointer)
                self._ruby_box.addWidget(editor)
        self._has_form = has_form
        self.faces.setVisible(bool(present))
        self.remove.setVisible(self._removable and bool(present))
        self.faces.enable("form", has_form, "" if has_form else "This Ruby says more than the form can.")
        self.place.setVisible(bool(present))
        if present:
            element = self._context.store.state.document.find(present[0])
            if element is not None:
                self.place.show_text(f"{present[0].rpartition('/')[2]} · line {element.line}")
        self._show_face()
        self._show_problems()

    @property
    def editing(self) -> bool:
        """Whether the cursor is in one of this card's Ruby editors."""
        focused = QApplication.focusWidget()
        return isinstance(focused, SlotEditor) and self.isAncestorOf(focused)

    def holds(self, pointer: str) -> bool:
        return any(pointer == own or pointer.startswith(own + "/") for own in self._pointers)

    def _choose(self, face: str) -> None:
        self._face = face
        self._show_face()

    def _show_face(self) -> None:
        face = self._face if self._has_form and self._pointers else "ruby" if self._pointers else "form"
        self.faces.select(face, quiet=True)
        self.form.setVisible(face == "form")
        self.ruby.setVisible(face == "ruby")
        self.why.setVisible(not self._has_form and bool(self._pointers))

    def _show_problems(self) -> None:
        state = self._context.store.state
        found = [problem for pointer in self._pointers for problem in state.problems_at(pointer)]
        show_problems(self._context, self.notices, found, most=2)

    def _show_place(self) -> None:
        if self._pointers:
            self._context.store.focus(self._pointers[0])
            self._context.shell.show_inspector("ruby")

    def _remove(self) -> None:
        pointers = self._pointers
        if pointers:
            self._context.store.remove(pointers[0])

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        # What is being edited is what the inspector shows.
        if new is None or not self._pointers or not self.isAncestorOf(new):
            return
        if not self.holds(self._context.store.state.focus):
            self._context.store.focus(self._pointers[0])


def key_help(key: str) -> str:
    """What a key of the authorization is for, from the facts."""
    return str(table("authorization")["keys"].get(key, {}).get("help", ""))
