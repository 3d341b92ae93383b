"""``batch``: the engine for programs. JSON Lines in, one JSON line out for each, whatever comes in."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from designer.cli import files
from designer.cli.console import Console, to_json
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.wire.model import Call
    from designer.wire.transport import Transport

LONGEST = 150.0
"""Seconds after which a call is cancelled: more than a request, a refresh and a retry may take together."""

SETTINGS = ("settings_read", "settings_update")
_MAPPINGS = ("args", "settings", "account_properties", "env", "random")


class BadCall(UserError):
    """A line that is no call."""


def run(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001 - commands are called alike
    from designer.wire.http import HttpTransport
    from designer.wire.options import TransportOptions

    # Whatever else writes to stdout while calls run must not come between the answers.
    """``batch``: a call a line on stdin, an answer a line on stdout; a line that is no call is answered too."""
    with redirect_stdout(sys.stderr), closing(HttpTransport(TransportOptions())) as transport:
        serve(sys.stdin.buffer, console.out, transport)
    return 0


def serve(lines: io.BufferedIOBase | Any, answers: TextIO, transport: Transport) -> None:
    """Answer each line of ``lines`` in turn until they end; empty lines are passed over."""
    for line in lines:
        if line.strip():
            answers.write(to_json(answer(line, transport)) + "\n")
            answers.flush()


def answer(line: bytes, transport: Transport) -> dict[str, Any]:
    """The answer to one line; never raises for what the line or the connector holds."""
    ident: Any = None
    try:
        message = _message(line)
        ident = message.get("id")
        call = _call(message)
        if call.operation in SETTINGS:
            return {"id": ident, **_settings(call)}
        return {"id": ident, **_perform(call, transport)}
    except BadCall as error:
        return {"id": ident, **_failed("Designer::BadCall", str(error))}


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadCall(f"The line is not JSON: {error}.") from None
    if not isinstance(message, dict):
        raise BadCall("A call is a JSON object.")
    return message


def _call(message: Mapping[str, Any]) -> Call:
    from designer.wire.model import Call

    for name in ("connector", "operation"):
        if not isinstance(message.get(name), str):
            raise BadCall(f"A call has a text {name!r}.")
    given: dict[str, Any] = {}
    for name in _MAPPINGS:
        value = message.get(name)
        if value is not None and not isinstance(value, dict):
            raise BadCall(f"{name!r} is an object.")
        given[name] = value or {}
    for name in ("at", "cwd"):
        if not isinstance(message.get(name), str | None):
            raise BadCall(f"{name!r} is a text.")
    try:
        file, source = files.read(Path(message["connector"]))
    except UserError as error:
        raise BadCall(str(error)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise BadCall(f"The connector cannot be read: {error}.") from None
    return Call(
        result_wanted=True,
        connector=source,
        operation=message["operation"],
        path=str(file),
        cwd=message.get("cwd"),
        at=message.get("at"),
        **given,
    )


def _settings(call: Call) -> dict[str, Any]:
    from designer.project import run_settings_operation

    return _guarded(lambda: run_settings_operation(call.operation, call.args, call.cwd or Path(), call.env))


def _perform(call: Call, transport: Transport) -> dict[str, Any]:
    from designer.project.codec import PsychCodec
    from designer.wire.operations import run as run_call
    from designer.wire.transport import Cancel

    cancel = Cancel()
    watch = threading.Timer(LONGEST, cancel.cancel)
    watch.daemon = True
    watch.start()
    try:
        return _guarded(lambda: run_call(call, transport, cancel=cancel, yaml=PsychCodec()).as_json())
    finally:
        watch.cancel()


def _guarded(perform: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return perform()
    except UserError as error:
        return _failed("Designer::BadCall", str(error))
    except Exception as error:  # noqa: BLE001 - a program at the other end waits for its answer
        from designer.crashlog import record

        written = record(error)
        return _failed("Designer::Fault", f"{type(error).__name__}, written down in {written or os.devnull}")


def _failed(error_class: str, message: str) -> dict[str, Any]:
    error = {"class": error_class, "message": message}
    return {"result": None, "error": error, "requests": [], "settings_after": None, "warnings": []}
