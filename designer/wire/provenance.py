"""Who said what about a request: every header, parameter and payload field with the Ruby that set it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from designer.evaluator import Program, RArray, RHash, RString, Symbol, Value, export
from designer.evaluator.convert import key_text
from designer.evaluator.errors import EvaluationError
from designer.evaluator.inspecting import plain_to_s
from designer.evaluator.sdk import Request
from designer.evaluator.sdk.changes import key_name
from designer.secrecy import is_hollow, is_secret_header, is_secret_parameter
from designer.wire.model import OnDemand, Origin, origin_key
from designer.wire.written import Entry, Written

_JSON, _XML, _FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
_FORMATS = {
    "format_json": {"accept": _JSON, "content-type": _JSON},
    "request_format_json": {"content-type": _JSON},
    "response_format_json": {"accept": _JSON},
    "format_xml": {"accept": _XML, "content-type": _XML},
    "request_format_xml": {"content-type": _XML},
    "response_format_xml": {"accept": _XML},
    "request_format_www_form_urlencoded": {"content-type": _FORM},
    "request_format_multipart_form": {"content-type": "multipart/form-data"},
}
_CREDENTIALS = ("user", "password", "digest_auth")
_AWS_BLOCK = ("access_key_id", "secret_access_key", "session_token", "region", "service")
_HEADERS = ("headers", "case_sensitive_headers")
_SHORTEST = 2
_MOST = 2000
"""Entries of one argument that get an origin of their own."""
_FOLLOWED = 400
"""Entries of one request that are looked for in the code."""

Path = tuple[str | int, ...]


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
        pair = dict.get(self, key, default)
        self._note(key, pair)
        return pair

    def _note(self, key: Any, pair: Any) -> None:
        if type(key) is str:
            reads = self._reads
            reads.pop(key, None)
            reads[key] = pair[1] if pair is not None else None


def watched(settings: RHash, reads: dict[str, Value]) -> RHash:
    """``settings``, telling ``reads`` what is read from it."""
    settings.pairs = WatchedPairs(settings.pairs, reads)
    return settings


def origins(request: Request, program: Program, source_text: str, base: Origin | None) -> OnDemand[Origin]:
    """See ``WireRequest.origins``; header names in lower case here. ``program`` and ``source_text`` are the connector:
    a value that stands in it as it is owes nothing to settings. ``base`` is where the base URI came from."""
    # As they are now: the code may go on to change them for its next request.
    notes = [(method, _as_it_is(said), place) for method, said, place in request.notes]
    return OnDemand(
        lambda: _Found(Written(program), source_text).of(notes) | ({"base_uri": base} if base is not None else {})
    )


def _as_it_is(value: Value) -> Value:
    """A copy of everything in ``value`` that Ruby can change in place; what is shared in it stays shared."""
    copies: dict[int, Value] = {}
    waiting: list[Value] = []

    def copied(one: Value) -> Value:
        if (known := copies.get(id(one))) is not None:
            return known
        made = one
        if type(one) is RString and not one.frozen:
            made = RString(one.s, one.enc, one.cls)
        elif type(one) is RHash:
            made = one.copy()
        elif isinstance(one, RArray | list):
            made = RArray(one)
        else:
            return one
        copies[id(one)] = made
        waiting.append(made)
        return made

    whole = copied(value)
    while waiting:
        one = waiting.pop()
        if type(one) is RHash:
            one.pairs = {key: (name, copied(inner)) for key, (name, inner) in one.pairs.items()}
        elif type(one) is RArray:
            one[:] = [copied(inner) for inner in one]
    return whole


class _Said(NamedTuple):
    """One element that a call says: its key among the origins, and its path in the call's argument."""

    key: str
    value: Value
    path: Path = ()


class _Found:
    """The origins of one request, note after note."""

    def __init__(self, written: Written, source_text: str) -> None:
        self._written = written
        self._source_text = source_text
        self._origins: dict[str, Origin] = {}
        self._formats: dict[str, Origin] = {}
        self._values: dict[str, Value] = {}
        self._unsaid: set[str] = set()
        self._left = _FOLLOWED

    def of(self, notes: list[tuple[str, Value, object]]) -> dict[str, Origin]:
        for method, argument, place in notes:
            if not isinstance(place, Place):
                continue
            if method in _FORMATS:
                self._format(method, place)
            else:
                self._call(method, argument, place)
        # Formats are defaults whenever they are chosen: what a lambda says of a header goes before.
        return {key: one for key, one in self._formats.items() if key not in self._unsaid} | self._origins

    def _format(self, method: str, place: Place) -> None:
        source = "format" if place.source in ("code", "you") else place.source
        for name, default in _FORMATS[method].items():
            key = f"header:{name}"
            self._formats[key] = Origin(source, place.pointer, place.line, before=self._before(key, source))
            if source != "apply":
                self._values[key] = RString(default)

    def _call(self, method: str, argument: Value, place: Place) -> None:
        said = list(_said(method, argument))
        if method == "request_body":
            self._forget("payload:", place.source)
        if method == "params" and argument is not None and not isinstance(argument, RHash):
            self._forget("param:", place.source)
        given = self._written.given(method, place.pointer, place.line) if said else []
        seen = {one.key: _visible(one.value, place) for one in said}
        told = {name for names in seen.values() for name in names}
        # Of what was read only before an earlier call, some may have been kept for this one.
        rest = tuple(n for n in place.fresh if n not in told) or tuple(n for n in place.reads if n not in told)
        for one in said:
            if one.key == "body" and method != "request_body" and "body" in self._origins:
                continue  # whose fields are added to says so at each of them
            entry = self._entry(method, one, given, place)
            literal = one.value is None or one.key == "url" or _text(one.value) in self._source_text
            settings = seen[one.key] or (() if literal else rest)
            if entry is not None and one.key != "method" and (sure := entry.settings()) is not None:
                settings = (entry.setting,) if entry.setting else tuple(n for n in place.reads if n in sure)
            if _hollow(one.key, one.value):
                # Nothing can be seen in it: it is put down to what was read for it and is empty.
                settings = tuple(name for name in settings or rest if not _text(place.reads[name]))
            if entry is not None and not one.path and one.key in ("method", "body"):
                entry = None  # a whole call is where it begins
            self._set(method, one, place, entry, settings)

    def _entry(self, method: str, one: _Said, given: list[Entry], place: Place) -> Entry | None:
        """Where this element is written, where the code says so."""
        if self._left <= 0:
            return None
        self._left -= 1
        if method == "payload_block":
            return self._written.set_in_block(place.pointer, place.line, one.path)
        found = [entry for arg in given if (entry := arg.entry(*one.path)) is not None]
        return found[0] if len(found) == 1 else None

    def _set(self, method: str, one: _Said, place: Place, entry: Entry | None, settings: tuple[str, ...]) -> None:
        key = one.key
        if method in _HEADERS and one.value is None:
            self._origins.pop(key, None)  # nil takes the default away too, and leaves the header to the HTTP client
            self._unsaid.add(key)
            return
        if method in (*_CREDENTIALS, *_AWS_BLOCK) and key in self._origins:
            settings = tuple(dict.fromkeys((*self._origins[key].settings, *settings)))
        if key.startswith(("param:", "payload:")):
            self._forget(f"{key}/", place.source)
        pointer, line = (place.pointer, place.line) if entry is None else (entry.pointer, entry.line)
        slot = place.pointer if place.pointer is not None and pointer != place.pointer else ""
        before = self._before(key, place.source)
        self._origins[key] = Origin(place.source, pointer, line, settings, before, slot=slot)
        if place.source != "apply":
            self._values[key] = one.value

    def _before(self, key: str, source: str) -> Any:
        value = self._values.get(key) if source == "apply" else None
        try:
            return None if value is None else export(value)
        except EvaluationError:
            return None

    def _forget(self, start: str, source: str) -> None:
        for key in [key for key in self._origins if key.startswith(start)]:
            del self._origins[key]
            if source != "apply":
                self._values.pop(key, None)


def _said(method: str, argument: Value) -> Iterator[_Said]:
    if method == "url":
        yield from (_Said("method", None), _Said("url", argument))
    elif method in _HEADERS and isinstance(argument, RHash):
        for key, value in argument.items():
            yield _Said(f"header:{_header_name(key)}", value, (key_name(key),))
    elif method == "params":
        if isinstance(argument, RHash):
            yield from _entries("param", argument)
        elif argument is not None:
            yield _Said("query", argument)
    elif method in ("payload", "request_body"):
        yield from _entries("payload", argument)
        if argument is not None:
            yield _Said("body", argument)
    elif method == "payload_block":
        for path, value in argument:
            yield _Said(origin_key("payload", *path), value, path)
            yield from _entries("payload", value, path)
        yield _Said("body", argument)
    elif method in _CREDENTIALS:
        yield _Said("header:authorization", argument)
    elif method in _AWS_BLOCK:
        yield _Said("aws", argument)


def _entries(kind: str, value: Value, path: Path = ()) -> Iterator[_Said]:
    """The entries of a hash or list and what is in them, outer ones first."""
    waiting: list[tuple[Path, Value]] = [(path, value)]
    count = 0
    while waiting and count < _MOST:
        way, holder = waiting.pop(0)
        inner: list[tuple[str | int, Value]] = []
        if isinstance(holder, RHash):
            inner = [(key_name(key), item) for key, item in holder.items()]
        elif isinstance(holder, RArray):
            inner = list(enumerate(holder))
        for name, item in inner:
            count += 1
            yield _Said(origin_key(kind, *way, name), item, (*way, name))
            waiting.append(((*way, name), item))


def _visible(value: Value, place: Place) -> tuple[str, ...]:
    """The settings read so far whose values can be seen in ``value``. What is hashed or encoded cannot be seen: it
    is put down to what was read for the same call and shows nowhere else."""
    text = _text(value)
    return tuple(name for name, read in place.reads.items() if len(t := _text(read)) >= _SHORTEST and t in text)


def _hollow(key: str, value: Value) -> bool:
    """Whether this is to carry a credential and holds none."""
    kind, _, name = key.partition(":")
    if kind == "header":
        return is_secret_header(name) and is_hollow(_text(value))
    return kind in ("param", "payload") and is_secret_parameter(name.rpartition("/")[2]) and not _text(value)


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
