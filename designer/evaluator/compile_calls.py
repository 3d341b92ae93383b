"""Calls, blocks, lambdas and methods."""

from __future__ import annotations

from collections.abc import Callable

from designer.evaluator.binding import Assign, Binder
from designer.evaluator.classes import Value
from designer.evaluator.compile_assign import compile_targets
from designer.evaluator.compiler import (
    Unit,
    compile_arguments,
    compile_hash,
    compile_node,
    compiles,
)
from designer.evaluator.errors import RubyError
from designer.evaluator.frames import (
    BreakSignal,
    CompiledCode,
    Frame,
    Home,
    Invoke,
    NextSignal,
    RedoSignal,
    ReturnSignal,
    Thunk,
)
from designer.evaluator.values import Parameter, RHash, RProc, sym
from designer.ruby import syntax as s

Arguments = Callable[[Frame], list[Value]]


def compile_code(code: s.Code, unit: Unit, kind: str) -> CompiledCode:
    """A block (``kind`` "block"), lambda ("lambda") or method ("def")."""
    inner = Unit(kind, unit)
    inner.method = code.method
    binder = _binder(code.parameters, inner)
    body = compile_node(code.body, inner)
    parameters = tuple(
        Parameter("opt" if k == "req" and kind == "block" else k, name) for k, name in code.parameters.names
    )
    invoke = _block(binder, body, code.scope, inner) if kind == "block" else _lambda(binder, body, code.scope, inner)
    return CompiledCode(invoke, parameters, code.line, code.method, len(code.parameters.optional))


def _binder(parameters: s.Parameters, unit: Unit) -> Binder:
    def place(target: int | s.Targets) -> int | Assign:
        return target if isinstance(target, int) else compile_targets(target, unit)

    return Binder(
        [place(r) for r in parameters.required],
        [(index, compile_node(default, unit)) for index, default in parameters.optional],
        parameters.rest,
        [place(p) for p in parameters.post],
        [(n, index, None if d is None else compile_node(d, unit)) for n, index, d in parameters.keywords],
        parameters.keyword_rest,
        no_keywords=parameters.no_keywords,
        block=parameters.block,
        lone_comma=parameters.lone_comma,
    )


def _block(binder: Binder, body: Thunk, scope: s.Scope, unit: Unit) -> Invoke:
    bind = binder.bind
    catches = unit.jumps_next or unit.redoes

    def invoke(
        vm: Value, proc: RProc, self_obj: Value, args: list[Value], kwargs: RHash | None, block: RProc | None
    ) -> Value:
        vm.fuel -= 1
        if vm.fuel < 0:
            vm.refuel()
        vm.depth += 1
        if vm.depth > vm.max_depth:
            vm.overflow()
        outer = proc.frame
        frame = Frame(vm, scope.size, outer, self_obj, outer.home, proc)
        try:
            bind(vm, frame, args, kwargs, block, False)
            if not catches:
                return body(frame)
            return _run_catching(body, frame)
        finally:
            vm.depth -= 1

    return invoke


def _run_catching(body: Thunk, frame: Frame) -> Value:
    while True:
        try:
            return body(frame)
        except NextSignal as signal:
            if signal.tag is not frame:
                raise
            return signal.value
        except RedoSignal as signal:
            if signal.tag is not frame:
                raise
            frame.vm.refuel()


def _lambda(binder: Binder, body: Thunk, scope: s.Scope, unit: Unit) -> Invoke:
    bind, only = binder.bind, binder.only
    catches = unit.jumps_next or unit.redoes
    is_method = unit.kind == "def"

    def invoke(
        vm: Value, proc: RProc, self_obj: Value, args: list[Value], kwargs: RHash | None, block: RProc | None
    ) -> Value:
        vm.fuel -= 1
        if vm.fuel < 0:
            vm.refuel()
        vm.depth += 1
        if vm.depth > vm.max_depth:
            vm.overflow()
        outer = proc.frame
        home = Home(block if is_method or outer is None else outer.home.block)
        frame = Frame(vm, scope.size, None if is_method else outer, self_obj, home, proc)
        match = vm.match
        try:
            if only is not None and len(args) == 1 and kwargs is None:
                frame.vars[only] = args[0]
            else:
                bind(vm, frame, args, kwargs, block, True)
            if not catches:
                return body(frame)
            return _run_catching(body, frame)
        except ReturnSignal as signal:
            if signal.tag is not home:
                raise
            return signal.value
        finally:
            vm.depth -= 1
            vm.match = match

    return invoke


@compiles(s.Lambda)
def _lambda_literal(node: s.Lambda, unit: Unit) -> Thunk:
    made: list[CompiledCode] = []
    line = node.line

    def body() -> CompiledCode:
        if not made:
            found = node.code.get() if isinstance(node.code, s.Later) else node.code
            assert isinstance(found, s.Code)
            made.append(compile_code(found, unit, "lambda"))
        return made[0]

    if not isinstance(node.code, s.Later):
        body()

    def make(f: Frame) -> Value:
        proc = RProc(made[0] if made else None, f, is_lambda=True, line=line)
        if not made:
            proc.body = LazyCode(body, proc)
        proc.self_obj = f.self_obj
        proc.pointer = f.vm.pointer
        return proc

    return make


class LazyCode:
    """Stands for a lambda's code until it is called or asked for its parameters."""

    __slots__ = ("_make", "_proc")

    def __init__(self, make: Callable[[], CompiledCode], proc: RProc) -> None:
        self._make = make
        self._proc = proc

    def _get(self) -> CompiledCode:
        code = self._proc.body = self._make()
        return code

    @property
    def invoke(self) -> Invoke:
        return self._get().invoke

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self._get().parameters

    @property
    def line(self) -> int:
        return self._get().line

    @property
    def defaults(self) -> int:
        return self._get().defaults


@compiles(s.Def)
def _def(node: s.Def, unit: Unit) -> Thunk:
    code = compile_code(node.code, unit, "def")

    def define(f: Frame) -> Value:
        f.vm.define_method(node.name, RProc(code, f, is_lambda=True, line=node.line))
        return sym(node.name)

    return define


@compiles(s.Yield)
def _yield(node: s.Yield, unit: Unit) -> Thunk:
    fill = compile_arguments(node.arguments, unit)
    keywords = compile_hash(node.keywords, unit) if node.keywords else None

    def run(f: Frame) -> Value:
        args = fill(f)
        kwargs = keywords(f) if keywords else None
        block = f.home.block
        f.vm.line = node.line
        if block is None:
            raise RubyError.of("LocalJumpError", "no block given (yield)")
        return f.vm.run_proc(block, args, kwargs)

    return run


@compiles(s.Call)
def compile_call(node: s.Call, unit: Unit) -> Thunk:
    if node.receiver is None and node.name == "block_given?":
        return lambda f: f.home.block is not None
    if node.block is None and node.block_pass is None and node.keywords is None and not node.safe:
        if not any(isinstance(a, s.Splat) for a in node.arguments):
            if node.receiver is None:
                return _simple_function(node, unit)
            if len(node.arguments) == 0:
                return _no_argument(node, unit)
            if len(node.arguments) == 1:
                return _one_argument(node, unit)
    return _general(node, unit)


def _simple_function(node: s.Call, unit: Unit) -> Thunk:
    name, line, variable = node.name, node.line, node.variable
    arguments = [compile_node(a, unit) for a in node.arguments]

    def run(f: Frame) -> Value:
        args = [a(f) for a in arguments]
        vm = f.vm
        vm.line = line
        return vm.call_function(f.self_obj, name, args, None, None, variable)

    return run


def _no_argument(node: s.Call, unit: Unit) -> Thunk:
    assert node.receiver is not None
    receiver, name, line = compile_node(node.receiver, unit), node.name, node.line
    if isinstance(node.receiver, s.Self):

        def run_on_self(f: Frame) -> Value:
            f.vm.line = line
            return f.vm.call_function(f.self_obj, name, [], None, None, False)

        return run_on_self

    def run(f: Frame) -> Value:
        value = receiver(f)
        vm = f.vm
        vm.line = line
        return vm.invoke(value, name, [], None, None)

    return run


def _one_argument(node: s.Call, unit: Unit) -> Thunk:
    assert node.receiver is not None
    receiver, argument = compile_node(node.receiver, unit), compile_node(node.arguments[0], unit)
    name, line = node.name, node.line
    if name == "[]" and isinstance(node.arguments[0], s.Str):
        return _at_text(receiver, argument, node.arguments[0].value, line)
    if name == "[]":

        def index(f: Frame) -> Value:
            value = receiver(f)
            key = argument(f)
            vm = f.vm
            vm.line = line
            if type(value) is RHash:
                pair = value.pairs.get(value.key(key))
                if pair is not None:
                    return pair[1]
            return vm.invoke(value, "[]", [key], None, None)

        return index
    if name == "==":

        def equals(f: Frame) -> Value:
            value = receiver(f)
            other = argument(f)
            vm = f.vm
            vm.line = line
            return vm.equal(value, other)

        return equals
    if name == "!=":

        def differs(f: Frame) -> Value:
            value = receiver(f)
            other = argument(f)
            vm = f.vm
            vm.line = line
            return not vm.equal(value, other)

        return differs

    def run(f: Frame) -> Value:
        value = receiver(f)
        args = [argument(f)]
        vm = f.vm
        vm.line = line
        return vm.invoke(value, name, args, None, None)

    return run


def _at_text(receiver: Thunk, argument: Thunk, text: str, line: int) -> Thunk:
    """``receiver["text"]``: no string is made for a hash that has it."""

    def at(f: Frame) -> Value:
        value = receiver(f)
        vm = f.vm
        vm.line = line
        if type(value) is RHash and not value.by_identity:
            pair = value.pairs.get(text)
            if pair is not None:
                return pair[1]
        return vm.invoke(value, "[]", [argument(f)], None, None)

    return at


def _general(node: s.Call, unit: Unit) -> Thunk:
    name, line, safe, variable = node.name, node.line, node.safe, node.variable
    own = node.receiver is None or isinstance(node.receiver, s.Self)
    receiver = None if node.receiver is None else compile_node(node.receiver, unit)
    fill = compile_arguments(node.arguments, unit)
    keywords = compile_hash(node.keywords, unit) if node.keywords else None
    make_block = _block_maker(node, unit)
    catches = node.block is not None

    def run(f: Frame) -> Value:
        vm = f.vm
        value = f.self_obj if receiver is None else receiver(f)
        if safe and value is None:
            return None
        args = fill(f)
        kwargs = keywords(f) if keywords else None
        vm.line = line
        block = make_block(f) if make_block else None
        vm.line = line
        if not catches:
            if own:
                return vm.call_function(value, name, args, kwargs, block, variable)
            return vm.invoke(value, name, args, kwargs, block)
        try:
            if own:
                return vm.call_function(value, name, args, kwargs, block, variable)
            return vm.invoke(value, name, args, kwargs, block)
        except BreakSignal as signal:
            if signal.tag is not block:
                raise
            return signal.value

    return run


def _block_maker(node: s.Call, unit: Unit) -> Callable[[Frame], RProc | None] | None:
    if node.block is not None:
        code = compile_code(node.block, unit, "block")

        def make(f: Frame) -> RProc:
            proc = RProc(code, f, line=code.line)
            proc.self_obj = f.self_obj
            proc.pointer = f.vm.pointer
            return proc

        return make
    if node.block_pass is None:
        return None
    passed = compile_node(node.block_pass, unit)
    return lambda f: f.vm.to_proc(passed(f))
