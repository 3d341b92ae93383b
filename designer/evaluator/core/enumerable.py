"""Enumerable: finding, choosing and folding. Array has these from here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import comparing
from designer.evaluator.classes import ENUMERABLE, Value
from designer.evaluator.core.object import name_of
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import argument_error, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.iterating import REnumerator, element_list, elements, push
from designer.evaluator.numbers import int_of
from designer.evaluator.values import RArray, RHash, RProc, RRange, hash_key

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def enumerator(vm: Interpreter, this: Value, name: str, *args: Value) -> REnumerator:
    """What ``name`` returns without a block."""
    return REnumerator(this, name, args, lambda: size_of(vm, this))


def size_of(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, RArray | RHash):
        return len(this)
    if isinstance(this, REnumerator):
        return None if this.size is None else this.size()
    return vm.invoke(this, "size", [], None, None) if vm.responds(this, "size") else None


@method(ENUMERABLE, "to_a", "entries", "force")
def to_a(vm: Interpreter, this: Value, *args: Value) -> Value:
    return RArray(element_list(vm, this))


@method(ENUMERABLE, "map", "collect")
def map_(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "map")
    call = vm.yield_
    return RArray([call(block, item) for item in elements(vm, this)])


@method(ENUMERABLE, "flat_map", "collect_concat")
def flat_map(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "flat_map")
    found = RArray()
    for item in elements(vm, this):
        value = vm.yield_(block, item)
        if isinstance(value, RArray):
            vm.charge_elements(len(found) + len(value))
            found.extend(value)
        else:
            found.append(value)
    return found


@method(ENUMERABLE, "select", "filter", "find_all")
def select(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "select")
    return RArray([item for item in elements(vm, this) if vm.test(block, item)])


@method(ENUMERABLE, "reject")
def reject(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "reject")
    return RArray([item for item in elements(vm, this) if not vm.test(block, item)])


@method(ENUMERABLE, "filter_map")
def filter_map(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "filter_map")
    found = RArray()
    for item in elements(vm, this):
        value = vm.yield_(block, item)
        if value is not None and value is not False:
            found.append(value)
    return found


@method(ENUMERABLE, "partition")
def partition(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "partition")
    yes, no = RArray(), RArray()
    for item in elements(vm, this):
        (yes if vm.test(block, item) else no).append(item)
    return RArray([yes, no])


@method(ENUMERABLE, "find", "detect")
def find(vm: Interpreter, this: Value, otherwise: Value = None, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "find")
    found: list[Value] = []

    def visit(item: Value) -> bool:
        if vm.test(block, item):
            found.append(item)
        return bool(found)

    push(vm, this, visit)
    if found:
        return found[0]
    return None if otherwise is None else vm.invoke(otherwise, "call", [], None, None)


@method(ENUMERABLE, "find_index")
def find_index(vm: Interpreter, this: Value, value: Value = UNSET, *, block: RProc | None) -> Value:
    if block is None and value is UNSET:
        return enumerator(vm, this, "find_index")
    place, found = 0, None

    def visit(item: Value) -> bool:
        nonlocal place, found
        if vm.equal(item, value) if value is not UNSET else vm.test(block, item):  # type: ignore[arg-type]
            found = place
            return True
        place += 1
        return False

    push(vm, this, visit)
    return found


@method(ENUMERABLE, "first")
def first(vm: Interpreter, this: Value, count: Value = UNSET) -> Value:
    found = RArray()
    if count is UNSET:
        push(vm, this, lambda item: found.append(item) or True)  # type: ignore[func-returns-value]
        return found[0] if found else None
    most = int_of(vm, count)
    if most < 0:
        raise argument_error("attempt to take negative size")
    return _taken(vm, this, most)


def _taken(vm: Interpreter, this: Value, most: int) -> RArray:
    found = RArray()
    if most == 0:
        return found

    def visit(item: Value) -> bool:
        found.append(item)
        if len(found) % 10_000 == 0:
            vm.charge_elements(len(found))
        return len(found) >= most

    push(vm, this, visit)
    return found


@method(ENUMERABLE, "take")
def take(vm: Interpreter, this: Value, count: Value) -> Value:
    most = int_of(vm, count)
    if most < 0:
        raise argument_error("attempt to take negative size")
    return _taken(vm, this, most)


@method(ENUMERABLE, "take_while")
def take_while(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "take_while")
    found = RArray()

    def visit(item: Value) -> bool:
        if not vm.test(block, item):
            return True
        found.append(item)
        return False

    push(vm, this, visit)
    return found


@method(ENUMERABLE, "drop")
def drop(vm: Interpreter, this: Value, count: Value) -> Value:
    least = int_of(vm, count)
    if least < 0:
        raise argument_error("attempt to drop negative size")
    return RArray(element_list(vm, this)[least:])


@method(ENUMERABLE, "drop_while")
def drop_while(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "drop_while")
    found = RArray()
    dropping = True
    for item in elements(vm, this):
        dropping = dropping and vm.test(block, item)
        if not dropping:
            found.append(item)
    return found


@method(ENUMERABLE, "include?", "member?")
def include(vm: Interpreter, this: Value, value: Value) -> Value:
    found = False

    def visit(item: Value) -> bool:
        nonlocal found
        found = vm.equal(item, value)
        return found

    push(vm, this, visit)
    return found


def counting(vm: Interpreter, this: Value, pattern: Value, block: RProc | None, stop_at: int, wanted: bool) -> int:
    """How many elements satisfy (or with ``wanted`` False do not), stopping at ``stop_at``."""
    number = 0

    def visit(item: Value) -> bool:
        nonlocal number
        if pattern is not UNSET:
            holds = vm.case_equal(pattern, item)
        elif block is not None:
            holds = vm.test(block, item)
        else:
            holds = item is not None and item is not False
        number += holds is wanted
        return number >= stop_at

    push(vm, this, visit)
    return number


@method(ENUMERABLE, "any?")
def any_(vm: Interpreter, this: Value, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    return counting(vm, this, pattern, block, 1, True) == 1


@method(ENUMERABLE, "all?")
def all_(vm: Interpreter, this: Value, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    return counting(vm, this, pattern, block, 1, False) == 0


@method(ENUMERABLE, "none?")
def none(vm: Interpreter, this: Value, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    return counting(vm, this, pattern, block, 1, True) == 0


@method(ENUMERABLE, "one?")
def one(vm: Interpreter, this: Value, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    return counting(vm, this, pattern, block, 2, True) == 1


@method(ENUMERABLE, "count")
def count(vm: Interpreter, this: Value, value: Value = UNSET, *, block: RProc | None) -> Value:
    if value is not UNSET:
        return sum(1 for item in elements(vm, this) if vm.equal(item, value))
    if block is None:
        return len(element_list(vm, this))
    return sum(1 for item in elements(vm, this) if vm.test(block, item))


@method(ENUMERABLE, "inject", "reduce")
def inject(vm: Interpreter, this: Value, a: Value = UNSET, b: Value = UNSET, *, block: RProc | None) -> Value:
    operator: str | None = None
    start: Value = UNSET
    if b is not UNSET:
        start, operator = a, name_of(b)
    elif a is not UNSET and block is None:
        operator = name_of(a)
    else:
        start = a
    value = start
    for item in elements(vm, this):
        if value is UNSET:
            value = item
        elif operator is not None:
            value = vm.invoke(value, operator, [item], None, None)
        else:
            assert block is not None
            value = vm.yield_(block, value, item)
    return None if value is UNSET else value


@method(ENUMERABLE, "sum")
def sum_(vm: Interpreter, this: Value, start: Value = UNSET, *, block: RProc | None) -> Value:
    items = elements(vm, this)
    values = list(items) if block is None else [vm.yield_(block, item) for item in items]
    if start is UNSET and values and not _is_number(values[0]) and not isinstance(values[0], bool):
        # ActiveSupport: without a start, what cannot be added to 0 is folded by itself.
        folded = values[0]
        for value in values[1:]:
            folded = vm.invoke(folded, "+", [value], None, None)
        return 0 if folded is None else folded
    return added(vm, 0 if start is UNSET else start, values)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def added(vm: Interpreter, total: Value, values: list[Value]) -> Value:
    """Sum as Ruby does it: floats with Kahan-Babuska compensation."""
    place = whole = 0
    while place < len(values) and type(values[place]) is int:
        whole += values[place]
        place += 1
    if whole:
        total = total + whole if type(total) is int else vm.invoke(whole, "+", [total], None, None)
    if place < len(values) and isinstance(values[place], float) and _is_number(total):
        total, place = _compensated(float(total), values, place)
    for value in values[place:]:
        total = vm.invoke(total, "+", [value], None, None)
    return total


def _compensated(total: float, values: list[Value], place: int) -> tuple[float, int]:
    lost = 0.0
    while place < len(values) and _is_number(values[place]):
        value = float(values[place])
        step = total + value
        if step in (float("inf"), float("-inf")) or step != step:
            total = step
        else:
            lost += (total - step) + value if abs(total) >= abs(value) else (value - step) + total
            total = step
        place += 1
    return total + lost, place


@method(ENUMERABLE, "each_with_object")
def each_with_object(vm: Interpreter, this: Value, memo: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each_with_object", memo)
    for item in elements(vm, this):
        vm.yield_(block, item, memo)
    return memo


@method(ENUMERABLE, "each_with_index")
def each_with_index(vm: Interpreter, this: Value, *args: Value, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each_with_index")
    place = 0

    def visit(item: Value) -> bool:
        nonlocal place
        vm.yield_(block, item, place)
        place += 1
        return False

    push(vm, this, visit)
    return this


@method(ENUMERABLE, "each_entry")
def each_entry(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each_entry")
    for item in elements(vm, this):
        vm.yield_(block, item)
    return this


@method(ENUMERABLE, "reverse_each")
def reverse_each(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "reverse_each")
    for item in reversed(element_list(vm, this)):
        vm.yield_(block, item)
    return this


@method(ENUMERABLE, "tally")
def tally(vm: Interpreter, this: Value) -> Value:
    found = RHash()
    for item in elements(vm, this):
        found.set(item, found.get(item, 0) + 1)
    return found


@method(ENUMERABLE, "group_by")
def group_by(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "group_by")
    found = RHash()
    for item in elements(vm, this):
        key = vm.yield_(block, item)
        group = found.get(key)
        if group is None:
            found.set(key, RArray([item]))
        else:
            group.append(item)
    return found


@method(ENUMERABLE, "uniq")
def uniq(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    seen: set[Value] = set()
    found = RArray()
    for item in elements(vm, this):
        key = hash_key(item if block is None else vm.yield_(block, item))
        if key not in seen:
            seen.add(key)
            found.append(item)
    return found


@method(ENUMERABLE, "to_h")
def to_h(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    from designer.evaluator.errors import type_error
    from designer.evaluator.interpreter import class_of

    made = RHash()
    for place, item in enumerate(elements(vm, this)):
        pair = item if block is None else vm.yield_(block, item)
        if not isinstance(pair, RArray):
            where = f" at {place}" if block is None and isinstance(this, RArray) else " (" if False else ""
            kind = class_of(pair).name
            if block is not None:
                raise type_error(
                    f"wrong element type {kind} (expected array)"
                    if not isinstance(this, RArray)
                    else f"wrong element type {kind} at {place} (expected array)"
                )
            raise type_error(f"wrong element type {kind}{where} (expected array)")
        if len(pair) != 2:
            if isinstance(this, RArray):
                raise argument_error(f"wrong array length at {place} (expected 2, was {len(pair)})")
            raise argument_error(f"element has wrong array length (expected 2, was {len(pair)})")
        made.set(pair[0], pair[1])
    return made


@method(ENUMERABLE, "to_set")
def to_set(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    from designer.evaluator.core.sets import RSet

    items = elements(vm, this)
    return RSet(items if block is None else [vm.yield_(block, i) for i in items])


@method(ENUMERABLE, "zip")
def zip_(vm: Interpreter, this: Value, *others: Value, block: RProc | None) -> Value:
    for other in others:
        if not isinstance(other, RArray | RHash | RRange) and not vm.responds(other, "each"):
            raise type_error(f"wrong argument type {class_of(other).name} (must respond to :each)")
    lists = [element_list(vm, o) for o in others]
    rows = [
        RArray([item, *(other[place] if place < len(other) else None for other in lists)])
        for place, item in enumerate(elements(vm, this))
    ]
    if block is None:
        return RArray(rows)
    for row in rows:
        vm.yield_(block, row)
    return None


@method(ENUMERABLE, "grep")
def grep(vm: Interpreter, this: Value, pattern: Value, *, block: RProc | None) -> Value:
    found = [item for item in elements(vm, this) if vm.case_equal(pattern, item)]
    return RArray(found if block is None else [vm.yield_(block, item) for item in found])


@method(ENUMERABLE, "grep_v")
def grep_v(vm: Interpreter, this: Value, pattern: Value, *, block: RProc | None) -> Value:
    found = [item for item in elements(vm, this) if not vm.case_equal(pattern, item)]
    return RArray(found if block is None else [vm.yield_(block, item) for item in found])


# --- order --------------------------------------------------------------------------------------------------------


@method(ENUMERABLE, "sort")
def sort(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    return RArray(comparing.sorted_values(vm, element_list(vm, this), block))


@method(ENUMERABLE, "sort_by")
def sort_by(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "sort_by")
    items = element_list(vm, this)
    return RArray(comparing.sorted_by(vm, items, [vm.yield_(block, i) for i in items]))


def _extreme(
    vm: Interpreter, items: list[Value], keys: list[Value], count: Value, sign: int, block: RProc | None
) -> Value:
    order = comparing.block_order(vm, block) if block is not None else vm.compare
    if count is not UNSET and count is not None:
        most = int_of(vm, count)
        if most < 0:
            raise argument_error(f"negative size ({most})")
        places = comparing.merge_sorted(list(range(len(items))), lambda a, b: sign * order(keys[a], keys[b]))
        return RArray([items[p] for p in places[:most]])
    if not items:
        return None
    best = 0
    for place in range(1, len(items)):
        # An array compares its best with the next, anything else the next with its best.
        found = -order(keys[best], keys[place]) if keys is items else order(keys[place], keys[best])
        if sign * found < 0:
            best = place
    return items[best]


@method(ENUMERABLE, "min")
def min_(vm: Interpreter, this: Value, count: Value = UNSET, *, block: RProc | None) -> Value:
    items = element_list(vm, this)
    return _extreme(vm, items, items, count, 1, block)


@method(ENUMERABLE, "max")
def max_(vm: Interpreter, this: Value, count: Value = UNSET, *, block: RProc | None) -> Value:
    items = element_list(vm, this)
    return _extreme(vm, items, items, count, -1, block)


@method(ENUMERABLE, "minmax")
def minmax(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    items = element_list(vm, this)
    return RArray([_extreme(vm, items, items, UNSET, 1, block), _extreme(vm, items, items, UNSET, -1, block)])


@method(ENUMERABLE, "min_by")
def min_by(vm: Interpreter, this: Value, count: Value = UNSET, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "min_by")
    items = element_list(vm, this)
    return _extreme(vm, items, [vm.yield_(block, i) for i in items], count, 1, None)


@method(ENUMERABLE, "max_by")
def max_by(vm: Interpreter, this: Value, count: Value = UNSET, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "max_by")
    items = element_list(vm, this)
    return _extreme(vm, items, [vm.yield_(block, i) for i in items], count, -1, None)


@method(ENUMERABLE, "minmax_by")
def minmax_by(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "minmax_by")
    items = element_list(vm, this)
    keys = [vm.yield_(block, i) for i in items]
    return RArray([_extreme(vm, items, keys, UNSET, 1, None), _extreme(vm, items, keys, UNSET, -1, None)])
