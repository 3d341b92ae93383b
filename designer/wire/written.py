"""Where in the Ruby an entry of ``headers``, ``params`` or ``payload`` is written, and of which settings it is made.

A run knows the line of a call and what was read until then. Which entry of a table in many lines owes what to which
setting stands in the code: literals are followed through local variables, ``merge`` and ``call(:method)``. What cannot
be followed for certain is not told, and the run's own knowledge stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from designer.evaluator.errors import EvaluationError
from designer.ruby import syntax as s
from designer.wire.code_parts import arguments, assigned, base_variable, literal, parts, plain, walk

if TYPE_CHECKING:
    from designer.evaluator import Program

__all__ = ["AWS_SETTINGS", "Entry", "Written"]

AWS_SETTINGS = frozenset(
    {"aws_auth_type", "aws_assume_role", "aws_api_key", "aws_secret_key", "access_key_id", "secret_access_key",
     "temp_credentials", "aws_external_id"}
)  # fmt: skip
"""What ``aws.generate_signature`` reads of the connection it is given."""
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
_CHANGES = frozenset(
    {
        "<<", "append", "clear", "collect!", "compact!", "compact_blank!", "concat", "deep_merge!", "delete",
        "delete_at", "delete_if", "except!", "filter!", "insert", "keep_if", "map!", "pop", "prepend", "push",
        "reject!", "replace", "reverse!", "reverse_merge!", "rotate!", "select!", "shift", "slice!", "sort!", "store",
        "transform_values!", "unshift", "with_defaults!",
    }
)  # fmt: skip
"""Methods that change what they are called on in a way that is not followed."""
_PERHAPS = (s.If, s.While, s.For, s.Case, s.And, s.Or, s.Begin)
_MERGES = frozenset({"merge", "merge!", "update", "deep_merge", "reverse_merge"})
_LOOKUPS = frozenset({"[]", "dig", "fetch"})
_DEEPEST = 8
"""Methods that are called by methods."""
_STEPS = 50
_MOST = 5000
"""Expressions that one value is followed through."""


class _Unsure(Exception):
    """The code does not say."""


class _Mark:
    """What a parameter of a lambda stands for, where it is no expression."""


_CONNECTION: Final = _Mark()
_OTHER: Final = _Mark()
"""An action's input and the like: no setting."""
_UNKNOWN: Final = _Mark()


@dataclass(frozen=True, slots=True)
class _Setting:
    name: str


@dataclass(eq=False, slots=True)
class _Scope:
    """One lambda with what its parameters stand for."""

    pointer: str
    body: s.Node
    bound: Mapping[str, Entry | _Mark | _Setting]
    depth: int = 0
    _assigned: dict[str, list[s.Node]] | None = field(default=None)
    _calls: dict[tuple[str, int], list[s.Call]] | None = field(default=None)
    _sets: dict[str, list[s.Assign | s.OpAssign | s.Call]] | None = field(default=None)
    _perhaps: set[int] | None = field(default=None)
    _aliases: dict[str, set[str]] | None = field(default=None)

    @property
    def assigned(self) -> dict[str, list[s.Node]]:
        """See ``code_parts.assigned``."""
        if self._assigned is None:
            self._assigned = assigned(self.body)
        return self._assigned

    def calls(self, name: str, line: int) -> list[s.Call]:
        """The calls of that name that begin on that line."""
        if self._calls is None:
            self._calls = {}
            for node in walk(self.body):
                if isinstance(node, s.Call):
                    self._calls.setdefault((node.name, node.line), []).append(node)
        return self._calls.get((name, line), [])

    def sets(self, name: str) -> list[s.Assign | s.OpAssign | s.Call]:
        """What gives the local variable its value, or its value entries."""
        if self._sets is None:
            self._sets = {}
            for node in walk(self.body):
                target: s.Node | None = None
                if isinstance(node, s.Assign | s.OpAssign):
                    target = node.target
                elif isinstance(node, s.Call) and (node.name in ("merge!", "update") or node.name in _CHANGES):
                    target = node.receiver
                if isinstance(node, s.Assign | s.OpAssign | s.Call) and (base := base_variable(target)) is not None:
                    self._sets.setdefault(base, []).append(node)
        return self._sets.get(name, [])

    def aliases(self, name: str) -> set[str]:
        """Other local variables that hold the same as this one, by ``other = name`` or ``name = other``."""
        if self._aliases is None:
            self._aliases = {}
            for node in walk(self.body):
                if isinstance(node, s.Assign) and isinstance(value := plain(node.value), s.Local):
                    if isinstance(target := plain(node.target), s.Local):
                        self._aliases.setdefault(value.name, set()).add(target.name)
                        self._aliases.setdefault(target.name, set()).add(value.name)
        return self._aliases.get(name, set())

    def perhaps(self, node: s.Node) -> bool:
        """Whether it is run only where a condition holds, or as often as a block is called."""
        if self._perhaps is None:
            held: list[s.Node] = [one for one in walk(self.body) if isinstance(one, _PERHAPS)]
            held += [one.block for one in walk(self.body) if isinstance(one, s.Call) and one.block is not None]
            self._perhaps = {id(inner) for one in held for inner in walk(one)}
        return id(node) in self._perhaps


@dataclass(frozen=True, slots=True)
class Entry:
    """An expression where it stands. ``line`` counts from 1, ``pointer`` is the lambda's slot. ``setting`` is the one
    that a hash of all settings gave, as by ``params(connection.merge(…))``."""

    reader: Written
    node: s.Node
    scope: _Scope
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
        except (_Unsure, EvaluationError):
            return None
        return found

    def settings(self) -> frozenset[str] | None:
        """The settings this may be made of; None where they cannot be told."""
        if self.setting:
            return frozenset((self.setting,))
        found: set[str] = set()
        try:
            self.reader.collect(self.node, self.scope, found, {})
        except (_Unsure, EvaluationError):
            return None
        return frozenset(found)


class Written:
    """Finds what was written in one connector."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._scopes: dict[str, _Scope | None] = {}
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
                if isinstance(node, s.Assign) and _way(node.target, names[0]) == path:
                    found.append(Entry(self, node.value, scope, node.line))
                elif isinstance(node, s.Call) and node.name in _MERGES and _way(node.receiver, names[0]) == ():
                    given = (Entry(self, one, scope, one.line) for one in arguments(node))
                    found += [one for entry in given if (one := entry.entry(*path)) is not None]
        except EvaluationError:
            return None
        return found[0] if len(found) == 1 else None

    # Finding the call

    def _slot(self, pointer: str) -> _Scope | None:
        if pointer not in self._scopes:
            self._scopes[pointer] = self._opened(pointer)
        return self._scopes[pointer]

    def _opened(self, pointer: str) -> _Scope | None:
        path = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
        code = self._code(path)
        if code is None:
            return None
        names = [name for _, name in code.parameters.names]
        if path[0] == "methods":
            return _Scope(pointer, code.body, dict.fromkeys(names, _UNKNOWN))
        bound: dict[str, Entry | _Mark | _Setting] = dict.fromkeys(names, _OTHER)
        for name in names[:1]:
            bound[name] = _CONNECTION
        if path[-1] in _SECOND:
            bound |= dict.fromkeys(names[1:2], _Setting(_SECOND[path[-1]]))
        return _Scope(pointer, code.body, bound)

    def _code(self, path: tuple[str, ...]) -> s.Code | None:
        node, depth = self._program.code.locate(path)
        node = plain(node)
        if depth < len(path) or not isinstance(node, s.Lambda):
            return None
        code = node.code.get() if isinstance(node.code, s.Later) else node.code
        return code if isinstance(code, s.Code) else None

    def _blocks(self, scope: _Scope, line: int) -> list[s.Code]:
        return [call.block for call in scope.calls("payload", line) if call.block is not None]

    def _arguments(self, scope: _Scope, method: str, line: int) -> Iterator[s.Node]:
        if (place := {"url": 0, "params": 1, "payload": 1}.get(method)) is not None:
            for verb in _VERBS:
                for node in scope.calls(verb, line):
                    yield from arguments(node)[place : place + 1]
        if method != "url":
            for node in scope.calls(method, line):
                yield from arguments(node)[:1]

    # Following an expression

    def child(self, entry: Entry, key: str | int) -> Entry | None:
        """The entry ``key`` of a hash or list; None where it has none. Raises ``_Unsure``."""
        if self._steps >= _STEPS:
            raise _Unsure  # variables that are made of each other
        self._steps += 1
        try:
            return self._child(plain(entry.node), entry.scope, entry.line, key)
        finally:
            self._steps -= 1

    def _child(self, node: s.Node | None, scope: _Scope, line: int, key: str | int) -> Entry | None:
        match node:
            case s.Hash():
                return self._of_pairs(node, scope, key)
            case s.Array():
                if not isinstance(key, int) or any(isinstance(plain(one), s.Splat) for one in node.items[: key + 1]):
                    raise _Unsure
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
            case s.Call(receiver=s.Node(), name=name) if name in _LOOKUPS:
                if (held := self._held(node, scope)) is None:
                    raise _Unsure
                return self.child(held, key)
            case s.Call(receiver=s.Node(), name=name) if _by_block(node, name):
                raise _Unsure
            case s.Call(receiver=s.Node() as receiver, name=name) if name in _SAME:
                return self.child(Entry(self, receiver, scope, receiver.line), key)
            case s.Call(receiver=s.Node() as receiver, name=name) if name in _MERGES:
                given = [receiver, *arguments(node)]
                if name == "reverse_merge":
                    given.reverse()
                for one in reversed(given):
                    if found := self.child(Entry(self, one, scope, one.line), key):
                        return found
                return None
        raise _Unsure

    def _of_pairs(self, node: s.Hash, scope: _Scope, key: str | int) -> Entry | None:
        for pair in reversed(node.pairs):
            if pair.key is None:
                if found := self.child(Entry(self, pair.value, scope, pair.value.line), key):
                    return found
                continue
            name = literal(pair.key)
            if name is None:
                raise _Unsure
            if name == str(key):
                return Entry(self, pair.value, scope, pair.key.line)
        return None

    def _of_local(self, node: s.Local, scope: _Scope, key: str | int) -> Entry | None:
        bound = scope.bound.get(node.name)
        if isinstance(bound, Entry):
            return self.child(bound, key)
        if bound is _CONNECTION:
            return Entry(self, node, scope, node.line, str(key))
        if bound is not None:
            raise _Unsure
        if any(_may_set(one, other, key) for other in scope.aliases(node.name) for one in scope.sets(other)):
            raise _Unsure  # the same hash by another name
        whole: list[s.Assign] = []
        found: list[Entry] = []
        sure = True
        for one in scope.sets(node.name):
            if isinstance(one, s.Assign):
                way = _way(one.target, node.name)
                if way == ():
                    whole.append(one)
                elif way is not None and len(way) == 1 and str(way[0]) == str(key):
                    found.append(Entry(self, one.value, scope, one.line))
                    sure = sure and not scope.perhaps(one)
                elif way is None or str(way[0]) == str(key):
                    raise _Unsure
            elif (
                isinstance(one, s.OpAssign)
                or one.name in _CHANGES
                or (way := _way(one.receiver, node.name)) is None
                or (way and str(way[0]) == str(key))
            ):
                raise _Unsure
            elif way == ():
                merged = (self.child(Entry(self, given, scope, given.line), key) for given in arguments(one))
                found += (more := [entry for entry in merged if entry is not None])
                sure = sure and not (more and (one.block is not None or scope.perhaps(one)))
        if len(whole) != 1 or len(found) > 1:
            raise _Unsure
        value = whole[0].value
        if found and not sure and self.child(Entry(self, value, scope, value.line), key) is not None:
            raise _Unsure  # it may be what stood there before
        if found:
            return found[0]
        return self.child(Entry(self, value, scope, value.line), key)

    def _of_signature(self, node: s.Call, scope: _Scope, key: str) -> Entry | None:
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

    def _held(self, node: s.Call, scope: _Scope) -> Entry | None:
        """What ``table['key']`` or ``table.dig('a', 'b')`` is; None where the code does not say."""
        if node.receiver is None or not node.arguments:
            return None
        keys = [_key(plain(one)) for one in (node.arguments if node.name == "dig" else node.arguments[:1])]
        known = [key for key in keys if key is not None]
        return Entry(self, node.receiver, scope, node.line).entry(*known) if len(known) == len(keys) else None

    def _called(self, node: s.Call, scope: _Scope) -> Entry:
        """What ``call(:method, …)`` comes to: the last expression of the method."""
        inside = self._method(node, scope)
        if any(isinstance(one, s.Return | s.Next) for one in walk(inside.body)):
            raise _Unsure
        return Entry(self, inside.body, inside, inside.body.line)

    def _method(self, node: s.Call, scope: _Scope) -> _Scope:
        name = literal(plain(node.arguments[0])) if node.arguments else None
        code = self._code(("methods", name)) if name is not None else None
        if name is None or code is None or scope.depth >= _DEEPEST:
            raise _Unsure
        given = arguments(node)[1:]
        if any(isinstance(plain(one), s.Splat) for one in given):
            raise _Unsure
        names = [parameter for _, parameter in code.parameters.names]
        bound: dict[str, Entry | _Mark | _Setting] = dict.fromkeys(names, _OTHER)
        bound |= {one: Entry(self, value, scope, value.line) for one, value in zip(names, given, strict=False)}
        pointer = f"/methods/{name.replace('~', '~0').replace('/', '~1')}"
        return _Scope(pointer, code.body, bound, scope.depth + 1)

    # The settings of an expression

    def collect(self, node: s.Node | None, scope: _Scope, found: set[str], seen: dict[tuple[int, int], _Scope]) -> None:
        """Add the settings that ``node`` reads to ``found``. Raises ``_Unsure``."""
        node = plain(node)
        if node is None or (id(node), id(scope)) in seen:
            return
        if len(seen) >= _MOST:
            raise _Unsure
        seen[id(node), id(scope)] = scope  # kept, so that no other gets its number
        match node:
            case s.Local():
                self._collect_local(node.name, scope, found, seen)
                return
            case s.Call(receiver=s.Node() as receiver, name=name) if name in _LOOKUPS and self._is_settings(
                receiver, scope
            ):
                key = literal(plain(node.arguments[0])) if node.arguments else None
                if key is None:
                    raise _Unsure
                found.add(key)
                for argument in node.arguments[1:]:
                    self.collect(argument, scope, found, seen)
                return
            case s.Call(receiver=s.Node(), name=name) if name in _LOOKUPS and (held := self._held(node, scope)):
                if held.setting:
                    found.add(held.setting)
                else:
                    self.collect(held.node, held.scope, found, seen)
                return
            case s.Call(receiver=None, name="call"):
                inside = self._method(node, scope)
                self.collect(inside.body, inside, found, seen)
                return
            case s.Call(receiver=s.Call(receiver=None, name="aws"), name="generate_signature"):
                for pair in node.keywords.pairs if node.keywords is not None else ():
                    if pair.key is not None and literal(pair.key) == "connection":
                        self._collect_keys(pair.value, scope, found, seen)
                    else:
                        self.collect(pair.value, scope, found, seen)
                return
        for part in parts(node):
            self.collect(part, scope, found, seen)

    def _collect_keys(
        self, value: s.Node | None, scope: _Scope, found: set[str], seen: dict[tuple[int, int], _Scope]
    ) -> None:
        """Of what AWS's keys are taken from: the settings, with or without others merged in, or a hash of its own."""
        node = plain(value)
        while isinstance(node, s.Call) and node.receiver is not None and node.name in _MERGES:
            for part in (*node.arguments, *([node.keywords] if node.keywords is not None else ())):
                self.collect(part, scope, found, seen)
            node = plain(node.receiver)
        if not isinstance(node, s.Hash):
            found |= AWS_SETTINGS
        if node is not None and not self._is_settings(node, scope):
            self.collect(node, scope, found, seen)

    def _collect_local(self, name: str, scope: _Scope, found: set[str], seen: dict[tuple[int, int], _Scope]) -> None:
        bound = scope.bound.get(name)
        if isinstance(bound, Entry):
            self.collect(bound.node, bound.scope, found, seen)
            return
        if isinstance(bound, _Setting):
            found.add(bound.name)
            return
        if bound is not None:
            if bound is not _OTHER:
                raise _Unsure
            return
        for value in scope.assigned.get(name, ()):
            self.collect(value, scope, found, seen)

    def _is_settings(self, node: s.Node, scope: _Scope, depth: int = 0) -> bool:
        """Whether ``node`` is the settings, by whatever name."""
        one = plain(node)
        if depth > _DEEPEST:
            return False
        if isinstance(one, s.Call):
            if one.receiver is None and one.name == "connection":
                return not one.arguments
            held = self._held(one, scope) if one.name in _LOOKUPS else None
            return held is not None and not held.setting and self._is_settings(held.node, held.scope, depth + 1)
        if not isinstance(one, s.Local):
            return False
        bound = scope.bound.get(one.name)
        if isinstance(bound, Entry):
            return not bound.setting and self._is_settings(bound.node, bound.scope, depth + 1)
        sets = scope.sets(one.name) if bound is None else []
        if len(sets) == 1 and isinstance(sets[0], s.Assign) and _way(sets[0].target, one.name) == ():
            return self._is_settings(sets[0].value, scope, depth + 1)
        return bound is _CONNECTION


def _key(node: s.Node | None) -> str | int | None:
    """A literal text, symbol or place in a list."""
    if isinstance(node, s.Literal) and type(node.value) is int and node.value >= 0:
        return node.value
    return literal(node)


def _may_set(one: s.Assign | s.OpAssign | s.Call, name: str, key: str | int) -> bool:
    """Whether it may give the hash in the variable ``name`` another entry ``key``; a new hash in it is none of that."""
    way = _way(one.receiver if isinstance(one, s.Call) else one.target, name)
    if way == ():
        return isinstance(one, s.Call)
    return way is None or str(way[0]) == str(key)


def _by_block(node: s.Call, name: str) -> bool:
    """Whether a block decides what becomes of an entry."""
    return (node.block is not None or node.block_pass is not None) and (name in _BY_BLOCK or name in _MERGES)


def _way(node: s.Node | None, name: str) -> tuple[str | int, ...] | None:
    """The literal keys after the local variable ``name``: () for itself; None where it is another thing."""
    node = plain(node)
    keys: list[str | int] = []
    while isinstance(node, s.Call) and node.name == "[]" and len(node.arguments) == 1:
        if (key := _key(plain(node.arguments[0]))) is None:
            return None
        keys.append(key)
        node = plain(node.receiver)
    return tuple(reversed(keys)) if isinstance(node, s.Local) and node.name == name else None
