"""Numbers: rounding, conversion, counting, Math, and ActiveSupport's byte sizes."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import BIG_DECIMAL, FLOAT, INTEGER, NUMERIC, RATIONAL, RClass, Value
from designer.evaluator.core.inflections import ordinal
from designer.evaluator.core.number_formats import formatted
from designer.evaluator.core.numeric import as_float
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import RANGE_ERROR, RubyError, argument_error, type_error, wrong_arguments
from designer.evaluator.inspecting import float_text, int_text
from designer.evaluator.iterating import REnumerator
from designer.evaluator.numbers import RDecimal, RRational, float_of, fraction_of, int_of
from designer.evaluator.values import RArray, RProc, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

FLOAT.constants.update(
    {
        "INFINITY": math.inf,
        "NAN": math.nan,
        "EPSILON": 2.220446049250313e-16,
        "MAX": 1.7976931348623157e308,
        "MIN": 2.2250738585072014e-308,
        "DIG": 15,
        "MANT_DIG": 53,
    }
)
INTEGER.constants["MAX"] = 2**62 - 1
del INTEGER.constants["MAX"]


# --- text ---------------------------------------------------------------------------------------------------------


@method(INTEGER, "inspect")
def int_inspect(vm: Interpreter, this: int, base: Value = 10) -> Value:
    return int_to_s(vm, this, base)


@method(INTEGER, "to_s")
def int_to_s(vm: Interpreter, this: int, base: Value = 10, options: Value = None) -> Value:
    if isinstance(base, Symbol):
        return int_to_s(vm, this) if (text := formatted(vm, this, base, options)) is None else text
    radix = 10 if base is None else int_of(vm, base)
    if radix == 10:
        vm.charge(this.bit_length() // 3)
        return RString(int_text(this), "US-ASCII")
    if not 2 <= radix <= 36:
        raise argument_error(f"invalid radix {radix}")
    digits, value = [], abs(this)
    vm.charge(this.bit_length())
    if radix in (2, 8, 16):
        text = {2: f"{value:b}", 8: f"{value:o}", 16: f"{value:x}"}[radix]
    else:
        while value:
            value, digit = divmod(value, radix)
            digits.append("0123456789abcdefghijklmnopqrstuvwxyz"[digit])
        text = "".join(reversed(digits)) or "0"
    return RString(("-" if this < 0 else "") + text, "US-ASCII")


@method(FLOAT, "inspect")
def float_inspect(vm: Interpreter, this: float) -> Value:
    return RString(float_text(this), "US-ASCII")


@method(FLOAT, "to_s")
def float_to_s(vm: Interpreter, this: float, form: Value = None, options: Value = None) -> Value:
    if isinstance(form, Symbol) and (text := formatted(vm, this, form, options)) is not None:
        return text
    if form is not None and not isinstance(form, Symbol):
        raise wrong_arguments(1, 0, 0)
    return float_inspect(vm, this)


@method(RATIONAL, "to_s")
def rational_to_s(vm: Interpreter, this: RRational) -> Value:
    return RString(this.plain_text(), "US-ASCII")


@method(RATIONAL, "inspect")
def rational_inspect(vm: Interpreter, this: RRational) -> Value:
    return RString(f"({this.plain_text()})", "US-ASCII")


@method(BIG_DECIMAL, "to_s")
def decimal_to_s(vm: Interpreter, this: RDecimal, form: Value = None, options: Value = None) -> Value:
    if isinstance(form, Symbol) and (text := formatted(vm, this, form, options)) is not None:
        return text
    if isinstance(form, RString) and form.s.upper() != "F":
        return RString(this.scientific(), "US-ASCII")
    return RString(this.plain_text(), "US-ASCII")


@method(BIG_DECIMAL, "inspect")
def decimal_inspect(vm: Interpreter, this: RDecimal) -> Value:
    return RString(this.scientific(), "US-ASCII")


@method(INTEGER, "chr")
def chr_(vm: Interpreter, this: int, encoding: Value = UNSET) -> Value:
    if this < 0 or this > 0x10FFFF or (encoding is UNSET and this > 255):
        raise RubyError.of(RANGE_ERROR, f"{this} out of char range")
    if encoding is not UNSET:
        return RString(chr(this))
    return RString(chr(this), "US-ASCII") if this < 128 else RString(chr(this), "ASCII-8BIT")


# --- conversion ---------------------------------------------------------------------------------------------------


def _whole(value: Value) -> int:
    if isinstance(value, float) and not math.isfinite(value):
        raise RubyError.of("FloatDomainError", float_text(value))
    return int(value.value) if isinstance(value, RRational | RDecimal) else int(value)


@method(NUMERIC, "to_i", "to_int")
def to_i(vm: Interpreter, this: Value) -> Value:
    return _whole(this)


@method(NUMERIC, "to_f")
def to_f(vm: Interpreter, this: Value) -> Value:
    return as_float(this)


@method(NUMERIC, "to_r", "rationalize")
def to_r(vm: Interpreter, this: Value, precision: Value = None) -> Value:
    if precision is not None:
        from designer.evaluator.errors import CannotEvaluate

        raise CannotEvaluate("rationalize with a precision")
    return RRational(fraction_of(this))


@method(FLOAT, "rationalize")
def float_rationalize(vm: Interpreter, this: float, precision: Value = None) -> Value:
    if precision is None:
        return RRational(Fraction(repr(this)).limit_denominator(10**17) if math.isfinite(this) else fraction_of(this))
    return to_r(vm, this, precision)


@method(NUMERIC, "to_d")
def to_d(vm: Interpreter, this: Value, precision: Value = 0) -> Value:
    if isinstance(this, RDecimal):
        return this
    if isinstance(this, RRational):
        return RDecimal(Decimal(this.value.numerator) / Decimal(this.value.denominator))
    if not isinstance(this, float):
        return RDecimal(Decimal(this))
    written = Decimal(repr(this))
    sign, digits, exponent = written.as_tuple()
    if isinstance(exponent, int) and len(digits) > _FLOAT_DIGITS:
        written = Decimal((sign, digits[:_FLOAT_DIGITS], exponent + len(digits) - _FLOAT_DIGITS))
    return RDecimal(written)


_FLOAT_DIGITS = 16
"""Digits of a Float that bigdecimal 3.1 takes over; what follows is cut off."""


@method(INTEGER, "numerator")
def int_numerator(vm: Interpreter, this: int) -> Value:
    return this


@method(INTEGER, "denominator")
def int_denominator(vm: Interpreter, this: int) -> Value:
    return 1


@method(RATIONAL, "numerator")
def numerator(vm: Interpreter, this: RRational) -> Value:
    return this.value.numerator


@method(RATIONAL, "denominator")
def denominator(vm: Interpreter, this: RRational) -> Value:
    return this.value.denominator


# --- questions ----------------------------------------------------------------------------------------------------


@method(NUMERIC, "zero?")
def is_zero(vm: Interpreter, this: Value) -> Value:
    return as_float(this) == 0 if not isinstance(this, int) else this == 0


@method(NUMERIC, "nonzero?")
def is_nonzero(vm: Interpreter, this: Value) -> Value:
    return None if is_zero(vm, this) else this


@method(NUMERIC, "positive?")
def is_positive(vm: Interpreter, this: Value) -> Value:
    return as_float(this) > 0


@method(NUMERIC, "negative?")
def is_negative(vm: Interpreter, this: Value) -> Value:
    return as_float(this) < 0


@method(NUMERIC, "integer?")
def is_integer(vm: Interpreter, this: Value) -> Value:
    return type(this) is int


@method(NUMERIC, "finite?")
def is_finite(vm: Interpreter, this: Value) -> Value:
    return math.isfinite(this) if isinstance(this, float) else not isinstance(this, RDecimal) or this.value.is_finite()


@method(NUMERIC, "infinite?")
def is_infinite(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, float) and math.isinf(this):
        return 1 if this > 0 else -1
    return None


@method(FLOAT, "nan?")
@method(BIG_DECIMAL, "nan?")
def is_nan(vm: Interpreter, this: Value) -> Value:
    return this != this if isinstance(this, float) else this.value.is_nan()


@method(NUMERIC, "abs", "magnitude")
def abs_(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, RRational):
        return RRational(abs(this.value))
    return RDecimal(abs(this.value)) if isinstance(this, RDecimal) else abs(this)


@method(INTEGER, "even?")
def even(vm: Interpreter, this: int) -> Value:
    return this % 2 == 0


@method(INTEGER, "odd?")
def odd(vm: Interpreter, this: int) -> Value:
    return this % 2 == 1


@method(INTEGER, "succ", "next")
def succ(vm: Interpreter, this: int) -> Value:
    return this + 1


@method(INTEGER, "pred")
def pred(vm: Interpreter, this: int) -> Value:
    return this - 1


@method(INTEGER, "ord")
def ord_(vm: Interpreter, this: int) -> Value:
    return this


@method(INTEGER, "size")
def size(vm: Interpreter, this: int) -> Value:
    return max(8, (this.bit_length() + 7) // 8)


@method(INTEGER, "hash")
@method(FLOAT, "hash")
def hash_(vm: Interpreter, this: Value) -> Value:
    return hash((type(this).__name__, this))


@method(INTEGER, "digits")
def digits_(vm: Interpreter, this: int, base: Value = 10) -> Value:
    radix = int_of(vm, base)
    if radix < 2:
        raise argument_error(f"invalid radix {radix}" if radix >= 0 else "negative radix")
    if this < 0:
        raise RubyError.of("Math::DomainError", "out of domain")
    found, value = RArray(), this
    while True:
        value, digit = divmod(value, radix)
        found.append(digit)
        if not value:
            return found


@method(INTEGER, "gcd")
def gcd(vm: Interpreter, this: int, other: Value) -> Value:
    if type(other) is not int:
        raise type_error("not an integer")
    return math.gcd(this, other)


@method(INTEGER, "lcm")
def lcm(vm: Interpreter, this: int, other: Value) -> Value:
    if type(other) is not int:
        raise type_error("not an integer")
    return math.lcm(this, other)


@singleton(INTEGER, "sqrt")
def isqrt(vm: Interpreter, this: RClass, value: Value) -> Value:
    number = int_of(vm, value)
    if number < 0:
        raise RubyError.of("Math::DomainError", 'Numerical argument is out of domain - "isqrt"')
    return math.isqrt(number)


# --- counting -----------------------------------------------------------------------------------------------------


@method(INTEGER, "times")
def times(vm: Interpreter, this: int, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "times", size=lambda: max(0, this))
    for place in range(this):
        vm.yield_(block, place)
    return this


@method(INTEGER, "upto")
def upto(vm: Interpreter, this: int, last: Value, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "upto", [last], lambda: max(0, math.floor(last) - this + 1))
    stop = _limit(vm, this, last)
    for place in range(this, math.floor(stop) + 1) if math.isfinite(stop) else _forever(this):
        vm.yield_(block, place)
    return this


def _forever(start: int) -> Value:
    import itertools

    return itertools.count(start)


def _limit(vm: Interpreter, this: int, last: Value) -> Value:
    if not isinstance(last, int | float) or isinstance(last, bool):
        from designer.evaluator.comparing import comparison_failed

        raise comparison_failed(vm, this, last)
    return last


@method(INTEGER, "downto")
def downto(vm: Interpreter, this: int, last: Value, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "downto", [last], lambda: max(0, this - math.ceil(last) + 1))
    for place in range(this, math.ceil(_limit(vm, this, last)) - 1, -1):
        vm.yield_(block, place)
    return this


@method(NUMERIC, "step")
def step(
    vm: Interpreter, this: Value, limit: Value = None, by_: Value = 1, *, by: Value = UNSET, to: Value = UNSET,
    block: RProc | None,
) -> Value:  # fmt: skip
    stop = limit if to is UNSET else to
    stride = by_ if by is UNSET else by
    if block is None:
        return REnumerator(this, "step", [stop, stride])
    if stride == 0:
        raise argument_error("step can't be 0")
    if any(isinstance(v, float) for v in (this, stop, stride)):
        from designer.evaluator.core.range import float_steps

        for item in float_steps(float_of(vm, this), stop, float_of(vm, stride), False):
            vm.yield_(block, item)
        return this
    value = this
    while stop is None or (value <= stop if stride > 0 else value >= stop):
        vm.yield_(block, value)
        value += stride
    return this


# --- ActiveSupport and the SDK ------------------------------------------------------------------------------------

for _power, _unit in enumerate(("byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte", "exabyte")):

    def _sized(factor: int):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: Value) -> Value:
            return this * factor

        return run

    method(INTEGER, _unit, _unit + "s")(_sized(1024**_power))
    method(FLOAT, _unit, _unit + "s")(_sized(1024**_power))


@method(INTEGER, "ordinal")
def ordinal_(vm: Interpreter, this: int) -> Value:
    return RString(ordinal(this))


@method(INTEGER, "ordinalize")
def ordinalize(vm: Interpreter, this: int) -> Value:
    return RString(f"{this}{ordinal(this)}")


@method(INTEGER, "multiple_of?")
def multiple_of(vm: Interpreter, this: int, other: Value) -> Value:
    number = int_of(vm, other)
    return this == 0 if number == 0 else this % number == 0


@method(INTEGER, "is_int?")
def is_int(vm: Interpreter, this: int) -> Value:
    return True


@method(INTEGER, "to_param")
@method(FLOAT, "to_param")
def to_param(vm: Interpreter, this: Value) -> Value:
    return vm.to_rstring(this)
