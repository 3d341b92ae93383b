"""Strings, symbols, regexes, heredocs and numbers as written → their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from designer.ruby import literals
from designer.ruby import syntax as s
from designer.ruby.parser import Node, Tree

_SIMPLE = {"n": 10, "t": 9, "s": 32, "r": 13, "0": 0, "e": 27, "a": 7, "b": 8, "v": 11, "f": 12}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F\s]*)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(\r\n|\n)"
    r"|(?:C-|c)(.)|M-(.)|(.))",
    re.S,
)
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}

LowerExpression = Callable[[Node], s.Node]
Segment = str | Node


def text_of(node: Node) -> str:
    """The source of a node; bytes that are no UTF-8 come as surrogates."""
    return (node.text or b"").decode("utf-8", "surrogateescape")


def line_of(node: Node) -> int:
    """Where a node begins, counted from 1."""
    return node.start_point[0] + 1


def unescape(raw: str) -> str:
    """The text of a double-quoted string's inside. Bytes that are no UTF-8 come out as lone surrogates."""
    if "\\" not in raw:
        return raw
    out = bytearray()
    end = 0
    for match in _ESCAPE.finditer(raw):
        out += raw[end : match.start()].encode("utf-8", "surrogateescape")
        end = match.end()
        braced, four, byte, octal, newline, control, meta, plain = match.groups()
        if braced is not None:
            for point in braced.split():
                out += _point(int(point, 16))
        elif four:
            out += _point(int(four, 16))
        elif byte:
            out.append(int(byte, 16))
        elif octal:
            out.append(int(octal, 8) & 255)
        elif newline:
            continue
        elif control:
            out.append(127 if control == "?" else ord(control) & 0x1F)
        elif meta:
            out.append((ord(meta) & 0x7F) | 0x80)
        elif plain in _SIMPLE:
            out.append(_SIMPLE[plain])
        else:
            out += plain.encode("utf-8", "surrogateescape")
    out += raw[end:].encode("utf-8", "surrogateescape")
    return out.decode("utf-8", "surrogateescape")


def _point(code: int) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass") if code < 0x110000 else b"?"


def unescape_single(raw: str, opening: str) -> str:
    """The text of a single-quoted string's inside: only the backslash and the delimiters can be escaped."""
    if "\\" not in raw:
        return raw
    delimiter = opening[-1]
    special = re.escape("\\" + delimiter + _PAIRS.get(delimiter, ""))
    return re.sub(rf"\\([{special}])", r"\1", raw)


def unescape_word(raw: str, opening: str) -> str:
    """One word of ``%w`` or ``%i``."""
    if "\\" not in raw:
        return raw
    delimiter = opening[-1]
    special = re.escape("\\" + delimiter + _PAIRS.get(delimiter, "")) + r"\s"
    return re.sub(rf"\\([{special}])", r"\1", raw)


def number(node: Node) -> s.Node:
    """An integer, float or rational literal."""
    line, text = line_of(node), text_of(node)
    if node.type == "integer":
        if len(text) > 4000:
            return s.Unsupported(line, "an integer literal this long")
        value = literals.integer(text)
        # 08 parses, and is no octal number.
        return s.Literal(line, value) if value is not None else s.Unsupported(line, "syntax error")
    if node.type == "float":
        return s.Literal(line, float(text.replace("_", "")))
    if node.type == "rational":
        inner = text[:-1].replace("_", "")
        try:
            Fraction(inner)
        except ValueError:
            return s.Unsupported(line, text)
        return s.RationalLiteral(line, inner)
    return s.Unsupported(line, "complex numbers")


def segments(node: Node, source: bytes, start: int, end: int) -> list[Segment]:
    """What stands in ``source[start:end]`` of a string-like node: raw text and interpolation nodes."""
    found: list[Segment] = []
    at = start
    for child in node.named_children:
        if child.type == "interpolation" and start <= child.start_byte < end:
            if child.start_byte > at:
                found.append(source[at : child.start_byte].decode("utf-8", "surrogateescape"))
            found.append(child)
            at = child.end_byte
    if at < end:
        found.append(source[at:end].decode("utf-8", "surrogateescape"))
    return found


def parts(pieces: list[Segment], line: int, expression: LowerExpression, decode: Callable[[str], str]) -> list[s.Node]:
    """Lower segments; text through ``decode``, interpolations through ``expression``."""
    return [s.Str(line, decode(p)) if isinstance(p, str) else expression(p) for p in pieces]


def string_parts(node: Node, source: bytes, expression: LowerExpression) -> list[s.Node]:
    """A ``string``, ``delimited_symbol`` or ``bare_string`` node's content."""
    opening, closing = node.children[0], node.children[-1]
    start, end = opening.end_byte, closing.start_byte
    mark = text_of(opening)
    line = line_of(node)
    if mark in ("'", ":'") or mark.startswith(("%q", "%s")):
        raw = source[start:end].decode("utf-8", "surrogateescape")
        return [s.Str(line, _newlines(unescape_single(raw, mark)))]
    return parts(segments(node, source, start, end), line, expression, lambda raw: unescape(_newlines(raw)))


def _newlines(raw: str) -> str:
    return raw.replace("\r\n", "\n") if "\r" in raw else raw


def joined(pieces: list[s.Node], line: int) -> s.Node:
    """One ``Str`` where all is text, else ``Interpolated``."""
    merged: list[s.Node] = []
    for piece in pieces:
        if isinstance(piece, s.Str) and merged and isinstance(merged[-1], s.Str):
            merged[-1] = s.Str(merged[-1].line, merged[-1].value + piece.value)
        else:
            merged.append(piece)
    if not merged:
        return s.Str(line, "")
    if len(merged) == 1 and isinstance(merged[0], s.Str):
        return s.Str(line, merged[0].value)
    return s.Interpolated(line, tuple(merged))


def regex(node: Node, source: bytes, expression: LowerExpression) -> s.Regex:
    """A regular expression with its parts, code among them, and its flags as written."""
    opening, closing = node.children[0], node.children[-1]
    slashes = text_of(opening) == "/"

    def decode(raw: str) -> str:
        raw = _newlines(raw)
        return raw.replace("\\/", "/") if slashes else raw

    pieces = parts(segments(node, source, opening.end_byte, closing.start_byte), line_of(node), expression, decode)
    return s.Regex(line_of(node), tuple(pieces), text_of(closing)[1:])


def words(node: Node, source: bytes, expression: LowerExpression) -> list[s.Node]:
    """The strings of ``%w`` / ``%W`` / ``%i`` / ``%I``."""
    mark = text_of(node.children[0])
    found: list[s.Node] = []
    for word in node.named_children:
        line = line_of(word)
        if mark[1] in "WI":
            pieces = segments(word, source, word.start_byte, word.end_byte)
            found.append(joined(parts(pieces, line, expression, unescape), line))
        else:
            found.append(s.Str(line, unescape_word(text_of(word), mark)))
    return found


class Heredocs:
    """Which body belongs to which ``<<~NAME``; found out once, when the first one is met."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._bodies: dict[int, Node] | None = None

    def body(self, beginning: Node) -> Node | None:
        if self._bodies is None:
            self._bodies = self._pair()
        return self._bodies.get(beginning.start_byte)

    def _pair(self) -> dict[int, Node]:
        waiting: list[Node] = []
        found: dict[int, Node] = {}
        for node in _heredoc_nodes(self._root):
            if node.type == "heredoc_beginning":
                waiting.append(node)
                continue
            name = text_of(node.children[-1]).strip() if node.children else ""
            for place, beginning in enumerate(waiting):
                if re.sub(r"^<<[~-]?[\"'`]?|[\"'`]$", "", text_of(beginning)) == name:
                    found[beginning.start_byte] = node
                    del waiting[place]
                    break
        return found


def _heredoc_nodes(root: Node) -> list[Node]:
    found: list[Node] = []
    todo = [root]
    while todo:
        node = todo.pop()
        if node.type in ("heredoc_beginning", "heredoc_body"):
            found.append(node)
        todo += node.children
    return sorted(found, key=lambda n: n.start_byte)


def heredoc(beginning: Node, body: Node, source: bytes, expression: LowerExpression) -> s.Node:
    """A here-document as the string it makes: raw where its mark is quoted so, dedented where it is squiggly."""
    mark = text_of(beginning)
    closing = body.children[-1]
    start = source.index(b"\n", body.start_byte) + 1
    end = source.rfind(b"\n", 0, closing.start_byte) + 1
    line = line_of(beginning)
    if "`" in mark:
        return s.Unsupported(line, "backticks")
    raw = "'" in mark
    pieces: list[Segment]
    if raw:
        pieces = [source[start:end].decode("utf-8", "surrogateescape")] if end > start else []
    else:
        pieces = segments(body, source, start, max(start, end))
    pieces = [_newlines(p) if isinstance(p, str) else p for p in pieces]
    if mark.startswith("<<~"):
        pieces = dedent(pieces)
    return joined(parts(pieces, line, expression, (lambda text: text) if raw else unescape), line)


def _width(indent: str) -> int:
    width = 0
    for character in indent:
        width = (width // 8 + 1) * 8 if character == "\t" else width + 1
    return width


def dedent(pieces: list[Segment]) -> list[Segment]:
    """What ``<<~`` takes away: the smallest indentation of the lines that are not blank."""
    smallest: int | None = None
    fresh = True
    for place, piece in enumerate(pieces):
        if not isinstance(piece, str):
            if fresh:
                smallest = 0
            fresh = False
            continue
        for number_, line in enumerate(piece.split("\n")):
            if number_ or fresh:
                stripped = line.lstrip(" \t")
                ends_at_code = number_ == piece.count("\n") and place + 1 < len(pieces)
                if stripped or ends_at_code:
                    width = _width(line[: len(line) - len(stripped)])
                    smallest = width if smallest is None else min(smallest, width)
        fresh = piece.endswith("\n")
    if not smallest:
        return pieces
    out: list[Segment] = []
    fresh = True
    for piece in pieces:
        if not isinstance(piece, str):
            out.append(piece)
            fresh = False
            continue
        lines = piece.split("\n")
        out.append("\n".join(_cut(t, smallest) if n or fresh else t for n, t in enumerate(lines)))
        fresh = piece.endswith("\n")
    return out


def _cut(line: str, width: int) -> str:
    taken = 0
    for place, character in enumerate(line):
        if character not in " \t" or taken >= width:
            return line[place:]
        step = (taken // 8 + 1) * 8 if character == "\t" else taken + 1
        if step > width:
            return line[place:]
        taken = step
    return ""


def tree_root(tree: Tree | Node) -> Node:
    """The root of a tree, or the node itself."""
    return tree.root_node if isinstance(tree, Tree) else tree
