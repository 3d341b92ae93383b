"""The SDK's runtime type checks on what lambdas return."""

from __future__ import annotations

from designer.evaluator import Interpreter, RArray, RHash, RString, RubyError, Value, truthy

_HASH = "ActiveSupport::HashWithIndifferentAccess"
_ACQUIRE = f"T.nilable(T.any({_HASH}, [{_HASH}, T.untyped, T.nilable({_HASH})], [{_HASH}, T.untyped], [{_HASH}]))"
_REFRESH = f"T.any({_HASH}, [{_HASH}, T.nilable({_HASH})], [{_HASH}])"


def checked_string(vm: Interpreter, value: Value) -> RString | None:
    """What base_uri and its kin may return. Raises TypeError otherwise."""
    if value is None or isinstance(value, RString):
        return value
    raise _refused(vm, "Return value", "T.nilable(String)", value)


def checked_text(vm: Interpreter, parameter: str, value: Value) -> RString | None:
    """What a program hands ``acquire`` and ``refresh``. Raises TypeError for what is no text."""
    if value is None or isinstance(value, RString):
        return value
    raise _refused(vm, f"Parameter '{parameter}'", "T.nilable(String)", value)


def checked_definition(vm: Interpreter, name: str, value: Value) -> None:
    """``authorization`` is a hash where it is not blank. Raises TypeError otherwise."""
    if not isinstance(value, RHash) and truthy(vm.send(value, "present?")):
        raise _refused(vm, f"Parameter '{name}'", _HASH, value)


def demand_options(vm: Interpreter, value: Value) -> None:
    """Raises TypeError for ``options`` that are there and cannot be looked into."""
    if not isinstance(value, RHash | RArray) and truthy(vm.send(value, "present?")):
        raise RubyError.of("TypeError", f"{vm.to_s(vm.send(value, 'class'))} does not have #dig method")


def checked_option(vm: Interpreter, value: Value) -> None:
    """An option of a multi connector is a hash. Raises TypeError otherwise."""
    if not isinstance(value, RHash):
        raise _refused(vm, "Return value", _HASH, value)


def checked_input(vm: Interpreter, value: Value) -> RHash:
    """The input of an action. Raises TypeError for what is no hash."""
    if isinstance(value, RHash):
        return value
    raise _refused(vm, "Parameter 'input'", "T::Hash[T.any(String, Symbol), T.untyped]", value)


def checked_acquire(vm: Interpreter, value: Value) -> Value:
    """nil, a hash, ``[tokens]``, ``[tokens, owner]`` or ``[tokens, owner, settings]``."""
    if value is None or isinstance(value, RHash):
        return value
    if isinstance(value, RArray) and 1 <= len(value) <= 3 and isinstance(value[0], RHash):
        if len(value) < 3 or value[2] is None or isinstance(value[2], RHash):
            return value
    raise _refused(vm, "Return value", _ACQUIRE, value)


def checked_refresh(vm: Interpreter, value: Value) -> Value:
    """A hash, ``[tokens]`` or ``[tokens, settings]``."""
    if isinstance(value, RHash):
        return value
    if isinstance(value, RArray) and 1 <= len(value) <= 2 and isinstance(value[0], RHash):
        if len(value) < 2 or value[1] is None or isinstance(value[1], RHash):
            return value
    raise _refused(vm, "Return value", _REFRESH, value)


def checked_settings(vm: Interpreter, value: Value) -> RHash | None:
    """What a refresh by ``acquire`` may give: a hash or nil."""
    if value is None or isinstance(value, RHash):
        return value
    raise _refused(vm, "T.cast", f"T.nilable({_HASH})", value)


def _refused(vm: Interpreter, where: str, expected: str, value: Value) -> RubyError:
    if value is None or isinstance(value, bool):
        got = f"type {vm.to_s(vm.send(value, 'class'))}"
    else:
        got = f"type {vm.to_s(vm.send(value, 'class'))} with value {vm.inspect(value)}"
    return RubyError.of("TypeError", f"{where}: Expected type {expected}, got {got}")
