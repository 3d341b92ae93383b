"""The Math module."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value, define_module
from designer.evaluator.core.registry import singleton
from designer.evaluator.errors import RubyError
from designer.evaluator.numbers import float_of

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


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
