"""Running every check over a document, and applying what it offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from designer.checks.context import Context, Finding
from designer.checks.model import Fix, FixEdit, Problem, Severity
from designer.checks.registry import CHECKS, Check
from designer.connection.model import Design
from designer.connection.spacing import insert_spaced
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ruby.edit import compose
from designer.ruby.pointer import parent

__all__ = ["apply_fix", "run"]

_DISABLE = re.compile(rb"#[ \t]*designer:disable[ \t]+([\w\-, \t]+)")


def run(doc: Document, design: Design | None = None, *, codes: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """Every problem of ``doc`` in the order of the text, the graver first where several begin at one place; with
    ``codes`` only those of these checks.

    A comment ``# designer:disable CODE`` on the line of a problem, or alone on the line above, silences it.
    """
    context = Context(doc, design)
    silenced = _silenced(doc.source)
    chosen = CHECKS.values() if codes is None else [CHECKS[code] for code in codes]
    found = [
        problem
        for each in chosen
        for finding in each.findings(context)
        if (problem := _problem(doc, each, finding)).code not in silenced.get(problem.line, frozenset())
    ]
    rank = list(Severity)
    return tuple(sorted(found, key=lambda each: (each.start, rank.index(each.severity), each.end, each.code)))


def apply_fix(doc: Document, fix: Fix) -> Change:
    """The edits of a fix as one change. Raises ``EditError`` where they no longer fit the document."""
    return compose(doc, *(_step(edit) for edit in fix.edits))


def _step(edit: FixEdit) -> Callable[[Document], Change]:
    def step(doc: Document) -> Change:
        if edit.remove:
            return doc.remove(edit.pointer)
        if edit.before is not None and doc.find(edit.pointer) is None:
            return insert_spaced(doc, edit.pointer, edit.value, before=edit.before)
        return doc.set(edit.pointer, edit.value)

    return step


def _problem(doc: Document, check: Check, finding: Finding) -> Problem:
    start, end = _span(doc, finding)
    first, last = doc.position(start), doc.position(end)
    return Problem(
        code=check.code,
        severity=check.severity,
        message=finding.message,
        why=check.why,
        pointer=finding.pointer,
        start=start,
        end=end,
        line=first.line,
        column=first.column,
        end_line=last.line,
        end_column=last.column,
        fixes=finding.fixes,
    )


def _span(doc: Document, finding: Finding) -> tuple[int, int]:
    """The place of a finding; of something that is missing, the key of the nearest thing around it."""
    if finding.start is not None and finding.end is not None:
        return finding.start, finding.end
    pointer = finding.pointer
    element = doc.find(pointer)
    missing = element is None
    while element is None and pointer:
        pointer = parent(pointer)[0]
        element = doc.find(pointer)
    if element is None:
        return 0, min(1, len(doc.source))
    if finding.key or missing:
        return _key_span(doc, pointer) or (element.start, element.start + 1)
    return element.start, element.end


def _key_span(doc: Document, pointer: str) -> tuple[int, int] | None:
    if not pointer:
        return None
    above, token = parent(pointer)
    container = doc.find(above)
    for entry in container.entries if container is not None else ():
        if entry.key == token:
            return entry.key_start, entry.key_end
    return None


def _silenced(source: bytes) -> dict[int, frozenset[str]]:
    """Codes silenced by line."""
    found: dict[int, frozenset[str]] = {}
    if b"designer:disable" not in source:  # a plain search is a hundred times quicker in a long file
        return found
    for match in _DISABLE.finditer(source):
        codes = frozenset(re.split(r"[,\s]+", match[1].decode().strip()))
        line = source.count(b"\n", 0, match.start()) + 1
        start = source.rfind(b"\n", 0, match.start()) + 1
        alone = not source[start : match.start()].strip()
        place = line + 1 if alone else line
        found[place] = found.get(place, frozenset()) | codes
    return found
