"""Changing a few settings in a YAML text and leaving everything else as its author wrote it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from designer.project.errors import SettingsError
from designer.project.psych import Entry, Loaded, load_with_places
from designer.project.psych_dump import dump
from designer.ruby.values import Symbol


def string_keys(value: Any) -> Any:
    """``value`` with symbol keys as strings at every level (``with_indifferent_access``)."""
    if isinstance(value, Mapping):
        return {k.name if isinstance(k, Symbol) else k: string_keys(v) for k, v in value.items()}
    if isinstance(value, list):
        return [string_keys(inner) for inner in value]
    return value


def merged(
    settings: Mapping[Any, Any], name: str | None, values: Mapping[str, Any], remove: Collection[str] = ()
) -> dict[Any, Any]:
    """What the SDK's ``Settings#update`` makes of all ``settings``: ``values`` merged in, under ``name`` if given.
    ``remove`` names settings to leave out, which the SDK cannot."""
    result = dict(settings)
    part = dict(result if name is None else result.get(name) or {}) | dict(values)
    part = {key: value for key, value in part.items() if key not in remove or key in values}
    return part if name is None else result | {name: part}


def update(text: str, name: str | None, values: Mapping[str, Any], remove: Collection[str] = ()) -> str:
    """``text`` with ``values`` merged in and the settings ``remove`` taken out.

    Comments, order and spelling of all else stay where that is possible; otherwise the whole is written anew, as the
    SDK does. What it says is the same either way, to readers of YAML 1.1 (Ruby) and of YAML 1.2: entries that they
    read differently, such as ``a: yes`` or ``:a: 1``, are written as the SDK writes them.

    Raises ``SettingsError`` where ``text`` cannot be read.
    """
    wanted = merged(string_keys(load_with_places(text).value), name, values, remove)
    anew = dump(wanted)
    try:
        settled = _settled(text)
        if settled is None:
            return anew
        edited = _edited(settled, load_with_places(settled), name, values, set(remove) - set(values), wanted)
        kept = edited is not None and dump(string_keys(load_with_places(edited).value)) == anew
    except SettingsError:  # written in a way that cannot be edited in place, such as "? key"
        return anew
    return edited if edited is not None and kept and _modern(edited) == _modern(anew) else anew


def _settled(text: str) -> str | None:
    """``text`` with the entries rewritten that YAML 1.1 and 1.2 read differently; None where that cannot be done."""
    loaded, modern = load_with_places(text), _modern(text)
    if not loaded.entries or not isinstance(modern, Mapping) or len(modern) != len(loaded.entries):
        return None
    values = string_keys(loaded.value)
    if any(_key(entry) not in values for entry in loaded.entries):
        return None  # a merged-in mapping: "<<"
    for entry, (key, read) in reversed(list(zip(loaded.entries, modern.items(), strict=True))):
        inner, value = loaded.inner.get(entry.key), values[_key(entry)]
        if _modern(dump({_key(entry): value})) == {key: read}:
            continue
        if inner and isinstance(read, Mapping) and len(read) == len(inner):
            for deeper, (name, text_value) in reversed(list(zip(inner, read.items(), strict=True))):
                if _modern(dump({_key(deeper): value[_key(deeper)]})) != {name: text_value}:
                    text = _replace(text, deeper, value[_key(deeper)], _newline(text), anew=True)
        else:
            text = _replace(text, entry, value, _newline(text), anew=True)
    return text


def _modern(text: str) -> Any:
    """What a YAML 1.2 reader makes of ``text``; None where it refuses."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return None


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _edited(
    text: str,
    loaded: Loaded,
    name: str | None,
    values: Mapping[str, Any],
    removed: Collection[str],
    wanted: Mapping[Any, Any],
) -> str | None:
    if not loaded.entries:
        return None
    places, before = loaded.entries, string_keys(loaded.value)
    if name is not None:
        inner = next((e for e in loaded.entries if _named(e, name)), None)
        if inner is None or not loaded.inner.get(inner.key):
            values = {name: wanted[name]}
        else:
            places, before = loaded.inner[inner.key] or (), before[name]
    newline = _newline(text)
    changed = {key: value for key, value in values.items() if not _same(before, key, value)}
    found = {_key(entry): entry for entry in places}
    added = {key: value for key, value in changed.items() if key not in found}
    if added:
        text = _append(text, places[-1], added, newline)
    for entry in reversed(places):
        if _key(entry) in changed:
            text = _replace(text, entry, changed[_key(entry)], newline)
        elif _key(entry) in removed:
            text = _without(text, entry)
    return text


def _key(entry: Entry) -> Any:
    return entry.key.name if isinstance(entry.key, Symbol) else entry.key


def _same(before: Mapping[Any, Any], key: Any, value: Any) -> bool:
    return key in before and type(before[key]) is type(value) and bool(before[key] == value)


def _named(entry: Entry, name: str) -> bool:
    return bool(_key(entry) == name)


def _replace(text: str, entry: Entry, value: Any, newline: str, *, anew: bool = False) -> str:
    """The value of ``entry`` replaced; ``anew`` writes its key too."""
    written = _lines({_key(entry): value}, entry.column, newline)
    end = entry.value_end
    inline = not anew and not entry.block and newline not in written and text[end - 1 : end] != "\n"
    if inline:
        scalar = _lines({"k": value}, 0, newline).removeprefix("k:").strip()
        space = "" if text[entry.value_start - 1 : entry.value_start].isspace() or not scalar else " "
        return text[: entry.value_start] + space + scalar + text[end:]
    if text[end - 1 : end] == "\n":
        written += newline
    return text[: entry.start] + written.lstrip() + text[end:]


def _without(text: str, entry: Entry) -> str:
    """``text`` without the lines of ``entry``, and what is said about it at the end of its last line."""
    end = entry.value_end
    if text[end - 1 : end] != "\n":
        line_end = text.find("\n", end)
        end = len(text) if line_end < 0 else line_end + 1
    return text[: text.rfind("\n", 0, entry.start) + 1] + text[end:]


def _append(text: str, last: Entry, added: Mapping[str, Any], newline: str) -> str:
    at = last.value_end
    if text[at - 1 : at] != "\n":
        line_end = text.find("\n", at)
        at = len(text) if line_end < 0 else line_end + 1
    head = text[:at] if text[:at].endswith("\n") else text[:at] + newline
    return head + _lines(dict(added), last.column, newline) + newline + text[at:]


def _lines(mapping: Mapping[Any, Any], column: int, newline: str) -> str:
    """The entries of ``mapping`` as block lines from ``column``, without the last line break."""
    lines = dump(mapping).removeprefix("---\n").rstrip("\n").split("\n")
    return newline.join(" " * column + line if line else line for line in lines)
