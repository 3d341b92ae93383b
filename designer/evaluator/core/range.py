"""Range."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from designer.evaluator import comparing
from designer.evaluator.classes import RANGE, RClass, Value
from designer.evaluator.core.enumerable import _extreme as extreme
from designer.evaluator.core.enumerable import enumerator
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import RANGE_ERROR, RubyError, argument_error, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.iterating import REnumerator, counted, element_list, range_elements, range_size
from designer.evaluator.numbers import int_of
from designer.evaluator.values import RArray, RProc, RRange, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


@singleton(RANGE, "new")
def new(vm: Interpreter, this: RClass, first: Value, last: Value, exclusive: Value = False) -> Value:
    vm.check_range(first, last)
    return RRange(first, last, exclusive not in (None, False))


@method(RANGE, "begin")
def begin(vm: Interpreter, this: RRange) -> Value:
    return this.first


@method(RANGE, "end")
def end(vm: Interpreter, this: RRange) -> Value:
    return this.last


@method(RANGE, "first")
def first(vm: Interpreter, this: RRange, count: Value = UNSET) -> Value:
    if count is UNSET:
        if this.first is None:
            raise RubyError.of(RANGE_ERROR, "cannot get the first element of beginless range")
        return this.first
    most = int_of(vm, count)
    if most < 0:
        raise argument_error("negative array size (or size too big)")
    vm.charge_elements(most if range_size(this) is None else min(most, range_size(this) or 0))
    return RArray(itertools.islice(range_elements(vm, this), most))


@method(RANGE, "last")
def last(vm: Interpreter, this: RRange, count: Value = UNSET) -> Value:
    if this.last is None:
        raise RubyError.of(RANGE_ERROR, "cannot get the last element of endless range")
    if count is UNSET:
        return this.last
    most = int_of(vm, count)
    size = range_size(this)
    if size is not None:
        stop = this.first + size
        vm.charge_elements(min(most, size))
        return RArray(range(max(this.first, stop - most), stop))
    items = element_list(vm, this)
    return RArray(items[max(0, len(items) - most) :])


@method(RANGE, "exclude_end?")
def exclude_end(vm: Interpreter, this: RRange) -> Value:
    return this.exclusive


@method(RANGE, "each")
def each(vm: Interpreter, this: RRange, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "each")
    for item in range_elements(vm, this):
        vm.yield_(block, item)
    return this


@method(RANGE, "size")
def size(vm: Interpreter, this: RRange) -> Value:
    found = range_size(this)
    if found is not None:
        return found
    if type(this.first) is int and this.last in (None, float("inf")):
        return float("inf")
    if isinstance(this.first, float):
        import math

        if this.last is None:
            return float("inf")
        return max(0, math.floor(this.last - this.first) + 1)
    return None


@method(RANGE, "count")
def count(vm: Interpreter, this: RRange, value: Value = UNSET, *, block: RProc | None) -> Value:
    if value is UNSET and block is None:
        found = range_size(this)
        return (
            float("inf")
            if this.last is None or this.first is None
            else len(element_list(vm, this))
            if found is None
            else found
        )
    items = element_list(vm, this)
    if value is not UNSET:
        return sum(vm.equal(item, value) for item in items)
    return sum(vm.test(block, item) for item in items)  # type: ignore[arg-type]


@method(RANGE, "cover?", "===")
def cover(vm: Interpreter, this: RRange, value: Value) -> Value:
    if isinstance(value, RRange):
        return _covers_range(vm, this, value)
    return comparing.covers(vm, this, value)


def _covers_range(vm: Interpreter, this: RRange, other: RRange) -> bool:
    if other.first is not None and other.last is not None and comparing.spaceship(vm, other.first, other.last) == 1:
        return False
    low = this.first is None or (
        other.first is not None and comparing.covers(vm, RRange(this.first, None), other.first)
    )
    if not low:
        return False
    if this.last is None:
        return True
    if other.last is None:
        return False
    order = comparing.spaceship(vm, other.last, this.last)
    if order is None:
        return False
    return order < 0 or (order == 0 and (not this.exclusive or other.exclusive))


@method(RANGE, "include?", "member?")
def include(vm: Interpreter, this: RRange, value: Value) -> Value:
    if isinstance(this.first, RString) or isinstance(this.last, RString):
        if not isinstance(value, RString) or this.first is None or this.last is None:
            return comparing.covers(vm, this, value)
        if len(this.first.s) == len(this.last.s) == 1:
            return len(value.s) == 1 and comparing.covers(vm, this, value)
        return any(i.s == value.s for i in range_elements(vm, this))
    if isinstance(value, RRange):
        return _covers_range(vm, this, value)
    return comparing.covers(vm, this, value)


@method(RANGE, "to_a", "to_ary", "entries")
def to_a(vm: Interpreter, this: RRange) -> Value:
    return RArray(element_list(vm, this))


del RANGE.methods["to_ary"]


@method(RANGE, "%")
def percent(vm: Interpreter, this: RRange, by: Value, *, block: RProc | None) -> Value:
    made = step(vm, this, by, block=block)
    return REnumerator(this, "%", [by]) if isinstance(made, REnumerator) else made


@method(RANGE, "step")
def step(vm: Interpreter, this: RRange, by: Value = 1, *, block: RProc | None) -> Value:
    if type(by) is int and by == 0:
        raise argument_error("step can't be 0")
    if isinstance(by, int | float) and by < 0:
        raise argument_error("step can't be negative")
    if block is None:
        return REnumerator(this, "step", [by])
    for item in _stepped(vm, this, by):
        vm.yield_(block, item)
    return this


def _stepped(vm: Interpreter, this: RRange, by: Value) -> Value:
    start = this.first
    if isinstance(start, int | float) and not isinstance(start, bool):
        if isinstance(start, float) or isinstance(by, float) or isinstance(this.last, float):
            return float_steps(float(start), this.last, float(by), this.exclusive)
        if this.last is None:
            return counted(vm, itertools.count(start, by))
        return iter(range(start, this.last + (0 if this.exclusive else 1), by))
    every = int_of(vm, by)
    return (item for place, item in enumerate(range_elements(vm, this)) if place % every == 0)


def float_steps(start: float, stop: Value, by: float, exclusive: bool) -> Value:
    """Steps of floats, counted as Ruby counts them so that the last is not lost to rounding."""
    if stop is None or stop == float("inf"):
        return (start + place * by for place in itertools.count())
    end_ = float(stop)
    span = (end_ - start) / by
    error = (abs(start) + abs(end_) + abs(end_ - start)) / abs(by) * 2.220446049250313e-16
    error = min(error, 0.5)
    import math

    if exclusive:
        if span <= 0:
            number = 0
        else:
            number = 0 if span < 1 else math.floor(span - error)
            number += 1
            if start + number * by < end_ and by > 0:
                number += 1
            number = number if start + (number - 1) * by < end_ else number - 1
    else:
        number = 0 if span < 0 else math.floor(span + error) + 1
    return (
        min(start + place * by, end_) if by > 0 and not exclusive else start + place * by for place in range(number)
    )


@method(RANGE, "sum")
def sum_(vm: Interpreter, this: RRange, start: Value = UNSET, *, block: RProc | None) -> Value:
    found = range_size(this)
    if block is None and found is not None and (start is UNSET or type(start) is int):
        total = (this.first + this.first + found - 1) * found // 2
        return total + (0 if start is UNSET else start)
    return vm.invoke(to_a(vm, this), "sum", [] if start is UNSET else [start], None, block)


@method(RANGE, "min")
def min_(vm: Interpreter, this: RRange, count: Value = UNSET, *, block: RProc | None) -> Value:
    if this.first is None:
        raise RubyError.of(RANGE_ERROR, "cannot get the minimum of beginless range")
    if count is UNSET and block is None:
        if this.last is None:
            return this.first
        order = comparing.compare(vm, this.first, this.last)
        return None if order > 0 or (order == 0 and this.exclusive) else this.first
    items = element_list(vm, this)
    return extreme(vm, items, items, count, 1, block)


@method(RANGE, "max")
def max_(vm: Interpreter, this: RRange, count: Value = UNSET, *, block: RProc | None) -> Value:
    if this.last is None:
        raise RubyError.of(RANGE_ERROR, "cannot get the maximum of endless range")
    if count is UNSET and block is None and (not this.exclusive or type(this.last) is int):
        if this.first is not None:
            order = comparing.compare(vm, this.first, this.last)
            if order > 0 or (order == 0 and this.exclusive):
                return None
        return this.last - 1 if this.exclusive else this.last
    if count is UNSET and block is None and isinstance(this.last, float):
        raise type_error("cannot exclude non Integer end value")
    items = element_list(vm, this)
    return extreme(vm, items, items, count, -1, block)


@method(RANGE, "minmax")
def minmax(vm: Interpreter, this: RRange, *, block: RProc | None) -> Value:
    return RArray([min_(vm, this, block=block), max_(vm, this, block=block)])


@method(RANGE, "to_s")
def to_s(vm: Interpreter, this: RRange) -> Value:
    return vm.join_strings([vm.to_rstring(this.first), "..." if this.exclusive else "..", vm.to_rstring(this.last)])


@method(RANGE, "inspect")
def inspect(vm: Interpreter, this: RRange) -> Value:
    return RString(vm.inspect(this))


@method(RANGE, "==", "eql?")
def equal(vm: Interpreter, this: RRange, other: Value) -> Value:
    return (
        isinstance(other, RRange)
        and this.exclusive is other.exclusive
        and vm.equal(this.first, other.first)
        and vm.equal(this.last, other.last)
    )


@method(RANGE, "overlaps?")
def overlaps(vm: Interpreter, this: RRange, other: Value) -> Value:
    if not isinstance(other, RRange):
        raise type_error(f"wrong argument type {class_of(other).name} (expected Range)")
    return comparing.covers(vm, this, other.first) or comparing.covers(vm, other, this.first)
