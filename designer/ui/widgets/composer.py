"""The form a request is composed in: query, headers, body in its format, files, and how it travels."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from designer.ui.choosing import choose_file
from designer.ui.widgets.basics import allow, column, label, row, tool_button
from designer.ui.widgets.inputs import Choice, LineEdit, TextArea
from designer.ui.widgets.pairs import PairsEdit
from designer.ui.widgets.segmented import Segmented
from designer.wire.composing import OFF, Composition, Part
from designer.wire.pair_text import form_pairs, form_text, header_pairs, query_pairs

__all__ = ["PARTS", "Composer"]

PARTS = (("none", "No more"), ("query", "Query"), ("headers", "Headers"), ("body", "Body"), ("travel", "Connection"))
_FORMATS = (
    ("json", "JSON"),
    ("form", "Form"),
    ("xml", "XML"),
    ("multipart", "Multipart"),
    ("raw", "Raw text"),
)
_REPLIES = (("json", "JSON"), ("xml", "XML"), ("raw", "Raw text"))
_FACES = (("table", "Table"), ("text", "Text"))
_NO_TABLE = "Only name=value pairs make a table"
_HINTS = {
    "json": '{"name": "value"}',
    "form": 'name=value&other=value, or JSON: {"name": "value"}',
    "xml": "<order>…</order>, or JSON that becomes elements",
    "raw": "Any text, sent as it is",
}


class _PartLine(QWidget):
    """Name, then a text or a file with its type."""

    def __init__(self, owner: PartsEdit, index: int) -> None:
        super().__init__()
        name = f"{owner.objectName()}.{index}"
        self.name = LineEdit(f"{name}.name", "Name", code=True)
        self.value = LineEdit(f"{name}.value", "Value, or choose a file", code=True)
        self.kind = LineEdit(f"{name}.type", "Content type", code=True)
        self.is_file = False
        for line, title in ((self.name, "Name"), (self.value, "Value or file"), (self.kind, "Content type")):
            line.setAccessibleName(f"{title} of part {index + 1}")
            line.edited.connect(lambda _text: owner.typed())
        self.file = tool_button("file", f"{name}.file", "Send the content of a file…", self._choose)
        self.remove = tool_button("close", f"{name}.remove", "Remove this part")
        self.remove.clicked.connect(lambda: owner.drop(self))
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.name, 2)
        box.addWidget(self.value, 3)
        box.addWidget(self.file)
        box.addWidget(self.kind, 2)
        box.addWidget(self.remove)
        self._owner = owner
        self.value.edited.connect(lambda _text: self._say(False))

    @property
    def part(self) -> Part:
        value, kind = self.value.text(), self.kind.text().strip()
        if self.is_file:
            return Part(self.name.text().strip(), file=value, content_type=kind)
        return Part(self.name.text().strip(), value, content_type=kind)

    def show_part(self, part: Part) -> None:
        self.name.setText(part.name)
        self.value.setText(part.file or part.value)
        self.kind.setText(part.content_type)
        self._say(bool(part.file))

    def _say(self, is_file: bool) -> None:
        self.is_file = is_file
        self.value.setToolTip("The content of this file is sent." if is_file else "")
        self.kind.setPlaceholderText("application/octet-stream" if is_file else "Content type")

    def _choose(self) -> None:
        choose_file(self, "partFile", "Send the content of a file", self._file_chosen)

    def _file_chosen(self, file: Path) -> None:
        self.value.setText(str(file))
        self._say(True)
        self._owner.chosen.add(str(file))
        self._owner.typed()


class PartsEdit(QWidget):
    """The parts of a multipart body; an empty line waits at the end."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self._parts: list[_PartLine] = []
        self.chosen: set[str] = set()
        """The files the person picked here, as their paths were written then."""
        self._made = 0
        self._append()

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(line.part for line in self._parts if line.part.name)

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        for line in list(self._parts):
            self._discard(line)
        for part in parts:
            self._append().show_part(part)
        self._append()

    def typed(self) -> None:
        last = self._parts[-1].part
        if last.name or last.value or last.file:
            self._append()
        self.edited.emit()

    def drop(self, line: _PartLine) -> None:
        self._discard(line)
        if not self._parts or self._parts[-1].part.name:
            self._append()
        self.edited.emit()

    def _append(self) -> _PartLine:
        made = _PartLine(self, self._made)
        self._made += 1
        self._parts.append(made)
        self._lines.addWidget(made)
        for line in self._parts:
            allow(line.remove, "" if line is not made else "This line is empty: it is where the next one begins.")
        return made

    def _discard(self, line: _PartLine) -> None:
        self._parts.remove(line)
        self._lines.removeWidget(line)
        line.hide()
        line.deleteLater()


class Composer(QWidget):
    """Everything of a request below its URL; ``tabs`` chooses which part is in sight, ``travel`` is the last one."""

    edited = Signal()

    def __init__(self, travel: QWidget) -> None:
        super().__init__()
        self.setObjectName("composer")
        self.tabs = Segmented(PARTS, name="consoleParts", small=True, about="Part of the request to compose")
        self._query = PairsEdit("consoleQuery", split=query_pairs, off=OFF)
        self._headers = PairsEdit("consoleHeaders", split=header_pairs, off=OFF)
        self._format = Choice("consoleFormat", _FORMATS)
        self._format.show_value("json")
        self._format.setFixedWidth(140)
        self._format.setAccessibleName("Body format")
        self._body = TextArea("consoleBody", _HINTS["json"], lines=4, most=14, code=True)
        self._body.setAccessibleName("Body")
        self._multipart = PartsEdit("consoleMultipart")
        self._multipart.hide()
        # A form as a table; its text says the same.
        self._form = PairsEdit("consoleForm", split=query_pairs)
        self._faces = Segmented(_FACES, name="consoleFormFace", small=True, about="How the form is written")
        self._form.edited.connect(lambda: self._body.show_text(form_text(self._form.pairs)))
        self._faces.changed.connect(lambda _face: self._show_form())
        about = label("{{name}} stands for the setting of that name.", "secondary", wrap=True)
        body = QWidget()
        head = row(label("Format", "secondary"), self._format, self._faces, about)
        head.setStretchFactor(about, 1)
        body.setLayout(column(head, self._body, self._form, self._multipart))
        self._reply = Choice("consoleReply", _REPLIES)
        self._reply.show_value("json")
        self._reply.setFixedWidth(140)
        self._reply.setAccessibleName("Format of the reply")
        self._reply.edited.connect(lambda _value: self.edited.emit())
        asks = label("What Accept asks for, and how the reply is parsed.", "secondary", wrap=True)
        expected = row(label("Reply", "secondary"), self._reply, asks)
        expected.setStretchFactor(asks, 1)
        headers = QWidget()
        headers.setLayout(column(self._headers, expected))
        self._pages = {"query": self._query, "headers": headers, "body": body, "travel": travel}
        self.setLayout(column(*self._pages.values()))
        self.tabs.changed.connect(self._choose)
        self._format.edited.connect(self._show_format)
        for part in (self._query, self._headers, self._form, self._multipart):
            part.edited.connect(self.edited)
        self._body.textChanged.connect(self._typed)
        self.hide()
        self._choose("none")
        self._show_form()

    def composition(self, verb: str, url: str) -> Composition:
        return Composition(
            verb,
            url,
            tuple(self._query.pairs),
            tuple(self._headers.pairs),
            self._format.value,
            self._body.toPlainText(),
            self._multipart.parts,
            self._reply.value,
        )

    @property
    def chosen_files(self) -> frozenset[str]:
        """The files the person picked in this session; others a kept request may have named."""
        return frozenset(self._multipart.chosen)

    def show_composition(self, made: Composition) -> None:
        """Show all of ``made`` but verb and URL, and bring its weightiest part into sight."""
        self._query.show_pairs(made.query)
        self._headers.show_pairs(made.headers)
        self._format.show_value(made.format)
        self._body.show_text(made.body)
        self._multipart.show_parts(made.parts)
        self._reply.show_value(made.reply)
        self._show_format(made.format)
        weighty = (
            ("body", made.body or made.parts),
            ("query", made.query),
            ("headers", made.headers or made.reply != "json"),
        )
        self.tabs.select(next((name for name, there in weighty if there), "none"))

    def forget(self) -> None:
        """Nothing is composed, and no file was chosen."""
        self._multipart.chosen.clear()
        self.show_composition(Composition())

    def _show_format(self, chosen: str) -> None:
        self._multipart.setVisible(chosen == "multipart")
        self._body.setPlaceholderText(_HINTS.get(chosen, ""))
        self._faces.select("table", quiet=True)
        self._show_form()
        self.edited.emit()

    def _show_form(self) -> None:
        """The text, or for a form the table of it."""
        chosen = self._format.value
        fields = form_pairs(self._body.toPlainText()) if chosen == "form" else None
        self._faces.enable("table", fields is not None, "" if fields is not None else _NO_TABLE)
        if fields is None:
            self._faces.select("text", quiet=True)
        table = chosen == "form" and self._faces.current == "table"
        if table and fields is not None and tuple(self._form.pairs) != fields:
            self._form.show_pairs(fields)
        self._faces.setVisible(chosen == "form")
        self._form.setVisible(table)
        self._body.setVisible(chosen != "multipart" and not table)

    def _typed(self) -> None:
        if self._format.value == "form" and self._faces.current == "text":
            self._faces.enable("table", form_pairs(self._body.toPlainText()) is not None, _NO_TABLE)
        self.edited.emit()

    def _choose(self, part: str) -> None:
        for name, page in self._pages.items():
            page.setVisible(name == part)
        self.setVisible(part != "none")
