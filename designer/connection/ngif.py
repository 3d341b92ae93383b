"""The condition language of ``ngIf``: boolean expressions over ``input``, parsed and evaluated.

``input.a == "x"``, ``input['a'] == true``, ``!=``, ``&&``, ``||``, ``!``, parentheses, texts in either quote,
numbers, booleans, null. Offsets count code points from 0 in the condition's text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designer.errors import UserError

__all__ = ["Condition", "NgIfError", "parse", "visible"]


class NgIfError(UserError):
    """The condition cannot be read; ``offset`` says where."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Node:
    """``kind``: "value" (``value``), "input" (``value`` is the path), "not", "&&", "||" or a comparison."""

    kind: str
    value: Any = None
    left: Node | None = None
    right: Node | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A field the condition reads: its path below ``input`` and where it stands."""

    path: tuple[str, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition."""

    text: str
    references: tuple[Reference, ...]
    root: Node

    @property
    def names(self) -> tuple[str, ...]:
        """The top-level fields it reads, in order of first use."""
        return tuple(dict.fromkeys(reference.path[0] for reference in self.references))

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition is true while the form holds ``values``."""
        return _truthy(_evaluate(self.root, values))


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<operator>===|!==|==|!=|<=|>=|&&|\|\||[!<>().\[\]])
    )""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None, "nil": None, "undefined": None}
_COMPARISONS = {"==": "==", "===": "==", "!=": "!=", "!==": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}


def parse(text: str) -> Condition:
    """Read a condition. Raises ``NgIfError`` with the offset of the first thing that does not fit."""
    return _Parser(text).condition()


def visible(text: str | None, values: Mapping[str, Any]) -> bool:
    """Whether a field with this ``ngIf`` is shown; one without, or with a condition that cannot be read, always is."""
    if text is None or not text.strip():
        return True
    try:
        return parse(text).holds(values)
    except NgIfError:
        return True


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.references: list[Reference] = []
        self.index = 0
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                position += len(text[position:]) - len(text[position:].lstrip())
                raise self._unexpected(text[position], position)
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind], match.start(kind)))
            position = match.end()

    @staticmethod
    def _unexpected(found: str, offset: int) -> NgIfError:
        hints = {
            "=": "Compare with ==.",
            "&": "Join conditions with &&.",
            "|": "Join conditions with ||.",
            '"': "A text begins here and never ends.",
            "'": "A text begins here and never ends.",
        }
        return NgIfError(f"Unexpected {found} in the condition.", offset, hints.get(found, ""))

    def _peek(self) -> tuple[str, str, int]:
        return self.tokens[self.index] if self.index < len(self.tokens) else ("end", "", len(self.text))

    def _take(self, *operators: str) -> str | None:
        kind, value, _ = self._peek()
        if kind == "operator" and value in operators:
            self.index += 1
            return value
        return None

    def condition(self) -> Condition:
        root = self._any()
        kind, value, offset = self._peek()
        if kind != "end":
            raise self._unexpected(value, offset)
        return Condition(self.text, tuple(self.references), root)

    def _any(self) -> Node:
        node = self._all()
        while self._take("||"):
            node = Node("||", left=node, right=self._all())
        return node

    def _all(self) -> Node:
        node = self._comparison()
        while self._take("&&"):
            node = Node("&&", left=node, right=self._comparison())
        return node

    def _comparison(self) -> Node:
        node = self._unary()
        while (operator := self._take(*_COMPARISONS)) is not None:
            node = Node(_COMPARISONS[operator], left=node, right=self._unary())
        return node

    def _unary(self) -> Node:
        if self._take("!"):
            return Node("not", left=self._unary())
        if self._take("("):
            node = self._any()
            if not self._take(")"):
                raise NgIfError("A closing parenthesis is missing.", self._peek()[2])
            return node
        kind, value, offset = self._peek()
        self.index += 1
        if kind == "string":
            return Node("value", re.sub(r"\\(.)", r"\1", value[1:-1]))
        if kind == "number":
            return Node("value", float(value) if "." in value else int(value))
        if kind == "name" and value in _WORDS:
            return Node("value", _WORDS[value])
        if kind == "name" and value == "input":
            return self._input(offset)
        if kind == "name":
            raise NgIfError(f"{value} is not known here.", offset, f"Fields are read as input.{value}.")
        if kind == "end":
            raise NgIfError("The condition ends too early.", offset)
        raise self._unexpected(value, offset)

    def _input(self, offset: int) -> Node:
        path: list[str] = []
        while True:
            if self._take("."):
                kind, value, place = self._peek()
                if kind != "name":
                    raise NgIfError("The name of a field is missing after the dot.", place)
                path.append(value)
            elif self._take("["):
                kind, value, place = self._peek()
                if kind != "string":
                    raise NgIfError("The name of a field is missing in the brackets.", place, "Put it in quotes.")
                path.append(re.sub(r"\\(.)", r"\1", value[1:-1]))
            else:
                break
            self.index += 1
            if value[:1] in "\"'" and not self._take("]"):
                raise NgIfError("A closing bracket is missing.", self._peek()[2])
        if not path:
            raise NgIfError("The name of a field is missing after input.", offset, "Write input.name.")
        self.references.append(Reference(tuple(path), offset))
        return Node("input", tuple(path))


def _evaluate(node: Node | None, values: Mapping[str, Any]) -> Any:
    if node is None:
        return None
    if node.kind == "value":
        return node.value
    if node.kind == "input":
        found: Any = values
        for name in node.value:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found
    left = _evaluate(node.left, values)
    if node.kind == "not":
        return not _truthy(left)
    if node.kind == "&&":
        return left if not _truthy(left) else _evaluate(node.right, values)
    if node.kind == "||":
        return left if _truthy(left) else _evaluate(node.right, values)
    right = _evaluate(node.right, values)
    if node.kind in ("==", "!="):
        return _same(left, right) == (node.kind == "==")
    return _ordered(node.kind, left, right)


def _truthy(value: Any) -> bool:
    return value not in (None, False, "", 0)


def _plain(value: Any) -> Any:
    """A form holds texts: "true" and "5" stand for what the user chose."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _same(left: Any, right: Any) -> bool:
    return bool(_plain(left) == _plain(right))


def _ordered(operator: str, left: Any, right: Any) -> bool:
    try:
        a, b = float(left), float(right)
    except (TypeError, ValueError):
        return False
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator]
