"""Ruby values in Python.

====================  =========================================================
Ruby                  Python
====================  =========================================================
nil, true, false      ``None``, ``True``, ``False``
Integer, Float        ``int``, ``float``
String                ``RString`` (mutable, with an encoding)
Symbol                ``Symbol`` (one object a name; make it with ``sym``)
Array                 ``RArray`` (a ``list`` that can be frozen)
Hash                  ``RHash``, with ``indifferent`` a HashWithIndifferentAccess
Range                 ``RRange``
Proc, lambda          ``RProc``
class, module         ``RClass``
anything else         a subclass of ``RObject``; the SDK's own are ``HostObject``
====================  =========================================================
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value
from designer.evaluator.hashes import (
    RArray,
    Reading,
    RHash,
    RObject,
    hash_key,
    indifferent,
    indifferent_result,
    indifferent_value,
)
from designer.evaluator.texts import (
    ASCII_8BIT,
    US_ASCII,
    UTF_8,
    RString,
    Symbol,
    codec,
    decode,
    encode,
    key_string,
    sym,
)

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

__all__ = [
    "ASCII_8BIT",
    "UNKNOWN",
    "US_ASCII",
    "UTF_8",
    "CallSite",
    "HostObject",
    "Native",
    "Parameter",
    "RArray",
    "RException",
    "RHash",
    "RObject",
    "RProc",
    "RRange",
    "RString",
    "Reading",
    "Symbol",
    "codec",
    "decode",
    "encode",
    "fold_keywords",
    "hash_key",
    "indifferent",
    "indifferent_result",
    "indifferent_value",
    "key_string",
    "sym",
    "truthy",
]


class RRange(RObject):
    """``first..last``, or with ``exclusive`` ``first...last``; None is an open end."""

    __slots__ = ("exclusive", "first", "last")

    def __init__(self, first: Value, last: Value, exclusive: bool = False) -> None:
        super().__init__(classes.RANGE)
        self.first = first
        self.last = last
        self.exclusive = exclusive
        self.frozen = True

    def hash_key(self) -> Any:
        return ("range", hash_key(self.first), hash_key(self.last), self.exclusive)


class RException(RObject):
    """A Ruby exception object. ``message`` is any Ruby value (None: the class name is the message).

    ``attributes`` are its readers (``code``, ``response``, ``http_code``…); ``line`` is where it was raised.
    """

    __slots__ = ("attributes", "backtrace", "cause", "line", "message", "pointer")

    def __init__(self, cls: RClass, message: Value = None, **attributes: Value) -> None:
        super().__init__(cls)
        self.message = message
        self.attributes = attributes
        self.line: int | None = None
        self.pointer: str | None = None
        self.cause: RException | None = None
        self.backtrace: RArray | None = None


Native = Callable[[list[Value], "RHash | None", "RProc | None"], Value]


class Parameter(NamedTuple):
    """A parameter as ``Proc#parameters`` tells it: ``kind`` is req, opt, rest, keyreq, key, keyrest or block."""

    kind: str
    name: str


class RProc(RObject):
    """A proc or, where ``is_lambda``, a lambda. Call it through ``Interpreter.call_proc``.

    ``pointer`` is the RFC 6901 pointer of the slot it was written in, ``line`` its first line.
    """

    __slots__ = ("body", "frame", "is_lambda", "line", "native", "pointer", "self_obj", "symbol")

    def __init__(
        self,
        body: Any = None,
        frame: Any = None,
        *,
        is_lambda: bool = False,
        native: Native | None = None,
        line: int = 0,
    ) -> None:
        self.cls = classes.PROC
        self.frozen = False
        self.body = body
        self.frame = frame
        self.is_lambda = is_lambda
        self.native = native
        self.line = line
        self.pointer: str | None = None
        self.self_obj: Value = None
        self.symbol: str | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        if self.body is not None:
            found: tuple[Parameter, ...] = self.body.parameters
            return found
        return (Parameter("req", ""), Parameter("rest", "")) if self.symbol else (Parameter("rest", ""),)

    @property
    def arity(self) -> int:
        """As ``Proc#arity``."""
        kinds = [p.kind for p in self.parameters]
        required = sum(kind == "req" or (kind == "opt" and not self.is_lambda) for kind in kinds)
        required -= self.defaults
        least = required + ("keyreq" in kinds)
        keywords = any(kind in ("key", "keyreq", "keyrest") for kind in kinds)
        most = None if "rest" in kinds else required + self.optional_count(kinds) + keywords
        fixed = least == most if self.is_lambda else most is not None
        return least if fixed else -least - 1

    @property
    def defaults(self) -> int:
        """How many parameters of a block have a default (``Proc#parameters`` calls all of a block's optional)."""
        return 0 if self.is_lambda or self.body is None else int(self.body.defaults)

    def optional_count(self, kinds: list[str]) -> int:
        return kinds.count("opt") if self.is_lambda else self.defaults


class CallSite(NamedTuple):
    """Where a call to a host object stands: ``line`` counts from 1, ``pointer`` is the slot being run."""

    line: int
    pointer: str | None


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""What ``HostObject.call_method`` returns for a name it does not know; see there."""


_host_class = functools.cache(classes.define)


class HostObject(RObject):
    """An object written in Python that Ruby code talks to, as a receiver or as ``self``.

    Subclass it, give it a class made with ``classes.define`` (or override ``ruby_class_name``) and answer
    ``call_method``. Nothing else of the Python object can be reached from Ruby.
    """

    ruby_class_name: ClassVar[str] = "Object"
    frozen = False

    def __init__(self) -> None:
        """Its class is looked up where it is asked for: many are made for every request, few are asked."""

    @property
    def cls(self) -> RClass:  # type: ignore[override]
        return _host_class(self.ruby_class_name)

    def respond_to(self, name: str) -> bool:
        """``respond_to?``, beyond what every object responds to."""
        return False

    def call_method(
        self,
        name: str,
        args: list[Value],
        kwargs: RHash | None,
        block: RProc | None,
        call: CallSite,
    ) -> Value:
        """Answer ``receiver.name(*args, **kwargs, &block)``.

        Return ``UNKNOWN`` for a name this object leaves to Object and Kernel (``is_a?``, ``nil?``, ``raise``,
        ``puts``, ``to_s``, …), which then answer, or raise Ruby's NoMethodError. It is asked first for every name.
        Keywords come in ``kwargs`` (symbol keys); ``fold_keywords`` makes them a last positional argument.
        """
        return UNKNOWN

    def inspect(self, vm: Interpreter) -> str:
        """As in error messages; must hold no secret."""
        return f"#<{self.cls.name}>"


def fold_keywords(args: list[Value], kwargs: RHash | None) -> list[Value]:
    """The arguments of a method that declares no keywords: they become a last Hash, as in Ruby 3."""
    return [*args, kwargs] if kwargs is not None and len(kwargs) else args


def truthy(value: Value) -> bool:
    return value is not None and value is not False
