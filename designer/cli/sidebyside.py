"""``matrix`` and ``compare``: one operation with several saved connections."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from designer.cli import files
from designer.cli.arguments import demand_file
from designer.cli.console import Console, UsageError
from designer.cli.runs import SAVED, UNSAVED, call_for, given_arguments, moment, operation_of, save_changed
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.project import SettingsStore
    from designer.wire.compare import Comparison
    from designer.wire.matrix import Cell
    from designer.wire.model import Call


def matrix(options: argparse.Namespace, console: Console) -> int:
    """Run the test for every option, or for the connection named. 0 where every one passed."""
    from designer import connection
    from designer.cli.story import tell_requests
    from designer.cli.travelling import transport_options
    from designer.project.codec import PsychCodec
    from designer.ruby import Document
    from designer.wire.http import HttpTransport
    from designer.wire.matrix import matrix as every

    call, store, connections = _call(options)
    only = options.connection
    if only is not None:
        connections = {only: _named(connections, only)}
    authorization = connection.read(Document.parse(call.connector)).authorization
    named = tuple(authorization.options) if authorization is not None else ()
    cells, changed = [], False
    with closing(HttpTransport(transport_options(options))) as http:
        for cell in every(call, named, connections, http, yaml=PsychCodec()):
            if only is not None and not cell.connection:
                continue  # an option that was not asked for
            cells.append(cell)
            if cell.outcome is not None:
                changed |= save_changed(cell.outcome, cell.settings, store, cell.connection, options)
            if not console.json:
                seen = cell.seen(reveal=console.reveal)
                console.say(_row(cell, seen.told))
                if console.verbose and cell.outcome is not None:
                    tell_requests(cell.outcome, seen, console)
    if console.json:
        console.document({"cells": [_cell_json(cell) for cell in cells]})
    elif changed:
        console.note(SAVED if options.save else UNSAVED)
    return 0 if cells and all(cell.passed for cell in cells) else 1


def compare(options: argparse.Namespace, console: Console) -> int:
    """Run one operation with two connections. 0 where nothing differs but the settings."""
    from designer.cli.story import tell_requests
    from designer.cli.travelling import transport_options
    from designer.project.codec import PsychCodec
    from designer.wire.compare import Side
    from designer.wire.compare import compare as side_by_side
    from designer.wire.http import HttpTransport
    from designer.wire.operations import run

    call, store, connections = _call(options)
    names = (options.connection, options.other)
    if options.other_first:
        names = names[::-1]
    for name in names:
        _named(connections, name)
    sides, changed = [], False
    with closing(HttpTransport(transport_options(options))) as http:
        for name in names:
            settings = connections[name]
            outcome = run(replace(call, settings=settings), http, yaml=PsychCodec())
            sides.append(Side(name, settings, outcome, reveal=console.reveal or console.json))
            if save_changed(outcome, settings, store, name, options):
                changed = True
                # Both sides may be the same connection, whose old tokens are spent by now.
                connections[name] = dict(outcome.settings_after or {})
    found = side_by_side(*sides)
    if console.json:
        console.document(found.as_json())
    else:
        if console.verbose:
            for side in sides:
                console.note(f"=== {side.title}")
                tell_requests(side.outcome, side.seen, console)
        _tell(found, console)
        if changed:
            console.note(SAVED if options.save else UNSAVED)
    return 1 if any(not line.same and line.counts and line.part != "settings" for line in found.lines) else 0


def _named(connections: Mapping[str, Mapping[str, Any]], name: str | None) -> Mapping[str, Any]:
    """The settings of the connection called ``name``. Raises ``UsageError``."""
    if name is None or name not in connections:
        said = "Which connection?" if name is None else f"There is no connection {name!r}."
        raise UsageError(said, f"Known are {', '.join(connections) or 'none'}.")
    return connections[name]


def _call(options: argparse.Namespace) -> tuple[Call, SettingsStore, dict[str, Mapping[str, Any]]]:
    """The call, the settings file, and every connection in it by name."""
    from designer.project import SettingsStore

    operation, args = operation_of(getattr(options, "operation", "test"))
    if hasattr(options, "input"):
        args = {**args, **given_arguments(options)}
    file, source = files.read(options.connector)
    for named, name in ((options.settings, "--settings"), (options.key, "--key")):
        if named is not None:
            demand_file(named, name)
    store = SettingsStore.open(options.settings or file.parent, key=options.key)
    names = store.names()
    if not names:
        raise UserError(
            "The settings file holds no named connections.",
            "Give each its own name at the top level of settings.yaml:\n  personal:\n    api_key: …",
        )
    call = call_for(options, file, source, {}, moment(options.at))
    return replace(call, operation=operation, args=args), store, {name: store.read(name) for name in names}


def _row(cell: Cell, masks: Any) -> str:
    facts = [
        cell.verdict,
        str(cell.status) if cell.status else "",
        f"{cell.seconds * 1000:.0f} ms" if cell.outcome else "",
    ]
    error = cell.outcome.error if cell.outcome is not None else None
    why = cell.note or (masks.text(str(error["message"])) if error is not None else "")
    line = f"{cell.option or '-':16} {cell.connection or '-':16} {' · '.join(fact for fact in facts if fact)}"
    return f"{line}  {why}".rstrip()


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "option": cell.option or None,
        "connection": cell.connection or None,
        "passed": cell.passed,
        "verdict": cell.verdict,
        "status": cell.status or None,
        "note": cell.note or None,
        "outcome": None if cell.outcome is None else cell.outcome.as_json(),
    }


def _tell(found: Comparison, console: Console) -> None:
    console.say(f"left: {found.left} | right: {found.right}")
    differing = [(at, line) for at, line in enumerate(found.lines) if not line.same]
    for at, line in differing:
        mark = "→" if at == found.first else " "
        absent = "(not there)"
        left, right = (absent if value is None else value for value in (line.left, line.right))
        if left == right:
            right = f"{right} (another one)"
        console.say(f"{mark} {line.part} {line.name}: {left} | {right}")
    console.say(f"{len(found.lines) - len(differing)} of {len(found.lines)} elements are the same.")
