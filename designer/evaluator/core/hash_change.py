"""Hash: changing it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator.classes import HASH, Value
from designer.evaluator.core.enumerable import enumerator
from designer.evaluator.core.hash import merged_into, transform_keys, transform_values
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import RubyError
from designer.evaluator.strings import check_frozen
from designer.evaluator.values import RArray, RHash, RProc

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


@method(HASH, "[]=", "store")
def store(vm: Interpreter, this: RHash, key: Value, value: Value) -> Value:
    check_frozen(vm, this)
    if this.iterating and not this.has(key):
        raise RubyError.of("RuntimeError", "can't add a new key into hash during iteration")
    vm.charge(1)
    this.set(key, value)
    if len(this.pairs) > vm.limits.collection:
        vm.charge_elements(len(this.pairs))
    return value


@method(HASH, "delete")
def delete(vm: Interpreter, this: RHash, key: Value, *, block: RProc | None) -> Value:
    check_frozen(vm, this)
    if not this.has(key):
        return None if block is None else vm.yield_(block, key)
    return this.delete(key)


def _keeping(name: str, bang: str, *, keeps: bool) -> None:
    def run(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
        if block is None:
            return enumerator(vm, this, name)
        check_frozen(vm, this)
        this.fill({known: pair for known, pair in list(this.pairs.items()) if vm.test(block, *pair) is keeps})
        return this

    def run_bang(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
        size = len(this)
        made = run(vm, this, block=block)
        return made if block is None or len(this) != size else None

    method(HASH, name)(run)
    method(HASH, bang)(run_bang)


_keeping("keep_if", "select!", keeps=True)
_keeping("delete_if", "reject!", keeps=False)
HASH.methods["filter!"] = HASH.methods["select!"]


@method(HASH, "merge!", "update")
def merge_bang(vm: Interpreter, this: RHash, *others: Value, block: RProc | None) -> Value:
    check_frozen(vm, this)
    return merged_into(vm, this, others, block)


@method(HASH, "replace", "initialize_copy")
def replace(vm: Interpreter, this: RHash, other: Value) -> Value:
    check_frozen(vm, this)
    this.fill({})
    return merged_into(vm, this, (other,), None)


@method(HASH, "clear")
def clear(vm: Interpreter, this: RHash) -> Value:
    check_frozen(vm, this)
    this.fill({})
    return this


@method(HASH, "compact!")
def compact_bang(vm: Interpreter, this: RHash) -> Value:
    check_frozen(vm, this)
    size = len(this)
    this.fill({known: pair for known, pair in this.pairs.items() if pair[1] is not None})
    return this if len(this) != size else None


@method(HASH, "shift")
def shift(vm: Interpreter, this: RHash) -> Value:
    check_frozen(vm, this)
    if not this.pairs:
        return None
    return RArray(this.pairs.pop(next(iter(this.pairs))))


@method(HASH, "transform_values!")
def transform_values_bang(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    check_frozen(vm, this)
    made = transform_values(vm, this, block=block)
    if block is None:
        return made
    this.fill(made.pairs)
    return this


@method(HASH, "transform_keys!")
def transform_keys_bang(vm: Interpreter, this: RHash, table: Value = UNSET, *, block: RProc | None) -> Value:
    check_frozen(vm, this)
    made = transform_keys(vm, this, table, block=block)
    if block is None and table is UNSET:
        return made
    this.fill(made.pairs)
    return this


@method(HASH, "default_proc=")
def set_default_proc(vm: Interpreter, this: RHash, proc: Value) -> Value:
    check_frozen(vm, this)
    this.default_proc, this.default = vm.to_proc(proc), None
    return proc


@method(HASH, "rehash")
def rehash(vm: Interpreter, this: RHash) -> Value:
    check_frozen(vm, this)
    this.fill({this.key(k): (k, v) for k, v in this.items()})
    return this
