"""Ruby itself as the second opinion, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from designer.ruby import Lambda, Regex, RubyCode, RubyValue, Symbol

RUBY = shutil.which("ruby")


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
            names = [name.strip("*&").partition("=")[0].partition(":")[0].strip() for name in parameters]
            return isinstance(rubys, dict) and rubys.get("lambda") == names
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
