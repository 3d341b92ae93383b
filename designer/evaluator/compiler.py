"""Syntax → Python closures, one a node. Nothing here depends on one run: what is compiled is kept with the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from designer.evaluator.classes import Value
from designer.evaluator.errors import CannotEvaluate, RubyError, SyntaxFault
from designer.evaluator.frames import Frame, Thunk
from designer.evaluator.values import RArray, RHash, RRange, RString, sym
from designer.ruby import syntax as s


class Unit:
    """The block, lambda, method or file being compiled; notes which ways out its body uses."""

    __slots__ = (
        "breaks",
        "frozen_literals",
        "jumps_next",
        "kind",
        "loop",
        "method",
        "parent",
        "redoes",
        "retry",
        "returns",
    )

    def __init__(self, kind: str, parent: Unit | None, *, frozen_literals: bool = False) -> None:
        self.kind = kind
        self.parent = parent
        self.frozen_literals: bool = frozen_literals if parent is None else parent.frozen_literals
        self.loop: object | None = None
        self.retry: object | None = None
        self.jumps_next = False
        self.returns = False
        self.breaks = False
        self.redoes = False
        self.method: str | None = None

    def home(self) -> Unit:
        """The lambda, method or file that ``return`` leaves."""
        unit = self
        while unit.kind == "block" and unit.parent is not None:
            unit = unit.parent
        return unit


Compile: TypeAlias = Callable[[Any, Unit], Thunk]
COMPILERS: dict[type[s.Node], Compile] = {}


def compiles(*kinds: type[s.Node]) -> Callable[[Compile], Compile]:
    def register(function: Compile) -> Compile:
        for kind in kinds:
            COMPILERS[kind] = function
        return function

    return register


def compile_node(node: s.Node, unit: Unit) -> Thunk:
    return COMPILERS[type(node)](node, unit)


def refusal(name: str, line: int) -> Thunk:
    """What a construct that is not supported compiles to: it is refused when it is reached."""

    def refuse(f: Frame) -> Value:
        if name == "syntax error":
            raise SyntaxFault("The code has a syntax error", line=line, pointer=f.vm.pointer)
        raise CannotEvaluate(name, line, f.vm.pointer)

    return refuse


@compiles(s.Unsupported)
def _unsupported(node: s.Unsupported, unit: Unit) -> Thunk:
    del unit
    return refusal(node.name, node.line)


@compiles(s.Nil)
def _nil(node: s.Nil, unit: Unit) -> Thunk:
    del node, unit
    return lambda f: None  # noqa: ARG005


@compiles(s.Literal)
def _literal(node: s.Literal, unit: Unit) -> Thunk:
    del unit
    value = node.value
    return lambda f: value  # noqa: ARG005


@compiles(s.RationalLiteral)
def _rational(node: s.RationalLiteral, unit: Unit) -> Thunk:
    from designer.evaluator.numbers import RRational

    del unit
    value = RRational.parse(node.text)
    return lambda f: value  # noqa: ARG005


@compiles(s.Self)
def _self(node: s.Self, unit: Unit) -> Thunk:
    del node, unit
    return lambda f: f.self_obj


@compiles(s.Str)
def _str(node: s.Str, unit: Unit) -> Thunk:
    text = node.value
    if unit.frozen_literals:
        frozen = RString(text, frozen=True)
        return lambda f: frozen  # noqa: ARG005
    return lambda f: RString(text)  # noqa: ARG005


def _joiner(parts: tuple[s.Node, ...], unit: Unit) -> Callable[[Frame], RString]:
    pieces: list[str | Thunk] = [p.value if isinstance(p, s.Str) else compile_node(p, unit) for p in parts]

    def join(f: Frame) -> RString:
        vm = f.vm
        out: list[RString | str] = []
        for piece in pieces:
            if isinstance(piece, str):
                out.append(piece)
                continue
            value = piece(f)
            out.append(value if type(value) is RString else vm.to_rstring(value))
        return vm.join_strings(out)

    return join


@compiles(s.Interpolated)
def _interpolated(node: s.Interpolated, unit: Unit) -> Thunk:
    return _joiner(node.parts, unit)


@compiles(s.Sym)
def _sym(node: s.Sym, unit: Unit) -> Thunk:
    del unit
    value = sym(node.name)
    return lambda f: value  # noqa: ARG005


@compiles(s.InterpolatedSym)
def _interpolated_sym(node: s.InterpolatedSym, unit: Unit) -> Thunk:
    join = _joiner(node.parts, unit)
    return lambda f: sym(join(f).text)


@compiles(s.Regex)
def _regex(node: s.Regex, unit: Unit) -> Thunk:
    from designer.evaluator.regexes import RRegexp

    flags = node.flags
    if all(isinstance(p, s.Str) for p in node.parts):
        source = "".join(p.value for p in node.parts if isinstance(p, s.Str))
        try:
            value = RRegexp.literal(source, flags)
        except CannotEvaluate as refused:
            return refusal(refused.name, node.line)
        except RubyError:
            return _regex_error(source, flags, node.line)
        return lambda f: value  # noqa: ARG005
    pieces: list[str | Thunk] = [p.value if isinstance(p, s.Str) else compile_node(p, unit) for p in node.parts]

    def build(f: Frame) -> Value:
        source = ""
        for piece in pieces:
            if isinstance(piece, str):
                source += piece
                continue
            value = piece(f)
            source += value.embedded() if isinstance(value, RRegexp) else f.vm.to_rstring(value).text
        f.vm.line = node.line
        return RRegexp.literal(source, flags)

    return build


def _regex_error(source: str, flags: str, line: int) -> Thunk:
    """A literal that is no regex fails where it is reached."""
    from designer.evaluator.regexes import RRegexp

    def fail(f: Frame) -> Value:
        f.vm.line = line
        return RRegexp.literal(source, flags)

    return fail


@compiles(s.Array)
def _array(node: s.Array, unit: Unit) -> Thunk:
    if not any(isinstance(i, s.Splat) for i in node.items):
        items = [compile_node(i, unit) for i in node.items]
        return lambda f: RArray([item(f) for item in items])
    fill = compile_arguments(node.items, unit)
    return lambda f: RArray(fill(f))


def compile_arguments(nodes: tuple[s.Node, ...], unit: Unit) -> Callable[[Frame], list[Value]]:
    """Arguments or elements, splats spread."""
    if not any(isinstance(n, s.Splat) for n in nodes):
        thunks = [compile_node(n, unit) for n in nodes]
        return lambda f: [t(f) for t in thunks]
    pieces = [
        (True, compile_node(n.value, unit)) if isinstance(n, s.Splat) else (False, compile_node(n, unit)) for n in nodes
    ]

    def spread(f: Frame) -> list[Value]:
        found: list[Value] = []
        for is_splat, thunk in pieces:
            value = thunk(f)
            if is_splat:
                found.extend(f.vm.splat(value))
            else:
                found.append(value)
        return found

    return spread


@compiles(s.Splat)
def _splat(node: s.Splat, unit: Unit) -> Thunk:
    inner = compile_node(node.value, unit)
    return lambda f: RArray(f.vm.splat(inner(f)))


def compile_hash(node: s.Hash, unit: Unit) -> Callable[[Frame], RHash]:
    pairs = [
        (None if p.key is None else compile_node(p.key, unit), compile_node(p.value, unit), p.line)
        for p in _without_repeated(node.pairs)
    ]

    def build(f: Frame) -> RHash:
        made = RHash()
        for key, value, line in pairs:
            if key is None:
                f.vm.line = line
                for k, v in f.vm.to_hash(value(f)).items():
                    made.set(k, v)
            else:
                made.set(key(f), value(f))
        return made

    return build


def _without_repeated(pairs: tuple[s.Pair, ...]) -> list[s.Pair]:
    """Of a literal key written twice the last stands, in the place of the last."""

    def literal(pair: s.Pair) -> object:
        if isinstance(pair.key, s.Sym):
            return "symbol", pair.key.name
        if isinstance(pair.key, s.Str):
            return "string", pair.key.value
        return (type(pair.key.value), pair.key.value) if isinstance(pair.key, s.Literal) else pair

    last = {literal(pair): place for place, pair in enumerate(pairs)}
    return [pair for place, pair in enumerate(pairs) if last[literal(pair)] == place]


@compiles(s.Hash)
def _hash(node: s.Hash, unit: Unit) -> Thunk:
    return compile_hash(node, unit)


@compiles(s.Range)
def _range(node: s.Range, unit: Unit) -> Thunk:
    first = compile_node(node.first, unit) if node.first else None
    last = compile_node(node.last, unit) if node.last else None
    exclusive, line = node.exclusive, node.line

    def build(f: Frame) -> Value:
        a = first(f) if first else None
        b = last(f) if last else None
        if type(a) is not int or type(b) is not int:
            f.vm.line = line
            f.vm.check_range(a, b)
        return RRange(a, b, exclusive)

    return build


@compiles(s.Local)
def _local(node: s.Local, unit: Unit) -> Thunk:
    del unit
    index = node.index
    if node.depth == 0:
        return lambda f: f.vars[index]
    if node.depth == 1:
        return lambda f: f.parent.vars[index]  # type: ignore[union-attr]
    depth = node.depth

    def read(f: Frame) -> Value:
        return outwards(f, depth).vars[index]

    return read


def outwards(frame: Frame, depth: int) -> Frame:
    for _ in range(depth):
        assert frame.parent is not None
        frame = frame.parent
    return frame


@compiles(s.Deferred)
def _deferred(node: s.Deferred, unit: Unit) -> Thunk:
    made: list[Thunk] = []

    def run(f: Frame) -> Value:
        if not made:
            made.append(compile_node(node.later.get(), unit))
        return made[0](f)

    return run


@compiles(s.Instance)
def _instance(node: s.Instance, unit: Unit) -> Thunk:
    del unit
    return lambda f: f.vm.instance_variables(f.self_obj).get(node.name)


@compiles(s.Global)
def _global(node: s.Global, unit: Unit) -> Thunk:
    del unit
    return lambda f: f.vm.global_variable(f, node.name, node.line)


@compiles(s.Const)
def _const(node: s.Const, unit: Unit) -> Thunk:
    name, line = node.name, node.line
    if node.scope is None:
        top = node.top

        def find(f: Frame) -> Value:
            vm = f.vm
            vm.line = line
            return vm.top_constant(name) if top else vm.constant(name)

        return find
    scope = compile_node(node.scope, unit)

    def find_in(f: Frame) -> Value:
        owner = scope(f)
        f.vm.line = line
        return f.vm.constant_in(owner, name)

    return find_in


@compiles(s.Seq)
def _seq(node: s.Seq, unit: Unit) -> Thunk:
    *others, last_node = node.nodes
    before = [compile_node(n, unit) for n in others]
    last = compile_node(last_node, unit)
    if len(before) == 1:
        first = before[0]

        def run_two(f: Frame) -> Value:
            first(f)
            return last(f)

        return run_two

    def run(f: Frame) -> Value:
        for thunk in before:
            thunk(f)
        return last(f)

    return run
