"""Set, as far as it is common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import SET, RClass, Value
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.errors import argument_error
from designer.evaluator.iterating import REnumerator, elements
from designer.evaluator.strings import check_frozen
from designer.evaluator.values import RArray, RHash, RObject, RProc, RRange, RString, hash_key

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


class RSet(RObject):
    __slots__ = ("items",)

    def __init__(self, items: Iterable[Value] = ()) -> None:
        super().__init__(SET)
        self.items: dict[Any, Value] = {}
        for item in items:
            self.items.setdefault(hash_key(item), item)

    def hash_key(self) -> Any:
        return ("set", frozenset(self.items))

    def copy_value(self) -> RSet:
        return RSet(self.items.values())


def _members(vm: Interpreter, value: Value) -> Iterable[Value]:
    if isinstance(value, RSet):
        return list(value.items.values())
    if isinstance(value, RArray | RHash | RRange | RObject):
        return elements(vm, value)
    raise argument_error("value must be enumerable")


@singleton(SET, "new")
def new(vm: Interpreter, this: RClass, items: Value = None, *, block: RProc | None) -> Value:
    listed = [] if items is None else list(_members(vm, items))
    return RSet(listed if block is None else [vm.yield_(block, i) for i in listed])


@singleton(SET, "[]")
def literal(vm: Interpreter, this: RClass, *items: Value) -> Value:
    return RSet(items)


@method(SET, "each")
def each(vm: Interpreter, this: RSet, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "each", size=lambda: len(this.items))
    for item in list(this.items.values()):
        vm.yield_(block, item)
    return this


@method(SET, "size", "length", "count_all")
def size(vm: Interpreter, this: RSet) -> Value:
    return len(this.items)


del SET.methods["count_all"]


@method(SET, "empty?")
def empty(vm: Interpreter, this: RSet) -> Value:
    return not this.items


@method(SET, "include?", "member?", "===", "contain?")
def include(vm: Interpreter, this: RSet, item: Value) -> Value:
    return hash_key(item) in this.items


del SET.methods["contain?"]


@method(SET, "add", "<<")
def add(vm: Interpreter, this: RSet, item: Value) -> Value:
    check_frozen(vm, this)
    vm.charge(1)
    this.items.setdefault(hash_key(item), item)
    return this


@method(SET, "add?")
def add_new(vm: Interpreter, this: RSet, item: Value) -> Value:
    return None if hash_key(item) in this.items else add(vm, this, item)


@method(SET, "delete")
def delete(vm: Interpreter, this: RSet, item: Value) -> Value:
    check_frozen(vm, this)
    this.items.pop(hash_key(item), None)
    return this


@method(SET, "merge")
def merge(vm: Interpreter, this: RSet, *others: Value) -> Value:
    check_frozen(vm, this)
    for other in others:
        for item in _members(vm, other):
            this.items.setdefault(hash_key(item), item)
    return this


@method(SET, "|", "+", "union")
def union(vm: Interpreter, this: RSet, other: Value) -> Value:
    return RSet([*this.items.values(), *_members(vm, other)])


@method(SET, "&", "intersection")
def intersection(vm: Interpreter, this: RSet, other: Value) -> Value:
    return RSet([i for i in _members(vm, other) if hash_key(i) in this.items])


@method(SET, "-", "difference")
def difference(vm: Interpreter, this: RSet, other: Value) -> Value:
    unwanted = {hash_key(i) for i in _members(vm, other)}
    return RSet([i for k, i in this.items.items() if k not in unwanted])


@method(SET, "^")
def exclusive(vm: Interpreter, this: RSet, other: Value) -> Value:
    theirs = RSet(_members(vm, other))
    return RSet(
        [i for k, i in theirs.items.items() if k not in this.items]
        + [i for k, i in this.items.items() if k not in theirs.items]
    )


@method(SET, "subset?", "<=")
def subset(vm: Interpreter, this: RSet, other: RSet) -> Value:
    return this.items.keys() <= other.items.keys()


@method(SET, "superset?", ">=")
def superset(vm: Interpreter, this: RSet, other: RSet) -> Value:
    return this.items.keys() >= other.items.keys()


@method(SET, "disjoint?")
def disjoint(vm: Interpreter, this: RSet, other: Value) -> Value:
    return not any(hash_key(i) in this.items for i in _members(vm, other))


@method(SET, "intersect?")
def intersect(vm: Interpreter, this: RSet, other: Value) -> Value:
    return not disjoint(vm, this, other)


@method(SET, "==")
def equal(vm: Interpreter, this: RSet, other: Value) -> Value:
    return isinstance(other, RSet) and this.items.keys() == other.items.keys()


def _filtered(names: tuple[str, ...], *, keeps: bool) -> None:
    def run(vm: Interpreter, this: RSet, *, block: RProc) -> Value:
        return RSet([i for i in list(this.items.values()) if vm.test(block, i) is keeps])

    method(SET, *names)(run)


_filtered(("select", "filter"), keeps=True)
_filtered(("reject",), keeps=False)


@method(SET, "to_set")
def to_set(vm: Interpreter, this: RSet) -> Value:
    return this


@method(SET, "inspect", "to_s")
def inspect(vm: Interpreter, this: RSet) -> Value:
    return RString("#<Set: {" + ", ".join(vm.inspect(i) for i in this.items.values()) + "}>")
