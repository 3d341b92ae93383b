"""What Ruby converts unasked: what is splatted, passed as a block, taken for a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import errors
from designer.evaluator.classes import RClass, Value
from designer.evaluator.errors import type_error
from designer.evaluator.kinds import class_of, describe_class
from designer.evaluator.values import HostObject, RArray, RHash, RObject, RProc, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def try_convert(vm: Interpreter, value: Value, name: str) -> Value:
    """``value.to_ary`` and the like, where the value has that; else None."""
    if isinstance(value, HostObject):
        return vm.invoke(value, name, [], None, None) if value.respond_to(name) else None
    method = None if isinstance(value, RClass) else class_of(value).find(name)
    return None if method is None else vm.call_builtin(method, value, [], None, None)


def splat(vm: Interpreter, value: Value) -> list[Value]:
    """``*value``."""
    if type(value) is RArray:
        return list(value)
    if value is None:
        return []
    found = try_convert(vm, value, "to_a")
    return [value] if found is None else list(found)


def spread(vm: Interpreter, value: Value) -> list[Value]:
    """The right side of a multiple assignment."""
    if type(value) is RArray:
        return value
    found = try_convert(vm, value, "to_ary") if isinstance(value, RObject) else None
    return [value] if found is None else list(found)


def to_hash(vm: Interpreter, value: Value) -> RHash:
    if type(value) is RHash:
        return value
    if value is None:
        raise type_error("no implicit conversion of nil into Hash")
    found = try_convert(vm, value, "to_hash")
    if type(found) is not RHash:
        raise type_error(f"no implicit conversion of {describe_class(value)} into Hash")
    return found


def to_proc(vm: Interpreter, value: Value) -> RProc | None:
    """``&value``."""
    if value is None or isinstance(value, RProc):
        return value
    if isinstance(value, Symbol):
        return symbol_proc(vm, value.name)
    found = try_convert(vm, value, "to_proc")
    if not isinstance(found, RProc):
        raise type_error(f"wrong argument type {class_of(value).name} (expected Proc)")
    return found


def symbol_proc(vm: Interpreter, name: str) -> RProc:
    def call(args: list[Value], kwargs: RHash | None, block: RProc | None) -> Value:
        if not args:
            raise errors.argument_error("no receiver given")
        vm.fuel -= 1
        if vm.fuel < 0:
            vm.refuel()
        return vm.invoke(args[0], name, args[1:], kwargs, block)

    proc = RProc(native=call, is_lambda=True)
    proc.symbol = name
    return proc
