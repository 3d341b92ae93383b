"""New text for a string that stands there already, in its own spelling: quotes, continued lines, here-document."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from designer.ruby import literals, render
from designer.ruby.change import Replacement
from designer.ruby.classify import heredoc_bodies, string_of
from designer.ruby.lines import leading_space, line_start
from designer.ruby.parser import Node
from designer.ruby.values import RubyValue, Symbol

if TYPE_CHECKING:
    from designer.ruby.element import Element

Edits = list[Replacement]

_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}


def retext(element: Element, text: str) -> Edits | None:
    """Replacements that make the string ``element`` say ``text``, None where its spelling cannot say that."""
    source = element.document.source
    match element.node.type:
        case "string":
            spelled = _requoted(source[element.start : element.end].decode(), text)
            if spelled is None:
                return None
            written = spelled.replace("\n", element.document.newline)
            return [Replacement(element.start, element.end, written.encode())]
        case "chained_string":
            return _rechained(element, text)
        case "heredoc_beginning" | "call":
            return _reheredoc(element, text)
        case _:
            return None


def _requoted(written: str, text: str) -> str | None:
    match = re.match(r"'|\"|%[qQ]?[^\w\s]", written)
    if match is None:
        return None
    mark = match[0]
    if mark in ("'", '"'):
        if mark == "'" and "\n" in written and "\n" in text and not _unseen(text.replace("\n", "")):
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return render.quote(text, mark)
    closing = _CLOSERS.get(mark[-1], mark[-1])
    if mark.startswith("%q"):
        if _unseen(text.replace("\n", "")):
            return None
        return mark + re.sub(rf"[\\{re.escape(mark[-1] + closing)}]", lambda m: "\\" + m[0], text) + closing
    return mark + render.escape_double(text, mark[-1] + closing) + closing


def _unseen(text: str) -> bool:
    return render.quote(text).startswith('"')


# --- continued strings ------------------------------------------------------------------------------------------------


def _rechained(element: Element, text: str) -> Edits | None:
    """Pieces that still fit the start and the end of the text stay; what is between them is wrapped anew."""
    source = element.document.source
    pieces = [child for child in element.node.named_children if child.type != "comment"]
    values = [string_of(piece, source, element.top) or "" for piece in pieces]
    gaps = {source[a.end_byte : b.start_byte] for a, b in itertools.pairwise(pieces)}
    if not all(re.fullmatch(rb"[ \t]*\\\r?\n[ \t]*", gap) for gap in gaps):
        return None
    head = 0
    rest = text
    while head < len(pieces) and values[head] and rest.startswith(values[head]) and len(rest) > len(values[head]):
        rest = rest[len(values[head]) :]
        head += 1
    tail = len(pieces)
    while (
        tail > head + 1 and values[tail - 1] and rest.endswith(values[tail - 1]) and len(rest) > len(values[tail - 1])
    ):
        tail -= 1
        rest = rest[: -len(values[tail])]
    if head == len(pieces):
        head, rest = head - 1, values[head - 1] + rest
    old = pieces[head:tail]
    width = max(len(value) for value in values)
    mark = source[old[0].start_byte : old[0].start_byte + 1].decode()
    mark = mark if mark in ("'", '"') else "'"
    gap = source[pieces[0].end_byte : pieces[1].start_byte].decode()
    wrapped = gap.join(render.quote(part, mark) for part in wrap(rest, max(width, 20)))
    return [Replacement(old[0].start_byte, old[-1].end_byte, wrapped.encode())]


def wrap(text: str, width: int) -> list[str]:
    """``text`` in parts of at most ``width`` characters, broken behind spaces and line breaks; joined they are it."""
    parts: list[str] = []
    for token in re.findall(r"[^ \n]*(?:\n|[ ]+|$)", text):
        if parts and token and len(parts[-1] + token.rstrip(" ")) <= width and not parts[-1].endswith("\n"):
            parts[-1] += token
        elif token:
            parts.append(token)
    return parts or [""]


# --- here-documents ---------------------------------------------------------------------------------------------------


def _reheredoc(element: Element, text: str) -> Edits | None:
    source = element.document.source
    opening, methods = _opening(element.node, source)
    if opening is None:
        return None
    body = heredoc_bodies(element.top, source, opening.start_byte).get(opening.start_byte)
    if body is None:
        return None
    squiggle, quote, tag = literals.heredoc_opening(source[opening.start_byte : opening.end_byte].decode())
    start = source.find(b"\n", body.start_byte) + 1
    end = line_start(source, body.children[-1].start_byte)
    indent = _body_indent(source[start:end].decode(), leading_space(source, element.start)) if squiggle == "~" else ""
    escaped = text if quote == "'" else _escape_lines(text)
    ended = escaped if escaped.endswith("\n") or not escaped else escaped + "\n"
    lines = "".join(indent + line if line.strip() else line for line in re.findall(r"[^\n]*\n", ended))
    said = literals.heredoc_text(lines, squiggle, quote)
    for method in methods:
        said = None if said is None else literals.apply_method(said, method)
    if said != text or any(line.strip() == tag for line in lines.split("\n")):
        return None
    return [Replacement(start, end, lines.replace("\n", element.document.newline).encode())]


def _opening(node: Node, source: bytes) -> tuple[Node | None, list[str]]:
    methods: list[str] = []
    current: Node | None = node
    while current is not None and current.type == "call":
        method = current.child_by_field_name("method")
        methods.insert(0, source[method.start_byte : method.end_byte].decode() if method else "")
        current = current.child_by_field_name("receiver")
    return (current if current is not None and current.type == "heredoc_beginning" else None), methods


def _body_indent(body: str, outer: str) -> str:
    for line in body.split("\n"):
        if line.strip():
            return line[: len(line) - len(line.lstrip(" \t"))]
    return outer + "  "


def _escape_lines(text: str) -> str:
    return "\n".join(render.escape_double(line, "\\") for line in text.split("\n"))


# --- words ------------------------------------------------------------------------------------------------------------


def fits_word(container: Element, value: RubyValue) -> bool:
    """Whether ``value`` can stand as a bare word in the ``%w[]`` or ``%i[]`` of ``container``."""
    symbols = container.node.type == "symbol_array"
    name = value.name if symbols and isinstance(value, Symbol) else value if not symbols else None
    return isinstance(name, str) and re.fullmatch(r"[^\s\\#\[\](){}<>]+", name) is not None and not _unseen(name)


def word(container: Element, value: RubyValue) -> str:
    """``value`` (one that fits) as a bare word."""
    opener = container.document.source[container.start : container.contents.open_end].decode()[-1]
    name = value.name if isinstance(value, Symbol) else str(value)
    return name.replace(opener, "\\" + opener)
