"""YAML as Ruby's Psych 4 reads it: YAML 1.1 with its own ideas of what a plain scalar is. ruamel parses."""

from __future__ import annotations

import base64
import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.evaluator.convert import DistinctKey
from designer.project.errors import SettingsError
from designer.project.ruby_text import literal
from designer.ruby.values import Symbol

_WORDS = re.compile(r"^[^\d.:-]?(?:[^\W\d_]|[_\s!@#$%^&*(){}<>|/\\~;=])", re.MULTILINE)
_TIME = re.compile(
    r"^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$", re.ASCII
)
_DATE = re.compile(r"^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$", re.ASCII)
_SYMBOL = re.compile(r"^:([\"'])(.*)\1")
_SEXAGESIMAL = re.compile(r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(\.[0-9_]*)?$")
_FLOAT = re.compile(r"^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?$")
_INTEGER = re.compile(
    r"^(?:[-+]?0b[01_,]+|[-+]?0[0-7_,]+|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)|[-+]?0x[0-9a-fA-F_,]+)$"
)
_RUBY_TAG = re.compile(r"^!(?:ruby/(?:object|struct|exception|class|module|hash|array|string|range|regexp)):?(.*)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an entry of a block mapping stands: character offsets, and the column its key begins at (from 0)."""

    key: Any
    start: int
    value_start: int
    value_end: int
    column: int
    block: bool
    """The value is a mapping or sequence in block style."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """``entries`` are those of the top mapping and, by name, of the block mappings directly inside it; None where
    the mapping is in flow style."""

    value: Any
    entries: tuple[Entry, ...] | None
    inner: dict[Any, tuple[Entry, ...] | None]


def load(text: str, *, safe: bool = True) -> Any:
    """The first document of ``text`` as Ruby values: dict, list, str, int, float, bool, None, ``Symbol``, dates.

    ``safe`` is ``YAML.safe_load(text, permitted_classes: [Symbol])``: dates, times, aliases and Ruby objects are
    refused. Raises ``SettingsError`` (Psych::SyntaxError, DisallowedClass, BadAlias).
    """
    return load_with_places(text, safe=safe).value


def load_with_places(text: str, *, safe: bool = True) -> Loaded:
    """``load``, and where the entries of the outer two levels stand."""
    from ruamel.yaml.error import YAMLError

    try:
        return _Builder(text, safe).document()
    except YAMLError as error:
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        where = f" at line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise SettingsError(
            "Psych::SyntaxError",
            f"(<unknown>): {problem}{where}",
            f"This is not YAML{where}: {problem}.",
            "Quote values with special characters, and indent with spaces.",
        ) from error


def tokenize(text: str) -> Any:
    """The value of a plain scalar. Dates are ``datetime.date``, times stay ``datetime.datetime``."""
    if not text:
        return None
    if _WORDS.search(text) or "\n" in text:
        return _word(text)
    if _TIME.match(text):
        return _moment(text)
    if _DATE.match(text):
        try:
            return datetime.date(*map(int, text.split("-")))
        except ValueError:
            return text
    lower = text.lower()
    if lower in (".inf", "+.inf", "-.inf"):
        return -math.inf if lower[0] == "-" else math.inf
    if lower == ".nan":
        return math.nan
    if text[0] == ":" and len(text) > 1:
        quoted = _SYMBOL.match(text)
        return Symbol(quoted[2].removeprefix(":") if quoted else text[1:])
    return _number(text)


def _word(text: str) -> Any:
    lower = text.lower() if len(text) <= 5 else ""
    if lower in ("~", "null"):
        return None
    if lower in ("yes", "true", "on"):
        return True
    if lower in ("no", "false", "off"):
        return False
    return text


def _number(text: str) -> Any:
    sexagesimal = _SEXAGESIMAL.match(text)
    if sexagesimal:
        convert = float if sexagesimal[1] is not None else int
        parts = text.replace("_", "").split(":")
        return sum(convert(part) * 60 ** abs(index - 2) for index, part in enumerate(parts))
    plain = text.replace(",", "").replace("_", "")
    if _FLOAT.match(text):
        return text if plain in (".", "+.", "-.") else float(re.sub(r"\.(?=[eE]|$)", "", plain))
    if _INTEGER.match(text):
        sign, digits = (-1, plain[1:]) if plain[0] == "-" else (1, plain.removeprefix("+"))
        base = {"0b": 2, "0x": 16}.get(digits[:2].lower(), 8 if digits[:1] == "0" and len(digits) > 1 else 10)
        return sign * int(digits, base)
    return text


def _moment(text: str) -> Any:
    try:
        return datetime.datetime.fromisoformat(re.sub(r"\s+(?=[-+Z])", "", text))
    except ValueError:
        return text


class _Builder:
    """Values from parser events, the way Psych's visitors make them."""

    def __init__(self, text: str, safe: bool) -> None:
        from ruamel.yaml import YAML

        self._text = text
        self._events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
        self._safe = safe
        self._anchors: dict[str, Any] = {}
        self._places: dict[int, tuple[Entry, ...] | None] = {}
        self._reached = 0  # where what was read last ends, comments and blank lines after it left out

    def document(self) -> Loaded:
        for event in self._events:
            if _kind(event) == "DocumentStart":
                value = self._node(next(self._events), 0)
                inner = {k: self._places.get(id(v)) for k, v in value.items()} if isinstance(value, dict) else {}
                return Loaded(value, self._places.get(id(value)), inner)
        return Loaded(None, None, {})

    def _node(self, event: Any, depth: int) -> Any:
        kind = _kind(event)
        tag = str(event.tag) if kind != "Alias" and event.tag else None
        if tag and self._safe and (named := _RUBY_TAG.match(tag)):
            raise _disallowed(named[1] or "Object")
        if tag in ("!set", "tag:yaml.org,2002:set") and self._safe:
            raise _disallowed("Psych::Set")
        if kind == "Alias":
            value = self._alias(event.anchor)
        elif kind == "Scalar":
            value = self._remember(event, self._scalar(event, tag))
        elif kind == "SequenceStart":
            value = self._sequence(event, depth)
        else:
            value = self._mapping(event, depth)
        if kind in ("Alias", "Scalar") and event.end_mark.index > event.start_mark.index:
            self._reached = event.end_mark.index
        return value

    def _sequence(self, event: Any, depth: int) -> list[Any]:
        value: list[Any] = self._remember(event, [])
        while _kind(item := next(self._events)) != "SequenceEnd":
            self._reached = max(self._reached, item.start_mark.index)  # the dash of an empty item
            value.append(self._node(item, depth + 1))
        if event.flow_style:
            self._reached = item.end_mark.index
        return value

    def _mapping(self, event: Any, depth: int) -> dict[Any, Any]:
        value: dict[Any, Any] = self._remember(event, {})
        entries: list[Entry] = []
        while _kind(key_event := next(self._events)) != "MappingEnd":
            key = self._node(key_event, depth + 1)
            value_event = next(self._events)
            start = key_event.start_mark
            # An empty value has no place of its own: it ends with the colon.
            self._reached = value_start = self._text.find(":", key_event.end_mark.index) + 1
            if _kind(value_event) != "Scalar" or value_event.end_mark.index > value_event.start_mark.index:
                value_start = value_event.start_mark.index
            inside = self._node(value_event, depth + 1)
            block = _kind(value_event) in ("MappingStart", "SequenceStart") and not value_event.flow_style
            key = _distinct(key, value)
            entries.append(Entry(key, start.index, value_start, self._reached, start.column, block))
            self._assign(value, key, key_event, inside)
        if event.flow_style:
            self._reached = key_event.end_mark.index
        if depth < 2:
            self._places[id(value)] = None if event.flow_style else tuple(entries)
        return value

    @staticmethod
    def _assign(into: dict[Any, Any], key: Any, key_event: Any, value: Any) -> None:
        if key == "<<" and not key_event.tag and isinstance(value, dict):
            into.update(value)
        else:
            into[key] = value

    def _scalar(self, event: Any, tag: str | None) -> Any:
        text = event.value
        if event.style is not None and (tag is None or tag.endswith(":str")):
            return text
        if tag in ("!binary", "tag:yaml.org,2002:binary"):
            return _text_or_bytes(base64.b64decode(text))
        if tag and (tag.endswith(":str") or tag == "!str"):
            return text
        if tag and tag.startswith("!ruby/sym"):
            return Symbol(text)
        value = tokenize(text)
        if self._safe and isinstance(value, datetime.date):
            raise _disallowed("Time" if isinstance(value, datetime.datetime) else "Date", text)
        return value

    def _alias(self, name: str) -> Any:
        if self._safe or name not in self._anchors:
            raise SettingsError(
                "Psych::BadAlias",
                f"Unknown alias: {name}",
                f"The settings use the YAML alias *{name}, which the official SDK does not read.",
                "Write the value out.",
            )
        return self._anchors[name]

    def _remember(self, event: Any, value: Any) -> Any:
        if event.anchor:
            self._anchors[event.anchor] = value
        return value


def _distinct(key: Any, known: dict[Any, Any]) -> Any:
    """``key`` as one of a dict: 1 and true, which Ruby holds apart, are held apart; a list or hash is its text."""
    if isinstance(key, dict | list):
        return literal(key)
    if isinstance(key, bool | int | float) and any(key == other and type(key) is not type(other) for other in known):
        return DistinctKey(key)
    return key


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def _text_or_bytes(data: bytes) -> str | bytes:
    """Ruby has one kind of string for both; what is UTF-8 is text here."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _disallowed(name: str, text: str = "") -> SettingsError:
    shown = f"{text} is a {name.lower()}, which" if text else f"They hold a Ruby object ({name}), which"
    return SettingsError(
        "Psych::DisallowedClass",
        f"Tried to load unspecified class: {name}",
        f"The settings cannot be read as the official SDK reads them: {shown} it refuses.",
        f'Put it in quotes: "{text}".' if text else "Write plain values only.",
    )
