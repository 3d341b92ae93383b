"""Reads CSV as Ruby's library does: an empty field is nil, a quoted empty one is "", broken quoting is an error."""

from __future__ import annotations

from collections.abc import Iterator


class MalformedError(ValueError):
    """``CSV::MalformedCSVError``; the message is Ruby's."""


def rows(text: str, separator: str = ",", quote: str = '"', ending: str | None = None) -> Iterator[list[str | None]]:
    """The rows of ``text``; a blank line is an empty row. ``ending`` None takes the first line's. Raises
    ``MalformedError``."""
    ending = ending or _first_ending(text)
    reader = _Reader(text, separator, quote, ending)
    while reader.at < len(text):
        yield reader.row()


def _first_ending(text: str) -> str:
    for index, char in enumerate(text):
        if char == "\n":
            return "\n"
        if char == "\r":
            return "\r\n" if text.startswith("\r\n", index) else "\r"
    return "\n"


class _Reader:
    def __init__(self, text: str, separator: str, quote: str, ending: str) -> None:
        self.at = 0
        self._text = text
        self._separator = separator
        self._quote = quote
        self._ending = ending
        self._line = 1

    def row(self) -> list[str | None]:
        if self._take(self._ending):
            self._line += 1
            return []
        fields = [self._field()]
        while self._take(self._separator):
            fields.append(self._field())
        if self.at < len(self._text) and not self._take(self._ending):
            raise MalformedError(f"Any value after quoted field isn't allowed in line {self._line}.")
        self._line += 1
        return fields

    def _field(self) -> str | None:
        return self._quoted() if self._take(self._quote) else self._bare()

    def _quoted(self) -> str:
        parts: list[str] = []
        opened = self._line
        while True:
            end = self._text.find(self._quote, self.at)
            if end < 0:
                raise MalformedError(f"Unclosed quoted field in line {opened}.")
            parts.append(self._text[self.at : end])
            self._line += parts[-1].count("\n")
            self.at = end + len(self._quote)
            if not self._take(self._quote):
                return "".join(parts)
            parts.append(self._quote)

    def _bare(self) -> str | None:
        ends = [self._text.find(mark, self.at) for mark in (self._separator, self._ending)]
        end = min((e for e in ends if e >= 0), default=len(self._text))
        field, self.at = self._text[self.at : end], end
        if self._quote in field:
            raise MalformedError(f"Illegal quoting in line {self._line}.")
        for mark in ("\r", "\n"):
            if mark in field:
                raise MalformedError(
                    f"Unquoted fields do not allow new line <{mark!r}> in line {self._line}.".replace("'", '"')
                )
        return field or None

    def _take(self, mark: str) -> bool:
        found = self._text.startswith(mark, self.at)
        self.at += len(mark) if found else 0
        return found
