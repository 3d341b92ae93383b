"""New keys in a hash whose author leaves a blank line between keys get one too."""

from __future__ import annotations

import itertools

from designer.ruby import Document, Element, RubyValue
from designer.ruby.change import Change, Replacement
from designer.ruby.edit import compose
from designer.ruby.pointer import parent

__all__ = ["insert_spaced"]


def insert_spaced(doc: Document, pointer: str, value: RubyValue, *, before: str | None = None) -> Change:
    """``doc.insert`` in the hash's own spacing. Raises like it."""
    container = doc.find(parent(pointer)[0])
    if container is None or not _spaced(container):
        return doc.insert(pointer, value, before=before)
    return compose(doc, lambda d: d.insert(pointer, value, before=before), lambda d: _air(d, pointer))


def _spaced(container: Element) -> bool:
    """Whether blank lines stand between most of the keys."""
    entries = container.entries
    source = container.document.source
    gaps = [source[a.end : b.start] for a, b in itertools.pairwise(entries)]
    return bool(gaps) and 2 * sum(_blank(gap) for gap in gaps) > len(gaps)


def _blank(gap: bytes) -> bool:
    lines = gap.split(b"\n")[1:-1]
    return any(not line.strip() for line in lines)


def _air(doc: Document, pointer: str) -> Change:
    """Blank lines around the entry at ``pointer``, where there are none."""
    above, token = parent(pointer)
    container = doc.find(above)
    entries = container.entries if container is not None else ()
    at = next((index for index, entry in enumerate(entries) if entry.key == token), None)
    if at is None:
        return compose(doc)
    source, newline = doc.source, doc.newline.encode()
    found = []
    for first, second in ((at - 1, at), (at, at + 1)):
        if first < 0 or second >= len(entries):
            continue
        gap = source[entries[first].end : entries[second].start]
        place = source.find(b"\n", entries[first].end, entries[second].start) + 1
        if b"\n" in gap and not _blank(gap):
            found.append(Replacement(place, place, newline))
    return doc.apply(found)
