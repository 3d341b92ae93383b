"""What a ``payload`` block did to the payload it was given, entry by entry."""

from __future__ import annotations

from typing import Any

from designer.evaluator.classes import Value
from designer.evaluator.values import RArray, RHash, RString, Symbol

__all__ = ["changes", "key_name", "snapshot"]

_MISSING = object()


def key_name(key: Value) -> str | int:
    """A key as provenance names it: symbols and strings alike, numbers of lists as they are."""
    if isinstance(key, Symbol):
        return key.name
    return key.text if isinstance(key, RString) else str(key)


def snapshot(value: Value) -> Any:
    """``value`` as it is now, to be compared with later: containers copied, texts taken out."""
    if isinstance(value, RHash):
        return {key_name(key): snapshot(inner) for key, inner in value.items()}
    if isinstance(value, RArray):
        return [snapshot(item) for item in value]
    return value.s if isinstance(value, RString) else value


def changes(before: Any, value: Value) -> list[tuple[tuple[str | int, ...], Value]]:
    """The paths at which ``value`` is not what ``snapshot`` found, with what stands there now; the innermost ones."""
    found: list[tuple[tuple[str | int, ...], Value]] = []
    _compare(before, value, (), found)
    return found


def _compare(
    before: Any, value: Value, path: tuple[str | int, ...], found: list[tuple[tuple[str | int, ...], Value]]
) -> None:
    if isinstance(value, RHash) and isinstance(before, dict):
        for key, inner in value.items():
            name = key_name(key)
            _compare(before.get(name, _MISSING), inner, (*path, name), found)
    elif isinstance(value, RArray) and isinstance(before, list):
        for index, item in enumerate(value):
            _compare(before[index] if index < len(before) else _MISSING, item, (*path, index), found)
    else:
        now = value.s if isinstance(value, RString) else value
        if before is _MISSING or type(before) is not type(now) or before != now:
            found.append((path, value))
