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
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

UTF_8 = "UTF-8"
US_ASCII = "US-ASCII"
ASCII_8BIT = "ASCII-8BIT"


class Symbol:
    """``:name``. One object a name, so that identity is equality; made by ``sym``."""

    __slots__ = ("name",)
    _all: ClassVar[dict[str, Symbol]] = {}

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f":{self.name}"


def sym(name: str) -> Symbol:
    found = Symbol._all.get(name)
    if found is None:
        found = Symbol._all.setdefault(name, Symbol(name))
    return found


class RString:
    """A mutable Ruby string.

    ``s`` holds the characters. In UTF-8 an invalid byte is a lone surrogate (Python's ``surrogateescape``); in
    ASCII-8BIT each character is one byte (latin-1). ``cls`` is String or one of its subclasses.
    """

    __slots__ = ("cls", "enc", "frozen", "s")

    def __init__(self, s: str = "", enc: str = UTF_8, cls: RClass = classes.STRING, *, frozen: bool = False) -> None:
        self.s = s
        self.enc = enc
        self.cls = cls
        self.frozen = frozen

    @classmethod
    def binary(cls, data: bytes, ruby_class: RClass = classes.STRING) -> RString:
        """An ASCII-8BIT string; ``ruby_class`` is ``classes.BINARY`` for what the SDK wraps."""
        return cls(data.decode("latin-1"), ASCII_8BIT, ruby_class)

    @classmethod
    def from_bytes(cls, data: bytes, enc: str = UTF_8) -> RString:
        return cls(decode(data, enc), enc)

    def to_bytes(self) -> bytes:
        return encode(self.s, self.enc)

    @property
    def text(self) -> str:
        """The string as Unicode text; bytes that are not UTF-8 come out as replacement characters."""
        if self.enc == UTF_8 and self.s.isascii():
            return self.s
        if self.enc in (UTF_8, US_ASCII, ASCII_8BIT):
            return self.to_bytes().decode("utf-8", "replace")
        return self.s

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are valid UTF-8 text, whatever the encoding says."""
        if self.s.isascii():
            return True
        try:
            self.to_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def __repr__(self) -> str:
        return f"RString({self.s!r}{'' if self.enc == UTF_8 else ', ' + self.enc})"


@functools.lru_cache(maxsize=1024)
def key_string(text: str) -> RString:
    """The frozen string a Hash keeps as its key; frozen, one does for all."""
    return RString(text, frozen=True)


_CODECS = {UTF_8: "utf-8", US_ASCII: "ascii", ASCII_8BIT: "latin-1", "Windows-31J": "cp932", "UTF-8-MAC": "utf-8"}


def codec(enc: str) -> str:
    """Python's name of a Ruby encoding."""
    return _CODECS.get(enc, enc)


def encode(text: str, enc: str) -> bytes:
    if enc == ASCII_8BIT:
        return text.encode("latin-1")
    if enc.startswith("UTF-") and enc != UTF_8:
        return text.encode(codec(enc), "surrogatepass")
    return text.encode(codec(enc), "surrogateescape")


def decode(data: bytes, enc: str) -> str:
    if enc == ASCII_8BIT:
        return data.decode("latin-1")
    if enc.startswith("UTF-") and enc != UTF_8:
        return data.decode(codec(enc), "replace")
    return data.decode(codec(enc), "surrogateescape")


class RArray(list[Value]):
    """A Ruby Array: a list that can be frozen."""

    __slots__ = ("frozen",)

    def __init__(self, items: Iterable[Value] = ()) -> None:
        super().__init__(items)
        self.frozen = False

    __hash__ = None


_TRUE_KEY, _FALSE_KEY = ("true",), ("false",)


_DEEPEST_KEY = 200


def hash_key(key: Value, depth: int = 0) -> Any:
    """What decides whether two keys are the same to a Hash (Ruby's ``eql?`` and ``hash``), as a hashable.

    Raises ``RecursionError`` for a collection nested too deeply, or in itself.
    """
    kind = type(key)
    if kind is RString:
        return key.s if key.enc == UTF_8 or key.s.isascii() else (key.enc, key.s)
    if kind is Symbol or kind is int or kind is str or key is None:
        return key
    if kind is bool:
        return _TRUE_KEY if key else _FALSE_KEY
    if kind is float:
        return ("float", key) if key == key else ("nan", id(key))
    if kind is RArray or kind is RHash:
        if depth > _DEEPEST_KEY:
            raise RecursionError
        if kind is RArray:
            return ("array", *[hash_key(item, depth + 1) for item in key])
        return ("hash", frozenset([(k, hash_key(pair[1], depth + 1)) for k, pair in key.pairs.items()]))
    if isinstance(key, RObject):
        return key.hash_key()
    return key


class RHash:
    """A Ruby Hash: keeps the order of insertion, keys equal by ``eql?``.

    ``pairs`` maps ``hash_key(key)`` to ``(key, value)``. With ``indifferent`` symbol keys are stored as strings and
    hashes put into it become indifferent too. A Python ``str`` may be given as a key for a Ruby String.
    """

    __slots__ = ("by_identity", "default", "default_proc", "frozen", "indifferent", "iterating", "pairs")

    def __init__(self, items: Iterable[tuple[Value, Value]] = (), *, indifferent: bool = False) -> None:
        self.pairs: dict[Any, tuple[Value, Value]] = {}
        self.indifferent = indifferent
        self.frozen = False
        self.default: Value = None
        self.default_proc: RProc | None = None
        self.iterating = 0
        self.by_identity = False
        for key, value in items:
            self.set(key, value)

    @property
    def cls(self) -> RClass:
        return classes.INDIFFERENT if self.indifferent else classes.HASH

    def key(self, key: Value) -> Any:
        kind = type(key)
        if kind is Symbol:
            return key.name if self.indifferent else key
        if kind is RString and not self.by_identity:
            return key.s if key.enc == UTF_8 or key.s.isascii() else (key.enc, key.s)
        return ("id", id(key)) if self.by_identity and not isinstance(key, int) else hash_key(key)

    def get(self, key: Value, otherwise: Value = None) -> Value:
        """The value at ``key``, else ``otherwise``; defaults of the hash do not play."""
        pair = self.pairs.get(self.key(key))
        return otherwise if pair is None else pair[1]

    def set(self, key: Value, value: Value) -> None:
        """Store; raises nothing even where frozen: methods callable from Ruby check that."""
        kind = type(key)
        if kind is str:
            key = key_string(key)
        elif kind is Symbol and self.indifferent:
            key = key_string(key.name)
        elif kind is RString and not key.frozen and not self.by_identity:
            key = RString(key.s, key.enc, key.cls, frozen=True)
        if self.indifferent:
            value = indifferent_value(value)
        known = self.key(key)
        old = self.pairs.get(known)
        self.pairs[known] = (key if old is None else old[0], value)

    def has(self, key: Value) -> bool:
        return self.key(key) in self.pairs

    def delete(self, key: Value, otherwise: Value = None) -> Value:
        pair = self.pairs.pop(self.key(key), None)
        return otherwise if pair is None else pair[1]

    def items(self) -> list[tuple[Value, Value]]:
        """The pairs in order, as they are now."""
        return list(self.pairs.values())

    def keys(self) -> list[Value]:
        return [k for k, _ in self.pairs.values()]

    def values(self) -> list[Value]:
        return [v for _, v in self.pairs.values()]

    def copy(self) -> RHash:
        """A shallow copy, not frozen, with the same defaults."""
        made = RHash(indifferent=self.indifferent)
        made.pairs = self.pairs.copy()
        made.default, made.default_proc, made.by_identity = self.default, self.default_proc, self.by_identity
        return made

    def __len__(self) -> int:
        return len(self.pairs)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"RHash({self.items()!r})"


def indifferent_value(value: Value) -> Value:
    """What a HashWithIndifferentAccess stores for ``value``: hashes inside become indifferent."""
    if type(value) is RHash:
        return value if value.indifferent else indifferent(value)
    if type(value) is RArray:
        if value.frozen:
            value = RArray(value)
        value[:] = [indifferent_value(item) for item in value]
    return value


def indifferent(source: RHash) -> RHash:
    """``with_indifferent_access``: a new indifferent hash; nested hashes and arrays are converted in copies."""
    made = RHash(indifferent=True)
    made.default = source.default
    for key, value in source.pairs.values():
        made.set(key, RArray(value) if type(value) is RArray else value)
    return made


class RObject:
    """Base of every Ruby object that has a Python class of its own."""

    __slots__ = ("cls", "frozen")

    def __init__(self, cls: RClass) -> None:
        self.cls = cls
        self.frozen = False

    def hash_key(self) -> Any:
        """See ``hash_key``; by default identity."""
        return ("object", id(self))


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
