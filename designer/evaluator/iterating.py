"""Walking over whatever is Enumerable."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import Value
from designer.evaluator.errors import RubyError, type_error
from designer.evaluator.frames import StopIterating
from designer.evaluator.values import HostObject, RArray, RHash, RObject, RProc, RRange, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


class REnumerator(RObject):
    """What an iterating method called without a block returns: the call, to be made when there is a block."""

    __slots__ = ("args", "kwargs", "method", "position", "receiver", "size")

    def __init__(
        self,
        receiver: Value,
        method: str,
        args: Iterable[Value] = (),
        size: Callable[[], Value] | None = None,
        kwargs: RHash | None = None,
    ) -> None:
        super().__init__(classes.ENUMERATOR)
        self.receiver = receiver
        self.method = method
        self.args = list(args)
        self.kwargs = kwargs
        self.size = size
        self.position = 0

    def each(self, vm: Interpreter, block: RProc) -> Value:
        return vm.invoke(self.receiver, self.method, list(self.args), self.kwargs, block)


class RLazy(RObject):
    """An Enumerator::Lazy: a source and what is to be done with each of its elements."""

    __slots__ = ("source", "steps")

    def __init__(self, source: Value, steps: tuple[tuple[str, Value], ...] = ()) -> None:
        super().__init__(classes.LAZY)
        self.source = source
        self.steps = steps


def packed(args: list[Value]) -> Value:
    """What a block with one parameter would see of the values yielded."""
    if len(args) == 1:
        return args[0]
    return RArray(args) if args else None


def collector(take: Callable[[Value], None]) -> RProc:
    """A block that hands each value yielded to ``take``."""

    def call(args: list[Value], kwargs: RHash | None, block: RProc | None) -> Value:
        del block
        take(packed([*args, kwargs] if kwargs else args))
        return None

    return RProc(native=call)


def push(vm: Interpreter, source: Value, visit: Callable[[Value], bool]) -> None:
    """Call ``visit`` with each element until it returns True."""
    if isinstance(source, RArray | RHash | RRange):
        for item in _pull(vm, source):
            if visit(item):
                return
        return
    tag = object()

    def take(item: Value) -> None:
        vm.fuel -= 1
        if vm.fuel < 0:
            vm.refuel()
        if visit(item):
            raise StopIterating(tag)

    try:
        _each(vm, source, collector(take))
    except StopIterating as signal:
        if signal.tag is not tag:
            raise


def _each(vm: Interpreter, source: Value, block: RProc) -> None:
    if isinstance(source, REnumerator):
        source.each(vm, block)
    elif isinstance(source, RLazy):
        from designer.evaluator.core.lazy import run_lazy

        run_lazy(vm, source, block)
    else:
        vm.invoke(source, "each", [], None, block)


def elements(vm: Interpreter, source: Value) -> Iterable[Value]:
    """All elements; raises where there are too many to be gone through."""
    if type(source) is RArray:
        return source
    if isinstance(source, RHash | RRange):
        if isinstance(source, RRange):
            size = range_size(source)
            if size is not None:
                vm.charge_elements(size)
        return _pull(vm, source)
    if isinstance(source, REnumerator | RLazy | HostObject | RObject):
        found: list[Value] = []

        def take(item: Value) -> None:
            vm.fuel -= 1
            if vm.fuel < 0:
                vm.refuel()
            found.append(item)

        _each(vm, source, collector(take))
        return found
    raise type_error(f"can't iterate from {type(source).__name__}")


def element_list(vm: Interpreter, source: Value) -> list[Value]:
    """A new Python list of all elements."""
    if isinstance(source, RRange) and source.last is None:
        raise RubyError.of("RangeError", "cannot convert endless range to an array")
    return list(elements(vm, source))


def _pull(vm: Interpreter, source: RArray | RHash | RRange) -> Iterator[Value]:
    if isinstance(source, RArray):
        return iter(source)
    if isinstance(source, RHash):
        return iter([RArray(pair) for pair in source.pairs.values()])
    return range_elements(vm, source)


def range_size(span: RRange) -> int | None:
    """How many integers a range has; None where it is not a finite range of integers."""
    first, last = span.first, span.last
    if type(first) is int and isinstance(last, float) and last == last and abs(last) != float("inf"):
        whole = int(last // 1)
        return max(0, whole - first + (0 if span.exclusive and whole == last else 1))
    if type(first) is not int or type(last) is not int:
        return None
    return max(0, last - first + (0 if span.exclusive else 1))


def range_elements(vm: Interpreter, span: RRange) -> Iterator[Value]:
    from designer.evaluator.interpreter import class_of

    first, last = span.first, span.last
    if type(first) is int:
        size = range_size(span)
        return iter(range(first, first + size)) if size is not None else counted(vm, itertools.count(first))
    if isinstance(first, RString):
        return _strings(vm, span)
    if first is None or isinstance(first, float) or not class_of(first).find("succ"):
        raise type_error(f"can't iterate from {class_of(first).name}")
    return _successors(vm, first, last, span.exclusive)


def counted(vm: Interpreter, endless: Iterator[Value]) -> Iterator[Value]:
    """Elements of something endless: the limits end it."""
    for place, item in enumerate(endless):
        if place % 1000 == 999:
            vm.charge_elements(place)
            vm.check_time()
        yield item


def _successors(vm: Interpreter, first: Value, last: Value, exclusive: bool) -> Iterator[Value]:
    while last is None or (order := vm.compare(first, last)) < 0 or (order == 0 and not exclusive):
        vm.fuel -= 1
        if vm.fuel < 0:
            vm.refuel()
        yield first
        first = vm.invoke(first, "succ", [], None, None)


def _strings(vm: Interpreter, span: RRange) -> Iterator[Value]:
    from designer.evaluator.core.string_succ import successor

    text, last = span.first.s, span.last
    if last is None:
        while True:
            yield RString(text)
            text = successor(text)
    end = last.s
    if text.isdigit() and end.isdigit() and text.isascii() and end.isascii():
        width = len(text)
        for number in range(int(text), int(end) + (0 if span.exclusive else 1)):
            yield RString(str(number).rjust(width, "0"))
        return
    if text > end:
        return
    while True:
        vm.fuel -= 1
        if vm.fuel < 0:
            vm.refuel()
        if text == end:
            if not span.exclusive:
                yield RString(text)
            return
        yield RString(text)
        text = successor(text)
        if len(text) > len(end):
            return
