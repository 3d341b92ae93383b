"""``python -m designer`` and the ``connection-designer`` script: the one place that knows both window and commands."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from designer import cli
from designer.errors import UserError


def main(arguments: list[str] | None = None) -> int:
    """Run what ``arguments`` (default: the process's) ask for; returns the exit status."""
    # Imports make many objects and no garbage: to look for some after every 700 of them costs a tenth of a command.
    gc.set_threshold(20_000, 20, 50)
    windows = cli.Windows(design=_design, tour=_tour)
    return cli.main(sys.argv[1:] if arguments is None else arguments, windows)


def _design(path: Path | None) -> int:
    if not _has_screen():
        raise UserError(
            "There is no screen here, so the window cannot open.",
            "connection-designer tour --output DIR plays the main job without one; the commands need none either.",
        )
    from designer import app

    return app.run(path)


def _tour(output: Path) -> int:
    if not _has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}.", "Name another folder.") from error
    from designer import app

    return app.run_tour(output)


def _has_screen() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
