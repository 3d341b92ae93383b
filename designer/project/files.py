"""Reading and writing the author's files without ever leaving half of one."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from designer.project.errors import OutsideChange, ProjectError

LARGEST = 10 * 1024 * 1024
"""Bytes of code a connector may have on the platform."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was like when it was read. ``digest`` decides; the rest only saves reading it again."""

    modified: int
    """Nanoseconds since 1970."""
    size: int
    digest: str


def stamp_of(path: Path, content: bytes) -> Stamp:
    """What tells whether a file is still the one with ``content``. Raises ``OSError``."""
    state = path.stat()
    return Stamp(state.st_mtime_ns, len(content), hashlib.sha256(content).hexdigest())


def changed_since(path: Path, stamp: Stamp) -> bool:
    """Whether ``path`` holds something else than when ``stamp`` was taken, or is gone. A touched file with the same
    content has not changed."""
    try:
        state = path.stat()
        if state.st_size != stamp.size:
            return True
        if state.st_mtime_ns == stamp.modified:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() != stamp.digest
    except OSError:
        return True


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """The whole of ``path``. Raises ``ProjectError`` for what is missing, no file, too large or not readable."""
    try:
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            raise ProjectError(f"{path.name} is a folder.", "Choose a file.")
        if not stat.S_ISREG(state.st_mode):
            raise ProjectError(f"{path.name} is not a file.", "Choose a file, not a device or a pipe.")
        if state.st_size > largest:
            raise too_large(path, state.st_size, largest)
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > largest:
        raise too_large(path, len(content), largest)
    return content


def save_atomically(path: Path, content: bytes, *, unless_changed: Stamp | None = None, private: bool = False) -> Stamp:
    """Replace ``path`` by ``content`` in one step: readers see the old file or the new one, also after a crash.

    A link is followed, so that its target is replaced and the link stays; permissions are kept; a new file gets
    those the system gives new files, or is its owner's alone where it is ``private``. With ``unless_changed``
    nothing is written where the file on disk is another by now (``OutsideChange``). Returns the stamp of what was
    written. Raises ``ProjectError``.
    """
    target = Path(os.path.realpath(path))
    if unless_changed is not None and changed_since(target, unless_changed):
        gone = not target.exists()
        raise OutsideChange(
            f"{path.name} was {'deleted' if gone else 'changed'} by another program since it was opened.",
            "Save again to write it anew." if gone else "Look at the difference, then choose which of the two holds.",
        )
    temporary: Path | None = None
    try:
        mode = _mode_for(target, private=private)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            # Of the file under its temporary name: after the rename another program may already be at it.
            modified = os.fstat(file.fileno()).st_mtime_ns
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
        temporary = None
        _sync_folder(target.parent)
        return Stamp(modified, len(content), hashlib.sha256(content).hexdigest())
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def too_large(path: Path, size: int, largest: int = LARGEST) -> ProjectError:
    """The error for a file larger than the platform takes."""
    mega = 1024 * 1024
    return ProjectError(
        f"{path.name} has {size / mega:.1f} MB; a connector has at most {largest / mega:.0f} MB.",
        "The platform takes no larger one. Is this the right file?",
    )


def unreadable(path: Path, error: OSError) -> ProjectError:
    """The error for a file that could not be read, by its cause."""
    if isinstance(error, FileNotFoundError):
        return ProjectError(f"{path} does not exist.", "Was it moved or renamed?")
    if isinstance(error, PermissionError):
        return ProjectError(f"{path.name} cannot be read: you have no permission.", "Check the file's permissions.")
    return ProjectError(f"{path.name} cannot be read: {_reason(error)}.")


def unwritable(path: Path, error: OSError) -> ProjectError:
    """The error for a file that could not be written, by its cause."""
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return ProjectError(
            f"{path.name} cannot be written: you have no permission there.",
            "Check the permissions of the file and of its folder.",
        )
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return ProjectError(f"{path.name} cannot be written: the disk is full.", "The old file is as it was.")
    if isinstance(error, FileNotFoundError):
        return ProjectError(f"{path.name} cannot be written: its folder is gone.", "Was it moved or renamed?")
    return ProjectError(f"{path.name} cannot be written: {_reason(error)}.", "The old file is as it was.")


def _mode_for(target: Path, *, private: bool) -> int | None:
    """The permissions the new file shall have; None where those of a temporary file, its owner's alone, are right."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        if private or os.name == "nt":
            return None
        # mkstemp makes private files; a new file gets what open() would give it.
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where folders can be synced."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
