"""The official command line, where the author has it: found, started, and its output read.

It runs the connector in full Ruby with the rights of whoever starts it. Nothing here goes through a shell.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from designer.project.errors import ProjectError
from designer.project.gemfile import GEM, names_the_gem

INSTALL = (
    f"Install it with Ruby 2.7 or later: gem install {GEM}\n"
    f"or name it in the project's Gemfile (gem '{GEM}') and run: bundle install"
)
_PROBE_SECONDS = 60.0
_REFUSALS = "no\n" * 50
"""Answers to "update the settings file?". Without an answer the official command asks for ever."""


class OfficialMissing(ProjectError):
    """The official SDK is not installed here."""

    def __init__(self, message: str = "The official connector SDK is not installed here.", hint: str = INSTALL) -> None:
        super().__init__(message, hint)


class OfficialFailed(ProjectError):
    """The official command line did not get as far as an answer."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ended, with what it wrote."""

    status: int
    out: str
    err: str


class Runner(Protocol):
    def __call__(self, command: Sequence[str], *, cwd: Path, stdin: str, timeout: float) -> Finished:
        """Run ``command`` to its end. Raises ``OSError`` where it cannot start, ``TimeoutError`` after ``timeout``
        seconds."""


def run_program(command: Sequence[str], *, cwd: Path, stdin: str, timeout: float) -> Finished:
    """The real runner: a child process without a shell, killed when its time is over."""
    try:
        done = subprocess.run(
            list(command), cwd=cwd, input=stdin.encode(), capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{command[0]} ran longer than {timeout:g} seconds") from None
    return Finished(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request as the official SDK logged it. ``body`` is None where there was none; where it is long the SDK tells
    only ``body_length``, in bytes."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None = None
    body_length: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body": self.body,
            "body_length": self.body_length,
        }


@dataclass(frozen=True, slots=True)
class OfficialAnswer:
    """What the official SDK made of an operation. ``error`` is None or ``{"class", "message"}``."""

    result: Any
    error: Mapping[str, str] | None
    requests: tuple[LoggedRequest, ...]


@dataclass(frozen=True, slots=True)
class Official:
    """The command line of the official SDK: how it is called, and its version."""

    command: tuple[str, ...]
    version: str
    runner: Runner

    def execute(self, path: str, options: Sequence[str], *, cwd: Path, timeout: float) -> OfficialAnswer:
        """``workato exec PATH OPTIONS`` in the folder ``cwd``. The settings file is left as it is.

        Raises ``OfficialFailed`` where there is no answer: it ran out of time, or failed before the connector ran.
        """
        with tempfile.TemporaryDirectory(prefix="connection-designer-") as scratch:
            output = Path(scratch) / "output.json"
            command = (*self.command, "exec", path, *options, "--verbose", "--debug", "--output", str(output))
            done = self._run(command, cwd, timeout)
            written = output.read_text(encoding="utf-8") if output.is_file() else None
        requests = logged_requests(done.out)
        if done.status == 0 and written is not None:
            return OfficialAnswer(_json(written), None, requests)
        error = uncaught(done.err)
        if error is None:
            said = (done.err.strip() or done.out.strip()).splitlines()
            hint = f"It said: {said[-1]}" if said else ""
            raise OfficialFailed(f"The official SDK {self.version} gave no answer (exit {done.status}).", hint)
        return OfficialAnswer(None, error, requests)

    def _run(self, command: Sequence[str], cwd: Path, timeout: float) -> Finished:
        try:
            return self.runner(command, cwd=cwd, stdin=_REFUSALS, timeout=timeout)
        except TimeoutError as error:
            raise OfficialFailed(
                f"The official SDK {self.version} did not finish within {timeout:g} seconds.",
                "Give it more with --timeout, or see what it waits for with: workato exec --verbose",
            ) from error
        except OSError as error:
            raise OfficialFailed(f"The official SDK cannot be started: {error.strerror or error}.") from error


def find_official(
    folder: Path, runner: Runner = run_program, which: Callable[[str], str | None] = shutil.which
) -> Official:
    """The official command line for the project in ``folder``: its Gemfile's, else the one on the PATH.

    Raises ``OfficialMissing`` where there is none, or none that starts.
    """
    broken: list[str] = []
    for command in _candidates(folder, which):
        try:
            done = runner((*command, "version"), cwd=folder, stdin="", timeout=_PROBE_SECONDS)
        except (OSError, TimeoutError) as error:
            broken.append(f"{' '.join(command)}: {error}")
            continue
        version = re.search(r"^\d+(?:\.\w+)+$", done.out.strip(), re.MULTILINE)
        if done.status == 0 and version:
            return Official(command, version[0], runner)
        said = (done.err.strip() or done.out.strip() or f"exit {done.status}").splitlines()
        broken.append(f"{' '.join(command)}: {said[0]}")
    if broken:
        raise OfficialMissing("The official connector SDK does not start here.", "\n".join([*broken, INSTALL]))
    raise OfficialMissing


def _candidates(folder: Path, which: Callable[[str], str | None]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    bundle, workato = which("bundle"), which("workato")
    if bundle is not None and names_the_gem(folder):
        found.append((bundle, "exec", "workato"))
    if workato is not None:
        found.append((workato,))
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise OfficialFailed(f"The official SDK wrote what is not JSON: {error}.") from None


# --- what it writes ---------------------------------------------------------------------------------------------------

_REQUEST = re.compile(r'^RestClient\.(\w+) ("(?:[^"\\]|\\.)*")(.*)$', re.MULTILINE)
_STRING = r'"(?:[^"\\]|\\.)*"'
_BODY = re.compile(rf", (?:({_STRING})|(\d+) byte\(s\) length)(?!=>)")
_HEADER = re.compile(rf"({_STRING})=>({_STRING}|[^,]+)")
_UNCAUGHT = re.compile(r"^(?:.+?:\d+:in [`'].*?': |.+?:\d+: )(.*) \(([A-Z][\w:]*)\)$", re.MULTILINE)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f ]+)\}|u([0-9A-Fa-f]{4})|((?:x[0-9A-Fa-f]{2})(?:\\x[0-9A-Fa-f]{2})*)|(.))", re.S
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def logged_requests(text: str) -> tuple[LoggedRequest, ...]:
    """The requests in the log that ``--verbose`` writes."""
    found = []
    for method, url, rest in _REQUEST.findall(text):
        body = _BODY.match(rest)
        headers = _HEADER.findall(rest, body.end() if body else 0)
        found.append(
            LoggedRequest(
                method.upper(),
                ruby_text(url),
                tuple((ruby_text(name), ruby_text(value)) for name, value in headers),
                None if body is None or body[1] is None else ruby_text(body[1]),
                None if body is None or body[2] is None else int(body[2]),
            )
        )
    return tuple(found)


def ruby_text(written: str) -> str:
    """The text behind Ruby's ``inspect`` of a string; anything else as it is written."""
    if not written.startswith('"'):
        return written
    return _ESCAPE.sub(_unescaped, written[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    points, point, octets, letter = match.groups()
    if points or point:
        return "".join(chr(int(each, 16)) for each in (points or point).split())
    if octets:
        return bytes.fromhex(octets.replace("\\", "").replace("x", "")).decode("utf-8", "replace")
    return _LETTERS.get(letter, letter)


def uncaught(text: str) -> dict[str, str] | None:
    """Class and first line of the message of the error that ended a Ruby program; None where none did."""
    match = _UNCAUGHT.search(text)
    return None if match is None else {"class": match[2], "message": match[1]}
