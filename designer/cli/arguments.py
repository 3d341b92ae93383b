"""What can be asked for: the commands and their options. Each command's own code is imported when it runs."""

from __future__ import annotations

import argparse
import difflib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import designer
from designer.cli.console import Console, UsageError
from designer.errors import UserError

Run = Callable[[argparse.Namespace, Console], int]

EXIT_STATUS = {
    0: "done: nothing was found, the operation succeeded",
    1: "problems or differences were found, or the operation failed",
    2: "wrong use: an option that is not understood, or a file or folder that is named and not there",
    130: "ended by Ctrl-C; what was sent by then was sent",
}


@dataclass(frozen=True)
class Windows:
    """The commands that need a toolkit, handed in from above: ``design(path or None)`` opens the window,
    ``tour(folder)`` plays the main job in it. Each returns an exit status."""

    design: Callable[[Path | None], int] | None = None
    tour: Callable[[Path], int] | None = None


def _wide(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28)


class _Parser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _wide)
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(*args, **kwargs)
        self.later: Callable[[], str] | None = None
        """What stands below the help and is costly to know: asked for when the help is shown."""

    def format_help(self) -> str:
        if self.later is not None:
            self.epilog = self.later()
        return super().format_help()


class _Other(argparse.Action):
    """``--with NAME``; ``other_first`` says whether it came before ``--connection``."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option: str | None = None) -> None:  # noqa: ARG002
        namespace.other = values
        namespace.other_first = namespace.connection is None


def parse(arguments: Sequence[str], windows: Windows) -> argparse.Namespace:
    """The options, with ``run`` set to the command's function. Exits with 2 (by argparse) on wrong use."""
    parser, names = _parser(windows)
    first = arguments[0] if arguments else None
    if windows.design is not None and (first is None or (first not in names and not first.startswith("-"))):
        _suggest(first, names, parser)
        opener = _Parser(prog="connection-designer", usage="connection-designer [PATH]")
        opener.add_argument("path", nargs="?", type=Path)
        options = opener.parse_args(arguments)
        design = windows.design
        options.run = lambda given, _console: design(given.path)
        return options
    return parser.parse_args(arguments)


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command by its name, for who writes down what there is."""
    parser, _ = _parser(Windows(lambda _path: 0, lambda _folder: 0))
    found = next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return dict(found.choices)


def _suggest(word: str | None, names: list[str], parser: argparse.ArgumentParser) -> None:
    """A mistyped command would be taken for a path: say so where nothing of that name exists."""
    if word is None or Path(word).exists() or any(mark in word for mark in "/\\."):
        return
    near = difflib.get_close_matches(word, names, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    parser.error(f"{word!r} is neither a command nor a file or folder.{hint}")


def _parser(windows: Windows) -> tuple[argparse.ArgumentParser, list[str]]:
    opening = (
        "Without a command, opens the window on PATH (a connector project or .rb file).\n" if windows.design else ""
    )
    parser = _Parser(
        prog="connection-designer",
        description=f"Design, sign in to and try out the connection of a Workato custom connector.\n{opening}",
        epilog="\n".join(["exit status:", *(f"  {status:<4} {words}" for status, words in EXIT_STATUS.items())]),
    )
    parser.add_argument("--version", action="version", version=f"connection-designer {designer.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _documents(commands)
    _exchange(commands)
    _runs(commands)
    _programs(commands)
    if windows.tour is not None:
        tour = windows.tour
        tour_command = _command(
            commands, "tour", "play the main job in the real window and leave pictures of each step"
        )
        tour_command.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the pictures")
        tour_command.set_defaults(run=lambda given, _console: tour(given.output))
    return parser, list(commands.choices)


def _later(module: str, function: str) -> Run:
    """A command's function, imported when it is called: starting up costs what the one command needs."""

    def run(options: argparse.Namespace, console: Console) -> int:
        return int(getattr(importlib.import_module(f"designer.cli.{module}"), function)(options, console))

    return run


def _command(commands: Any, name: str, summary: str, **kwargs: Any) -> _Parser:
    command: _Parser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + ".", **kwargs
    )
    return command


def _json_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON document on stdout (secrets are not masked)")


def _output_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", metavar="FILE", help="write there instead of in place; - is stdout")


def _documents(commands: Any) -> None:
    check = _command(commands, "check", "validate the connection of connectors")
    check.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a connector project, a folder that holds several, or a .rb file",
    )
    check.add_argument(
        "--format",
        dest="report",
        choices=["text", "json", "sarif", "github"],
        default="text",
        help="text for people (default), one JSON document, SARIF 2.1.0 for code scanning, or GitHub annotations",
    )
    check.add_argument("--json", dest="report", action="store_const", const="json", help="the same as --format json")
    check.set_defaults(run=_later("checking", "check"))

    show = _command(commands, "show", "show the connection as it is read from the file")
    show.add_argument("path", type=Path, metavar="PATH")
    show.set_defaults(run=_later("documents", "show"))
    _json_option(show)

    change = _command(
        commands,
        "set",
        "set one element; nothing else in the file changes",
        epilog='Values that JSON does not have: {"symbol": "name"}, {"regex": "source", "flags": "i"}, '
        '{"ruby": "lambda do … end"}.',
    )
    change.add_argument("path", type=Path, metavar="PATH")
    change.add_argument("pointer", metavar="POINTER", help="RFC 6901, such as /connection/fields/0/label; /- appends")
    change.add_argument("value", metavar="JSON_VALUE", help="""a JSON value; a text needs its quotes: '"Label"'""")
    _output_option(change)
    change.set_defaults(run=_later("documents", "change"))
    _json_option(change)

    remove = _command(commands, "remove", "remove one element; nothing else in the file changes")
    remove.add_argument("path", type=Path, metavar="PATH")
    remove.add_argument("pointer", metavar="POINTER")
    _output_option(remove)
    remove.set_defaults(run=_later("documents", "remove"))
    _json_option(remove)

    fix = _command(commands, "fix", "apply the fixes that checks offer")
    fix.add_argument("path", type=Path, metavar="PATH")
    fix.add_argument("--code", action="append", metavar="CODE", help="only problems of this code (may be repeated)")
    _output_option(fix)
    fix.set_defaults(run=_later("documents", "fix"))
    _json_option(fix)


def _kinds() -> str:
    from designer.connection import KINDS
    from designer.project.scaffold import ALIASES, STARTING_KINDS

    wide = max(map(len, STARTING_KINDS))
    kinds = (f"  {name.ljust(wide)}  {KINDS[name].title}" for name in STARTING_KINDS)
    return "\n".join(["kinds:", *kinds, "", f"also understood: {', '.join(ALIASES)}"])


def _exchange(commands: Any) -> None:
    new = _command(commands, "new", "make a connector project")
    new.later = _kinds
    new.add_argument("folder", type=Path, metavar="DIR")
    new.add_argument("--title", help="what its users will see (default: after the folder)")
    new.add_argument("--kind", default="none", metavar="KIND", help="kind of authorization (default: none)")
    new.set_defaults(run=_later("exchange", "new"))
    _json_option(new)

    bring_in = _command(
        commands, "import", "take the authorization from a curl command, OpenAPI, Postman or OAuth metadata"
    )
    bring_in.add_argument("source", metavar="SOURCE", help="a file, - for stdin, or a curl command in quotes")
    bring_in.add_argument(
        "-c", "--connector", type=Path, default=Path(), metavar="PATH", help="connector (default: here)"
    )
    bring_in.add_argument("--take", type=int, metavar="NUMBER", help="which one, where the source describes several")
    _output_option(bring_in)
    bring_in.set_defaults(run=_later("exchange", "bring_in"))
    _json_option(bring_in)

    export = _command(commands, "export", "write the connection block, or the whole connector")
    export.add_argument("path", type=Path, metavar="PATH")
    export.add_argument("--whole", action="store_true", help="the whole connector instead of its connection block")
    export.add_argument("-o", "--output", metavar="FILE", help="file to write (default: stdout)")
    export.set_defaults(run=_later("exchange", "export"))
    _json_option(export)


def _run_options(command: argparse.ArgumentParser, *, save: bool = True, repeatable: bool = True) -> None:
    # Also a failure before the run answers in the shape of a run.
    command.set_defaults(failed={"result": None, "requests": [], "settings_after": None, "warnings": []})
    group = command.add_argument_group("connector and credentials")
    group.add_argument("-c", "--connector", type=Path, default=Path(), metavar="PATH", help="connector (default: here)")
    group.add_argument("-s", "--settings", type=Path, metavar="FILE", help="settings.yaml or settings.yaml.enc")
    group.add_argument("-n", "--connection", metavar="NAME", help="which connection of the settings file")
    group.add_argument("-k", "--key", type=Path, metavar="FILE", help="master key (default: master.key)")
    if save:
        group.add_argument("--save", action="store_true", help="write changed settings back into the settings file")
    if repeatable:
        group = command.add_argument_group("repeatable runs")
        group.add_argument("--at", metavar="TIME", help="freeze the clock, for example 2026-01-02T03:04:05Z")
        group.add_argument("--seed", type=int, metavar="N", help="derive all randomness from N")
    else:
        command.set_defaults(at=None, seed=None)
    group = command.add_argument_group("output")
    _json_option(command)
    group.add_argument("--reveal", action="store_true", help="show secrets to a person")
    group.add_argument("--verbose", action="store_true", help="tell every step and request")


def _operation_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("operation", metavar="OPERATION")
    command.add_argument("-i", "--input", type=Path, metavar="FILE", help="an action's input, JSON")
    command.add_argument("-a", "--args", type=Path, metavar="FILE", help="a method's arguments, a JSON array")
    command.add_argument("--oauth2-code", metavar="CODE", help="the authorization code of acquire and token_exchange")
    command.add_argument("--redirect-url", metavar="URL", help="the redirect URL the code was issued for")
    command.add_argument("--refresh-token", metavar="TOKEN", help="for refresh; default: the one in the settings")


def _runs(commands: Any) -> None:
    execute = _command(
        commands,
        "exec",
        "run one part of the connector as the SDK would",
        epilog="OPERATION: connection.base_uri, connection.authorization.{authorization_url, token_url, client_id, "
        "client_secret,\nacquire, refresh, selected, identity, pkce}, test, actions.NAME.execute, methods.NAME, "
        "reauthorize, token_exchange",
    )
    _operation_options(execute)
    execute.set_defaults(run=_later("runs", "execute"))
    _run_options(execute)
    _travel_options(execute)

    verify = _command(
        commands,
        "verify",
        "run one part of the connector here and with the official SDK, and compare",
        epilog="The official SDK (gem workato-connector-sdk) runs the whole connector in Ruby, with your rights; here\n"
        "nothing of it reaches your files. Both send their requests, so what the connector does is done twice.",
    )
    _operation_options(verify)
    verify.add_argument(
        "--timeout", type=float, default=120.0, metavar="SECONDS", help="how long the official SDK may take (120)"
    )
    _run_options(verify, save=False, repeatable=False)
    verify.set_defaults(
        run=_later("verify", "verify"), failed={"same": None, "differences": [], "ours": None, "official": None}
    )

    record = _command(commands, "record", "run one part of the connector and keep the run as an RSpec test")
    _operation_options(record)
    record.add_argument("--name", required=True, metavar="NAME", help="name of the test, such as test_ok")
    record.add_argument("--replace", action="store_true", help="replace a test of that name")
    _run_options(record)
    _travel_options(record, redirects=False)
    record.set_defaults(run=_later("recording", "record"), failed={"written": []})

    matrix = _command(commands, "matrix", "run the test for every option, each with its own saved credentials")
    _run_options(matrix)
    _travel_options(matrix, redirects=False)
    matrix.set_defaults(run=_later("sidebyside", "matrix"), failed={"cells": []})

    compare = _command(
        commands,
        "compare",
        "run one part of the connector with two saved connections and compare",
        epilog="The connection named first is run first and stands on the left, the other one on the right.\n"
        "Exit status 0 where nothing differs but the settings, 1 where something does.",
    )
    _operation_options(compare)
    compare.add_argument(
        "--with", dest="other", required=True, metavar="NAME", action=_Other, help="the other connection"
    )
    _run_options(compare)
    _travel_options(compare, redirects=False)
    compare.set_defaults(
        run=_later("sidebyside", "compare"), failed={"left": None, "right": None, "same": None, "lines": []}
    )

    request = _command(commands, "request", "send one request as an action of the connector would")
    request.add_argument("verb", metavar="VERB")
    request.add_argument("url", metavar="URL")
    request.add_argument("--params", metavar="JSON", help="query parameters; @FILE reads a file")
    request.add_argument("--payload", metavar="JSON", help="body; @FILE reads a file")
    request.add_argument("--headers", metavar="JSON", help="headers; @FILE reads a file")
    request.add_argument(
        "--format", choices=["json", "form", "xml", "multipart", "raw"], help="how the body is written"
    )
    request.add_argument("--chain", metavar="JSON", help='further calls, such as [["response_format_raw"]]')
    request.add_argument("--dry-run", action="store_true", help="sign and show the request, send nothing")
    request.set_defaults(run=_later("runs", "request"))
    _run_options(request)
    _travel_options(request)

    sign_in = _command(commands, "authorize", "sign in with OAuth 2.0 through your browser, keep the tokens")
    sign_in.add_argument("--port", type=int, default=45555, metavar="N", help="port of the redirect URL (45555)")
    sign_in.add_argument(
        "--redirect-url", metavar="URL", help="loopback redirect URL (http://localhost:PORT/oauth/callback)"
    )
    sign_in.add_argument("--no-browser", action="store_true", help="show the address instead of opening a browser")
    sign_in.add_argument("--timeout", type=float, default=300.0, metavar="SECONDS", help="how long to wait (300)")
    sign_in.set_defaults(run=_later("authorize", "run"))
    _run_options(sign_in, save=False)


def _travel_options(command: argparse.ArgumentParser, *, redirects: bool = True) -> None:
    """How requests travel, as the console lets one choose; see ``travelling.py``."""
    group = command.add_argument_group("how requests travel")
    group.add_argument("--proxy", metavar="URL", help="http://[user:password@]host:port")
    group.add_argument("--system-proxy", action="store_true", help="use the system's proxy where --proxy names none")
    group.add_argument("--ca-file", type=Path, metavar="FILE", help="PEM file of authorities to trust as well")
    group.add_argument("--no-verify", action="store_true", help="do not verify the server's certificate")
    group.add_argument(
        "--client-certificate", type=Path, metavar="FILE", help="PEM file with certificate and key, or a .p12 file"
    )
    group.add_argument("--client-key", type=Path, metavar="FILE", help="PEM file of its key, where that stands apart")
    group.add_argument(
        "--client-passphrase",
        metavar="SOURCE",
        help="where the passphrase of its key is: env:NAME, file:PATH, or ask for it (ask)",
    )
    group.add_argument("--http2", action="store_true", help="offer HTTP/2 (the platform speaks HTTP/1.1)")
    group.add_argument("--timeout", type=float, metavar="SECONDS", help="for each request (40, for tokens 30)")
    if redirects:
        group.add_argument(
            "--redirects",
            choices=["follow", "stop"],
            help="as with follow_redirection or ignore_redirection, where the code says neither",
        )


def _programs(commands: Any) -> None:
    command = _command(commands, "batch", "answer JSON Lines on stdin with JSON Lines on stdout, for programs")
    command.set_defaults(run=_later("batch", "run"))

    sandbox = _command(commands, "sandbox", "run the built-in OAuth and API provider on loopback")
    sandbox.add_argument("--port", type=int, default=0, metavar="N", help="port (default: a free one)")
    sandbox.set_defaults(run=_later("provider", "run"))
    _json_option(sandbox)


def json_option(text: str | None, name: str) -> Any:
    """The value of an option that takes JSON, or the file it names with ``@``. Raises ``UsageError``."""
    if text is None:
        return None
    if text.startswith("@"):
        text = read_text(Path(text[1:]), name)
    return parse_json(text, name, "A text needs its double quotes inside the shell's.")


def json_object(text: str | None, name: str) -> dict[str, Any] | None:
    """The same for an option that takes names with values."""
    value = json_option(text, name)
    if value is not None and not isinstance(value, dict):
        raise UsageError(f"{name} is not a JSON object.", """Write names with their values: '{"name": "value"}'.""")
    return value


def read_text(path: Path, name: str) -> str:
    """The text of a file that the option ``name`` named. Raises ``UsageError`` where there is none, and ``UserError``
    where it is no text; every other ``OSError`` is told by whoever runs commands."""
    demand_file(path, name)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text.", "Save it as UTF-8 and try again.") from None


def demand_file(path: Path, name: str) -> None:
    """Raises ``UsageError`` where the option ``name`` names what is no file, before anything is sent."""
    if path.is_dir():
        raise UsageError(f"{name}: {path} is a folder.", "Name a file.")
    if not path.exists():
        hint = "Check the path; a relative one starts from the folder this command runs in."
        raise UsageError(f"{name}: {path}: no such file.", hint)


def parse_json(text: str, name: str, hint: str = "") -> Any:
    """The JSON value of ``text``; ``name`` is what the person knows it by. Raises ``UsageError``."""
    import json

    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{name} is not JSON: {error}.", hint) from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply.", "A connection needs a handful of levels.") from None
