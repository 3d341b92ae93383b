"""Where in the Ruby an entry of ``headers``, ``params`` or ``payload`` is written, and of which settings it is made.

A run knows the line of a call and what was read until then. Which entry of a table in many lines owes what to which
setting stands in the code: literals are followed through local variables, ``merge`` and ``call(:method)``. What cannot
be followed for certain is not told, and the run's own knowledge stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.evaluator.errors import EvaluationError
from designer.ruby import syntax as s
from designer.wire.code_parts import arguments, literal, plain, walk
from designer.wire.code_scope import (
    CHANGES,
    CONNECTION,
    DEEPEST,
    LOOKUPS,
    MERGES,
    OTHER,
    UNKNOWN,
    Mark,
    Scope,
    Setting,
    Unsure,
    key_of,
    may_set,
    way_to,
)
from designer.wire.code_settings import Settings
from designer.wire.code_sharing import changed_elsewhere

if TYPE_CHECKING:
    from designer.evaluator import Program

__all__ = ["Entry", "Written"]

_SECOND = {"apply": "access_token", "credentials": "access_token", "refresh": "refresh_token"}
"""Settings handed to a slot beside the connection."""
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SAME = frozenset(
    {
        "compact", "compact_blank", "to_h", "to_hash", "with_indifferent_access", "dup", "clone", "freeze", "itself",
        "stringify_keys", "symbolize_keys", "deep_stringify_keys", "deep_symbolize_keys", "reject", "select",
        "filter", "except", "presence", "transform_values", "sort", "tap", "then",
    }
)  # fmt: skip
"""Methods after which an entry is still the one that was written."""
_BY_BLOCK = frozenset({"transform_values", "tap", "then"})
"""Those of them that make something else of it where they are given a block."""
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An expression where it stands. ``line`` counts from 1, ``pointer`` is the lambda's slot. ``setting`` is the one
    that a hash of all settings gave, as by ``params(connection.merge(…))``."""

    reader: Written
    node: s.Node
    scope: Scope
    line: int
    setting: str = ""

    @property
    def pointer(self) -> str:
        return self.scope.pointer

    def entry(self, *path: str | int) -> Entry | None:
        """The entry of that key, and of that key in it; None where the code does not say for certain."""
        found: Entry | None = self
        try:
            for key in path:
                found = self.reader.child(found, key) if found is not None else None
        except (Unsure, EvaluationError):
            return None
        return found

    def settings(self) -> frozenset[str] | None:
        """The settings this may be made of; None where they cannot be told."""
        if self.setting:
            return frozenset((self.setting,))
        settings = Settings(self.reader)
        try:
            settings.collect(self.node, self.scope)
        except (Unsure, EvaluationError):
            return None
        return frozenset(settings.found)


class Written:
    """Finds what was written in one connector."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._scopes: dict[str, Scope | None] = {}
        self._steps = 0

    def given(self, method: str, pointer: str | None, line: int | None) -> list[Entry]:
        """What the calls of ``method`` on that line are given: "url" is the first argument of a verb, "params" and
        "payload" also its second. Empty where the code does not say."""
        try:
            scope = self._slot(pointer) if pointer is not None and line else None
            if scope is None or line is None:
                return []
            return [Entry(self, node, scope, node.line) for node in self._arguments(scope, method, line)]
        except EvaluationError:
            return []

    def set_in_block(self, pointer: str | None, line: int | None, path: tuple[str | int, ...]) -> Entry | None:
        """What ``payload do |p| … end`` on that line sets at ``path`` of ``p``."""
        try:
            scope = self._slot(pointer) if pointer is not None and line else None
            blocks = [] if scope is None or line is None else self._blocks(scope, line)
            if scope is None or len(blocks) != 1 or not (names := [name for _, name in blocks[0].parameters.names]):
                return None
            found: list[Entry] = []
            for node in walk(blocks[0].body):
                if isinstance(node, s.Assign) and way_to(node.target, names[0]) == path:
                    found.append(Entry(self, node.value, scope, node.line))
                elif isinstance(node, s.Call) and node.name in MERGES and way_to(node.receiver, names[0]) == ():
                    given = (Entry(self, one, scope, one.line) for one in arguments(node))
                    found += [one for entry in given if (one := entry.entry(*path)) is not None]
        except EvaluationError:
            return None
        return found[0] if len(found) == 1 else None

    # Finding the call

    def _slot(self, pointer: str) -> Scope | None:
        if pointer not in self._scopes:
            self._scopes[pointer] = self._opened(pointer)
        return self._scopes[pointer]

    def _opened(self, pointer: str) -> Scope | None:
        path = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
        code = self._code(path)
        if code is None:
            return None
        names = [name for _, name in code.parameters.names]
        if path[0] == "methods":
            return Scope(pointer, code.body, dict.fromkeys(names, UNKNOWN))
        bound: dict[str, Entry | Mark | Setting] = dict.fromkeys(names, OTHER)
        for name in names[:1]:
            bound[name] = CONNECTION
        if path[-1] in _SECOND:
            bound |= dict.fromkeys(names[1:2], Setting(_SECOND[path[-1]]))
        return Scope(pointer, code.body, bound)

    def _code(self, path: tuple[str, ...]) -> s.Code | None:
        node, depth = self._program.code.locate(path)
        node = plain(node)
        if depth < len(path) or not isinstance(node, s.Lambda):
            return None
        code = node.code.get() if isinstance(node.code, s.Later) else node.code
        return code if isinstance(code, s.Code) else None

    def _blocks(self, scope: Scope, line: int) -> list[s.Code]:
        return [call.block for call in scope.calls("payload", line) if call.block is not None]

    def _arguments(self, scope: Scope, method: str, line: int) -> Iterator[s.Node]:
        if (place := {"url": 0, "params": 1, "payload": 1}.get(method)) is not None:
            for verb in _VERBS:
                for node in scope.calls(verb, line):
                    yield from arguments(node)[place : place + 1]
        if method != "url":
            for node in scope.calls(method, line):
                yield from arguments(node)[:1]

    # Following an expression

    def child(self, entry: Entry, key: str | int) -> Entry | None:
        """The entry ``key`` of a hash or list; None where it has none. Raises ``Unsure``."""
        if self._steps >= _STEPS:
            raise Unsure  # variables that are made of each other
        self._steps += 1
        try:
            return self._child(plain(entry.node), entry.scope, entry.line, key)
        finally:
            self._steps -= 1

    def _child(self, node: s.Node | None, scope: Scope, line: int, key: str | int) -> Entry | None:
        match node:
            case s.Hash():
                return self._of_pairs(node, scope, key)
            case s.Array():
                if not isinstance(key, int) or any(isinstance(plain(one), s.Splat) for one in node.items[: key + 1]):
                    raise Unsure
                if key >= len(node.items):
                    return None
                item = node.items[key]
                return Entry(self, item, scope, item.line)
            case s.Nil():
                return None
            case s.Seq():
                return self.child(Entry(self, node.nodes[-1], scope, line), key) if node.nodes else None
            case s.Local():
                return self._of_local(node, scope, key)
            case s.Call(receiver=None, name="call"):
                return self.child(self._called(node, scope), key)
            case s.Call(receiver=s.Call(receiver=None, name="aws"), name="generate_signature"):
                return self._of_signature(node, scope, str(key))
            case s.Call(receiver=s.Node(), name=name) if name in LOOKUPS:
                if (held := self.held(node, scope)) is None:
                    raise Unsure
                return self.child(held, key)
            case s.Call(receiver=s.Node(), name=name) if _by_block(node, name):
                raise Unsure
            case s.Call(receiver=s.Node() as receiver, name=name) if name in _SAME:
                return self.child(Entry(self, receiver, scope, receiver.line), key)
            case s.Call(receiver=s.Node() as receiver, name=name) if name in MERGES:
                given = [receiver, *arguments(node)]
                if name == "reverse_merge":
                    given.reverse()
                for one in reversed(given):
                    if found := self.child(Entry(self, one, scope, one.line), key):
                        return found
                return None
        raise Unsure

    def _of_pairs(self, node: s.Hash, scope: Scope, key: str | int) -> Entry | None:
        for pair in reversed(node.pairs):
            if pair.key is None:
                if found := self.child(Entry(self, pair.value, scope, pair.value.line), key):
                    return found
                continue
            name = literal(pair.key)
            if name is None:
                raise Unsure
            if name == str(key):
                return Entry(self, pair.value, scope, pair.key.line)
        return None

    def _of_local(self, node: s.Local, scope: Scope, key: str | int) -> Entry | None:
        bound = scope.bound.get(node.name)
        if changed_elsewhere(node.name, scope, self.method):
            raise Unsure
        if isinstance(bound, Entry):
            return self.child(bound, key)
        if bound is CONNECTION:
            return Entry(self, node, scope, node.line, str(key))
        if bound is not None:
            raise Unsure
        if any(may_set(one, other, key) for other in scope.aliases(node.name) for one in scope.sets(other)):
            raise Unsure  # the same hash by another name
        whole: list[s.Assign] = []
        found: list[Entry] = []
        sure = True
        for one in scope.sets(node.name):
            if isinstance(one, s.Assign):
                way = way_to(one.target, node.name)
                if way == ():
                    whole.append(one)
                elif way is not None and len(way) == 1 and str(way[0]) == str(key):
                    found.append(Entry(self, one.value, scope, one.line))
                    sure = sure and not scope.perhaps(one)
                elif way is None or str(way[0]) == str(key):
                    raise Unsure
            elif (
                isinstance(one, s.OpAssign)
                or one.name in CHANGES
                or (way := way_to(one.receiver, node.name)) is None
                or (way and str(way[0]) == str(key))
            ):
                raise Unsure
            elif way == ():
                merged = (self.child(Entry(self, given, scope, given.line), key) for given in arguments(one))
                found += (more := [entry for entry in merged if entry is not None])
                sure = sure and not (more and (one.block is not None or scope.perhaps(one)))
        if len(whole) != 1 or len(found) > 1:
            raise Unsure
        value = whole[0].value
        if found and not sure and self.child(Entry(self, value, scope, value.line), key) is not None:
            raise Unsure  # it may be what stood there before
        if found:
            return found[0]
        return self.child(Entry(self, value, scope, value.line), key)

    def _of_signature(self, node: s.Call, scope: Scope, key: str) -> Entry | None:
        """The ``url`` and ``headers`` that ``aws.generate_signature`` gives, and the latter's entries. Only the
        signature and the session's token are made of the credentials."""
        given = {literal(pair.key): pair.value for pair in node.keywords.pairs} if node.keywords is not None else {}
        if key == "headers" or key.lower() in ("authorization", "x-amz-security-token"):
            return Entry(self, node, scope, node.line)
        if key == "url":
            named = tuple(given[name] for name in ("service", "region", "host", "path", "params") if name in given)
            return Entry(self, s.Array(node.line, named), scope, node.line)
        if (own := given.get("headers")) is not None:
            found = self.child(Entry(self, own, scope, own.line), key)
            if found is not None:
                return found
        return Entry(self, s.Nil(node.line), scope, node.line)

    def held(self, node: s.Call, scope: Scope) -> Entry | None:
        """What ``table['key']`` or ``table.dig('a', 'b')`` is; None where the code does not say."""
        if node.receiver is None or not node.arguments:
            return None
        keys = [key_of(plain(one)) for one in (node.arguments if node.name == "dig" else node.arguments[:1])]
        known = [key for key in keys if key is not None]
        return Entry(self, node.receiver, scope, node.line).entry(*known) if len(known) == len(keys) else None

    def _called(self, node: s.Call, scope: Scope) -> Entry:
        """What ``call(:method, …)`` comes to: the last expression of the method."""
        inside = self.method(node, scope)
        if any(isinstance(one, s.Return | s.Next) for one in walk(inside.body)):
            raise Unsure
        return Entry(self, inside.body, inside, inside.body.line)

    def method(self, node: s.Call, scope: Scope) -> Scope:
        name = literal(plain(node.arguments[0])) if node.arguments else None
        code = self._code(("methods", name)) if name is not None else None
        if name is None or code is None or scope.depth >= DEEPEST:
            raise Unsure
        given = arguments(node)[1:]
        if any(isinstance(plain(one), s.Splat) for one in given):
            raise Unsure
        names = [parameter for _, parameter in code.parameters.names]
        bound: dict[str, Entry | Mark | Setting] = dict.fromkeys(names, OTHER)
        bound |= {one: Entry(self, value, scope, value.line) for one, value in zip(names, given, strict=False)}
        pointer = f"/methods/{name.replace('~', '~0').replace('/', '~1')}"
        return Scope(pointer, code.body, bound, scope.depth + 1)


def _by_block(node: s.Call, name: str) -> bool:
    """Whether a block decides what becomes of an entry."""
    return (node.block is not None or node.block_pass is not None) and (name in _BY_BLOCK or name in MERGES)
