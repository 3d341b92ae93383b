"""``settings_read`` and ``settings_update`` for programs, answering with the official SDK's classes and words."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designer.project.errors import ProjectError, SettingsError
from designer.project.settings import SettingsStore
from designer.ruby.values import Symbol

OPERATIONS = ("settings_read", "settings_update")


def run_settings_operation(
    operation: str, args: Mapping[str, Any], cwd: Path | str, env: Mapping[str, str]
) -> dict[str, Any]:
    """The object of ``exec --json`` for one of ``OPERATIONS``.

    ``args``: ``path``, ``encrypted``, ``key_path``, ``name``; for an update ``new_settings`` and ``read_first``.
    Relative paths start at ``cwd``. The result of a read is the settings; of an update ``{"file", "plaintext"}``.
    """
    path, key = args.get("path"), args.get("key_path")
    store = SettingsStore(
        None if path is None else Path(path),
        key_path=None if key is None else Path(key),
        encrypted=args.get("encrypted"),
        folder=Path(cwd),
        env=env,
    )
    try:
        if operation == "settings_read":
            return _answer(_export(store.read(args.get("name"))))
        if args.get("read_first"):
            store.read(args.get("name"))
        pending = store.prepare(args.get("name"), args.get("new_settings") or {})
        pending.write()
        return _answer({"file": pending.file.name, "plaintext": pending.text})
    except SettingsError as error:
        return _answer(None, {"class": error.ruby_class, "message": error.ruby_message})
    except ProjectError as error:
        return _answer(None, {"class": "Designer::ProjectError", "message": str(error)})


def _answer(result: Any, error: dict[str, str] | None = None) -> dict[str, Any]:
    return {"result": result, "error": error, "requests": [], "settings_after": None, "warnings": []}


def _export(value: Any) -> Any:
    match value:
        case dict():
            return {_name(key): _export(inner) for key, inner in value.items()}
        case list():
            return [_export(inner) for inner in value]
        case Symbol():
            return {"$symbol": value.name}
        case bytes():
            return {"$base64": base64.b64encode(value).decode("ascii")}
        case datetime.datetime():
            return {"$ruby": "Time", "iso8601": value.isoformat()}
        case datetime.date():
            return {"$ruby": "Date", "iso8601": value.isoformat()}
    return value


def _name(key: Any) -> str:
    match key:
        case None:
            return ""
        case bool():
            return str(key).lower()
        case Symbol():
            return key.name
    return str(key)
