"""Which kind of value a node is, and that value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from designer.ruby import literals
from designer.ruby.lines import line_end, line_start
from designer.ruby.parser import Node
from designer.ruby.values import Lambda, Regex, RubyValue, Symbol

Kind: TypeAlias = Literal[
    "hash",
    "array",
    "string",
    "symbol",
    "integer",
    "float",
    "boolean",
    "nil",
    "lambda",
    "regex",
    "expression",
    "error",
]

_CONTAINERS: dict[str, Kind] = {"hash": "hash", "array": "array", "string_array": "array", "symbol_array": "array"}
_MAKERS = ("lambda", "proc")


def kind_and_scalar(node: Node, source: bytes, top: Node) -> tuple[Kind, RubyValue]:
    """The kind of ``node`` and, where it is no container, lambda or expression, its value (else None)."""
    container = _CONTAINERS.get(node.type)
    if container is not None:
        if node.type == "array" and any(child.type == "pair" for child in node.children):
            return "expression", None
        return container, None
    if is_lambda(node, source):
        return "lambda", None
    if node.has_error:
        return "error", None
    return _scalar(node, source, top) or ("expression", None)


def _scalar(node: Node, source: bytes, top: Node) -> tuple[Kind, RubyValue] | None:
    text = source[node.start_byte : node.end_byte].decode()
    match node.type:
        case "true" | "false":
            return "boolean", node.type == "true"
        case "nil":
            return "nil", None
        case "integer" | "float" | "unary":
            return _number(text)
        case "simple_symbol":
            return "symbol", Symbol(text[1:])
        case "delimited_symbol":
            name = literals.quoted(node, source)
            return None if name is None else ("symbol", Symbol(name))
        case "bare_symbol":
            name = literals.bare_word(node, source)
            return None if name is None else ("symbol", Symbol(name))
        case "regex":
            parts = literals.regex(node, source)
            return None if parts is None else ("regex", Regex(*parts))
        case _:
            value = string_of(node, source, top)
            return None if value is None else ("string", value)


def _number(text: str) -> tuple[Kind, RubyValue] | None:
    match = re.fullmatch(r"([+-]?)\s*([0-9].*)", text)
    if match is None:
        return None
    sign = -1 if match[1] == "-" else 1
    if (whole := literals.integer(match[2])) is not None:
        return "integer", sign * whole
    if (fraction := literals.floating(match[2])) is not None:
        return "float", sign * fraction
    return None


def string_of(node: Node, source: bytes, top: Node) -> str | None:
    """The text a literal of any spelling stands for, None where it is not one."""
    match node.type:
        case "string" | "character":
            return literals.quoted(node, source)
        case "bare_string":
            return literals.bare_word(node, source)
        case "chained_string":
            parts = [string_of(child, source, top) for child in node.named_children if child.type != "comment"]
            return None if None in parts else "".join(part for part in parts if part is not None)
        case "heredoc_beginning":
            return _heredoc(node, source, top)
        case "call":
            return _pure_call(node, source, top)
        case _:
            return None


def _pure_call(node: Node, source: bytes, top: Node) -> str | None:
    receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
    if receiver is None or method is None or node.named_child_count != 2:
        return None
    name = source[method.start_byte : method.end_byte].decode()
    if name not in literals.PURE_METHODS:
        return None
    text = string_of(receiver, source, top)
    return None if text is None else literals.apply_method(text, name)


def _heredoc(node: Node, source: bytes, top: Node) -> str | None:
    body = heredoc_bodies(top, source, node.start_byte).get(node.start_byte)
    if body is None or any(child.type == "interpolation" for child in body.children):
        return None
    closing = body.children[-1]
    if closing.type != "heredoc_end":
        return None
    squiggle, quote, _ = literals.heredoc_opening(source[node.start_byte : node.end_byte].decode())
    first = source.find(b"\n", body.start_byte) + 1
    last = line_start(source, closing.start_byte)
    return literals.heredoc_text(source[first:last].decode(), squiggle, quote) if quote != "`" else None


def heredoc_bodies(top: Node, source: bytes, byte: int) -> dict[int, Node]:
    """The bodies of the here-documents that begin on the line of ``byte``: offset of ``<<TAG`` to ``heredoc_body``."""
    end = line_end(source, byte)
    start = line_start(source, byte)
    if source.find(b"<<", start, end) < 0:
        return {}
    over = top.descendant_for_byte_range(start, end) or top
    openings = [node for node in _within(over, start, end) if node.type == "heredoc_beginning"]
    found: dict[int, Node] = {}
    at = end
    for opening in openings:
        body = _body_at(top, source, at)
        if body is None:
            break
        found[opening.start_byte] = body
        at = body.end_byte
    return found


def _body_at(top: Node, source: bytes, byte: int) -> Node | None:
    """The body that starts where the line of ``byte`` ends (a comment takes the CR of its line break with it)."""
    newline = source.find(b"\n", byte)
    node = top.descendant_for_byte_range(newline, newline + 1) if newline >= 0 else None
    while node is not None and node.start_byte >= byte:
        if node.type == "heredoc_body":
            return node
        node = node.parent
    return None


def _within(node: Node, start: int, end: int) -> Iterator[Node]:
    """Leaves and inner nodes of ``node`` that touch ``[start, end)``, in the order of the text."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.end_byte <= start or current.start_byte >= end:
            continue
        yield current
        if current.type != "heredoc_body":
            waiting.extend(reversed(current.children))


def is_lambda(node: Node, source: bytes) -> bool:
    """Whether ``node`` makes a lambda: ``-> {}``, ``lambda do … end``, ``proc {}``, ``Proc.new {}``."""
    if node.type == "lambda":
        return True
    if node.type != "call" or node.child_by_field_name("block") is None:
        return False
    method = node.child_by_field_name("method")
    if method is None or node.child_by_field_name("arguments") is not None:
        return False
    name = source[method.start_byte : method.end_byte].decode()
    receiver = node.child_by_field_name("receiver")
    if receiver is None:
        return name in _MAKERS
    owner = source[receiver.start_byte : receiver.end_byte]
    return (name == "new" and owner == b"Proc") or (name in _MAKERS and owner == b"Kernel")


def lambda_value(node: Node, source: bytes) -> Lambda:
    """A lambda's parameters as written, its dedented body and its place."""
    block = node.child_by_field_name("body" if node.type == "lambda" else "block") or node
    holder = node if node.type == "lambda" else block
    parameters = holder.child_by_field_name("parameters")
    names: list[str] = []
    if parameters is not None:
        for child in parameters.named_children:
            if child.type != "comment" and parameters.field_name_for_child(_index(parameters, child)) != "locals":
                names.append(source[child.start_byte : child.end_byte].decode())
    children = block.children
    inner_start = children[0].end_byte if children else block.start_byte
    if parameters is not None and block.start_byte <= parameters.start_byte:
        inner_start = max(inner_start, parameters.end_byte)
    closed = bool(children) and children[-1].type in ("end", "}") and not children[-1].is_missing
    inner_end = children[-1].start_byte if closed else node.end_byte
    body = source[inner_start:inner_end].decode().replace("\r\n", "\n")
    text = source[node.start_byte : node.end_byte].decode().replace("\r\n", "\n")
    return Lambda(tuple(names), dedent(body), text, line=node.start_point.row + 1, end_line=_last_row(node, source) + 1)


def _index(parent: Node, child: Node) -> int:
    return next(i for i, other in enumerate(parent.children) if other.id == child.id)


def _last_row(node: Node, source: bytes) -> int:
    return node.start_point.row + source.count(b"\n", node.start_byte, node.end_byte)


def dedent(body: str) -> str:
    """``body`` without its surrounding blank lines and common indentation."""
    lines = body.split("\n")
    if lines and lines[0].strip() and len(lines) > 1:  # code beside the opener has no indentation of its own
        head, lines = [lines[0].strip()], lines[1:]
    else:
        head = []
    margins = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    margin = min((len(m) for m in margins), default=0)
    cut = [line[margin:].rstrip() if line[:margin].strip() == "" else line.rstrip() for line in lines]
    return "\n".join([*head, *cut]).strip("\n").rstrip() if len(lines) > 1 or head else "\n".join(cut).strip()
