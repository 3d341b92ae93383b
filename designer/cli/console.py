"""Where output goes: results to stdout, everything else to stderr; in JSON mode stdout is one document."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from typing import Any, TextIO

from designer.errors import UserError


class UsageError(UserError):
    """The command was called in a way it does not understand: exit status 2."""


@dataclass(frozen=True)
class Console:
    """``json`` for machines (``--json``), ``reveal`` to show secrets to a person, ``verbose`` for the whole story."""

    out: TextIO
    err: TextIO
    json: bool = False
    reveal: bool = False
    verbose: bool = False

    @classmethod
    def standard(cls, *, json: bool = False, reveal: bool = False, verbose: bool = False) -> Console:
        return cls(sys.stdout, sys.stderr, json=json, reveal=reveal, verbose=verbose)

    def document(self, value: Any) -> None:
        """The one JSON document of ``--json``."""
        self.out.write(to_json(value, indent=2) + "\n")
        self.out.flush()

    def say(self, text: str = "") -> None:
        """A line of the result, for a person."""
        self.out.write(text + "\n")

    def note(self, text: str) -> None:
        """A line beside the result: progress, a warning, a failure."""
        self.err.write(text + "\n")
        self.err.flush()

    def fail(self, error: UserError) -> None:
        self.note(f"error: {error.message}")
        for line in error.hint.splitlines():
            self.note(f"  {line}")


def to_json(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON text. What JSON has no word for (infinity, not a number) becomes null, as in Ruby."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value


def utf8_streams() -> None:
    """Output is UTF-8 wherever it goes; a lone surrogate is written as the JSON escape it came from."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
