"""Numbers: rounding, conversion, counting, Math, and ActiveSupport's byte sizes."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import BIG_DECIMAL, FLOAT, INTEGER, NUMERIC, RATIONAL, RClass, Value, define_module
from designer.evaluator.core.inflections import ordinal
from designer.evaluator.core.numeric import as_float
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import RANGE_ERROR, RubyError, argument_error, type_error
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


@method(INTEGER, "to_s", "inspect")
def int_to_s(vm: Interpreter, this: int, base: Value = 10) -> Value:
    if isinstance(base, Symbol):
        from designer.evaluator.errors import CannotEvaluate

        raise CannotEvaluate("Integer#to_s(format)")
    radix = int_of(vm, base)
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


@method(FLOAT, "to_s", "inspect")
def float_to_s(vm: Interpreter, this: float) -> Value:
    return RString(float_text(this), "US-ASCII")


@method(RATIONAL, "to_s")
def rational_to_s(vm: Interpreter, this: RRational) -> Value:
    return RString(this.plain_text(), "US-ASCII")


@method(RATIONAL, "inspect")
def rational_inspect(vm: Interpreter, this: RRational) -> Value:
    return RString(f"({this.plain_text()})", "US-ASCII")


@method(BIG_DECIMAL, "to_s")
def decimal_to_s(vm: Interpreter, this: RDecimal, form: Value = None) -> Value:
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
    return RDecimal(Decimal(repr(this)) if isinstance(this, float) else Decimal(this))


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


# --- rounding -----------------------------------------------------------------------------------------------------

_MODES = {
    "round": {"up": ROUND_HALF_UP, "even": ROUND_HALF_EVEN, "down": ROUND_HALF_DOWN},
    "floor": ROUND_FLOOR,
    "ceil": ROUND_CEILING,
    "truncate": ROUND_DOWN,
}


def _half(value: Value) -> str:
    name = value.name if isinstance(value, Symbol) else value.s if isinstance(value, RString) else "up"
    if name not in ("up", "even", "down"):
        raise argument_error(f"invalid rounding mode: {name}")
    return name


def _rounding_fraction(value: Fraction, digits: int, kind: str, half: str) -> Fraction:
    scale = Fraction(10) ** digits
    scaled = value * scale
    if kind == "floor":
        whole = math.floor(scaled)
    elif kind == "ceil":
        whole = math.ceil(scaled)
    elif kind == "truncate":
        whole = math.trunc(scaled)
    else:
        whole = math.floor(abs(scaled))
        rest = abs(scaled) - whole
        if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (half == "up" or (half == "even" and whole % 2))):
            whole += 1
        whole = whole if scaled >= 0 else -whole
    return whole / scale


def rounded(vm: Interpreter, this: Value, digits: Value, kind: str, half: Value = None) -> Value:
    """``round``, ``floor``, ``ceil`` and ``truncate`` of any number."""
    count = 0 if digits is UNSET or digits is None else int_of(vm, digits)
    mode = _half(half) if half is not None else "up"
    if abs(count) > 400 and not isinstance(this, int):
        return this if count > 0 else 0
    if type(this) is int:
        if count >= 0:
            return this
        if -count > 100_000:
            return 0
        return int(_rounding_fraction(Fraction(this), count, kind, mode))
    if isinstance(this, float):
        if not math.isfinite(this):
            if count > 0:
                return this
            raise RubyError.of("FloatDomainError", float_text(this))
        if count > 0:
            if count >= 17 or _exact_enough(this, count):
                return this
            if kind == "round":
                return _round_half(this, count, mode)
            return (
                float(_rounding_fraction(Fraction(this), count, kind, mode))
                if kind != "floor" and kind != "ceil"
                else _edge(this, count, kind)
            )
        return int(_rounding_fraction(Fraction(this), count, kind, mode))
    if isinstance(this, RDecimal) and (digits is UNSET or digits is None):
        return int(_rounding_fraction(fraction_of(this), 0, kind, mode))
    found = _rounding_fraction(fraction_of(this), count, kind, mode)
    if isinstance(this, RDecimal):
        return RDecimal(Decimal(found.numerator) / Decimal(found.denominator))
    return RRational(found) if count > 0 else int(found)


def _exact_enough(value: float, digits: int) -> bool:
    _, exponent = math.frexp(value)
    limit = (15 + 2) - (exponent // 4 if exponent > 0 else exponent // 3 - 1)
    return digits >= limit


def _round_half(value: float, digits: int, half: str) -> float:
    """Ruby's ``rb_float_round``: scale, round, and correct what scaling lost."""
    if digits > 14:
        return float(_rounding_fraction(Fraction(value), digits, "round", half))
    scale = 10.0**digits
    scaled = value * scale
    if half == "even":
        whole = _round_even(value, scale)
    else:
        whole = _round_up(value, scale) if half == "up" else _round_down(value, scale)
    del scaled
    return whole / scale


def _c_round(value: float) -> float:
    return math.copysign(math.floor(abs(value) + 0.5), value) if abs(value) < 2**52 else value


def _round_up(value: float, scale: float) -> float:
    found = _c_round(value * scale)
    if scale == 1.0:
        return found
    if value > 0:
        if (found + 0.5) / scale <= value:
            found += 1
        return found if (found - 0.5) / scale <= value else found - 1
    if (found - 0.5) / scale >= value:
        found -= 1
    return found if (found + 0.5) / scale >= value else found + 1


def _round_down(value: float, scale: float) -> float:
    found = _c_round(value * scale)
    if value > 0:
        return found - 1 if (found - 0.5) / scale >= value else found
    return found + 1 if (found + 0.5) / scale <= value else found


def _round_even(value: float, scale: float) -> float:
    scaled = value * scale
    whole = math.floor(abs(scaled))
    rest = abs(scaled) - whole
    if rest > 0.5 or (rest == 0.5 and whole % 2):
        whole += 1
    return math.copysign(whole, scaled)


def _edge(value: float, digits: int, kind: str) -> float:
    scale = 10.0**digits
    if kind == "floor":
        found = math.floor(value * scale) / scale
        above = (math.floor(value * scale) + 1) / scale
        return above if above <= value else found
    found = math.ceil(value * scale) / scale
    below = (math.ceil(value * scale) - 1) / scale
    return below if below >= value else found


@method(NUMERIC, "round")
def round_(vm: Interpreter, this: Value, digits: Value = UNSET, mode: Value = None, *, half: Value = None) -> Value:
    return rounded(vm, this, digits, "round", half)


@method(NUMERIC, "floor")
def floor(vm: Interpreter, this: Value, digits: Value = UNSET) -> Value:
    return rounded(vm, this, digits, "floor")


@method(NUMERIC, "ceil")
def ceil(vm: Interpreter, this: Value, digits: Value = UNSET) -> Value:
    return rounded(vm, this, digits, "ceil")


@method(NUMERIC, "truncate")
def truncate(vm: Interpreter, this: Value, digits: Value = UNSET) -> Value:
    return rounded(vm, this, digits, "truncate")


@method(BIG_DECIMAL, "precision", "scale")
def precision(vm: Interpreter, this: RDecimal) -> Value:
    return max(0, -int(this.value.normalize().as_tuple().exponent))


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
    return max(8, (this.bit_length() + 63) // 64 * 8)


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


# --- Math ---------------------------------------------------------------------------------------------------------

MATH = define_module("Math")
MATH.constants.update({"PI": math.pi, "E": math.e})
classes.define("Math::DomainError", "ArgumentError")


def _domain(name: str) -> RubyError:
    return RubyError.of("Math::DomainError", f"Numerical argument is out of domain - {name}")


def _math(name: str, function: Value, count: int = 1) -> None:
    def one(vm: Interpreter, this: RClass, a: Value) -> Value:
        return compute(float_of(vm, a))

    def two(vm: Interpreter, this: RClass, a: Value, b: Value) -> Value:
        return compute(float_of(vm, a), float_of(vm, b))

    def compute(*args: float) -> float:
        try:
            found: float = function(*args)
        except ValueError:
            raise _domain(name) from None
        except OverflowError:
            return math.inf
        return found

    singleton(MATH, name)(one if count == 1 else two)


for _name in (
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "erf",
    "erfc",
    "exp",
    "sqrt",
    "cbrt",
    "gamma",
):
    _math(_name, getattr(math, _name))
_math("atan2", math.atan2, 2)
_math("hypot", math.hypot, 2)


def _log(value: float, base: float | None = None) -> float:
    if value < 0:
        raise ValueError
    if value == 0:
        return -math.inf
    return math.log(value) if base is None else math.log(value) / math.log(base)


_math("log2", lambda x: -math.inf if x == 0 else math.log2(x))
_math("log10", lambda x: -math.inf if x == 0 else math.log10(x))


@singleton(MATH, "log")
def log(vm: Interpreter, this: RClass, value: Value, base: Value = None) -> Value:
    try:
        return _log(float_of(vm, value), None if base is None else float_of(vm, base))
    except ValueError:
        raise _domain("log") from None
