"""What a lambda says, as far as forms can say it: the values recognisers look at.

``reader`` derives a sketch from a lambda's syntax. Local variables are replaced by what they hold, so that a token
request kept in a variable and one used in place look alike. Whatever has no counterpart here becomes ``Opaque``, and
a form that meets one stays closed: better no form than one that drops code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TypeAlias

from designer.ruby.values import RubyValue

__all__ = [
    "ESCAPED",
    "LINE_BREAK",
    "SIGNATURE",
    "AuthorizationSketch",
    "BasicHeader",
    "Call",
    "Fallback",
    "Instant",
    "Items",
    "Jwt",
    "LambdaSketch",
    "Lookup",
    "Opaque",
    "Pairs",
    "Pick",
    "Prefixed",
    "Repaired",
    "Request",
    "Scalar",
    "Settings",
    "Text",
    "Value",
    "When",
    "walk",
]


@dataclass(frozen=True, slots=True)
class Text:
    """A text: a template as in ``template``."""

    template: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, boolean or nil."""

    value: int | float | bool | None


@dataclass(frozen=True, slots=True)
class Pair:
    """One entry of a hash; ``symbol`` tells how its key was written."""

    key: str
    value: Value
    symbol: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """A hash literal with literal keys."""

    items: tuple[Pair, ...]

    def get(self, key: str) -> Value | None:
        return next((pair.value for pair in reversed(self.items) if pair.key == key), None)


@dataclass(frozen=True, slots=True)
class Items:
    """An array literal."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Fallback:
    """``first || second``."""

    first: Value
    second: Value


@dataclass(frozen=True, slots=True)
class Lookup:
    """A choice by a setting: ``case``, a chain of comparisons, or a hash with an index. ``otherwise`` is None where
    no other value is foreseen."""

    setting: str
    cases: tuple[tuple[str, Value], ...]
    otherwise: Value | None = None


@dataclass(frozen=True, slots=True)
class BasicHeader:
    """``"Basic #{"user:password".encode_base64}"``; both are templates."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Instant:
    """Seconds since the epoch: now and ``offset`` seconds."""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class Jwt:
    """``workato.jwt_encode(claims, key, algorithm, header: …)``."""

    claims: Value
    key: Value
    algorithm: str
    headers: Pairs


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request with what was chained onto it. ``format`` is the request format: "json" where nothing was said,
    "form", or another name of the SDK's; ``extras`` names chained methods that the forms have no place for, among them
    "signature" where the headers are those of the ``signature``."""

    verb: str
    url: Value
    params: Value | None = None
    payload: Value | None = None
    headers: Pairs | None = None
    user: Value | None = None
    password: Value | None = None
    format: str = "json"
    extras: tuple[str, ...] = ()
    signature: Call | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """A part of a reply or signature: ``request['a']``, ``request.dig('a', 0)``, ``signature[:url]``."""

    source: Value
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the SDK's: ``headers(…)``, ``digest_auth``, ``error(…)``, ``call(…)``."""

    name: str
    arguments: tuple[Value, ...] = ()
    keywords: Pairs = field(default_factory=lambda: Pairs(()))
    line: int = 0


SIGNATURE = "aws.generate_signature"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings at once: the connection itself."""


@dataclass(frozen=True, slots=True)
class When:
    """``body`` for requests with this method (upper case) and this text in their URL, where this ``setting`` is filled
    in; an empty one asks nothing."""

    verb: str
    url: str
    body: tuple[Value, ...]
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Prefixed:
    """A signed token behind a text: ``"Bearer #{assertion}"``."""

    prefix: str
    token: Jwt


ESCAPED, LINE_BREAK = "\\n", "\n"


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text whose escaped line breaks are made real ones: ``key.gsub('\\n', "\\n")``."""

    text: Text


@dataclass(frozen=True, slots=True)
class Opaque:
    """Code the forms cannot say. ``contains`` are the values inside it, for checks that look for a call."""

    line: int
    contains: tuple[Value, ...] = ()


Value: TypeAlias = (
    Text
    | Scalar
    | Pairs
    | Items
    | Fallback
    | Lookup
    | BasicHeader
    | Instant
    | Jwt
    | Prefixed
    | Repaired
    | Request
    | Pick
    | Call
    | Settings
    | When
    | Opaque
)


@dataclass(frozen=True, slots=True)
class LambdaSketch:
    """``parameters`` as named in the file; ``statements`` all of the body but assignments; the last one is the
    ``result`` (None for an empty body)."""

    parameters: tuple[str, ...]
    statements: tuple[Value, ...]

    @property
    def result(self) -> Value | None:
        return self.statements[-1] if self.statements else None

    @property
    def single(self) -> Value | None:
        """The result, where the body does nothing else."""
        return self.statements[0] if len(self.statements) == 1 else None

    def calls(self, *names: str) -> Iterator[Call]:
        """Every call of one of ``names`` anywhere in the body."""
        return (value for value in self.everything() if isinstance(value, Call) and value.name in names)

    def requests(self) -> Iterator[Request]:
        return (value for value in self.everything() if isinstance(value, Request))

    def everything(self) -> Iterator[Value]:
        for statement in self.statements:
            yield from walk(statement)


@dataclass(frozen=True, slots=True)
class AuthorizationSketch:
    """An authorization hash as recognisers see it: its type as written, its lambdas sketched, its other values.
    ``signs_aws`` says that the connector signs requests with ``aws.generate_signature`` somewhere."""

    type: str | None
    lambdas: dict[str, LambdaSketch]
    values: dict[str, RubyValue]
    fields: tuple[str, ...] = ()
    signs_aws: bool = False

    @property
    def apply(self) -> LambdaSketch | None:
        return self.lambdas.get(self.apply_key)

    @property
    def apply_key(self) -> str:
        """The key the SDK reads: ``apply`` wins where both stand."""
        return "credentials" if "credentials" in self.keys and "apply" not in self.keys else "apply"

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self.lambdas) | frozenset(self.values)

    @property
    def is_oauth2(self) -> bool:
        """As the SDK decides it."""
        return self.type is not None and "oauth2" in self.type.lower()


def walk(value: object) -> Iterator[Value]:
    """``value`` and every value inside it."""
    if isinstance(value, tuple):
        for item in value:
            yield from walk(item)
    elif is_dataclass(value):
        if not isinstance(value, Pair):
            yield value  # type: ignore[misc]
        for member in fields(value):
            yield from walk(getattr(value, member.name))
