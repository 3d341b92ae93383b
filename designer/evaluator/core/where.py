"""The SDK's ``where`` on arrays of hashes: ``list.where('amount >': 5).not(state: 'void')``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.evaluator.classes import ARRAY, Value, define
from designer.evaluator.core.registry import method
from designer.evaluator.errors import RubyError
from designer.evaluator.regexes import RRegexp
from designer.evaluator.values import UNKNOWN, CallSite, HostObject, RArray, RHash, RProc, RRange, RString, Symbol, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_OPERATION = re.compile(r" *[><=!]=? *\Z")
QUERY = define("Workato::Extension::Array::ArrayWhere")


class Query(HostObject):
    """Stands for the filtered array: everything but ``where`` and ``not`` is asked of that."""

    ruby_class_name = "Workato::Extension::Array::ArrayWhere"

    def __init__(self, items: list[Value]) -> None:
        super().__init__()
        self.items = items
        self.operations: list[tuple[RHash, bool]] = []
        self.vm: Interpreter | None = None
        self._resolved: RArray | None = None

    def add(self, vm: Interpreter, conditions: Value, *, negated: bool) -> None:
        self.vm = vm
        if isinstance(conditions, RHash) and len(conditions):
            self.operations.append((conditions, negated))

    def resolved(self) -> RArray:
        assert self.vm is not None
        if self._resolved is None:
            self._resolved = RArray([item for item in self.items if self._matches(self.vm, item)])
        return self._resolved

    def respond_to(self, name: str) -> bool:
        assert self.vm is not None
        return name in ("where", "not") or self.vm.responds(self.resolved(), name)

    def call_method(
        self, name: str, args: list[Value], kwargs: RHash | None, block: RProc | None, call: CallSite
    ) -> Value:
        assert self.vm is not None
        if name in ("where", "not"):
            self.add(self.vm, kwargs if kwargs is not None else args[0] if args else None, negated=name == "not")
            return self
        if name in ("class", "is_a?", "kind_of?", "instance_of?"):
            return UNKNOWN
        return self.vm.invoke(self.resolved(), name, args, kwargs, block)

    def _matches(self, vm: Interpreter, item: Value) -> bool:
        for conditions, negated in self.operations:
            if all(self._holds(vm, item, k, v) for k, v in conditions.items()) is negated:
                return False
        return True

    def _holds(self, vm: Interpreter, item: Value, key: Value, wanted: Value) -> bool:
        names, operation = parse_operation(vm, key)
        value = item
        for name in names:
            value = None if value is None else vm.invoke(value, "[]", [name], None, None)
        if not operation:
            operation = (
                "include?" if isinstance(wanted, RArray | RRange) else "match?" if isinstance(wanted, RRegexp) else "=="
            )
        label = ".".join(n.name if isinstance(n, Symbol) else n.s for n in names)
        left, right = coerce(vm, label, value, wanted, operation)
        found = vm.invoke(left, operation, [right], None, None)
        return found is not None and found is not False


def parse_operation(vm: Interpreter, key: Value) -> tuple[list[Value], str]:
    """(names to dig, operator or "") of a condition's key."""
    text = key.name if isinstance(key, Symbol) else vm.to_s(key)
    match = _OPERATION.search(text)
    operation = match[0].strip() if match and match[0].strip() else ""
    stripped = text[: match.start()] if match and operation else text
    names = [p.strip() for p in stripped.split(".") if p.strip()]
    return [sym(n) if isinstance(key, Symbol) else RString(n) for n in names], operation


def coerce(vm: Interpreter, label: str, left: Value, right: Value, operation: str) -> tuple[Value, Value]:
    if operation == "include?":
        left, right = right, left
    if ">" in operation or "<" in operation or operation in ("match?", "include?"):
        if left is None:
            raise RubyError.of("RuntimeError", f"The '{label}' is nil")
        if right is None:
            raise RubyError.of("RuntimeError", f"Can't compare '{label}' with nil")
    if _numeric(left) and _number_text(vm, right):
        right = _as_number(vm, right)
    elif _numeric(right) and _number_text(vm, left):
        left = _as_number(vm, left)
    return left, right


def _numeric(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_text(vm: Interpreter, value: Value) -> bool:
    return isinstance(value, RString) and bool(vm.invoke(value, "is_number?", [], None, None))


def _as_number(vm: Interpreter, value: RString) -> Value:
    is_int = vm.invoke(value, "is_int?", [], None, None)
    return vm.invoke(value, "to_i" if is_int else "to_f", [], None, None)


def _field(item: Value, name: str) -> Value:
    return item.get(sym(name)) if isinstance(item, RHash) else None


@method(ARRAY, "only")
def only(vm: Interpreter, this: RArray, *names: Value) -> Value:
    return RArray([f for f in this if any(vm.equal(n, _field(f, "name")) for n in names)])


@method(ARRAY, "ignored")
def ignored(vm: Interpreter, this: RArray, *names: Value) -> Value:
    return RArray([f for f in this if not any(vm.equal(n, _field(f, "name")) for n in names)])


@method(ARRAY, "required")
def required(vm: Interpreter, this: RArray, *names: Value) -> Value:
    made = RArray()
    for entry in this:
        if any(vm.equal(n, _field(entry, "name")) for n in names):
            entry = entry.copy()
            entry.set(sym("optional"), False)
        made.append(entry)
    return made
