"""What Ruby code says, free of how it is written: the tree the evaluator runs.

Every node has ``line``, counted from 1. Local variables are resolved: ``depth`` blocks outwards, place ``index`` in
that block's frame. ``Later`` stands for a part that is lowered when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def _record(cls: type[_T]) -> type[_T]:
    """A frozen dataclass to the type checker. What only costs time at start-up and at every node, for code that no
    one compares, prints or assigns to, is left out."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # or dataclass writes one, slowly
    return dataclass(slots=True, repr=False, eq=False)(cls)


@_record
class Node:
    line: int


@_record
class Nil(Node):
    """``nil``, and whatever has no value."""


@_record
class Literal(Node):
    """``true``, ``false``, an Integer or a Float."""

    value: bool | int | float


@_record
class RationalLiteral(Node):
    """``3r``, ``1.5r``; the text without the ``r``."""

    text: str


@_record
class Self(Node):
    pass


@_record
class Str(Node):
    """A string literal without interpolation. ``binary`` where ``\\x`` escapes made bytes that are not UTF-8:
    then each character of ``value`` outside ASCII may be a lone surrogate standing for one byte."""

    value: str


@_record
class Interpolated(Node):
    """A string with interpolation; ``parts`` are ``Str`` nodes and expressions."""

    parts: tuple[Node, ...]


@_record
class Sym(Node):
    name: str


@_record
class InterpolatedSym(Node):
    parts: tuple[Node, ...]


@_record
class Regex(Node):
    """A regex literal; ``flags`` are the letters after it, ``parts`` sources (as written) and expressions."""

    parts: tuple[Node, ...]
    flags: str


@_record
class Splat(Node):
    """``*value`` among arguments, elements or right-hand sides."""

    value: Node


@_record
class Array(Node):
    items: tuple[Node, ...]


@_record
class Pair(Node):
    """``key => value``; a ``**value`` has the key None."""

    key: Node | None
    value: Node


@_record
class Hash(Node):
    pairs: tuple[Pair, ...]


@_record
class Range(Node):
    first: Node | None
    last: Node | None
    exclusive: bool


@_record
class Local(Node):
    name: str
    depth: int
    index: int


@_record
class Instance(Node):
    """``@name``."""

    name: str


@_record
class Global(Node):
    """``$name``, with the dollar sign."""

    name: str


@_record
class Const(Node):
    """``Name``, ``Scope::Name`` or, with ``top``, ``::Name``."""

    name: str
    scope: Node | None = None
    top: bool = False


@_record
class Parameters:
    """What a block, lambda or method takes. Each entry names a place in its own frame.

    ``required`` and ``post`` may hold nested ``Targets`` for destructuring. ``rest`` and ``keyword_rest`` are -1 where
    anonymous, None where absent. ``lone_comma`` marks ``|a,|``.
    """

    required: tuple[int | Targets, ...] = ()
    optional: tuple[tuple[int, Node], ...] = ()
    rest: int | None = None
    post: tuple[int | Targets, ...] = ()
    keywords: tuple[tuple[str, int, Node | None], ...] = ()
    keyword_rest: int | None = None
    no_keywords: bool = False
    block: int | None = None
    lone_comma: bool = False
    names: tuple[tuple[str, str], ...] = ()
    """(kind, name) pairs as ``Proc#parameters`` lists them for a lambda."""


@dataclass(slots=True)
class Scope:
    """The local variables of one frame. ``names`` maps to places; ``size`` grows while its body is lowered."""

    names: dict[str, int] = field(default_factory=dict)
    parent: Scope | None = None
    size: int = 0
    numbered: int = 0
    is_block: bool = False
    method: str | None = None

    def declare(self, name: str) -> int:
        if name in self.names:
            return self.names[name]
        self.names[name] = self.size
        self.size += 1
        return self.size - 1

    def place(self) -> int:
        """A place without a name."""
        self.size += 1
        return self.size - 1

    def find(self, name: str) -> tuple[int, int] | None:
        """(depth, index) of a visible variable."""
        depth, scope = 0, self
        while True:
            if name in scope.names:
                return depth, scope.names[name]
            if not scope.is_block or scope.parent is None:
                return None
            depth, scope = depth + 1, scope.parent

    def snapshot(self) -> Scope:
        """What is visible here now, for lowering a part later; places stay those of this scope."""
        return Scope(dict(self.names), self.parent, self.size, self.numbered, self.is_block, self.method)


@_record
class Code(Node):
    """The body of a block, lambda or method with its parameters and its frame."""

    parameters: Parameters
    body: Node
    scope: Scope
    method: str | None
    is_lambda: bool = False


@_record
class Lambda(Node):
    """``->(…) { … }``, or ``lambda do … end`` (which are calls, but as good as literals)."""

    code: Code | Later


@dataclass(slots=True)
class Later:
    """A part not lowered yet. ``get`` lowers it once."""

    line: int
    make: Callable[[], Node] | None
    made: Node | None = None

    def get(self) -> Node:
        if self.made is None:
            assert self.make is not None
            self.made = self.make()
            self.make = None
        return self.made


@_record
class Deferred(Node):
    """A part of a literal that is lowered when it is first evaluated."""

    later: Later


@_record
class Call(Node):
    """``receiver.name(arguments, &block)``; without a receiver a call to self.

    ``keywords`` are ``key: value`` and ``**hash`` arguments, ``safe`` is ``&.``, ``variable`` marks a bare name that
    could have been a local variable.
    """

    receiver: Node | None
    name: str
    arguments: tuple[Node, ...] = ()
    keywords: Hash | None = None
    block: Code | None = None
    block_pass: Node | None = None
    safe: bool = False
    variable: bool = False


@_record
class Yield(Node):
    arguments: tuple[Node, ...]
    keywords: Hash | None = None


@_record
class Targets:
    """The left side of a multiple assignment: ``before``, ``*rest``, ``after``."""

    before: tuple[Node | Targets, ...]
    rest: Node | None
    has_rest: bool
    after: tuple[Node | Targets, ...]


@_record
class Assign(Node):
    """``target = value``; the target is a Local, Instance, Global, Const, or a Call without its last argument."""

    target: Node
    value: Node


@_record
class MultiAssign(Node):
    targets: Targets
    value: Node


@_record
class OpAssign(Node):
    """``target operator= value``; operator is ``||``, ``&&`` or a binary operator."""

    target: Node
    operator: str
    value: Node


@_record
class MatchAssign(Node):
    """``/(?<name>…)/ =~ value``: named groups become local variables."""

    regex: Regex
    value: Node
    names: tuple[tuple[str, Local], ...]


@_record
class And(Node):
    left: Node
    right: Node


@_record
class Or(Node):
    left: Node
    right: Node


@_record
class Not(Node):
    value: Node


@_record
class Defined(Node):
    value: Node


@_record
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@_record
class While(Node):
    """``until`` where ``negated``; with ``body_first`` ``begin … end while``."""

    condition: Node
    body: Node
    negated: bool
    body_first: bool


@_record
class For(Node):
    target: Node | Targets
    iterable: Node
    body: Node


@_record
class When(Node):
    patterns: tuple[Node, ...]
    body: Node


@_record
class Case(Node):
    subject: Node | None
    whens: tuple[When, ...]
    otherwise: Node | None


@_record
class Rescue(Node):
    """``rescue classes => target``; without classes StandardError."""

    classes: tuple[Node, ...]
    target: Node | None
    body: Node


@_record
class Begin(Node):
    body: Node
    rescues: tuple[Rescue, ...]
    otherwise: Node | None
    ensure: Node | None


@_record
class Seq(Node):
    nodes: tuple[Node, ...]


@_record
class Return(Node):
    value: Node


@_record
class Break(Node):
    value: Node


@_record
class Next(Node):
    value: Node


@_record
class Redo(Node):
    pass


@_record
class Retry(Node):
    pass


@_record
class Def(Node):
    name: str
    code: Code


@_record
class Unsupported(Node):
    """A construct that is not run; ``name`` is what to call it in a message."""

    name: str
