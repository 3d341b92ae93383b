"""Between byte offsets of a source and positions of a Qt text document (UTF-16 units, one unit a line break)."""

from __future__ import annotations

__all__ = ["LineIndex", "shown_text", "utf8_length", "utf16_length"]

# What Qt would take for a line break although Ruby's file does not: shown as pictures of the same length.
_FALSE_BREAKS = (("\r", "\u240d"), ("\u2029", "\u00b6"), ("\u2028", "\u00b6"))


def shown_text(source: bytes) -> str:
    """The text a view shows for ``source``: line breaks as LF, everything else one unit for one unit."""
    text = source.decode("utf-8", "replace").replace("\r\n", "\n")
    # One after the other is fifty times as quick as a table for all of them.
    for given, shown in _FALSE_BREAKS:
        text = text.replace(given, shown)
    return text


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def utf8_length(source: bytes, start: int, units: int) -> int:
    """How many bytes from ``start`` make ``units`` UTF-16 units, CRLF counting as one."""
    text = source[start : start + 4 * units + 4].decode("utf-8", "ignore")
    at = length = 0
    while units > 0 and at < len(text):
        character = text[at]
        if character == "\r" and text[at + 1 : at + 2] == "\n":
            at += 2
            length += 2
        else:
            at += 1
            length += len(character.encode())
        units -= 2 if ord(character) > 0xFFFF else 1
    return length


class LineIndex:
    """Line starts of a source, found by walking from the line asked for last: quick where the eye stays near."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._line = 0
        self._start = 0

    def replaced(self, source: bytes, changed_from: int) -> None:
        """The source became ``source``; before ``changed_from`` it is the same."""
        if self._start > changed_from:
            self.line_of(changed_from)
        self.source = source

    def start(self, line: int) -> int:
        """Offset of the first byte of ``line`` (from 0); the end of the source beyond the last line."""
        while self._line < line:
            following = self.source.find(b"\n", self._start)
            if following < 0:
                return len(self.source)
            self._line += 1
            self._start = following + 1
        while self._line > line:
            self._start = self.source.rfind(b"\n", 0, self._start - 1) + 1
            self._line -= 1
        return self._start

    def line_of(self, byte: int) -> int:
        """The line (from 0) that holds ``byte``."""
        byte = max(0, min(byte, len(self.source)))
        if byte >= self._start:
            self._line += self.source.count(b"\n", self._start, byte)
        else:
            self._line -= self.source.count(b"\n", byte, self._start)
        self._start = self.source.rfind(b"\n", 0, byte) + 1
        return self._line
