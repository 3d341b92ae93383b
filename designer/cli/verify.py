"""``verify``: one operation run here and by the official SDK, side by side."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.cli import files, runs
from designer.cli.console import Console, UsageError
from designer.masking import Masks

if TYPE_CHECKING:
    from designer.project import SettingsStore
    from designer.project.official import OfficialAnswer
    from designer.project.verify import Difference
    from designer.wire.model import Outcome

_ONLY_HERE = frozenset({"refresh", "token_exchange", "selected", "identity", "pkce"})
"""Operations (of the engine) that ``workato exec`` has no path for."""
_SHOWN = 600
"""Characters of one value."""


def verify(options: argparse.Namespace, console: Console) -> int:
    """Exit 0 where both agree, 1 where they differ or the official SDK is missing."""
    from designer.project.official import find_official
    from designer.project.verify import compare

    operation, args = runs.operation_of(options.operation)
    if operation in _ONLY_HERE:
        raise UsageError(f"The official command line cannot run {options.operation}.", "See it here with exec.")
    args.update(runs.given_arguments(options))
    file, source = files.read(options.connector)
    file = file.absolute()
    official = find_official(file.parent)
    store, settings = runs.open_settings(options, file.parent, console)
    call = replace(runs.call_for(options, file, source, settings, None), operation=operation, args=args)
    console.note(f"Running {options.operation} here and with the official SDK {official.version}, against one server.")
    outcome = _run_here(call)
    answer = official.execute(
        options.operation, _official_options(options, file, store), cwd=file.parent, timeout=options.timeout
    )
    ours = outcome.as_json()
    differences = tuple(compare(ours, answer))
    if console.json:
        console.document(_document(official, ours, answer, differences))
    else:
        from designer.wire.run_secrets import seen_of

        masks = seen_of(settings, outcome, reveal=console.reveal).told
        _tell(outcome, answer, differences, official.version, masks, console)
    return 1 if differences else 0


def _run_here(call: Any) -> Outcome:
    from designer.project.codec import PsychCodec
    from designer.wire.http import HttpTransport
    from designer.wire.operations import run
    from designer.wire.options import TransportOptions

    with closing(HttpTransport(TransportOptions())) as http:
        return run(call, http, yaml=PsychCodec())


def _official_options(options: argparse.Namespace, file: Path, store: SettingsStore | None) -> list[str]:
    """The same options, with paths that hold in the project's folder."""
    named = [
        ("--connector", file),
        ("--settings", store.path.absolute() if store is not None and store.path is not None else None),
        ("--key", None if options.key is None else options.key.absolute()),
        ("--input", None if options.input is None else options.input.absolute()),
        ("--args", None if options.args is None else options.args.absolute()),
        ("--connection", options.connection),
        ("--oauth2-code", options.oauth2_code),
        ("--redirect-url", options.redirect_url),
        ("--refresh-token", options.refresh_token),
    ]
    # One word each, so that a value may begin with a dash.
    return [f"{name}={value}" for name, value in named if value is not None]


def _document(
    official: Any, ours: Mapping[str, Any], answer: OfficialAnswer, differences: tuple[Difference, ...]
) -> dict[str, Any]:
    return {
        "same": not differences,
        "differences": [
            {"place": each.place, "ours": _exported(each.ours), "official": _exported(each.official)}
            for each in differences
        ],
        "ours": dict(ours),
        "official": {
            "version": official.version,
            "result": answer.result,
            "error": None if answer.error is None else dict(answer.error),
            "requests": [each.as_json() for each in answer.requests],
        },
        "error": None,
    }


def _exported(value: Any) -> Any:
    from designer.project.verify import MISSING

    return None if value is MISSING else value


# --- for a person -----------------------------------------------------------------------------------------------------


def _tell(
    outcome: Outcome,
    answer: OfficialAnswer,
    differences: tuple[Difference, ...],
    version: str,
    masks: Masks,
    console: Console,
) -> None:
    ours = outcome.as_json()
    console.say("here")
    for request in ours["requests"]:
        console.say(f"  {request['method']} {masks.url(request['url'])}")
    console.say(f"  {_ending(ours['error'], ours['result'], masks)}")
    console.say(f"official SDK {version}")
    for logged in answer.requests:
        console.say(f"  {logged.method} {masks.url(logged.url)}")
    console.say(f"  {_ending(answer.error, answer.result, masks)}")
    console.say()
    if not differences:
        console.say("Both agree.")
        return
    first, *more = differences
    console.say(f"First difference: {first.place}")
    console.say(f"  here          {_shown(first.place, first.ours, masks)}")
    console.say(f"  official SDK  {_shown(first.place, first.official, masks)}")
    for each in more:
        console.say(f"also: {each.place}")
    console.note("Times, signatures and random values differ from one run to the next, whoever makes them.")
    for warning in outcome.warnings:
        console.note(f"warning: {warning}")


def _ending(error: Mapping[str, Any] | None, result: Any, masks: Masks) -> str:
    if error is not None:
        return f"→ {error['class']}: {_short(masks.text(str(error['message'])))}"
    return f"→ {_short(_text(masks.value(result)))}"


def _shown(place: str, value: Any, masks: Masks) -> str:
    from designer.project.verify import MISSING

    if value is MISSING:
        return repr(MISSING)
    name = place.rpartition("/")[2]
    if "/headers/" in place:
        return _short(masks.header(name, str(value)))
    if place.endswith("/url"):
        return _short(masks.url(str(value)))
    if place.startswith("/requests/") and name == "body":
        return _short(masks.body(str(value)))
    return _short(_text(masks.value(value, name)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
