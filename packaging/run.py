"""Open Connection Designer: ``python3 packaging/run.py [arguments of connection-designer]``.

Sets everything up at the first start. Where there is no screen, the guided tour runs offscreen and leaves its pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from environment import PROJECT, prepare
from system import SetupError, has_screen


def main(arguments: list[str]) -> int:
    try:
        python = prepare()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    environment = dict(os.environ)
    if not has_screen() and not arguments:
        arguments = _tour_arguments()
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [os.fspath(python), "-m", "designer", *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def _tour_arguments() -> list[str]:
    output = PROJECT / "tour-output"
    if not os.access(PROJECT, os.W_OK):
        output = Path.cwd() / "tour-output"
    print("There is no screen here, so the guided tour runs without one.", flush=True)
    print(f"Its pictures will be in {output}", flush=True)
    return ["tour", "--output", os.fspath(output)]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
