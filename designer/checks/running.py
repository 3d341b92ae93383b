"""Running every check over a document, and applying what it offers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from designer.checks.context import Context, Finding
from designer.checks.model import Fix, FixEdit, Problem, Severity
from designer.checks.registry import CHECKS, Check
from designer.checks.silence import codes_end, key_span, lines_of, where_silent
from designer.connection.model import Design
from designer.connection.spacing import insert_spaced
from designer.ruby import Document, EditError
from designer.ruby.change import Change, Replacement
from designer.ruby.edit import compose
from designer.ruby.pointer import parent

__all__ = ["apply_fix", "run", "silence"]


def run(
    doc: Document, design: Design | None = None, *, codes: Iterable[str] | None = None, official: bool = False
) -> tuple[Problem, ...]:
    """Every problem of ``doc`` in the order of the text, the graver first where several begin at one place; with
    ``codes`` only those of these checks. ``official``: the connector's project works with the official command line.

    A comment ``# designer:disable CODE`` on a line, or alone on the line above it, silences a check on that line and
    in every element of the connector that begins there.
    """
    context = Context(doc, design, official=official)
    silent = where_silent(doc)
    broken = doc.broken_off is not None
    chosen = CHECKS.values() if codes is None else [CHECKS[code] for code in codes]
    found = [
        problem
        for each in chosen
        if not (each.absence and broken)
        for finding in each.findings(context)
        if not _is_silent(doc, problem := _problem(doc, each, finding), silent.get(each.code))
    ]
    rank = list(Severity)
    return tuple(sorted(found, key=lambda each: (each.start, rank.index(each.severity), each.end, each.code)))


def apply_fix(doc: Document, fix: Fix) -> Change:
    """The edits of a fix as one change. Raises ``EditError`` where they no longer fit the document."""
    return compose(doc, *(_step(edit) for edit in fix.edits))


def silence(doc: Document, problem: Problem) -> Change:
    """A comment that silences ``problem`` and nothing of another line or element: above its line or, inside a literal
    of several lines, above the innermost element around it that can have one. Raises ``EditError`` where there is no
    such place or the problem is gone."""
    before = Counter(map(_identity, run(doc, codes=[problem.code])))
    here = {_identity(each) for each in run(doc, codes=[problem.code]) if _together(each, problem)}
    for line in dict.fromkeys((problem.line, *lines_of(doc, problem.pointer))):
        try:
            change = doc.apply([_comment(doc, line, problem.code)])
        except EditError:
            continue
        after = change.document
        gone = before - Counter(map(_identity, run(after, codes=[problem.code])))
        if _identity(problem) in gone and gone.keys() <= here and len(after.issues) <= len(doc.issues):
            return change
    raise EditError("No comment can be put near this problem.", f"Write # designer:disable {problem.code} by hand.")


def _identity(problem: Problem) -> tuple[str, str]:
    return problem.pointer, problem.message


def _together(one: Problem, other: Problem) -> bool:
    """Whether no comment could tell them apart: both begin on one line, or belong to one element."""
    return one.line == other.line or one.pointer == other.pointer


_ONLY_SILENCE = re.compile(rb"[ \t]*#[ \t]*designer:disable\b[^\r\n]*")


def _comment(doc: Document, line: int, code: str) -> Replacement:
    """A code added to the comment above ``line``, or a comment of its own."""
    source = doc.source
    start = 0
    for _ in range(line - 1):
        start = source.find(b"\n", start) + 1
    above = source.rfind(b"\n", 0, max(0, start - 1)) + 1
    if start and (there := _ONLY_SILENCE.match(source, above, start)) is not None:
        at = codes_end(there[0])
        others = b"-" in there[0][:at].partition(b"designer:disable")[2]
        return Replacement(
            there.start() + at, there.start() + at, f", {code}".encode() if others else f" {code}".encode()
        )
    indent = source[start : start + len(source[start:]) - len(source[start:].lstrip(b" \t"))]
    return Replacement(start, start, indent + f"# designer:disable {code}{doc.newline}".encode())


def _is_silent(doc: Document, problem: Problem, lines: frozenset[int] | None) -> bool:
    return lines is not None and (problem.line in lines or not lines.isdisjoint(lines_of(doc, problem.pointer)))


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
        also=finding.also,
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
        return key_span(doc, pointer) or (element.start, element.start + 1)
    return element.start, element.end
