"""Array: reading, combining and making other arrays."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from designer.evaluator import comparing
from designer.evaluator.classes import ARRAY, RClass, Value
from designer.evaluator.core.enumerable import enumerator
from designer.evaluator.core.packing import pack
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.core.string_query import range_bounds
from designer.evaluator.errors import INDEX_ERROR, RubyError, argument_error, type_error
from designer.evaluator.interpreter import class_of, describe_class
from designer.evaluator.numbers import int_of
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RArray, RObject, RProc, RRange, RString, hash_key

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def array_argument(vm: Interpreter, value: Value) -> list[Value]:
    """An argument that must be an array (``to_ary``); TypeError otherwise."""
    if isinstance(value, RArray):
        return value
    found = vm.try_convert(value, "to_ary") if isinstance(value, RObject) else None
    if isinstance(found, RArray):
        return found
    raise type_error(f"no implicit conversion of {describe_class(value)} into Array")


@singleton(ARRAY, "new")
def new(vm: Interpreter, this: RClass, size: Value = UNSET, value: Value = UNSET, *, block: RProc | None) -> Value:
    if size is UNSET:
        return RArray()
    if value is UNSET and isinstance(size, RArray):
        return RArray(size)
    count = int_of(vm, size)
    if count < 0:
        raise argument_error("negative array size")
    vm.charge_elements(count)
    if block is not None:
        return RArray([vm.yield_(block, i) for i in range(count)])
    return RArray([None if value is UNSET else value] * count)


@singleton(ARRAY, "wrap")
def wrap(vm: Interpreter, this: RClass, value: Value) -> Value:
    if value is None:
        return RArray()
    if isinstance(value, RArray):
        return value
    found = vm.try_convert(value, "to_ary") if isinstance(value, RObject) else None
    return RArray([value]) if found is None else found


@singleton(ARRAY, "[]")
def literal(vm: Interpreter, this: RClass, *items: Value) -> Value:
    return RArray(items)


@singleton(ARRAY, "try_convert")
def try_convert(vm: Interpreter, this: RClass, value: Value) -> Value:
    return value if isinstance(value, RArray) else None


@method(ARRAY, "to_a", "entries", "to_ary")
def to_a(vm: Interpreter, this: RArray) -> Value:
    return this


@method(ARRAY, "length", "size")
def length(vm: Interpreter, this: RArray) -> Value:
    return len(this)


@method(ARRAY, "empty?")
def empty(vm: Interpreter, this: RArray) -> Value:
    return not this


@method(ARRAY, "each")
def each(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each")
    for item in this:
        vm.yield_(block, item)
    return this


@method(ARRAY, "each_index")
def each_index(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each_index")
    for place in range(len(this)):
        vm.yield_(block, place)
    return this


@method(ARRAY, "[]", "slice")
def index(vm: Interpreter, this: RArray, key: Value, count: Value = UNSET) -> Value:
    size = len(this)
    if count is not UNSET:
        start, most = int_of(vm, key), int_of(vm, count)
        start += size if start < 0 else 0
        if start < 0 or start > size or most < 0:
            return None
        return RArray(this[start : start + most])
    if type(key) is int:
        return this[key] if -size <= key < size else None
    if isinstance(key, RRange):
        bounds = range_bounds(vm, key, size)
        return None if bounds is None else RArray(this[bounds[0] : bounds[0] + bounds[1]])
    place = int_of(vm, key)
    return this[place] if -size <= place < size else None


@method(ARRAY, "at")
def at(vm: Interpreter, this: RArray, place: Value) -> Value:
    return index(vm, this, int_of(vm, place))


@method(ARRAY, "dig")
def dig(vm: Interpreter, this: RArray, key: Value, *rest: Value) -> Value:
    found = index(vm, this, int_of(vm, key))
    return dig_on(vm, found, rest)


def dig_on(vm: Interpreter, value: Value, rest: tuple[Value, ...]) -> Value:
    if not rest or value is None:
        return value
    if not vm.responds(value, "dig"):
        raise type_error(f"{class_of(value).name} does not have #dig method")
    return vm.invoke(value, "dig", list(rest), None, None)


@method(ARRAY, "fetch")
def fetch(vm: Interpreter, this: RArray, key: Value, default: Value = UNSET, *, block: RProc | None) -> Value:
    place, size = int_of(vm, key), len(this)
    if -size <= place < size:
        return this[place]
    if block is not None:
        return vm.yield_(block, key)
    if default is not UNSET:
        return default
    raise RubyError.of(INDEX_ERROR, f"index {place} outside of array bounds: {-size}...{size}")


@method(ARRAY, "values_at")
def values_at(vm: Interpreter, this: RArray, *keys: Value) -> Value:
    found = RArray()
    for key in keys:
        if isinstance(key, RRange):
            bounds = range_bounds(vm, key, len(this))
            if bounds is not None:
                start, count = bounds
                stop = start + count
                if key.last is not None and int_of(vm, key.last) >= 0:
                    stop = int_of(vm, key.last) + (0 if key.exclusive else 1)
                found.extend(this[i] if i < len(this) else None for i in range(start, stop))
        else:
            found.append(index(vm, this, int_of(vm, key)))
    return found


@method(ARRAY, "first")
def first(vm: Interpreter, this: RArray, count: Value = UNSET) -> Value:
    if count is UNSET:
        return this[0] if this else None
    most = int_of(vm, count)
    if most < 0:
        raise argument_error("negative array size")
    return RArray(this[:most])


@method(ARRAY, "last")
def last(vm: Interpreter, this: RArray, count: Value = UNSET) -> Value:
    if count is UNSET:
        return this[-1] if this else None
    most = int_of(vm, count)
    if most < 0:
        raise argument_error("negative array size")
    return RArray(this[max(0, len(this) - most) :])


@method(ARRAY, "take")
def take(vm: Interpreter, this: RArray, count: Value) -> Value:
    most = int_of(vm, count)
    if most < 0:
        raise argument_error("attempt to take negative size")
    return RArray(this[:most])


@method(ARRAY, "index", "find_index")
def find_index(vm: Interpreter, this: RArray, value: Value = UNSET, *, block: RProc | None) -> Value:
    if value is UNSET and block is None:
        return enumerator(vm, this, "index")
    for place, item in enumerate(this):
        if vm.equal(item, value) if value is not UNSET else vm.test(block, item):  # type: ignore[arg-type]
            return place
    return None


@method(ARRAY, "rindex")
def rindex(vm: Interpreter, this: RArray, value: Value = UNSET, *, block: RProc | None) -> Value:
    for place in range(len(this) - 1, -1, -1):
        if vm.equal(this[place], value) if value is not UNSET else vm.test(block, this[place]):  # type: ignore[arg-type]
            return place
    return None


@method(ARRAY, "bsearch")
def bsearch(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "bsearch")
    low, high = 0, len(this)
    while low < high:
        middle = (low + high) // 2
        found = vm.yield_(block, this[middle])
        if type(found) is int or type(found) is float:
            if found == 0:
                return this[middle]
            low, high = (low, middle) if found < 0 else (middle + 1, high)
        elif found is None or found is False:
            low = middle + 1
        else:
            high = middle
            if low == high:
                return this[low]
    found_item = this[low] if low < len(this) else None
    return found_item if found_item is not None and vm.yield_(block, found_item) is True else None


# --- combining ----------------------------------------------------------------------------------------------------


@method(ARRAY, "+")
def plus(vm: Interpreter, this: RArray, other: Value) -> Value:
    more = array_argument(vm, other)
    vm.charge_elements(len(this) + len(more))
    return RArray([*this, *more])


@method(ARRAY, "*")
def times(vm: Interpreter, this: RArray, count: Value) -> Value:
    if isinstance(count, RString):
        return join(vm, this, count)
    number = int_of(vm, count)
    if number < 0:
        raise argument_error("argument must be non-negative")
    vm.charge_elements(len(this) * number)
    return RArray(list(this) * number)


@method(ARRAY, "-", "difference")
def minus(vm: Interpreter, this: RArray, *others: Value) -> Value:
    unwanted = {hash_key(i) for other in others for i in array_argument(vm, other)}
    return RArray([i for i in this if hash_key(i) not in unwanted])


@method(ARRAY, "&", "intersection")
def intersection(vm: Interpreter, this: RArray, *others: Value) -> Value:
    found: dict[Value, Value] = {hash_key(i): i for i in reversed(this)}
    ordered = [found[k] for k in dict.fromkeys(hash_key(i) for i in this)]
    for other in others:
        wanted = {hash_key(i) for i in array_argument(vm, other)}
        ordered = [i for i in ordered if hash_key(i) in wanted]
    return RArray(ordered)


@method(ARRAY, "intersect?")
def intersects(vm: Interpreter, this: RArray, other: Value) -> Value:
    return bool(intersection(vm, this, other))


@method(ARRAY, "|", "union")
def union(vm: Interpreter, this: RArray, *others: Value) -> Value:
    found: dict[Value, Value] = {}
    for item in itertools.chain(this, *(array_argument(vm, o) for o in others)):
        found.setdefault(hash_key(item), item)
    return RArray(found.values())


@method(ARRAY, "<=>")
def order(vm: Interpreter, this: RArray, other: Value) -> Value:
    return comparing.spaceship(vm, this, other)


@method(ARRAY, "==")
def equal(vm: Interpreter, this: RArray, other: Value) -> Value:
    return comparing.equal(vm, this, other)


@method(ARRAY, "eql?")
def eql(vm: Interpreter, this: RArray, other: Value) -> Value:
    return comparing.eql(this, other)


@method(ARRAY, "compact")
def compact(vm: Interpreter, this: RArray) -> Value:
    return RArray([i for i in this if i is not None])


def flattened(vm: Interpreter, items: list[Value], depth: int | None, inside: set[int] | None = None) -> list[Value]:
    found: list[Value] = []
    inside = set() if inside is None else inside
    if id(items) in inside:
        raise argument_error("tried to flatten recursive array")
    inside.add(id(items))
    for item in items:
        inner = item if isinstance(item, RArray) else None
        if inner is None and isinstance(item, RObject):
            inner = vm.try_convert(item, "to_ary")
        if isinstance(inner, RArray) and depth != 0:
            found += flattened(vm, inner, None if depth is None else depth - 1, inside)
            vm.charge_elements(len(found))
        else:
            found.append(item)
    inside.discard(id(items))
    return found


@method(ARRAY, "flatten")
def flatten(vm: Interpreter, this: RArray, depth: Value = None) -> Value:
    level = None if depth is None else int_of(vm, depth)
    return RArray(flattened(vm, this, None if level is not None and level < 0 else level))


@method(ARRAY, "reverse")
def reverse(vm: Interpreter, this: RArray) -> Value:
    return RArray(this[::-1])


@method(ARRAY, "rotate")
def rotate(vm: Interpreter, this: RArray, count: Value = 1) -> Value:
    if not this:
        return RArray()
    by = int_of(vm, count) % len(this)
    return RArray(this[by:] + this[:by])


def _join(vm: Interpreter, items: list[Value], separator: RString, inside: set[int]) -> list[RString]:
    if id(items) in inside:
        raise argument_error("recursive array join")
    inside.add(id(items))
    parts: list[RString] = []
    for place, item in enumerate(items):
        if place:
            parts.append(separator)
        if isinstance(item, RArray):
            parts += _join(vm, item, separator, inside)
        else:
            inner = vm.try_convert(item, "to_ary") if isinstance(item, RObject) else None
            if isinstance(inner, RArray):
                parts += _join(vm, inner, separator, inside)
            else:
                parts.append(vm.to_rstring(item))
    inside.discard(id(items))
    return parts


@method(ARRAY, "join")
def join(vm: Interpreter, this: RArray, separator: Value = None) -> Value:
    mark = RString("") if separator is None else string_argument(vm, separator)
    made = vm.join_strings(_join(vm, this, mark, set()))
    if not this:
        made.enc = "US-ASCII"
    return made


@method(ARRAY, "inspect", "to_s")
def inspect(vm: Interpreter, this: RArray) -> Value:
    return RString(vm.inspect(this))


@method(ARRAY, "hash")
def hash_(vm: Interpreter, this: RArray) -> Value:
    return hash(hash_key(this))


@method(ARRAY, "assoc")
def assoc(vm: Interpreter, this: RArray, key: Value) -> Value:
    return next((i for i in this if isinstance(i, RArray) and i and vm.equal(i[0], key)), None)


@method(ARRAY, "rassoc")
def rassoc(vm: Interpreter, this: RArray, value: Value) -> Value:
    return next((i for i in this if isinstance(i, RArray) and len(i) > 1 and vm.equal(i[1], value)), None)


@method(ARRAY, "transpose")
def transpose(vm: Interpreter, this: RArray) -> Value:
    rows = [array_argument(vm, r) for r in this]
    for row in rows:
        if len(row) != len(rows[0]):
            raise RubyError.of(INDEX_ERROR, f"element size differs ({len(row)} should be {len(rows[0])})")
    return RArray([RArray(column) for column in zip(*rows, strict=True)])


_COUNTED = 100
"""Elements chosen at once; beyond it the number of ways is past every limit, and slow to work out."""


def _combined(
    vm: Interpreter, this: RArray, name: str, count: Value, number: int, made: Value, block: RProc | None
) -> Value:
    if block is None:
        from designer.evaluator.iterating import REnumerator

        return REnumerator(this, name, [] if count is UNSET else [count], lambda: number)
    for group in made:
        # Few groups of many elements fill the memory as well as many of few: an element takes eight bytes.
        vm.charge(8 * len(group))
        vm.yield_(block, RArray(group))
    return this


def _ways(length: int, size: int, *, ordered: bool) -> int:
    """How many permutations or combinations there are; of huge numbers only that they are huge."""
    if not ordered:
        size = min(size, length - size) if size <= length else size
    if size > length:
        return 0
    if size > _COUNTED:
        return math.factorial(_COUNTED)
    return math.perm(length, size) if ordered else math.comb(length, size)


@method(ARRAY, "combination")
def combination(vm: Interpreter, this: RArray, count: Value, *, block: RProc | None) -> Value:
    size = int_of(vm, count)
    found = itertools.combinations(list(this), size) if size >= 0 else iter(())
    return _combined(vm, this, "combination", count, _ways(len(this), max(size, 0), ordered=False), found, block)


@method(ARRAY, "permutation")
def permutation(vm: Interpreter, this: RArray, count: Value = UNSET, *, block: RProc | None) -> Value:
    size = len(this) if count is UNSET else int_of(vm, count)
    found = itertools.permutations(list(this), size) if size >= 0 else iter(())
    return _combined(vm, this, "permutation", count, _ways(len(this), max(size, 0), ordered=True), found, block)


@method(ARRAY, "product")
def product(vm: Interpreter, this: RArray, *others: Value) -> Value:
    lists = [this, *(array_argument(vm, o) for o in others)]
    vm.charge_elements(math.prod(len(x) for x in lists))
    return RArray([RArray(row) for row in itertools.product(*lists)])


@method(ARRAY, "pack")
def pack_(vm: Interpreter, this: RArray, template: Value, *, buffer: Value = None) -> Value:
    return pack(vm, list(this), string_argument(vm, template).s)


@method(ARRAY, "sample")
def sample(vm: Interpreter, this: RArray, count: Value = UNSET) -> Value:
    if count is UNSET:
        return this[vm.ports.random.integer(len(this))] if this else None
    return RArray(_shuffled(vm, list(this))[: int_of(vm, count)])


def _shuffled(vm: Interpreter, items: list[Value]) -> list[Value]:
    for place in range(len(items) - 1, 0, -1):
        other = vm.ports.random.integer(place + 1)
        items[place], items[other] = items[other], items[place]
    return items


@method(ARRAY, "shuffle")
def shuffle(vm: Interpreter, this: RArray) -> Value:
    return RArray(_shuffled(vm, list(this)))
