"""Who said what about a request: every header, parameter and payload field with the Ruby that set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from designer.evaluator import RHash, RString, Symbol, Value
from designer.evaluator.convert import key_text
from designer.evaluator.inspecting import plain_to_s
from designer.evaluator.sdk import Request
from designer.wire.model import Origin, Origins

_FORMATS = {
    "format_json": ("accept", "content-type"),
    "request_format_json": ("content-type",),
    "response_format_json": ("accept",),
    "format_xml": ("accept", "content-type"),
    "request_format_xml": ("content-type",),
    "response_format_xml": ("accept",),
    "request_format_www_form_urlencoded": ("content-type",),
    "request_format_multipart_form": ("content-type",),
}
_CREDENTIALS = ("user", "password", "digest_auth")
_SHORTEST = 2


class Place(NamedTuple):
    """Where a call was made, and for whom (see ``Origin.source``). ``reads`` are the settings read by that lambda
    until then, ``fresh`` those of them read since its last call."""

    source: str
    pointer: str | None
    line: int | None
    reads: Mapping[str, Value]
    fresh: tuple[str, ...]


class WatchedPairs(dict[Any, tuple[Value, Value]]):
    """The pairs of a settings hash handed to a lambda; notes which are asked for. Everything else is a dict."""

    def __init__(self, pairs: Mapping[Any, tuple[Value, Value]], reads: dict[str, Value]) -> None:
        super().__init__(pairs)
        self._reads = reads

    def __getitem__(self, key: Any) -> tuple[Value, Value]:
        pair = super().__getitem__(key)
        self._note(key, pair)
        return pair

    def get(self, key: Any, default: Any = None) -> Any:
        pair = super().get(key, default)
        self._note(key, pair)
        return pair

    def _note(self, key: Any, pair: Any) -> None:
        if isinstance(key, str):
            self._reads.pop(key, None)
            self._reads[key] = pair[1] if isinstance(pair, tuple) else None


def watched(settings: RHash, reads: dict[str, Value]) -> RHash:
    """``settings``, telling ``reads`` what is read from it."""
    settings.pairs = WatchedPairs(settings.pairs, reads)
    return settings


def origins(request: Request, source_text: str, base: Origin | None) -> Origins:
    """See ``WireRequest.origins``; header names in lower case here. ``source_text`` is the connector: a value that
    stands in it as it is owes nothing to settings. ``base`` is where the base URI came from."""
    # Hashes as they are now: the code may go on to fill them for its next request.
    notes = [(method, said.copy() if type(said) is RHash else said, place) for method, said, place in request.notes]
    return Origins(lambda: _found(notes, source_text) | ({"base_uri": base} if base is not None else {}))


def _found(notes: list[tuple[str, Value, object]], source_text: str) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for method, argument, place in notes:
        if not isinstance(place, Place):
            continue
        source = "format" if method in _FORMATS and place.source in ("code", "you") else place.source
        said = _said(method, argument)
        seen = {key: _visible(value, place) for key, value in said}
        told = {name for names in seen.values() for name in names}
        rest = tuple(name for name in place.fresh if name not in told)
        for key, value in said:
            literal = value is None or key == "url" or _text(value) in source_text
            settings = seen[key] or (() if literal else rest)
            if method in _CREDENTIALS and key in found:
                settings = tuple(dict.fromkeys((*found[key].settings, *settings)))
            found[key] = Origin(source, place.pointer, place.line, settings)
    return found


def _said(method: str, argument: Value) -> list[tuple[str, Value]]:
    if method == "url":
        return [("method", None), ("url", argument)]
    if method in ("headers", "case_sensitive_headers") and isinstance(argument, RHash):
        return [(f"header:{_header_name(k)}", v) for k, v in argument.items()]
    if method == "params":
        if isinstance(argument, RHash):
            return [(f"param:{key_text(k)}", v) for k, v in argument.items()]
        return [] if argument is None else [("query", argument)]
    if method in ("payload", "request_body"):
        fields = [(f"payload:{key_text(k)}", v) for k, v in argument.items()] if isinstance(argument, RHash) else []
        return [*fields, *([("body", argument)] if argument is not None else [])]
    if method in _CREDENTIALS:
        return [("header:authorization", argument)]
    return [(f"header:{name}", None) for name in _FORMATS.get(method, ())]


def _visible(value: Value, place: Place) -> tuple[str, ...]:
    """The settings read so far whose values can be seen in ``value``. What is hashed or encoded cannot be seen: it
    is put down to what was read for the same call and shows nowhere else."""
    text = _text(value)
    return tuple(name for name, read in place.reads.items() if len(t := _text(read)) >= _SHORTEST and t in text)


def _text(value: Value) -> str:
    if isinstance(value, RString):
        return value.text
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RHash):
        return "\0".join(_text(v) for v in value.values())
    if isinstance(value, list):
        return "\0".join(_text(v) for v in value)
    return plain_to_s(value) if value is None or isinstance(value, bool | int | float) else ""


def _header_name(key: Value) -> str:
    return key.name.replace("_", "-").lower() if isinstance(key, Symbol) else key_text(key).lower()
