"""The code of the connection's lambdas."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from designer.checks.context import Context, Finding
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.connection.reader import lower_lambda
from designer.ruby import syntax as s
from designer.ruby.pointer import child

_BASE = "base_uri: lambda { |_c| "


@check(
    "cannot-evaluate",
    Severity.NOTE,
    "The console cannot run this",
    "It runs on the platform. Here the console stops at this line and says so; everything before it is run.",
    trips=(_BASE + "`hostname` }", _BASE + "class << self; end }"),
    passes=(_BASE + "x = [1].map { |n| n + 1 }\n case x when [2] then 'https://a.example' end }",),
)
def cannot_evaluate(context: Context) -> Iterator[Finding]:
    for pointer in _lambdas(context):
        element = context.element(pointer)
        code = lower_lambda(element) if element is not None else None
        for found in _unsupported(code.body) if code is not None else ():
            if found.name != "syntax error":
                yield Finding(pointer, f"Cannot evaluate {found.name}, line {found.line}.")


def _lambdas(context: Context) -> Iterator[str]:
    """Pointers of everything in the connection that may be a lambda, and of the test."""
    design = context.design
    for slot in (design.base_uri, design.test):
        if slot is not None:
            yield slot.pointer
    for auth in design.authorizations():
        yield from (child(auth.pointer, key) for key in auth.slots if key not in ("options", "fields"))


def _unsupported(node: object) -> Iterator[s.Unsupported]:
    if isinstance(node, s.Unsupported):
        yield node
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _unsupported(item)
    elif isinstance(node, s.Node | s.Targets | s.Parameters):
        for field in dataclasses.fields(node):
            if field.name != "scope":
                yield from _unsupported(getattr(node, field.name))
