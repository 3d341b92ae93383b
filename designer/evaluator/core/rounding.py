"""round, floor, ceil and truncate of any number."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import BIG_DECIMAL, NUMERIC, Value
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import RubyError, argument_error
from designer.evaluator.inspecting import float_text
from designer.evaluator.numbers import RDecimal, RRational, fraction_of, int_of
from designer.evaluator.values import RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


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
