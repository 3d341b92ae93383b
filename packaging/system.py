"""System libraries that Qt loads at run time, and how to get them on Debian and its relatives.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to run."""


class Library(NamedTuple):
    """A shared library and the Debian packages that hold it, the name of the newest release first."""

    soname: str
    packages: tuple[str, ...]


WIDGETS = (
    Library("libglib-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0")),
    Library("libGL.so.1", ("libgl1",)),
    Library("libEGL.so.1", ("libegl1",)),
    Library("libfontconfig.so.1", ("libfontconfig1",)),
    Library("libxkbcommon.so.0", ("libxkbcommon0",)),
    Library("libdbus-1.so.3", ("libdbus-1-3",)),
)
WEB = (
    Library("libnss3.so", ("libnss3",)),
    Library("libasound.so.2", ("libasound2t64", "libasound2")),
    Library("libXcomposite.so.1", ("libxcomposite1",)),
    Library("libXdamage.so.1", ("libxdamage1",)),
    Library("libXrandr.so.2", ("libxrandr2",)),
    Library("libXtst.so.6", ("libxtst6",)),
    Library("libxkbfile.so.1", ("libxkbfile1",)),
)
SCREEN = (
    Library("libxcb-cursor.so.0", ("libxcb-cursor0",)),
    Library("libxcb-icccm.so.4", ("libxcb-icccm4",)),
    Library("libxcb-keysyms.so.1", ("libxcb-keysyms1",)),
    Library("libxcb-shape.so.0", ("libxcb-shape0",)),
    Library("libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",)),
)


def has_screen() -> bool:
    """Whether a window can be shown: always on Windows and macOS, elsewhere by the environment."""
    if not sys.platform.startswith("linux"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform:
        return platform not in ("offscreen", "minimal")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def ensure_system(*, screen: bool, optional: Sequence[str] = ()) -> None:
    """Install the system packages that are missing, through apt where this process may.

    ``optional`` names commands whose package has the same name; one that cannot be had is no error.
    Raises ``SetupError`` with the exact command where only an administrator can go on.
    """
    if not sys.platform.startswith("linux"):
        return
    libraries = [lib for lib in WIDGETS + WEB + (SCREEN if screen else ()) if not _loads(lib.soname)]
    wanted = [_package_name(lib.packages) for lib in libraries]
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    extra = [name for name in optional if shutil.which(name) is None]
    if not wanted and not extra:
        return
    if shutil.which("apt-get") is None:
        if wanted:
            raise SetupError(_without_apt(libraries))
        return
    rights = _rights()
    if rights is None:
        if wanted:
            raise SetupError(
                "Some system packages are missing and only an administrator may install them.\n"
                "Run this once, then start again:\n\n    " + _command_for_a_person(wanted)
            )
        return
    print(f"Installing system packages: {' '.join(wanted + extra)}", file=sys.stderr, flush=True)
    _apt(rights, "update")
    if wanted and not _install(rights, wanted + extra) and not _install(rights, wanted):
        raise SetupError("apt could not install the system packages. Try:\n\n    " + _command_for_a_person(wanted))
    if extra and not wanted:
        _install(rights, extra)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _package_name(candidates: tuple[str, ...]) -> str:
    """The first name this release of the distribution knows; the oldest where it cannot be told."""
    for name in candidates[:-1]:
        try:
            shown = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False)
        except OSError:
            break
        if "Candidate:" in shown.stdout and "Candidate: (none)" not in shown.stdout:
            return name
    return candidates[-1]


def _rights() -> list[str] | None:
    """What to put before a command to run it as root, or None where that needs a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _apt(rights: list[str], *arguments: str) -> bool:
    command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    command += ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", *arguments]
    # apt's account of itself is only of interest when it fails; stdout belongs to whoever called us.
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode("utf-8", "replace")[-4000:])
    return done.returncode == 0


def _install(rights: list[str], packages: list[str]) -> bool:
    arguments = ("install", "--no-install-recommends", *packages)
    if _apt(rights, *arguments):
        return True
    # An installation that was cut off leaves packages unpacked but not configured: finish that, then once more.
    subprocess.run([*rights, "dpkg", "--configure", "-a"], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return _apt(rights, *arguments)


def _command_for_a_person(packages: list[str]) -> str:
    update, install = "apt-get update", f"apt-get install -y --no-install-recommends {shlex.join(packages)}"
    if os.geteuid() == 0:
        return f"{update} && {install}"
    if shutil.which("sudo"):
        return f"sudo {update} && sudo {install}"
    return f'su -c "{update} && {install}"'


def _without_apt(libraries: list[Library]) -> str:
    if not libraries:
        return (
            "This Python has no ensurepip module. Install your distribution's python3 venv package, then start again."
        )
    names = "\n    ".join(lib.soname for lib in libraries)
    return (
        "Qt needs these shared libraries, and there is no apt here to install them:\n\n"
        f"    {names}\n\nInstall the packages of your distribution that hold them, then start again."
    )
