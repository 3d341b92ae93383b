"""JSON values as Ruby literals, for everything that leaves as Ruby."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

__all__ = ["escaped", "literal", "quoted"]


def literal(
    value: Any,
    *,
    key: Callable[[str], str],
    text: Callable[[str, str], str],
    number: Callable[[Any], str] = json.dumps,
    name: str = "",
) -> str:
    """``value`` in one line. ``key`` writes a hash's key with its arrow or colon; ``text`` a text, given the name it
    stands under (items of a list go by the list's); ``number`` a number."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number(value)
        case dict():
            pairs = ((str(one), inner) for one, inner in value.items())
            inner = ", ".join(
                f"{key(one)}{literal(inner, key=key, text=text, number=number, name=one)}" for one, inner in pairs
            )
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return "[" + ", ".join(literal(one, key=key, text=text, number=number, name=name) for one in value) + "]"
    return text(name, str(value))


def quoted(text: str) -> str:
    """A string: in single quotes, or in double ones where it holds control characters."""
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        return f'"{escaped(text)}"'
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def escaped(text: str) -> str:
    """For double quotes: JSON's escapes are Ruby's, but for the interpolation."""
    return re.sub(r"#(?=[{$@])", r"\\#", json.dumps(text, ensure_ascii=False)[1:-1])
