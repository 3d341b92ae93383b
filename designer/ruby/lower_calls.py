"""Calls, blocks, parameters and assignments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.ruby import syntax as s
from designer.ruby.lower_literals import line_of, text_of
from designer.ruby.parser import Node

if TYPE_CHECKING:
    from designer.ruby.lower import Lowering

_DEFERRED = {"lambda", "hash"}
_GROUP = re.compile(r"(?<!\\)\(\?<([A-Za-z_]\w*)>")
_NUMERALS = {"integer", "float", "rational"}


def _children(node: Node) -> list[Node]:
    return [c for c in node.named_children if c.type not in ("comment", "heredoc_body")]


def splat(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``*value``."""
    inner = _children(node)
    if not inner:
        return s.Unsupported(line_of(node), "anonymous splat")
    return s.Splat(line_of(node), low.node(inner[0], scope))


def _symbol_key(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    from designer.ruby.lower import as_symbol

    if node.type == "string":
        return as_symbol(low.node(node, scope))
    return s.Sym(line_of(node), text_of(node))


def pair(low: Lowering, node: Node, scope: s.Scope) -> s.Pair:
    """``key => value``, ``key: value``, ``key:`` or ``**hash``."""
    line = line_of(node)
    if node.type == "hash_splat_argument":
        inner = _children(node)
        return s.Pair(line, None, low.node(inner[0], scope) if inner else s.Unsupported(line, "anonymous **"))
    key_node = node.child_by_field_name("key")
    if node.type != "pair" or key_node is None:
        return s.Pair(line, s.Nil(line), low.node(node, scope))
    value_node = node.child_by_field_name("value")
    colon = any(c.type == ":" for c in node.children)
    key = _symbol_key(low, key_node, scope) if colon else low.node(key_node, scope)
    if value_node is None:
        name = text_of(key_node)
        found = scope.find(name)
        short = s.Local(line, name, *found) if found else s.Call(line, None, name, variable=True)
        return s.Pair(line, key, short)
    if scope.parent is None and scope.method is None and (value_node.type in _DEFERRED or _lambda_block(value_node)):
        deferred = value_node
        return s.Pair(line, key, s.Deferred(line_of(value_node), s.Later(line, lambda: low.node(deferred, scope))))
    return s.Pair(line, key, low.node(value_node, scope))


def elements(low: Lowering, node: Node, scope: s.Scope) -> tuple[s.Node, ...]:
    """Elements of an array literal; trailing pairs make one hash."""
    items: list[s.Node] = []
    pairs: list[s.Pair] = []
    for child in _children(node):
        if child.type in ("pair", "hash_splat_argument"):
            pairs.append(pair(low, child, scope))
        else:
            items.append(low.node(child, scope))
    if pairs:
        items.append(s.Hash(pairs[0].line, tuple(pairs)))
    return tuple(items)


def arguments(
    low: Lowering, node: Node | None, scope: s.Scope
) -> tuple[tuple[s.Node, ...], s.Hash | None, s.Node | None]:
    """(positional, keywords, &block) of an argument list."""
    positional: list[s.Node] = []
    keywords: list[s.Pair] = []
    block: s.Node | None = None
    for child in _children(node) if node is not None else []:
        if child.type in ("pair", "hash_splat_argument"):
            keywords.append(pair(low, child, scope))
        elif child.type == "block_argument":
            inner = _children(child)
            block = low.node(inner[0], scope) if inner else s.Unsupported(line_of(child), "anonymous &")
        elif child.type == "forward_argument":
            positional.append(s.Unsupported(line_of(child), "argument forwarding"))
        else:
            positional.append(low.node(child, scope))
    return tuple(positional), s.Hash(keywords[0].line, tuple(keywords)) if keywords else None, block


def jump_value(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """The value after return, break or next."""
    listed = next((c for c in _children(node) if c.type == "argument_list"), None)
    if listed is None:
        inner = _children(node)
        return low.node(inner[0], scope) if inner else s.Nil(line_of(node))
    positional, keywords, _ = arguments(low, listed, scope)
    values = (*positional, keywords) if keywords is not None else positional
    if not values:
        return s.Nil(line_of(node))
    if len(values) == 1 and not isinstance(values[0], s.Splat):
        return values[0]
    return s.Array(line_of(node), values)


def call(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """A call with its receiver, arguments and block; lambdas, blocks of procs and ``super`` are told apart here."""
    method = node.child_by_field_name("method")
    receiver_node = node.child_by_field_name("receiver")
    operator = node.child_by_field_name("operator")
    argument_list = node.child_by_field_name("arguments")
    block_node = node.child_by_field_name("block")
    line = line_of(method if method is not None else node)
    if method is not None and method.type == "super":
        return s.Unsupported(line, "super")
    name = "call" if method is None else text_of(method)
    if receiver_node is None:
        if (local := _local_with_argument(low, node, scope)) is not None:
            return local
        if name in ("lambda", "->") and argument_list is None and block_node is not None:
            return _lambda(low, block_node, None, scope, line)
        if name == "block_given?":
            return s.Call(line, None, name)
        if name == "binding":
            return s.Unsupported(line, "binding")
    elif operator is not None and operator.type == "::" and method is not None and method.type == "constant":
        if argument_list is None and block_node is None:
            return s.Const(line, name, low.node(receiver_node, scope))
    receiver = None if receiver_node is None else low.node(receiver_node, scope)
    positional, keywords, block_pass = arguments(low, argument_list, scope)
    block = None if block_node is None else code(low, block_node, block_node, scope)
    safe = operator is not None and operator.type == "&."
    return s.Call(line, receiver, name, positional, keywords, block, block_pass, safe)


def _local_with_argument(low: Lowering, node: Node, scope: s.Scope) -> s.Node | None:
    """``name [1]`` or ``name -1`` where name is a local variable: an index or an operator, not a call."""
    method, listed = node.child_by_field_name("method"), node.child_by_field_name("arguments")
    if method is None or listed is None or text_of(listed).startswith("(") or method.type != "identifier":
        return None
    found = scope.find(text_of(method))
    inner = _children(listed)
    if found is None or len(inner) != 1:
        return None
    local, argument, line = s.Local(line_of(method), text_of(method), *found), inner[0], line_of(method)
    if argument.type == "array":
        return s.Call(line, local, "[]", elements(low, argument, scope))
    if argument.type == "unary" and text_of(argument)[0] in "-+":
        return s.Call(line, local, text_of(argument)[0], (low.field(argument, "operand", scope),))
    if argument.type in ("splat_argument", "block_argument"):
        operator = "*" if argument.type == "splat_argument" else "&"
        return s.Call(line, local, operator, (low.node(_children(argument)[0], scope),))
    return None


def element_reference(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``receiver[…]``; pairs among the arguments make one Hash, last."""
    receiver_node = node.child_by_field_name("object")
    receiver = low.node(receiver_node, scope)
    positional: list[s.Node] = []
    keywords: list[s.Pair] = []
    for child in _children(node):
        if child == receiver_node:
            continue
        if child.type in ("pair", "hash_splat_argument"):
            keywords.append(pair(low, child, scope))
        elif child.type not in ("block", "do_block"):
            positional.append(low.node(child, scope))
    if keywords:
        positional.append(s.Hash(keywords[0].line, tuple(keywords)))
    return s.Call(line_of(node), receiver, "[]", tuple(positional))


def binary(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """An operator between two operands; ``=~`` with named groups declares their locals, as Ruby does."""
    operator_node = node.child_by_field_name("operator")
    assert operator_node is not None
    operator, line = operator_node.type, line_of(node)
    left_node = node.child_by_field_name("left")
    left = low.node(left_node, scope)
    if operator == "=~" and isinstance(left, s.Regex) and all(isinstance(p, s.Str) for p in left.parts):
        source = "".join(p.value for p in left.parts if isinstance(p, s.Str))
        right = low.field(node, "right", scope)
        names = list(dict.fromkeys(_GROUP.findall(source)))
        if names:
            for name in names:
                if scope.find(name) is None:
                    scope.declare(name)
            places = tuple((n, s.Local(line, n, *(scope.find(n) or (0, 0)))) for n in names)
            return s.MatchAssign(line, left, right, places)
        return s.Call(line, left, "=~", (right,))
    right = low.field(node, "right", scope)
    if operator in ("&&", "and"):
        return s.And(line, left, right)
    if operator in ("||", "or"):
        return s.Or(line, left, right)
    if operator == "!=":
        return s.Call(line, left, "!=", (right,))
    if operator == "!~":
        return s.Not(line, s.Call(line, left, "=~", (right,)))
    return s.Call(line_of(operator_node), left, operator, (right,))


def unary(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """An operator before its operand; a sign glued to a number is part of the number."""
    operator_node, operand = node.child_by_field_name("operator"), node.child_by_field_name("operand")
    assert operator_node is not None and operand is not None
    operator, line = operator_node.type, line_of(node)
    if operator == "defined?":
        return s.Defined(line, low.node(operand, scope))
    if operator in ("!", "not"):
        return s.Not(line, low.node(operand, scope))
    if operator in ("-", "+") and operand.type in _NUMERALS and operand.start_byte == operator_node.end_byte:
        value = low.node(operand, scope)
        if operator == "+":
            return value
        if isinstance(value, s.Literal):
            return s.Literal(line, -value.value)
        if isinstance(value, s.RationalLiteral):
            return s.RationalLiteral(line, "-" + value.text)
    return s.Call(line, low.node(operand, scope), operator if operator in ("~",) else operator + "@")


def target(low: Lowering, node: Node, scope: s.Scope) -> s.Node | s.Targets:
    """What can stand left of ``=``; declares the local variables it names."""
    line = line_of(node)
    if node.type == "identifier":
        name = text_of(node)
        found = scope.find(name) or (0, scope.declare(name))
        return s.Local(line, name, *found)
    if node.type in ("left_assignment_list", "destructured_left_assignment"):
        return _targets(low, node, scope)
    if node.type == "rest_assignment":
        inner = _children(node)
        return target(low, inner[0], scope) if inner else s.Nil(line)
    lowered = low.node(node, scope)
    if isinstance(lowered, s.Call) and not lowered.keywords and not lowered.block and lowered.receiver is not None:
        return lowered
    if isinstance(lowered, s.Instance | s.Global | s.Const | s.Unsupported):
        return lowered
    return s.Unsupported(line, "this assignment")


def _targets(low: Lowering, node: Node, scope: s.Scope) -> s.Targets:
    before: list[s.Node | s.Targets] = []
    after: list[s.Node | s.Targets] = []
    rest: s.Node | None = None
    has_rest = False
    for child in _children(node):
        if child.type == "rest_assignment":
            has_rest = True
            found = target(low, child, scope)
            rest = None if isinstance(found, s.Nil | s.Targets) else found
        else:
            (after if has_rest else before).append(target(low, child, scope))
    return s.Targets(tuple(before), rest, has_rest, tuple(after))


def _right_side(low: Lowering, node: Node | None, scope: s.Scope) -> s.Node:
    if node is not None and node.type == "right_assignment_list":
        return s.Array(line_of(node), elements(low, node, scope))
    if node is not None and node.type == "splat_argument":
        return s.Array(line_of(node), (low.node(node, scope),))
    return low.node(node, scope)


def assignment(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``place = value`` and ``a, *b = values``."""
    left = node.child_by_field_name("left")
    assert left is not None
    line = line_of(node)
    if left.type in ("left_assignment_list", "rest_assignment"):
        found = target(low, left, scope)
        value = _right_side(low, node.child_by_field_name("right"), scope)
        if left.type == "rest_assignment":
            rest = None if isinstance(found, s.Nil | s.Targets) else found
            found = s.Targets((), rest, True, ())
        assert isinstance(found, s.Targets)
        return s.MultiAssign(line, found, value)
    place = target(low, left, scope)
    value = _right_side(low, node.child_by_field_name("right"), scope)
    assert isinstance(place, s.Node)
    if isinstance(place, s.Unsupported):
        return place
    return s.Assign(line, place, value)


def operator_assignment(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``place += value`` and its like, ``||=`` and ``&&=`` among them."""
    left, operator = node.child_by_field_name("left"), node.child_by_field_name("operator")
    assert left is not None and operator is not None
    place = target(low, left, scope)
    value = _right_side(low, node.child_by_field_name("right"), scope)
    assert isinstance(place, s.Node)
    if isinstance(place, s.Unsupported):
        return place
    return s.OpAssign(line_of(node), place, operator.type[:-1], value)


def _lambda_block(node: Node) -> Node | None:
    """The block of ``lambda do … end``, where the node is that."""
    if node.type != "call" or node.child_by_field_name("receiver") is not None:
        return None
    method = node.child_by_field_name("method")
    if method is None or method.text != b"lambda" or node.child_by_field_name("arguments") is not None:
        return None
    return node.child_by_field_name("block")


def arrow_lambda(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``->(x) { … }``."""
    body = node.child_by_field_name("body")
    if body is None:
        return s.Unsupported(line_of(node), "syntax error")
    return _lambda(low, body, node, scope, line_of(node))


def _lambda(low: Lowering, body: Node, arrow: Node | None, scope: s.Scope, line: int) -> s.Node:
    if scope.parent is None and scope.method is None:
        seen = scope.snapshot()
        return s.Lambda(line, s.Later(line, lambda: code(low, body, arrow or body, seen, is_lambda=True)))
    return s.Lambda(line, code(low, body, arrow or body, scope, is_lambda=True))


def code(low: Lowering, body: Node, owner: Node, outer: s.Scope, *, is_lambda: bool = False) -> s.Code:
    """A block or lambda: ``owner`` carries the parameters."""
    line = line_of(owner)
    scope = s.Scope(parent=outer, is_block=True)
    if owner.has_error:
        return s.Code(line, s.Parameters(), s.Unsupported(_error_line(owner), "syntax error"), scope, None, is_lambda)
    listed = owner.child_by_field_name("parameters")
    parameters = s.Parameters()
    if listed is not None:
        scope.numbered = -1
        parameters = _parameters(low, listed, scope)
    inner = body.child_by_field_name("body")
    lowered = low.block(inner, scope, line) if inner is not None else s.Nil(line)
    if scope.numbered > 0:
        places = tuple(scope.names[f"_{n}"] for n in range(1, scope.numbered + 1))
        kind = "req" if is_lambda else "opt"
        parameters = s.Parameters(places, names=tuple((kind, f"_{n + 1}") for n in range(len(places))))
    return s.Code(line, parameters, lowered, scope, outer.method, is_lambda)


def _error_line(node: Node) -> int:
    todo = [node]
    while todo:
        found = todo.pop()
        if found.type == "ERROR" or found.is_missing:
            return line_of(found)
        todo += [c for c in reversed(found.children) if c.has_error or c.is_missing]
    return line_of(node)


def method(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``def name(…) … end``, with a scope of its own."""
    name_node = node.child_by_field_name("name")
    assert name_node is not None
    line, name = line_of(node), text_of(name_node)
    inner = s.Scope(method=name)
    if node.has_error:
        return s.Unsupported(_error_line(node), "syntax error")
    listed = node.child_by_field_name("parameters")
    parameters = _parameters(low, listed, inner) if listed is not None else s.Parameters()
    body = node.child_by_field_name("body")
    if body is not None and body.type != "body_statement":
        lowered = low.node(body, inner)
    else:
        lowered = low.block(body, inner, line)
    del scope
    return s.Def(line, name, s.Code(line, parameters, lowered, inner, name, True))


def yield_(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    """``yield(…)``."""
    listed = next((c for c in _children(node) if c.type == "argument_list"), None)
    positional, keywords, _ = arguments(low, listed, scope)
    return s.Yield(line_of(node), positional, keywords)


def _destructured(low: Lowering, node: Node, scope: s.Scope) -> s.Targets:
    before: list[s.Node | s.Targets] = []
    after: list[s.Node | s.Targets] = []
    rest: s.Node | None = None
    has_rest = False
    for child in _children(node):
        if child.type == "splat_parameter":
            has_rest = True
            named = child.child_by_field_name("name")
            if named is not None:
                rest = s.Local(line_of(child), text_of(named), 0, scope.declare(text_of(named)))
            continue
        found: s.Node | s.Targets
        if child.type == "destructured_parameter":
            found = _destructured(low, child, scope)
        else:
            found = s.Local(line_of(child), text_of(child), 0, scope.declare(text_of(child)))
        (after if has_rest else before).append(found)
    return s.Targets(tuple(before), rest, has_rest, tuple(after))


def _parameters(low: Lowering, node: Node, scope: s.Scope) -> s.Parameters:
    required: list[int | s.Targets] = []
    post: list[int | s.Targets] = []
    optional: list[tuple[int, s.Node]] = []
    keywords: list[tuple[str, int, s.Node | None]] = []
    names: list[tuple[str, str]] = []
    rest = keyword_rest = block = None
    no_keywords = False
    block_locals = {n.id for n in node.children_by_field_name("locals")}
    for child in _children(node):
        named = child.child_by_field_name("name")
        name = text_of(named) if named is not None else ""
        later = bool(optional) or rest is not None
        if child.id in block_locals:
            scope.declare(text_of(child))
        elif child.type in ("identifier", "destructured_parameter"):
            place: int | s.Targets
            if child.type == "identifier":
                place, name = scope.declare(text_of(child)), text_of(child)
            else:
                place = _destructured(low, child, scope)
            (post if later else required).append(place)
            names.append(("req", name))
        elif child.type == "optional_parameter":
            place = scope.declare(name)
            optional.append((place, low.field(child, "value", scope)))
            names.append(("opt", name))
        elif child.type == "splat_parameter":
            rest = scope.declare(name) if name else -1
            names.append(("rest", name))
        elif child.type == "keyword_parameter":
            place = scope.declare(name)
            default = low.optional(child, "value", scope)
            keywords.append((name, place, default))
            names.append(("keyreq" if default is None else "key", name))
        elif child.type == "hash_splat_parameter":
            keyword_rest = scope.declare(name) if name else -1
            names.append(("keyrest", name))
        elif child.type == "hash_splat_nil":
            no_keywords = True
        elif child.type == "block_parameter":
            block = scope.declare(name) if name else scope.place()
            names.append(("block", name))
    text = text_of(node).rstrip("| \t\n")
    lone_comma = node.type == "block_parameters" and text.endswith(",") and len(required) == 1
    return s.Parameters(
        tuple(required),
        tuple(optional),
        rest,
        tuple(post),
        tuple(keywords),
        keyword_rest,
        no_keywords,
        block,
        lone_comma,
        tuple(names),
    )
