"""Ruby itself as the second opinion, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from designer.ruby import Document, Lambda, Regex, RubyCode, RubyValue, Symbol, to_json

RUBY = shutil.which("ruby")


class Ourselves:
    """Stands in where Ruby is not installed: what the document reads, in the words Ruby would use."""

    def __call__(self, source: bytes) -> dict[str, Any]:
        root = Document.parse(source).root
        return {"error": "no connector"} if root is None else {"value": _told(root.value)}

    def close(self) -> None:
        pass


def _told(value: RubyValue) -> Any:
    match value:
        case Lambda(parameters=parameters):
            return {"lambda": [_name(parameter) for parameter in parameters]}
        case Regex(source, flags):
            return {"regex": source, "flags": "".join(flag for flag in "imx" if flag in flags)}
        case float():
            return {"float": repr(value)}
        case dict():
            return {key: _told(item) for key, item in value.items()}
        case list():
            return [_told(item) for item in value]
        case _:
            return to_json(value)


def _name(parameter: str) -> str:
    return parameter.strip("*&").partition("=")[0].partition(":")[0].strip()


class Ruby:
    """One Ruby process that evaluates literal connectors; ``close`` ends it."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("oracle.rb")
        self._process = subprocess.Popen(
            [RUBY or "ruby", "-W0", "-Ku", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __call__(self, source: bytes) -> dict[str, Any]:
        """``{"value"}`` or ``{"error"}`` for the last expression of ``source``."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(source.decode()) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


def agrees(ours: RubyValue, rubys: Any) -> bool:
    """Whether what the document reads is what Ruby evaluates; code is Ruby's business alone."""
    match ours:
        case RubyCode():
            return True
        case Lambda(parameters=parameters):
            return isinstance(rubys, dict) and rubys.get("lambda") == [_name(parameter) for parameter in parameters]
        case Symbol(name):
            return bool(rubys == {"symbol": name})
        case Regex(source, flags):
            return bool(rubys == {"regex": source, "flags": "".join(flag for flag in "imx" if flag in flags)})
        case float():
            return isinstance(rubys, dict) and float(rubys["float"]) == ours
        case dict():
            return (
                isinstance(rubys, dict) and list(ours) == list(rubys) and all(agrees(ours[k], rubys[k]) for k in ours)
            )
        case str() | bool() | int() | None:
            return type(ours) is type(rubys) and bool(ours == rubys)
        case Sequence():
            return isinstance(rubys, list) and len(ours) == len(rubys) and all(map(agrees, ours, rubys))
        case _:
            return False
