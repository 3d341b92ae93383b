"""Which stretches of a text are of which kind (keyword, string, symbol, comment, number), and where on its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from designer.ruby.document import Document
from designer.ruby.highlight import highlights
from designer.ui.textmap import utf16_length

__all__ = ["Spans", "json_spans", "no_spans", "on_lines", "ruby_spans"]

Spans = Callable[[int, int], Iterable[tuple[int, int, str]]]
"""Spans (start, end, kind) between two byte offsets of a text that it was made for."""

_JSON = re.compile(rb'"(?:[^"\\\n]|\\.)*"(?P<key>\s*:)?|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\b(?:true|false|null)\b')


def ruby_spans(source: bytes) -> Spans:
    document = Document.parse(source)
    return lambda start, end: ((h.start, h.end, h.kind) for h in highlights(document, start, end))


def json_spans(source: bytes) -> Spans:
    """Keys are symbols, as they are in Ruby."""

    def spans(start: int, end: int) -> Iterable[tuple[int, int, str]]:
        for match in _JSON.finditer(source, start, end):
            first = source[match.start() : match.start() + 1]
            if first == b'"':
                yield match.start(), match.end(), "symbol" if match["key"] else "string"
            else:
                yield match.start(), match.end(), "keyword" if first.isalpha() else "number"

    return spans


def no_spans(_start: int, _end: int) -> Iterable[tuple[int, int, str]]:
    return ()


def on_lines(source: bytes, spans: Spans, begin: int, end: int) -> Iterator[list[tuple[int, int, str]]]:
    """For each line between two byte offsets, of which ``begin`` starts one: start, length and kind of what is on it,
    counted in UTF-16 units from the line's start. A span over several lines is on each of them."""
    found = sorted(spans(begin, end))
    at, line_start = 0, begin
    while line_start <= end:
        newline = source.find(b"\n", line_start, end)
        line_end = end if newline < 0 else newline
        while at < len(found) and found[at][1] <= line_start:
            at += 1
        line: list[tuple[int, int, str]] = []
        index = at
        while index < len(found) and found[index][0] < line_end:
            start, stop, kind = found[index]
            index += 1
            start, stop = max(start, line_start), min(stop, line_end)
            before = utf16_length(source[line_start:start].decode("utf-8", "ignore"))
            line.append((before, utf16_length(source[start:stop].decode("utf-8", "ignore")), kind))
        yield line
        line_start = line_end + 1
