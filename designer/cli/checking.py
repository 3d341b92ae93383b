"""``check``: the problems of connectors, as text for people and as JSON; ``sarif`` and ``github`` know other forms."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.cli import files
from designer.cli.checked import Checked
from designer.cli.console import Console
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.checks import Problem

_NOT_OURS = frozenset({"node_modules", "vendor"})
"""Folders that hold other people's code."""


def check(options: argparse.Namespace, console: Console) -> int:
    """Every file is looked at, also after one that cannot be read. Notes alone leave the exit status at 0. Raises
    ``UsageError`` before anything is looked at, where a path is not there."""
    for path in options.paths:
        files.demand(path)
    checked = [_checked(path) for path in _connectors(options.paths)]
    match options.report:
        case "json":
            console.document({"files": [as_json(file) for file in checked]})
        case "sarif":
            from designer.cli.sarif import sarif

            console.document(sarif(checked))
        case "github":
            from designer.cli.github import github_lines

            for line in github_lines(checked):
                console.say(line)
        case _:
            _tell(checked, console)
    found = {severity for file in checked for severity in file.severities}
    return 1 if found & {"error", "warning"} else 0


def _connectors(paths: list[Path]) -> Iterator[Path]:
    """The paths, each once; a folder that is no project itself stands for the projects below it."""
    seen: set[str] = set()
    for path in paths:
        below = [] if (path / "connector.rb").is_file() or not path.is_dir() else sorted(_projects(path))
        for each in below or [path]:
            file = os.path.realpath(each / "connector.rb" if each.is_dir() else each)
            if file not in seen:
                seen.add(file)
                yield each


def _projects(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_OURS and not name.startswith("."))
        if "connector.rb" in names:
            yield Path(place)


def _checked(path: Path) -> Checked:
    from designer import checks
    from designer.project.gemfile import names_the_gem

    try:
        file, document = files.document(path)
    except UserError as error:
        return Checked(path, failure=error)
    return Checked(file, document, checks.run(document, official=names_the_gem(file.parent)))


# --- for people -------------------------------------------------------------------------------------------------------


def _tell(checked: list[Checked], console: Console) -> None:
    found: Counter[str] = Counter()
    fixable: list[str] = []
    for file in checked:
        found.update(file.severities)
        if file.failure is not None:
            console.say(f"{file.path}:1:1: error: {file.failure.message}")
            console.say(f"    {file.failure.hint}  [unreadable]")
        for problem in file.problems:
            where = f"{file.path}:{problem.line}:{problem.column}"
            console.say(f"{where}: {problem.severity.value}: {problem.message}")
            console.say(f"    {problem.why}  [{problem.code}]")
            for fix in problem.fixes:
                console.say(f"    fix: {fix.title}")
            if problem.fixes:
                fixable.append(str(file.path))
    counted = f"{len(checked)} {'file' if len(checked) == 1 else 'files'}"
    if not found:
        console.say(f"No problems in {counted}.")
        return
    parts = [
        f"{found[name]} {name}{'' if found[name] == 1 else 's'}" for name in ("error", "warning", "note") if found[name]
    ]
    console.say(f"{', '.join(parts)} in {counted}.")
    if fixable:
        path = fixable[0] if len(set(fixable)) == 1 else "PATH"
        console.say(f"{len(fixable)} can be fixed with: connection-designer fix {quoted(path)}")


# --- for machines -----------------------------------------------------------------------------------------------------


def quoted(path: str, *, windows: bool = os.name == "nt") -> str:
    """``path`` as a word of the command line of this system; cmd.exe knows no single quotes."""
    if not windows:
        return shlex.quote(path)
    # No path holds a double quote there; % is a variable's even between them, which no quoting keeps.
    return path if re.fullmatch(r"[\w\\/:.+-]+", path, re.ASCII) else f'"{path}"'


def as_json(file: Checked) -> dict[str, Any]:
    """``{"path", "problems": […]}``; lines and columns from 1, the end exclusive."""
    if file.failure is not None:
        place = {"line": 1, "column": 1, "end_line": 1, "end_column": 1}
        head = {"code": "unreadable", "severity": "error", "message": file.failure.message, "why": file.failure.hint}
        return {"path": str(file.path), "problems": [{**head, "pointer": "", **place, "fixes": []}]}
    return {"path": str(file.path), "problems": [_problem(each) for each in file.problems]}


def _problem(problem: Problem) -> dict[str, Any]:
    from designer.ruby import to_json

    fixes = [
        {
            "title": fix.title,
            "edits": [
                {"pointer": edit.pointer, "remove": True}
                if edit.remove
                else {"pointer": edit.pointer, "value": to_json(edit.value)}
                for edit in fix.edits
            ],
        }
        for fix in problem.fixes
    ]
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "why": problem.why,
        "pointer": problem.pointer,
        "line": problem.line,
        "column": problem.column,
        "end_line": problem.end_line,
        "end_column": problem.end_column,
        "fixes": fixes,
    }
