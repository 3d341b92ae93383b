"""Says before a lambda runs what in it certainly cannot be run, so that nothing is sent for a run that must fail.

Only what is reached for certain counts: statements in their order, not the branches of an ``if``, not blocks, not
what stands behind ``&&`` or a ``rescue``. The rest is refused when it is reached.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from designer.evaluator import constants
from designer.evaluator.errors import CannotEvaluate, RubyError, SyntaxFault
from designer.evaluator.known import SDK_TABLES, is_refused
from designer.evaluator.sdk.contexts import NOT_RUN
from designer.evaluator.sdk.package import PACKAGE_NOT_RUN
from designer.ruby import syntax as s

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_DEEPEST_CALL = 8


def foresee(vm: Interpreter, pointer: str) -> None:
    """Raise ``CannotEvaluate`` where the lambda in the slot ``pointer`` is bound to come to something unsupported,
    and ``SyntaxFault`` where it is bound to come to what is no Ruby."""
    foreseen = vm.program.foreseen
    if pointer in foreseen:
        return
    path = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    with contextlib.suppress(_Stop):
        _Foresight(vm, pointer).lambda_at(path, 0)
    foreseen.add(pointer)


class _Stop(Exception):
    """What follows may not be reached."""


class _Foresight:
    def __init__(self, vm: Interpreter, pointer: str) -> None:
        self._vm = vm
        self._pointer = pointer

    def lambda_at(self, path: tuple[str, ...], depth: int) -> None:
        node = _slot(self._vm.program.code.connector, path)
        if isinstance(node, s.Lambda):
            code = node.code.get() if isinstance(node.code, s.Later) else node.code
            assert isinstance(code, s.Code)
            self._visit(code.body, depth)

    def _visit(self, node: s.Node | None, depth: int) -> None:
        node = _plain(node)
        match node:
            case None:
                return
            case s.Unsupported(name="syntax error"):
                raise SyntaxFault("The code has a syntax error", line=node.line, pointer=self._pointer)
            case s.Unsupported():
                raise CannotEvaluate(node.name, node.line, self._pointer)
            case s.Const(scope=None, top=False):
                self._constant(node)
            case s.If():
                self._visit(node.condition, depth)
                if _leaves(node.then) or _leaves(node.otherwise):
                    raise _Stop
            case s.And() | s.Or():
                self._visit(node.left, depth)
                if _leaves(node.right):
                    raise _Stop
            case s.Case():
                self._visit(node.subject, depth)
                raise _Stop
            case s.Begin():
                self._visit(node.body, depth)
                raise _Stop
            case s.While() | s.For() | s.Return() | s.Break() | s.Next() | s.OpAssign():
                for part in (getattr(node, "condition", None), getattr(node, "iterable", None)):
                    self._visit(part, depth)
                if not isinstance(node, s.OpAssign):
                    self._visit(getattr(node, "value", None), depth)
                    raise _Stop
            case s.Lambda() | s.Def() | s.Code() | s.Defined():
                return
            case _:
                for part in _parts(node):
                    self._visit(part, depth)
                if isinstance(node, s.Call):
                    self._called(node, depth)

    def _constant(self, node: s.Const) -> None:
        try:
            constants.find(self._vm, node.name)
        except CannotEvaluate as refused:
            raise CannotEvaluate(refused.name, node.line, self._pointer) from refused
        except RubyError:
            raise _Stop from None

    def _called(self, node: s.Call, depth: int) -> None:
        """``call(:name)`` goes on in that method; what raises ends the certainty."""
        if node.receiver is not None:
            of_workato = isinstance(node.receiver, s.Call) and node.receiver.name == "workato"
            if of_workato and node.name in PACKAGE_NOT_RUN:
                raise CannotEvaluate(f"workato.{node.name}", node.line, self._pointer)
            if node.name in SDK_TABLES and not node.safe:
                raise CannotEvaluate(f"String#{node.name}", node.line, self._pointer)
            return
        if node.name in ("raise", "error", "fail"):
            raise _Stop
        if node.name in NOT_RUN or is_refused(node.name):
            raise CannotEvaluate(node.name, node.line, self._pointer)
        first = _plain(node.arguments[0]) if node.arguments else None
        if node.name == "call" and depth < _DEEPEST_CALL and isinstance(first, s.Sym | s.Str):
            self.lambda_at(("methods", first.name if isinstance(first, s.Sym) else first.value), depth + 1)


def _parts(node: s.Node) -> Iterator[s.Node | None]:
    """The parts of a node in the order Ruby comes to them."""
    match node:
        case s.Call():
            yield node.receiver
            if not node.safe:
                yield from node.arguments
                yield node.keywords
        case s.Seq():
            yield from node.nodes
        case s.Interpolated() | s.InterpolatedSym() | s.Regex():
            yield from node.parts
        case s.Array():
            yield from node.items
        case s.Hash():
            for pair in node.pairs:
                yield pair.key
                yield pair.value
        case s.Range():
            yield node.first
            yield node.last
        case s.Assign() | s.MultiAssign() | s.Splat() | s.Not() | s.MatchAssign():
            yield node.value
        case s.Const():
            yield node.scope


def _leaves(node: s.Node | None) -> bool:
    """Whether a branch may leave the lambda or raise, so that what follows is not certain."""
    node = _plain(node)
    if node is None:
        return False
    if isinstance(node, s.Return | s.Break | s.Next | s.If | s.Case | s.Begin | s.While | s.For):
        return True
    if isinstance(node, s.Call) and node.receiver is None and node.name in ("raise", "error", "fail", "call"):
        return True
    return any(_leaves(part) for part in _parts(node))


def _plain(node: s.Node | None) -> s.Node | None:
    while isinstance(node, s.Deferred):
        node = node.later.get()
    return node


def _slot(node: s.Node | None, path: tuple[str, ...]) -> s.Node | None:
    """The value of a literal entry; None where it is computed or missing."""
    for key in path:
        node = _plain(node)
        if not isinstance(node, s.Hash):
            return None
        found = [p.value for p in node.pairs if _key(p.key) == key]
        node = found[-1] if found else None
    return _plain(node)


def _key(key: s.Node | None) -> str | None:
    if isinstance(key, s.Sym):
        return key.name
    return key.value if isinstance(key, s.Str) else None
