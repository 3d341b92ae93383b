"""Requests found in a connector's code, to begin with in the console."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer.evaluator import Program
from designer.evaluator.errors import EvaluationError
from designer.ruby import syntax as s
from designer.wire.code_parts import arguments, assigned, literal, plain, walk
from designer.wire.composing import Composition, Part
from designer.wire.pair_text import form_text

__all__ = ["StartingPoint", "starting_points"]

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_QUERY_FIRST = frozenset({"get", "head", "options"})
_GROUPS = ("actions", "triggers", "methods", "pick_lists", "object_definitions")
_WHOLE = frozenset({"to_s", "strip", "presence", "compact", "to_i", "downcase", "upcase", "to_param"})
"""Methods that a value is shown without."""
_CHAIN = frozenset(
    {
        "headers", "case_sensitive_headers", "params", "payload", "request_body", "request_format_json", "format_json",
        "request_format_www_form_urlencoded", "request_format_multipart_form", "request_format_xml", "format_xml",
        "response_format_json", "response_format_xml", "response_format_raw", "after_response", "after_error_response",
        "follow_redirection", "ignore_redirection", "tls_client_cert", "tls_server_certs",
    }
)  # fmt: skip
_FORMATS = {
    "request_format_www_form_urlencoded": "form",
    "request_format_multipart_form": "multipart",
    "request_format_xml": "xml",
    "format_xml": "xml",
    "request_format_json": "json",
    "format_json": "json",
}
_REPLIES = {"response_format_xml": "xml", "format_xml": "xml", "response_format_raw": "raw"}
_DEEPEST = 6
_HANDED = frozenset({"execute", "poll", "sample_output", "fields"})
"""Slots whose lambda is handed the settings first."""
_CALLED = frozenset({"connection", "_connection"})
_NO_NAME = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A request that stands in the code. ``where`` names the part it is in ("test", "search_contacts"), ``line`` counts
    from 1. What the run puts in is a variable: ``{{host}}`` for a setting, ``{{input.id}}`` for what must be typed."""

    where: str
    line: int
    composition: Composition

    @property
    def title(self) -> str:
        return f"{self.where} · {self.composition.title}"


def starting_points(source: bytes) -> tuple[StartingPoint, ...]:
    """The test's requests, then those of actions, triggers, methods and lists, in the order of the code, each request
    once. One whose URL is nothing but a variable is left out."""
    found: dict[tuple[str, Composition], StartingPoint] = {}
    try:
        for where, node, handed in _places(Program.of(source)):
            for point in _requests(where, node, handed):
                found.setdefault((where, point.composition), point)
    except EvaluationError:
        pass  # what cannot be read any further offers nothing more
    return tuple(found.values())


def _places(program: Program) -> Iterator[tuple[str, s.Node, bool]]:
    """Names and nodes of the parts, and whether their lambdas are handed the settings first."""
    for path in (("test",), ("connection", "test")):
        node, depth = program.code.locate(path)
        if node is not None and depth == len(path):
            yield "test", node, True
    for group in _GROUPS:
        for name in program.code.names((group,)) or ():
            node, depth = program.code.locate((group, name))
            if node is not None and depth == 2:
                yield name, node, group != "methods"


def _requests(where: str, node: s.Node, handed: bool) -> Iterator[StartingPoint]:
    outer: dict[int, s.Call] = {}
    verbs: list[s.Call] = []
    for one in walk(node):
        if isinstance(one, s.Call):
            if (receiver := plain(one.receiver)) is not None:
                outer[id(receiver)] = one
            elif one.name in _VERBS and one.arguments:
                verbs.append(one)
    reading = _Reading(assigned(node), _connections(node) if handed else _CALLED)
    for call in verbs:
        chain: list[s.Call] = []
        last = call
        while (after := outer.get(id(last))) is not None and after.name in _CHAIN:
            chain.append(after)
            last = after
        url = reading.text(call.arguments[0])
        if url and url.strip("{}") and not (url.startswith("{{") and url.endswith("}}") and url.count("{{") == 1):
            yield StartingPoint(where, call.line, _composed(reading, call, url, chain))


def _connections(node: s.Node) -> frozenset[str]:
    """What the settings are called: the first parameter of a slot's lambda, and any ``connection``."""
    names = set(_CALLED)
    slot = plain(node)
    slots: list[s.Node | None] = [slot]
    if isinstance(slot, s.Hash):
        slots = [pair.value for pair in slot.pairs if pair.key is not None and literal(plain(pair.key)) in _HANDED]
    for one in slots:
        if isinstance(one := plain(one), s.Lambda):
            code = one.code.get() if isinstance(one.code, s.Later) else one.code
            if isinstance(code, s.Code) and code.parameters.names:
                names.add(code.parameters.names[0][1])
    return frozenset(names)


def _composed(reading: _Reading, call: s.Call, url: str, chain: list[s.Call]) -> Composition:
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    payload: dict[str, Any] = {}
    kind, reply, body, root = "json", "json", "", "root"
    first = arguments(call)[1:2]
    for method, given in [
        ("params" if call.name in _QUERY_FIRST else "payload", first),
        *((one.name, arguments(one)) for one in chain),
    ]:
        value = reading.value(given[0]) if given else None
        match method:
            case "params" if isinstance(value, dict):
                query += _pairs(value)
            case "headers" | "case_sensitive_headers" if isinstance(value, dict):
                headers |= {name.replace("_", "-"): _text(one) for name, one in value.items()}
            case "payload" if isinstance(value, dict):
                payload |= value
            case "request_body" if value is not None:
                kind, body = "raw", _text(value)
        if method in _FORMATS:
            kind = _FORMATS[method]
            root = value if kind == "xml" and isinstance(value, str) else root
        reply = _REPLIES.get(method, reply)
    parts = tuple(_part(name, value) for name, value in payload.items()) if kind == "multipart" else ()
    if payload and kind == "form" and _flat(payload):
        body = form_text(_pairs(payload, lists="[]"))
    elif payload and kind in ("json", "form", "xml"):
        body = json.dumps({root: payload} if kind == "xml" else payload, indent=2, ensure_ascii=False)
    return Composition(call.name.upper(), url, tuple(query), tuple(headers.items()), kind, body, parts, reply)


def _pairs(value: Mapping[str, Any], under: str = "", lists: str = "") -> Iterator[tuple[str, str]]:
    """``lists`` stands behind the name of one that is given item by item."""
    for name, one in value.items():
        key = f"{under}[{name}]" if under else name
        if isinstance(one, dict):
            yield from _pairs(one, key, lists)
        elif isinstance(one, list):
            yield from ((key + lists, _text(item)) for item in one)
        else:
            yield key, _text(one)


def _flat(value: Any) -> bool:
    """Whether its lists hold texts and numbers alone: only these are names and values."""
    if isinstance(value, dict):
        return bool(value) and all(_flat(one) for one in value.values())
    return bool(value) and not any(isinstance(one, dict | list) for one in value) if isinstance(value, list) else True


def _part(name: str, value: Any) -> Part:
    if isinstance(value, list) and len(value) > 1:
        return Part(name, _text(value[0]), content_type=_text(value[1]))
    return Part(name, _text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


class _Reading:
    """Says expressions as a person composes them."""

    def __init__(self, held: Mapping[str, list[s.Node]], connections: frozenset[str]) -> None:
        self._held = held
        self._connections = connections

    def text(self, node: s.Node | None) -> str:
        return _text(self.value(node))

    def value(self, node: s.Node | None, depth: int = 0) -> Any:
        """A JSON value, in which what is only known when it runs is a variable; None for nil."""
        node = plain(node)
        if node is None or depth > _DEEPEST:
            return "{{value}}"
        match node:
            case s.Nil():
                return None
            case s.Literal():
                return node.value
            case s.Str() | s.Sym():
                return literal(node)
            case s.Interpolated():
                return "".join(_text(self.value(part, depth + 1)) for part in node.parts)
            case s.Hash():
                named = ((literal(plain(pair.key)), pair.value) for pair in node.pairs)
                return {name: self.value(value, depth + 1) for name, value in named if name is not None}
            case s.Array():
                return [self.value(item, depth + 1) for item in node.items]
            case s.Local():
                values = self._held.get(node.name, [])
                if len(values) == 1 and isinstance(plain(values[0]), s.Str | s.Interpolated | s.Hash | s.Call):
                    said = self.value(values[0], depth + 1)
                    if said != "{{value}}":
                        return said
                return f"{{{{{node.name}}}}}"
            case s.Call():
                return self._called(node, depth)
        return "{{value}}"

    def _called(self, node: s.Call, depth: int) -> Any:
        receiver = plain(node.receiver)
        if node.name in ("[]", "fetch", "dig") and node.arguments:
            keys = [literal(plain(one)) for one in (node.arguments if node.name == "dig" else node.arguments[:1])]
            holder = self._name(receiver)
            if holder is not None and all(keys):
                named = _NO_NAME.sub("_", ".".join(str(key) for key in keys))
                return f"{{{{{named}}}}}" if holder in self._connections else f"{{{{{holder}.{named}}}}}"
        if node.name == "+" and node.arguments:
            return f"{self.text(receiver)}{self.text(node.arguments[0])}"
        if node.name in _WHOLE and receiver is not None:
            return self.value(receiver, depth + 1)
        return "{{value}}"

    @staticmethod
    def _name(node: s.Node | None) -> str | None:
        if isinstance(node, s.Local):
            return node.name
        bare = isinstance(node, s.Call) and node.receiver is None and not node.arguments
        return node.name if isinstance(node, s.Call) and bare and node.name == "connection" else None
