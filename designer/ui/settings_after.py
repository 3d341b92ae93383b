"""What a run left of the settings, as values that can be kept and edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SettingsChange", "settings_change"]

_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """``values`` to set, None for a setting that went; ``unkept`` names those whose new value cannot be kept."""

    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    unkept: tuple[str, ...] = ()


def settings_change(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> SettingsChange:
    """What the exported settings ``after`` a run change in those ``before`` it.

    Settings are kept as JSON, as on the platform: a symbol and a time become their text, a duration its seconds. What
    has no such form (a file, a lambda, bytes) leaves the setting as it was. No settings at all after a run mean that
    they could not be told, not that they all went.
    """
    if not after:
        return SettingsChange()
    values: dict[str, Any] = {}
    unkept: list[str] = []
    for name, value in after.items():
        kept = _plain(value)
        if kept is _NOTHING:
            unkept.append(name)
        elif name not in before or before[name] != kept:
            values[name] = kept
    values.update((name, None) for name in before if name not in after)
    return SettingsChange(values, tuple(unkept))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "$symbol" in value:
            return value["$symbol"]
        if "$ruby" in value or "$base64" in value:
            return value.get("iso8601", value.get("to_i", _NOTHING))
        inner = {name: _plain(one) for name, one in value.items()}
        return _NOTHING if any(one is _NOTHING for one in inner.values()) else inner
    if isinstance(value, list | tuple):
        items = [_plain(one) for one in value]
        return _NOTHING if any(one is _NOTHING for one in items) else items
    return value
