"""Lines and columns from byte offsets, without walking the file."""

from __future__ import annotations

from dataclasses import dataclass

from designer.ruby.parser import Node


@dataclass(frozen=True, slots=True)
class Position:
    """``line`` and ``column`` count from 1; the column counts code points."""

    line: int
    column: int


def row_of(source: bytes, root: Node, byte: int) -> int:
    """The row (from 0) of ``byte``: the tree knows the row of a node nearby, so only the gap is counted."""
    node = root.descendant_for_byte_range(byte, byte) or root
    near, row = node.start_byte, node.start_point.row
    child = node.first_child_for_byte(byte)
    if child is not None and abs(child.start_byte - byte) < byte - near:
        near, row = child.start_byte, child.start_point.row
    if near <= byte:
        return row + source.count(b"\n", near, byte)
    return row - source.count(b"\n", byte, near)


def line_start(source: bytes, byte: int) -> int:
    """Offset of the first byte of the line that holds ``byte``."""
    return source.rfind(b"\n", 0, byte) + 1


def line_end(source: bytes, byte: int) -> int:
    """Offset just before the line break (LF or CRLF) of the line that holds ``byte``; the end of a last line."""
    end = source.find(b"\n", byte)
    if end < 0:
        return len(source)
    return end - 1 if end > byte and source[end - 1 : end] == b"\r" else end


def next_line(source: bytes, byte: int) -> int:
    """Offset just after the line break of the line that holds ``byte``; the end of the file after a last line."""
    end = source.find(b"\n", byte)
    return len(source) if end < 0 else end + 1


def leading_space(source: bytes, byte: int) -> str:
    """The indentation of the line that holds ``byte``."""
    start = line_start(source, byte)
    end = start
    while source[end : end + 1] in (b" ", b"\t"):
        end += 1
    return source[start:end].decode()


def starts_line(source: bytes, byte: int) -> bool:
    """Whether nothing but indentation stands before ``byte`` on its line."""
    return not source[line_start(source, byte) : byte].strip()


def position(source: bytes, root: Node, byte: int) -> Position:
    """Line and column (both from 1, the column in code points) of a byte offset, which is held within the text."""
    byte = max(0, min(byte, len(source)))
    start = line_start(source, byte)
    column = len(source[start:byte].decode(errors="ignore")) + 1
    return Position(row_of(source, root, byte) + 1, column)
