"""One value of the connector as it stands in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.ruby import classify, recovery
from designer.ruby import pointer as pointers
from designer.ruby.classify import Kind
from designer.ruby.layout import heredocs_behind
from designer.ruby.members import Contents, Member, contents, member_of
from designer.ruby.parser import Node
from designer.ruby.values import RubyCode, RubyValue

if TYPE_CHECKING:
    from designer.ruby.document import Document


DEEPEST = 100
"""Levels of hashes and arrays read as such; no connector has a tenth of it, and a file cannot exhaust the stack."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key: value`` of a hash; ``start``/``end`` span the pair, ``key_start``/``key_end`` the key as written
    with its ``:`` or ``=>``. Byte offsets."""

    key: str
    key_start: int
    key_end: int
    element: Element
    start: int
    end: int


class Element:
    """A value of the connector: where it stands and, on demand, what it says. Immutable; made by ``Document``.

    ``start``/``end`` are byte offsets, ``end`` exclusive. A here-document's lines lie behind ``end``.
    """

    __slots__ = (
        "_contents",
        "_entries",
        "_items",
        "_kind",
        "_scalar",
        "_top",
        "document",
        "end",
        "node",
        "parent",
        "pointer",
        "start",
    )

    def __init__(
        self,
        document: Document,
        pointer: str,
        node: Node,
        top: Node,
        parent: Element | None = None,
        span: tuple[int, int] | None = None,
        contents: Contents | None = None,
        broken: bool = False,
    ) -> None:
        self.document = document
        self.pointer = pointer
        self.parent = parent
        self.node = node
        self.start, self.end = span or (node.start_byte, node.end_byte)
        self._top = top
        self._contents = contents
        self._entries: tuple[Entry, ...] | None = None
        self._items: tuple[Element, ...] | None = None
        self._kind: Kind | None = None
        self._scalar: RubyValue = None
        if contents is not None:
            self._kind = "array" if document.source[self.start : self.start + 1] == b"[" else "hash"
        elif broken:
            self._kind = "error"

    def __repr__(self) -> str:
        return f"<Element {self.pointer or '/'} {self.kind} line {self.line}>"

    @property
    def kind(self) -> Kind:
        if self._kind is None:
            self._kind, self._scalar = classify.kind_and_scalar(self.node, self.document.source, self._top)
        return self._kind

    @property
    def text(self) -> str:
        """The value's text as it stands in the file."""
        return self.document.source[self.start : self.end].decode()

    @property
    def line(self) -> int:
        """The line it starts on, from 1."""
        return self.document.position(self.start).line

    @property
    def end_line(self) -> int:
        """The line its last character stands on, from 1."""
        return self.line + self.document.source.count(b"\n", self.start, self.end)

    @property
    def top(self) -> Node:
        """Root of the tree ``node`` belongs to (a broken file is parsed piecewise)."""
        return self._top

    @property
    def contents(self) -> Contents:
        """Members of a hash or array with the places of their commas and brackets."""
        if self._contents is None:
            if self.kind not in ("hash", "array"):
                return Contents(self.end, self.end, ())
            source = self.document.source
            found = recovery.contents(self.node, source, self._top) if self.node.has_error else None
            self._contents = found or contents(self.node, source, self._top)
        return self._contents

    @property
    def unreadable(self) -> bool:
        """Whether a syntax error keeps all that stands between the brackets from being read as members."""
        if self.kind not in ("hash", "array") or self.contents.members:
            return self.kind == "error"
        inside = self.document.source[self.contents.open_end : self.contents.close_start]
        return not all(not line.strip() or line.lstrip().startswith(b"#") for line in inside.splitlines())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The pairs of a hash in the order written; empty for anything else. What has no fixed key is left out."""
        if self._entries is None:
            self._entries = tuple(
                Entry(
                    member.key,
                    member.key_start,
                    member.key_end,
                    self.element_of(member),
                    member.start,
                    member.end,
                )
                for member in (self.contents.members if self.kind == "hash" else ())
                if member.key is not None
            )
        return self._entries

    def entry_at(self, byte: int) -> Entry | None:
        """The pair of a hash in which that byte of the text stands; a long hash is not read for it."""
        if self.kind != "hash":
            return None
        if self._entries is not None or self.node.has_error:
            return next((each for each in self.entries if each.start <= byte < each.end), None)
        if not self.node.start_byte <= byte < self.node.end_byte:
            return None  # tree-sitter's binding crashes where no child is left to be found
        node = self.node.first_child_for_byte(byte)
        if node is None or node.type != "pair" or not node.start_byte <= byte < node.end_byte:
            return None
        member = member_of(node, self.document.source, self._top)
        if member.key is None:
            return None
        element = self.element_of(member)
        return Entry(member.key, member.key_start, member.key_end, element, member.start, member.end)

    @property
    def items(self) -> tuple[Element, ...]:
        """The elements of an array in the order written; empty for anything else."""
        if self._items is None:
            members = self.contents.members if self.kind == "array" else ()
            self._items = tuple(self.element_of(member, index) for index, member in enumerate(members))
        return self._items

    def child(self, token: str) -> Element | None:
        """The member of a hash named ``token`` (the last one, as in Ruby, where the key stands twice), the item of
        an array at that index; None where there is none."""
        if self.kind == "hash":
            place = self.contents.index(token)
            return None if place is None else self.element_of(self.contents.members[place])
        if self.kind == "array" and (index := pointers.index(token)) is not None:
            members = self.contents.members
            return self.element_of(members[index], index) if index < len(members) else None
        return None

    def element_of(self, member: Member, index: int = 0) -> Element:
        """The element of one of this container's members; ``index`` is its place in an array."""
        pointer = pointers.child(self.pointer, index if self.kind == "array" else member.key or "")
        span = (member.value_start, member.value_end)
        return Element(self.document, pointer, member.node, member.top, self, span, member.inside, member.broken)

    @property
    def value(self) -> RubyValue:
        """What it says: JSON-like values, ``Symbol``, ``Regex``, ``Lambda``; any other expression is ``RubyCode``.

        So is a hash or array more than ``DEEPEST`` levels further in. A hash leaves out what has no fixed key.
        """
        return self._value(DEEPEST)

    def _value(self, levels: int) -> RubyValue:
        match self.kind:
            case "hash" if levels:
                return {entry.key: entry.element._value(levels - 1) for entry in self.entries}
            case "array" if levels:
                return [item._value(levels - 1) for item in self.items]
            case "lambda":
                return classify.lambda_value(self.node, self.document.source)
            case "hash" | "array" | "expression" | "error":
                return RubyCode(self._code())
            case _:
                return self._scalar

    def _code(self) -> str:
        """The text with the here-document lines that belong to it."""
        source = self.document.source
        text = self.text
        if (
            self.kind == "expression"
            and (behind := heredocs_behind(self.start, self.end, self._top, source)) is not None
        ):
            text += "\n" + source[behind[0] : behind[1]].decode().rstrip("\r\n")
        return text.replace("\r\n", "\n")
