"""Whether what a local variable holds may be changed in place where nobody names it: through another variable that
holds it or a part of it, or by a method that it is handed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from designer.ruby import syntax as s
from designer.wire.code_parts import arguments, parts, plain
from designer.wire.code_scope import Scope, Unsure, way_to

__all__ = ["changed_elsewhere", "changes_in_place"]

_FRESH = frozenset(
    {
        "+", "-", "*", "/", "%", "**", "==", "!=", "<", ">", "<=", ">=", "count", "downcase", "encode_base64",
        "encode_hex", "encode_url", "gsub", "hmac_md5", "hmac_sha1", "hmac_sha256", "hmac_sha512", "join", "length",
        "size", "strip", "sub", "to_f", "to_i", "to_json", "to_param", "to_query", "to_s", "upcase",
    }
)  # fmt: skip
"""Methods whose result has nothing in it of what they are called on."""


class Sharing:
    """Of one lambda, found out when it is asked first."""

    def __init__(self, scope: Scope) -> None:
        self._groups: dict[str, frozenset[str]] = {}
        """For each variable all that may hold the same or a part of it, or of which it holds one."""
        self._scope = scope
        self.changed = frozenset(name for name in scope.assigned_or_set if changes_in_place(name, scope))
        linked: dict[str, set[str]] = {}
        for target, values in scope.assigned.items():
            for other in (one for value in values for one in _locals(value)):
                linked.setdefault(target, set()).add(other)
                linked.setdefault(other, set()).add(target)
        for start in linked:
            if start not in self._groups:
                group = frozenset(_reached(start, linked))
                self._groups |= dict.fromkeys(group, group)
        self._calls = [(one, _given(one)) for one in scope.calls_of("call") if one.receiver is None]

    def group(self, name: str) -> frozenset[str]:
        return self._groups.get(name, frozenset((name,)))

    def handed(self, names: frozenset[str]) -> Iterator[tuple[s.Call, list[int]]]:
        """Calls of methods that are given one of ``names``, and which of their arguments are."""
        for call, given in self._calls:
            if places := [at for at, held in enumerate(given) if held & names]:
                yield call, places


def changed_elsewhere(name: str, scope: Scope, method: Callable[[s.Call, Scope], Scope]) -> bool:
    """``method`` opens what ``call(:method, …)`` calls; it may raise ``Unsure``."""
    sharing = sharing_of(scope)
    group = sharing.group(name)
    if (group & sharing.changed) - scope.aliases(name) - {name}:
        return True
    if name in scope.bound and name in sharing.changed:
        return True
    return any(_is_changed_by(call, places, scope, method) for call, places in sharing.handed(group))


def changes_in_place(name: str, scope: Scope) -> bool:
    """Whether the object in the variable is changed, and not only which one it holds."""
    return any(isinstance(one, s.Call) or way_to(one.target, name) != () for one in scope.sets(name))


def sharing_of(scope: Scope) -> Sharing:
    if scope.sharing is None:
        scope.sharing = Sharing(scope)
    return scope.sharing


def _is_changed_by(call: s.Call, places: list[int], scope: Scope, method: Callable[[s.Call, Scope], Scope]) -> bool:
    try:
        inside = method(call, scope)
    except Unsure:
        return True
    taken = list(inside.bound)
    within = sharing_of(inside)
    return any(at >= len(taken) or within.group(taken[at]) & within.changed for at in places)


def _given(call: s.Call) -> list[frozenset[str]]:
    return [frozenset(_locals(one)) for one in arguments(call)[1:]]


def _reached(start: str, linked: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        fresh = linked.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _locals(node: s.Node | None) -> Iterator[str]:
    """The local variables that the value of an expression may be, or have a part of."""
    waiting = [node]
    while waiting:
        one = plain(waiting.pop())
        if isinstance(one, s.Local):
            yield one.name
        elif isinstance(one, s.Call) and (one.name in _FRESH or one.name.endswith("?")):
            continue
        elif one is not None and not isinstance(one, s.Interpolated | s.Str | s.Lambda):
            waiting.extend(parts(one))
