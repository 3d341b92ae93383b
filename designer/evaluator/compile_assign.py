"""Assignments of every kind, and ``defined?``."""

from __future__ import annotations

from collections.abc import Callable

from designer.evaluator.binding import Assign
from designer.evaluator.classes import Value
from designer.evaluator.compiler import (
    Unit,
    compile_arguments,
    compile_node,
    compiles,
    outwards,
    refusal,
)
from designer.evaluator.errors import RubyError
from designer.evaluator.frames import (
    Frame,
    Thunk,
)
from designer.evaluator.values import RArray, RString
from designer.ruby import syntax as s


def compile_setter(target: s.Node | s.Targets, unit: Unit) -> Assign:
    """What stores a value into an assignment's left side."""
    if isinstance(target, s.Targets):
        return compile_targets(target, unit)
    if isinstance(target, s.Local):
        return _local_setter(target)
    if isinstance(target, s.Call):
        return _call_setter(target, unit)
    if isinstance(target, s.Instance):
        name = target.name
        return lambda f, v: f.vm.set_instance_variable(f.self_obj, name, v)
    if isinstance(target, s.Global):
        name, line = target.name, target.line
        return lambda f, v: f.vm.set_global(name, v, line)
    if isinstance(target, s.Const):
        if target.scope is None:
            const_name = target.name
            return lambda f, v: f.vm.set_constant(const_name, v)
        refuse = refusal("assignment to a constant elsewhere", target.line)
        return lambda f, v: refuse(f)  # noqa: ARG005
    if isinstance(target, s.Nil):
        return lambda f, v: None  # noqa: ARG005
    refuse = compile_node(target, unit)
    return lambda f, v: refuse(f)  # noqa: ARG005


def _local_setter(target: s.Local) -> Assign:
    index, depth = target.index, target.depth

    def store(f: Frame, value: Value) -> None:
        outwards(f, depth).vars[index] = value

    return store


def _call_setter(target: s.Call, unit: Unit) -> Assign:
    assert target.receiver is not None
    receiver = compile_node(target.receiver, unit)
    fill = compile_arguments(target.arguments, unit)
    name = "[]=" if target.name == "[]" else target.name + "="
    own = isinstance(target.receiver, s.Self)
    safe, line = target.safe, target.line

    def store(f: Frame, value: Value) -> None:
        owner = receiver(f)
        if safe and owner is None:
            return
        args = [*fill(f), value]
        vm = f.vm
        vm.line = line
        if own:
            vm.call_function(owner, name, args, None, None, False)
        else:
            vm.invoke(owner, name, args, None, None)

    return store


def compile_targets(targets: s.Targets, unit: Unit) -> Assign:
    before = [compile_setter(t, unit) for t in targets.before]
    after = [compile_setter(t, unit) for t in targets.after]
    rest = compile_setter(targets.rest, unit) if targets.rest is not None else None
    has_rest = targets.has_rest

    def store(f: Frame, value: Value) -> None:
        items = f.vm.spread(value)
        count = len(items)
        for place, setter in enumerate(before):
            setter(f, items[place] if place < count else None)
        if not has_rest:
            return
        end = max(len(before), count - len(after))
        if rest is not None:
            rest(f, RArray(items[len(before) : end]))
        for place, setter in enumerate(after):
            setter(f, items[end + place] if end + place < count else None)

    return store


@compiles(s.Assign)
def _assign(node: s.Assign, unit: Unit) -> Thunk:
    target = node.target
    value = compile_node(node.value, unit)
    if isinstance(target, s.Local) and target.depth == 0:
        index = target.index

        def store_local(f: Frame) -> Value:
            found = f.vars[index] = value(f)
            return found

        return store_local
    if isinstance(target, s.Call):
        return _assign_call(target, value, unit)
    setter = compile_setter(target, unit)

    def store(f: Frame) -> Value:
        found = value(f)
        setter(f, found)
        return found

    return store


def _assign_call(target: s.Call, value: Thunk, unit: Unit) -> Thunk:
    """``receiver.name = value``, ``receiver[i] = value``: the receiver is evaluated before the value."""
    assert target.receiver is not None
    receiver = compile_node(target.receiver, unit)
    fill = compile_arguments(target.arguments, unit)
    name = "[]=" if target.name == "[]" else target.name + "="
    own, safe, line = isinstance(target.receiver, s.Self), target.safe, target.line

    def run(f: Frame) -> Value:
        owner = receiver(f)
        if safe and owner is None:
            return None
        args = fill(f)
        found = value(f)
        args.append(found)
        vm = f.vm
        vm.line = line
        if own:
            vm.call_function(owner, name, args, None, None, False)
        else:
            vm.invoke(owner, name, args, None, None)
        return found

    return run


@compiles(s.MultiAssign)
def _multi_assign(node: s.MultiAssign, unit: Unit) -> Thunk:
    value = compile_node(node.value, unit)
    store = compile_targets(node.targets, unit)

    def run(f: Frame) -> Value:
        found = value(f)
        f.vm.line = node.line
        store(f, found)
        return found

    return run


@compiles(s.OpAssign)
def _op_assign(node: s.OpAssign, unit: Unit) -> Thunk:
    if isinstance(node.target, s.Call):
        return _op_assign_call(node, node.target, unit)
    if isinstance(node.target, s.Const | s.Global):
        known = _defined(s.Defined(node.line, node.target), unit)
        plain = compile_node(node.target, unit)

        def read(f: Frame) -> Value:
            return plain(f) if node.operator != "||" or known(f) is not None else None

        found: Thunk = read
    else:
        found = compile_node(node.target, unit)
    store = compile_setter(node.target, unit)
    combine = _combiner(node, unit)

    def run(f: Frame) -> Value:
        done, made = combine(f, found(f))
        if done:
            store(f, made)
        return made

    return run


def _combiner(node: s.OpAssign, unit: Unit) -> Callable[[Frame, Value], tuple[bool, Value]]:
    """(whether to store, the value) for the old value."""
    value, operator, line = compile_node(node.value, unit), node.operator, node.line
    if operator == "||":
        return lambda f, old: (True, value(f)) if old is None or old is False else (False, old)
    if operator == "&&":
        return lambda f, old: (False, old) if old is None or old is False else (True, value(f))

    def combine(f: Frame, old: Value) -> tuple[bool, Value]:
        args = [value(f)]
        f.vm.line = line
        return True, f.vm.invoke(old, operator, args, None, None)

    return combine


def _op_assign_call(node: s.OpAssign, target: s.Call, unit: Unit) -> Thunk:
    assert target.receiver is not None
    receiver = compile_node(target.receiver, unit)
    fill = compile_arguments(target.arguments, unit)
    combine = _combiner(node, unit)
    name, line, safe = target.name, target.line, target.safe
    setter = "[]=" if name == "[]" else name + "="
    own = isinstance(target.receiver, s.Self)

    def run(f: Frame) -> Value:
        owner = receiver(f)
        if safe and owner is None:
            return None
        args = fill(f)
        vm = f.vm
        vm.line = line
        call = vm.call_function if own else None
        old = call(owner, name, args, None, None, False) if call else vm.invoke(owner, name, args, None, None)
        done, found = combine(f, old)
        if done:
            vm.line = line
            if call:
                call(owner, setter, [*args, found], None, None, False)
            else:
                vm.invoke(owner, setter, [*args, found], None, None)
        return found

    return run


@compiles(s.MatchAssign)
def _match_assign(node: s.MatchAssign, unit: Unit) -> Thunk:
    regex, value = compile_node(node.regex, unit), compile_node(node.value, unit)
    setters = [(name, _local_setter(local)) for name, local in node.names]

    def run(f: Frame) -> Value:
        pattern, subject = regex(f), value(f)
        vm = f.vm
        vm.line = node.line
        place = vm.invoke(pattern, "=~", [subject], None, None)
        for name, setter in setters:
            setter(f, None if place is None else vm.match.named(name))
        return place

    return run


_ALWAYS: dict[type[s.Node], str] = {
    s.Local: "local-variable",
    s.Self: "self",
    s.Nil: "nil",
    s.Assign: "assignment",
    s.OpAssign: "assignment",
    s.MultiAssign: "assignment",
}


@compiles(s.Defined)
def _defined(node: s.Defined, unit: Unit) -> Thunk:
    inner = node.value
    if isinstance(inner, s.Call):
        receiver = compile_node(inner.receiver, unit) if inner.receiver is not None else None

        def method(f: Frame) -> Value:
            if receiver is None:
                return RString("method") if f.vm.responds(f.self_obj, inner.name, private=True) else None
            try:
                owner = receiver(f)
            except RubyError:
                return None
            return RString("method") if f.vm.responds(owner, inner.name) else None

        return method
    if isinstance(inner, s.Const):
        const = compile_node(inner, unit)

        def constant(f: Frame) -> Value:
            try:
                const(f)
            except RubyError:
                return None
            return RString("constant")

        return constant
    if isinstance(inner, s.Instance):
        name = inner.name
        return lambda f: RString("instance-variable") if name in f.vm.instance_variables(f.self_obj) else None
    if isinstance(inner, s.Global):
        global_name, line = inner.name, inner.line

        def global_(f: Frame) -> Value:
            return RString("global-variable") if f.vm.global_variable(f, global_name, line) is not None else None

        return global_
    if isinstance(inner, s.Yield):
        return lambda f: RString("yield") if f.home.block is not None else None
    text = _ALWAYS.get(type(inner), "expression")
    if isinstance(inner, s.Literal) and isinstance(inner.value, bool):
        text = str(inner.value).lower()
    return lambda f: RString(text)  # noqa: ARG005
