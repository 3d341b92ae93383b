"""Template texts: what a form shows for a Ruby string that reads settings.

``"https://#{subdomain}.example.com"`` is a text with one chip; in Ruby it is
``"https://#{connection['subdomain']}.example.com"``. A template that is one chip and nothing else is the bare
setting, so that a missing value stays nil instead of becoming an empty text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Chip", "Part", "chips", "chips_in", "from_parts", "parts"]

_CHIP = re.compile(r"#\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Chip:
    """A setting read inside a template."""

    name: str


Part = str | Chip


def parts(template: str) -> tuple[Part, ...]:
    """The literal pieces and chips of ``template``, in order, without empty pieces."""
    found: list[Part] = []
    position = 0
    for match in _CHIP.finditer(template):
        if match.start() > position:
            found.append(template[position : match.start()])
        found.append(Chip(match[1]))
        position = match.end()
    if position < len(template):
        found.append(template[position:])
    return tuple(found)


def from_parts(pieces: Iterable[Part]) -> str | None:
    """The template of ``pieces``, or None where a literal piece would be mistaken for a chip."""
    merged: list[Part] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    text = "".join(piece if isinstance(piece, str) else f"#{{{piece.name}}}" for piece in merged)
    return text if parts(text) == tuple(merged) else None


def chips(template: str) -> tuple[str, ...]:
    """The names of the settings ``template`` reads, in order of first use."""
    return tuple(dict.fromkeys(piece.name for piece in parts(template) if isinstance(piece, Chip)))


def chips_in(value: Any) -> tuple[str, ...]:
    """The settings read anywhere in form parameters: texts, rows and nested values."""
    if isinstance(value, str):
        return chips(value)
    nested: Iterable[Any] = ()
    if isinstance(value, Mapping):
        nested = value.values()
    elif isinstance(value, list | tuple):
        nested = value
    return tuple(dict.fromkeys(name for item in nested for name in chips_in(item)))
