"""``new``, ``import`` and ``export``: connections from elsewhere, and to elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli import files
from designer.cli.console import Console, UsageError
from designer.cli.documents import tell_changes
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.importing import Proposal


def new(options: argparse.Namespace, console: Console) -> int:
    """A connector project: nothing that stands in the folder already is touched."""
    from designer.project.scaffold import ALIASES, STARTING_KINDS, scaffold, starter, title_for

    folder: Path = options.folder
    if options.kind not in STARTING_KINDS and options.kind not in ALIASES:
        raise UsageError(f"There is no kind {options.kind!r}.", f"Known are {', '.join(STARTING_KINDS)}.")
    title = options.title or title_for(folder)
    written = scaffold(folder, title, starter(title, options.kind))
    if console.json:
        console.document({"files": [str(file) for file in written]})
    else:
        names = [file.relative_to(folder).as_posix() for file in written]
        console.say(f"Made {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))} in {folder}.")
        console.say(f"Open it with: connection-designer {folder}")
    return 0


def bring_in(options: argparse.Namespace, console: Console) -> int:
    """``import``: one authorization found in the source replaces the connector's."""
    from designer.importing import apply_proposal, read_source

    text, name = _source(options.source)
    proposals = read_source(text, name)
    chosen = _chosen(proposals, options.take)
    file, document = files.document(options.connector)
    change = apply_proposal(document, chosen)
    files.write(file, change.document.source, options.output, json=console.json)
    for note in chosen.notes:
        console.note(f"note: {note}")
    changed = [{"start_line": start, "end_line": end} for start, end in change.lines_changed]
    tell_changes(changed, options, console, name=chosen.name, kind=chosen.kind, notes=list(chosen.notes))
    return 0


def _source(given: str) -> tuple[str, str]:
    """The text of a source and what to call it: a curl command itself, stdin, or a file."""
    if given.lstrip().startswith("curl "):
        return given, "curl"
    if given == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig", "replace"), "stdin"
    from designer.project.files import read_bytes

    files.demand(Path(given))
    try:
        return read_bytes(Path(given)).decode("utf-8-sig"), given
    except UnicodeDecodeError as error:
        raise UserError(f"{given} is not UTF-8 text.", "Save it as UTF-8.") from error


def _chosen(proposals: tuple[Proposal, ...], take: int | None) -> Proposal:
    if take is None and len(proposals) == 1:
        return proposals[0]
    found = "\n".join(f"{number}  {one.name} ({one.kind})" for number, one in enumerate(proposals, 1))
    if take is None:
        raise UsageError("The source describes several authorizations; choose one with --take NUMBER.", found)
    if not 1 <= take <= len(proposals):
        raise UsageError(f"There is no authorization {take} in the source.", found)
    return proposals[take - 1]


def export(options: argparse.Namespace, console: Console) -> int:
    """The ``connection:`` block as it stands in the file, or the whole connector."""
    file, document = files.document(options.path)
    if options.whole:
        text = document.source
    else:
        block = document.find("/connection")
        if block is None:
            raise UserError(f"{file} has no connection block.", "Use --whole for the whole connector.")
        text = f"connection: {_dedented(block.text, document.newline)}{document.newline}".encode()
    files.write(file, text, options.output or "-", json=console.json)
    if console.json:
        console.document({"file": options.output, "bytes": len(text)})
    return 0


def _dedented(text: str, newline: str) -> str:
    """A hash literal moved to the margin: its last line holds the closing brace, as deep as the key was."""
    first, *rest = text.split(newline)
    deep = len(rest[-1]) - len(rest[-1].lstrip()) if rest else 0
    return newline.join([first, *(line[deep:] if not line[:deep].strip() else line for line in rest)])
