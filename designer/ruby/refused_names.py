"""Names that Ruby refuses: reserved words, parameters twice or out of order, what cannot be assigned to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.ruby.parser import Node

__all__ = ["parameters", "reserved", "targets", "variable"]

Told = Iterator[tuple[Node, str]]

_ORDER = {
    "optional_parameter": 1,
    "splat_parameter": 2,
    "keyword_parameter": 4,
    "hash_splat_parameter": 5,
    "hash_splat_nil": 5,
    "forward_parameter": 5,
    "block_parameter": 6,
}
"""Where each kind may stand; 0 and 3 are required ones, before and after those that take what is left."""
_PRIMARY = frozenset({"binary", "unary", "conditional", "assignment", "operator_assignment", "range"})
"""What is more than a primary, as far as it is an argument."""
_UNASSIGNABLE = frozenset({"nil", "self", "true", "false", "file", "line", "encoding"})
_READ_ONLY = re.compile(rb"\$(?:[1-9]\d*|[&`'+])")
_NUMBERED = re.compile(rb"_[1-9]")
_BLOCKS = frozenset({"block", "do_block", "lambda"})


def _text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode(errors="replace")


def reserved(node: Node, source: bytes) -> Told:
    """A reserved word that was taken for a name. Behind a dot, and where a method is defined, it may be one."""
    above = node.parent
    if above is None:
        return
    if above.type == "call" and above.child_by_field_name("method") == node:
        if above.child_by_field_name("receiver") is not None:
            return
    elif above.type in ("alias", "undef", "setter", "keyword_parameter", "scope_resolution") or (
        above.type in ("method", "singleton_method") and above.child_by_field_name("name") == node
    ):
        return
    if _text(node, source) in ("do", "end") and _after_block(above):
        return  # the parser's own mistake: a second block of the kind after a call without parentheses
    yield node, f"`{_text(node, source)}` is a word of Ruby's own and cannot stand here."


def _after_block(node: Node | None) -> bool:
    while node is not None and node.type in ("argument_list", "binary", "call"):
        receiver = node.child_by_field_name("receiver") if node.type == "call" else None
        if receiver is not None and any(child.type == "do_block" for child in receiver.children):
            return True
        node = node.parent
    return False


def parameters(node: Node, source: bytes) -> Told:
    """The parameters of a block, lambda or method: their order, their names, and the defaults of a block."""
    of_block = node.type == "block_parameters"
    stage = 0
    seen: set[str] = set()
    for child in node.children:
        if child.type == ";" and of_block:
            stage = 7
        if not child.is_named or child.type == "comment":
            continue
        place = _ORDER.get(child.type, 0)
        if stage == 7:
            place = 7
        elif place == 0:
            place = stage if stage in (0, 3) else 3
        if place < stage or (place == stage and place in (2, 5, 6)):
            yield (
                child,
                "This parameter cannot stand here: required ones come first, then those with defaults, "
                "one with *, keywords, ** and last the block.",
            )
            return
        stage = place
        if child.type == "forward_parameter" and node.type != "method_parameters":
            yield child, "Only a method passes on its arguments with `...`."
        value = child.child_by_field_name("value")
        if of_block and value is not None and value.type in _PRIMARY and not _is_number(value):
            yield value, "In the parameters of a block, Ruby wants parentheses around a default like this."
        for name in _names(child):
            text = _text(name, source)
            if _NUMBERED.fullmatch(text.encode()):
                yield name, f"`{text}` is reserved for numbered parameters."
            elif text in seen and not text.startswith("_"):
                yield name, f"There are two parameters `{text}`."
            seen.add(text)


def _is_number(value: Node) -> bool:
    return value.type == "unary" and value.named_children[-1].type in ("integer", "float", "rational", "complex")


def _names(parameter: Node) -> Iterator[Node]:
    if parameter.type == "identifier":
        yield parameter
    elif parameter.type == "destructured_parameter":
        for child in parameter.named_children:
            yield from _names(child)
    else:
        name = parameter.child_by_field_name("name")
        if name is not None:
            yield name


def targets(node: Node, source: bytes) -> Told:
    left = node.child_by_field_name("left")
    if left is not None:
        yield from _target(left, node, source)


def _target(left: Node, assignment: Node, source: bytes) -> Told:
    kind = left.type
    if kind in ("left_assignment_list", "destructured_left_assignment", "rest_assignment"):
        for child in left.named_children:
            if child.type == "call" and any(part.type == "&." for part in child.children):
                yield child, "Among several targets, `&.` cannot stand."
            yield from _target(child, assignment, source)
    elif kind in _UNASSIGNABLE:
        yield left, f"Nothing can be assigned to `{_text(left, source)}`."
    elif kind == "identifier" and _NUMBERED.fullmatch(source, left.start_byte, left.end_byte):
        yield left, f"`{_text(left, source)}` is reserved for numbered parameters."
    elif kind == "global_variable" and _READ_ONLY.fullmatch(source, left.start_byte, left.end_byte):
        yield left, f"Nothing can be assigned to `{_text(left, source)}`."
    elif kind in ("constant", "scope_resolution") and _in_method(assignment):
        yield left, "A constant cannot be assigned in a method."


def _in_method(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in ("method", "singleton_method"):
            return True
        if above.type in ("class", "module", "singleton_class"):
            return False
        above = above.parent
    return False


def variable(node: Node, source: bytes) -> Told:
    """``_1`` in a block that names its parameters."""
    above = node.parent
    if above is None or (above.type == "call" and above.child_by_field_name("method") == node):
        return
    inner: Node | None = above
    while inner is not None and inner.type not in _BLOCKS:
        if inner.type in ("method", "singleton_method", "block_parameters", "lambda_parameters", "class", "module"):
            return
        inner = inner.parent
    while inner is not None and inner.type == "block" and inner.parent is not None and inner.parent.type == "lambda":
        inner = inner.parent
    if inner is not None and inner.child_by_field_name("parameters") is not None:
        yield node, f"A block that names its parameters has no `{_text(node, source)}`."
