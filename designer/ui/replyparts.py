"""A reply as it came, as text or as bytes: all of it, a part at a time, secrets hidden."""

from __future__ import annotations

from designer.masking import Masks
from designer.ui.wiretext import header_value
from designer.wire import WireResponse
from designer.wire.pieces import Piece, masked_piece

__all__ = ["HEX_PART", "LINE", "TEXT_PART", "cut_lines", "hex_lines", "hex_part", "parts_of", "raw_part"]

TEXT_PART = 64_000
"""Bytes of a body that a text view takes without a stutter; a multiple of the width of any character."""
HEX_PART = 8 * 1024
LINE = 1000
"""Characters of a line that are drawn in one piece."""
_OTHER_LINE = 250
"""The same, where not all of them are ASCII."""
_SEEN = bytes(byte if 32 <= byte < 127 else 0x2E for byte in range(256))


def parts_of(length: int, size: int) -> int:
    """How many parts of ``size`` bytes a body has, one at least."""
    return max(1, -(-length // size))


def raw_part(response: WireResponse, masks: Masks, number: int) -> Piece:
    """The part ``number`` (from 0) of ``TEXT_PART`` bytes as text; what is no text in it is replaced."""
    part = _piece(response, masks, number * TEXT_PART, TEXT_PART)
    return Piece(cut_lines(part.text) or "(empty)", part.masked)


def hex_part(response: WireResponse, masks: Masks, number: int) -> Piece:
    """The part ``number`` (from 0) of ``HEX_PART`` bytes, sixteen a line. Bytes cannot be masked one by one: where a
    secret is among them the text is masked, and shown as its bytes, or this face would tell what the others hide."""
    start = number * HEX_PART
    part = _piece(response, masks, start, HEX_PART)
    if part.masked:
        return Piece(f"Secrets in the body are masked.\n\n{hex_lines(part.text.encode()[:HEX_PART], start)}", True)
    return Piece(hex_lines(response.body[start : start + HEX_PART], start), False)


def _piece(response: WireResponse, masks: Masks, start: int, size: int) -> Piece:
    return masked_piece(response.body, header_value(response.headers, "content-type"), masks, start, size)


def cut_lines(text: str) -> str:
    """``text`` with long lines broken: a text view stands still over them, longer where each letter has to be looked
    for in several fonts."""
    made: list[str] = []
    for line in text.split("\n"):
        size = LINE if line.isascii() else _OTHER_LINE
        made += (line[at : at + size] for at in range(0, max(len(line), 1), size))
    return "\n".join(made)


def hex_lines(data: bytes, first: int = 0) -> str:
    """Sixteen bytes a line: offset, counted from ``first``, hexadecimal, ASCII."""
    lines = []
    for at in range(0, len(data), 16):
        chunk = data[at : at + 16]
        left, right = chunk[:8].hex(" "), chunk[8:].hex(" ")
        seen = chunk.translate(_SEEN).decode("ascii")
        lines.append(f"{first + at:08x}  {left:<23}  {right:<23}  {seen}")
    return "\n".join(lines) or "(empty)"
