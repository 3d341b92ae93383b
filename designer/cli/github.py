"""Problems as workflow commands of GitHub Actions, which annotate the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator

from designer.cli.checked import Checked, relative

__all__ = ["github_lines"]


def github_lines(checked: list[Checked]) -> Iterator[str]:
    """One command a problem: ``::error file=…,line=…::message``."""
    for file in checked:
        place = {"file": relative(file.path)}
        if file.failure is not None:
            yield _command("error", {**place, "line": 1, "title": "unreadable"}, file.failure.message)
        for problem in file.problems:
            span = {"line": problem.line, "endLine": problem.end_line}
            if problem.line == problem.end_line:  # columns are only taken within one line; the last one is included
                span |= {"col": problem.column, "endColumn": max(problem.column, problem.end_column - 1)}
            level = "notice" if problem.severity.value == "note" else problem.severity.value
            words = f"{problem.message}\n{problem.why}"
            yield _command(level, {**place, **span, "title": problem.code}, words)


def _command(level: str, properties: dict[str, object], message: str) -> str:
    named = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{level} {named}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
