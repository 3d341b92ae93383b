"""Reading lowered Ruby without running it: the parts of a node, and what flows into a local variable."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Hashable, Iterator
from typing import cast

from designer.ruby import syntax as s

__all__ = ["arguments", "assigned", "base_variable", "literal", "parts", "plain", "walk"]

_GROWS = frozenset({"<<", "push", "append", "concat", "merge!", "update", "store", "[]=", "insert", "prepend"})


def plain(node: s.Node | None) -> s.Node | None:
    while isinstance(node, s.Deferred):
        node = node.later.get()
    return node


def literal(node: s.Node | None) -> str | None:
    node = plain(node)
    if isinstance(node, s.Sym):
        return node.name
    return node.value if isinstance(node, s.Str) else None


def arguments(node: s.Call) -> list[s.Node]:
    """The arguments of a call, keywords as the hash they make."""
    return [*node.arguments, *([node.keywords] if node.keywords is not None else [])]


def walk(node: object) -> Iterator[s.Node]:
    """``node`` and everything in it, in the order of the code."""
    waiting: list[object] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, s.Deferred):
            one = one.later.get()
        elif isinstance(one, s.Later):
            one = one.get()
        if isinstance(one, s.Node):
            yield one
        if isinstance(one, s.Node | s.Targets):
            waiting.extend(reversed([*parts(one)]))


@functools.cache
def _fields(kind: Hashable) -> tuple[str, ...]:
    assert isinstance(kind, type)
    return tuple(one.name for one in dataclasses.fields(kind) if one.name not in ("line", "name"))


def parts(node: s.Node | s.Targets) -> Iterator[s.Node]:
    """The nodes right below. ``Targets`` are no expressions; what they assign to is."""
    for name in _fields(cast(Hashable, type(node))):
        value = getattr(node, name)
        if isinstance(value, s.Later):
            value = value.get()
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, s.Node):
                yield item
            elif isinstance(item, s.Targets):
                yield from parts(item)


def base_variable(node: s.Node | None) -> str | None:
    """The local variable that ``x``, ``x['a']`` or ``x['a'][0]`` is about."""
    node = plain(node)
    while isinstance(node, s.Call) and node.name == "[]":
        node = plain(node.receiver)
    return node.name if isinstance(node, s.Local) else None


def assigned(body: s.Node) -> dict[str, list[s.Node]]:
    """Per local variable everything that flows into it: assignments, what it is made to hold, and for a block's
    parameter what the block is called with."""
    found: dict[str, list[s.Node]] = {}
    for node in walk(body):
        match node:
            case s.Assign(target=target, value=value) | s.OpAssign(target=target, value=value):
                if (name := base_variable(target)) is not None:
                    found.setdefault(name, []).append(value)
            case s.MultiAssign():
                for target in walk(node.targets):
                    if isinstance(target, s.Local):
                        found.setdefault(target.name, []).append(node.value)
            case s.MatchAssign():
                for name, _ in node.names:
                    found.setdefault(name, []).append(node.value)
            case s.For():
                for target in walk(node.target):
                    if isinstance(target, s.Local):
                        found.setdefault(target.name, []).append(node.iterable)
            case s.Call():
                if node.name in _GROWS and (name := base_variable(node.receiver)) is not None:
                    found.setdefault(name, []).extend(arguments(node))
                if node.block is not None and node.receiver is not None:
                    for parameter in node.block.scope.names:
                        found.setdefault(parameter, []).extend([node.receiver, *node.arguments])
    return found
