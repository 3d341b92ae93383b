"""tree-sitter nodes → the tree of ``syntax``; bodies of the connector's lambdas when they are first needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from designer.ruby import lower_calls as calls
from designer.ruby import lower_literals as literals
from designer.ruby import syntax as s
from designer.ruby.lower_literals import line_of, text_of
from designer.ruby.parser import Node, parse

_IGNORED = {"comment", "heredoc_body", "empty_statement", ";", "uninterpreted"}
_MAGIC = re.compile(rb"\A(?:#[^\n]*\n)*?#[^\n]*frozen[_-]string[_-]literal:\s*true", re.I)
SPARE_PLACES = 64
"""Places kept free in the frame of the file for variables first met in a part lowered later."""


@dataclass(frozen=True, slots=True)
class SourceCode:
    """A lowered file: what stands before the connector, the connector (the last expression), the file's frame."""

    before: tuple[s.Node, ...]
    connector: s.Node
    scope: s.Scope
    frozen_literals: bool


def lower_source(source: bytes) -> SourceCode:
    """Lower a connector file. Never raises for bad Ruby: what cannot be read is a node that says so when run."""
    return lower_tree(parse(source).root_node, source)


def lower_tree(root: Node, source: bytes) -> SourceCode:
    """A whole file: what stands before the connector, and the connector, its last expression (nil in an empty file)."""
    scope = s.Scope()
    lowering = Lowering(source, root)
    statements = [n for n in root.children if n.type not in _IGNORED]
    before: list[s.Node] = []
    for node in statements[:-1]:
        before.append(lowering.node(node, scope))
    connector = lowering.node(statements[-1], scope) if statements else s.Nil(1)
    return SourceCode(tuple(before), connector, scope, bool(_MAGIC.match(source)))


class Lowering:
    """Lowers nodes of one file. ``scope`` is the frame a node's variables live in."""

    def __init__(self, source: bytes, root: Node) -> None:
        self.source = source
        self.heredocs = literals.Heredocs(root)

    def node(self, node: Node | None, scope: s.Scope) -> s.Node:
        if node is None:
            return s.Nil(0)
        lower = _LOWER.get(node.type)
        if lower is not None:
            return lower(self, node, scope)
        if node.type == "ERROR" or node.is_missing:
            return s.Unsupported(line_of(node), "syntax error")
        return s.Unsupported(line_of(node), node.type.replace("_", " "))

    def field(self, node: Node, name: str, scope: s.Scope) -> s.Node:
        return self.node(node.child_by_field_name(name), scope)

    def optional(self, node: Node, name: str, scope: s.Scope) -> s.Node | None:
        child = node.child_by_field_name(name)
        return None if child is None else self.node(child, scope)

    def expression(self, scope: s.Scope) -> Callable[[Node], s.Node]:
        return lambda node: self.node(node, scope)

    def statements(self, nodes: list[Node], scope: s.Scope, line: int) -> s.Node:
        lowered = [self.node(n, scope) for n in nodes if n.type not in _IGNORED and (n.is_named or n.is_missing)]
        if not lowered:
            return s.Nil(line)
        return lowered[0] if len(lowered) == 1 else s.Seq(lowered[0].line, tuple(lowered))

    def block(self, node: Node | None, scope: s.Scope, line: int) -> s.Node:
        """The statements inside ``then``, ``else``, ``do``, a body… with its rescue and ensure clauses."""
        if node is None:
            return s.Nil(line)
        children = node.children
        clauses = [c for c in children if c.type in ("rescue", "else", "ensure")]
        if not any(c.type in ("rescue", "ensure") for c in clauses):
            return self.statements(children, scope, line_of(node))
        plain = [c for c in children if c.type not in ("rescue", "else", "ensure")]
        body = self.statements(plain, scope, line_of(node))
        rescues = tuple(self._rescue(c, scope) for c in clauses if c.type == "rescue")
        otherwise = next((self.block(c, scope, line) for c in clauses if c.type == "else"), None)
        ensure = next((self.block(c, scope, line) for c in clauses if c.type == "ensure"), None)
        return s.Begin(line_of(node), body, rescues, otherwise, ensure)

    def _rescue(self, node: Node, scope: s.Scope) -> s.Rescue:
        listed = node.child_by_field_name("exceptions")
        found = tuple(self.node(c, scope) for c in listed.named_children if c.type != "comment") if listed else ()
        variable = node.child_by_field_name("variable")
        target: s.Node | None = None
        if variable is not None:
            lowered = calls.target(self, variable.named_children[0], scope)
            assert isinstance(lowered, s.Node)
            target = lowered
        return s.Rescue(
            line_of(node), found, target, self.block(node.child_by_field_name("body"), scope, line_of(node))
        )


_Lower = Callable[[Lowering, Node, s.Scope], s.Node]


def _literal(value: bool) -> _Lower:
    return lambda low, node, scope: s.Literal(line_of(node), value)  # noqa: ARG005


def _string(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return literals.joined(literals.string_parts(node, low.source, low.expression(scope)), line_of(node))


def _chained_string(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    pieces: list[s.Node] = []
    for child in node.named_children:
        if child.type == "string":
            pieces += literals.string_parts(child, low.source, low.expression(scope))
        elif child.type != "comment":
            pieces.append(low.node(child, scope))
    return literals.joined(pieces, line_of(node))


def _interpolation(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return low.statements([c for c in node.children if c.is_named], scope, line_of(node))


def _heredoc(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    body = low.heredocs.body(node)
    if body is None:
        return s.Unsupported(line_of(node), "syntax error")
    return literals.heredoc(node, body, low.source, low.expression(scope))


def _character(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Str(line_of(node), literals.unescape(text_of(node)[1:]))


def _symbol(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Sym(line_of(node), text_of(node)[1:])


def _delimited_symbol(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return as_symbol(_string(low, node, scope))


def as_symbol(node: s.Node) -> s.Node:
    """A text, or one with code in it, as the symbol it spells."""
    if isinstance(node, s.Str):
        return s.Sym(node.line, node.value)
    return s.InterpolatedSym(node.line, node.parts if isinstance(node, s.Interpolated) else (node,))


def _string_array(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return s.Array(line_of(node), tuple(literals.words(node, low.source, low.expression(scope))))


def _symbol_array(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    found = literals.words(node, low.source, low.expression(scope))
    return s.Array(line_of(node), tuple(as_symbol(w) for w in found))


def _regex(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return literals.regex(node, low.source, low.expression(scope))


def _number(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return literals.number(node)


def _identifier(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low
    name, line = text_of(node), line_of(node)
    if name == "__LINE__":
        return s.Literal(line, line)
    if name == "__method__":
        method = scope
        while method.is_block and method.parent is not None:
            method = method.parent
        return s.Sym(line, method.method) if method.method else s.Nil(line)
    if (found := scope.find(name)) is not None:
        return s.Local(line, name, *found)
    if len(name) == 2 and name[0] == "_" and name[1] in "123456789" and scope.is_block and scope.numbered >= 0:
        scope.numbered = max(scope.numbered, int(name[1]))
        for place in range(1, scope.numbered + 1):
            scope.declare(f"_{place}")
        return s.Local(line, name, 0, scope.names[name])
    return s.Call(line, None, name, variable=True)


def _constant(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Const(line_of(node), text_of(node))


def _scope_resolution(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    name = node.child_by_field_name("name")
    assert name is not None
    inner = node.child_by_field_name("scope")
    if name.type == "constant":
        if inner is None:
            return s.Const(line_of(name), text_of(name), top=True)
        return s.Const(line_of(name), text_of(name), low.node(inner, scope))
    return s.Call(line_of(name), low.node(inner, scope), text_of(name))


def _instance(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Instance(line_of(node), text_of(node))


def _global(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Global(line_of(node), text_of(node))


def _self(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Self(line_of(node))


def _nil(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Nil(line_of(node))


def _array(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return s.Array(line_of(node), calls.elements(low, node, scope))


def _hash(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return s.Hash(
        line_of(node), tuple(calls.pair(low, c, scope) for c in node.named_children if c.type not in _IGNORED)
    )


def _range(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    operator = node.child_by_field_name("operator")
    exclusive = operator is not None and operator.type == "..."
    return s.Range(line_of(node), low.optional(node, "begin", scope), low.optional(node, "end", scope), exclusive)


def _parentheses(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return low.statements(node.children, scope, line_of(node))


def _if(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    line = line_of(node)
    condition = low.field(node, "condition", scope)
    consequence = node.child_by_field_name("consequence")
    then = low.block(consequence, scope, line) if consequence else s.Nil(line)
    alternative = node.child_by_field_name("alternative")
    otherwise: s.Node = s.Nil(line)
    if alternative is not None:
        if alternative.type == "elsif":
            otherwise = _if(low, alternative, scope)
        else:
            otherwise = low.block(alternative, scope, line)
    if node.type == "unless":
        return s.If(line, condition, otherwise, then)
    return s.If(line, condition, then, otherwise)


def _conditional(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    condition = low.field(node, "condition", scope)
    then = low.field(node, "consequence", scope)
    return s.If(line_of(node), condition, then, low.field(node, "alternative", scope))


def _modifier(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    line = line_of(node)
    body_node = node.child_by_field_name("body")
    body = low.node(body_node, scope)
    condition = low.field(node, "condition", scope)
    if node.type == "if_modifier":
        return s.If(line, condition, body, s.Nil(line))
    if node.type == "unless_modifier":
        return s.If(line, condition, s.Nil(line), body)
    body_first = body_node is not None and body_node.type == "begin"
    return s.While(line, condition, body, node.type == "until_modifier", body_first)


def _rescue_modifier(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    line = line_of(node)
    body = low.field(node, "body", scope)
    handler = low.field(node, "handler", scope)
    return s.Begin(line, body, (s.Rescue(line, (), None, handler),), None, None)


def _while(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    condition = low.field(node, "condition", scope)
    body = low.block(node.child_by_field_name("body"), scope, line_of(node))
    return s.While(line_of(node), condition, body, node.type == "until", False)


def _for(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    pattern = node.child_by_field_name("pattern")
    value = node.child_by_field_name("value")
    assert pattern is not None and value is not None
    iterable = low.node(value.named_children[0], scope)
    target = calls.target(low, pattern, scope)
    return s.For(line_of(node), target, iterable, low.block(node.child_by_field_name("body"), scope, line_of(node)))


def _case(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    subject = low.optional(node, "value", scope)
    whens: list[s.When] = []
    otherwise: s.Node | None = None
    for child in node.named_children:
        if child.type == "when":
            patterns = tuple(low.node(p.named_children[0], scope) for p in child.children_by_field_name("pattern"))
            body = low.block(child.child_by_field_name("body"), scope, line_of(child))
            whens.append(s.When(line_of(child), patterns, body))
        elif child.type == "else":
            otherwise = low.block(child, scope, line_of(child))
    return s.Case(line_of(node), subject, tuple(whens), otherwise)


def _begin(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    return low.block(node, scope, line_of(node))


def _jump(kind: type[s.Return] | type[s.Break] | type[s.Next]) -> _Lower:
    def lower(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
        return kind(line_of(node), calls.jump_value(low, node, scope))

    return lower


def _redo(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Redo(line_of(node))


def _retry(low: Lowering, node: Node, scope: s.Scope) -> s.Node:
    del low, scope
    return s.Retry(line_of(node))


def _unsupported(name: str) -> _Lower:
    return lambda low, node, scope: s.Unsupported(line_of(node), name)  # noqa: ARG005


_LOWER: dict[str, _Lower] = {
    "nil": _nil,
    "true": _literal(True),
    "false": _literal(False),
    "self": _self,
    "integer": _number,
    "float": _number,
    "rational": _number,
    "complex": _number,
    "string": _string,
    "chained_string": _chained_string,
    "interpolation": _interpolation,
    "heredoc_beginning": _heredoc,
    "character": _character,
    "simple_symbol": _symbol,
    "delimited_symbol": _delimited_symbol,
    "string_array": _string_array,
    "symbol_array": _symbol_array,
    "regex": _regex,
    "identifier": _identifier,
    "constant": _constant,
    "scope_resolution": _scope_resolution,
    "instance_variable": _instance,
    "global_variable": _global,
    "class_variable": _unsupported("class variables"),
    "array": _array,
    "hash": _hash,
    "range": _range,
    "parenthesized_statements": _parentheses,
    "if": _if,
    "unless": _if,
    "elsif": _if,
    "conditional": _conditional,
    "if_modifier": _modifier,
    "unless_modifier": _modifier,
    "while_modifier": _modifier,
    "until_modifier": _modifier,
    "rescue_modifier": _rescue_modifier,
    "while": _while,
    "until": _while,
    "for": _for,
    "case": _case,
    "case_match": _unsupported("case/in"),
    "match_pattern": _unsupported("=> pattern"),
    "test_pattern": _unsupported("in pattern"),
    "begin": _begin,
    "return": _jump(s.Return),
    "break": _jump(s.Break),
    "next": _jump(s.Next),
    "redo": _redo,
    "retry": _retry,
    "subshell": _unsupported("backticks"),
    "class": _unsupported("class"),
    "singleton_class": _unsupported("class <<"),
    "module": _unsupported("module"),
    "singleton_method": _unsupported("def self."),
    "alias": _unsupported("alias"),
    "undef": _unsupported("undef"),
    "super": _unsupported("super"),
    "begin_block": _unsupported("BEGIN"),
    "end_block": _unsupported("END"),
    "call": calls.call,
    "element_reference": calls.element_reference,
    "binary": calls.binary,
    "unary": calls.unary,
    "assignment": calls.assignment,
    "operator_assignment": calls.operator_assignment,
    "lambda": calls.arrow_lambda,
    "method": calls.method,
    "yield": calls.yield_,
    "splat_argument": calls.splat,
}
