"""Between JSON-like Python values and Ruby values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer.evaluator.classes import RClass, Value
from designer.evaluator.errors import CannotEvaluate, RubyError, message_text
from designer.evaluator.values import (
    HostObject,
    RArray,
    RException,
    RHash,
    RObject,
    RProc,
    RRange,
    RString,
    Symbol,
    indifferent_value,
    key_string,
)

_TEXT = frozenset({str})
_ATOMS = frozenset({str, int, bool, type(None)})
_PASSED = (bool, int, float, RString, Symbol, RProc, RObject, RClass)


@dataclass(frozen=True, slots=True)
class DistinctKey:
    """A key of a Python dict that would be taken for another there, though Ruby holds them apart: ``true`` beside
    ``1``, ``1.0`` beside ``1``."""

    value: bool | int | float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DistinctKey) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))

    def __str__(self) -> str:
        from designer.evaluator.inspecting import plain_to_s

        return plain_to_s(self.value)


def from_python(value: Any, *, indifferent: bool = False) -> Value:
    """A Ruby value for a JSON value. ``bytes`` become binary strings; Ruby values pass through.

    With ``indifferent`` every hash is a HashWithIndifferentAccess, as settings and inputs are in the SDK.
    Raises ``TypeError`` for anything that has no Ruby counterpart.
    """
    if type(value) is str:  # most of what is converted, for every request: ahead of the slower questions
        return RString(value)
    if value is None or isinstance(value, _PASSED):
        return value
    if isinstance(value, str):
        return RString(value)
    if isinstance(value, DistinctKey):
        return value.value
    if isinstance(value, bytes):
        return RString.binary(value)
    if isinstance(value, (RArray, RHash)):
        return indifferent_value(value) if indifferent else value
    if type(value) is dict or isinstance(value, Mapping):
        if _TEXT.issuperset(map(type, value)):
            made = RHash(indifferent=indifferent)
            made.pairs = {
                key: (
                    key_string(key),
                    RString(inner) if type(inner) is str else from_python(inner, indifferent=indifferent),
                )
                for key, inner in value.items()
            }
            return made
        return RHash(
            ((from_python(k), from_python(v, indifferent=indifferent)) for k, v in value.items()),
            indifferent=indifferent,
        )
    if isinstance(value, Sequence):
        return RArray(from_python(item, indifferent=indifferent) for item in value)
    raise TypeError(f"no Ruby value for {type(value).__name__}")


def to_python(value: Value) -> Any:
    """A JSON value for a Ruby value: symbols and keys become ``str``, binary strings ``bytes``.

    Raises ``CannotEvaluate`` for what has no JSON counterpart (a lambda, a time, a host object), and Ruby's
    SystemStackError for what is nested too deeply.
    """
    try:
        return _to_python(value)
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> RubyError:
    return RubyError.of("SystemStackError", "stack level too deep")


def _to_python(value: Value) -> Any:
    if type(value) is RString and value.s.isascii():
        return value.s
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, RString):
        return value.text if value.is_utf8 else value.to_bytes()
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RArray):
        return [_to_python(item) for item in value]
    if isinstance(value, RHash):
        if value.reading is not None and value.reading.clean:
            return _copied(value.plain)
        return {key_text(k): _to_python(v) for k, v in value.items()}
    raise CannotEvaluate(f"{getattr(getattr(value, 'cls', None), 'name', 'this value')} as a plain value")


def _copied(plain: Any) -> Any:
    """JSON, with containers of its own."""
    if type(plain) is dict:
        return {k: v if type(v) in _ATOMS else _copied(v) for k, v in plain.items()}
    return [v if type(v) in _ATOMS else _copied(v) for v in plain] if type(plain) is list else plain


def _exported(plain: Any) -> Any:
    """JSON as ``export`` writes it."""
    if type(plain) is dict:
        return {k: v if type(v) in _ATOMS else _exported(v) for k, v in plain.items()}
    if type(plain) is list:
        return [v if type(v) in _ATOMS else _exported(v) for v in plain]
    return _export(plain) if type(plain) is float else plain


def key_text(key: Value) -> str:
    """A hash key as a JSON object key."""
    if type(key) is RString:
        return key.s if key.s.isascii() else key.text
    if isinstance(key, Symbol):
        return key.name
    from designer.evaluator.inspecting import plain_to_s

    return plain_to_s(key)


def plain_key(key: Any) -> str:
    """A key of plain settings as ``export`` writes it: YAML has keys that are numbers, true and nothing."""
    from designer.evaluator.inspecting import plain_to_s

    return key if isinstance(key, str) else str(key) if isinstance(key, DistinctKey) else plain_to_s(key)


EXPORTERS: dict[type, Callable[[Any], dict[str, Any]]] = {}
"""How values of a Python class are written after ``{"$ruby": class}``; filled by the modules that define them."""


def export(value: Value) -> Any:
    """The value as JSON: symbols ``{"$symbol"}``, strings that are not UTF-8 ``{"$base64"}``, times, dates and
    anything else ``{"$ruby": class, …}``; hash keys are strings whatever they were.

    Raises Ruby's SystemStackError for what is nested too deeply.
    """
    try:
        return _export(value)
    except RecursionError:
        raise _too_deep() from None


def _export(value: Value) -> Any:
    if type(value) is RString and value.s.isascii():
        return value.s
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else {"$ruby": "Float"}
    if isinstance(value, RString):
        if value.is_utf8:
            return value.text
        return {"$base64": base64.b64encode(value.to_bytes()).decode("ascii")}
    if isinstance(value, Symbol):
        return {"$symbol": value.name}
    if isinstance(value, RArray):
        return [_export(item) for item in value]
    if isinstance(value, RHash):
        if value.reading is not None and value.reading.clean:
            return _exported(value.plain)
        return {
            k.s if type(k) is RString and k.s.isascii() else key_text(k): _export(v) for k, v in value.pairs.values()
        }
    if isinstance(value, RClass):
        return {"$ruby": "Module" if value.is_module else "Class", "name": value.name}
    exporter = EXPORTERS.get(type(value))
    if exporter is not None:
        return {"$ruby": value.cls.name, **exporter(value)}
    if isinstance(value, RException):
        return {"$ruby": value.cls.name, "message": message_text(value)}
    if isinstance(value, RRange):
        return {"$ruby": "Range", "first": _export(value.first), "last": _export(value.last)}
    if isinstance(value, RProc):
        return {"$ruby": "Proc"}
    if isinstance(value, HostObject | RObject):
        return {"$ruby": value.cls.name}
    raise TypeError(f"not a Ruby value: {type(value).__name__}")


def accepted(proc: RProc, args: Sequence[Value]) -> list[Value]:
    """``args`` cut to as many as ``proc`` declares parameters, as the SDK calls lambdas of a connector."""
    return list(args)[: len(proc.parameters)]
