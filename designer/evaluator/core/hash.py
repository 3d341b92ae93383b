"""Hash: reading it and making other hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import classes, comparing
from designer.evaluator.classes import HASH, RClass, Value
from designer.evaluator.core.array import dig_on
from designer.evaluator.core.enumerable import counting, enumerator
from designer.evaluator.core.object import key_error
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import argument_error, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.strings import check_frozen
from designer.evaluator.values import RArray, RHash, RProc, RString, Symbol, hash_key, indifferent

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def fresh(this: RHash) -> RHash:
    """An empty hash of the same kind, without defaults."""
    return RHash(indifferent=this.indifferent)


def picked(this: RHash, pairs: list[tuple[Value, Value]]) -> RHash:
    made = fresh(this)
    made.by_identity = this.by_identity
    made.pairs = {this.key(k): (k, v) for k, v in pairs}
    return made


@singleton(HASH, "new")
def new(vm: Interpreter, this: RClass, default: Value = UNSET, *, block: RProc | None) -> Value:
    if this is classes.INDIFFERENT:
        if isinstance(default, RHash):
            return indifferent(default)
        made = RHash(indifferent=True)
    else:
        made = RHash()
    if block is not None:
        if default is not UNSET:
            raise argument_error("wrong number of arguments (given 1, expected 0)")
        made.default_proc = block
    elif default is not UNSET:
        made.default = default
    return made


@singleton(HASH, "[]")
def literal(vm: Interpreter, this: RClass, *args: Value) -> Value:
    made = RHash(indifferent=this is classes.INDIFFERENT)
    if len(args) == 1 and isinstance(args[0], RHash):
        for k, v in args[0].items():
            made.set(k, v)
        return made
    if len(args) == 1 and isinstance(args[0], RArray):
        for place, pair in enumerate(args[0]):
            if not isinstance(pair, RArray):
                raise argument_error(f"wrong element type {class_of(pair).name} at {place} (expected array)")
            if not 1 <= len(pair) <= 2:
                raise argument_error(f"invalid number of elements ({len(pair)} for 1..2)")
            made.set(pair[0], pair[1] if len(pair) > 1 else None)
        return made
    if len(args) % 2:
        raise argument_error("odd number of arguments for Hash")
    for place in range(0, len(args), 2):
        made.set(args[place], args[place + 1])
    return made


@singleton(HASH, "try_convert")
def try_convert(vm: Interpreter, this: RClass, value: Value) -> Value:
    return value if isinstance(value, RHash) else None


def read(vm: Interpreter, this: RHash, key: Value) -> Value:
    """``hash[key]`` with its defaults."""
    pair = this.pairs.get(this.key(key))
    if pair is not None:
        return pair[1]
    if this.default_proc is not None:
        return vm.run_proc(
            this.default_proc, [this, RString(key.name) if this.indifferent and isinstance(key, Symbol) else key]
        )
    return this.default


@method(HASH, "[]")
def index(vm: Interpreter, this: RHash, key: Value) -> Value:
    return read(vm, this, key)


@method(HASH, "fetch")
def fetch(vm: Interpreter, this: RHash, key: Value, default: Value = UNSET, *, block: RProc | None) -> Value:
    pair = this.pairs.get(this.key(key))
    if pair is not None:
        return pair[1]
    if this.indifferent and isinstance(key, Symbol):
        key = RString(key.name)
    if block is not None:
        return vm.yield_(block, key)
    if default is not UNSET:
        return default
    raise key_error(vm, this, key)


@method(HASH, "dig")
def dig(vm: Interpreter, this: RHash, key: Value, *rest: Value) -> Value:
    return dig_on(vm, read(vm, this, key), rest)


@method(HASH, "key?", "has_key?", "include?", "member?")
def has_key(vm: Interpreter, this: RHash, key: Value) -> Value:
    return this.has(key)


@method(HASH, "value?", "has_value?")
def has_value(vm: Interpreter, this: RHash, value: Value) -> Value:
    return any(vm.equal(v, value) for v in this.values())


@method(HASH, "key")
def key_of(vm: Interpreter, this: RHash, value: Value) -> Value:
    return next((k for k, v in this.items() if vm.equal(v, value)), None)


@method(HASH, "keys")
def keys(vm: Interpreter, this: RHash) -> Value:
    return RArray(this.keys())


@method(HASH, "values")
def values(vm: Interpreter, this: RHash) -> Value:
    return RArray(this.values())


@method(HASH, "values_at")
def values_at(vm: Interpreter, this: RHash, *wanted: Value) -> Value:
    return RArray([read(vm, this, k) for k in wanted])


@method(HASH, "fetch_values")
def fetch_values(vm: Interpreter, this: RHash, *wanted: Value, block: RProc | None) -> Value:
    return RArray([fetch(vm, this, k, block=block) for k in wanted])


@method(HASH, "length", "size")
def length(vm: Interpreter, this: RHash) -> Value:
    return len(this)


@method(HASH, "count")
def count(vm: Interpreter, this: RHash, value: Value = UNSET, *, block: RProc | None) -> Value:
    if value is UNSET and block is None:
        return len(this)
    return counting(vm, this, UNSET if value is UNSET else value, block, len(this) + 1, True)


@method(HASH, "empty?")
def empty(vm: Interpreter, this: RHash) -> Value:
    return not this.pairs


@method(HASH, "to_a", "entries")
def to_a(vm: Interpreter, this: RHash) -> Value:
    return RArray([RArray(pair) for pair in this.pairs.values()])


@method(HASH, "to_h")
def to_h(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return plain(this) if this.indifferent else this
    made = RHash()
    for k, v in this.items():
        pair = vm.yield_(block, k, v)
        if not isinstance(pair, RArray):
            raise type_error(f"wrong element type {class_of(pair).name} (expected array)")
        if len(pair) != 2:
            raise argument_error(f"element has wrong array length (expected 2, was {len(pair)})")
        made.set(pair[0], pair[1])
    return made


def plain(this: RHash) -> RHash:
    """``HashWithIndifferentAccess#to_hash``: ordinary hashes with string keys, all the way down."""
    made = RHash([(k, _plain_value(v)) for k, v in this.items()])
    made.default = this.default
    return made


def _plain_value(value: Value) -> Value:
    if isinstance(value, RHash):
        return plain(value) if value.indifferent else value
    if isinstance(value, RArray):
        return RArray([_plain_value(v) for v in value])
    return value


@method(HASH, "to_hash")
def to_hash(vm: Interpreter, this: RHash) -> Value:
    return plain(this) if this.indifferent else this


@method(HASH, "inspect", "to_s")
def inspect(vm: Interpreter, this: RHash) -> Value:
    return RString(vm.inspect(this))


@method(HASH, "==")
def equal(vm: Interpreter, this: RHash, other: Value) -> Value:
    return comparing.equal(vm, this, other)


@method(HASH, "eql?")
def eql(vm: Interpreter, this: RHash, other: Value) -> Value:
    return comparing.eql(this, other)


@method(HASH, "hash")
def hash_(vm: Interpreter, this: RHash) -> Value:
    return hash(hash_key(this))


def _within(this: RHash, other: RHash) -> bool:
    return all(
        known in other.pairs and hash_key(other.pairs[known][1]) == hash_key(v) for known, (_, v) in this.pairs.items()
    )


@method(HASH, "<=")
def subset(vm: Interpreter, this: RHash, other: Value) -> Value:
    return _within(this, vm.to_hash(other))


@method(HASH, ">=")
def superset(vm: Interpreter, this: RHash, other: Value) -> Value:
    return _within(vm.to_hash(other), this)


@method(HASH, "<")
def proper_subset(vm: Interpreter, this: RHash, other: Value) -> Value:
    return len(this) < len(vm.to_hash(other)) and _within(this, other)


@method(HASH, ">")
def proper_superset(vm: Interpreter, this: RHash, other: Value) -> Value:
    return len(this) > len(vm.to_hash(other)) and _within(other, this)


# --- going through it ---------------------------------------------------------------------------------------------


@method(HASH, "each", "each_pair")
def each(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each")
    this.iterating += 1
    two = block.is_lambda and block.native is None and block.arity == 2
    try:
        for k, v in this.items():
            if two:
                vm.yield_(block, k, v)
            else:
                vm.yield_(block, RArray([k, v]))
    finally:
        this.iterating -= 1
    return this


@method(HASH, "each_key")
def each_key(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each_key")
    for k in this.keys():  # noqa: SIM118
        vm.yield_(block, k)
    return this


@method(HASH, "each_value")
def each_value(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each_value")
    for v in this.values():
        vm.yield_(block, v)
    return this


@method(HASH, "select", "filter")
def select(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "select")
    return picked(this, [(k, v) for k, v in this.items() if vm.test(block, k, v)])


@method(HASH, "reject")
def reject(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "reject")
    return picked(this, [(k, v) for k, v in this.items() if not vm.test(block, k, v)])


@method(HASH, "any?")
def any_(vm: Interpreter, this: RHash, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    if pattern is UNSET and block is None:
        return bool(this.pairs)
    return counting(vm, this, pattern, block, 1, True) == 1


@method(HASH, "min_by")
def min_by(vm: Interpreter, this: RHash, *args: Value, block: RProc | None) -> Value:
    return vm.invoke(to_a(vm, this), "min_by", list(args), None, block)


del HASH.methods["min_by"]


@method(HASH, "find_all")
def find_all(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "find_all")
    return RArray([RArray([k, v]) for k, v in this.items() if vm.test(block, RArray([k, v]))])


@method(HASH, "filter_map")
def filter_map(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    return vm.invoke(to_a(vm, this), "filter_map", [], None, block)


@method(HASH, "map", "collect")
def map_(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "map")
    return RArray([vm.yield_(block, RArray([k, v])) for k, v in this.items()])


# --- making others ------------------------------------------------------------------------------------------------


@method(HASH, "slice")
def slice_(vm: Interpreter, this: RHash, *wanted: Value) -> Value:
    found = [this.pairs[this.key(k)] for k in wanted if this.has(k)]
    return picked(this, found)


@method(HASH, "except", "without")
def except_(vm: Interpreter, this: RHash, *unwanted: Value) -> Value:
    names = {this.key(k) for k in unwanted}
    made = fresh(this)
    made.pairs = {known: pair for known, pair in this.pairs.items() if known not in names}
    return made


@method(HASH, "compact")
def compact(vm: Interpreter, this: RHash) -> Value:
    return picked(this, [(k, v) for k, v in this.items() if v is not None])


@method(HASH, "invert")
def invert(vm: Interpreter, this: RHash) -> Value:
    return RHash((v, k) for k, v in this.items())


@method(HASH, "transform_values")
def transform_values(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "transform_values")
    made = fresh(this)
    for k, v in this.items():
        made.set(k, vm.yield_(block, v))
    return made


@method(HASH, "transform_keys")
def transform_keys(vm: Interpreter, this: RHash, table: Value = UNSET, *, block: RProc | None) -> Value:
    if block is None and table is UNSET:
        return enumerator(vm, this, "transform_keys")
    made = fresh(this)
    for k, v in this.items():
        if table is not UNSET and vm.to_hash(table).has(k):
            new_key = table.get(k)
        elif block is not None:
            new_key = vm.yield_(block, k)
        else:
            new_key = k
        made.set(new_key, v)
    return made


@method(HASH, "merge")
def merge(vm: Interpreter, this: RHash, *others: Value, block: RProc | None) -> Value:
    return merged_into(vm, this.copy(), others, block)


def merged_into(vm: Interpreter, made: RHash, others: tuple[Value, ...], block: RProc | None) -> RHash:
    for other in others:
        # An indifferent hash calls ``to_hash`` itself, so what has none is told another way.
        if made.indifferent and not isinstance(other, RHash):
            other = vm.send(other, "to_hash")
        for k, v in vm.to_hash(other).items():
            if block is not None and made.has(k):
                v = vm.yield_(block, k, made.get(k), v)
            made.set(k, v)
    vm.charge_elements(len(made))
    return made


@method(HASH, "sum")
def sum_(vm: Interpreter, this: RHash, *args: Value, block: RProc | None) -> Value:
    return vm.invoke(to_a(vm, this), "sum", list(args), None, block)


@method(HASH, "default")
def default(vm: Interpreter, this: RHash, key: Value = UNSET) -> Value:
    if key is not UNSET and this.default_proc is not None:
        return vm.run_proc(this.default_proc, [this, key])
    return this.default


@method(HASH, "default_proc")
def default_proc(vm: Interpreter, this: RHash) -> Value:
    return this.default_proc


@method(HASH, "default=")
def set_default(vm: Interpreter, this: RHash, value: Value) -> Value:
    check_frozen(vm, this)
    this.default, this.default_proc = value, None
    return value


@method(HASH, "assoc")
def assoc(vm: Interpreter, this: RHash, key: Value) -> Value:
    pair = this.pairs.get(this.key(key))
    return None if pair is None else RArray(pair)


@method(HASH, "rassoc")
def rassoc(vm: Interpreter, this: RHash, value: Value) -> Value:
    return next((RArray([k, v]) for k, v in this.items() if vm.equal(v, value)), None)


@method(HASH, "to_proc")
def to_proc(vm: Interpreter, this: RHash) -> Value:
    return RProc(native=lambda args, kwargs, block: read(vm, this, args[0]), is_lambda=True)


@method(HASH, "compare_by_identity")
def compare_by_identity(vm: Interpreter, this: RHash) -> Value:
    check_frozen(vm, this)
    this.by_identity = True
    this.fill({this.key(k): (k, v) for k, v in this.items()})
    return this


@method(HASH, "compare_by_identity?")
def is_compared_by_identity(vm: Interpreter, this: RHash) -> Value:
    return this.by_identity


@method(HASH, "flatten")
def flatten(vm: Interpreter, this: RHash, depth: Value = 1) -> Value:
    pairs = to_a(vm, this)
    return vm.invoke(pairs, "flatten", [depth], None, None)


@method(HASH, "sort")
def sort(vm: Interpreter, this: RHash, *, block: RProc | None) -> Value:
    return vm.invoke(to_a(vm, this), "sort", [], None, block)
