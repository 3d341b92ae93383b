"""Views of a reply that are texts: its cookies, its bytes, the way to one of its values."""

from __future__ import annotations

import json
import re

from designer.masking import DOTS, Masks
from designer.wire import WireResponse

__all__ = ["cookies", "hex_lines", "json_path"]

_KEY = re.compile(r'("(?:[^"\\]|\\.)*"): ')


def cookies(response: WireResponse, masks: Masks) -> list[str]:
    """Each ``Set-Cookie`` (RFC 6265 §4.1) as lines: the name with its value hidden, then the attributes."""
    found = []
    for name, value in response.headers:
        if name.lower() == "set-cookie":
            pair, *attributes = (part.strip() for part in value.split(";"))
            cookie, _, content = pair.partition("=")
            shown = f"{DOTS} ({len(content)} characters)" if content else "(empty, which takes it away)"
            found.append("\n".join([f"{cookie}: {shown}", *(f"  {masks.text(one)}" for one in attributes if one)]))
    return found


def hex_lines(data: bytes) -> str:
    """Sixteen bytes a line: offset, hexadecimal, ASCII."""
    lines = []
    for at in range(0, len(data), 16):
        chunk = data[at : at + 16]
        left, right = chunk[:8].hex(" "), chunk[8:].hex(" ")
        seen = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in chunk)
        lines.append(f"{at:08x}  {left:<23}  {right:<23}  {seen}")
    return "\n".join(lines) or "(empty)"


def json_path(text: str, line: int) -> str:
    """The way to the value on ``line`` (from 0) of JSON set out with two spaces, as Ruby reads it: ``['a'][0]``."""
    steps: list[str] = []
    counts: list[int] = []
    """Values seen so far in each container that is open."""
    path = ""
    for at, shown in enumerate(text.split("\n")):
        if at > line:
            break
        content = shown.strip()
        if content[:1] in ("]", "}") and counts:
            path = "".join(steps)
            counts.pop()
            if steps:
                steps.pop()
            continue
        step = ""
        if counts:
            counts[-1] += 1
            key = _KEY.match(content)
            step = f"[{counts[-1] - 1}]" if key is None else f"[{_quoted(json.loads(key[1]))}]"
        path = "".join(steps) + step
        if content[-1:] in ("{", "["):
            if counts:
                steps.append(step)
            counts.append(0)
    return path


def _quoted(name: str) -> str:
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
