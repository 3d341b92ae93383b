"""Enumerable: slices, chunks, and what ActiveSupport and the SDK add."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.evaluator.classes import ENUMERABLE, Value
from designer.evaluator.core.enumerable import enumerator
from designer.evaluator.core.object import is_blank
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import RubyError, argument_error
from designer.evaluator.iterating import RLazy, element_list, elements, push
from designer.evaluator.numbers import int_of
from designer.evaluator.values import RArray, RHash, RProc, RString, Symbol, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def _size(vm: Interpreter, value: Value, what: str) -> int:
    size = int_of(vm, value)
    if size <= 0:
        raise argument_error(f"invalid {what} size")
    return size


@method(ENUMERABLE, "each_slice")
def each_slice(vm: Interpreter, this: Value, count: Value, *, block: RProc | None) -> Value:
    size = _size(vm, count, "slice")
    if block is None:
        return enumerator(vm, this, "each_slice", count)
    items = element_list(vm, this)
    for start in range(0, len(items), size):
        vm.yield_(block, RArray(items[start : start + size]))
    return this


@method(ENUMERABLE, "each_cons")
def each_cons(vm: Interpreter, this: Value, count: Value, *, block: RProc | None) -> Value:
    size = _size(vm, count, "")
    if block is None:
        return enumerator(vm, this, "each_cons", count)
    items = element_list(vm, this)
    for start in range(len(items) - size + 1):
        vm.yield_(block, RArray(items[start : start + size]))
    return this


@method(ENUMERABLE, "cycle")
def cycle(vm: Interpreter, this: Value, count: Value = None, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "cycle", *([] if count is None else [count]))
    items = element_list(vm, this)
    turns = None if count is None else int_of(vm, count)
    while items and (turns is None or turns > 0):
        for item in items:
            vm.yield_(block, item)
        turns = None if turns is None else turns - 1
    return None


@method(ENUMERABLE, "chunk_while")
def chunk_while(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    return _sliced(vm, this, block, cuts=False)


@method(ENUMERABLE, "slice_when")
def slice_when(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    return _sliced(vm, this, block, cuts=True)


def _sliced(vm: Interpreter, this: Value, block: RProc | None, *, cuts: bool) -> Value:
    if block is None:
        raise argument_error("tried to create Proc object without a block")
    groups = RArray()
    for item in elements(vm, this):
        if groups and vm.test(block, groups[-1][-1], item) is not cuts:
            groups[-1].append(item)
        else:
            groups.append(RArray([item]))
    return enumerator(vm, groups, "each")


@method(ENUMERABLE, "chunk")
def chunk(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "chunk")
    groups = RArray()
    for item in elements(vm, this):
        key = vm.yield_(block, item)
        if key is None or (isinstance(key, Symbol) and key.name == "_separator"):
            continue
        if groups and vm.equal(groups[-1][0], key):
            groups[-1][1].append(item)
        else:
            groups.append(RArray([key, RArray([item])]))
    return enumerator(vm, groups, "each")


@method(ENUMERABLE, "lazy")
def lazy(vm: Interpreter, this: Value) -> Value:
    return RLazy(this)


# --- ActiveSupport ------------------------------------------------------------------------------------------------


@method(ENUMERABLE, "index_by")
def index_by(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return enumerator(vm, this, "index_by")
    made = RHash()
    for item in elements(vm, this):
        made.set(vm.yield_(block, item), item)
    return made


@method(ENUMERABLE, "index_with")
def index_with(vm: Interpreter, this: Value, default: Value = UNSET, *, block: RProc | None) -> Value:
    if block is None and default is UNSET:
        return enumerator(vm, this, "index_with")
    made = RHash()
    for item in elements(vm, this):
        made.set(item, vm.yield_(block, item) if block is not None else default)
    return made


@method(ENUMERABLE, "many?")
def many(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    number = 0

    def visit(item: Value) -> bool:
        nonlocal number
        number += block is None or vm.test(block, item)
        return number > 1

    push(vm, this, visit)
    return number > 1


@method(ENUMERABLE, "exclude?")
def exclude(vm: Interpreter, this: Value, value: Value) -> Value:
    return not vm.invoke(this, "include?", [value], None, None)


@method(ENUMERABLE, "excluding", "without")
def excluding(vm: Interpreter, this: Value, *values: Value) -> Value:
    unwanted = [v for value in values for v in (value if isinstance(value, RArray) else [value])]
    return RArray([i for i in elements(vm, this) if not any(vm.equal(i, u) for u in unwanted)])


@method(ENUMERABLE, "including")
def including(vm: Interpreter, this: Value, *values: Value) -> Value:
    more = [v for value in values for v in (value if isinstance(value, RArray) else [value])]
    return RArray([*elements(vm, this), *more])


@method(ENUMERABLE, "compact_blank")
def compact_blank(vm: Interpreter, this: Value) -> Value:
    return RArray([i for i in elements(vm, this) if vm.invoke(i, "present?", [], None, None)])


@method(ENUMERABLE, "pick")
def pick(vm: Interpreter, this: Value, *keys: Value) -> Value:
    items = element_list(vm, this)
    if not items:
        return None
    found = [vm.invoke(items[0], "[]", [k], None, None) for k in keys]
    return found[0] if len(found) == 1 else RArray(found)


# --- the SDK ------------------------------------------------------------------------------------------------------


def _dug(vm: Interpreter, element: Value, key: Value) -> Value:
    """``element.dig(*key)`` where it can be dug, else ``element[key]``."""
    if vm.responds(element, "dig"):
        return vm.invoke(element, "dig", vm.splat(key), None, None)
    return vm.invoke(element, "[]", [key], None, None)


@method(ENUMERABLE, "pluck")
def pluck(vm: Interpreter, this: Value, *keys: Value) -> Value:
    if len(keys) > 1:
        return RArray([RArray([_dug(vm, e, k) for k in keys]) for e in elements(vm, this)])
    key = keys[0] if keys else None
    return RArray([_dug(vm, e, key) for e in elements(vm, this)])


@method(ENUMERABLE, "format_map")
def format_map(vm: Interpreter, this: Value, template: Value) -> Value:
    if is_blank(vm, template):
        return this

    def given(value: Value) -> Value:
        if isinstance(value, RHash) and value.indifferent:
            return RHash((sym(k.text) if isinstance(k, RString) else k, v) for k, v in value.items())
        return value

    made = RArray()
    for item in elements(vm, this):
        values = item if isinstance(item, RArray) else RArray([] if item is None else [item])
        made.append(vm.invoke(template, "%", [RArray([given(v) for v in values])], None, None))
    return made


@method(ENUMERABLE, "smart_join")
def smart_join(vm: Interpreter, this: Value, separator: Value) -> Value:
    kept = RArray()
    for item in elements(vm, this):
        value = vm.invoke(item, "strip", [], None, None) if isinstance(item, RString) else item
        if vm.invoke(value, "present?", [], None, None):
            kept.append(value)
    return vm.invoke(kept, "join", [separator], None, None)


@method(ENUMERABLE, "transform_find")
def transform_find(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    found: list[Value] = []

    def visit(item: Value) -> bool:
        value = vm.yield_(_given(block), item)
        if value is not None and value is not False:
            found.append(value)
        return bool(found)

    push(vm, this, visit)
    return found[0] if found else None


@method(ENUMERABLE, "transform_select")
def transform_select(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    values = [vm.yield_(_given(block), item) for item in elements(vm, this)]
    return RArray([v for v in values if v is not None and v is not False])


def _given(block: RProc | None) -> RProc:
    if block is None:
        raise RubyError.of("NoMethodError", "undefined method `call' for nil:NilClass")
    return block


_OPERATION = re.compile(r" *[><=!]={0,1} *\Z")


@method(ENUMERABLE, "where")
def where(vm: Interpreter, this: Value, conditions: Value = None) -> Value:
    """The SDK's query on an array of hashes; unlike there the result is an array at once."""
    from designer.evaluator.core.where import Query

    items = element_list(vm, this)
    listed = items if items and isinstance(items[0], RHash) else []
    query = Query(listed)
    query.add(vm, conditions, negated=False)
    return query


@method(ENUMERABLE, "compact")
def compact(vm: Interpreter, this: Value) -> Value:
    return RArray([i for i in elements(vm, this) if i is not None])


def _cut_at(vm: Interpreter, this: Value, pattern: Value, block: RProc | None, *, before: bool) -> Value:
    """``slice_before`` and ``slice_after``: groups that begin, or end, with what matches."""
    groups = RArray()
    fresh = True
    for item in elements(vm, this):
        matched = vm.test(block, item) if block is not None else vm.case_equal(pattern, item)
        if fresh or (before and matched):
            groups.append(RArray())
        groups[-1].append(item)
        fresh = matched and not before
    return enumerator(vm, groups, "each")


@method(ENUMERABLE, "slice_before")
def slice_before(vm: Interpreter, this: Value, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    return _cut_at(vm, this, pattern, block, before=True)


@method(ENUMERABLE, "slice_after")
def slice_after(vm: Interpreter, this: Value, pattern: Value = UNSET, *, block: RProc | None) -> Value:
    return _cut_at(vm, this, pattern, block, before=False)
