"""``record``: run one part of the connector and keep the run as a test."""

from __future__ import annotations

import argparse
import datetime
from contextlib import closing
from dataclasses import replace

from designer.cli import files
from designer.cli.console import Console, UsageError
from designer.cli.runs import (
    SAVED,
    UNSAVED,
    call_for,
    given_arguments,
    moment,
    open_settings,
    operation_of,
    save_changed,
)


def record(options: argparse.Namespace, console: Console) -> int:
    """Exit status 0 where the test was written, also for a run that failed: failures are tests too."""
    from designer.cli.story import tell_requests
    from designer.cli.travelling import transport_options
    from designer.project.codec import PsychCodec
    from designer.project.spec_files import NAME_HINT, demand_room, is_test_name, spec_files, write_spec
    from designer.wire.http import HttpTransport
    from designer.wire.operations import run
    from designer.wire.run_secrets import seen_of
    from designer.wire.taping import tape

    operation, args = operation_of(options.operation)
    if not is_test_name(options.name):
        raise UsageError(f"--name: {options.name!r} cannot be the name of a test.", NAME_HINT)
    travel = transport_options(options)
    file, source = files.read(options.connector)
    if not options.replace:
        # Nothing is sent for a test that could not be kept.
        demand_room(file.parent, options.name, hint="Choose another --name, or --replace it.")
    store, settings = open_settings(options, file.parent, console)
    at = moment(options.at)
    begun = datetime.datetime.fromisoformat(at) if at is not None else datetime.datetime.now(datetime.UTC)
    call = replace(
        call_for(options, file, source, settings, at), operation=operation, args={**args, **given_arguments(options)}
    )
    with closing(HttpTransport(travel)) as http:
        outcome = run(call, http, yaml=PsychCodec())
    # Before anything can go wrong with the test: a provider may take each refresh token once.
    changed = save_changed(outcome, settings, store, options.connection, options)
    if console.verbose and not console.json:
        seen = seen_of(settings, outcome, call.args, reveal=console.reveal)
        tell_requests(outcome, seen, console)
    made = spec_files(file.parent, tape(call, outcome, at=begun, yaml=PsychCodec()), options.name, connector=file.name)
    said = write_spec(file.parent, made, overwrite=options.replace)
    if console.json:
        console.document({"written": list(made.files), "checked": bool(said)})
        return 0
    for name in made.files:
        console.say(name)
    if outcome.error is not None:
        console.note(f"The run failed, and the test expects that: {outcome.error['class']}.")
    if changed:
        console.note(SAVED if options.save else UNSAVED)
    console.note(said or "There is no Ruby here to read it.")
    return 0
