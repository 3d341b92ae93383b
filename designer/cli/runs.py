"""``exec`` and ``request``: run a part of the connector, or send one request as its actions would."""

from __future__ import annotations

import argparse
import datetime
import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.cli import files
from designer.cli.arguments import demand_file, json_object, json_option, parse_json, read_text
from designer.cli.console import Console, UsageError
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.project import SettingsStore
    from designer.wire.model import Call, Outcome

AUTHORIZATION = (
    "authorization_url",
    "token_url",
    "client_id",
    "client_secret",
    "acquire",
    "refresh",
    "selected",
    "identity",
    "pkce",
)
VERBS = ("get", "post", "put", "patch", "delete", "options", "head", "copy", "move")
FORMATS = {
    "json": ["request_format_json"],
    "form": ["request_format_www_form_urlencoded"],
    "xml": ["format_xml", "root"],
    "multipart": ["request_format_multipart_form"],
}


def execute(options: argparse.Namespace, console: Console) -> int:
    """``exec``: run an operation by its path. Exit status 1 where it failed."""
    operation, args = operation_of(options.operation)
    return _perform(operation, {**args, **given_arguments(options)}, options, console)


def given_arguments(options: argparse.Namespace) -> dict[str, Any]:
    """What ``exec`` was told to hand to the operation."""
    args: dict[str, Any] = {}
    if options.input is not None:
        args["input"] = _json_file(options.input, "--input")
    if options.args is not None:
        given = _json_file(options.args, "--args")
        args["args"] = given if isinstance(given, list) else [given]
    for name, value in (
        ("auth_code", options.oauth2_code),
        ("redirect_uri", options.redirect_url),
        ("refresh_token", options.refresh_token),
    ):
        if value is not None:
            args[name] = value
    return args


def operation_of(path: str) -> tuple[str, dict[str, Any]]:
    """The engine's operation and first arguments for an ``exec`` path. Raises ``UsageError``."""
    head, _, rest = path.partition(".")
    if path in ("test", "reauthorize", "token_exchange"):
        return ("refresh" if path == "reauthorize" else path), {}
    if path == "connection.base_uri":
        return "base_uri", {}
    slot = path.removeprefix("connection.authorization.")
    if slot != path and slot in AUTHORIZATION:
        return ("refresh_raw" if slot == "refresh" else slot), {}
    if head == "methods" and rest and "." not in rest:
        return "method", {"name": rest}
    action = re.fullmatch(r"actions\.([^.]+)\.execute", path)
    if action:
        return "action", {"name": action[1]}
    raise UsageError(
        f"{path!r} cannot be run.",
        f"Paths are connection.base_uri, connection.authorization.{{{', '.join(AUTHORIZATION)}}},\n"
        "test, actions.NAME.execute, methods.NAME, reauthorize and token_exchange.",
    )


def request(options: argparse.Namespace, console: Console) -> int:
    """``request``: one request with the connection applied, sent and, where it was refused, renewed and sent again."""
    if options.verb.lower() not in VERBS:
        raise UsageError(f"There is no method {options.verb!r}.", f"Known are {', '.join(VERBS).upper()}.")
    args: dict[str, Any] = {"verb": options.verb.lower(), "url": options.url}
    chain: list[Any] = []
    params, payload = json_object(options.params, "--params"), _payload(options)
    headers = json_object(options.headers, "--headers")
    if params is not None:
        args["params"] = params
    if headers is not None:
        chain.append(["headers", headers])
    if options.format == "raw":
        if payload is not None:
            chain.append(["request_body", payload if isinstance(payload, str) else json.dumps(payload)])
    else:
        if payload is not None:
            args["payload"] = payload
        if options.format:
            chain.append(FORMATS[options.format])
    more = json_option(options.chain, "--chain") or []
    if not isinstance(more, list) or not all(isinstance(call, list) and call for call in more):
        raise UsageError(
            "--chain is a list of calls.", 'For example [["response_format_raw"], ["headers", {"X-A": "1"}]].'
        )
    if chain or more:
        args["chain"] = chain + more
    return _perform("request", args, options, console, dry_run=options.dry_run)


def _payload(options: argparse.Namespace) -> Any:
    """A raw body is a text as it stands, or a file's; every other payload is JSON."""
    given = options.payload
    if options.format != "raw" or given is None:
        return json_option(given, "--payload")
    return read_text(Path(given[1:]), "--payload") if given.startswith("@") else given


def _perform(
    operation: str, args: Mapping[str, Any], options: argparse.Namespace, console: Console, *, dry_run: bool = False
) -> int:
    from designer.cli.travelling import redirects_of, transport_options
    from designer.project.codec import PsychCodec
    from designer.wire.http import HttpTransport
    from designer.wire.operations import run
    from designer.wire.transport import DryTransport

    travel = transport_options(options)
    at = moment(options.at)
    file, source = files.read(options.connector)
    store, settings = open_settings(options, file.parent, console)
    call = replace(call_for(options, file, source, settings, at), operation=operation, args=args, dry_run=dry_run)
    call = replace(call, redirects=redirects_of(options), result_wanted=True)
    with closing(HttpTransport(travel)) as http:
        outcome = run(call, DryTransport() if dry_run else http, yaml=PsychCodec())
    if outcome.error is not None and not outcome.exchanges and not console.json:
        # What Ruby says of a file that is no connector leads nowhere; programs still get it word for word.
        files.document(file)
    _finish(outcome, store, settings, options, console, args)
    return 0 if outcome.error is None else 1


def call_for(
    options: argparse.Namespace, file: Path, source: bytes, settings: Mapping[str, Any], at: str | None
) -> Call:
    """A call of the connector with everything but what to run."""
    from designer.project import account_properties
    from designer.wire.model import Call

    return Call(
        connector=source,
        operation="",
        settings=settings,
        path=str(file),
        cwd=str(file.parent),
        at=at,
        account_properties=account_properties(file.parent, key=options.key),
        random={} if options.seed is None else {"seed": str(options.seed)},
    )


def open_settings(
    options: argparse.Namespace, folder: Path, console: Console
) -> tuple[SettingsStore | None, dict[str, Any]]:
    """The settings file asked for, or the project's own; without one there are no settings and nothing to save to.

    Where the file is sorted by connections and none is named, its only one is taken, and set as the one asked for.
    Raises ``UsageError`` where there are several.
    """
    from designer.project import ProjectError, SettingsStore

    path = options.settings or folder
    for file, name in ((options.settings, "--settings"), (options.key, "--key")):
        if file is not None:
            demand_file(file, name)
    store = SettingsStore.open(path, key=options.key)
    try:
        if options.connection is None:
            options.connection = _only_connection(store, console)
        settings = store.read(options.connection)
    except ProjectError as error:
        raise UserError(_naming(store.path or path, error.message), error.hint) from error
    if store.path is None:
        if options.connection or getattr(options, "save", False):
            raise UserError(f"There is no settings.yaml in {folder}.", "Name the settings file with --settings.")
        return None, {}
    return store, settings


def _only_connection(store: SettingsStore, console: Console) -> str | None:
    """The one connection a settings file is sorted by; None where it holds settings themselves."""
    names = store.names()
    if not names or not any(store.read().values()):  # nulls alone are settings yet to be filled in
        return None
    file = store.path or Path("settings.yaml")
    if len(names) > 1:
        raise UsageError(f"{file} holds several connections.", f"Choose one with --connection: {', '.join(names)}.")
    console.note(f"Using the connection {names[0]!r}, the only one in {file.name}.")
    return names[0]


def _naming(file: Path, message: str) -> str:
    """``message`` with the whole path of the file it is about; a name that it says already is not said twice."""
    for start in (f"{file.name} ", f"{file} "):
        if message.startswith(start):
            return f"{file} {message.removeprefix(start)}"
    return f"{file}: {message}"


def moment(text: str | None) -> str | None:
    """``--at`` as RFC 3339; UTC where it names no zone. Raises ``UsageError``."""
    if text is None:
        return None
    try:
        told = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a time.", "Write it like 2026-01-02T03:04:05Z.") from None
    return (told if told.tzinfo else told.replace(tzinfo=datetime.UTC)).isoformat()


def _json_file(path: Path, name: str) -> Any:
    return parse_json(read_text(path, name), str(path))


def _finish(
    outcome: Outcome,
    store: SettingsStore | None,
    before: Mapping[str, Any],
    options: argparse.Namespace,
    console: Console,
    args: Mapping[str, Any],
) -> None:
    from designer.cli import story

    changed = save_changed(outcome, before, store, options.connection, options)
    if console.json:
        console.document(outcome.as_json())
        return
    story.tell(outcome, before, console, args)
    if changed:
        console.note(SAVED if options.save else UNSAVED)


SAVED = "Settings saved."
UNSAVED = "The settings changed; --save writes them to the settings file."


def save_changed(
    outcome: Outcome,
    before: Mapping[str, Any],
    store: SettingsStore | None,
    name: str | None,
    options: argparse.Namespace,
) -> bool:
    """Whether the run changed its settings; with ``--save`` they are written back to the connection ``name``."""
    from designer.evaluator.convert import plain_key

    after = outcome.settings_after
    known = {plain_key(key): value for key, value in before.items()}
    if after is None or dict(after) == known:
        return False
    if options.save and store is not None:
        store.update(name, {key: value for key, value in after.items() if key not in known or known[key] != value})
    return True
