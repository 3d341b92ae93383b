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
    command = [os.fspath(python), "-m", "designer", *arguments]
    if not has_screen() and not arguments:
        return _tour(command)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def _tour(command: list[str]) -> int:
    output = (PROJECT if os.access(PROJECT, os.W_OK) else Path.cwd()) / "tour-output"
    print("There is no screen here, so the guided tour runs without one.", flush=True)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    status = subprocess.run([*command, "tour", "--output", os.fspath(output)], env=environment, check=False).returncode
    print(
        f"Its pictures are in {output}" if status == 0 else f"It did not come through; what there is lies in {output}"
    )
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
