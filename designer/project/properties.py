"""``account_properties.yaml`` and its encrypted sibling: what ``account_property`` answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designer.project import encrypted as enc
from designer.project.errors import ProjectError
from designer.project.files import read_bytes
from designer.project.psych import load
from designer.ruby.values import Symbol

PLAIN = "account_properties.yaml"
ENCRYPTED = "account_properties.yaml.enc"


def account_properties(
    folder: Path | str, *, key: Path | str | None = None, env: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Account properties of the project in ``folder``, {} where it has none. The encrypted file wins, as for settings.

    All values are text, as on the platform. ERB in the file is not run. Raises ``ProjectError``.
    """
    folder = Path(folder)
    if (folder / ENCRYPTED).is_file():
        key_file = folder / enc.KEY_FILE if key is None else Path(key)
        found = load(
            enc.read(folder / ENCRYPTED, enc.find_key(key_file, os.environ if env is None else env)), safe=False
        )
    elif (folder / PLAIN).is_file():
        try:
            found = load(read_bytes(folder / PLAIN).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ProjectError(f"{PLAIN} is not UTF-8 text.", "Save it as UTF-8.") from error
    else:
        return {}
    if found is not None and not isinstance(found, dict):
        raise ProjectError(f"{PLAIN} is not a mapping.", "Write one property a line, as in  name: value")
    return {_text(name): _text(value) for name, value in (found or {}).items()}


def _text(value: Any) -> str:
    """``to_s``."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Symbol():
            return value.name
    return str(value)
