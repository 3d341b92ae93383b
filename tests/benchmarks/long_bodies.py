"""Replies of 50 MB of every kind, and what is asked of each face of one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

SIZE = 50_000_000
JSON, XML = "application/json", "application/xml"
_ITEM = {"id": 1234567, "name": "Ann Example", "tags": ["one", "two"], "deep": {"a": None, "b": True}}
_ELEMENT = "<item id='1234567'><name>Ann Example</name><tags><tag>one</tag><tag>two</tag></tags></item>"
_LINE = "2026-01-02T03:04:05Z INFO harbor.api request 1234567 served in 12 ms to 192.0.2.7\n"
_ROW = "<tr><td>1234567</td><td class='x'>Ann Example</td></tr>\n"


@dataclass(frozen=True)
class Kind:
    """``make`` gives the body; ``folds`` says that it has a tree, ``find`` what is searched for in it."""

    name: str
    media: str
    make: Callable[[], bytes]
    folds: bool = False
    find: str = "Ann"
    page: bool = False


def _filled(unit: str, before: str = "", after: str = "", between: str = "") -> bytes:
    count = SIZE // len((unit + between).encode()) + 1
    return f"{before}{between.join([unit] * count)}{after}".encode()


def _picture() -> bytes:
    """A bitmap (BMP) of 24 bits a pixel."""
    width, height = 5000, 3334
    size = 54 + width * 3 * height
    header = b"BM" + size.to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little")
    header += width.to_bytes(4, "little") + height.to_bytes(4, "little") + b"\x01\x00\x18\x00" + bytes(24)
    return header + random.Random(1).randbytes(3_000_000) * (size // 3_000_000 + 1)


KINDS = (
    Kind("5 kB of JSON", JSON, lambda: json.dumps({f"field_{n}": f"value {n}" for n in range(200)}).encode(), True),
    Kind("JSON on one line", JSON, lambda: _filled(json.dumps(_ITEM), '{"items": [', "]}", ", "), True),
    Kind("JSON set out", JSON, lambda: _filled(json.dumps(_ITEM, indent=2), "[\n", "\n]", ",\n"), True),
    Kind("one array of numbers", JSON, lambda: _filled("1234567", "[", "]", ","), True, "1234567"),
    Kind("one string", JSON, lambda: _filled("lorem ipsum ", '{"a": 1, "text": "', '", "b": 2}'), True, "ipsum"),
    Kind("one string of escapes", JSON, lambda: _filled('l\\"\\n\\u00e9', '{"text": "', '", "b": 2}'), True, "\\n"),
    Kind("JSON of other letters", JSON, lambda: _filled('{"name": "Zoë 漢字 😀"}', "[", "]", ","), True, "zo"),
    Kind("100,000 levels", JSON, lambda: b"[" * 100_000 + b"1" + b"]" * 100_000, True, "1"),
    Kind("15 MB of JSON", JSON, lambda: _filled(json.dumps(_ITEM), "[", "]", ", ")[: SIZE * 3 // 10], True),
    Kind("XML", XML, lambda: _filled(_ELEMENT, "<?xml version='1.0'?><items>", "</items>"), True),
    Kind("XML, 100,000 levels", XML, lambda: b"<a>" * 100_000 + b"x" + b"</a>" * 100_000, True, "x"),
    Kind("XML, one text", XML, lambda: _filled("a &amp; b ", "<r><t>", "</t><u>1</u></r>"), True, "amp"),
    Kind("HTML", "text/html", lambda: _filled(_ROW, "<html><table>", "</table></html>"), page=True),
    Kind("text", "text/plain", lambda: _filled(_LINE)),
    Kind("text of one line", "text/plain", lambda: _filled("word ")),
    Kind("bytes", "application/octet-stream", lambda: random.Random(1).randbytes(SIZE)),
    Kind("a picture", "image/bmp", _picture, page=True),
)
