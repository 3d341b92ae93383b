"""A connector's file: compiled once, and read slot by slot."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import Value
from designer.evaluator.compiler import Unit, compile_node
from designer.evaluator.frames import Frame, Thunk
from designer.evaluator.values import RArray, RHash, RProc, RString, Symbol
from designer.ruby import syntax as s
from designer.ruby.lower import SPARE_PLACES, SourceCode, lower_source, lower_tree
from designer.ruby.lower_literals import tree_root
from designer.ruby.parser import Node, Tree

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


class CompiledFile:
    """A program's statements before the connector, compiled; and the connector expression."""

    def __init__(self, source: SourceCode) -> None:
        import designer.evaluator.compile_calls
        import designer.evaluator.compile_flow  # noqa: F401  (registers the compilers)

        self.unit = Unit("top", None, frozen_literals=source.frozen_literals)
        self.before = [compile_node(node, self.unit) for node in source.before if not _is_require(node)]
        self.connector = source.connector
        self.places = source.scope.size + SPARE_PLACES
        self._thunks: dict[int, Thunk] = {}
        self.certain: dict[tuple[str, ...], Thunk] = {}
        """The slots that hold a lambda or a plain value."""
        self.lasting: dict[tuple[str, ...], Value] = {}
        """What slots hold in every run: nothing, what cannot be changed, lambdas with no variables around them."""
        self._alone = not self.before and not source.scope.size
        self.around: Frame | None = None
        """The frame of the file for the lambdas that last, which belong to no run."""
        self._located: dict[tuple[str, ...], tuple[s.Node | None, int]] = {}
        self._texts: dict[tuple[str, ...], str | None] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...] | None] = {}

    def lasts(self, node: s.Node) -> bool:
        """Whether the expression comes to the very same in every run."""
        plain = _plain(node)
        return isinstance(plain, s.Sym | s.Nil | s.Literal) or (self._alone and isinstance(plain, s.Lambda))

    def thunk(self, node: s.Node) -> Thunk:
        """The compiled node; compiled at its first use and kept."""
        found = self._thunks.get(id(node))
        if found is None:
            found = self._thunks[id(node)] = compile_node(node, self.unit)
        return found

    def locate(self, path: tuple[str, ...]) -> tuple[s.Node | None, int]:
        """The expression at ``path`` with the length of the path; None where there is none. Where only evaluating
        tells, the expression to evaluate and how much of the path leads to it."""
        found = self._located.get(path)
        if found is None:
            found = self._located[path] = self._search(path)
        return found

    def _search(self, path: tuple[str, ...]) -> tuple[s.Node | None, int]:
        node: s.Node = self.connector
        for depth, key in enumerate(path):
            found = _entry(node, key)
            if found is _OPAQUE:
                return node, depth
            if found is None:
                return None, depth
            node = found
        return node, len(path)

    def text(self, path: tuple[str, ...]) -> str | None:
        """The text at ``path`` where a literal says it, as no run can change it; None where only evaluating tells."""
        if path not in self._texts:
            node, depth = self.locate(path)
            found = _plain(node) if node is not None and depth == len(path) else None
            self._texts[path] = found.value if isinstance(found, s.Str) else None
        return self._texts[path]

    def names(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Names of the entries of a hash literal; None where they must be evaluated. Empty where nothing stands."""
        if path not in self._names:
            self._names[path] = self._literal_names(path)
        return self._names[path]

    def _literal_names(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        node, depth = self.locate(path)
        if node is None:
            return ()
        node = _plain(node)
        if depth < len(path) or not isinstance(node, s.Hash) or any(_key(p) is None for p in node.pairs):
            return None
        return tuple(dict.fromkeys(str(_key(p)) for p in node.pairs))


def _is_require(node: s.Node) -> bool:
    return isinstance(node, s.Call) and node.receiver is None and node.name in ("require", "require_relative")


class Program:
    """A connector's source, ready to run. ``source`` is UTF-8; nothing is lowered before it is needed.

    Give ``tree`` where the source has been parsed already. A program keeps what it compiled: use it for many runs.
    """

    def __init__(self, source: bytes, tree: Tree | Node | None = None) -> None:
        # A byte order mark is no part of the code; places stay where they are.
        self.source = b"   " + source[3:] if source.startswith(b"\xef\xbb\xbf") else source
        self._tree = tree
        self._code: CompiledFile | None = None
        self.foreseen: set[str] = set()
        """Pointers of lambdas found to come to nothing that cannot be run."""

    @classmethod
    def of(cls, source: bytes) -> Program:
        """The program of that source, the same one as last time while it is among the last few asked for."""
        return _recent(source)

    @property
    def code(self) -> CompiledFile:
        if self._code is None:
            lowered = (
                lower_source(self.source) if self._tree is None else lower_tree(tree_root(self._tree), self.source)
            )
            self._code = CompiledFile(lowered)
            self._tree = None
        return self._code


@functools.lru_cache(maxsize=8)
def _recent(source: bytes) -> Program:
    return Program(source)


class Connector:
    """The hash a connector file ends in, read as lazily as its literals allow."""

    def __init__(self, vm: Interpreter) -> None:
        self._vm = vm
        self._code: CompiledFile | None = None
        self._values: dict[tuple[str, ...], Value] = {}

    @property
    def value(self) -> Value:
        """The whole connector, evaluated."""
        return self._evaluate((), self._vm.program.code.connector)

    def dig(self, *path: str) -> Value:
        """The value of a slot, or None where there is none. Raises what evaluating it raises."""
        code = self._code or self._compiled()
        known = code.lasting.get(path, _OPAQUE)
        if known is not _OPAQUE:
            return known
        known = self._values.get(path, _OPAQUE)
        if known is not _OPAQUE:
            return known
        if (certain := code.certain.get(path)) is not None:
            return self._keep(path, certain(self._vm.file_frame()))
        node, depth = code.locate(path)
        if node is None:
            code.lasting[path] = None
            return None
        if depth == len(path) and code.lasts(node):
            code.around = code.around or self._vm.lasting_frame()
            code.lasting[path] = self._placed(path, code.thunk(node)(code.around))
            return code.lasting[path]
        if depth < len(path):
            value = self._evaluate(path[:depth], node)
            return self._keep(path, _dig(value, path[depth:]))
        return self._evaluate(path, node)

    def _compiled(self) -> CompiledFile:
        self._code = self._vm.program.code
        return self._code

    def _evaluate(self, path: tuple[str, ...], node: s.Node) -> Value:
        if path in self._values:
            return self._values[path]
        vm = self._vm
        frame, code = vm.file_frame(), vm.program.code
        pointer, vm.pointer = vm.pointer, self.pointer(*path)
        try:
            value = vm.running(code.thunk(node), frame)
        finally:
            vm.pointer = pointer
        if type(_plain(node)) in _CERTAIN:
            code.certain[path] = code.thunk(node)
        return self._keep(path, value)

    def _keep(self, path: tuple[str, ...], value: Value) -> Value:
        self._values[path] = self._placed(path, value)
        return value

    def _placed(self, path: tuple[str, ...], value: Value) -> Value:
        if type(value) is RProc:
            value.pointer = _pointer(path)
        elif type(value) is RHash:
            self._place(path, value)
        return value

    def _place(self, path: tuple[str, ...], value: RHash) -> None:
        """Tell the lambdas inside a hash which slot each stands in."""
        for key, inner in value.items():
            name = key.name if isinstance(key, Symbol) else key.text if isinstance(key, RString) else None
            if name is None:
                continue
            if isinstance(inner, RProc):
                inner.pointer = self.pointer(*path, name)
            elif isinstance(inner, RHash) and inner is not value and len(path) < 8:
                self._place((*path, name), inner)

    def keys(self, *path: str) -> list[str]:
        """Names of the entries of the hash at ``path``; empty where it is no hash."""
        names = self._vm.program.code.names(path)
        if names is not None:
            return list(names)
        value = self.dig(*path)
        if not isinstance(value, RHash):
            return []
        return [k.name if isinstance(k, Symbol) else self._vm.to_s(k) for k in value.keys()]  # noqa: SIM118

    def pointer(self, *path: str) -> str:
        return _pointer(path)

    def line(self, *path: str) -> int | None:
        """First line of the entry's value, 1-based; None where it is not written as a literal's entry."""
        node: s.Node = self._vm.program.code.connector
        for key in path:
            found = _entry(node, key)
            if found is None or found is _OPAQUE:
                return None
            node = found
        return node.line


@functools.lru_cache(maxsize=1024)
def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in path)


_CERTAIN = frozenset({s.Lambda, s.Str, s.Sym, s.Nil, s.Literal})
"""Expressions that come to their value whatever happens: no run has to be begun for them."""
_OPAQUE: Any = object()
"""What ``_entry`` says of an expression whose entries only evaluating it can tell."""


def _plain(node: s.Node) -> s.Node:
    while isinstance(node, s.Deferred):
        node = node.later.get()
    return node


def _key(pair: s.Pair) -> str | None:
    if isinstance(pair.key, s.Sym):
        return pair.key.name
    return pair.key.value if isinstance(pair.key, s.Str) else None


def _entry(node: s.Node, key: str) -> Any:
    """The value node of an entry (the last of that name), None where there is none, or ``_OPAQUE``."""
    plain = _plain(node)
    if not isinstance(plain, s.Hash):
        return None if isinstance(plain, s.Lambda | s.Str | s.Nil | s.Literal | s.Sym) else _OPAQUE
    found: s.Node | None = None
    for pair in plain.pairs:
        name = _key(pair)
        if name is None:
            return _OPAQUE
        if name == key:
            found = pair.value
    return found


def _dig(value: Value, path: tuple[str, ...]) -> Value:
    for key in path:
        if isinstance(value, RHash):
            by_name = value.get(key)
            value = by_name if by_name is not None else value.get(Symbol._all.get(key))
        elif isinstance(value, RArray) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
