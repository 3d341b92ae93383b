"""Differences between two texts by lines, quick where they differ in one place of a long file."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

__all__ = ["DiffLine", "Span", "changed_span", "count", "diff_lines"]

_TOO_LONG = 4000


@dataclass(frozen=True, slots=True)
class Span:
    """``old[start:end]`` became ``new``; byte offsets."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class DiffLine:
    """``kind``: " " same, "+" added, "-" removed, "@" a gap of ``text`` lines left out. Line numbers from 1."""

    kind: str
    text: str
    old: int | None = None
    new: int | None = None


def changed_span(old: bytes, new: bytes) -> Span | None:
    """The smallest span that turns ``old`` into ``new``, on whole UTF-8 characters and whole CRLF; None if equal."""
    if old == new:
        return None
    prefix = _common(old, new)
    while prefix > 0 and (_inside(old, prefix) or _inside(new, prefix)):
        prefix -= 1
    limit = min(len(old), len(new)) - prefix
    suffix = _common_end(old, new, limit)
    while suffix > 0 and (_inside(old, len(old) - suffix) or _inside(new, len(new) - suffix)):
        suffix -= 1
    return Span(prefix, len(old) - suffix, new[prefix : len(new) - suffix])


def _inside(text: bytes, at: int) -> bool:
    """Whether an edge at ``at`` would cut a character or a CRLF in two."""
    if at >= len(text):
        return False
    return text[at] & 0xC0 == 0x80 or (at > 0 and text[at] == 0x0A and text[at - 1] == 0x0D)


def _common(old: bytes, new: bytes) -> int:
    # Slices compare at the speed of memcmp, so halving beats walking.
    low, high = 0, min(len(old), len(new))
    a, b = memoryview(old), memoryview(new)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: bytes, new: bytes, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _lines(text: bytes) -> list[str]:
    lines = text.decode("utf-8", "replace").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _operations(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(a), len(b)) > _TOO_LONG:
        middle = [("replace", 0, len(a), 0, len(b))]
    else:
        middle = [tuple(code) for code in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()]  # type: ignore[misc]
    operations = [("equal", 0, head, 0, head)] if head else []
    operations += [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in middle]
    if tail:
        operations.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return operations


def count(old: bytes, new: bytes) -> tuple[int, int]:
    """How many lines were added and removed."""
    added = removed = 0
    if (span := changed_span(old, new)) is not None:
        first = old.rfind(b"\n", 0, span.start) + 1
        rest = len(old) - ((old.find(b"\n", span.end) + 1) or len(old))
        a, b = _lines(old[first : len(old) - rest]), _lines(new[first : len(new) - rest])
        for tag, i1, i2, j1, j2 in _operations(a, b):
            if tag != "equal":
                added += j2 - j1
                removed += i2 - i1
    return added, removed


def diff_lines(old: bytes, new: bytes, context: int = 3) -> list[DiffLine]:
    """The differences with ``context`` lines around each; empty where the texts have the same lines."""
    a, b = _lines(old), _lines(new)
    operations = _operations(a, b)
    if all(tag == "equal" for tag, *_ in operations):
        return []
    shown: list[DiffLine] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(operations):
        if tag != "equal":
            shown += [DiffLine("-", a[i], old=i + 1) for i in range(i1, i2)]
            shown += [DiffLine("+", b[j], new=j + 1) for j in range(j1, j2)]
            continue
        first, last = index == 0, index == len(operations) - 1
        keep_head = 0 if first else context
        keep_tail = 0 if last else context
        if i2 - i1 <= keep_head + keep_tail + 1:
            shown += [DiffLine(" ", a[i], i + 1, j1 + i - i1 + 1) for i in range(i1, i2)]
            continue
        shown += [DiffLine(" ", a[i], i + 1, j1 + i - i1 + 1) for i in range(i1, i1 + keep_head)]
        shown.append(DiffLine("@", str(i2 - i1 - keep_head - keep_tail)))
        shown += [DiffLine(" ", a[i], i + 1, j1 + i - i1 + 1) for i in range(i2 - keep_tail, i2)]
    return shown
