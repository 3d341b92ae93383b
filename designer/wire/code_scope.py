"""One lambda as code that is followed: what its parameters stand for, and what is done to its local variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from designer.ruby import syntax as s
from designer.wire.code_parts import assigned, base_variable, literal, plain, walk

if TYPE_CHECKING:
    from designer.wire.code_sharing import Sharing
    from designer.wire.written import Entry

__all__ = [
    "CHANGES",
    "CONNECTION",
    "DEEPEST",
    "LOOKUPS",
    "MERGES",
    "OTHER",
    "UNKNOWN",
    "Mark",
    "Scope",
    "Setting",
    "Unsure",
    "key_of",
    "may_set",
    "way_to",
]

CHANGES = frozenset(
    {
        "<<", "append", "clear", "collect!", "compact!", "compact_blank!", "concat", "deep_merge!", "delete",
        "delete_at", "delete_if", "except!", "filter!", "insert", "keep_if", "map!", "pop", "prepend", "push",
        "reject!", "replace", "reverse!", "reverse_merge!", "rotate!", "select!", "shift", "slice!", "sort!", "store",
        "transform_values!", "unshift", "with_defaults!",
    }
)  # fmt: skip
"""Methods that change what they are called on in a way that is not followed."""
_PERHAPS = (s.If, s.While, s.For, s.Case, s.And, s.Or, s.Begin)

MERGES = frozenset({"merge", "merge!", "update", "deep_merge", "reverse_merge"})
LOOKUPS = frozenset({"[]", "dig", "fetch"})
DEEPEST = 8
"""Methods that are called by methods."""


class Unsure(Exception):
    """The code does not say."""


class Mark:
    """What a parameter of a lambda stands for, where it is no expression."""


CONNECTION: Final = Mark()
OTHER: Final = Mark()
"""An action's input and the like: no setting."""
UNKNOWN: Final = Mark()


@dataclass(frozen=True, slots=True)
class Setting:
    name: str


@dataclass(eq=False, slots=True)
class Scope:
    """One lambda with what its parameters stand for."""

    pointer: str
    body: s.Node
    bound: Mapping[str, Entry | Mark | Setting]
    depth: int = 0
    _assigned: dict[str, list[s.Node]] | None = field(default=None)
    _calls: dict[tuple[str, int], list[s.Call]] | None = field(default=None)
    _sets: dict[str, list[s.Assign | s.OpAssign | s.Call]] | None = field(default=None)
    _perhaps: set[int] | None = field(default=None)
    _aliases: dict[str, set[str]] | None = field(default=None)
    sharing: Sharing | None = field(default=None)

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

    def calls_of(self, name: str) -> list[s.Call]:
        """The calls of that name, wherever they are."""
        self.calls("", 0)
        return [one for (called, _), found in (self._calls or {}).items() if called == name for one in found]

    def sets(self, name: str) -> list[s.Assign | s.OpAssign | s.Call]:
        """What gives the local variable its value, or its value entries."""
        if self._sets is None:
            self._sets = {}
            for node in walk(self.body):
                target: s.Node | None = None
                if isinstance(node, s.Assign | s.OpAssign):
                    target = node.target
                elif isinstance(node, s.Call) and (node.name in ("merge!", "update") or node.name in CHANGES):
                    target = node.receiver
                if isinstance(node, s.Assign | s.OpAssign | s.Call) and (base := base_variable(target)) is not None:
                    self._sets.setdefault(base, []).append(node)
        return self._sets.get(name, [])

    @property
    def assigned_or_set(self) -> set[str]:
        """The local variables that are given a value, or changed."""
        self.sets("")
        return {*self.assigned, *(self._sets or ())}

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


def key_of(node: s.Node | None) -> str | int | None:
    """A literal text, symbol or place in a list."""
    if isinstance(node, s.Literal) and type(node.value) is int and node.value >= 0:
        return node.value
    return literal(node)


def may_set(one: s.Assign | s.OpAssign | s.Call, name: str, key: str | int) -> bool:
    """Whether it may give the hash in the variable ``name`` another entry ``key``; a new hash in it is none of that."""
    way = way_to(one.receiver if isinstance(one, s.Call) else one.target, name)
    if way == ():
        return isinstance(one, s.Call)
    return way is None or str(way[0]) == str(key)


def way_to(node: s.Node | None, name: str) -> tuple[str | int, ...] | None:
    """The literal keys after the local variable ``name``: () for itself; None where it is another thing."""
    node = plain(node)
    keys: list[str | int] = []
    while isinstance(node, s.Call) and node.name == "[]" and len(node.arguments) == 1:
        if (key := key_of(plain(node.arguments[0]))) is None:
            return None
        keys.append(key)
        node = plain(node.receiver)
    return tuple(reversed(keys)) if isinstance(node, s.Local) and node.name == name else None
