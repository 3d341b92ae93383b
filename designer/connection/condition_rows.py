"""An ``ngIf`` condition as rows of a form: one comparison a row, joined by ``&&`` and ``||``.

``&&`` binds tighter, as in the condition itself; what needs parentheses besides has no rows and stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from designer.connection.ngif import Condition, Node

__all__ = ["TESTS", "ConditionRow", "condition_rows", "condition_text", "with_value"]

Join = Literal["&&", "||"]
Kind = Literal["text", "number", "word"]

TESTS: dict[str, str] = {
    "==": "is",
    "!=": "is not",
    "filled": "is filled in",
    "empty": "is empty",
    "true": "is true",
    "false": "is not true",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
"""What a row can ask of a field, with how it is said. "filled" and "empty" compare with "", "true" and "false" take the
field itself for the answer."""

_FLIPPED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_WORDS = ("true", "false", "null")


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One comparison: ``path`` below ``input``, ``test`` out of ``TESTS``, and ``value`` as a person reads it, which is
    written as ``kind`` says: in quotes, as a number, or as ``true``, ``false``, ``null``. ``join`` ties it to the row
    before; that of the first row means nothing."""

    path: tuple[str, ...]
    test: str
    value: str = ""
    kind: Kind = "text"
    join: Join = "&&"

    @property
    def compares(self) -> bool:
        """Whether ``value`` has a say."""
        return self.test in _FLIPPED


def with_value(row: ConditionRow, value: str) -> ConditionRow:
    """``row`` with another value, written as the former one was where that is possible."""
    kind = row.kind
    if (kind == "number" or row.test in ("<", "<=", ">", ">=")) and _NUMBER.fullmatch(value):
        kind = "number"
    elif kind != "word" or value not in _WORDS:
        kind = "text"
    return replace(row, value=value, kind=kind)


def condition_rows(condition: Condition) -> tuple[ConditionRow, ...] | None:
    """The rows of a condition, None where rows cannot say it."""
    rows: list[ConditionRow] = []
    for group in _parts(condition.root, "||"):
        for index, part in enumerate(_parts(group, "&&")):
            row = _row(part)
            if row is None:
                return None
            rows.append(replace(row, join="||" if rows and index == 0 else "&&"))
    return tuple(rows)


def _parts(node: Node | None, kind: str) -> Iterator[Node]:
    if node is None:
        return
    if node.kind == kind:
        yield from _parts(node.left, kind)
        yield from _parts(node.right, kind)
    else:
        yield node


def _row(node: Node) -> ConditionRow | None:
    if node.kind == "input":
        return ConditionRow(node.value, "true")
    if node.kind == "not" and node.left is not None:
        inner = _row(node.left)
        opposite = {"true": "false", "false": "true", "==": "!=", "!=": "==", "filled": "empty", "empty": "filled"}
        return replace(inner, test=opposite[inner.test]) if inner is not None and inner.test in opposite else None
    left, right, test = node.left, node.right, node.kind
    if left is None or right is None or test not in _FLIPPED:
        return None
    if left.kind == "value" and right.kind == "input":
        left, right, test = right, left, _FLIPPED[test]
    if left.kind != "input" or right.kind != "value":
        return None
    if right.value == "" and isinstance(right.value, str) and test in ("==", "!="):
        return ConditionRow(left.value, "empty" if test == "==" else "filled")
    value, kind = _told(right.value)
    return ConditionRow(left.value, test, value, kind)


def _told(value: Any) -> tuple[str, Kind]:
    if value is None:
        return "null", "word"
    if isinstance(value, bool):
        return ("true" if value else "false"), "word"
    if isinstance(value, int | float):
        return format(Decimal(repr(value)), "f"), "number"
    return str(value), "text"


def condition_text(rows: Sequence[ConditionRow]) -> str:
    """The condition that ``rows`` say; empty where there are none."""
    text = ""
    for row in rows:
        text += (f" {row.join} " if text else "") + _comparison(row)
    return text


def _comparison(row: ConditionRow) -> str:
    field = "input"
    for name in row.path:
        field += f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{_quoted(name)}]"
    if row.test in ("true", "false"):
        return field if row.test == "true" else f"!{field}"
    if row.test in ("filled", "empty"):
        return f'{field} {"!=" if row.test == "filled" else "=="} ""'
    return f"{field} {row.test} {row.value if row.kind != 'text' else _quoted(row.value)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
