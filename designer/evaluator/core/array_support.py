"""Array: what ActiveSupport adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator.classes import ARRAY, Value
from designer.evaluator.core.array import index
from designer.evaluator.core.registry import method
from designer.evaluator.errors import argument_error
from designer.evaluator.numbers import int_of
from designer.evaluator.values import RArray, RHash, RProc, RRange, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


for _name, _place in {"second": 1, "third": 2, "fourth": 3, "fifth": 4, "forty_two": 41}.items():

    def _bound(at_: int):  # type: ignore[no-untyped-def]
        def nth(vm: Interpreter, this: RArray) -> Value:
            return this[at_] if len(this) > at_ else None

        return nth

    method(ARRAY, _name)(_bound(_place))


@method(ARRAY, "second_to_last")
def second_to_last(vm: Interpreter, this: RArray) -> Value:
    return this[-2] if len(this) > 1 else None


@method(ARRAY, "third_to_last")
def third_to_last(vm: Interpreter, this: RArray) -> Value:
    return this[-3] if len(this) > 2 else None


@method(ARRAY, "from")
def from_(vm: Interpreter, this: RArray, place: Value) -> Value:
    found = index(vm, this, RRange(int_of(vm, place), len(this)))
    return RArray() if found is None else found


@method(ARRAY, "to")
def to(vm: Interpreter, this: RArray, place: Value) -> Value:
    at_ = int_of(vm, place)
    return RArray(this[: at_ + 1] if at_ >= 0 else this[: len(this) + at_ + 1])


@method(ARRAY, "to_sentence")
def to_sentence(
    vm: Interpreter,
    this: RArray,
    *,
    words_connector: Value = RString(", "),
    two_words_connector: Value = RString(" and "),
    last_word_connector: Value = RString(", and "),
    locale: Value = None,
) -> Value:
    words = [vm.to_rstring(i) for i in this]
    if len(words) < 2:
        return RString(words[0].s, words[0].enc) if words else RString("")
    if len(words) == 2:
        return vm.join_strings([words[0], vm.to_rstring(two_words_connector), words[1]])
    parts: list[RString | str] = [words[0]]
    for word in words[1:-1]:
        parts += [vm.to_rstring(words_connector), word]
    return vm.join_strings([*parts, vm.to_rstring(last_word_connector), words[-1]])


@method(ARRAY, "in_groups_of")
def in_groups_of(vm: Interpreter, this: RArray, number: Value, fill: Value = None, *, block: RProc | None) -> Value:
    size = int_of(vm, number)
    if size <= 0:
        raise argument_error(f"Group size must be a positive integer, was {vm.inspect(number)}")
    groups = [RArray(this[i : i + size]) for i in range(0, len(this), size)]
    if fill is not False and groups:
        vm.charge_elements(size)
        groups[-1].extend([fill] * (size - len(groups[-1])))
    if block is None:
        return RArray(groups)
    for group in groups:
        vm.yield_(block, group)
    return RArray(groups)


@method(ARRAY, "in_groups")
def in_groups(vm: Interpreter, this: RArray, number: Value, fill: Value = None, *, block: RProc | None) -> Value:
    count = int_of(vm, number)
    vm.charge_elements(count)
    division, modulo = divmod(len(this), count)
    groups, start = [], 0
    for place in range(count):
        size = division + (1 if place < modulo else 0)
        group = RArray(this[start : start + size])
        if fill is not False and modulo > 0 and size == division:
            group.append(fill)
        groups.append(group)
        start += size
    if block is None:
        return RArray(groups)
    for group in groups:
        vm.yield_(block, group)
    return RArray(groups)


@method(ARRAY, "split")
def split(vm: Interpreter, this: RArray, value: Value = None, *, block: RProc | None) -> Value:
    groups = RArray([RArray()])
    for item in this:
        if vm.test(block, item) if block is not None else vm.equal(item, value):
            groups.append(RArray())
        else:
            groups[-1].append(item)
    return groups


@method(ARRAY, "extract_options!")
def extract_options(vm: Interpreter, this: RArray) -> Value:
    return this.pop() if this and isinstance(this[-1], RHash) else RHash()


@method(ARRAY, "deep_dup")
def deep_dup(vm: Interpreter, this: RArray) -> Value:
    from designer.evaluator.core.object import deep_copied

    return deep_copied(this)
