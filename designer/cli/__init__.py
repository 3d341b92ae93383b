"""The command line: the same engine as the window, without Qt, fit for scripts.

Exit status: 0 done, 1 problems found or the operation failed, 2 wrong use, 130 ended by Ctrl-C. No failure ends in a
traceback.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from designer.cli.arguments import Windows, parse
from designer.cli.console import Console, UsageError, utf8_streams
from designer.errors import UserError

__all__ = ["Windows", "main"]

INTERRUPTED = 130


def main(arguments: list[str], windows: Windows | None = None) -> int:
    """Run one command; ``windows`` opens what needs a screen (the command line itself knows no toolkit)."""
    utf8_streams()
    console = Console.standard()
    try:
        options = parse(arguments, windows or Windows())
        console = Console.standard(
            json=getattr(options, "json", False) or getattr(options, "report", None) == "json",
            reveal=getattr(options, "reveal", False),
            verbose=getattr(options, "verbose", False),
        )
        status = _run(options, console)
        # A reader that went away shows here, not at interpreter exit where nothing can be done about it.
        sys.stdout.flush()
        return status
    except SystemExit as stop:  # argparse has said what was wrong
        return stop.code if isinstance(stop.code, int) else 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: Any, console: Console) -> int:
    try:
        return int(options.run(options, console))
    except UsageError as error:
        console.fail(error)
        return 2
    except UserError as error:
        return _failed(options, console, error)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _failed(options, console, system_failure(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a person never sees a traceback
        from designer.crashlog import record

        written = record(error)
        hint = f"What happened is written down in {written}." if written else ""
        return _failed(
            options,
            console,
            UserError(f"Sorry, this is a fault of Connection Designer ({type(error).__name__}).", hint),
        )


def _failed(options: Any, console: Console, error: UserError) -> int:
    console.fail(error)
    if console.json:
        failure = {"class": "Designer::Error", "message": error.message, "hint": error.hint}
        console.document({**getattr(options, "failed", {}), "error": failure})
    return 1


def system_failure(error: OSError) -> UserError:
    """What the operating system refused, in words and with a way out."""
    name = error.filename if isinstance(error.filename, str) else None
    about = f"{name}: " if name else ""
    hint = ""
    if isinstance(error, FileNotFoundError):
        hint = "Check the path; a relative one starts from the folder this command runs in."
    elif isinstance(error, PermissionError):
        hint = "Change the rights of the file or its folder, or write elsewhere."
    return UserError(f"{about}{(error.strerror or str(error)).rstrip('.')}.", hint)
