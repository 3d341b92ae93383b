"""The sample project that comes with the application, and the person's own copy of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from designer.errors import UserError
from designer.facts import resource

__all__ = ["own_sample", "shipped_sample"]


def shipped_sample() -> Path:
    """The folder of the project that comes with the application. Raises ``UserError`` where it is not there."""
    folders = sorted(path.parent for path in resource("samples").glob("*/connector.rb"))
    if not folders:
        raise UserError("The sample project is missing from this installation.", "Open a project folder of your own.")
    return folders[0]


def own_sample(folder: Path, origin: str, *, afresh: bool = False) -> Path:
    """The person's own copy below ``folder``, made on first need (or ``afresh``), its settings pointed at ``origin``,
    where the built-in provider listens now. The one that came with the application stays as it is, and may not be
    writable at all; it is the answer where no copy can be made. Raises ``UserError`` where there is none."""
    original = shipped_sample()
    copy = folder / original.name
    try:
        if afresh and copy.exists():
            shutil.rmtree(copy)
        if not (copy / "connector.rb").exists():
            shutil.copytree(original, copy, dirs_exist_ok=True)
        settings = copy / "settings.yaml"
        text = settings.read_text(encoding="utf-8")
        pointed = re.sub(r"http://127\.0\.0\.1:\d+", origin, text)
        if pointed != text:
            settings.write_text(pointed, encoding="utf-8")
    except OSError:
        return original
    return copy
