"""Run the tests: ``python3 packaging/test.py [arguments of pytest]``. Sets up what they need at the first start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from environment import PROJECT, prepare
from system import SetupError


def main(arguments: list[str]) -> int:
    try:
        python = prepare(test=True)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    # pytest runs in the project folder; a path given from elsewhere keeps its meaning.
    given = [
        os.fspath(Path(word).resolve()) if not word.startswith("-") and Path(word).exists() else word
        for word in arguments
    ]
    if not os.access(PROJECT, os.W_OK):
        given += ["-p", "no:cacheprovider"]
    if not any(word.startswith(("-n", "--numprocesses", "--benchmark-only", "--pdb")) for word in given):
        # One process a core; the tests of a file stay together, since they share what is costly to set up.
        # A process that crashes ends the run: replaced, it would wait for ever for work that has been given away.
        given += ["-n", "auto", "--dist", "loadfile", "--max-worker-restart=0"]
    return subprocess.run([os.fspath(python), "-m", "pytest", *given], cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
