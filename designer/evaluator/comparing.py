"""Equality, order and ``===``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from designer.evaluator.classes import TIME, TIME_WITH_ZONE, RClass, Value
from designer.evaluator.errors import argument_error, type_error
from designer.evaluator.values import (
    UNKNOWN,
    CallSite,
    HostObject,
    RArray,
    RHash,
    RObject,
    RProc,
    RRange,
    RString,
    Symbol,
    hash_key,
)

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def same_text(a: RString, b: RString) -> bool:
    if a.s == b.s:
        return a.enc == b.enc or a.s.isascii() or {a.enc, b.enc} <= {"UTF-8", "US-ASCII"}
    return False


def equal(vm: Interpreter, a: Value, b: Value) -> bool:
    """Ruby's ``==``."""
    kind, other = type(a), type(b)
    if kind is RString:
        return same_text(a, b) if other is RString else False
    if a is None or kind is bool or kind is Symbol:
        return a is b
    if kind is int or kind is float:
        if other is int or other is float:
            return bool(a == b)
        return equal(vm, b, a) if isinstance(b, RObject) and not isinstance(b, HostObject) else False
    if kind is RArray:
        if a is b:
            return True
        vm.spend(len(a))
        return other is RArray and len(a) == len(b) and all(equal(vm, x, y) for x, y in zip(a, b, strict=False))
    if kind is RHash:
        return a is b or (other is RHash and _same_pairs(vm, a, b))
    if isinstance(a, RClass):
        return a is b
    if isinstance(a, HostObject):
        found = a.call_method("==", [b], None, None, CallSite(vm.line, vm.pointer))
        return a is b if found is UNKNOWN else found is not None and found is not False
    if a is b:
        return True
    found = vm.invoke(a, "==", [b], None, None)
    return found is not None and found is not False


def _same_pairs(vm: Interpreter, a: RHash, b: RHash) -> bool:
    if len(a) != len(b):
        return False
    vm.spend(len(a))
    for known, (_, value) in a.pairs.items():
        pair = b.pairs.get(known)
        if pair is None or not equal(vm, value, pair[1]):
            return False
    return True


def eql(a: Value, b: Value) -> bool:
    """``eql?``: as hash keys are the same."""
    return bool(type(a) is type(b) and hash_key(a) == hash_key(b))


def case_equal(vm: Interpreter, pattern: Value, value: Value) -> bool:
    """``pattern === value``."""
    from designer.evaluator.interpreter import class_of

    kind = type(pattern)
    if kind is RString or kind is Symbol or pattern is None or kind is int or kind is bool:
        return equal(vm, pattern, value)
    if kind is RClass:
        found_class = class_of(value)
        # ActiveSupport makes a TimeWithZone a Time.
        return found_class.descends_from(pattern) or (pattern is TIME and found_class is TIME_WITH_ZONE)
    if kind is RRange:
        return covers(vm, pattern, value)
    if kind is RProc:
        found = vm.run_proc(pattern, [value])
        return found is not None and found is not False
    found = vm.invoke(pattern, "===", [value], None, None)
    return found is not None and found is not False


def covers(vm: Interpreter, span: RRange, value: Value) -> bool:
    """``cover?`` of one value: False where it does not compare."""
    if span.first is not None:
        low = spaceship(vm, span.first, value)
        if low is None or low > 0:
            return False
    if span.last is not None:
        high = spaceship(vm, value, span.last)
        if high is None or high > 0 or (high == 0 and span.exclusive):
            return False
    return True


def spaceship(vm: Interpreter, a: Value, b: Value) -> int | None:
    """``a <=> b``: -1, 0, 1, or None where they do not compare."""
    kind, other = type(a), type(b)
    if (kind is int or kind is float) and (other is int or other is float):
        if a != a or b != b:
            return None
        return int(a > b) - int(a < b)
    if kind is RString:
        if other is not RString:
            return None
        left, right = (a.s, b.s) if a.s.isascii() and b.s.isascii() else (a.to_bytes(), b.to_bytes())
        return int(left > right) - int(left < right)
    if kind is Symbol:
        return (a.name > b.name) - (a.name < b.name) if other is Symbol else None
    if kind is RArray:
        return _arrays(vm, a, b) if other is RArray else None
    if a is None or kind is bool:
        return 0 if a is b else None
    if kind is RClass:
        return _classes(a, b)
    if kind is RHash:
        return 0 if equal(vm, a, b) else None
    found = vm.invoke(a, "<=>", [b], None, None)
    return None if found is None else int(found)


def _arrays(vm: Interpreter, a: RArray, b: RArray) -> int | None:
    for x, y in zip(a, b, strict=False):
        order = spaceship(vm, x, y)
        if order != 0:
            return order
    return (len(a) > len(b)) - (len(a) < len(b))


def _classes(a: RClass, b: Value) -> int | None:
    if not isinstance(b, RClass):
        return None
    if a is b:
        return 0
    if a.descends_from(b):
        return -1
    return 1 if b.descends_from(a) else None


def comparison_failed(vm: Interpreter, a: Value, b: Value) -> Exception:
    from designer.evaluator.interpreter import class_of

    special = b is None or isinstance(b, bool | float) or type(b) is int
    shown = vm.inspect(b) if special else class_of(b).name
    return argument_error(f"comparison of {class_of(a).name} with {shown} failed")


def compare(vm: Interpreter, a: Value, b: Value) -> int:
    """``a <=> b`` for sorting; raises ArgumentError where they do not compare."""
    order = spaceship(vm, a, b)
    if order is None:
        raise comparison_failed(vm, a, b)
    return order


def block_order(vm: Interpreter, block: RProc) -> Callable[[Value, Value], int]:
    """The order a block of ``sort``, ``min``… gives."""

    def order(a: Value, b: Value) -> int:
        found = vm.yield_(block, a, b)
        if found is None:
            raise comparison_failed(vm, a, b)
        if type(found) is int or type(found) is float:
            return (found > 0) - (found < 0)
        raise type_error(f"comparison of {vm.inspect(found)} with 0 failed")

    return order


def merge_sorted(items: list[Value], order: Callable[[Value, Value], int]) -> list[Value]:
    """Sort by comparing in the order Ruby's sort does: the earlier element first."""
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = merge_sorted(items[:middle], order), merge_sorted(items[middle:], order)
    out: list[Value] = []
    a = b = 0
    while a < len(left) and b < len(right):
        if order(left[a], right[b]) <= 0:
            out.append(left[a])
            a += 1
        else:
            out.append(right[b])
            b += 1
    return out + left[a:] + right[b:]


def sorted_values(vm: Interpreter, items: Sequence[Value], block: RProc | None = None) -> list[Value]:
    if block is not None:
        return merge_sorted(list(items), block_order(vm, block))
    kinds = {type(i) for i in items}
    if kinds == {RString} and all(i.s.isascii() for i in items):
        return sorted(items, key=lambda i: i.s)
    if kinds <= {int} or (kinds <= {int, float} and all(i == i for i in items)):
        return sorted(items)
    return merge_sorted(list(items), functools.partial(compare, vm))


def sorted_by(vm: Interpreter, items: Sequence[Value], keys: Sequence[Value]) -> list[Value]:
    """``items`` in the order of their ``keys``."""
    kinds = {type(k) for k in keys}
    if kinds == {RString} and all(k.s.isascii() for k in keys):
        order = sorted(range(len(items)), key=lambda i: keys[i].s)
    elif kinds <= {int}:
        order = sorted(range(len(items)), key=lambda i: keys[i])
    else:
        order = merge_sorted(list(range(len(items))), lambda a, b: compare(vm, keys[a], keys[b]))
    return [items[i] for i in order]
