"""Arrays and hashes, also indifferent ones and those of JSON that nobody has looked into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value
from designer.evaluator.texts import UTF_8, RString, Symbol, key_string, sym

if TYPE_CHECKING:
    from designer.evaluator.values import RProc


class RObject:
    """Base of every Ruby object that has a Python class of its own."""

    __slots__ = ("cls", "frozen")

    def __init__(self, cls: RClass) -> None:
        self.cls = cls
        self.frozen = False

    def hash_key(self) -> Any:
        """See ``hash_key``; by default identity."""
        return ("object", id(self))


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

    A hash with a ``reading`` has not been looked into since it was read: it is ``plain``, a dict of JSON, which others
    may hold too. ``pairs`` are made of that where they are first asked for.
    """

    __slots__ = (
        "by_identity",
        "default",
        "default_proc",
        "frozen",
        "indifferent",
        "iterating",
        "pairs",
        "plain",
        "reading",
    )
    plain: dict[str, Any]

    def __init__(self, items: Iterable[tuple[Value, Value]] = (), *, indifferent: bool = False) -> None:
        self.pairs: dict[Any, tuple[Value, Value]] = {}
        self.indifferent = indifferent
        self.frozen = False
        self.default: Value = None
        self.default_proc: RProc | None = None
        self.iterating = 0
        self.by_identity = False
        self.reading: Reading | None = None
        for key, value in items:
            self.set(key, value)

    def __getattr__(self, name: str) -> Any:
        # Reached for slots alone that are not filled.
        reading = self.reading if name == "pairs" else None
        if reading is None:
            raise AttributeError(name)
        self.pairs = reading.pairs(self.plain, self.indifferent)
        self.reading = None
        del self.plain
        return self.pairs

    def fill(self, pairs: dict[Any, tuple[Value, Value]]) -> None:
        """Put ``pairs`` in place of all that was there."""
        self.reading = None
        self.pairs = pairs

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


class Reading:
    """A text of JSON that was read: ``clean`` where it is valid Unicode, with ``symbols`` for keys where these are
    wanted. Makes Ruby values of what Python's parser gave, of hashes the shells."""

    __slots__ = ("clean", "symbols")

    def __init__(self, clean: bool, symbols: bool) -> None:
        self.clean = clean
        self.symbols = symbols

    def value(self, plain: Any, indifferent: bool = False) -> Value:
        kind = type(plain)
        if kind is str:
            return RString(plain)
        if kind is dict:
            return self.hash(plain, indifferent)
        if kind is list:
            value = self.value
            return RArray([RString(x) if type(x) is str else value(x, indifferent) for x in plain])
        return plain

    def hash(self, plain: dict[str, Any], indifferent: bool) -> RHash:
        made = RHash.__new__(RHash)
        made.plain, made.reading, made.indifferent = plain, self, indifferent
        made.frozen = made.by_identity = False
        made.default = made.default_proc = None
        made.iterating = 0
        return made

    def pairs(self, plain: dict[str, Any], indifferent: bool) -> dict[Any, tuple[Value, Value]]:
        value = self.value
        if self.symbols and not indifferent:
            return {(key := sym(k)): (key, value(v)) for k, v in plain.items()}
        return {k: (key_string(k), RString(v) if type(v) is str else value(v, indifferent)) for k, v in plain.items()}


def indifferent_value(value: Value) -> Value:
    """What a HashWithIndifferentAccess stores for ``value``: hashes inside become indifferent."""
    if type(value) is RHash:
        return value if value.indifferent else indifferent(value)
    if type(value) is RArray:
        if value.frozen:
            value = RArray(value)
        value[:] = [indifferent_value(item) for item in value]
    return value


def indifferent_result(value: Value) -> Value:
    """What the SDK makes of every lambda's result: hashes become indifferent, also inside arrays. Nobody holds what
    was there before: hashes not looked into may stay so."""
    if type(value) is RHash and not value.indifferent:
        if value.reading is not None:
            return value.reading.hash(value.plain, True)
        made = RHash(indifferent=True)
        made.default = value.default
        for key, item in value.pairs.values():
            kept = key_string(key.name) if type(key) is Symbol else key
            made.pairs[made.key(kept)] = (kept, indifferent_result(item))
        return made
    if type(value) is RArray:
        return RArray([indifferent_result(item) for item in value])
    return value


def indifferent(source: RHash) -> RHash:
    """``with_indifferent_access``: a new indifferent hash; nested hashes and arrays are converted in copies."""
    made = RHash(indifferent=True)
    made.default = source.default
    for key, value in source.pairs.values():
        made.set(key, RArray(value) if type(value) is RArray else value)
    return made
