"""What ends a run early: given its place, and turned into what it means to Ruby."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import errors
from designer.evaluator.classes import RClass, Value
from designer.evaluator.errors import CannotEvaluate, LimitExceeded, RubyError, type_error
from designer.evaluator.frames import BreakSignal, Signal, ThrowSignal
from designer.evaluator.values import HostObject, RException, RObject

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

UNFORESEEN = (AttributeError, TypeError, ValueError, LookupError, ArithmeticError, AssertionError)
"""What Python raises where a value is not of the kind a method reckons with."""

EXPLAINED = (RubyError, CannotEvaluate, LimitExceeded, RecursionError, MemoryError, Signal, *UNFORESEEN)


def explain(vm: Interpreter, error: BaseException, depth: int) -> None:
    """Give an error its place, or raise what it means to Ruby: no Python error and no jump leaves a run."""
    match error:
        case RubyError():
            vm.locate(error)
        case CannotEvaluate():
            raise error.at(vm.line, vm.pointer) from None
        case LimitExceeded():
            error.line = error.line or vm.line
            error.pointer = error.pointer or vm.pointer
        case RecursionError():
            vm.depth = depth
            raise vm.overflow_error() from None
        case MemoryError():
            raise LimitExceeded("The code uses more memory than there is.", line=vm.line) from None
        case Signal():
            if vm.running_depth == 1:
                raise stray(vm, error) from None
        case _:
            # A method met arguments of a kind it has no answer for: refused, and never a Python traceback.
            raise CannotEvaluate(f"{vm.calling} with these arguments", vm.line or None, vm.pointer) from error


def stray(vm: Interpreter, signal: Signal) -> Exception:
    """The error for a jump that has nowhere to go."""
    if isinstance(signal, ThrowSignal):
        return RubyError.of("UncaughtThrowError", f"uncaught throw {vm.inspect(signal.tag)}")
    text = "break from proc-closure" if isinstance(signal, BreakSignal) else "unexpected return"
    return RubyError.of("LocalJumpError", text)


def rescues(vm: Interpreter, exception: RException, patterns: list[Value] | None) -> bool:
    """Whether a ``rescue`` of these (None: of none in particular) takes the exception."""
    if patterns is None:
        return exception.cls.descends_from(errors.STANDARD_ERROR)
    for pattern in patterns:
        if isinstance(pattern, RClass):
            if exception.cls.descends_from(pattern):
                return True
        elif isinstance(pattern, HostObject | RObject) and not isinstance(pattern, RException):
            return vm.case_equal(pattern, exception)
        else:
            raise type_error("class or module required for rescue clause")
    return False
