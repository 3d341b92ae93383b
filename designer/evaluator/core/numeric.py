"""Arithmetic and comparison of Integer, Float, Rational and BigDecimal."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import BIG_DECIMAL, FLOAT, INTEGER, NUMERIC, RATIONAL, Value
from designer.evaluator.core.registry import method
from designer.evaluator.interpreter import class_of
from designer.evaluator.limits import check_bits
from designer.evaluator.numbers import (
    RDecimal,
    RRational,
    coercion_error,
    fraction_of,
    int_of,
    is_number,
    power,
    zero_division,
)
from designer.evaluator.values import HostObject, RArray, RObject

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_LEVEL: dict[type, int] = {int: 0, RRational: 1, RDecimal: 2, float: 3}
"""Which kind the result of a mixed operation is of: the higher one."""


def _other(vm: Interpreter, this: Value, other: Value, name: str) -> Value:
    """Let the other side decide (``coerce``): durations. Raises TypeError where it cannot."""
    if isinstance(other, RObject) and not isinstance(other, HostObject) and class_of(other).find("coerce"):
        pair = vm.invoke(other, "coerce", [this], None, None)
        if isinstance(pair, RArray) and len(pair) == 2:
            return vm.invoke(pair[0], name, [pair[1]], None, None)
    raise coercion_error(vm, other, class_of(this).name)


def as_float(value: Value) -> float:
    if isinstance(value, RRational | RDecimal):
        return float(value.value)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _decimal(value: Value) -> Decimal:
    if isinstance(value, RDecimal):
        return value.value
    if isinstance(value, RRational):
        with localcontext() as context:
            context.prec = 40
            return Decimal(value.value.numerator) / Decimal(value.value.denominator)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


Operation = Callable[[Value, Value], Value]


def _arithmetic(name: str, operate: Callable[[Value, Value], Value], *, keeps_int: bool = True) -> None:
    def run(vm: Interpreter, this: Value, other: Value) -> Value:
        kind, right = type(this), type(other)
        if kind is int and right is int and keeps_int:
            if name == "*":
                check_bits(this.bit_length() + other.bit_length())
            return operate(this, other)
        level_a, level_b = _LEVEL.get(kind), _LEVEL.get(right)
        if level_a is None or level_b is None:
            return _other(vm, this, other, name)
        level = max(level_a, level_b)
        if level == 3:
            return operate(as_float(this), as_float(other))
        if level == 2:
            return _in_decimals(lambda: operate(_decimal(this), _decimal(other)))
        return RRational(operate(fraction_of(this), fraction_of(other)))

    for cls in (INTEGER, FLOAT, RATIONAL, BIG_DECIMAL):
        method(cls, name)(run)


def _in_decimals(compute: Callable[[], Decimal]) -> RDecimal:
    with localcontext() as context:
        context.prec = 60
        try:
            return RDecimal(compute())
        except InvalidOperation:
            return RDecimal(Decimal("NaN"))


_arithmetic("+", lambda a, b: a + b)
_arithmetic("-", lambda a, b: a - b)
_arithmetic("*", lambda a, b: a * b)


def _divide_floats(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def divide(vm: Interpreter, this: Value, other: Value) -> Value:
    kind, right = type(this), type(other)
    if kind is int and right is int:
        if other == 0:
            raise zero_division()
        return this // other
    level_a, level_b = _LEVEL.get(kind), _LEVEL.get(right)
    if level_a is None or level_b is None:
        return _other(vm, this, other, "/")
    level = max(level_a, level_b)
    if level == 3:
        return _divide_floats(as_float(this), as_float(other))
    if fraction_of(other) == 0:
        raise zero_division()
    if level == 2:
        with localcontext() as context:
            context.prec = 36
            return RDecimal(_decimal(this) / _decimal(other))
    return RRational(fraction_of(this) / fraction_of(other))


def modulo(vm: Interpreter, this: Value, other: Value) -> Value:
    kind, right = type(this), type(other)
    level_a, level_b = _LEVEL.get(kind), _LEVEL.get(right)
    if level_a is None or level_b is None:
        return _other(vm, this, other, "%")
    level = max(level_a, level_b)
    if level == 3:
        a, b = as_float(this), as_float(other)
        if b == 0 or math.isinf(a):
            return math.nan
        if math.isinf(b):
            return a if a == 0 or (a > 0) == (b > 0) else b
        return a % b
    if fraction_of(other) == 0:
        raise zero_division()
    if level == 0:
        return this % other
    if level == 2:
        return RDecimal(_decimal(this) - _decimal(other) * Decimal(math.floor(_decimal(this) / _decimal(other))))
    return RRational(fraction_of(this) % fraction_of(other))


for _cls in (INTEGER, FLOAT, RATIONAL, BIG_DECIMAL):
    method(_cls, "/")(divide)
    method(_cls, "%", "modulo")(modulo)
method(RATIONAL, "quo")(divide)
method(BIG_DECIMAL, "quo")(divide)


@method(NUMERIC, "**", "pow")
def pow_(vm: Interpreter, this: Value, other: Value, modulus: Value = None) -> Value:
    if modulus is not None:
        if int_of(vm, modulus) == 0:
            raise zero_division()
        return pow(this, int_of(vm, other), int_of(vm, modulus))
    if not is_number(other):
        return _other(vm, this, other, "**")
    if type(this) is int and type(other) is int:
        return power(this, other)
    if isinstance(this, RRational) and type(other) is int:
        size = max(this.value.numerator.bit_length(), this.value.denominator.bit_length())
        check_bits(size * abs(other))
        if other < 0 and this.value == 0:
            raise zero_division()
        return RRational(Fraction(this.value**other))
    if isinstance(this, RDecimal) and type(other) is int:
        return _in_decimals(lambda: this.value**other)
    base, exponent = as_float(this), as_float(other)
    try:
        found = base**exponent
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    if isinstance(found, complex):
        from designer.evaluator.errors import CannotEvaluate

        raise CannotEvaluate("complex numbers")
    return found


@method(NUMERIC, "div")
def div(vm: Interpreter, this: Value, other: Value) -> Value:
    if is_number(other) and as_float(other) == 0:
        raise zero_division()
    found = divide(vm, this, other)
    return math.floor(found.value if isinstance(found, RRational | RDecimal) else found)


@method(NUMERIC, "fdiv")
def fdiv(vm: Interpreter, this: Value, other: Value) -> Value:
    if not is_number(other):
        return _other(vm, this, other, "fdiv")
    if type(this) is int and type(other) is int and other != 0:
        return this / other
    return _divide_floats(as_float(this), as_float(other))


@method(NUMERIC, "divmod")
def divmod_(vm: Interpreter, this: Value, other: Value) -> Value:
    if is_number(other) and as_float(other) == 0:
        raise zero_division()
    rest = modulo(vm, this, other)
    if type(rest) is float and is_number(other) and math.isfinite(rest):
        whole = (as_float(this) - rest) / as_float(other)
        return RArray([round(whole) if math.isfinite(whole) else div(vm, this, other), rest])
    return RArray([div(vm, this, other), rest])


@method(NUMERIC, "remainder")
def remainder(vm: Interpreter, this: Value, other: Value) -> Value:
    if not is_number(other):
        return _other(vm, this, other, "remainder")
    if type(this) is int and type(other) is int:
        if other == 0:
            raise zero_division()
        return this - other * (abs(this) // abs(other)) * (1 if (this < 0) == (other < 0) else -1)
    return math.fmod(as_float(this), as_float(other)) if as_float(other) else math.nan


@method(NUMERIC, "-@")
def negative(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, RRational):
        return RRational(-this.value)
    return RDecimal(-this.value) if isinstance(this, RDecimal) else -this


@method(NUMERIC, "+@")
def positive(vm: Interpreter, this: Value) -> Value:
    return this


@method(NUMERIC, "coerce")
def coerce(vm: Interpreter, this: Value, other: Value) -> Value:
    if type(this) is type(other):
        return RArray([other, this])
    from designer.evaluator.numbers import float_of

    return RArray([float_of(vm, other), as_float(this)])


def order(vm: Interpreter, this: Value, other: Value) -> int | None:
    """``<=>`` of numbers; None for anything else, and NaN."""
    if not is_number(other):
        if isinstance(other, RObject) and not isinstance(other, HostObject) and class_of(other).find("coerce"):
            pair = vm.invoke(other, "coerce", [this], None, None)
            return None if not isinstance(pair, RArray) else vm.invoke(pair[0], "<=>", [pair[1]], None, None)
        return None
    if isinstance(this, float) or isinstance(other, float):
        if isinstance(this, RRational | RDecimal) or isinstance(other, RRational | RDecimal):
            left, right = as_float(this), as_float(other)
        else:
            left, right = this, other
        if left != left or right != right:
            return None
        return (left > right) - (left < right)
    if isinstance(this, RDecimal) and this.value.is_nan():
        return None
    ours, theirs = fraction_of(this), fraction_of(other)
    return int(ours > theirs) - int(ours < theirs)


@method(NUMERIC, "<=>")
def spaceship(vm: Interpreter, this: Value, other: Value) -> Value:
    return order(vm, this, other)


def _comparison(name: str, holds: Callable[[int], bool], plain: Callable[[Value, Value], bool]) -> None:
    def run(vm: Interpreter, this: Value, other: Value) -> Value:
        if type(this) in (int, float) and type(other) in (int, float):
            return plain(this, other)
        found = order(vm, this, other)
        if found is None:
            if is_number(other):
                return False
            from designer.evaluator.comparing import comparison_failed

            raise comparison_failed(vm, this, other)
        return holds(found)

    method(NUMERIC, name)(run)


_comparison("<", lambda n: n < 0, lambda a, b: a < b)
_comparison("<=", lambda n: n <= 0, lambda a, b: a <= b)
_comparison(">", lambda n: n > 0, lambda a, b: a > b)
_comparison(">=", lambda n: n >= 0, lambda a, b: a >= b)


@method(NUMERIC, "==", "===")
def equal(vm: Interpreter, this: Value, other: Value) -> Value:
    if is_number(other):
        return order(vm, this, other) == 0
    if isinstance(other, RObject) and not isinstance(other, HostObject) and class_of(other).find("coerce"):
        return vm.equal(other, this)
    return False


@method(NUMERIC, "eql?")
def eql(vm: Interpreter, this: Value, other: Value) -> Value:
    return type(this) is type(other) and bool(equal(vm, this, other))


@method(NUMERIC, "equal?")
def same(vm: Interpreter, this: Value, other: Value) -> Value:
    return eql(vm, this, other)


# --- bits ---------------------------------------------------------------------------------------------------------


def _bits(name: str, operate: Callable[[int, int], int]) -> None:
    def run(vm: Interpreter, this: int, other: Value) -> Value:
        if type(other) is not int:
            raise coercion_error(vm, other, "Integer")
        return operate(this, other)

    method(INTEGER, name)(run)


_bits("&", lambda a, b: a & b)
_bits("|", lambda a, b: a | b)
_bits("^", lambda a, b: a ^ b)


def _shifted(this: int, by: int) -> int:
    if by >= 0:
        check_bits(this.bit_length() + by)
        return this << by
    return this >> -by if -by < 10**9 else (-1 if this < 0 else 0)


@method(INTEGER, "<<")
def shift_left(vm: Interpreter, this: int, by: Value) -> Value:
    return _shifted(this, int_of(vm, by))


@method(INTEGER, ">>")
def shift_right(vm: Interpreter, this: int, by: Value) -> Value:
    return _shifted(this, -int_of(vm, by))


@method(INTEGER, "~")
def invert(vm: Interpreter, this: int) -> Value:
    return ~this


@method(INTEGER, "[]")
def bit(vm: Interpreter, this: int, place: Value) -> Value:
    at = int_of(vm, place)
    return 0 if at < 0 else (this >> min(at, this.bit_length() + 1)) & 1


@method(INTEGER, "bit_length")
def bit_length(vm: Interpreter, this: int) -> Value:
    return this.bit_length() if this >= 0 else (~this).bit_length()


@method(INTEGER, "allbits?")
def allbits(vm: Interpreter, this: int, mask: Value) -> Value:
    return this & int_of(vm, mask) == int_of(vm, mask)


@method(INTEGER, "anybits?")
def anybits(vm: Interpreter, this: int, mask: Value) -> Value:
    return this & int_of(vm, mask) != 0


@method(INTEGER, "nobits?")
def nobits(vm: Interpreter, this: int, mask: Value) -> Value:
    return this & int_of(vm, mask) == 0
