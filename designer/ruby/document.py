"""The Ruby text as a document: parsed once, read lazily, never altered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

from designer.ruby import change, edit, lines, parser, recovery
from designer.ruby import pointer as pointers
from designer.ruby.change import Change, Replacement
from designer.ruby.element import Element
from designer.ruby.errors import DecodeError
from designer.ruby.issues import SyntaxIssue, syntax_issues
from designer.ruby.lines import Position
from designer.ruby.parser import Tree
from designer.ruby.rescan import Scan, carried
from designer.ruby.style import Style, style_at
from designer.ruby.values import RubyValue

_BOM = b"\xef\xbb\xbf"


class Document:
    """A connector's text and its tree. Immutable: every edit makes a new document.

    Everything beyond the parse is read on demand, so that an edit in a long file costs what it costs in a short one.
    """

    def __init__(self, pieces: Sequence[bytes | memoryview], tree: Tree) -> None:
        self._pieces: Sequence[bytes | memoryview] = pieces
        self.tree = tree
        self.scans: dict[str, Scan] = {}
        self._holders: dict[tuple[str, ...], Element] = {}

    @functools.cached_property
    def source(self) -> bytes:
        """The whole text. Joined on first use: the text of a long file is not copied at every keystroke."""
        only = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces = (only,)
        return bytes(only)

    @classmethod
    def parse(cls, source: bytes, clock: Callable[[], float] | None = None) -> Document:
        """The document of ``source``. Broken Ruby gives a document with ``issues``.

        Raises ``DecodeError`` where the bytes are no UTF-8 text or, with a ``clock`` (processor seconds) to notice it
        by, where they are so little like Ruby that reading them would take minutes.
        """
        check_text(source)
        if clock is None:
            return cls((source,), parser.parse(source))
        tree = parser.parse_watched(source, clock)
        if tree is None:
            raise DecodeError(
                "This text is nothing like Ruby; reading it was given up.",
                "Is this the right file? A connector is Ruby whose last expression is a hash.",
            )
        return cls((source,), tree)

    @functools.cached_property
    def newline(self) -> str:
        """``"\\n"`` or ``"\\r\\n"``: the line break of the first line."""
        at = self.source.find(b"\n")
        return "\r\n" if at > 0 and self.source[at - 1 : at] == b"\r" else "\n"

    @property
    def encoding(self) -> str:
        """``"utf-8"``, or ``"utf-8-sig"`` with a byte order mark."""
        return "utf-8-sig" if self.source.startswith(_BOM) else "utf-8"

    @functools.cached_property
    def root(self) -> Element | None:
        """The connector: the last hash at the top level of the file; None where there is none."""
        top = self.tree.root_node
        if top.has_error and (found := recovery.root(self.source, top)) is not None:
            start, end, inside = found
            return Element(self, "", top, top, None, (start, end), inside)
        for node in reversed(top.children):
            if node.type == "hash":
                return Element(self, "", node, top)
        if top.has_error and (found := recovery.loose(self.source, top)) is not None:
            start, end, inside = found
            return Element(self, "", top, top, None, (start, end), inside)
        return None

    @functools.cached_property
    def issues(self) -> tuple[SyntaxIssue, ...]:
        """What keeps the text from being Ruby, in the order of the text; empty for a sound file."""
        return syntax_issues(self.source, self.tree.root_node) if self.tree.root_node.has_error else ()

    @functools.cached_property
    def refused(self) -> tuple[SyntaxIssue, ...]:
        """What Ruby refuses of a text that has no ``issues``, in its order: the text can be read and edited all the
        same."""
        from designer.ruby.refused import refused_syntax

        found = []
        for start, end, message in refused_syntax(self):
            at = self.position(start)
            found.append(SyntaxIssue(message, at.line, at.column, start, end))
        return tuple(found)

    @property
    def broken_off(self) -> SyntaxIssue | None:
        """Where something is opened and never closed: of what is not found in such a text nobody knows whether it is
        there."""
        return next((issue for issue in self.issues if issue.unclosed), None)

    def find(self, pointer: str) -> Element | None:
        """The value at an RFC 6901 pointer over literal hashes and arrays, None where nothing stands there.

        Raises ``PointerError`` where the text is not a pointer.
        """
        tokens = pointers.split(pointer)
        if not tokens:
            return self.root
        holder = self._holder(tokens[:-1])
        return None if holder is None else holder.child(tokens[-1])

    def _holder(self, tokens: tuple[str, ...]) -> Element | None:
        """A container on the way to a pointer. It is kept, for it reads its members once, and each may be asked for."""
        if not tokens:
            return self.root
        found = self._holders.get(tokens)
        if found is None:
            above = self._holder(tokens[:-1])
            found = None if above is None else above.child(tokens[-1])
            if found is not None:
                self._holders[tokens] = found
        return found

    def apply(self, replacements: Iterable[Replacement]) -> Change:
        """Any replacements (offsets in this text) as one change; a change's ``inverse`` is undone this way.

        Raises ``EditError`` where they overlap or cut a character in two, ``DecodeError`` where new bytes are no text.
        """
        made = change.ordered(self.source, replacements)
        if not made:
            return Change(self, self, ())
        for each in made:
            check_text(each.new)
        pieces = change.pieces_of(self.source, made)
        edited = change.edited_tree(self.tree, self.source, made)
        after = Document(pieces, parser.parse_pieces(pieces, edited))
        after.scans = carried(dict(self.scans), made, edited, after.tree, sum(map(len, pieces)))
        return Change(self, after, made)

    def replace(self, start: int, end: int, text: bytes) -> Change:
        """``text`` in place of the bytes ``[start, end)``, as typing in the code view does. Raises like ``apply``."""
        return self.apply([Replacement(start, end, text)])

    def set(self, pointer: str, value: RubyValue) -> Change:
        """See ``designer.ruby.edit.set_value``."""
        return edit.set_value(self, pointer, value)

    def insert(self, pointer: str, value: RubyValue, *, before: str | None = None) -> Change:
        """See ``designer.ruby.edit.insert``."""
        return edit.insert(self, pointer, value, before=before)

    def remove(self, pointer: str) -> Change:
        """See ``designer.ruby.edit.remove``."""
        return edit.remove(self, pointer)

    def move(self, pointer: str, index: int) -> Change:
        """See ``designer.ruby.edit.move``."""
        return edit.move(self, pointer, index)

    def rename_key(self, pointer: str, new_key: str) -> Change:
        """See ``designer.ruby.edit.rename_key``."""
        return edit.rename_key(self, pointer, new_key)

    def style(self, pointer: str) -> Style:
        """How the file is written around ``pointer``; the style's defaults where nothing literal stands there."""
        element = self.find(pointer)
        while element is not None and element.kind not in ("hash", "array"):
            element = element.parent
        return Style(newline=self.newline) if element is None else style_at(element)

    def position(self, byte: int) -> Position:
        """Line and column, both from 1, of a byte offset; the column counts code points."""
        return lines.position(self.source, self.tree.root_node, byte)


def check_text(source: bytes) -> None:
    """Raises ``DecodeError``, saying where, for bytes that are not UTF-8 text."""
    if b"\0" in source:
        raise DecodeError(
            "This file is not text.",
            "Open the connector's .rb file; a binary file or one saved as UTF-16 cannot be read.",
        )
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise DecodeError(
            f"Line {line} holds bytes that are not UTF-8.", "Save the file as UTF-8: the platform accepts nothing else."
        ) from error
