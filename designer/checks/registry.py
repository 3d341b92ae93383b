"""Declaring checks: each is a small function with a code, a severity, words, and examples that hold it to its word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from designer.checks.context import Context, Finding
from designer.checks.model import Severity

__all__ = ["CHECKS", "Check", "check"]

Rule = Callable[[Context], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """``code`` names the check in output and in ``# designer:disable``; ``title`` is its headline and ``why`` says what
    goes wrong for the end user. ``trips`` are connectors (or the inside of one's ``connection``, where they do not
    start with a brace) that must be reported, ``passes`` near misses that must not. ``absence`` says that it reports
    what is not there: of a file that breaks off, nobody knows."""

    code: str
    severity: Severity
    title: str
    why: str
    rule: Rule
    trips: tuple[str, ...]
    passes: tuple[str, ...]
    doc_url: str = ""
    absence: bool = False

    def findings(self, context: Context) -> Iterator[Finding]:
        yield from self.rule(context)


CHECKS: dict[str, Check] = {}
"""Every check by code, in the order of declaration."""


def check(
    code: str,
    severity: Severity,
    title: str,
    why: str,
    *,
    trips: tuple[str, ...],
    passes: tuple[str, ...] = (),
    doc_url: str = "",
    absence: bool = False,
) -> Callable[[Rule], Rule]:
    """Register the decorated rule. Raises ``ValueError`` for a code declared twice."""

    def declare(rule: Rule) -> Rule:
        if code in CHECKS:
            raise ValueError(f"the check {code} is declared twice")
        CHECKS[code] = Check(code, severity, title, why, rule, trips, passes, doc_url, absence)
        return rule

    return declare
