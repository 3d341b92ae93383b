"""Reading connectors for a command, and writing results back."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.console import UsageError
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.ruby import Document


_LARGE = 100_000
"""Bytes from which on a text is looked at before anything is done with it; a smaller one is read in no time."""


def demand(path: Path) -> None:
    """Raises ``UsageError`` where nothing is at the path that a command was given."""
    if not path.exists():
        raise UsageError(
            f"{path}: no such file or folder.", "Check the path; a relative one starts from the folder you are in."
        )


def connector_file(path: Path) -> Path:
    """The ``.rb`` file a person means by a file or a project folder. Raises ``UserError``, and ``UsageError`` where
    there is neither."""
    if path.is_dir():
        file = path / "connector.rb"
        if not file.is_file():
            raise UserError(
                f"There is no connector.rb in {path.resolve()}.",
                "Name the project folder that holds it, or the .rb file itself.",
            )
        return file
    demand(path)
    return path


def read(path: Path) -> tuple[Path, bytes]:
    """The connector's file and its bytes. Raises ``UserError`` for what is missing, unreadable or too large, or so
    large and so little like Ruby that reading it would take minutes."""
    from designer.project.files import read_bytes

    file = connector_file(path)
    source = read_bytes(file)
    if len(source) > _LARGE:
        from designer.ruby import DecodeError, Document

        try:
            Document.parse(source, time.thread_time)
        except DecodeError as error:
            raise UserError(f"{file}: {error.message}", error.hint) from error
    return file, source


def document(path: Path) -> tuple[Path, Document]:
    """The parsed connector; its Ruby may be broken. Raises ``UserError`` where the file holds no connector hash."""
    from designer.ruby import DecodeError, Document

    file, source = read(path)
    try:
        parsed = Document.parse(source)
    except DecodeError as error:
        raise UserError(f"{file}: {error.message}", error.hint) from error
    if parsed.root is None:
        raise UserError(
            f"{file} is not a connector: it does not end in a hash.",
            "A connector file is Ruby whose last expression is { title: …, connection: { … }, … }.",
        )
    return file, parsed


def write(file: Path, text: bytes, output: str | None, *, json: bool) -> None:
    """Put the changed connector where it was asked for: in place, into ``output``, or to stdout for ``-``."""
    if output == "-":
        if json:
            raise UsageError("-o - and --json both claim stdout.", "Give a file name to -o.")
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        return
    from designer.project import save_atomically

    save_atomically(Path(output) if output else file, text)
