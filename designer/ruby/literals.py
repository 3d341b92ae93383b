"""What Ruby literals mean: escapes, here-documents, percent literals, numbers.

Every function answers None where the text is not a plain literal (interpolation, bytes that are no UTF-8): the
element is then an expression, shown as the Ruby it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.ruby.parser import Node

_SIMPLE = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "e": 27, "s": 32}
_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<unicode>[0-9A-Fa-f]{4})"
    r"|u\{(?P<points>[ \t]*[0-9A-Fa-f]{1,6}(?:[ \t]+[0-9A-Fa-f]{1,6})*[ \t]*)\}"
    r"|(?P<control>(?:c|C-|M-).)|(?P<other>.))",
    re.DOTALL,
)
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_REGEX_META = set("$*+.?^|)]}>")

PURE_METHODS = frozenset({"freeze", "strip", "lstrip", "rstrip", "chomp", "squish", "strip_heredoc", "to_s", "dup"})
"""Methods without arguments after which a literal text is still a text known without running Ruby."""


def double_quoted(raw: str) -> str | None:
    """The value of what stands between double quotes."""
    if "\\" not in raw:
        return raw
    out = bytearray()
    last = 0
    for match in _ESCAPE.finditer(raw):
        out += raw[last : match.start()].encode()
        last = match.end()
        if (octal := match["octal"]) is not None:
            out.append(int(octal, 8) & 0xFF)
        elif (byte := match["hex"]) is not None:
            out.append(int(byte, 16))
        elif (points := match["unicode"] or match["points"]) is not None:
            for point in points.split():
                code = int(point, 16)
                if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                    return None
                out += chr(code).encode()
        elif (control := match["control"]) is not None and control[0] != "M":
            out.append(127 if control[-1] == "?" else ord(control[-1]) & 0x1F)
        elif control is not None or match["other"] in ("x", "u", "c", "C", "M"):
            return None
        elif (other := match["other"]) != "\n":
            code_of = _SIMPLE.get(other)
            out += other.encode() if code_of is None else bytes((code_of,))
    out += raw[last:].encode()
    try:
        return out.decode()
    except UnicodeDecodeError:
        return None


def single_quoted(raw: str, delimiters: str = "'") -> str:
    """The value of what stands between single quotes, or between the ``delimiters`` of ``%q``."""
    if "\\" not in raw:
        return raw
    return re.sub(rf"\\([\\{re.escape(delimiters)}])", r"\1", raw)


def _lines(text: str) -> str:
    """Ruby reads CRLF in a file as one newline."""
    return text.replace("\r\n", "\n") if "\r" in text else text


def _text(source: bytes, start: int, end: int) -> str:
    return _lines(source[start:end].decode())


def interpolates(node: Node) -> bool:
    """Whether a literal has ``#{…}`` in it."""
    return any(child.type == "interpolation" for child in node.children)


def quoted(node: Node, source: bytes) -> str | None:
    """The value of a ``string``, ``delimited_symbol`` or ``character`` node."""
    if node.type == "character":
        return double_quoted(_text(source, node.start_byte + 1, node.end_byte))
    children = node.children
    if len(children) < 2 or interpolates(node) or node.has_error:
        return None
    opener, closer = children[0], children[-1]
    mark = _text(source, opener.start_byte, opener.end_byte).lstrip(":")
    raw = _text(source, opener.end_byte, closer.start_byte)
    if mark == "'" or mark.startswith(("%q", "%s")):
        return single_quoted(raw, mark[-1] + _CLOSERS.get(mark[-1], ""))
    return double_quoted(raw)


def bare_word(node: Node, source: bytes) -> str | None:
    """The value of one word of ``%w[]``, ``%W[]``, ``%i[]`` or ``%I[]``."""
    raw = _text(source, node.start_byte, node.end_byte)
    if "\\" not in raw and "#" not in raw:
        return raw
    parent = node.parent
    opener = _text(source, parent.children[0].start_byte, parent.children[0].end_byte) if parent else "%w["
    if opener[1:2].isupper():
        return None if interpolates(node) else double_quoted(raw)
    return re.sub(rf"\\([\s\\{re.escape(opener[-1] + _CLOSERS.get(opener[-1], ''))}])", r"\1", raw)


def regex(node: Node, source: bytes) -> tuple[str, str] | None:
    """Source (as ``Regexp#source`` gives it) and flags of a ``regex`` node."""
    children = node.children
    if len(children) < 2 or interpolates(node) or node.has_error:
        return None
    opener, closer = children[0], children[-1]
    mark = source[opener.end_byte - 1 : opener.end_byte].decode()
    raw = _text(source, opener.end_byte, closer.start_byte)
    raw = re.sub(r"\\(\n|.)", lambda m: "" if m[1] == "\n" else m[0], raw)  # a continued line
    for delimiter in {mark, _CLOSERS.get(mark, mark)} - _REGEX_META:
        raw = re.sub(rf"\\(\\|{re.escape(delimiter)})", lambda m: m[0] if m[1] == "\\" else m[1], raw)
    return raw, _text(source, closer.start_byte + 1, closer.end_byte)


def integer(text: str) -> int | None:
    """The number an integer literal says (``0x``, ``0b``, ``0o``, ``0d``, ``017``, ``1_000``); None where it is none:
    ``08``."""
    digits = text.replace("_", "").lower()
    try:
        if re.fullmatch(r"0d\d+", digits):
            return int(digits[2:])
        if re.fullmatch(r"0[0-7]+", digits):
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        return None


def floating(text: str) -> float | None:
    """The number a float literal says; None where it is none."""
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None


# --- here-documents ---------------------------------------------------------------------------------------------------

_TAG = re.compile(r"<<([~-]?)([\"'`]?)(.*?)\2$", re.DOTALL)


def heredoc_opening(text: str) -> tuple[str, str, str]:
    """``<<~'TAG'`` as its squiggle (``~``, ``-`` or ``""``), its quote (``""`` where bare) and its tag."""
    match = _TAG.match(text)
    return (match[1], match[2], match[3]) if match else ("", "", "")


def heredoc_text(raw: str, squiggle: str, quote: str) -> str | None:
    """The value of a here-document whose lines (without the closing tag's) are ``raw``."""
    raw = _lines(raw)
    if squiggle == "~":
        raw = "".join(_dedent(_split(raw)))
    return raw if quote == "'" else double_quoted(raw)


def _split(text: str) -> list[str]:
    """Lines with their ends; only a newline ends a line (``str.splitlines`` knows more of them than Ruby)."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _dedent(lines: list[str]) -> Iterator[str]:
    margin = min((_width(line) for line in lines if line.strip(" \t\n")), default=0)
    for line in lines:
        width = 0
        cut = 0
        while cut < len(line) and line[cut] in " \t" and width < margin:
            step = 8 - width % 8 if line[cut] == "\t" else 1
            if width + step > margin:
                break
            width += step
            cut += 1
        yield line[cut:]


def _width(line: str) -> int:
    width = 0
    for char in line:
        if char == "\t":
            width += 8 - width % 8
        elif char == " ":
            width += 1
        else:
            break
    return width


def apply_method(text: str, method: str) -> str:
    """``text.method`` for one of ``PURE_METHODS``."""
    blank = " \t\n\v\f\r\0"
    if method == "strip":
        return text.rstrip(blank).lstrip(blank)
    if method == "lstrip":
        return text.lstrip(blank)
    if method == "rstrip":
        return text.rstrip(blank)
    if method == "chomp":
        return re.sub(r"(\r\n|\n|\r)\Z", "", text)
    if method == "squish":
        return re.sub(r"\s+", " ", text).strip()
    if method == "strip_heredoc":
        lines = _split(text)
        margin = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
        return "".join(line[margin:] if line[:margin].strip(" \t") == "" else line for line in lines)
    return text
