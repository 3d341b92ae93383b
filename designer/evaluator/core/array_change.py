"""Array: changing it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import comparing
from designer.evaluator.classes import ARRAY, Value
from designer.evaluator.core.array import array_argument, flattened, index
from designer.evaluator.core.enumerable import enumerator, uniq
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import INDEX_ERROR, RANGE_ERROR, RubyError, argument_error
from designer.evaluator.numbers import int_of
from designer.evaluator.strings import check_frozen
from designer.evaluator.values import RArray, RProc, RRange

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


@method(ARRAY, "<<")
def shovel(vm: Interpreter, this: RArray, item: Value) -> Value:
    check_frozen(vm, this)
    vm.charge(1)
    this.append(item)
    if len(this) > vm.limits.collection:
        vm.charge_elements(len(this))
    return this


@method(ARRAY, "push", "append")
def push(vm: Interpreter, this: RArray, *items: Value) -> Value:
    check_frozen(vm, this)
    vm.charge_elements(len(this) + len(items)) if len(items) > 1 else vm.charge(1)
    this.extend(items)
    return this


@method(ARRAY, "pop")
def pop(vm: Interpreter, this: RArray, count: Value = UNSET) -> Value:
    check_frozen(vm, this)
    if count is UNSET:
        return this.pop() if this else None
    number = int_of(vm, count)
    if number < 0:
        raise argument_error("negative array size")
    start = max(0, len(this) - number)
    found = RArray(this[start:])
    del this[start:]
    return found


@method(ARRAY, "shift")
def shift(vm: Interpreter, this: RArray, count: Value = UNSET) -> Value:
    check_frozen(vm, this)
    if count is UNSET:
        return this.pop(0) if this else None
    number = int_of(vm, count)
    if number < 0:
        raise argument_error("negative array size")
    found = RArray(this[:number])
    del this[:number]
    return found


@method(ARRAY, "unshift", "prepend")
def unshift(vm: Interpreter, this: RArray, *items: Value) -> Value:
    check_frozen(vm, this)
    vm.charge(len(items))
    this[:0] = items
    return this


@method(ARRAY, "insert")
def insert(vm: Interpreter, this: RArray, place: Value, *items: Value) -> Value:
    check_frozen(vm, this)
    at = int_of(vm, place)
    if at < 0:
        at += len(this) + 1
        if at < 0:
            raise RubyError.of(INDEX_ERROR, f"index {int_of(vm, place)} too small for array; minimum: -{len(this) + 1}")
    _grow(vm, this, at)
    this[at:at] = items
    return this


def _grow(vm: Interpreter, this: RArray, size: int) -> None:
    if size > len(this):
        vm.charge_elements(size)
        this.extend([None] * (size - len(this)))


@method(ARRAY, "concat")
def concat(vm: Interpreter, this: RArray, *others: Value) -> Value:
    check_frozen(vm, this)
    more = [i for other in others for i in array_argument(vm, other)]
    vm.charge_elements(len(this) + len(more))
    this.extend(more)
    return this


@method(ARRAY, "[]=")
def set_index(vm: Interpreter, this: RArray, key: Value, *rest: Value) -> Value:
    check_frozen(vm, this)
    if not rest:
        raise argument_error("wrong number of arguments (given 1, expected 2..3)")
    value, size = rest[-1], len(this)
    if len(rest) == 2 or isinstance(key, RRange):
        start, count = _stretch(vm, this, key, rest)
        _grow(vm, this, start)
        this[start : start + count] = value if isinstance(value, RArray) else [value]
        return value
    place = int_of(vm, key)
    if place < 0:
        place += size
        if place < 0:
            raise RubyError.of(INDEX_ERROR, f"index {place - size} too small for array; minimum: -{size}")
    if place == size:
        this.append(value)
        vm.charge(1)
        return value
    _grow(vm, this, place + 1)
    this[place] = value
    return value


def _stretch(vm: Interpreter, this: RArray, key: Value, rest: tuple[Value, ...]) -> tuple[int, int]:
    size = len(this)
    if isinstance(key, RRange):
        start = 0 if key.first is None else int_of(vm, key.first)
        stop = -1 if key.last is None else int_of(vm, key.last)
        if start < 0:
            start += size
            if start < 0:
                raise RubyError.of(RANGE_ERROR, f"{vm.inspect(key)} out of range")
        stop += size if stop < 0 else 0
        return start, max(0, stop + (0 if key.exclusive and key.last is not None else 1) - start)
    start, count = int_of(vm, key), int_of(vm, rest[0])
    if count < 0:
        raise RubyError.of(INDEX_ERROR, f"negative length ({count})")
    if start < 0:
        start += size
        if start < 0:
            raise RubyError.of(INDEX_ERROR, f"index {start - size} too small for array; minimum: -{size}")
    return start, count


@method(ARRAY, "delete")
def delete(vm: Interpreter, this: RArray, value: Value, *, block: RProc | None) -> Value:
    kept: list[Value] = []
    found: Value = None
    for item in this:
        if vm.equal(item, value):
            found = item
        else:
            kept.append(item)
    if len(kept) == len(this):
        return None if block is None else vm.yield_(block, value)
    check_frozen(vm, this)
    this[:] = kept
    return found


@method(ARRAY, "delete_at")
def delete_at(vm: Interpreter, this: RArray, place: Value) -> Value:
    check_frozen(vm, this)
    at = int_of(vm, place)
    return this.pop(at) if -len(this) <= at < len(this) else None


@method(ARRAY, "slice!")
def slice_bang(vm: Interpreter, this: RArray, key: Value, count: Value = UNSET) -> Value:
    check_frozen(vm, this)
    found = index(vm, this, key, count)
    if count is UNSET and not isinstance(key, RRange):
        return delete_at(vm, this, key)
    if found is not None and found:
        start, length = _stretch(vm, this, key, () if count is UNSET else (count, None))
        del this[start : start + length]
    return found


def _keeping(name: str, bang: str, *, keeps: bool) -> None:
    """``name`` returns the array, ``bang`` returns nil where nothing went."""

    def run(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
        if block is None:
            return enumerator(vm, this, name)
        check_frozen(vm, this)
        this[:] = [i for i in this if vm.test(block, i) is keeps]
        return this

    def run_bang(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
        size = len(this)
        made = run(vm, this, block=block)
        return made if block is None or len(this) != size else None

    method(ARRAY, name)(run)
    method(ARRAY, bang)(run_bang)


_keeping("keep_if", "select!", keeps=True)
_keeping("delete_if", "reject!", keeps=False)
ARRAY.methods["filter!"] = ARRAY.methods["select!"]


@method(ARRAY, "map!", "collect!")
def map_bang(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "map!")
    check_frozen(vm, this)
    for place in range(len(this)):
        this[place] = vm.yield_(block, this[place])
    return this


@method(ARRAY, "compact!")
def compact_bang(vm: Interpreter, this: RArray) -> Value:
    check_frozen(vm, this)
    kept = [i for i in this if i is not None]
    if len(kept) == len(this):
        return None
    this[:] = kept
    return this


@method(ARRAY, "flatten!")
def flatten_bang(vm: Interpreter, this: RArray, depth: Value = None) -> Value:
    check_frozen(vm, this)
    nested = any(isinstance(i, RArray) for i in this)
    this[:] = flattened(vm, list(this), None if depth is None else int_of(vm, depth))
    return this if nested else None


@method(ARRAY, "uniq!")
def uniq_bang(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    check_frozen(vm, this)
    kept = uniq(vm, this, block=block)
    if len(kept) == len(this):
        return None
    this[:] = kept
    return this


@method(ARRAY, "reverse!")
def reverse_bang(vm: Interpreter, this: RArray) -> Value:
    check_frozen(vm, this)
    this.reverse()
    return this


@method(ARRAY, "rotate!")
def rotate_bang(vm: Interpreter, this: RArray, count: Value = 1) -> Value:
    check_frozen(vm, this)
    if this:
        by = int_of(vm, count) % len(this)
        this[:] = this[by:] + this[:by]
    return this


@method(ARRAY, "sort!")
def sort_bang(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    check_frozen(vm, this)
    this[:] = comparing.sorted_values(vm, list(this), block)
    return this


@method(ARRAY, "sort_by!")
def sort_by_bang(vm: Interpreter, this: RArray, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "sort_by!")
    check_frozen(vm, this)
    items = list(this)
    this[:] = comparing.sorted_by(vm, items, [vm.yield_(block, i) for i in items])
    return this


@method(ARRAY, "shuffle!")
def shuffle_bang(vm: Interpreter, this: RArray) -> Value:
    check_frozen(vm, this)
    this[:] = vm.invoke(this, "shuffle", [], None, None)
    return this


@method(ARRAY, "clear")
def clear(vm: Interpreter, this: RArray) -> Value:
    check_frozen(vm, this)
    this[:] = []
    return this


@method(ARRAY, "replace", "initialize_copy")
def replace(vm: Interpreter, this: RArray, other: Value) -> Value:
    check_frozen(vm, this)
    this[:] = list(array_argument(vm, other))
    return this


@method(ARRAY, "fill")
def fill(vm: Interpreter, this: RArray, *args: Value, block: RProc | None) -> Value:
    check_frozen(vm, this)
    given = list(args)
    value = given.pop(0) if block is None else None
    start = given[0] if given else 0
    if isinstance(start, RRange):
        first, count = _stretch(vm, this, start, ())
    else:
        first = 0 if start is None else int_of(vm, start)
        first += len(this) if first < 0 else 0
        count = int_of(vm, given[1]) if len(given) > 1 and given[1] is not None else max(0, len(this) - first)
    _grow(vm, this, first + count)
    for place in range(first, first + count):
        this[place] = value if block is None else vm.yield_(block, place)
    return this


@method(ARRAY, "compact_blank!")
def compact_blank_bang(vm: Interpreter, this: RArray) -> Value:
    check_frozen(vm, this)
    this[:] = [i for i in this if vm.invoke(i, "present?", [], None, None)]
    return this
