"""AWS's answer to a signature it did not expect, held against the signature that was made."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer import facts

if TYPE_CHECKING:
    from designer.wire.sigv4 import Explanation

__all__ = ["Difference", "Refusal", "code_of", "first_difference", "meaning_of", "read_refusal", "side_by_side"]

_QUOTED = {
    "canonical_request": re.compile(r"Canonical String for this request should have been\s*'(.*?)'\s*(?:\n\n|$)", re.S),
    "string_to_sign": re.compile(r"String-to-Sign should have been\s*'(.*?)'\s*$", re.S),
}
_TAGS = {"canonical_request": "CanonicalRequest", "string_to_sign": "StringToSign"}


_CODE = re.compile(r'<Code>\s*([\w.]+)\s*</Code>|"(?:__type|code|Code)"\s*:\s*"([^"]+)"')
_TOLD = (
    ("Signed at", "RequestTime"),
    ("Server's time", "ServerTime"),
    ("Region", "Region"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS computed for the request it received; None for what its answer does not tell."""

    canonical_request: str | None
    string_to_sign: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference between two texts. ``what`` names the text, ``line`` and ``column`` count from 1 in code
    points; ``ours`` and ``theirs`` are that line in each, "" where it ends before."""

    what: str
    line: int
    column: int
    ours: str
    theirs: str
    meaning: str


def read_refusal(body: str) -> Refusal | None:
    """The body of a ``SignatureDoesNotMatch`` answer: S3's XML, or the message other services put into XML or JSON.

    None where it carries neither a canonical request nor a string to sign.
    """
    text = body.strip()
    message = _message(text)
    found: dict[str, str] = {}
    for name, tag in _TAGS.items():
        tagged = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        quoted = _QUOTED[name].search(message)
        if tagged is not None:
            found[name] = html.unescape(tagged[1])
        elif quoted is not None:
            found[name] = quoted[1]
    if not found:
        return None
    return Refusal(*(_lines(found.get(name)) for name in _TAGS))


def code_of(body: str) -> str:
    """The code of AWS's error in an answer (``RequestTimeTooSkewed``), "" where there is none."""
    found = _CODE.search(body)
    return (found[1] or found[2]).rpartition("#")[2].partition(":")[0] if found is not None else ""


def meaning_of(body: str) -> str:
    """What the code of AWS's error means for the signature, "" for one that says nothing of it."""
    code = code_of(body)
    for entry in facts.table("aws_refusals")["refusal"] if code else ():
        if code in entry["code"]:
            told = [
                f"{word}: {found[1]}" for word, tag in _TOLD if (found := re.search(rf"<{tag}>(.*?)</{tag}>", body))
            ]
            return " ".join([entry["means"], *(f"{one}." for one in told)])
    return ""


def first_difference(made: Explanation, refusal: Refusal) -> Difference | None:
    """Where the two part, in the canonical request or else in the string to sign; None where what AWS tells is what
    was signed, so that only the secret key can differ. A canonical request that is not known ("") is passed over."""
    pairs = (
        ("canonical request", made.canonical_request, refusal.canonical_request),
        ("string to sign", made.string_to_sign, refusal.string_to_sign),
    )
    for what, ours, theirs in pairs:
        if theirs is not None and ours and ours != theirs:
            return _difference(what, ours.split("\n"), theirs.split("\n"))
    return None


def side_by_side(found: Difference, theirs: str = "AWS") -> str:
    """The two lines one below the other with a mark where they part; of long ones what stands around it. ``theirs`` is
    whose the other one is."""
    start = max(0, found.column - 1 - _BEFORE)
    lead = "…" if start else ""
    rows = [
        f"{who:>6}: {lead}{line[start : start + _AROUND]}{'…' if len(line) > start + _AROUND else ''}"
        for who, line in (("signed", found.ours), (theirs, found.theirs))
    ]
    return "\n".join([*(row.rstrip() for row in rows), " " * (8 + len(lead) + found.column - 1 - start) + "^"])


_BEFORE, _AROUND = 20, 40
"""Characters of a line that are shown: before where two part, and in all."""


def _difference(what: str, ours: list[str], theirs: list[str]) -> Difference:
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    mine = ours[at] if at < len(ours) else ""
    other = theirs[at] if at < len(theirs) else ""
    same = next((i for i, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), min(len(mine), len(other)))
    meaning = _canonical_part(ours, at) if what == "canonical request" else _STRING_PARTS[min(at, 3)]
    return Difference(what, at + 1, same + 1, mine, other, meaning)


_STRING_PARTS = (
    "the algorithm",
    "the time of signing: X-Amz-Date, or the clock",
    "the scope: date, region or service",
    "the hash of the canonical request",
)


def _canonical_part(lines: list[str], at: int) -> str:
    """What the line means, by its place: method, path, query, headers, their names, the hash of the body."""
    if at < 3:
        return ("the method", "the path, percent-encoded", "the query, sorted and percent-encoded")[at]
    if at >= len(lines) - 1:
        return "the hash of the body"
    if at == len(lines) - 2:
        return "the names of the signed headers"
    return f"the header {lines[at].partition(':')[0]}" if lines[at] else "the end of the headers"


def _message(text: str) -> str:
    if text.startswith("{"):
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return str(next((given[key] for key in ("message", "Message") if key in given), "")).replace("\r\n", "\n")
    tagged = re.search(r"<Message>(.*?)</Message>", text, re.S)
    return html.unescape(tagged[1]) if tagged is not None else text


def _lines(text: str | None) -> str | None:
    return None if text is None else text.replace("\r\n", "\n")
