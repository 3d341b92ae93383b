"""Hash: what ActiveSupport and the SDK add."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator.classes import HASH, INDIFFERENT, Value
from designer.evaluator.core.hash import fresh, merged_into, picked, plain
from designer.evaluator.core.object import deep_copied
from designer.evaluator.core.registry import method
from designer.evaluator.errors import argument_error
from designer.evaluator.strings import check_frozen
from designer.evaluator.values import RArray, RHash, RProc, RString, indifferent, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


@method(HASH, "with_indifferent_access", "nested_under_indifferent_access")
def with_indifferent_access(vm: Interpreter, this: RHash) -> Value:
    return this.copy() if this.indifferent else indifferent(this)


@method(INDIFFERENT, "nested_under_indifferent_access")
def nested(vm: Interpreter, this: RHash) -> Value:
    return this


def _stringified(vm: Interpreter, key: Value) -> Value:
    return vm.to_rstring(key)


def _symbolised(vm: Interpreter, key: Value) -> Value:
    return sym(key.text) if isinstance(key, RString) else key


Change = Callable[["Interpreter", Value], Value]


def _keys_changed(vm: Interpreter, this: RHash, change: Change) -> RHash:
    return RHash((change(vm, k), v) for k, v in this.items())


def _deep_changed(vm: Interpreter, value: Value, change: Change) -> Value:
    if isinstance(value, RHash):
        return RHash([(change(vm, k), _deep_changed(vm, v, change)) for k, v in value.items()])
    if isinstance(value, RArray):
        return RArray([_deep_changed(vm, v, change) for v in value])
    return value


def _key_methods(names: tuple[str, ...], change: Change) -> None:
    def shallow(vm: Interpreter, this: RHash) -> Value:
        if this.indifferent:
            if change is _stringified:
                return this.copy()
            this = plain(this)
        return _keys_changed(vm, this, change)

    def shallow_bang(vm: Interpreter, this: RHash) -> Value:
        check_frozen(vm, this)
        if not this.indifferent:
            this.fill(_keys_changed(vm, this, change).pairs)
        return this

    def deep(vm: Interpreter, this: RHash) -> Value:
        if this.indifferent and change is _stringified:
            return this.copy()
        return _deep_changed(vm, plain(this) if this.indifferent else this, change)

    def deep_bang(vm: Interpreter, this: RHash) -> Value:
        check_frozen(vm, this)
        if not this.indifferent:
            this.fill(_deep_changed(vm, this, change).pairs)
        return this

    for name in names:
        method(HASH, name)(shallow)
        method(HASH, name + "!")(shallow_bang)
        method(HASH, "deep_" + name)(deep)
        method(HASH, "deep_" + name + "!")(deep_bang)


_key_methods(("stringify_keys",), _stringified)
_key_methods(("symbolize_keys",), _symbolised)
HASH.methods["to_options"] = HASH.methods["symbolize_keys"]


@method(HASH, "deep_transform_keys")
def deep_transform_keys(vm: Interpreter, this: RHash, *, block: RProc) -> Value:
    return _deep_changed(vm, this, lambda machine, key: machine.yield_(block, key))


@method(HASH, "deep_transform_keys!")
def deep_transform_keys_bang(vm: Interpreter, this: RHash, *, block: RProc) -> Value:
    check_frozen(vm, this)
    this.fill(deep_transform_keys(vm, this, block=block).pairs)
    return this


def _deep_values(vm: Interpreter, value: Value, block: RProc) -> Value:
    if isinstance(value, RHash):
        made = fresh(value)
        for k, v in value.items():
            made.set(k, _deep_values(vm, v, block))
        return made
    if isinstance(value, RArray):
        return RArray([_deep_values(vm, v, block) for v in value])
    return vm.yield_(block, value)


@method(HASH, "deep_transform_values")
def deep_transform_values(vm: Interpreter, this: RHash, *, block: RProc) -> Value:
    return _deep_values(vm, this, block)


@method(HASH, "deep_transform_values!")
def deep_transform_values_bang(vm: Interpreter, this: RHash, *, block: RProc) -> Value:
    check_frozen(vm, this)
    this.fill(_deep_values(vm, this, block).pairs)
    return this


def _deep_merged(vm: Interpreter, made: RHash, other: RHash, block: RProc | None) -> RHash:
    for k, v in other.items():
        old = made.get(k)
        if made.has(k) and isinstance(old, RHash) and isinstance(v, RHash):
            v = _deep_merged(vm, old.copy(), v, block)
        elif block is not None and made.has(k):
            v = vm.yield_(block, k, old, v)
        made.set(k, v)
    return made


@method(HASH, "deep_merge")
def deep_merge(vm: Interpreter, this: RHash, other: Value, *, block: RProc | None) -> Value:
    return _deep_merged(vm, this.copy(), vm.to_hash(other), block)


@method(HASH, "deep_merge!")
def deep_merge_bang(vm: Interpreter, this: RHash, other: Value, *, block: RProc | None) -> Value:
    check_frozen(vm, this)
    return _deep_merged(vm, this, vm.to_hash(other), block)


@method(HASH, "reverse_merge", "with_defaults")
def reverse_merge(vm: Interpreter, this: RHash, other: Value) -> Value:
    made = fresh(this)
    merged_into(vm, made, (other,), None)
    return merged_into(vm, made, (this,), None)


@method(HASH, "reverse_merge!", "with_defaults!", "reverse_update")
def reverse_merge_bang(vm: Interpreter, this: RHash, other: Value) -> Value:
    check_frozen(vm, this)
    this.fill(reverse_merge(vm, this, other).pairs)
    return this


@method(HASH, "except!")
def except_bang(vm: Interpreter, this: RHash, *keys: Value) -> Value:
    check_frozen(vm, this)
    for key in keys:
        this.delete(key)
    return this


@method(HASH, "slice!")
def slice_bang(vm: Interpreter, this: RHash, *keys: Value) -> Value:
    check_frozen(vm, this)
    wanted = {this.key(k) for k in keys}
    rest = picked(this, [pair for known, pair in this.pairs.items() if known not in wanted])
    this.fill({known: pair for known, pair in this.pairs.items() if known in wanted})
    return rest


@method(HASH, "extract!")
def extract_bang(vm: Interpreter, this: RHash, *keys: Value) -> Value:
    check_frozen(vm, this)
    made = fresh(this)
    for key in keys:
        if this.has(key):
            made.set(key, this.delete(key))
    return made


@method(HASH, "compact_blank")
def compact_blank(vm: Interpreter, this: RHash) -> Value:
    return picked(this, [(k, v) for k, v in this.items() if vm.invoke(v, "present?", [], None, None)])


@method(HASH, "compact_blank!")
def compact_blank_bang(vm: Interpreter, this: RHash) -> Value:
    check_frozen(vm, this)
    this.fill(compact_blank(vm, this).pairs)
    return this


@method(HASH, "assert_valid_keys")
def assert_valid_keys(vm: Interpreter, this: RHash, *valid: Value) -> Value:
    allowed = [v for item in valid for v in (item if isinstance(item, RArray) else [item])]
    for key in this.keys():  # noqa: SIM118
        if not any(vm.equal(key, a) for a in allowed):
            listed = ", ".join(vm.inspect(a) for a in allowed)
            raise argument_error(f"Unknown key: {vm.inspect(key)}. Valid keys are: {listed}")
    return this


@method(HASH, "extractable_options?")
def extractable_options(vm: Interpreter, this: RHash) -> Value:
    return True


@method(HASH, "deep_dup")
def deep_dup(vm: Interpreter, this: RHash) -> Value:
    return deep_copied(this)


@method(HASH, "encode_www_form")
def encode_www_form(vm: Interpreter, this: RHash) -> Value:
    from designer.evaluator.core.uri import www_form

    return www_form(vm, this)
