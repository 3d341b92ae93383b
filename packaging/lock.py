"""Renew the locks from ``pyproject.toml``: ``python3 packaging/lock.py`` (needs uv on the PATH).

The locks hold for Python 3.11 and newer on Linux, macOS and Windows, with hashes and without registry addresses.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
COMMON = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"]
COMMON += ["--no-emit-index-url", "--no-config", "--quiet", "--upgrade", "--custom-compile-command"]


def main() -> int:
    command = [*COMMON, "python3 packaging/lock.py"]
    run, test = "packaging/requirements.lock", "packaging/requirements-test.lock"
    for extra in (["-o", run], ["--extra", "test", "-c", run, "-o", test]):
        done = subprocess.run([*command, *extra], cwd=PROJECT, check=False)
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
