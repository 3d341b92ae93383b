"""Enumerator, Enumerator::Lazy and Enumerator::Yielder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator.classes import ENUMERATOR, LAZY, SAFE_BUFFER, RClass, Value, define
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import STOP_ITERATION, CannotEvaluate, RubyError, argument_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.iterating import REnumerator, RLazy, element_list, packed, push
from designer.evaluator.numbers import int_of
from designer.evaluator.values import RArray, RHash, RObject, RProc, RRange, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

YIELDER = define("Enumerator::Yielder")


class Generator(RObject):
    """What ``Enumerator.new { |y| … }`` goes through."""

    __slots__ = ("block",)

    def __init__(self, block: RProc) -> None:
        super().__init__(define("Enumerator::Generator"))
        self.block = block


class Yielder(RObject):
    __slots__ = ("block",)

    def __init__(self, block: RProc) -> None:
        super().__init__(YIELDER)
        self.block = block


@singleton(ENUMERATOR, "new")
def new(vm: Interpreter, this: RClass, size: Value = None, *, block: RProc | None) -> Value:
    if block is None:
        raise argument_error("no block given")
    return REnumerator(Generator(block), "each", size=lambda: size)


@singleton(ENUMERATOR, "produce")
def produce(vm: Interpreter, this: RClass, first: Value = UNSET, *, block: RProc) -> Value:
    def run(args: list[Value], kwargs: RHash | None, inner: RProc | None) -> Value:
        value = vm.yield_(block) if first is UNSET else first
        try:
            while True:
                vm.yield_(args[0].block, value)
                value = vm.yield_(block, value)
        except RubyError as error:
            if not error.exception.cls.descends_from(STOP_ITERATION):
                raise
        return None

    return REnumerator(Generator(RProc(native=run)), "each", size=lambda: float("inf"))


@method(define("Enumerator::Generator"), "each")
def generate(vm: Interpreter, this: Generator, *, block: RProc) -> Value:
    return vm.yield_(this.block, Yielder(block))


@method(YIELDER, "<<")
def yielder_shovel(vm: Interpreter, this: Yielder, value: Value) -> Value:
    vm.yield_(this.block, value)
    return this


@method(YIELDER, "yield", "call")
def yielder_yield(vm: Interpreter, this: Yielder, *values: Value) -> Value:
    return vm.yield_(this.block, *values)


@method(ENUMERATOR, "each")
def each(vm: Interpreter, this: REnumerator, *, block: RProc | None) -> Value:
    return this if block is None else this.each(vm, block)


@method(ENUMERATOR, "size")
def size(vm: Interpreter, this: REnumerator) -> Value:
    return None if this.size is None else this.size()


@method(ENUMERATOR, "with_index", "each_with_index")
def with_index(vm: Interpreter, this: REnumerator, start: Value = 0, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "with_index", [start], this.size)
    place = (0 if start is None else int_of(vm, start)) - 1

    def call(args: list[Value], kwargs: RHash | None, inner: RProc | None) -> Value:
        nonlocal place
        place += 1
        return vm.yield_(block, packed(args), place)

    return this.each(vm, RProc(native=call))


@method(ENUMERATOR, "with_object", "each_with_object")
def with_object(vm: Interpreter, this: REnumerator, memo: Value, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "with_object", [memo], this.size)
    this.each(vm, RProc(native=lambda args, kwargs, inner: vm.yield_(block, packed(args), memo)))
    return memo


def _nth(vm: Interpreter, this: REnumerator) -> Value:
    if isinstance(this.receiver, Generator):
        raise CannotEvaluate("Enumerator#next of a generator")
    found: list[Value] = []
    wanted = this.position

    def visit(item: Value) -> bool:
        found.append(item)
        return len(found) > wanted

    push(vm, this, visit)
    if len(found) <= wanted:
        raise RubyError.of(STOP_ITERATION, "iteration reached an end")
    return found[wanted]


@method(ENUMERATOR, "next")
def next_(vm: Interpreter, this: REnumerator) -> Value:
    value = _nth(vm, this)
    this.position += 1
    return value


@method(ENUMERATOR, "peek")
def peek(vm: Interpreter, this: REnumerator) -> Value:
    return _nth(vm, this)


@method(ENUMERATOR, "rewind")
def rewind(vm: Interpreter, this: REnumerator) -> Value:
    this.position = 0
    return this


@method(ENUMERATOR, "+")
def plus(vm: Interpreter, this: REnumerator, other: Value) -> Value:
    return REnumerator(RArray([*element_list(vm, this), *element_list(vm, other)]), "each")


@method(ENUMERATOR, "inspect", "to_s")
def inspect(vm: Interpreter, this: REnumerator) -> Value:
    if isinstance(this.receiver, Generator):
        return RString(f"#<Enumerator: {class_of(this.receiver).name}:each>")
    if this.method in ("step", "%") and not isinstance(this.receiver, RString):
        return RString(_sequence_text(vm, this))
    args = f"({', '.join(vm.inspect(a) for a in this.args)})" if this.args else ""
    return RString(f"#<Enumerator: {vm.inspect(this.receiver)}:{this.method}{args}>")


def _sequence_text(vm: Interpreter, this: REnumerator) -> str:
    """An Enumerator::ArithmeticSequence shows the call that made it."""
    owner = vm.inspect(this.receiver)
    keywords = [f"{vm.inspect(k)[1:]}: {vm.inspect(v)}" for k, v in this.kwargs.items()] if this.kwargs else []
    given = ", ".join([*(vm.inspect(a) for a in this.args), *keywords])
    return f"({f'({owner})' if isinstance(this.receiver, RRange) else owner}.{this.method}({given}))"


# --- Lazy ---------------------------------------------------------------------------------------------------------

_LAZY_STEPS = (
    "map",
    "collect",
    "select",
    "filter",
    "reject",
    "take_while",
    "drop_while",
    "filter_map",
    "flat_map",
    "with_index",
    "each_with_index",
)


def _step(name: str) -> None:
    def run(vm: Interpreter, this: RLazy, *, block: RProc | None) -> Value:
        if block is None and name not in ("with_index", "each_with_index"):
            raise argument_error(f"tried to call lazy {name} without a block")
        return RLazy(this.source, (*this.steps, (name, block)))

    method(LAZY, name)(run)


for _name in _LAZY_STEPS:
    _step(_name)


@method(LAZY, "take")
def lazy_take(vm: Interpreter, this: RLazy, count: Value) -> Value:
    return RLazy(this.source, (*this.steps, ("take", int_of(vm, count))))


@method(LAZY, "drop")
def lazy_drop(vm: Interpreter, this: RLazy, count: Value) -> Value:
    return RLazy(this.source, (*this.steps, ("drop", int_of(vm, count))))


@method(LAZY, "uniq")
def lazy_uniq(vm: Interpreter, this: RLazy, *, block: RProc | None) -> Value:
    return RLazy(this.source, (*this.steps, ("uniq", block)))


@method(LAZY, "compact")
def lazy_compact(vm: Interpreter, this: RLazy) -> Value:
    return RLazy(this.source, (*this.steps, ("compact", None)))


@method(LAZY, "lazy")
def lazy_lazy(vm: Interpreter, this: RLazy) -> Value:
    return this


@method(LAZY, "eager")
def lazy_eager(vm: Interpreter, this: RLazy) -> Value:
    return REnumerator(RArray(element_list(vm, this)), "each")


@method(LAZY, "first")
def lazy_first(vm: Interpreter, this: RLazy, count: Value = UNSET) -> Value:
    from designer.evaluator.core.enumerable import first

    return first(vm, this, count)


@method(LAZY, "each")
def lazy_each(vm: Interpreter, this: RLazy, *, block: RProc | None) -> Value:
    if block is None:
        return this
    run_lazy(vm, this, block)
    return this


@method(LAZY, "size")
def lazy_size(vm: Interpreter, this: RLazy) -> Value:
    return None


def _refused(cls: RClass, name: str) -> None:
    """Keep what the class above does from standing in for what is different here."""

    def refuse(vm: Interpreter, this: RObject, *args: Value, block: RProc | None) -> Value:
        raise CannotEvaluate(f"{cls.name}#{name}")

    method(cls, name)(refuse)


for _name in (
    "zip",
    "chunk",
    "chunk_while",
    "slice_when",
    "slice_before",
    "slice_after",
    "with_object",
    "grep",
    "grep_v",
    "each_with_object",
    "next",
    "peek",
    "rewind",
    "+",
):
    _refused(LAZY, _name)
# Joining to a safe buffer escapes what is joined.
for _name in ("+", "<<", "%", "concat", "insert", "prepend", "replace", "[]="):
    _refused(SAFE_BUFFER, _name)


@method(LAZY, "inspect", "to_s")
def lazy_inspect(vm: Interpreter, this: RLazy) -> Value:
    text = f"#<Enumerator::Lazy: {vm.inspect(this.source)}>"
    for name, given in this.steps:
        args = f"({given})" if isinstance(given, int) else ""
        text = f"#<Enumerator::Lazy: {text}:{name}{args}>"
    return RString(text)


class _Pipeline:
    """The steps of one run of a lazy enumerator. ``feed`` returns True where nothing more is wanted."""

    def __init__(self, vm: Interpreter, steps: tuple[tuple[str, Value], ...], out: RProc) -> None:
        self.vm = vm
        self.steps = steps
        self.out = out
        self.counts = [0] * len(steps)
        self.seen: list[set[Value]] = [set() for _ in steps]

    def wants_nothing(self) -> bool:
        return any(name == "take" and given == 0 for name, given in self.steps)

    def feed(self, value: Value, at: int = 0) -> bool:
        vm = self.vm
        done = False
        while at < len(self.steps):
            name, given = self.steps[at]
            if name in ("map", "collect"):
                value = vm.yield_(given, value)
            elif name in ("select", "filter", "find_all"):
                if not vm.test(given, value):
                    return done
            elif name == "reject":
                if vm.test(given, value):
                    return done
            elif name == "filter_map":
                value = vm.yield_(given, value)
                if value is None or value is False:
                    return done
            elif name == "take_while":
                if not vm.test(given, value):
                    return True
            elif name == "drop_while":
                if not self.counts[at] and vm.test(given, value):
                    return done
                self.counts[at] = 1
            elif name == "take":
                self.counts[at] += 1
                done = done or self.counts[at] >= given
            elif name == "drop":
                self.counts[at] += 1
                if self.counts[at] <= given:
                    return done
            elif name == "compact":
                if value is None:
                    return done
            elif name == "uniq":
                from designer.evaluator.values import hash_key

                key = hash_key(value if given is None else vm.yield_(given, value))
                if key in self.seen[at]:
                    return done
                self.seen[at].add(key)
            elif name in ("with_index", "each_with_index"):
                place = self.counts[at]
                self.counts[at] += 1
                if given is None:
                    value = RArray([value, place])
                else:
                    vm.yield_(given, value, place)
            else:
                made = vm.yield_(given, value)
                if isinstance(made, RArray):
                    for one in made:
                        if self.feed(one, at + 1):
                            return True
                    return done
                value = made
            at += 1
        vm.yield_(self.out, value)
        return done


def run_lazy(vm: Interpreter, this: RLazy, block: RProc) -> None:
    pipeline = _Pipeline(vm, this.steps, block)
    if not pipeline.wants_nothing():
        push(vm, this.source, pipeline.feed)
