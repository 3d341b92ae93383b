"""``settings_read`` and ``settings_update`` for programs, answering with the official SDK's classes and words."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designer.evaluator.inspecting import plain_to_s
from designer.project.errors import NotAConnectionError, ProjectError, SettingsError
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
    try:
        path, key, encrypted = _path(args.get("path")), args.get("key_path"), args.get("encrypted")
        store = SettingsStore(
            path,
            key_path=None if encrypted is False or key is False else _path(key),  # who reads no key looks at none
            encrypted=encrypted if encrypted is None else encrypted is not False,
            folder=Path(cwd),
            env=env,
        )
        name = _connection_name(args.get("name"))
        if operation == "settings_read":
            return _answer(_export(store.read(name)))
        if args.get("read_first"):
            store.read(name)
        pending = store.prepare(name, _new_settings(args.get("new_settings")))
        pending.write()
        return _answer({"file": pending.file.name, "plaintext": pending.text})
    except SettingsError as error:
        return _answer(None, {"class": error.ruby_class, "message": error.ruby_message})
    except NotAConnectionError as error:
        if operation == "settings_read":
            return _answer(_export(error.found))
        words = f"undefined method `merge!' for {json.dumps(error.found, default=str)}:{_ruby_class(error.found)}"
        return _answer(None, {"class": "NoMethodError", "message": words})
    except ProjectError as error:
        return _answer(None, {"class": "Designer::ProjectError", "message": str(error)})


def _path(value: Any) -> Path | None:
    """Raises ``SettingsError`` for what is no text."""
    if value is None or isinstance(value, str):
        return None if value is None else Path(value)
    words = f"no implicit conversion of {_ruby_name(value)} into String"
    raise SettingsError("TypeError", words, "A path is a text.")


def _connection_name(value: Any) -> Any:
    """Raises ``SettingsError`` for a list or an object, which no connection is called."""
    if isinstance(value, list | dict):
        raise SettingsError("KeyError", f"key not found: {value}", "The name of a connection is a text.")
    return None if value is False else value


def _new_settings(value: Any) -> Mapping[str, Any]:
    """Raises ``SettingsError`` for what is no object."""
    if value is None or isinstance(value, dict):
        return value or {}
    words = f"undefined method `to_hash' for {json.dumps(value, ensure_ascii=False)}:{_ruby_class(value)}"
    raise SettingsError("NoMethodError", words, "New settings are an object.")


def _ruby_name(value: Any) -> str:
    """How Ruby names a value it cannot convert."""
    return str(value).lower() if isinstance(value, bool) else _ruby_class(value)


def _ruby_class(value: Any) -> str:
    if isinstance(value, bool):
        return "TrueClass" if value else "FalseClass"
    return {str: "String", int: "Integer", float: "Float", list: "Array"}.get(type(value), "Hash")


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
        case bool() | float():
            return plain_to_s(key)
        case Symbol():
            return key.name
    return str(key)
