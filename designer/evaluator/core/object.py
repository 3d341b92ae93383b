"""What every object answers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import classes, comparing
from designer.evaluator.classes import KERNEL, OBJECT, RClass, Value
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import KEY_ERROR, CannotEvaluate, RubyError, type_error
from designer.evaluator.inspecting import any_to_s, plain_to_s
from designer.evaluator.interpreter import class_of
from designer.evaluator.iterating import REnumerator
from designer.evaluator.values import (
    HostObject,
    RArray,
    RHash,
    RObject,
    RProc,
    RString,
    Symbol,
    hash_key,
    sym,
)

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


@method(KERNEL, "class")
def class_(vm: Interpreter, this: Value) -> Value:
    return class_of(this)


@method(KERNEL, "nil?")
def is_nil(vm: Interpreter, this: Value) -> Value:
    return this is None


@method(KERNEL, "is_a?", "kind_of?")
def is_a(vm: Interpreter, this: Value, cls: Value) -> Value:
    if not isinstance(cls, RClass):
        raise type_error("class or module required")
    return class_of(this).descends_from(cls)


@method(KERNEL, "instance_of?")
def instance_of(vm: Interpreter, this: Value, cls: Value) -> Value:
    if not isinstance(cls, RClass):
        raise type_error("class or module required")
    return class_of(this) is cls


@method(KERNEL, "respond_to?")
def respond_to(vm: Interpreter, this: Value, name: Value, include_all: Value = False) -> Value:
    return vm.responds(this, name_of(name), private=include_all not in (None, False))


def name_of(value: Value) -> str:
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RString):
        return value.text
    raise type_error(f"{plain_to_s(value)} is not a symbol nor a string")


@method(KERNEL, "inspect")
def inspect(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, HostObject):
        return RString(this.inspect(vm))
    if type(this) is RObject or (isinstance(this, RObject) and class_of(this).find("inspect").function is inspect):
        from designer.evaluator.interpreter import Main

        return RString("main" if isinstance(this, Main) else any_to_s(this))
    return RString(vm.inspect(this))


@method(KERNEL, "to_s")
def to_s(vm: Interpreter, this: Value) -> Value:
    from designer.evaluator.interpreter import Main

    if isinstance(this, Main):
        return RString("main")
    if isinstance(this, HostObject):
        return RString(this.inspect(vm))
    if isinstance(this, RObject):
        return RString(any_to_s(this))
    return RString(plain_to_s(this))


@method(KERNEL, "==", "equal?")
def identical(vm: Interpreter, this: Value, other: Value) -> Value:
    return this is other or (type(this) is type(other) is int and this == other)


@method(KERNEL, "!=")
def differs(vm: Interpreter, this: Value, other: Value) -> Value:
    return not vm.equal(this, other)


@method(KERNEL, "!")
def negate(vm: Interpreter, this: Value) -> Value:
    return this is None or this is False


@method(KERNEL, "eql?")
def eql(vm: Interpreter, this: Value, other: Value) -> Value:
    return comparing.eql(this, other)


@method(KERNEL, "===")
def case_equal(vm: Interpreter, this: Value, other: Value) -> Value:
    return this is other or vm.equal(this, other)


@method(KERNEL, "=~")
def no_match(vm: Interpreter, this: Value, other: Value) -> Value:
    return None


@method(KERNEL, "!~")
def not_matching(vm: Interpreter, this: Value, other: Value) -> Value:
    return not vm.invoke(this, "=~", [other], None, None)


@method(KERNEL, "<=>")
def spaceship(vm: Interpreter, this: Value, other: Value) -> Value:
    if isinstance(this, RObject):
        return 0 if this is other or vm.equal(this, other) else None
    return comparing.spaceship(vm, this, other)


@method(KERNEL, "hash")
def hash_(vm: Interpreter, this: Value) -> Value:
    return hash(hash_key(this))


@method(KERNEL, "object_id")
def object_id(vm: Interpreter, this: Value) -> Value:
    if type(this) is int:
        return 2 * this + 1
    if this is None or isinstance(this, bool):
        return {None: 8, True: 20, False: 0}[this]
    return vm.object_number(this)


@method(KERNEL, "frozen?")
def is_frozen(vm: Interpreter, this: Value) -> Value:
    return getattr(this, "frozen", True)


@method(KERNEL, "freeze")
def freeze(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, RString | RArray | RHash | RObject) and not isinstance(this, HostObject):
        this.frozen = True
    return this


@method(KERNEL, "dup")
def dup(vm: Interpreter, this: Value) -> Value:
    return copied(this)


@method(KERNEL, "clone")
def clone(vm: Interpreter, this: Value, *, freeze: Value = None) -> Value:
    made = copied(this)
    if made is not this and freeze is not False and (freeze is True or this.frozen):
        made.frozen = True
    return made


def copied(value: Value) -> Value:
    """A shallow copy, not frozen; values that cannot change are their own copies."""
    if type(value) is RString:
        return RString(value.s, value.enc, value.cls)
    if type(value) is RArray:
        return RArray(value)
    if type(value) is RHash:
        return value.copy()
    copier = getattr(value, "copy_value", None) if isinstance(value, RObject) else None
    return value if copier is None else copier()


def deep_copied(value: Value) -> Value:
    if type(value) is RArray:
        return RArray([deep_copied(v) for v in value])
    if type(value) is RHash:
        made = value.copy()
        made.pairs = {k: (key, deep_copied(v)) for k, (key, v) in value.pairs.items()}
        return made
    return copied(value)


@method(KERNEL, "deep_dup")
def deep_dup(vm: Interpreter, this: Value) -> Value:
    return deep_copied(this)


@method(KERNEL, "itself")
def itself(vm: Interpreter, this: Value) -> Value:
    return this


@method(KERNEL, "tap")
def tap(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    vm.yield_(required(block, "yield"), this)
    return this


@method(KERNEL, "then", "yield_self")
def then(vm: Interpreter, this: Value, *, block: RProc | None) -> Value:
    if block is None:
        return REnumerator(this, "then", size=lambda: 1)
    return vm.yield_(block, this)


def required(block: RProc | None, word: str = "yield") -> RProc:
    """The block; LocalJumpError where there is none."""
    if block is None:
        raise RubyError.of("LocalJumpError", f"no block given ({word})")
    return block


@method(KERNEL, "instance_variables")
def instance_variables(vm: Interpreter, this: Value) -> Value:
    return RArray([sym(name) for name in vm.instance_variables(this)])


@method(KERNEL, "display")
def display(vm: Interpreter, this: Value) -> Value:
    vm.ports.trace("puts", vm.to_s(this), line=vm.line, pointer=vm.pointer)
    return None


@method(KERNEL, "enum_for", "to_enum")
def enum_for(vm: Interpreter, this: Value, name: Value = UNSET, *args: Value) -> Value:
    return REnumerator(this, "each" if name is UNSET else name_of(name), args)


@method(KERNEL, "method")
def method_object(vm: Interpreter, this: Value, name: Value) -> Value:
    """A Method object, as far as ``call``, ``to_proc``, ``arity`` and ``&`` go."""
    text = name_of(name)
    own = isinstance(this, HostObject) or not vm.responds(this, text, private=True)
    if own and not (isinstance(this, HostObject) and this.respond_to(text)) and text not in vm.user_methods:
        if not isinstance(this, HostObject):
            from designer.evaluator.known import is_known

            if is_known(this, text):
                raise CannotEvaluate(text)
            cls = class_of(this)
            error = RubyError.of("NameError", f"undefined method `{text}' for class `{cls.name}'")
            if isinstance(this, RClass):
                error = RubyError.of("NameError", f"undefined method `{text}' for class `#<Class:{this.name}>'")
            raise error

    def call(args: list[Value], kwargs: RHash | None, block: RProc | None) -> Value:
        return vm.call_function(this, text, args, kwargs, block, False)

    proc = RProc(native=call, is_lambda=True)
    proc.cls = classes.METHOD
    return proc


# --- ActiveSupport ------------------------------------------------------------------------------------------------


def is_blank(vm: Interpreter, value: Value) -> bool:
    if value is None or value is False:
        return True
    if isinstance(value, RString):
        return not value.s or (value.s.isspace() and not any(c in value.s for c in "\x1c\x1d\x1e\x1f"))
    if isinstance(value, RArray | RHash):
        return not len(value)
    if value is True or isinstance(value, int | float | Symbol):
        return isinstance(value, Symbol) and not value.name
    if isinstance(value, RClass | RProc):
        return False
    if vm.responds(value, "empty?"):
        return bool(vm.invoke(value, "empty?", [], None, None))
    return False


@method(KERNEL, "blank?")
def blank(vm: Interpreter, this: Value) -> Value:
    return is_blank(vm, this)


@method(KERNEL, "present?")
def present(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, HostObject):
        return not vm.invoke(this, "blank?", [], None, None)
    return not is_blank(vm, this)


@method(KERNEL, "presence")
def presence(vm: Interpreter, this: Value) -> Value:
    if isinstance(this, HostObject):
        return None if vm.invoke(this, "blank?", [], None, None) else this
    return None if is_blank(vm, this) else this


@method(KERNEL, "presence_in")
def presence_in(vm: Interpreter, this: Value, other: Value) -> Value:
    return this if included_in(vm, this, other) else None


@method(KERNEL, "in?")
def included_in(vm: Interpreter, this: Value, other: Value) -> Value:
    if not vm.responds(other, "include?"):
        raise RubyError.of("ArgumentError", "The parameter passed to #in? must respond to #include?")
    return bool(vm.invoke(other, "include?", [this], None, None))


@method(KERNEL, "try", "try!")
def try_(vm: Interpreter, this: Value, *args: Value, block: RProc | None, kwargs: RHash | None) -> Value:
    if this is None:
        return None
    if not args:
        return this if block is None else vm.yield_(block, this)
    name = name_of(args[0])
    return vm.invoke(this, name, list(args[1:]), kwargs, block) if vm.responds(this, name) else None


@method(KERNEL, "instance_values")
def instance_values(vm: Interpreter, this: Value) -> Value:
    return RHash((RString(k[1:]), v) for k, v in vm.instance_variables(this).items())


@method(KERNEL, "duplicable?")
def duplicable(vm: Interpreter, this: Value) -> Value:
    return True


_DUCKS = {
    "time": (classes.TIME, classes.TIME_WITH_ZONE, classes.DATE_TIME),
    "date": (classes.DATE,),
    "string": (classes.STRING,),
}


@method(KERNEL, "acts_like?")
def acts_like(vm: Interpreter, this: Value, duck: Value) -> Value:
    return any(class_of(this).descends_from(cls) for cls in _DUCKS.get(name_of(duck), ()))


@method(KERNEL, "html_safe?")
def html_safe(vm: Interpreter, this: Value) -> Value:
    return isinstance(this, int | float) and not isinstance(this, bool)


# --- the SDK ------------------------------------------------------------------------------------------------------

_YES = frozenset({"true", "t", "yes", "y", "1"})
_NO = frozenset({"false", "f", "no", "n", "0"})


def truth(vm: Interpreter, value: Value, null: bool) -> bool:
    """``is_true?``: what reads as yes or no; raises core RuntimeError otherwise."""
    if isinstance(value, RString):
        text = value.s[:-1] if value.s.endswith("\n") else value.s
        if text.lower() in _YES:
            return True
        if text.lower() in _NO:
            return False
        if is_blank(vm, value):
            raise RubyError.of("RuntimeError", "Can't convert empty string to boolean")
        raise RubyError.of("RuntimeError", f"Can't convert string value {value.text} to boolean")
    if type(value) is int:
        if value in (0, 1):
            return value == 1
        raise RubyError.of("RuntimeError", f"Can't convert number value {plain_to_s(value)} to boolean")
    if isinstance(value, bool):
        return value
    if value is None:
        return null
    raise RubyError.of("RuntimeError", f"Can't convert type {class_of(value).name} to boolean")


@method(OBJECT, "is_true?")
def is_true(vm: Interpreter, this: Value, *, null_true: Value = False) -> Value:
    return truth(vm, this, null_true is True)


@method(OBJECT, "is_not_true?")
def is_not_true(vm: Interpreter, this: Value, *, null_not_true: Value = True) -> Value:
    return not truth(vm, this, null_not_true in (None, False))


def key_error(vm: Interpreter, receiver: Value, key: Value) -> RubyError:
    error = RubyError.of(KEY_ERROR, f"key not found: {vm.inspect(key)}")
    error.exception.attributes.update({"key": key, "receiver": receiver})
    return error
