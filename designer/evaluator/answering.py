"""Names that nothing answers, and whether something does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import constants, errors
from designer.evaluator.classes import RClass, Value
from designer.evaluator.errors import CannotEvaluate, RubyError
from designer.evaluator.inspecting import describe
from designer.evaluator.kinds import class_of
from designer.evaluator.known import PRIVATE, is_function, is_known, is_refused
from designer.evaluator.values import HostObject, RArray, RException, RHash, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def no_method(
    vm: Interpreter, receiver: Value, name: str, *, variable: bool = False, private: bool = False, own: bool = False
) -> RubyError | CannotEvaluate:
    """The error for a name that nothing answers: refused where Ruby has it, else Ruby's own."""
    if name in PRIVATE and not own and not isinstance(receiver, RClass | HostObject | RHash | RArray):
        private = True
    if not private and (is_refused(name) or is_known(receiver, name) or (own and is_function(name))):
        label = name if own else constants.method_label(receiver, name)
        return CannotEvaluate(label, vm.line or None, vm.pointer)
    if private:
        text = f"private method `{name}' called for {describe(vm, receiver)}"
    elif variable:
        error = RubyError.of(
            errors.NAME_ERROR, f"undefined local variable or method `{name}' for {describe(vm, receiver)}"
        )
        error.exception.attributes["name"] = sym(name)
        return error
    else:
        text = f"undefined method `{name}' for {describe(vm, receiver)}"
    error = RubyError.of(errors.NO_METHOD_ERROR, text)
    error.exception.attributes.update({"name": sym(name), "receiver": receiver})
    return error


def responds(vm: Interpreter, receiver: Value, name: str, *, private: bool = False) -> bool:
    """``respond_to?``; what Ruby has and is not run here counts too."""
    if isinstance(receiver, HostObject) and receiver.respond_to(name):
        return True
    if private and name in vm.user_methods:
        return True
    if isinstance(receiver, RException) and name in receiver.attributes:
        return True
    if isinstance(receiver, RClass):
        method = receiver.find_singleton(name)
    else:
        method = class_of(receiver).find(name)
    if method is not None:
        return private or not method.private
    return is_known(receiver, name)
