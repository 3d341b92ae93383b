"""nil, true, false, symbols, procs, classes and Comparable."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from designer.evaluator import classes, comparing
from designer.evaluator.classes import CLASS, COMPARABLE, FALSE, METHOD, MODULE, NIL, PROC, SYMBOL, TRUE, RClass, Value
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error, type_error
from designer.evaluator.inspecting import address, symbol_inspect
from designer.evaluator.interpreter import class_of
from designer.evaluator.numbers import RDecimal, RRational
from designer.evaluator.values import RArray, RHash, RObject, RProc, RRange, RString, Symbol, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


# --- nil ----------------------------------------------------------------------------------------------------------


@method(NIL, "to_a")
def nil_to_a(vm: Interpreter, this: None) -> Value:
    return RArray()


@method(NIL, "to_h")
def nil_to_h(vm: Interpreter, this: None) -> Value:
    return RHash()


@method(NIL, "to_i")
def nil_to_i(vm: Interpreter, this: None) -> Value:
    return 0


@method(NIL, "to_f")
def nil_to_f(vm: Interpreter, this: None) -> Value:
    return 0.0


@method(NIL, "to_r", "rationalize")
def nil_to_r(vm: Interpreter, this: None) -> Value:
    from fractions import Fraction

    return RRational(Fraction(0))


@method(NIL, "to_d")
def nil_to_d(vm: Interpreter, this: None) -> Value:
    return RDecimal(Decimal(0))


@method(NIL, "to_param")
def nil_to_param(vm: Interpreter, this: None) -> Value:
    return None


@method(NIL, "is_int?", "is_number?")
def nil_is_number(vm: Interpreter, this: None) -> Value:
    return False


@method(NIL, "&")
@method(FALSE, "&")
def false_and(vm: Interpreter, this: Value, other: Value) -> Value:
    return False


@method(NIL, "|", "^")
@method(FALSE, "|", "^")
def false_or(vm: Interpreter, this: Value, other: Value) -> Value:
    return other is not None and other is not False


@method(TRUE, "&")
def true_and(vm: Interpreter, this: Value, other: Value) -> Value:
    return other is not None and other is not False


@method(TRUE, "|")
def true_or(vm: Interpreter, this: Value, other: Value) -> Value:
    return True


@method(TRUE, "^")
def true_xor(vm: Interpreter, this: Value, other: Value) -> Value:
    return other is None or other is False


@method(TRUE, "to_param")
@method(FALSE, "to_param")
def bool_to_param(vm: Interpreter, this: bool) -> Value:
    return this


# --- Symbol -------------------------------------------------------------------------------------------------------


@method(SYMBOL, "to_s", "id2name", "name")
def symbol_to_s(vm: Interpreter, this: Symbol) -> Value:
    return RString(this.name)


@method(SYMBOL, "to_sym", "intern")
def symbol_to_sym(vm: Interpreter, this: Symbol) -> Value:
    return this


@method(SYMBOL, "to_proc")
def symbol_to_proc(vm: Interpreter, this: Symbol) -> Value:
    return vm.symbol_proc(this.name)


@method(SYMBOL, "inspect")
def symbol_inspected(vm: Interpreter, this: Symbol) -> Value:
    return RString(symbol_inspect(this.name))


@method(SYMBOL, "length", "size")
def symbol_length(vm: Interpreter, this: Symbol) -> Value:
    return len(this.name)


@method(SYMBOL, "empty?")
def symbol_empty(vm: Interpreter, this: Symbol) -> Value:
    return not this.name


def _through_string(name: str, *, back: bool) -> None:
    def call(vm: Interpreter, this: Symbol, *args: Value) -> Value:
        found = vm.invoke(RString(this.name), name, list(args), None, None)
        return sym(found.text) if back else found

    method(SYMBOL, name)(call)


for _name in ("upcase", "downcase", "capitalize", "swapcase", "succ", "next"):
    _through_string(_name, back=True)
for _name in (
    "[]",
    "slice",
    "=~",
    "match",
    "match?",
    "start_with?",
    "end_with?",
    "starts_with?",
    "ends_with?",
    "labelize",
):
    _through_string(_name, back=False)


@method(SYMBOL, "<=>")
def symbol_order(vm: Interpreter, this: Symbol, other: Value) -> Value:
    return comparing.spaceship(vm, this, other)


@method(SYMBOL, "casecmp?")
def symbol_casecmp(vm: Interpreter, this: Symbol, other: Value) -> Value:
    return this.name.casefold() == other.name.casefold() if isinstance(other, Symbol) else None


@method(SYMBOL, "casecmp")
def symbol_casecmp_order(vm: Interpreter, this: Symbol, other: Value) -> Value:
    if not isinstance(other, Symbol):
        return None
    return comparing.spaceship(vm, RString(this.name.lower()), RString(other.name.lower()))


# --- Proc ---------------------------------------------------------------------------------------------------------


@method(PROC, "call", "()", "yield", "===", "[]")
@method(METHOD, "call", "===", "[]")
def proc_call(vm: Interpreter, this: RProc, *args: Value, block: RProc | None, kwargs: RHash | None) -> Value:
    pointer = vm.pointer
    if this.pointer is not None:
        vm.pointer = this.pointer
    try:
        return vm.run_proc(this, list(args), kwargs, block)
    finally:
        vm.pointer = pointer


@method(PROC, "to_proc")
@method(METHOD, "to_proc", "unbind")
def proc_to_proc(vm: Interpreter, this: RProc) -> Value:
    return this


@method(PROC, "arity")
@method(METHOD, "arity")
def proc_arity(vm: Interpreter, this: RProc) -> Value:
    return this.arity


@method(PROC, "lambda?")
def proc_is_lambda(vm: Interpreter, this: RProc) -> Value:
    return this.is_lambda


@method(PROC, "parameters")
def proc_parameters(vm: Interpreter, this: RProc) -> Value:
    return RArray(RArray([sym(p.kind), sym(p.name)]) if p.name else RArray([sym(p.kind)]) for p in this.parameters)


@method(PROC, "curry")
def proc_curry(vm: Interpreter, this: RProc, arity: Value = UNSET) -> Value:
    needed = this.arity if arity is UNSET else arity
    if needed < 0:
        needed = -needed - 1

    def curried(given: list[Value]) -> RProc:
        def call(args: list[Value], kwargs: RHash | None, block: RProc | None) -> Value:
            together = given + args
            return vm.run_proc(this, together) if len(together) >= needed else curried(together)

        return RProc(native=call, is_lambda=this.is_lambda)

    return curried([]) if needed else vm.run_proc(this, [])


def _composed(vm: Interpreter, first: Value, second: Value) -> RProc:
    def call(args: list[Value], kwargs: RHash | None, block: RProc | None) -> Value:
        inner = vm.invoke(first, "call", args, kwargs, block)
        return vm.invoke(second, "call", [inner], None, None)

    for one in (first, second):
        if not vm.responds(one, "call"):
            raise type_error("callable object is expected")
    return RProc(native=call, is_lambda=True)


@method(PROC, ">>")
@method(METHOD, ">>")
def proc_then(vm: Interpreter, this: RProc, other: Value) -> Value:
    return _composed(vm, this, other)


@method(PROC, "<<")
@method(METHOD, "<<")
def proc_after(vm: Interpreter, this: RProc, other: Value) -> Value:
    return _composed(vm, other, this)


@method(PROC, "inspect", "to_s")
def proc_inspect(vm: Interpreter, this: RProc) -> Value:
    where = "(&:" + this.symbol + ")" if this.symbol else f"connector.rb:{this.line}"
    return RString(f"#<Proc:{address(this)}{'' if this.symbol else ' '}{where}{' (lambda)' if this.is_lambda else ''}>")


@method(PROC, "ruby2_keywords")
def proc_ruby2_keywords(vm: Interpreter, this: RProc) -> Value:
    return this


@singleton(PROC, "new")
def proc_new(vm: Interpreter, this: RClass, *, block: RProc | None) -> Value:
    if block is None:
        raise argument_error("tried to create Proc object without a block")
    return block


# --- Class and Module ---------------------------------------------------------------------------------------------


@method(MODULE, "name")
def module_name(vm: Interpreter, this: RClass) -> Value:
    return RString(this.said_name)


@method(MODULE, "to_s", "inspect")
def module_to_s(vm: Interpreter, this: RClass) -> Value:
    return RString(this.name)


@method(MODULE, "===")
def module_case_equal(vm: Interpreter, this: RClass, other: Value) -> Value:
    return comparing.case_equal(vm, this, other)


@method(MODULE, "==")
def module_equal(vm: Interpreter, this: RClass, other: Value) -> Value:
    return this is other


def _ancestry(this: RClass, other: Value) -> RClass:
    if not isinstance(other, RClass):
        raise type_error("compared with non class/module")
    return other


@method(MODULE, "<")
def module_below(vm: Interpreter, this: RClass, other: Value) -> Value:
    other = _ancestry(this, other)
    if this is other:
        return False
    return True if this.descends_from(other) else (False if other.descends_from(this) else None)


@method(MODULE, "<=")
def module_at_most(vm: Interpreter, this: RClass, other: Value) -> Value:
    return True if this is other else module_below(vm, this, other)


@method(MODULE, ">")
def module_above(vm: Interpreter, this: RClass, other: Value) -> Value:
    return module_below(vm, _ancestry(this, other), this)


@method(MODULE, ">=")
def module_at_least(vm: Interpreter, this: RClass, other: Value) -> Value:
    return module_at_most(vm, _ancestry(this, other), this)


@method(MODULE, "module_parent_name", "parent_name")
def module_parent_name(vm: Interpreter, this: RClass) -> Value:
    parent = this.name.rpartition("::")[0]
    return RString(parent) if parent else None


@method(MODULE, "hash")
def module_hash(vm: Interpreter, this: RClass) -> Value:
    return hash(this.name)


@method(CLASS, "superclass")
def class_superclass(vm: Interpreter, this: RClass) -> Value:
    return this.superclass


@method(CLASS, "new")
def class_new(vm: Interpreter, this: RClass, *args: Value, block: RProc | None, kwargs: RHash | None) -> Value:
    if this is classes.OBJECT or this is classes.BASIC_OBJECT:
        if args:
            raise argument_error(f"wrong number of arguments (given {len(args)}, expected 0)")
        return RObject(classes.OBJECT)
    if this in (classes.NIL, classes.TRUE, classes.FALSE, classes.INTEGER, classes.FLOAT, classes.SYMBOL):
        raise RubyError.of("NoMethodError", f"undefined method `new' for {this.name}:Class")
    raise CannotEvaluate(f"{this.name}.new")


@method(CLASS, "allocate")
def class_allocate(vm: Interpreter, this: RClass) -> Value:
    raise CannotEvaluate(f"{this.name}.allocate")


# --- Comparable ---------------------------------------------------------------------------------------------------


def _order(vm: Interpreter, this: Value, other: Value) -> int:
    return comparing.compare(vm, this, other)


@method(COMPARABLE, "<")
def below(vm: Interpreter, this: Value, other: Value) -> Value:
    return _order(vm, this, other) < 0


@method(COMPARABLE, "<=")
def at_most(vm: Interpreter, this: Value, other: Value) -> Value:
    return _order(vm, this, other) <= 0


@method(COMPARABLE, ">")
def above(vm: Interpreter, this: Value, other: Value) -> Value:
    return _order(vm, this, other) > 0


@method(COMPARABLE, ">=")
def at_least(vm: Interpreter, this: Value, other: Value) -> Value:
    return _order(vm, this, other) >= 0


@method(COMPARABLE, "==")
def same_order(vm: Interpreter, this: Value, other: Value) -> Value:
    return this is other or comparing.spaceship(vm, this, other) == 0


@method(COMPARABLE, "between?")
def between(vm: Interpreter, this: Value, low: Value, high: Value) -> Value:
    return _order(vm, this, low) >= 0 and _order(vm, this, high) <= 0


@method(COMPARABLE, "clamp")
def clamp(vm: Interpreter, this: Value, low: Value, high: Value = UNSET) -> Value:
    if high is UNSET:
        if not isinstance(low, RRange):
            raise type_error(f"wrong argument type {class_of(low).name} (expected Range)")
        if low.exclusive and low.last is not None:
            raise argument_error("cannot clamp with an exclusive range")
        low, high = low.first, low.last
    if low is not None and high is not None and _order(vm, low, high) > 0:
        raise argument_error("min argument must be smaller than max argument")
    if low is not None and _order(vm, this, low) < 0:
        return low
    return high if high is not None and _order(vm, this, high) > 0 else this
