"""Ruby values as JSON and back: ``{"symbol"}``, ``{"regex", "flags"}``, ``{"ruby"}``, ``{"lambda"}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designer.errors import UserError
from designer.ruby.values import Lambda, Regex, RubyCode, RubyValue, Symbol


class JsonValueError(UserError):
    """JSON that stands for no Ruby value."""


def to_json(value: RubyValue) -> Any:
    """``value`` in JSON types. A lambda is ``{"lambda": {"parameters", "body", "line", "end_line"}}``."""
    match value:
        case Symbol(name):
            return {"symbol": name}
        case Regex(source, flags):
            return {"regex": source, "flags": flags}
        case RubyCode(text):
            return {"ruby": text}
        case Lambda():
            return {
                "lambda": {
                    "parameters": list(value.parameters),
                    "body": value.body,
                    "line": value.line,
                    "end_line": value.end_line,
                }
            }
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case _:
            return [to_json(item) for item in value]


def from_json(data: Any) -> RubyValue:
    """The Ruby value of what ``to_json`` gives, or of JSON written by hand.

    A hash whose only keys are those of a marker is that marker; ``{"lambda": {"parameters", "body"}}`` needs no lines.
    Raises ``JsonValueError`` where a marker is malformed.
    """
    match data:
        case {"symbol": str(name), **rest} if not rest:
            return Symbol(name)
        case {"regex": str(source), **rest} if set(rest) <= {"flags"} and isinstance(rest.get("flags", ""), str):
            return Regex(source, str(rest.get("flags", "")))
        case {"ruby": text, **rest} if not rest:
            if not isinstance(text, str):
                raise JsonValueError("“ruby” takes the text of an expression.", 'Write {"ruby": "lambda do … end"}.')
            return RubyCode(text)
        case {"lambda": Mapping() as parts, **rest} if not rest:
            return _lambda(parts)
        case Mapping():
            return {str(key): from_json(item) for key, item in data.items()}
        case str() | bool() | int() | float() | None:
            return data
        case list() | tuple():
            return [from_json(item) for item in data]
        case _:
            raise JsonValueError(f"A {type(data).__name__} stands for no Ruby value.")


def _lambda(parts: Mapping[str, Any]) -> Lambda:
    names, body = parts.get("parameters", []), parts.get("body", "")
    if not isinstance(body, str) or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise JsonValueError(
            "“lambda” takes a list of parameter names and a body.",
            'Write {"lambda": {"parameters": ["connection"], "body": "…"}}.',
        )
    return lambda_of(names, body)


def lambda_of(parameters: Sequence[str], body: str) -> Lambda:
    """A new ``lambda do |…| … end``; its lines count from its own first one."""
    head = f"lambda do |{', '.join(parameters)}|" if parameters else "lambda do"
    lines = [f"  {line}" if line.strip() else "" for line in body.split("\n")] if body.strip() else []
    text = "\n".join([head, *lines, "end"])
    return Lambda(tuple(parameters), body, text, 1, text.count("\n") + 1)
