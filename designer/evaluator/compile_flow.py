"""Conditions, loops, jumps and exception handling."""

from __future__ import annotations

from collections.abc import Callable

from designer.evaluator.classes import Value
from designer.evaluator.compile_assign import compile_setter
from designer.evaluator.compiler import Unit, compile_arguments, compile_node, compiles, refusal
from designer.evaluator.errors import RubyError
from designer.evaluator.frames import (
    BreakSignal,
    Frame,
    NextSignal,
    RedoSignal,
    RetrySignal,
    ReturnSignal,
    Thunk,
)
from designer.ruby import syntax as s


@compiles(s.And)
def _and(node: s.And, unit: Unit) -> Thunk:
    left, right = compile_node(node.left, unit), compile_node(node.right, unit)

    def run(f: Frame) -> Value:
        value = left(f)
        return value if value is None or value is False else right(f)

    return run


@compiles(s.Or)
def _or(node: s.Or, unit: Unit) -> Thunk:
    left, right = compile_node(node.left, unit), compile_node(node.right, unit)

    def run(f: Frame) -> Value:
        value = left(f)
        return right(f) if value is None or value is False else value

    return run


@compiles(s.Not)
def _not(node: s.Not, unit: Unit) -> Thunk:
    inner = compile_node(node.value, unit)

    def run(f: Frame) -> Value:
        value = inner(f)
        return f.vm.negated(value)

    return run


@compiles(s.If)
def _if(node: s.If, unit: Unit) -> Thunk:
    condition = compile_node(node.condition, unit)
    then, otherwise = compile_node(node.then, unit), compile_node(node.otherwise, unit)

    def run(f: Frame) -> Value:
        value = condition(f)
        return otherwise(f) if value is None or value is False else then(f)

    return run


@compiles(s.While)
def _while(node: s.While, unit: Unit) -> Thunk:
    outer_loop = unit.loop
    tag = object()
    unit.loop = tag
    condition = compile_node(node.condition, unit)
    body = compile_node(node.body, unit)
    unit.loop = outer_loop
    negated, body_first = node.negated, node.body_first

    def run(f: Frame) -> Value:
        vm = f.vm
        skip = body_first
        key = (tag, f)
        try:
            while True:
                vm.fuel -= 1
                if vm.fuel < 0:
                    vm.refuel()
                if not skip:
                    value = condition(f)
                    if (value is None or value is False) is not negated:
                        return None
                skip = False
                try:
                    body(f)
                except NextSignal as signal:
                    if signal.tag != key:
                        raise
        except BreakSignal as signal:
            if signal.tag != key:
                raise
            return signal.value

    return run


@compiles(s.For)
def _for(node: s.For, unit: Unit) -> Thunk:
    iterable = compile_node(node.iterable, unit)
    outer_loop = unit.loop
    tag = object()
    unit.loop = tag
    store = compile_setter(node.target, unit)
    body = compile_node(node.body, unit)
    unit.loop = outer_loop

    def run(f: Frame) -> Value:
        vm = f.vm
        source = iterable(f)
        vm.line = node.line
        key = (tag, f)
        try:
            for item in vm.iterate(source):
                vm.fuel -= 1
                if vm.fuel < 0:
                    vm.refuel()
                store(f, item)
                try:
                    body(f)
                except NextSignal as signal:
                    if signal.tag != key:
                        raise
        except BreakSignal as signal:
            if signal.tag != key:
                raise
            return signal.value
        return source

    return run


@compiles(s.Case)
def _case(node: s.Case, unit: Unit) -> Thunk:
    subject = compile_node(node.subject, unit) if node.subject else None
    whens: list[tuple[Callable[[Frame], list[Value]] | None, list[Thunk], Thunk, int]] = []
    for when in node.whens:
        spread = any(isinstance(p, s.Splat) for p in when.patterns)
        whens.append(
            (
                compile_arguments(when.patterns, unit) if spread else None,
                [] if spread else [compile_node(p, unit) for p in when.patterns],
                compile_node(when.body, unit),
                when.line,
            )
        )
    otherwise = compile_node(node.otherwise, unit) if node.otherwise else None

    def run(f: Frame) -> Value:
        vm = f.vm
        value = subject(f) if subject else None
        for spread, patterns, body, line in whens:
            if spread is not None:
                candidates = spread(f)
                vm.line = line
                if any(_matches(vm, c, value, subject is None) for c in candidates):
                    return body(f)
                continue
            for pattern in patterns:
                candidate = pattern(f)
                vm.line = line
                if _matches(vm, candidate, value, subject is None):
                    return body(f)
        return otherwise(f) if otherwise else None

    def _matches(vm: Value, candidate: Value, value: Value, bare: bool) -> bool:
        if bare:
            return candidate is not None and candidate is not False
        matched: bool = vm.case_equal(candidate, value)
        return matched

    return run


@compiles(s.Begin)
def _begin(node: s.Begin, unit: Unit) -> Thunk:
    run = compile_node(node.body, unit)
    if node.rescues:
        run = _rescued(node, run, unit)
    elif node.otherwise is not None:
        body, otherwise = run, compile_node(node.otherwise, unit)

        def run_both(f: Frame) -> Value:
            body(f)
            return otherwise(f)

        run = run_both
    if node.ensure is None:
        return run
    protected, ensure = run, compile_node(node.ensure, unit)

    def run_ensured(f: Frame) -> Value:
        try:
            result = protected(f)
        except RubyError as error:
            f.vm.locate(error)
            ensure(f)
            raise
        except BaseException:
            ensure(f)
            raise
        ensure(f)
        return result

    return run_ensured


def _rescued(node: s.Begin, body: Thunk, unit: Unit) -> Thunk:
    otherwise = compile_node(node.otherwise, unit) if node.otherwise else None
    tag = object()
    outer_retry = unit.retry
    unit.retry = tag
    clauses = [
        (
            compile_arguments(r.classes, unit) if r.classes else None,
            compile_setter(r.target, unit) if r.target else None,
            compile_node(r.body, unit),
            r.line,
        )
        for r in node.rescues
    ]
    unit.retry = outer_retry

    def run(f: Frame) -> Value:
        vm = f.vm
        while True:
            depth = vm.depth
            try:
                result = body(f)
            except (RubyError, RecursionError) as caught:
                error = vm.as_ruby_error(caught)
                vm.locate(error)
                vm.depth = depth
                for patterns, store, handler, line in clauses:
                    vm.line = line
                    if not vm.rescues(error.exception, patterns(f) if patterns else None):
                        continue
                    previous, vm.current_exception = vm.current_exception, error.exception
                    try:
                        if store is not None:
                            store(f, error.exception)
                        return handler(f)
                    except RetrySignal as signal:
                        if signal.tag is not tag:
                            raise
                    finally:
                        vm.current_exception = previous
                    vm.fuel -= 1
                    if vm.fuel < 0:
                        vm.refuel()
                    break
                else:
                    if error is caught:
                        raise
                    raise error from None
                continue
            return otherwise(f) if otherwise else result

    return run


def _value(node: s.Return | s.Break | s.Next, unit: Unit) -> Thunk:
    return compile_node(node.value, unit)


@compiles(s.Return)
def _return(node: s.Return, unit: Unit) -> Thunk:
    value = _value(node, unit)
    unit.home().returns = True

    def run(f: Frame) -> Value:
        raise ReturnSignal(f.home, value(f))

    return run


@compiles(s.Next)
def _next(node: s.Next, unit: Unit) -> Thunk:
    value = _value(node, unit)
    if unit.loop is not None:
        tag = unit.loop

        def again(f: Frame) -> Value:
            raise NextSignal((tag, f), value(f))

        return again
    if unit.kind in ("top", "def"):
        return refusal("syntax error", node.line)
    unit.jumps_next = True

    def run(f: Frame) -> Value:
        raise NextSignal(f, value(f))

    return run


@compiles(s.Break)
def _break(node: s.Break, unit: Unit) -> Thunk:
    value = _value(node, unit)
    if unit.loop is not None:
        tag = unit.loop

        def leave(f: Frame) -> Value:
            raise BreakSignal((tag, f), value(f))

        return leave
    unit.breaks = True
    if unit.kind in ("top", "def"):
        return refusal("syntax error", node.line)
    if unit.kind != "block":
        unit.jumps_next = True

        def leave_lambda(f: Frame) -> Value:
            raise NextSignal(f, value(f))

        return leave_lambda

    def run(f: Frame) -> Value:
        raise BreakSignal(f.proc, value(f))

    return run


@compiles(s.Redo)
def _redo(node: s.Redo, unit: Unit) -> Thunk:
    if unit.kind in ("top", "def"):
        return refusal("syntax error", node.line)
    unit.redoes = True

    def run(f: Frame) -> Value:
        raise RedoSignal(f)

    return run


@compiles(s.Retry)
def _retry(node: s.Retry, unit: Unit) -> Thunk:
    tag = unit.retry
    if tag is None:
        return refusal("syntax error", node.line)

    def run(f: Frame) -> Value:
        del f
        raise RetrySignal(tag)

    return run
