"""Functions that can be called anywhere: raise, puts, format, Integer, loop…"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import KERNEL, RClass, Value
from designer.evaluator.core.formatting import format_string
from designer.evaluator.core.object import required
from designer.evaluator.core.registry import UNSET, Function, method, singleton
from designer.evaluator.errors import (
    RUNTIME_ERROR,
    CannotEvaluate,
    LimitExceeded,
    RubyError,
    argument_error,
    type_error,
)
from designer.evaluator.frames import ThrowSignal
from designer.evaluator.interpreter import class_of, describe_class
from designer.evaluator.iterating import REnumerator
from designer.evaluator.numbers import RDecimal, RRational, decimal_of, float_of, fraction_of, int_of, is_number
from designer.evaluator.strings import string_argument
from designer.evaluator.values import HostObject, RArray, RException, RHash, RObject, RProc, RRange, RString, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


_CAUSE = sym("cause")


def function(*names: str) -> Callable[[Function], Function]:
    """A private Kernel method, which is also ``Kernel.name``."""

    def register(body: Function) -> Function:
        return singleton(KERNEL, *names)(method(KERNEL, *names, private=True)(body))

    return register


# --- exceptions ---------------------------------------------------------------------------------------------------


@function("raise", "fail")
def raise_(
    vm: Interpreter, this: Value, error: Value = UNSET, message: Value = UNSET, backtrace: Value = UNSET, *,
    kwargs: RHash | None,
) -> Value:  # fmt: skip
    cause: Value = UNSET
    if kwargs is not None:
        options = kwargs.copy()
        if options.has(_CAUSE):
            cause = options.delete(_CAUSE)
        if len(options):
            if message is UNSET:
                message = options
            else:
                raise argument_error("wrong number of arguments (given 3, expected 0..2)")
    if error is UNSET:
        if cause is not UNSET:
            raise argument_error("only cause is given with no arguments")
        if vm.current_exception is not None:
            raise RubyError(vm.current_exception)
        raise RubyError.of(RUNTIME_ERROR, "")
    if isinstance(error, RString):
        raised = RException(RUNTIME_ERROR, error)
    else:
        raised = exception_for(vm, error, message)
    if isinstance(backtrace, RArray):
        raised.backtrace = backtrace
    failure = RubyError(raised)
    vm.locate(failure)
    if cause is not UNSET:
        raised.cause = cause
    raise failure


def exception_for(vm: Interpreter, error: Value, message: Value = UNSET) -> RException:
    """The exception object of ``raise error, message``."""
    made: Value = None
    if isinstance(error, RException):
        made = error
        if message is not UNSET:
            made = RException(error.cls, message, **error.attributes)
    elif isinstance(error, RClass) and error.descends_from(classes.EXCEPTION):
        made = vm.invoke(error, "new", [] if message is UNSET else [message], None, None)
    elif isinstance(error, HostObject) and error.respond_to("exception"):
        made = vm.invoke(error, "exception", [] if message is UNSET else [message], None, None)
    if not isinstance(made, RException):
        raise type_error("exception class/object expected")
    return made


@function("catch")
def catch(vm: Interpreter, this: Value, tag: Value = UNSET, *, block: RProc | None) -> Value:
    tag = RObject(classes.OBJECT) if tag is UNSET else tag
    depth = vm.depth
    try:
        return vm.yield_(required(block), tag)
    except ThrowSignal as signal:
        if signal.tag is not tag and not (isinstance(tag, int) and signal.tag == tag):
            raise
        vm.depth = depth
        return signal.value


@function("throw")
def throw(vm: Interpreter, this: Value, tag: Value, value: Value = None) -> Value:
    raise ThrowSignal(tag, value)


@function("loop")
def loop(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "loop", size=lambda: math.inf)
    try:
        while True:
            vm.yield_(block)
    except RubyError as error:
        if error.exception.cls.name != "StopIteration":
            raise
        return error.exception.attributes.get("result")


@function("lambda")
def lambda_(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        raise argument_error("tried to create Proc object without a block")
    return block


@function("proc")
def proc(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        raise argument_error("tried to create Proc object without a block")
    return block


# --- output -------------------------------------------------------------------------------------------------------


def _lines(vm: Interpreter, args: tuple[Value, ...]) -> list[str]:
    found: list[str] = []
    for arg in args:
        if isinstance(arg, RArray):
            found += _lines(vm, tuple(arg))
        else:
            found.append(vm.to_s(arg))
    return found


@function("puts")
def puts(vm: Interpreter, this: Value, *args: Value) -> Value:
    for text in _lines(vm, args) or [""]:
        vm.ports.trace("puts", text, line=vm.line, pointer=vm.pointer)
    return None


@function("print")
def print_(vm: Interpreter, this: Value, *args: Value) -> Value:
    vm.ports.trace("puts", "".join(vm.to_s(a) for a in args), line=vm.line, pointer=vm.pointer)
    return None


@function("p")
def p(vm: Interpreter, this: Value, *args: Value) -> Value:
    for arg in args:
        vm.ports.trace("puts", vm.inspect(arg), line=vm.line, pointer=vm.pointer)
    return None if not args else args[0] if len(args) == 1 else RArray(args)


@function("pp")
def pp(vm: Interpreter, this: Value, *args: Value) -> Value:
    return p(vm, this, *args)


@function("warn")
def warn(vm: Interpreter, this: Value, *args: Value, kwargs: RHash | None) -> Value:
    return puts(vm, this, *args)


@function("sleep")
def sleep(vm: Interpreter, this: Value, seconds: Value = UNSET) -> Value:
    if seconds is UNSET:
        raise CannotEvaluate("sleep without an end")
    if (
        seconds is None
        or isinstance(seconds, bool | RString)
        or not (is_number(seconds) or isinstance(seconds, RObject))
    ):
        raise type_error(
            f"can't convert {describe_class(seconds) if seconds is not None else 'NilClass'} into time interval"
        )
    length = float_of(vm, seconds)
    if length < 0:
        raise argument_error("time interval must not be negative")
    if length > vm.limits.sleep:
        raise LimitExceeded(f"The code sleeps {length:g} seconds; at most {vm.limits.sleep:g} are waited for here.")
    vm.ports.trace("note", f"sleep {length:g}", line=vm.line, pointer=vm.pointer)
    vm.paused(vm.ports.sleep, length)
    return round(length)


# --- conversions --------------------------------------------------------------------------------------------------

_INTEGER = re.compile(
    r"\s*([+-]?)(?:0x([0-9a-f]+(?:_[0-9a-f]+)*)|0b([01]+(?:_[01]+)*)|0o?([0-7]+(?:_[0-7]+)*)"
    r"|0d(\d+(?:_\d+)*)|((?:0|[1-9]\d*)(?:_\d+)*))\s*\Z",
    re.I | re.A,
)
_FLOAT = re.compile(r"\s*[+-]?(?:\d+(?:_\d+)*)(?:\.\d+(?:_\d+)*)?(?:e[+-]?\d+(?:_\d+)*)?\s*\Z", re.I | re.A)


def parse_integer(text: str, base: int = 0) -> int | None:
    """What ``Integer(text, base)`` makes of a text; None where it is no integer."""
    if "\0" in text or len(text) > 100_000:
        return None
    if base not in (0, 10):
        cleaned = text.strip().lower()
        prefix = {2: "0b", 8: "0", 16: "0x"}.get(base, "")
        sign = -1 if cleaned.startswith("-") else 1
        cleaned = cleaned.lstrip("+-").removeprefix(prefix or "\0") or "0"
        if not re.fullmatch(r"[0-9a-z]+(?:_[0-9a-z]+)*", cleaned):
            return None
        try:
            return sign * int(cleaned.replace("_", ""), base)
        except ValueError:
            return None
    match = _INTEGER.match(text)
    if not match:
        return None
    sign = -1 if match[1] == "-" else 1
    for group, radix in ((2, 16), (3, 2), (4, 8), (5, 10), (6, 10)):
        if match[group] is not None:
            if base == 10 and radix != 10:
                return int(sign * digits_value(match[group], 10)) if radix == 8 and match[group].isdigit() else None
            return int(sign * digits_value(match[group].replace("_", ""), radix))
    return None


def digits_value(digits: str, radix: int = 10) -> int:
    """``int(digits, radix)``, also of more digits than Python reads."""
    if len(digits) <= 4000 or radix in (2, 8, 16):
        return int(digits, radix)
    half = len(digits) // 2
    high: int = digits_value(digits[:-half]) * 10**half
    return high + digits_value(digits[-half:])


@function("Integer")
def integer(vm: Interpreter, this: Value, value: Value, base: Value = 0, *, exception: Value = True) -> Value:
    try:
        return _integer(vm, value, base)
    except RubyError:
        if exception is False:
            return None
        raise


def _integer(vm: Interpreter, value: Value, base: Value) -> Value:
    if isinstance(value, RString):
        found = parse_integer(value.s, base or 0)
        if found is None:
            raise argument_error(f"invalid value for Integer(): {vm.inspect(value)}")
        return found
    if type(value) is int:
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RubyError.of("FloatDomainError", vm.to_s(value))
        return int(value)
    if isinstance(value, RRational | RDecimal):
        return int(value.value)
    if value is None:
        raise type_error("can't convert nil into Integer")
    found = vm.try_convert(value, "to_int") if not isinstance(value, bool) else None
    if found is None and not isinstance(value, bool):
        found = vm.try_convert(value, "to_i")
    if type(found) is not int:
        raise type_error(f"can't convert {describe_class(value)} into Integer")
    return found


@function("Float")
def float_(vm: Interpreter, this: Value, value: Value, *, exception: Value = True) -> Value:
    try:
        return _float(vm, value)
    except RubyError:
        if exception is False:
            return None
        raise


def _float(vm: Interpreter, value: Value) -> float:
    if isinstance(value, RString):
        text = value.s
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
        if re.fullmatch(r"\s*[+-]?0x[0-9a-f]+\s*", text, re.I):
            return float(int(text, 16))
        raise argument_error(f"invalid value for Float(): {vm.inspect(value)}")
    return float_of(vm, value)


@function("String")
def string(vm: Interpreter, this: Value, value: Value) -> Value:
    return vm.to_rstring(value)


@function("Array")
def array(vm: Interpreter, this: Value, value: Value) -> Value:
    if isinstance(value, RArray):
        return value
    if value is None:
        return RArray()
    found = vm.try_convert(value, "to_ary")
    if found is None:
        found = vm.try_convert(value, "to_a")
    return RArray([value]) if found is None else found


@function("Hash")
def hash_(vm: Interpreter, this: Value, value: Value) -> Value:
    if value is None or (isinstance(value, RArray) and not value):
        return RHash()
    if isinstance(value, RHash):
        return value
    raise type_error(f"can't convert {class_of(value).name} into Hash")


@function("Rational")
def rational(vm: Interpreter, this: Value, a: Value, b: Value = 1) -> Value:
    def part(value: Value) -> Fraction:
        if value is None:
            raise type_error("can't convert nil into Rational")
        if isinstance(value, RString):
            try:
                return RRational.parse(value.s.strip()).value
            except (ValueError, ZeroDivisionError):
                raise argument_error(f"invalid value for convert(): {vm.inspect(value)}") from None
        if not is_number(value):
            raise type_error(f"can't convert {class_of(value).name} into Rational")
        return fraction_of(value)

    divisor = part(b)
    if divisor == 0:
        raise RubyError.of("ZeroDivisionError", "divided by 0")
    return RRational(part(a) / divisor)


@function("BigDecimal")
def big_decimal(vm: Interpreter, this: Value, value: Value, digits: Value = 0, *, exception: Value = True) -> Value:
    if isinstance(value, RString):
        return RDecimal(decimal_of(value.s))
    if isinstance(value, RDecimal):
        return value
    if type(value) is int:
        return RDecimal(Decimal(value))
    if isinstance(value, float):
        return RDecimal(Decimal(repr(value)))
    raise type_error(f"can't convert {describe_class(value)} into BigDecimal")


@function("format", "sprintf")
def format_(vm: Interpreter, this: Value, template: Value, *args: Value) -> Value:
    return format_string(vm, string_argument(vm, template), list(args))


@function("rand")
def rand(vm: Interpreter, this: Value, limit: Value = None) -> Value:
    return random_number(vm, limit)


def random_number(vm: Interpreter, limit: Value) -> Value:
    """``rand(limit)``: a float without, an integer below with, one inside a range."""
    if isinstance(limit, RRange):
        if type(limit.first) is int and type(limit.last) is int:
            size = limit.last - limit.first + (0 if limit.exclusive else 1)
            return None if size <= 0 else limit.first + vm.ports.random.integer(size)
        first, last = float_of(vm, limit.first), float_of(vm, limit.last)
        return first + vm.ports.random.fraction() * (last - first)
    if limit is None or limit is False:
        return vm.ports.random.fraction()
    most = abs(int_of(vm, limit))
    return vm.ports.random.fraction() if most == 0 else vm.ports.random.integer(most)


@function("caller")
def caller(vm: Interpreter, this: Value, *args: Value) -> Value:
    return RArray([RString(f"connector.rb:{vm.line}")])


@function("block_given?")
def block_given(vm: Interpreter, this: Value) -> Value:
    return False
