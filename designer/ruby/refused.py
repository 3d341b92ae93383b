"""What the parser lets pass and Ruby refuses.

The grammar of tree-sitter is wider than Ruby's: it has one kind of expression where Ruby has four (statements,
expressions, arguments, primaries), takes reserved words for names, and looks at no names. The rules are those of
``parse.y`` of Ruby 3.1, each told of a node and what stands around it.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Query, QueryCursor

from designer.ruby.parser import Node, ruby_language
from designer.ruby.refused_names import parameters, reserved, targets, variable
from designer.ruby.rescan import scanned

if TYPE_CHECKING:
    from designer.ruby.document import Document

__all__ = ["Refusal", "refusals", "refused_syntax"]

_QUERY = """
(call arguments: (argument_list)) @command
(yield (argument_list)) @command
(binary operator: ["and" "or"]) @joined
(unary operator: "not") @joined
(return) @void
(break) @void
(next) @void
(redo) @void
(retry) @void
(match_pattern) @void
(rescue_modifier) @rescued
(argument_list) @arguments
(array) @arguments
(pair !value) @shorthand
(chained_string) @chained
(call block: (_) @block)
(lambda body: (_) @block)
(call method: [(instance_variable) (class_variable) (global_variable)] @called)
(block_parameters) @parameters
(lambda_parameters) @parameters
(method_parameters) @parameters
(assignment) @assignment
(operator_assignment) @assignment
((identifier) @reserved (#any-of? @reserved RESERVED))
((constant) @reserved (#match? @reserved "^(BEGIN|END)$"))
((identifier) @numbered (#match? @numbered "^_[1-9]$"))
((escape_sequence) @escape (#match? @escape "^.[ux]"))
(integer) @number
(float) @number
((comment) @comment (#match? @comment "^=begin"))
"""
_RESERVED = (
    "BEGIN END alias and begin break case class def defined? do else elsif end ensure false for if in module next nil "
    "not or redo rescue retry return self super then true undef unless until when while yield"
)
_STATEMENTS = frozenset(
    {"program", "body_statement", "block_body", "then", "else", "ensure", "do", "begin", "parenthesized_statements",
     "interpolation", "begin_block", "end_block", "if_modifier", "unless_modifier", "while_modifier", "until_modifier",
     "rescue_modifier", "ERROR"}
)  # fmt: skip
_ARGUMENTS = frozenset(
    {"array", "pair", "splat_argument", "hash_splat_argument", "block_argument", "conditional",
     "range",
     "optional_parameter", "keyword_parameter", "right_assignment_list", "exceptions", "pattern",
     "left_assignment_list", "rest_assignment"}
)  # fmt: skip
"""Where Ruby's grammar asks for an argument: no command, no ``and``."""
_VALUES = _ARGUMENTS | {"argument_list", "assignment", "operator_assignment", "unary", "element_reference"}
_NUMBER = re.compile(
    rb"0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*|0[bB][01]+(?:_[01]+)*|0[dD]\d+(?:_\d+)*|0[oO]?_?[0-7]+(?:_[0-7]+)*|0"
    rb"|[1-9]\d*(?:_\d+)*|(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?"
)
_ESCAPE = re.compile(
    rb"\\(?:x[\da-fA-F]{1,2}|u[\da-fA-F]{4}|u\{[ \t]*[\da-fA-F]{1,6}(?:[ \t]+[\da-fA-F]{1,6})*[ \t]*\})"
)
_CONTINUED = re.compile(rb"\\\r?\n|#[^\n]*(?=\n)")
_CONTAINERS = frozenset({"array", "hash", "pair", "argument_list"})
_OPERATORS = b"[-*&+/?%<:"
"""With which an operator, an index or a condition may go on after a name that is a variable's."""
_LEADING_COMMA = re.compile(rb"\n[ \t\r]*(?=,)")

_NO_VALUE = "`{}` has no value, and here one is asked for."

Told = Iterator[tuple[Node, str]]


class Refusal(NamedTuple):
    """``message`` about the bytes from ``start`` to ``end``."""

    start: int
    end: int
    message: str

    def moved(self, by: int) -> Refusal:
        return Refusal(self.start + by, self.end + by, self.message)


def refused_syntax(document: Document) -> tuple[Refusal, ...]:
    """All that Ruby refuses in a text that the parser takes, in its order. Nothing for one that it does not take: of
    that, ``Document.issues`` tells."""
    root = document.tree.root_node
    if root.has_error:
        return ()
    source = document.source
    found: tuple[Refusal, ...] = scanned(
        document, "refused syntax", lambda start, end: refusals(source, root, start, end)
    )
    # What an edit far away in the same expression has mended is told no longer.
    return tuple(each for each in found if each in refusals(source, root, each.start, each.end))


def refusals(source: bytes, root: Node, start: int = 0, end: int | None = None) -> list[Refusal]:
    """The same for a part of a tree."""
    cursor = QueryCursor(_query())
    end = len(source) if end is None else end
    cursor.set_byte_range(start, end)
    found: dict[int, Refusal] = {}
    for capture, nodes in cursor.captures(root).items():
        rule = _RULES[capture]
        for node in nodes:
            for place, message in rule(node, source):
                found.setdefault(place.start_byte, Refusal(place.start_byte, place.end_byte, message))
    for comma in _leading_commas(source, root, start, end):
        message = "A comma cannot begin a line: it belongs to the end of the line before."
        found.setdefault(comma, Refusal(comma, comma + 1, message))
    return [found[at] for at in sorted(found)]


@functools.cache
def _query() -> Query:
    words = " ".join(f'"{word}"' for word in _RESERVED.split())
    return Query(ruby_language(), _QUERY.replace("RESERVED", words))


def _leading_commas(source: bytes, root: Node, start: int, end: int) -> Iterator[int]:
    for match in _LEADING_COMMA.finditer(source, max(source.rfind(b"\n", 0, start), 0), end):
        if source[max(match.start() - 2, 0) : match.start()].rstrip(b"\r")[-1:] == b"\\":
            continue
        node = root.descendant_for_byte_range(match.end(), match.end() + 1)
        before = None if node is None or node.type != "," else node.prev_sibling
        # Behind `key:` the line goes on.
        if before is not None and not (before.type == "pair" and before.child_by_field_name("value") is None):
            yield match.end()


# --- commands, `and`, and what has no value -----------------------------------------------------------------------


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return "" if operator is None else operator.type


def _alone(node: Node, above: Node) -> bool:
    """Whether it is the only argument."""
    indexed = above.child_by_field_name("object")
    return not any(
        child.is_named and child.type not in ("comment", "heredoc_body") and child not in (node, indexed)
        for child in above.children
    )


def _no_argument(node: Node, above: Node | None, *, command: bool) -> bool:
    """Whether a command, or else ``and``, ``or`` and ``not``, stands where the grammar asks for an argument."""
    while above is not None:
        kind = above.type
        if kind in ("argument_list", "element_reference"):
            return not (command and _alone(node, above))
        if kind == "binary":
            return _operator(above) not in ("and", "or")
        if kind == "unary":
            return _operator(above) not in (("not", "!") if command else ("not",))
        if kind in ("assignment", "operator_assignment"):
            # With a command behind it, an assignment is a statement.
            node, above = above, above.parent
            if above is not None and above.type == "argument_list":
                return True
            continue
        if kind == "call" and above.child_by_field_name("receiver") == node:
            node, above = above, above.parent
            continue
        return kind in _ARGUMENTS
    return False


def _command(node: Node, source: bytes) -> Told:
    """A call with arguments and no parentheses around them."""
    arguments = node.child_by_field_name("arguments") or next(
        (child for child in node.children if child.type == "argument_list"), None
    )
    if arguments is None:
        return
    yield from _two_blocks(node, arguments)
    if source[arguments.start_byte : arguments.start_byte + 1] == b"(":
        return
    if node.type != "yield" and (brace := _hash_at(arguments)) is not None:
        yield brace, "Ruby takes this brace for the beginning of a block: put parentheses around the hash."
    if _may_be_operator(node, arguments, source):
        return
    if _no_argument(node, node.parent, command=True):
        yield node, f"Ruby wants parentheses around the arguments of `{_shown(_name(node), source)}` here."


def _hash_at(arguments: Node) -> Node | None:
    """The brace of a hash that begins the arguments. A first pair with an arrow is a pattern in a block."""
    brace = arguments.descendant_for_byte_range(arguments.start_byte, arguments.start_byte + 1)
    if brace is None or brace.type != "{" or brace.parent is None or brace.parent.type != "hash":
        return None
    inner = brace.parent.named_children
    if not inner or any(child.type == "=>" for child in inner[0].children):
        return None
    return brace


def _may_be_operator(node: Node, arguments: Node, source: bytes) -> bool:
    """Whether the name could be a variable and what follows an operator or an index: ``count -1``, ``rows [0]``."""
    return node.child_by_field_name("receiver") is None and source[arguments.start_byte] in _OPERATORS


def _name(node: Node) -> Node:
    return node.child_by_field_name("method") or node.children[0]


def _two_blocks(node: Node, arguments: Node) -> Told:
    if node.child_by_field_name("block") is not None:
        passed = next((child for child in arguments.children if child.type == "block_argument"), None)
        if passed is not None:
            yield passed, "A call takes one block: this one is passed two."


def _joined(node: Node, _source: bytes) -> Told:
    if _no_argument(node, node.parent, command=False):
        word = _operator(node)
        yield node, f"Ruby wants parentheses around `{word}` here."


def _rescued(node: Node, _source: bytes) -> Told:
    above = node.parent
    if above is not None and (above.type in _ARGUMENTS or above.type in ("argument_list", "binary", "unary")):
        yield node, "Ruby wants parentheses around `rescue` here."


def _void(node: Node, _source: bytes) -> Told:
    """``return`` and its kin, where a value is asked for."""
    inner, above = node, node.parent
    while above is not None and above.type == "parenthesized_statements" and above.named_children[-1] == inner:
        inner, above = above, above.parent
    if above is None or (node.type == "match_pattern" and inner == node):
        return  # without parentheses, `a => b` among arguments is a key and its value
    kind = above.type
    if kind == "element_reference" and above.child_by_field_name("object") == node:
        # `return [1]` without its space.
        if _no_argument(above, above.parent, command=True):
            yield node, _NO_VALUE.format(node.type)
        return
    wanted = kind in _VALUES
    if kind == "conditional":
        wanted = above.child_by_field_name("condition") == inner or (
            inner == node and any(child.type == "argument_list" for child in node.children)
        )
    elif kind == "binary":
        logical = _operator(above) in ("&&", "||", "and", "or")
        with_value = inner == node and _operator(above) not in ("and", "or") and node.named_child_count > 0
        if inner == node and _operator(above) in ("+", "-", "*", "&", "/", "%", "<<"):
            return  # what follows the word may be its value: `return -1`
        wanted = not logical or above.child_by_field_name("left") == inner or with_value
    elif kind in (
        "if",
        "unless",
        "while",
        "until",
        "if_modifier",
        "unless_modifier",
        "while_modifier",
        "until_modifier",
    ):
        wanted = above.child_by_field_name("condition") == inner
    elif kind == "call":
        wanted = above.child_by_field_name("receiver") == inner and (inner != node or not node.named_child_count)
    elif kind == "case":
        wanted = above.child_by_field_name("value") == inner
    if wanted:
        yield node, _NO_VALUE.format("=>" if node.type == "match_pattern" else node.type)


# --- arguments ----------------------------------------------------------------------------------------------------


def _arguments(node: Node, _source: bytes) -> Told:
    """After a key only keys, after a block nothing."""
    keyed = block = False
    above = node.parent
    if above is not None and above.type == "call" and node.children[0].type != "(":
        first = node.children[0]
        if (
            first.type in ("block_argument", "splat_argument", "hash_splat_argument")
            and above.child_by_field_name("receiver") is None
        ):
            return  # a variable and an operator: `count & mask`
    for child in node.children:
        if not child.is_named or child.type in ("comment", "heredoc_body"):
            continue
        if block:
            yield child, "Nothing can follow a block that is passed on."
            return
        if child.type == "block_argument":
            block = True
        elif child.type in ("pair", "hash_splat_argument"):
            keyed = True
        elif keyed:
            yield child, "After a key only further keys can follow: a key is missing here."
            return


def _shorthand(node: Node, source: bytes) -> Told:
    key = node.child_by_field_name("key")
    if key is None or key.type != "hash_key_symbol":
        yield node, "A key and its value belong here: the value is missing."
    elif source[key.end_byte - 1 : key.end_byte] in (b"?", b"!"):
        yield node, f"`{_shown(key, source)}` is the name of no variable: its value is missing."


# --- lines --------------------------------------------------------------------------------------------------------


def _breaks(source: bytes, start: int, end: int) -> bool:
    """Whether the line ends between two offsets, with no backslash that goes on with it."""
    return b"\n" in _CONTINUED.sub(b"", source[start:end])


def _chained(node: Node, source: bytes) -> Told:
    """Strings that make one: on several lines a backslash joins them."""
    if not any(kind in _CONTAINERS for kind in _around(node)):
        return
    parts = node.named_children
    for first, second in itertools.pairwise(parts):
        if _breaks(source, first.end_byte, second.start_byte):
            yield (
                second,
                "A string on a line of its own is not joined to the one before: a comma or a backslash is missing.",
            )
            return


def _around(node: Node) -> Iterator[str]:
    """The types of what is around, up to the statement."""
    above = node.parent
    while above is not None and above.type not in _STATEMENTS:
        yield above.type
        above = above.parent


def _block(node: Node, source: bytes) -> Told:
    before = node.prev_sibling
    while before is not None and before.type == "comment":
        before = before.prev_sibling
    if before is not None and _breaks(source, before.end_byte, node.start_byte):
        yield node.children[0], "A block begins on the line of its call."


def _called(node: Node, source: bytes) -> Told:
    call = node.parent
    following = node.next_sibling
    if call is None or call.child_by_field_name("receiver") is not None or following is None:
        return
    if source[following.start_byte] not in _OPERATORS:
        yield node, f"`{_shown(node, source)}` is a variable and takes neither arguments nor a block."


# --- tokens -------------------------------------------------------------------------------------------------------


def _escape(node: Node, source: bytes) -> Told:
    text = source[node.start_byte : node.end_byte]
    whole = _ESCAPE.fullmatch(text)
    if whole is None:
        yield node, f"`{_shown(node, source)}` is no escape."
    elif text[1:2] == b"u" and any(
        0xD800 <= code <= 0xDFFF or code > 0x10FFFF for code in (int(one, 16) for one in text[2:].strip(b"{}").split())
    ):
        yield node, f"`{_shown(node, source)}` is no character of Unicode."


def _number(node: Node, source: bytes) -> Told:
    text = source[node.start_byte : node.end_byte].lstrip(b"+-")
    if not _NUMBER.fullmatch(text):
        yield node, f"`{_shown(node, source)}` is no number."


def _comment(node: Node, source: bytes) -> Told:
    if node.start_byte and source[node.start_byte - 1 : node.start_byte] != b"\n":
        yield node, "`=begin` has to stand at the very beginning of its line."


def _shown(node: Node, source: bytes) -> str:
    text = source[node.start_byte : node.end_byte].decode(errors="replace")
    text = "".join(one if one.isprintable() or one.isspace() else f"<U+{ord(one):04X}>" for one in text)
    return text if len(text) <= 40 else text[:39] + "…"


_RULES: dict[str, Callable[[Node, bytes], Told]] = {
    "command": _command,
    "joined": _joined,
    "void": _void,
    "rescued": _rescued,
    "arguments": _arguments,
    "shorthand": _shorthand,
    "chained": _chained,
    "block": _block,
    "called": _called,
    "parameters": parameters,
    "assignment": targets,
    "reserved": reserved,
    "numbered": variable,
    "escape": _escape,
    "number": _number,
    "comment": _comment,
}
