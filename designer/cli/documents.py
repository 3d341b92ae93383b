"""``show``, ``set``, ``remove`` and ``fix``: commands that look at or edit the text."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli import files
from designer.cli.arguments import parse_json
from designer.cli.console import Console, UsageError

if TYPE_CHECKING:
    from designer.ruby import Change, Document


def show(options: argparse.Namespace, console: Console) -> int:
    """``show``: the design as it is read, also of a file with mistakes."""
    from designer.cli.description import describe, in_words

    file, document = files.document(options.path)
    for issue in document.issues or document.refused:
        console.note(f"{file}:{issue.line}:{issue.column}: {issue.message}")
    description = describe(document)
    if console.json:
        console.document(description)
    else:
        console.say(in_words(description, str(file)))
    return 0


def change(options: argparse.Namespace, console: Console) -> int:
    """``set``: one value at one pointer. Raises ``UserError`` where the text does not allow it."""
    from designer.ruby import from_json

    given = parse_json(options.value, "The value", """A text needs its double quotes: '"Label"' in most shells.""")
    file, document = files.document(options.path)
    return _edited(file, document, document.set(options.pointer, from_json(given)), options, console)


def remove(options: argparse.Namespace, console: Console) -> int:
    """``remove``: what stands at one pointer."""
    file, document = files.document(options.path)
    return _edited(file, document, document.remove(options.pointer), options, console)


def fix(options: argparse.Namespace, console: Console) -> int:
    """Applies the first fix of each problem until none is left that changes the text."""
    from designer import checks

    known = set(checks.CHECKS)
    for code in options.code or ():
        if code not in known:
            near = difflib.get_close_matches(code, known, 1)
            hint = f"Did you mean {near[0]}?" if near else "The reference lists them; check names those it finds."
            raise UsageError(f"There is no check {code!r}.", hint)
    file, original = files.document(options.path)
    document, titles, seen = original, [], {original.source}
    while True:
        offered = [
            problem.fixes[0]
            for problem in checks.run(document)
            if problem.fixes and (options.code is None or problem.code in options.code)
        ]
        for offer in offered:
            fixed = checks.apply_fix(document, offer).document
            # Fixes that undo each other must not go round for ever.
            if fixed.source not in seen:
                break
        else:
            break
        seen.add(fixed.source)
        document = fixed
        titles.append(offer.title)
    for title in titles:
        console.note(f"fixed: {title}")
    if not titles:
        what = " of these checks" if options.code else ""
        console.note(f"Nothing{what} can be fixed here.")
    if titles or options.output:
        files.write(file, document.source, options.output, json=console.json)
    tell_changes(_changed_lines(original.source, document.source), options, console)
    return 0


def _edited(file: Path, before: Document, change: Change, options: argparse.Namespace, console: Console) -> int:
    if change.document.source != before.source or options.output:
        files.write(file, change.document.source, options.output, json=console.json)
    tell_changes([{"start_line": start, "end_line": end} for start, end in change.lines_changed], options, console)
    return 0


def tell_changes(changed: list[dict[str, int]], options: argparse.Namespace, console: Console, **more: object) -> None:
    """Which lines an edit changed; ``more`` goes into the JSON document."""
    if console.json:
        console.document({"changed": changed, **more})
    elif options.output != "-":
        console.say(f"Changed {_stretches(changed)}." if changed else "Nothing changed.")


def _stretches(changed: list[dict[str, int]]) -> str:
    parts = [
        f"{lines['start_line']}" + (f"–{lines['end_line']}" if lines["end_line"] > lines["start_line"] else "")
        for lines in changed
    ]
    return f"{'line' if len(parts) == 1 and '–' not in parts[0] else 'lines'} {', '.join(parts)}"


def _changed_lines(before: bytes, after: bytes) -> list[dict[str, int]]:
    """Lines of ``after`` (from 1) that are not in ``before``; a pure removal names the line now in its place."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return [
        {"start_line": start + 1, "end_line": max(end, start + 1)}
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag != "equal"
    ]
