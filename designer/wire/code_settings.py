"""The settings that an expression may be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ruby import syntax as s
from designer.wire.code_parts import arguments, literal, parts, plain
from designer.wire.code_scope import CONNECTION, DEEPEST, LOOKUPS, MERGES, OTHER, Mark, Scope, Setting, Unsure, way_to
from designer.wire.code_sharing import changed_elsewhere, changes_in_place

if TYPE_CHECKING:
    from designer.wire.written import Written

__all__ = ["AWS_SETTINGS", "Settings"]

AWS_SETTINGS = frozenset(
    {"aws_auth_type", "aws_assume_role", "aws_api_key", "aws_secret_key", "access_key_id", "secret_access_key",
     "temp_credentials", "aws_external_id"}
)  # fmt: skip
"""What ``aws.generate_signature`` reads of the connection it is given."""
_MOST = 5000
"""Expressions that one value is followed through."""


class Settings:
    """Collects them in ``found``, for one expression."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self.found: set[str] = set()
        self._seen: dict[tuple[int, int], Scope] = {}

    def collect(self, node: s.Node | None, scope: Scope) -> None:
        """Add the settings that ``node`` reads to ``found``. Raises ``Unsure``."""
        node = plain(node)
        if node is None or (id(node), id(scope)) in self._seen:
            return
        if len(self._seen) >= _MOST:
            raise Unsure
        self._seen[id(node), id(scope)] = scope  # kept, so that no other gets its number
        match node:
            case s.Local():
                self._local(node.name, scope)
                return
            case s.Call(receiver=s.Node() as receiver, name=name) if name in LOOKUPS and self._is_settings(
                receiver, scope
            ):
                key = literal(plain(node.arguments[0])) if node.arguments else None
                if key is None:
                    raise Unsure
                self.found.add(key)
                for argument in node.arguments[1:]:
                    self.collect(argument, scope)
                return
            case s.Call(receiver=s.Node(), name=name) if name in LOOKUPS and (held := self._written.held(node, scope)):
                if held.setting:
                    self.found.add(held.setting)
                else:
                    self.collect(held.node, held.scope)
                return
            case s.Call(receiver=None, name="call"):
                inside = self._written.method(node, scope)
                self.collect(inside.body, inside)
                return
            case s.Call(receiver=s.Call(receiver=None, name="aws"), name="generate_signature"):
                for pair in node.keywords.pairs if node.keywords is not None else ():
                    if pair.key is not None and literal(pair.key) == "connection":
                        self._keys(pair.value, scope)
                    else:
                        self.collect(pair.value, scope)
                return
        for part in parts(node):
            self.collect(part, scope)

    def _keys(self, value: s.Node | None, scope: Scope) -> None:
        """Of what AWS's keys are taken from: the settings, with or without others merged in, or a hash of its own."""
        node = plain(value)
        while isinstance(node, s.Call) and node.receiver is not None and node.name in MERGES:
            for part in (*node.arguments, *([node.keywords] if node.keywords is not None else ())):
                self.collect(part, scope)
            node = plain(node.receiver)
        if not isinstance(node, s.Hash):
            self.found |= AWS_SETTINGS
        if node is not None and not self._is_settings(node, scope):
            self.collect(node, scope)

    def _local(self, name: str, scope: Scope) -> None:
        bound = scope.bound.get(name)
        if isinstance(bound, Setting):
            self.found.add(bound.name)
        elif isinstance(bound, Mark):
            if bound is not OTHER:
                raise Unsure
        elif changed_elsewhere(name, scope, self._written.method):
            raise Unsure
        elif bound is not None:
            self.collect(bound.node, bound.scope)
        else:
            self._assigned(name, scope)

    def _assigned(self, name: str, scope: Scope) -> None:
        for value in scope.assigned.get(name, ()):
            self.collect(value, scope)
        for one in scope.sets(name):
            for given in arguments(one) if isinstance(one, s.Call) else ():
                self.collect(given, scope)
            if isinstance(one, s.Call) and one.block is not None:
                self.collect(one.block, scope)
        if any(changes_in_place(other, scope) for other in scope.aliases(name)):
            raise Unsure

    def _is_settings(self, node: s.Node, scope: Scope, depth: int = 0) -> bool:
        """Whether ``node`` is the settings, by whatever name."""
        one = plain(node)
        if depth > DEEPEST:
            return False
        if isinstance(one, s.Call):
            if one.receiver is None and one.name == "connection":
                return not one.arguments
            held = self._written.held(one, scope) if one.name in LOOKUPS else None
            return held is not None and not held.setting and self._is_settings(held.node, held.scope, depth + 1)
        if not isinstance(one, s.Local):
            return False
        bound = scope.bound.get(one.name)
        if bound is not None and not isinstance(bound, Mark | Setting):
            return not bound.setting and self._is_settings(bound.node, bound.scope, depth + 1)
        sets = scope.sets(one.name) if bound is None else []
        if len(sets) == 1 and isinstance(sets[0], s.Assign) and way_to(sets[0].target, one.name) == ():
            return self._is_settings(sets[0].value, scope, depth + 1)
        return bound is CONNECTION
