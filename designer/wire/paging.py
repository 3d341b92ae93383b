"""Long replies read a part at a time: the children of one node, the way to a place, the next hit of a search.

All of it works on the bytes as they came, in pieces of ``WINDOW``: one call of the regular expressions' machine on
50 MB would hold every thread of the process up. Offsets count bytes. ``stop`` is asked now and then whether to give up.
"""

from __future__ import annotations

import codecs
import html
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar

__all__ = ["ENDS", "GUESSED", "LONGEST", "WINDOW", "Marks", "Placed", "as_utf8", "charset_of", "find", "page", "shown"]

WINDOW = 64 * 1024
"""Bytes that one call looks at: less than a millisecond."""
LONGEST = 20_000
"""Characters of a text that are told of a value: more than is shown, for a part of a secret could not be masked."""
ENDS = 200_000
"""Containers of a reply whose ends are remembered."""
STRIDE = 100
"""Children from one mark to the next."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PIECE = 1_000_000
GUESSED = "windows-1252"
_TEXT = re.compile(
    r"\s*($|;|text/|application/(?:[\w.+-]*\+)?(?:json|xml|javascript|x-www-form-urlencoded))", re.IGNORECASE
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT = 64 * 1024
"""Bytes of a body that tell which charset it is in."""


class Placed(Protocol):
    """A node of a tree whose children are shown a page at a time."""

    @property
    def place(self) -> int:
        """Which child of its parent it is, from 0."""
        ...


N = TypeVar("N", bound=Placed)
S = TypeVar("S")

Stop = Callable[[], bool]


def never() -> bool:
    """For who cannot be interrupted."""
    return False


class Marks(Generic[S]):
    """Where every ``STRIDE``-th child of a container begins, as far as anybody has looked: the next page and a jump
    back begin there and not at the first child. Threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, list[S]] = {}

    def put(self, container: int, place: int, state: S) -> None:
        """``state`` is what is needed to go on with the child ``place`` of the container that begins at an offset."""
        with self._lock:
            known = self._known.setdefault(container, [])
            if place == STRIDE * (len(known) + 1):
                known.append(state)

    def before(self, container: int, place: int) -> tuple[int, S] | None:
        """The last mark up to ``place``: the child it stands for, and the state."""
        with self._lock:
            known = self._known.get(container, ())
            index = min(place // STRIDE, len(known))
            return (index * STRIDE, known[index - 1]) if index else None


def page(nodes: Iterable[N], skip: int, limit: int, tell: Callable[[N], object] | None) -> tuple[list[N], bool]:
    """``limit`` of ``nodes`` after the first ``skip``, and whether there are more. ``tell`` hears of each at once: what
    follows a long one is found only after its end."""
    found: list[N] = []
    for node in nodes:
        if node.place < skip:
            continue
        if len(found) == limit:
            return found, True
        found.append(node)
        if tell is not None:
            tell(node)
    return found, False


def shown(data: bytes, start: int, end: int, width: int = 4) -> tuple[str, bool]:
    """The bytes between two offsets as text, and whether it is cut: no more is decoded than may be told of characters
    that are up to ``width`` bytes long."""
    most = start + width * (LONGEST + 1)
    return data[start : min(end, most)].decode("utf-8", "ignore" if end > most else "replace"), end > most


def find(data: bytes, wanted: str, after: int, stop: Stop = never) -> int:
    """The offset of the next ``wanted`` at or after an offset, large and small letters alike, also where it is spelled
    as JSON or XML spell it; -1 where there is none."""
    spelled = {wanted, json.dumps(wanted)[1:-1], json.dumps(wanted, ensure_ascii=False)[1:-1], html.escape(wanted)}
    reach = max(len(one.encode("utf-8", "replace")) for one in spelled)
    plain = all(one.isascii() for one in spelled)
    needles = [one.encode("ascii").lower() for one in spelled] if plain else []
    pattern = re.compile("|".join(map(re.escape, sorted(spelled))), re.IGNORECASE)
    for start in range(after, len(data), WINDOW):
        if stop():
            break
        piece = data[start : start + WINDOW + reach]
        if plain:
            lower = piece.lower()
            at = min((hit for one in needles if (hit := lower.find(one)) >= 0), default=-1)
        else:
            # What is cut in two at an edge is none of the letters looked for.
            text = piece.decode("utf-8", "surrogateescape")
            match = pattern.search(text)
            at = -1 if match is None else len(text[: match.start()].encode("utf-8", "surrogateescape"))
        if 0 <= at < WINDOW:
            return start + at
    return -1


def charset_of(content_type: str, body: bytes = b"") -> str:
    """The charset that a body is in by its Content-Type, else by how it begins (a byte order mark, an XML declaration:
    RFC 7303 §3), else UTF-8; ``GUESSED`` for a text that names none and is not UTF-8, as browsers read it."""
    if named := _CHARSET.search(content_type):
        return named[1]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(body[:200])
    if declared:
        return declared[1].decode("ascii")
    return GUESSED if _TEXT.match(content_type) is not None and _is_foreign_text(body[:_LOOKED_AT]) else "utf-8"


def _is_foreign_text(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return not _CONTROLS.search(data)
    return False


def as_utf8(data: bytes, charset: str) -> bytes:
    """``data`` in UTF-8; itself where it is that already, or where nobody knows the charset."""
    try:
        b"a".decode(charset, "replace")  # tells charsets from Python's other codecs
        codec = codecs.lookup(charset)
    except (LookupError, ValueError):
        return data
    if codec.name in ("utf-8", "ascii", "idna", "punycode", "unicode-escape", "raw-unicode-escape"):
        return data
    return b"".join(_transcoded(data, codec))


def _transcoded(data: bytes, codec: codecs.CodecInfo) -> Iterator[bytes]:
    assert codec.incrementaldecoder is not None
    decoder = codec.incrementaldecoder("replace")
    for at in range(0, len(data), _PIECE):
        yield decoder.decode(data[at : at + _PIECE]).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")
