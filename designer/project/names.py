"""Names that are files on every system: what one system takes, another must too, for a project travels with git."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["is_device", "same_elsewhere"]

# Windows opens a device for these, whatever follows the first dot (Naming Files, Paths, and Namespaces).
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE | re.DOTALL)


def is_device(name: str) -> bool:
    """Whether Windows takes ``name``, with whatever ending, for a device."""
    return _DEVICE.fullmatch(name) is not None


def same_elsewhere(name: str, others: Iterable[str]) -> str | None:
    """That of ``others`` which is another file here and the same one as ``name`` on Windows and macOS."""
    folded = name.casefold()
    return next((other for other in others if other != name and other.casefold() == folded), None)
