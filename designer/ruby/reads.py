"""Where the code reads a key of a hash it was handed: ``connection['api_key']``, with the exact place of the key."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from designer.ruby.document import Document
from designer.ruby.parser import Node
from designer.ruby.rescan import scanned

__all__ = ["KeyRead", "key_reads"]

_CANDIDATE = re.compile(
    rb"\b([a-z_]\w*)\s*(?:&?\.\s*(?:dig|fetch|has_key\?|key\?|delete)\s*\(?|(?:&\.\[\]\s*\(|&?\.?\[))\s*(?:['\"]|:)(\w+)"
)
_HOLDERS = {"element_reference", "argument_list"}
_LAMBDAS = {"lambda", "do_block", "block"}


@dataclass(frozen=True, slots=True)
class KeyRead:
    """One reading of ``key`` from the variable ``receiver``. ``start``/``end`` are byte offsets of the key's name,
    without its quotes or colon; ``line`` counts from 1."""

    receiver: str
    key: str
    start: int
    end: int
    line: int


def key_reads(document: Document, receivers: Collection[str] = ("connection",)) -> tuple[KeyRead, ...]:
    """Every reading of a literal key from a variable of one of these names, or from the first parameter of the
    outermost lambda around it where that lambda's first parameter bears another name only inside ``connection`` and
    ``test``. In the order of the text; comments and texts do not count."""
    names = tuple(sorted(receivers))
    found = list(scanned(document, f"reads of {names}", lambda start, end: _reads(document, start, end, names)))
    for start, end, name in _own_names(document):
        if name not in names:
            found += _reads(document, start, end, (name,))
    return tuple(
        KeyRead(each.receiver, each.key, each.key_start, each.end, document.position(each.key_start).line)
        for each in sorted(found, key=lambda each: each.start)
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A reading, from the first byte of the receiver to the last of the key."""

    receiver: str
    key: str
    start: int
    key_start: int
    end: int

    def moved(self, by: int) -> _Read:
        return _Read(self.receiver, self.key, self.start + by, self.key_start + by, self.end + by)


def _reads(document: Document, start: int, end: int, receivers: Collection[str]) -> Iterator[_Read]:
    for match in _CANDIDATE.finditer(document.source, start, end):
        receiver = match[1].decode()
        if receiver in receivers and _is_read(document, match):
            yield _Read(receiver, match[2].decode(), match.start(), match.start(2), match.end(2))


def _is_read(document: Document, match: re.Match[bytes]) -> bool:
    """Whether the key is a whole literal and the receiver a variable, not words in a text or comment."""
    key = document.tree.root_node.descendant_for_byte_range(match.start(2), match.end(2))
    receiver = document.tree.root_node.descendant_for_byte_range(match.start(1), match.end(1))
    if key is None or receiver is None or receiver.type != "identifier":
        return False
    literal: Node | None = key
    if key.type == "string_content":
        whole = key.start_byte == match.start(2) and key.end_byte == match.end(2)
        literal = key.parent if whole and key.parent is not None and key.parent.named_child_count == 1 else None
    elif key.type != "simple_symbol" or key.end_byte != match.end(2):
        return False
    return literal is not None and literal.parent is not None and literal.parent.type in _HOLDERS


def _own_names(document: Document) -> list[tuple[int, int, str]]:
    """Spans of the lambdas of ``connection`` and ``test`` whose first parameter has a name of its own."""
    spans: list[tuple[int, int, str]] = []
    for pointer in ("/connection", "/test"):
        element = document.find(pointer)
        if element is not None:
            _collect(element.node, spans)
    return spans


def _collect(node: Node, spans: list[tuple[int, int, str]]) -> None:
    if node.type in _LAMBDAS:
        parameters = node.child_by_field_name("parameters")
        first = parameters.named_children[0] if parameters is not None and parameters.named_children else None
        if first is not None and first.type == "identifier" and first.text is not None:
            spans.append((node.start_byte, node.end_byte, first.text.decode()))
        return
    for child in node.named_children:
        _collect(child, spans)
