"""Problems as SARIF 2.1.0 (OASIS), the format that code scanning services read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import designer
from designer.checks import CHECKS, Check, Fix, Problem, apply_fix
from designer.cli.checked import Checked, relative
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.ruby import Document

__all__ = ["sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_UNREADABLE = "unreadable"
_NO_CONNECTOR = "A connector is a UTF-8 text of Ruby whose last expression is one hash."
_SILENCE = "A comment “# designer:disable {}” above the line silences this check there."


def sarif(checked: list[Checked]) -> dict[str, Any]:
    """One run with every check as a rule. Lines and columns count from 1, columns in code points."""
    codes = [*CHECKS, _UNREADABLE]
    results = [each for file in checked for each in _results(file, codes)]
    driver = {
        "name": "Connection Designer",
        "semanticVersion": designer.__version__,
        "rules": [*(_rule(check) for check in CHECKS.values()), _unreadable_rule()],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": check.code,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": f"{check.why} {_SILENCE.format(check.code)}", "markdown": _help(check)},
        "defaultConfiguration": {"level": check.severity.value},
    }
    return rule | ({"helpUri": check.doc_url} if check.doc_url else {})


def _help(check: Check) -> str:
    example = check.trips[0].strip()
    shown = f"Reported, for example:\n\n```ruby\n{example}\n```\n\n" if 0 < len(example) < 2000 else ""
    return f"{check.why}\n\n{shown}{_SILENCE.format(check.code)}"


def _unreadable_rule() -> dict[str, Any]:
    return {
        "id": _UNREADABLE,
        "shortDescription": {"text": "The file cannot be read as a connector"},
        "fullDescription": {"text": _NO_CONNECTOR},
        "help": {"text": _NO_CONNECTOR},
        "defaultConfiguration": {"level": "error"},
    }


def _results(file: Checked, codes: list[str]) -> list[dict[str, Any]]:
    if file.failure is not None:
        words = f"{file.failure.message} {file.failure.hint}".strip()
        return [_result(_UNREADABLE, codes, "error", words, file.path, {"startLine": 1})]
    assert file.document is not None
    return [_reported(problem, file.document, file.path, codes) for problem in file.problems]


def _reported(problem: Problem, document: Document, path: Path, codes: list[str]) -> dict[str, Any]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endLine": problem.end_line,
        "endColumn": problem.end_column,
    }
    words = f"{problem.message} {problem.why}"
    result = _result(problem.code, codes, problem.severity.value, words, path, region)
    if problem.pointer:
        result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": problem.pointer}]
    fixes = [made for fix in problem.fixes if (made := _fix(fix, document, path)) is not None]
    return result | ({"fixes": fixes} if fixes else {})


def _result(code: str, codes: list[str], level: str, words: str, path: Path, region: dict[str, int]) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}
    return {
        "ruleId": code,
        "ruleIndex": codes.index(code),
        "level": level,
        "message": {"text": words},
        "locations": [place],
    }


def _fix(fix: Fix, document: Document, path: Path) -> dict[str, Any] | None:
    """The edits as text replacements; None where they do not fit this document."""
    try:
        change = apply_fix(document, fix)
    except UserError:
        return None
    replacements = []
    for each in change.replacements:
        start, end = document.position(each.start), document.position(each.end)
        region = {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
        replacements.append({"deletedRegion": region, "insertedContent": {"text": each.new.decode()}})
    if not replacements:
        return None
    changed = {"artifactLocation": {"uri": _uri(path)}, "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [changed]}


def _uri(path: Path) -> str:
    """A reference relative to the folder of the run, or a ``file:`` URI."""
    name = relative(path)
    return path.absolute().as_uri() if Path(name).is_absolute() else quote(name)
