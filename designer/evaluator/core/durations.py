"""ActiveSupport::Duration: ``1.hour``, ``5.minutes.ago``."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import DURATION, INTEGER, NUMERIC, RClass, Value
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import CannotEvaluate, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.numbers import fraction_of, is_number
from designer.evaluator.times import PART_SECONDS, PARTS, Moment, RDate, RDuration, current
from designer.evaluator.values import RArray, RHash, RString, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def _plain(value: Fraction) -> Value:
    return value.numerator if value.denominator == 1 else float(value)


def _unit(singular: str, plural: str, factor: int = 1, *, receiver: RClass = NUMERIC) -> None:
    def run(vm: Interpreter, this: Value) -> Value:
        return RDuration.of(plural if plural in PARTS else "weeks", this * factor)

    method(receiver, singular, plural)(run)


for _unit_name in ("second", "minute", "hour", "day", "week"):
    _unit(_unit_name, _unit_name + "s")
for _unit_name in ("month", "year"):
    _unit(_unit_name, _unit_name + "s", receiver=INTEGER)
_unit("fortnight", "fortnights", 2)


@method(NUMERIC, "in_milliseconds")
def in_milliseconds(vm: Interpreter, this: Value) -> Value:
    return this * 1000


@singleton(DURATION, "build")
def build(vm: Interpreter, this: RClass, value: Value) -> Value:
    if not is_number(value):
        raise type_error(f"can't build an ActiveSupport::Duration from a {class_of(value).name}")
    rest, parts = fraction_of(value), {}
    for name in PARTS[:-1]:
        size = PART_SECONDS[name]
        count = math.floor(abs(rest) / size) * (1 if rest >= 0 else -1)
        parts[name] = count
        rest -= count * size
    parts["seconds"] = _plain(rest)
    return RDuration(value, parts)


def _class_unit(name: str) -> None:
    def run(vm: Interpreter, this: RClass, count: Value) -> Value:
        return RDuration.of(name, count)

    singleton(DURATION, name)(run)


for _part in PARTS:
    _class_unit(_part)


@method(DURATION, "value", "to_i_value")
def value_(vm: Interpreter, this: RDuration) -> Value:
    return this.value


del DURATION.methods["to_i_value"]


@method(DURATION, "parts")
def parts_(vm: Interpreter, this: RDuration) -> Value:
    return RHash((sym(k), v) for k, v in this.parts.items())


@method(DURATION, "to_i", "in_seconds")
def to_i(vm: Interpreter, this: RDuration) -> Value:
    return int(this.value)


@method(DURATION, "to_f")
def to_f(vm: Interpreter, this: RDuration) -> Value:
    return float(this.value)


@method(DURATION, "to_s")
def to_s(vm: Interpreter, this: RDuration) -> Value:
    return vm.to_rstring(this.value)


@method(DURATION, "inspect")
def inspect(vm: Interpreter, this: RDuration) -> Value:
    if not this.parts:
        return RString(f"{vm.to_s(this.value)} seconds")
    words = [f"{vm.to_s(v)} {name[:-1] if v == 1 else name}" for name, v in this.parts.items()]
    if len(words) < 3:
        return RString(" and ".join(words))
    return RString(", ".join(words[:-1]) + ", and " + words[-1])


@method(DURATION, "iso8601")
def iso8601(vm: Interpreter, this: RDuration, *, precision: Value = None) -> Value:
    if precision is not None:
        raise CannotEvaluate("iso8601(precision:)")
    if not this.parts:
        return RString("PT0S")
    sign = "-" if all(v < 0 for v in this.parts.values()) else ""
    parts = {k: abs(v) if sign else v for k, v in this.parts.items()}
    if "weeks" in parts and len(parts) > 1:
        parts["days"] = parts.get("days", 0) + parts.pop("weeks") * 7
    day = "".join(f"{vm.to_s(parts[n])}{n[0].upper()}" for n in ("years", "months", "weeks", "days") if n in parts)
    clock = "".join(f"{vm.to_s(parts[n])}{n[0].upper()}" for n in ("hours", "minutes", "seconds") if n in parts)
    return RString(f"{sign}P{day}{'T' + clock if clock else ''}")


for _name, _seconds in {
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "weeks": 604_800,
    "months": 2_629_746,
    "years": 31_556_952,
}.items():

    def _converted(seconds: int):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: RDuration) -> Value:
            return float(this.value) / seconds

        return run

    method(DURATION, f"in_{_name}")(_converted(_seconds))


def _combined(a: RDuration, b: RDuration, sign: int) -> RDuration:
    parts = dict(a.parts)
    for name, count in b.parts.items():
        parts[name] = parts.get(name, 0) + sign * count
    return RDuration(a.value + sign * b.value, parts)


def _as_duration(value: Value) -> RDuration | None:
    if isinstance(value, RDuration):
        return value
    return RDuration(value, {"seconds": value}) if is_number(value) else None


@method(DURATION, "+")
def plus(vm: Interpreter, this: RDuration, other: Value) -> Value:
    found = _as_duration(other)
    if found is None:
        if isinstance(other, Moment | RDate):
            raise type_error(
                f"no implicit conversion of {class_of(other).name} into ActiveSupport::Duration"
                if False
                else f"can't convert {class_of(other).name} into an exact number"
            )
        raise type_error(f"no implicit conversion of {class_of(other).name} into Integer")
    return _combined(this, found, 1)


@method(DURATION, "-")
def minus(vm: Interpreter, this: RDuration, other: Value) -> Value:
    found = _as_duration(other)
    if found is None:
        raise type_error(f"no implicit conversion of {class_of(other).name} into Integer")
    return _combined(this, found, -1)


@method(DURATION, "*")
def times(vm: Interpreter, this: RDuration, other: Value) -> Value:
    if isinstance(other, RDuration):
        unit, factor = (other, this.value) if this.scalar else (this, other.value)
        return RDuration(this.value * other.value, {k: v * factor for k, v in unit.parts.items()})
    if not is_number(other):
        raise type_error(f"no implicit conversion of {class_of(other).name} into ActiveSupport::Duration")
    return RDuration(this.value * other, {k: v * other for k, v in this.parts.items()})


@method(DURATION, "/")
def divide(vm: Interpreter, this: RDuration, other: Value) -> Value:
    if isinstance(other, RDuration):
        return vm.invoke(this.value, "/", [other.value], None, None)
    if not is_number(other):
        raise type_error(f"no implicit conversion of {class_of(other).name} into ActiveSupport::Duration")
    value = vm.invoke(this.value, "/", [other], None, None)
    return RDuration(
        value,
        {k: vm.invoke(v, "/", [other], None, None) for k, v in this.parts.items()}
        if len(this.parts) == 1
        else {"seconds": value},
    )


@method(DURATION, "%")
def modulo(vm: Interpreter, this: RDuration, other: Value) -> Value:
    return build(
        vm, DURATION, vm.invoke(this.value, "%", [other.value if isinstance(other, RDuration) else other], None, None)
    )


@method(DURATION, "-@")
def negative(vm: Interpreter, this: RDuration) -> Value:
    return RDuration(-this.value, {k: -v for k, v in this.parts.items()})


@method(DURATION, "+@")
def positive(vm: Interpreter, this: RDuration) -> Value:
    return this


@method(DURATION, "coerce")
def coerce(vm: Interpreter, this: RDuration, other: Value) -> Value:
    """So that ``2 * 1.hour`` and ``60 < 1.hour`` work."""
    return RArray([RDuration(other, {"seconds": other}, scalar=True), this])


def _order(this: RDuration, other: Value) -> int | None:
    value = other.value if isinstance(other, RDuration) else other if is_number(other) else None
    if value is None:
        return None
    return int(this.value > value) - int(this.value < value)


@method(DURATION, "<=>")
def spaceship(vm: Interpreter, this: RDuration, other: Value) -> Value:
    return _order(this, other)


@method(DURATION, "==")
def equal(vm: Interpreter, this: RDuration, other: Value) -> Value:
    return _order(this, other) == 0


@method(DURATION, "eql?")
def eql(vm: Interpreter, this: RDuration, other: Value) -> Value:
    return isinstance(other, RDuration) and this.value == other.value


def _from(vm: Interpreter, this: RDuration, start: Value, sign: int) -> Value:
    base = current(vm) if start is UNSET else start
    return vm.invoke(base, "+" if sign > 0 else "-", [this], None, None)


@method(DURATION, "from_now", "since", "after")
def from_now(vm: Interpreter, this: RDuration, start: Value = UNSET) -> Value:
    return _from(vm, this, start, 1)


@method(DURATION, "ago", "until", "before")
def ago(vm: Interpreter, this: RDuration, start: Value = UNSET) -> Value:
    return _from(vm, this, start, -1)


@method(DURATION, "is_a?", "kind_of?", "instance_of?")
def is_a(vm: Interpreter, this: RDuration, cls: Value) -> Value:
    return cls is DURATION or class_of(this.value).descends_from(cls)


@method(DURATION, "respond_to?")
def respond_to(vm: Interpreter, this: RDuration, name: Value, include_all: Value = False) -> Value:
    from designer.evaluator.core.object import name_of

    return vm.responds(this, name_of(name)) or vm.responds(this.value, name_of(name))


def _delegated(name: str) -> None:
    def run(vm: Interpreter, this: RDuration, *args: Value) -> Value:
        return vm.invoke(this.value, name, list(args), None, None)

    method(DURATION, name)(run)


for _name in (
    "<", "<=", ">", ">=", "zero?", "positive?", "negative?", "round", "floor", "ceil", "abs", "to_int", "divmod",
    "between?", "clamp", "even?", "odd?", "to_r", "fdiv", "**", "succ", "pred", "integer?", "nonzero?", "div", "modulo",
    "truncate", "to_d", "hash", "to_param", "to_query", "digits", "chr", "times",
):  # fmt: skip
    _delegated(_name)
for _name in ("<", "<=", ">", ">="):

    def _compared(name: str):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: RDuration, other: Value) -> Value:
            return vm.invoke(this.value, name, [other.value if isinstance(other, RDuration) else other], None, None)

        return run

    method(DURATION, _name)(_compared(_name))


@method(INTEGER, "to_time")
def int_to_time(vm: Interpreter, this: int) -> Value:
    """The SDK's ``Integer#to_time``: in ``Time.zone``."""
    from designer.evaluator.times import NANO, RTimeWithZone, default_zone

    return RTimeWithZone(this * NANO, default_zone(vm))
