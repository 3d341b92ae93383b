"""Views of a reply that are texts: its cookies, its bytes, the way to one of its values."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass
from typing import Any

from designer.masking import DOTS, Masks
from designer.ui.replyparts import LINE, TEXT_PART, cut_lines
from designer.ui.setout import json_set_out, xml_set_out
from designer.ui.wiretext import SHOWN_BYTES, header_value, no_text, pretty, size, text_of
from designer.wire import WireResponse
from designer.wire.sighting import Sighting
from designer.wire.signals import Verdict

__all__ = [
    "BodyFace",
    "body_face",
    "cookies",
    "is_xml",
    "json_path",
    "sighting_text",
    "tree_value",
]

_LINES = 4000
_WORDS = 64
"""Characters of a line of prose."""
_NO_TEXT = "Hex shows them, Preview does where they are a picture, and the arrow above saves them to a file."
_REACH = 8 * 1024
"""Bytes beyond what is shown that are looked through for a secret that begins before."""
_TOLD = 300
"""Characters of a value in the tree."""

_KEY = re.compile(r'("(?:[^"\\]|\\.)*"): ')


def cookies(response: WireResponse, masks: Masks) -> list[str]:
    """Each ``Set-Cookie`` (RFC 6265 §4.1) as lines: the name with its value hidden, then the attributes."""
    found = []
    for name, value in response.headers:
        if name.lower() == "set-cookie":
            pair, *attributes = (part.strip() for part in value.split(";"))
            cookie, _, content = pair.partition("=")
            if masks.reveals:
                found.append("\n".join([f"{cookie}: {content}", *(f"  {one}" for one in attributes if one)]))
                continue
            shown = f"{DOTS} ({len(content)} characters)" if content else "(empty, which takes it away)"
            found.append("\n".join([f"{cookie}: {shown}", *(f"  {masks.text(one)}" for one in attributes if one)]))
    return found


@dataclass(frozen=True, slots=True)
class BodyFace:
    """A body as it is shown: ``kind`` is "json", "xml" or "text"; ``whole`` is False where only its beginning is."""

    text: str
    kind: str
    whole: bool


def body_face(response: WireResponse, masks: Masks) -> BodyFace:
    """The body set out for reading. Long ones are cut, and so are long lines: a text view stands still over them."""
    content_type = header_value(response.headers, "content-type")
    body, cut = response.body, len(response.body) > TEXT_PART
    long = cut and len(body) > SHOWN_BYTES
    read = text_of(_beginning(body, TEXT_PART) if long else body, content_type, masks)
    if read is None:
        return BodyFace(f"{no_text(len(body))}\n{_NO_TEXT}", "text", True)
    if long:
        # A beginning alone parses as nothing.
        text, kind = read[:TEXT_PART], "text"
        if "json" in content_type.lower() or text[:1] in "{[":
            text, kind = json_set_out(text), "json"
        elif is_xml(content_type.partition(";")[0].strip().lower(), body):
            text, kind = xml_set_out(text), "xml"
    else:
        text, kind = pretty(read, content_type)
    shown = _first_lines(text[: TEXT_PART * 2])
    text, cut = shown, cut or len(shown) < len(text)
    if any(len(line) > LINE for line in text.split("\n")):
        text, kind = cut_lines(text), "text"
    if cut:
        text += f"\n… the beginning of {size(len(body))}; Raw and Hex show all of it, Tree folds it (JSON and XML)"
    return BodyFace(text or "(empty)", kind, not cut)


def _first_lines(text: str) -> str:
    """As many lines as a text view takes without a stutter."""
    at = -1
    for _ in range(_LINES):
        at = text.find("\n", at + 1)
        if at < 0:
            return text
    return text[:at]


def _beginning(body: bytes, count: int) -> bytes:
    """``count`` bytes and as much after them as a secret may reach: it is masked whole, and cut off then. Where that is
    not all, a UTF-8 character cut in two at the end is left out; what is no text stays none."""
    end = count + _REACH
    if end >= len(body):
        return body
    start = end
    while start > end - 4 and body[start] & 0xC0 == 0x80:
        start -= 1
    return body[:start]


def tree_value(value: Any, name: str, masks: Masks) -> Any:
    """A value of a reply as the tree shows it, masked before it is cut; ``name`` is what it stands under."""
    shown = masks.value(value, name)
    return f"{shown[:_TOLD]}…" if isinstance(shown, str) and len(shown) > _TOLD else shown


def is_xml(kind: str, body: bytes) -> bool:
    """Whether a body of the media type ``kind`` (lower case, without parameters) is XML (RFC 7303 §4)."""
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
        return not kind.startswith("image/")
    return "html" not in kind and body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")


def sighting_text(seen: Sighting) -> str:
    """What ``detect_on`` or ``refresh_on`` makes of a reply: the verdict, each entry, what they are held against."""
    lines = textwrap.wrap(seen.summary, _WORDS)
    if seen.verdicts:
        lines += ["", *(f"{seen.key}[{one.place}]  {one.entry}  {_verdict(one)}" for one in seen.verdicts)]
    for name, text in seen.candidates:
        lines += ["", f"── {name} ──", text or "(empty)"]
    return cut_lines("\n".join(lines))


def _verdict(one: Verdict) -> str:
    return f"✓ recognises {' and '.join(one.recognised)}" if one.recognised else "✗ recognises nothing"


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
