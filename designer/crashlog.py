"""Where faults of the program itself are written down: type and place, never a message, for that may hold a secret."""

from __future__ import annotations

import datetime
import os
import sys
import traceback
from pathlib import Path

import designer


def folder() -> Path:
    """The folder for logs, by the platform's custom."""
    if os.name == "nt":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
        return root / "connection-designer" / "log"
    if sys.platform == "darwin":
        return Path.home() / "Library/Logs/connection-designer"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "connection-designer"


def record(error: BaseException) -> Path | None:
    """Append where ``error`` came from; returns the file, or None where nothing could be written."""
    lines = [f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ} version {designer.__version__}"]
    chain: BaseException | None = error
    while chain is not None:
        lines.append(type(chain).__name__)
        for frame in traceback.extract_tb(chain.__traceback__):
            lines.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    try:
        path = folder() / "faults.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n\n")
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return None
    return path
