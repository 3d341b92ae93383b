"""Rational and BigDecimal, and arithmetic that keeps within limits."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from designer.evaluator import classes
from designer.evaluator.classes import Value
from designer.evaluator.errors import (
    ZERO_DIVISION_ERROR,
    LimitExceeded,
    RubyError,
    argument_error,
    type_error,
)
from designer.evaluator.inspecting import int_text
from designer.evaluator.limits import check_bits
from designer.evaluator.values import RObject

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

LARGEST_EXPONENT = 5_000


class RRational(RObject):
    __slots__ = ("value",)

    def __init__(self, value: Fraction) -> None:
        super().__init__(classes.RATIONAL)
        self.value = value
        self.frozen = True

    @classmethod
    def parse(cls, text: str) -> RRational:
        """Raises ``ValueError`` for what is no number."""
        exponent = re.search(r"[eE][+-]?(\d+)", text)
        if exponent and int(exponent[1][:10]) > LARGEST_EXPONENT:
            raise LimitExceeded("The code makes a rational number too large or small to be run here.")
        return cls(Fraction(text))

    def plain_text(self) -> str:
        return f"{int_text(self.value.numerator)}/{int_text(self.value.denominator)}"

    def hash_key(self) -> Any:
        return ("rational", self.value)


class RDecimal(RObject):
    """A BigDecimal."""

    __slots__ = ("value",)

    def __init__(self, value: Decimal) -> None:
        super().__init__(classes.BIG_DECIMAL)
        if value.is_finite() and abs(value.adjusted()) > LARGEST_EXPONENT and value:
            raise LimitExceeded("The code makes a decimal number too large or small to be run here.")
        self.value = value
        self.frozen = True

    def scientific(self) -> str:
        """``0.125e1``, as BigDecimal's own ``inspect``."""
        value = self.value
        if not value.is_finite():
            return "NaN" if value.is_nan() else ("-Infinity" if value < 0 else "Infinity")
        sign, digits, exponent = value.as_tuple()
        text = "".join(map(str, digits)).rstrip("0") or "0"
        if text == "0":
            return "-0.0" if sign else "0.0"
        power = len(digits) + int(exponent)
        return f"{'-' if sign else ''}0.{text}e{power}"

    def plain_text(self) -> str:
        """``to_s`` under ActiveSupport: plain digits."""
        value = self.value
        if not value.is_finite():
            return "NaN" if value.is_nan() else ("-Infinity" if value < 0 else "Infinity")
        text = format(value, "f")
        if "." in text:
            text = text.rstrip("0")
            return text + "0" if text.endswith(".") else text
        return text + ".0"

    def hash_key(self) -> Any:
        return ("decimal", self.value)


def fraction_of(value: Value) -> Fraction:
    if isinstance(value, RRational):
        return value.value
    if isinstance(value, RDecimal):
        return Fraction(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        raise RubyError.of("FloatDomainError", "NaN" if value != value else "Infinity" if value > 0 else "-Infinity")
    return Fraction(value)


def is_number(value: Value) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or isinstance(value, RRational | RDecimal)


def zero_division() -> RubyError:
    return RubyError.of(ZERO_DIVISION_ERROR, "divided by 0")


def coercion_error(vm: Interpreter, value: Value, into: str) -> RubyError:
    """``String can't be coerced into Integer``."""
    from designer.evaluator.interpreter import class_of

    special = value is None or isinstance(value, bool)
    shown = vm.inspect(value) if special else class_of(value).name
    return type_error(f"{shown} can't be coerced into {into}")


def power(base: int, exponent: int) -> Value:
    """``Integer ** Integer``."""
    if exponent < 0:
        if base == 0:
            raise zero_division()
        return RRational(Fraction(1, power(base, -exponent)) if abs(base) != 1 else Fraction(base**exponent))
    if abs(base) > 1:
        bits = base.bit_length() * exponent
        if base.bit_length() * exponent > 32 * 1024 * 1024:
            return float("inf")
        check_bits(bits)
    return base**exponent


def int_of(vm: Interpreter, value: Value) -> int:
    """An argument that must be an integer (``to_int``); TypeError otherwise."""
    if type(value) is int:
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RubyError.of(
                "FloatDomainError", "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
            )
        return int(value)
    if isinstance(value, RRational | RDecimal):
        return int(value.value)
    from designer.evaluator.interpreter import describe_class

    found = None if value is None or isinstance(value, bool) else vm.try_convert(value, "to_int")
    if type(found) is int:
        return found
    if value is None:
        raise type_error("no implicit conversion from nil to integer")
    raise type_error(f"no implicit conversion of {describe_class(value)} into Integer")


def float_of(vm: Interpreter, value: Value) -> float:
    """An argument that must be a number, as a float."""
    if isinstance(value, float):
        return value
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    if isinstance(value, RRational | RDecimal):
        return float(value.value)
    from designer.evaluator.interpreter import describe_class

    if value is None:
        raise type_error("can't convert nil into Float")
    found = vm.try_convert(value, "to_f") if isinstance(value, RObject) else None
    if isinstance(found, float):
        return found
    raise type_error(f"can't convert {describe_class(value)} into Float")


def decimal_of(text: str) -> Decimal:
    """``BigDecimal("…")``; ArgumentError where it is no number."""
    cleaned = text.strip().replace("_", "")
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        raise argument_error(f'invalid value for BigDecimal(): "{text}"') from None
