"""Ruby's classes and modules as the evaluator knows them: names, ancestry, methods and constants.

Method look-up goes through these tables and nothing else: a Ruby name is never used to reach a Python attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A Ruby value; see ``designer.evaluator.values`` for what stands for what."""


class Builtin:
    """A method written in Python: ``function(vm, receiver, *arguments)``.

    The arity, whether it takes a block and which keywords it takes are read off the function's signature:
    ``block`` and keyword-only parameters are passed by keyword, a parameter ``kwargs`` gets all keywords as a hash.
    """

    __slots__ = ("function", "keywords", "maximum", "minimum", "name", "private", "takes_block", "takes_kwargs")

    def __init__(self, name: str, function: Callable[..., Value], *, private: bool = False) -> None:
        code = function.__code__
        positional = code.co_argcount - 2
        self.name = name
        self.function = function
        self.minimum = positional - len(function.__defaults__ or ())
        self.maximum: int | None = None if code.co_flags & 0x04 else positional
        keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        self.takes_block = "block" in keyword_only
        self.takes_kwargs = "kwargs" in keyword_only
        self.keywords = frozenset(k for k in keyword_only if k not in ("block", "kwargs"))
        self.private = private

    def arity(self) -> int:
        return self.minimum if self.maximum == self.minimum else -self.minimum - 1

    def __repr__(self) -> str:
        return f"<builtin {self.name}>"


class RClass:
    """A Ruby class, or a module where ``is_module``.

    ``methods`` are those of its instances, ``singleton`` its own (``Time.now``), ``known`` the names Ruby or
    ActiveSupport define for its instances that are not implemented here: calling one is refused, never guessed.
    """

    __slots__ = (
        "_ancestors",
        "_found",
        "_found_singleton",
        "constants",
        "includes",
        "is_module",
        "known",
        "known_singleton",
        "methods",
        "name",
        "prepends",
        "singleton",
        "superclass",
    )

    @property
    def said_name(self) -> str:
        """``Class#name``: ActiveSupport lets a time with a zone pass for a Time."""
        return "Time" if self.name == "ActiveSupport::TimeWithZone" else self.name

    def __init__(self, name: str, superclass: RClass | None = None, *, is_module: bool = False) -> None:
        self.name = name
        self.superclass = superclass
        self.is_module = is_module
        self.includes: list[RClass] = []
        self.prepends: list[RClass] = []
        self.methods: dict[str, Any] = {}
        self.singleton: dict[str, Any] = {}
        self.constants: dict[str, Value] = {}
        self.known: frozenset[str] = frozenset()
        self.known_singleton: frozenset[str] = frozenset()
        self._found: dict[str, Any] = {}
        self._found_singleton: dict[str, Any] = {}
        self._ancestors: tuple[RClass, ...] | None = None

    @property
    def ancestors(self) -> tuple[RClass, ...]:
        """The class itself, what it includes and its superclasses, in the order methods are looked up."""
        if self._ancestors is None:
            own = [*self.prepends, self]
            for module in reversed(self.includes):
                own += [m for m in module.ancestors if m not in own]
            above = self.superclass.ancestors if self.superclass else ()
            self._ancestors = tuple([c for c in own if c not in above] + list(above))
        return self._ancestors

    def find(self, name: str) -> Any:
        """The instance method ``name`` or None."""
        try:
            return self._found[name]
        except KeyError:
            pass
        found = next((c.methods[name] for c in self.ancestors if name in c.methods), None)
        self._found[name] = found
        return found

    def find_singleton(self, name: str) -> Any:
        """The class's own method ``name`` (inherited from superclasses), or what every class or module answers to."""
        try:
            return self._found_singleton[name]
        except KeyError:
            pass
        found = None
        cls: RClass | None = self
        while cls is not None and found is None:
            found = cls.singleton.get(name)
            cls = cls.superclass
        if found is None:
            found = (MODULE if self.is_module else CLASS).find(name)
        self._found_singleton[name] = found
        return found

    def is_known(self, name: str) -> bool:
        return any(name in c.known for c in self.ancestors)

    def include(self, module: RClass) -> RClass:
        self.includes.append(module)
        self._ancestors = None
        return self

    def descends_from(self, other: RClass) -> bool:
        return other in self.ancestors

    def __repr__(self) -> str:
        return f"<ruby {self.name}>"


BASIC_OBJECT = RClass("BasicObject")
KERNEL = RClass("Kernel", is_module=True)
COMPARABLE = RClass("Comparable", is_module=True)
ENUMERABLE = RClass("Enumerable", is_module=True)
OBJECT = RClass("Object", BASIC_OBJECT).include(KERNEL)
MODULE = RClass("Module", OBJECT)
CLASS = RClass("Class", MODULE)
OBJECT.constants.update(
    {c.name: c for c in (BASIC_OBJECT, KERNEL, COMPARABLE, ENUMERABLE, OBJECT, MODULE, CLASS)},
)


def lookup(path: str) -> RClass | None:
    """The class or module of that full name (``"Workato::Connector::Sdk::Error"``), or None."""
    value: Value = OBJECT
    for part in path.split("::"):
        value = value.constants.get(part) if isinstance(value, RClass) else None
    return value if isinstance(value, RClass) else None


def define(path: str, superclass: RClass | str | None = None, *, is_module: bool = False) -> RClass:
    """Define a class (superclass Object where none is given) or a module under its full name.

    The namespaces it stands in are created as modules where they do not exist. A class that exists is returned.
    """
    if (existing := lookup(path)) is not None:
        return existing
    namespace, _, name = path.rpartition("::")
    parent = OBJECT if not namespace else define(namespace, is_module=True)
    if isinstance(superclass, str):
        superclass = lookup(superclass)
        assert superclass is not None, path
    created = RClass(path, None if is_module else superclass or OBJECT, is_module=is_module)
    parent.constants[name] = created
    return created


def define_module(path: str) -> RClass:
    return define(path, is_module=True)


def all_classes() -> Iterator[RClass]:
    """Every class and module, each once."""
    seen: set[int] = set()
    todo: list[RClass] = [OBJECT]
    while todo:
        cls = todo.pop()
        if id(cls) in seen:
            continue
        seen.add(id(cls))
        yield cls
        todo += [c for c in cls.constants.values() if isinstance(c, RClass)]


NIL = define("NilClass")
TRUE = define("TrueClass")
FALSE = define("FalseClass")
NUMERIC = define("Numeric").include(COMPARABLE)
INTEGER = define("Integer", NUMERIC)
FLOAT = define("Float", NUMERIC)
RATIONAL = define("Rational", NUMERIC)
BIG_DECIMAL = define("BigDecimal", NUMERIC)
STRING = define("String").include(COMPARABLE)
SYMBOL = define("Symbol").include(COMPARABLE)
ARRAY = define("Array").include(ENUMERABLE)
HASH = define("Hash").include(ENUMERABLE)
INDIFFERENT = define("ActiveSupport::HashWithIndifferentAccess", HASH)
RANGE = define("Range").include(ENUMERABLE)
REGEXP = define("Regexp")
MATCH_DATA = define("MatchData")
PROC = define("Proc")
METHOD = define("Method")
ENUMERATOR = define("Enumerator").include(ENUMERABLE)
LAZY = define("Enumerator::Lazy", ENUMERATOR)
SET = define("Set").include(ENUMERABLE)
TIME = define("Time").include(COMPARABLE)
DATE = define("Date").include(COMPARABLE)
DATE_TIME = define("DateTime", DATE)
TIME_WITH_ZONE = define("ActiveSupport::TimeWithZone").include(COMPARABLE)
TIME_ZONE = define("ActiveSupport::TimeZone").include(COMPARABLE)
DURATION = define("ActiveSupport::Duration")
SAFE_BUFFER = define("ActiveSupport::SafeBuffer", STRING)
ENCODING = define("Encoding")
EXCEPTION = define("Exception")
BINARY = define("Workato::Types::Binary", STRING)
UNICODE_STRING = define("Workato::Types::UnicodeString", STRING)
SDK = define_module("Workato::Connector::Sdk")
OBJECT.constants["HashWithIndifferentAccess"] = INDIFFERENT
