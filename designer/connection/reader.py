"""Sketches a lambda: follows its straight-line code with the values of ``sketch`` and marks the rest as opaque."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from designer.connection import reader_calls
from designer.connection.sketch import (
    BasicHeader,
    Call,
    Fallback,
    Items,
    Jwt,
    LambdaSketch,
    Lookup,
    Opaque,
    Pair,
    Pairs,
    Prefixed,
    Scalar,
    Settings,
    Text,
    Value,
    When,
    walk,
)
from designer.connection.template import Chip, Part, chips, from_parts, parts
from designer.ruby import Element
from designer.ruby import syntax as s
from designer.ruby.lower import Lowering

__all__ = ["ROLES", "lower_lambda", "sketch_lambda"]

ROLES = {
    "apply": ("access_token",),
    "credentials": ("access_token",),
    "acquire": ("auth_code", "redirect_uri", "verifier"),
    "refresh": ("refresh_token",),
}
"""What the SDK hands to a lambda after the connection, by key; ``pkce`` gets no connection."""


def sketch_lambda(element: Element, key: str = "") -> LambdaSketch | None:
    """The sketch of a lambda literal that stands under ``key``; None where it is no lambda or does not parse."""
    code = lower_lambda(element)
    if code is None:
        return None
    names = tuple(name for _, name in code.parameters.names)
    roles = ("verifier", "challenge") if key == "pkce" else (None, *ROLES.get(key, ()))
    try:
        return Reader(names, roles).read(code.body)
    except RecursionError:
        return None


def lower_lambda(element: Element) -> s.Code | None:
    """Parameters and body of a lambda literal; None where it is something else or nested beyond reason."""
    if element.kind != "lambda":
        return None
    try:
        node = Lowering(element.document.source, element.top).node(element.node, s.Scope())
        code: object = node.code if isinstance(node, s.Lambda) else None
        code = code.get() if isinstance(code, s.Later) else code
    except RecursionError:
        return None
    return code if isinstance(code, s.Code) else None


class Reader:
    """Reads one lambda. ``variables`` are its locals; ``connection`` the name of its first parameter."""

    def __init__(self, names: tuple[str, ...], roles: Sequence[str | None]) -> None:
        self.names = names
        self.connection: str | None = None
        self.variables: dict[str, Value] = {}
        self.unread: dict[str, Value] = {}
        for name, role in zip(names, roles, strict=False):
            if role is None:
                self.connection = name
            else:
                self.variables[name] = Text(f"#{{{role}}}")

    def read(self, body: s.Node) -> LambdaSketch:
        statements: list[Value] = []
        for node in body.nodes if isinstance(body, s.Seq) else (body,):
            if isinstance(node, s.Assign) and isinstance(node.target, s.Local):
                value = self.value(node.value)
                self.variables[node.target.name] = self.unread[node.target.name] = value
            elif not (isinstance(node, s.Nil) and node is body):
                statements.append(self.value(node.value if isinstance(node, s.Return) else node))
        # A value nobody reads must not vanish when it does something on the way.
        idle = [value for value in self.unread.values() if any(isinstance(v, Call | Opaque) for v in walk(value))]
        return LambdaSketch(self.names, (*idle, *statements))

    def value(self, node: s.Node | None) -> Value:
        match node:
            case None | s.Nil():
                return Scalar(None)
            case s.Literal(value=value):
                return Scalar(value)
            case s.Str(value=text):
                return self._text([text]) or Opaque(node.line)
            case s.Interpolated(parts=pieces):
                return self._interpolated(node, pieces)
            case s.Local(name=name) if name in self.variables:
                self.unread.pop(name, None)
                return self.variables[name]
            case s.Local() if self.is_connection(node):
                return Settings()
            case s.Array(items=items):
                return Items(tuple(self.value(item) for item in items))
            case s.Hash():
                return self.pairs(node) or self.opaque(node)
            case s.Or(left=left, right=right):
                return Fallback(self.value(left), self.value(right))
            case s.If() | s.Case():
                return self._when(node) or self._lookup(node) or self.opaque(node)
            case s.Call():
                return reader_calls.call(self, node) or self.opaque(node)
            case _:
                return self.opaque(node)

    def pairs(self, node: s.Hash | None) -> Pairs | None:
        """The pairs of a hash or of keyword arguments, None where a key is not literal."""
        found: list[Pair] = []
        for pair in node.pairs if node else ():
            if not isinstance(pair.key, s.Str | s.Sym):
                return None
            key = pair.key.value if isinstance(pair.key, s.Str) else pair.key.name
            found.append(Pair(key, self.value(pair.value), isinstance(pair.key, s.Sym), pair.line))
        return Pairs(tuple(found))

    def opaque(self, node: object) -> Opaque:
        """Something the forms cannot say, with the values found inside."""
        line = node.line if isinstance(node, s.Node) else 0
        return Opaque(line, tuple(self._inside(node)))

    def is_connection(self, node: s.Node | None) -> bool:
        return isinstance(node, s.Local) and node.name == self.connection and node.name not in self.variables

    def _inside(self, node: object) -> Iterable[Value]:
        """Values of the nearest readable nodes below ``node``."""
        if isinstance(node, s.Assign) and isinstance(node.target, s.Local):
            value = self.value(node.value)
            self.variables[node.target.name] = value
            yield value
            return
        if isinstance(node, s.Later):
            node = node.get()
        if isinstance(node, list | tuple):
            for item in node:
                yield from self._inside_one(item)
        elif dataclasses.is_dataclass(node):
            for field in dataclasses.fields(node):
                yield from self._inside_one(getattr(node, field.name))

    def _inside_one(self, item: object) -> Iterable[Value]:
        if isinstance(item, s.Scope | str | int | None):
            return
        if isinstance(item, s.Call | s.Str | s.Interpolated | s.Hash | s.Local):
            value = self.value(item)
            yield from value.contains if isinstance(value, Opaque) else (value,)
        else:
            yield from self._inside(item)

    # --- texts --------------------------------------------------------------------------------------------------------

    @staticmethod
    def _text(pieces: Iterable[Part]) -> Text | None:
        template = from_parts(pieces)
        return None if template is None else Text(template)

    def _interpolated(self, node: s.Node, pieces: tuple[s.Node, ...]) -> Value:
        values = [self.value(piece) for piece in pieces]
        return self.concatenated(values) or self.opaque(node)

    def concatenated(self, values: Sequence[Value]) -> Value | None:
        """One text out of several values, or a Basic header; None where one of them is no text."""
        if len(values) == 2 and values[0] == Text("Basic ") and (header := _basic(values[1])) is not None:
            return header
        if len(values) == 2 and isinstance(values[0], Text) and isinstance(values[1], Jwt):
            prefix = values[0].template
            return None if chips(prefix) else Prefixed(prefix, values[1])
        pieces: list[Part] = []
        for value in values:
            if isinstance(value, Text):
                pieces += parts(value.template)
            elif isinstance(value, Scalar) and isinstance(value.value, int) and not isinstance(value.value, bool):
                pieces.append(str(value.value))
            else:
                return None
        return self._text(pieces)

    # --- conditions ---------------------------------------------------------------------------------------------------

    def _when(self, node: s.If | s.Case) -> When | None:
        """What is done for requests with a certain method or URL."""
        if not isinstance(node, s.If) or not (node.otherwise is None or isinstance(node.otherwise, s.Nil)):
            return None
        asked = self._asked(node.condition)
        if asked is None:
            return None
        inside = node.then.nodes if isinstance(node.then, s.Seq) else (node.then,)
        if any(isinstance(each, s.Assign) for each in inside):
            return None
        body = tuple(self.value(each) for each in inside)
        return When(asked.get("verb", ""), asked.get("url", ""), body, asked.get("setting", ""))

    def _asked(self, condition: s.Node) -> dict[str, str] | None:
        """``{"verb", "url", "setting"}`` of ``current_verb == 'POST' && current_url.include?('/admin') &&
        connection['version'].present?``, as far as asked."""
        if isinstance(condition, s.And):
            left, right = self._asked(condition.left), self._asked(condition.right)
            return None if left is None or right is None or left.keys() & right.keys() else left | right
        if isinstance(condition, s.Call) and condition.name == "present?" and not condition.arguments:
            setting = _setting(self.value(condition.receiver)) if condition.receiver is not None else None
            # What the SDK hands over besides the settings is there or not for reasons of its own.
            given = setting is not None and Text(f"#{{{setting}}}") not in self.variables.values()
            return {"setting": setting} if setting is not None and given else None
        if not isinstance(condition, s.Call) or len(condition.arguments) != 1 or condition.receiver is None:
            return None
        subject = condition.receiver
        if not isinstance(subject, s.Call) or subject.receiver is not None or subject.arguments:
            return None
        key = {("current_verb", "=="): "verb", ("current_url", "include?"): "url"}.get((subject.name, condition.name))
        literal = self.value(condition.arguments[0]) if key else None
        if key is None or not isinstance(literal, Text) or not literal.template or chips(literal.template):
            return None
        # The SDK says the method in upper case: a comparison with anything else never holds.
        return None if key == "verb" and literal.template != literal.template.upper() else {key: literal.template}

    # --- choices ------------------------------------------------------------------------------------------------------

    def _lookup(self, node: s.If | s.Case) -> Lookup | None:
        """A choice between values by what one setting holds."""
        cases: list[tuple[str, Value]] = []
        setting: str | None = None
        rest: s.Node | None = node
        while isinstance(rest, s.If):
            found = self._comparison(rest.condition)
            if found is None or setting not in (None, found[0]):
                return None
            setting = found[0]
            cases.append((found[1], self.value(rest.then)))
            rest = rest.otherwise
        if isinstance(rest, s.Case) and not cases:
            setting = _setting(self.value(rest.subject))
            for when in rest.whens:
                for pattern in when.patterns:
                    literal = self.value(pattern)
                    if not isinstance(literal, Text) or chips(literal.template):
                        return None
                    cases.append((literal.template, self.value(when.body)))
            rest = rest.otherwise
        if setting is None or len({case for case, _ in cases}) != len(cases):
            return None
        otherwise = None if rest is None or isinstance(rest, s.Nil) else self.value(rest)
        return Lookup(setting, tuple(cases), otherwise)

    def _comparison(self, condition: s.Node) -> tuple[str, str] | None:
        """``(setting, text)`` of ``connection['setting'] == 'text'``."""
        if not isinstance(condition, s.Call) or condition.name != "==" or len(condition.arguments) != 1:
            return None
        setting, literal = _setting(self.value(condition.receiver)), self.value(condition.arguments[0])
        if setting is None or not isinstance(literal, Text) or chips(literal.template):
            return None
        return setting, literal.template


def _setting(value: Value) -> str | None:
    """The name of a bare setting."""
    if not isinstance(value, Text):
        return None
    pieces = parts(value.template)
    return pieces[0].name if len(pieces) == 1 and isinstance(pieces[0], Chip) else None


def _basic(value: Value) -> BasicHeader | None:
    """User and password of ``"user:password".encode_base64``."""
    if not isinstance(value, Call) or value.name != "encode_base64" or len(value.arguments) != 1:
        return None
    given = value.arguments[0]
    if not isinstance(given, Text) or ":" not in given.template.replace("#{", ""):
        return None
    user, _, password = given.template.partition(":")
    return BasicHeader(user, password)
